package archive_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/archive"
)

// TestKilledProcess kills a process that keeps captures as fast as it can:
// each that it was told is kept must be there afterwards, whole.
func TestKilledProcess(t *testing.T) {
	if dir := os.Getenv("TRIPOINT_KEEP_IN"); dir != "" {
		keepForEver(t, dir)
	}
	dir := t.TempDir()
	told := 0
	for round := range 3 {
		child := exec.Command(os.Args[0], "-test.run=^TestKilledProcess$")
		child.Env = append(os.Environ(), "TRIPOINT_KEEP_IN="+dir, fmt.Sprint("TRIPOINT_ROUND=", round))
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines, enough := bufio.NewScanner(out), told+30
		for lines.Scan() {
			if told++; told == enough {
				if err := child.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := child.Wait(); err == nil || told < enough {
			t.Fatalf("the child was not killed: %v; it kept %d", err, told)
		}
	}
	a := open(t, dir, archive.Options{})
	defer closed(t, a)
	all, problems := collect(t, a.Verify(t.Context()))
	if len(all) < told || problems != nil {
		t.Errorf("%d captures were told to be kept, %d are; problems %q", told, len(all), problems)
	}
}

// keepForEver says a line for each capture that it kept.
func keepForEver(t *testing.T, dir string) {
	a := open(t, dir, archive.Options{SegmentBytes: 4 << 10})
	for w := range 4 {
		go func() {
			for i := 0; ; i++ {
				url := fmt.Sprintf("http://p.test/%s/%d/%d", os.Getenv("TRIPOINT_ROUND"), w, i)
				c := record.Capture{Source: "demo", URL: url, Request: record.Request{URL: url}, Status: 200, Fetched: time.Unix(1e9, 0)}
				media := strings.Repeat("PK\x03\x04", i%2) // both streams
				if err := a.Keep(t.Context(), c, strings.NewReader(media+url)); err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				fmt.Println(url)
			}
		}()
	}
	select {}
}
