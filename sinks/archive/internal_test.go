package archive

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
)

// FuzzScan reads any bytes as a segment: records that are called whole must be
// read again, with the same capture, at the place where they were found.
func FuzzScan(f *testing.F) {
	for _, body := range []string{"page", "PK\x03\x04 zip"} {
		dir := f.TempDir()
		a, err := Open(dir, Options{})
		if err != nil {
			f.Fatal(err)
		}
		c := record.Capture{Source: "s", URL: "http://p.test/", Status: 200, Fetched: time.Unix(1e9, 0)}
		if err := a.Keep(f.Context(), c, strings.NewReader(body)); err != nil {
			f.Fatal(err)
		}
		a.Close()
		segments, err := listSegments(dir)
		if err != nil {
			f.Fatal(err)
		}
		b, err := os.ReadFile(segments[0].path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, segments[0].packed)
	}
	f.Add([]byte("WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 99999999999\r\n\r\n"), false)
	f.Fuzz(func(t *testing.T, b []byte, packed bool) {
		dir := t.TempDir()
		s := segment{path: filepath.Join(dir, "000001.warc"), number: 1, packed: packed, size: int64(len(b))}
		if packed {
			s.path += ".gz"
		}
		if err := os.WriteFile(s.path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		r := reader{dir: dir}
		defer r.close()
		last := int64(-1)
		end, _ := scan(s, 0, func(at place, h header, c record.Capture) {
			if at.offset() <= last {
				t.Errorf("place %d after %d", at.offset(), last)
			}
			last = at.offset()
			_, again, err := r.capture(at)
			if diff := cmp.Diff(c, again); err != nil || diff != "" {
				t.Errorf("read again: %v\n%s", err, diff)
			}
			if body, err := r.body(at); err == nil {
				if _, err := bufio.NewReader(body).WriteTo(&bytes.Buffer{}); err != nil {
					t.Errorf("body: %v", err)
				}
			}
		})
		if end < 0 || end > int64(len(b)) {
			t.Errorf("whole up to %d of %d bytes", end, len(b))
		}
	})
}

// TestEqualBodies keeps one body from many addresses at once: it is stored
// once, and the others refer to it.
func TestEqualBodies(t *testing.T) {
	for _, body := range []string{"the same page", "PK\x03\x04 the same file"} {
		dir := t.TempDir()
		a, err := Open(dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for i := range 16 {
			all.Go(func() {
				url := fmt.Sprintf("http://p.test/%d", i)
				c := record.Capture{Source: "s", URL: url, Request: record.Request{URL: url}, Status: 200, Fetched: time.Unix(1e9, 0)}
				if err := a.Keep(t.Context(), c, strings.NewReader(body)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		segments, err := listSegments(dir)
		if err != nil {
			t.Fatal(err)
		}
		kinds, stored := map[string]int{}, ""
		for _, s := range segments {
			_, err := scanUntil(s, 0, func(_ place, _ int64, h header, _ record.Capture) error {
				if kinds[h.kind]++; h.kind == typeResponse {
					stored = h.id
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, s := range segments {
			_, _ = scanUntil(s, 0, func(_ place, _ int64, h header, _ record.Capture) error {
				if h.kind == typeRevisit && h.refers != stored {
					t.Errorf("%s refers to %s, the body is in %s", h.id, h.refers, stored)
				}
				return nil
			})
		}
		if diff := cmp.Diff(map[string]int{typeResponse: 1, typeRevisit: 15}, kinds); diff != "" {
			t.Errorf("%q: %s", body, diff)
		}
	}
}

// BenchmarkIndex measures what a million captures cost in memory and on Open.
func BenchmarkIndex(b *testing.B) {
	const n = 1_000_000
	dir := b.TempDir()
	a := &Archive{dir: dir, index: newIndex()}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range n {
		url := fmt.Sprintf("https://ppubs.test/api/patents/highlight/US-%08d-A1?queryId=1&source=US-PGPUB", i)
		c := record.Capture{Source: "ppubs", URL: url, Status: 200, Request: record.Request{URL: url}, Fetched: time.Unix(int64(i), 0)}
		c.SHA256 = fmt.Sprintf("%x", sha256.Sum256([]byte(url)))
		a.index.add(newPlace(1, int64(i)*1000), header{kind: typeResponse}, c)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if err := a.saveIndex(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		x, err := loadIndex(dir, nil)
		if err != nil || len(x.bodies) != n {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/n, "B/capture")
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "captures/s")
}
