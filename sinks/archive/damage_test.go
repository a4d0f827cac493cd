package archive_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/archive"
)

// TestKilled cuts the segments at every length that a kill may leave, and
// expects the archive to go on with what was whole.
func TestKilled(t *testing.T) {
	for _, media := range []string{"text", "PK\x03\x04"} {
		dir := t.TempDir()
		a := open(t, dir, archive.Options{})
		name := filepath.Join(dir, "000001.warc.gz")
		if media != "text" {
			name = filepath.Join(dir, "000001.warc")
		}
		keep(t, a, capture("http://p.test/1", 200, 0), media+" one")
		before, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		keep(t, a, capture("http://p.test/2", 200, 0), media+" two")
		after, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		closed(t, a)
		for n := 0; n < len(after); n += 23 {
			killed := t.TempDir() // no index: the writer never closed
			file := filepath.Join(killed, filepath.Base(name))
			if err := os.WriteFile(file, after[:n], 0o644); err != nil {
				t.Fatal(err)
			}
			a := open(t, killed, archive.Options{})
			want := 0
			if n >= len(before) {
				want = 1
			}
			keep(t, a, capture("http://p.test/3", 200, 0), media+" three")
			if all, problems := collect(t, a.Verify(t.Context())); len(all) != want+1 || problems != nil {
				t.Fatalf("cut at %d of %d: %d captures, problems %q", n, len(after), len(all), problems)
			}
			closed(t, a)
			if left, _ := filepath.Glob(filepath.Join(killed, "*damaged*")); left != nil {
				t.Fatalf("cut at %d: %v", n, left)
			}
		}
	}
}

func TestDamageIsSetAside(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir, archive.Options{})
	keep(t, a, capture("http://p.test/1", 200, 0), "one")
	closed(t, a)
	file := filepath.Join(dir, "000001.warc.gz")
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.Write(make([]byte, 100)) // as a power cut may leave
	f.Close()
	a = open(t, dir, archive.Options{})
	keep(t, a, capture("http://p.test/2", 200, 0), "two")
	if all, problems := collect(t, a.Verify(t.Context())); len(all) != 2 || problems != nil {
		t.Errorf("%d captures, problems %q", len(all), problems)
	}
	closed(t, a)
	left, _ := filepath.Glob(filepath.Join(dir, "*.damaged-*"))
	if len(left) != 1 {
		t.Fatalf("set aside: %v", left)
	}
	if b, _ := os.ReadFile(left[0]); len(b) != 100 {
		t.Errorf("set aside %d bytes", len(b))
	}
}

// TestDamagedLength has a length that runs over the records after it: they are
// set aside, not cut off as the half of one record would be.
func TestDamagedLength(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir, archive.Options{})
	keep(t, a, capture("http://p.test/1.zip", 200, 0), "PK\x03\x04 one")
	keep(t, a, capture("http://p.test/2.zip", 200, 0), "PK\x03\x04 two")
	closed(t, a)
	file := filepath.Join(dir, "000001.warc")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(b, []byte("msgtype=response\r\nContent-Length: ")) + len("msgtype=response\r\nContent-Length: ")
	b[at] = '9'
	b = slices.Insert(b, at, '9', '9')
	if err := os.WriteFile(file, b, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "index")); err != nil {
		t.Fatal(err)
	}
	closed(t, open(t, dir, archive.Options{}))
	left, _ := filepath.Glob(filepath.Join(dir, "*.damaged-*"))
	if len(left) != 1 {
		t.Fatalf("set aside: %v", left)
	}
	if aside, _ := os.ReadFile(left[0]); !bytes.Contains(aside, []byte("PK\x03\x04 two")) {
		t.Errorf("set aside: %q", aside)
	}
}

// TestDamageOfAnOldSegment leaves a segment that is not written to any more as
// it is.
func TestDamageOfAnOldSegment(t *testing.T) {
	dir := t.TempDir()
	o := archive.Options{SegmentBytes: 1}
	a := open(t, dir, o)
	keep(t, a, capture("http://p.test/1", 200, 0), "one")
	keep(t, a, capture("http://p.test/2", 200, 0), "two")
	closed(t, a)
	file := filepath.Join(dir, "000001.warc.gz")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b[:len(b)-9], 0o644); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	a = open(t, dir, o)
	defer closed(t, a)
	if all, _ := collect(t, a.Captures(t.Context(), "demo")); len(all) != 1 || all[0].URL != "http://p.test/2" {
		t.Errorf("captures %v", all)
	}
	if now, _ := os.ReadFile(file); len(now) != len(b)-9 || !strings.Contains(log.String(), "restore it from a backup") {
		t.Errorf("%d bytes of %d; said %s", len(now), len(b)-9, &log)
	}
}

func TestVerifyFindsDamage(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir, archive.Options{})
	keep(t, a, capture("http://p.test/1.zip", 200, 0), "PK\x03\x04 one")
	keep(t, a, capture("http://p.test/2.zip", 200, 0), "PK\x03\x04 two")
	closed(t, a)
	file := filepath.Join(dir, "000001.warc")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, bytes.Replace(b, []byte(" one"), []byte(" oxe"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	a = open(t, dir, archive.Options{})
	defer closed(t, a)
	all, problems := collect(t, a.Verify(t.Context()))
	if len(all) != 1 || len(problems) != 1 || !strings.Contains(problems[0], "000001.warc@") {
		t.Errorf("%d captures, problems %q", len(all), problems)
	}
}

// TestBodyIsChecked changes each byte of a segment in turn: what a body says
// is what was kept, or an error.
func TestBodyIsChecked(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir, archive.Options{})
	text := strings.Repeat("Zhelanqu, Kestrava. ", 20)
	keep(t, a, capture("http://p.test/1", 200, 0), text)
	closed(t, a)
	file := filepath.Join(dir, "000001.warc.gz")
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	caught := 0
	for i := range whole {
		damaged := bytes.Clone(whole)
		damaged[i] ^= 0x20
		if err := os.WriteFile(file, damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		a := open(t, dir, archive.Options{ReadOnly: true})
		got, err := "", error(nil)
		in, err := a.Body(t.Context(), hash(text))
		if err == nil {
			b, failed := io.ReadAll(in)
			got, err = string(b), failed
			if _, again := in.Read(make([]byte, 1)); err != nil && again == io.EOF {
				t.Errorf("byte %d: the damage is told once only", i)
			}
			in.Close()
		}
		if err == nil && got != text {
			t.Errorf("byte %d: read %q", i, got)
		}
		if err != nil && strings.Contains(err.Error(), "is damaged") {
			caught++
		}
		closed(t, a)
	}
	if caught == 0 {
		t.Error("no damage of a body was caught")
	}
}

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
