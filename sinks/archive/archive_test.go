package archive_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/archive"
)

var day = time.Date(2026, 11, 22, 9, 0, 0, 123456789, time.UTC)

func capture(url string, status int, after time.Duration) record.Capture {
	return record.Capture{
		Source: "demo", Run: "r1", URL: url, Status: status, MediaType: "text/html; charset=utf-8",
		Request: record.Request{URL: url, Vars: map[string]string{"name": "海康\u2028威视"}}, Fetched: day.Add(after),
	}
}

func open(t testing.TB, dir string, o archive.Options) *archive.Archive {
	t.Helper()
	a, err := archive.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func keep(t testing.TB, a *archive.Archive, c record.Capture, body string) {
	t.Helper()
	if err := a.Keep(t.Context(), c, strings.NewReader(body)); err != nil {
		t.Fatal(err)
	}
}

func closed(t testing.TB, a *archive.Archive) {
	t.Helper()
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}

func body(t testing.TB, a *archive.Archive, sum string) string {
	t.Helper()
	r, err := a.Body(t.Context(), sum)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if size := r.(interface{ Size() int64 }).Size(); size != int64(len(b)) {
		t.Errorf("Size = %d, the body has %d bytes", size, len(b))
	}
	return string(b)
}

func collect(t testing.TB, seq iter.Seq2[record.Capture, error]) (out []record.Capture, problems []string) {
	t.Helper()
	for c, err := range seq {
		var p *record.Problem
		switch {
		case errors.As(err, &p):
			problems = append(problems, err.Error())
		case err != nil:
			t.Fatal(err)
		default:
			out = append(out, c)
		}
	}
	return out, problems
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func zipped(t testing.TB) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("ipg.xml")
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, strings.Repeat("<us-patent-grant/>", 100))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// fill keeps one of everything.
func fill(t testing.TB, a *archive.Archive) {
	t.Helper()
	keep(t, a, capture("http://p.test/b", 200, 0), "<p>first")
	second := capture("http://p.test/b", 200, time.Hour)
	second.ETag, second.Run = `"2"`, "r2"
	keep(t, a, second, "<p>second")
	renewed := capture("http://p.test/b", 304, 2*time.Hour)
	renewed.Run, renewed.ETag = "r3", `"2b"`
	keep(t, a, renewed, "")
	keep(t, a, capture("http://p.test/a", 200, 0), "<p>second") // the same body elsewhere
	keep(t, a, capture("http://p.test/gone", 404, 0), "gone")
	keep(t, a, capture("http://p.test/empty", 200, 0), "")
	keep(t, a, capture("http://p.test/x.zip", 200, 0), zipped(t))
	keep(t, a, capture("http://p.test/big", 200, 0), strings.Repeat("line of a large file\n", 100_000))
	file := capture("file:///drop/cons prim.csv", 200, 0)
	file.Name, file.MediaType = "cons prim.csv", "text/csv"
	keep(t, a, file, "1,\"A\"\r\n")
	page := capture("http://p.test/rendered", 200, 0)
	page.Rendered, page.Request.Step = true, 2
	keep(t, a, page, "<html>rendered</html>")
}

func check(t *testing.T, a *archive.Archive) {
	t.Helper()
	last, err := a.Last(t.Context(), "demo", record.Request{URL: "http://p.test/b"})
	if err != nil {
		t.Fatal(err)
	}
	want := capture("http://p.test/b", 200, 2*time.Hour)
	want.Run, want.ETag, want.SHA256, want.Size = "r3", `"2b"`, hash("<p>second"), 9
	if diff := cmp.Diff(want, last); diff != "" {
		t.Errorf("Last (-want +got):\n%s", diff)
	}
	if got := body(t, a, last.SHA256); got != "<p>second" {
		t.Errorf("body %q", got)
	}
	for _, r := range []record.Request{{URL: "http://p.test/gone"}, {URL: "http://p.test/never"}, {URL: "http://p.test/b", Step: 1}} {
		if c, err := a.Last(t.Context(), "demo", r); !errors.Is(err, record.ErrNotFound) {
			t.Errorf("Last(%v) = %v, %v", r, c, err)
		}
	}
	var keys []string
	all, _ := collect(t, a.Captures(t.Context(), "demo"))
	for _, c := range all {
		keys = append(keys, c.Request.Key())
	}
	if diff := cmp.Diff([]string{
		"GET file:///drop/cons prim.csv", "GET http://p.test/a", "GET http://p.test/b", "GET http://p.test/big",
		"GET http://p.test/empty", "GET http://p.test/rendered 2", "GET http://p.test/x.zip",
	}, keys); diff != "" {
		t.Errorf("Captures (-want +got):\n%s", diff)
	}
	for after, want := range map[time.Duration]string{0: "<p>first", time.Hour: "<p>second", 3 * time.Hour: "<p>second"} {
		first := capture("http://p.test/b", 200, 0)
		was, err := a.AsOf(t.Context(), "demo", first.Fetched.Add(after))
		if err != nil || len(was) != len(all) {
			t.Fatalf("AsOf gives %d of %d, %v", len(was), len(all), err)
		}
		i := slices.IndexFunc(was, func(c record.Capture) bool { return c.URL == first.URL })
		if was[i].SHA256 != hash(want) {
			t.Errorf("after %s it was %q, want %q", after, body(t, a, was[i].SHA256), want)
		}
	}
	run, _ := collect(t, a.Run(t.Context(), "demo", "r3"))
	if len(run) != 1 || run[0].Status != 304 || run[0].SHA256 != hash("<p>second") {
		t.Errorf("Run r3 = %v", run)
	}
	verified, problems := collect(t, a.Verify(t.Context()))
	if len(verified) != 10 || problems != nil {
		t.Errorf("Verify: %d captures, problems %q", len(verified), problems)
	}
	for _, c := range verified {
		if got := body(t, a, c.SHA256); hash(got) != c.SHA256 || int64(len(got)) != c.Size {
			t.Errorf("%s: body of %d bytes with hash %s", c.URL, len(got), hash(got))
		}
	}
}

func TestKeepAndRead(t *testing.T) {
	for _, size := range []int64{0, 1} { // one segment; a segment for each record
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			dir := t.TempDir()
			o := archive.Options{SegmentBytes: size}
			a := open(t, dir, o)
			fill(t, a)
			check(t, a)
			reading := open(t, dir, archive.Options{ReadOnly: true}) // beside the writer, index not written yet
			check(t, reading)
			closed(t, a)

			a = open(t, dir, o) // from the index
			check(t, a)
			closed(t, a)
			for name, damage := range map[string]func(string) error{
				"missing": os.Remove,
				"damaged": func(p string) error { return os.WriteFile(p, []byte("tripoint archive index 1\nx"), 0o644) },
			} {
				if err := damage(filepath.Join(dir, "index")); err != nil {
					t.Fatal(name, err)
				}
				a = open(t, dir, o) // from the segments
				check(t, a)
				if err := a.Rebuild(); err != nil {
					t.Fatal(err)
				}
				check(t, a)
				closed(t, a)
			}
		})
	}
}

// TestIndexOlderThanSegments has a writer killed after its index was written:
// what came later is read from the segments.
func TestIndexOlderThanSegments(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir, archive.Options{})
	keep(t, a, capture("http://p.test/1", 200, 0), "one")
	closed(t, a)
	old, err := os.ReadFile(filepath.Join(dir, "index"))
	if err != nil {
		t.Fatal(err)
	}
	a = open(t, dir, archive.Options{})
	keep(t, a, capture("http://p.test/1", 304, time.Hour), "")
	keep(t, a, capture("http://p.test/2", 200, 0), "two")
	keep(t, a, capture("http://p.test/3", 200, 0), "PK\x03\x04 three")
	closed(t, a)
	if err := os.WriteFile(filepath.Join(dir, "index"), old, 0o644); err != nil {
		t.Fatal(err)
	}
	a = open(t, dir, archive.Options{})
	defer closed(t, a)
	all, _ := collect(t, a.Captures(t.Context(), "demo"))
	if len(all) != 3 || !all[0].Fetched.Equal(day.Add(time.Hour)) {
		t.Errorf("captures %v", all)
	}
}

func TestZIPStaysSeekable(t *testing.T) {
	a := open(t, t.TempDir(), archive.Options{})
	defer closed(t, a)
	z := zipped(t)
	keep(t, a, capture("http://p.test/x.zip", 200, 0), z)
	r, err := a.Body(t.Context(), hash(z))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	at := r.(interface {
		io.ReaderAt
		Size() int64
	})
	zr, err := zip.NewReader(at, at.Size())
	if err != nil || zr.File[0].Name != "ipg.xml" {
		t.Fatalf("%v", err)
	}
}

func TestKeepRefuses(t *testing.T) {
	a := open(t, t.TempDir(), archive.Options{})
	defer closed(t, a)
	c := capture("http://p.test/", 200, 0)
	with := func(change func(*record.Capture)) record.Capture { c := c; change(&c); return c }
	for _, tt := range []struct {
		name string
		c    record.Capture
		body io.Reader
		want string
	}{
		{"hash", with(func(c *record.Capture) { c.SHA256 = hash("other") }), strings.NewReader("x"), "the body has hash"},
		{"size", with(func(c *record.Capture) { c.Size = 2 }), strings.NewReader("x"), "the body has 1 bytes, not 2"},
		{"no time", with(func(c *record.Capture) { c.Fetched = time.Time{} }), nil, "needs its source, address and time"},
		{"304 of nothing", with(func(c *record.Capture) { c.Status = 304 }), nil, "not found"},
		{"304 with body", with(func(c *record.Capture) { c.Status = 304 }), strings.NewReader("x"), "a 304 has no body"},
		{"broken off", c, io.MultiReader(strings.NewReader(strings.Repeat("x", 2<<20)), iotest.ErrReader(io.ErrUnexpectedEOF)), "unexpected EOF"},
	} {
		err := a.Keep(t.Context(), tt.c, tt.body)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
	if all, _ := collect(t, a.Verify(t.Context())); len(all) != 0 {
		t.Errorf("kept %v", all)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := a.Keep(ctx, c, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestOneWriter(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir, archive.Options{})
	if _, err := archive.Open(dir, archive.Options{}); err == nil || !strings.Contains(err.Error(), "open in another process") {
		t.Errorf("second writer: %v", err)
	}
	r := open(t, dir, archive.Options{ReadOnly: true})
	if err := r.Keep(t.Context(), capture("http://p.test/", 200, 0), nil); err == nil {
		t.Error("a reader kept a capture")
	}
	closed(t, a)
	closed(t, open(t, dir, archive.Options{}))
}

func TestManyWriters(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir, archive.Options{SegmentBytes: 20_000}) // rolls over among them
	var wg sync.WaitGroup
	for w := range 16 {
		wg.Go(func() {
			for i := range 25 {
				media := ""
				if i%5 == 0 {
					media = "PK\x03\x04"
				}
				c := capture(fmt.Sprintf("http://p.test/%d/%d", w, i), 200, 0)
				if err := a.Keep(t.Context(), c, strings.NewReader(fmt.Sprint(media, w, " ", i))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for range 2 {
		if all, problems := collect(t, a.Verify(t.Context())); len(all) != 400 || problems != nil {
			t.Fatalf("%d captures, problems %q", len(all), problems)
		}
		if all, _ := collect(t, a.Captures(t.Context(), "demo")); len(all) != 400 {
			t.Fatalf("%d captures", len(all))
		}
		closed(t, a)
		a = open(t, dir, archive.Options{SegmentBytes: 20_000})
	}
	closed(t, a)
	if segments, _ := filepath.Glob(filepath.Join(dir, "*.warc*")); len(segments) < 5 {
		t.Errorf("segments: %v", segments)
	}
}

// TestIndependentReader has warcio read what the archive wrote.
func TestIndependentReader(t *testing.T) {
	python := os.Getenv("PYTHON")
	if python == "" {
		python = "python3"
	}
	if err := exec.Command(python, "-c", "import warcio").Run(); err != nil {
		t.Skip("warcio is not installed for " + python + " (set PYTHON): the segments are not read by another reader")
	}
	dir := t.TempDir()
	a := open(t, dir, archive.Options{})
	fill(t, a)
	closed(t, a)
	const script = `
import sys
from warcio.archiveiterator import ArchiveIterator
for path in sys.argv[1:]:
    with open(path, 'rb') as f:
        for r in ArchiveIterator(f, check_digests='raise'):
            body = r.content_stream().read()
            status = r.http_headers.get_statuscode() if r.http_headers else '-'
            print(r.rec_type, status, r.rec_headers.get_header('WARC-Target-URI') or '-', len(body))
`
	out, err := exec.Command(python, "-c", script, filepath.Join(dir, "000001.warc.gz"), filepath.Join(dir, "000002.warc")).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := fmt.Sprintf(`warcinfo - - 143
response 200 http://p.test/b 8
response 200 http://p.test/b 9
revisit 304 http://p.test/b 0
revisit 200 http://p.test/a 0
response 404 http://p.test/gone 4
response 200 http://p.test/empty 0
response 200 http://p.test/big 2100000
resource - file:///drop/cons%%20prim.csv 7
resource - http://p.test/rendered 21
warcinfo - - 143
response 200 http://p.test/x.zip %d
`, len(zipped(t)))
	if diff := cmp.Diff(want, string(out)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func BenchmarkKeep(b *testing.B) {
	page := strings.Repeat("<tr><td>6103599</td><td>Photonic crystal</td></tr>\n", 1000)
	for _, writers := range []int{1, 16} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			a := open(b, b.TempDir(), archive.Options{})
			defer closed(b, a)
			b.SetBytes(int64(len(page)))
			jobs := make(chan int)
			var wg sync.WaitGroup
			for range writers {
				wg.Go(func() {
					for i := range jobs {
						c := capture(fmt.Sprintf("http://p.test/%d", i), 200, 0)
						if err := a.Keep(b.Context(), c, strings.NewReader(fmt.Sprint(i, page))); err != nil {
							b.Error(err)
						}
					}
				})
			}
			for i := 0; b.Loop(); i++ {
				jobs <- i
			}
			close(jobs)
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "captures/s")
		})
	}
}

// BenchmarkCaptures reads a source back: every capture and its body.
func BenchmarkCaptures(b *testing.B) {
	const n = 2000
	page := strings.Repeat("<tr><td>6103599</td><td>Photonic crystal</td></tr>\n", 200)
	a := open(b, b.TempDir(), archive.Options{})
	defer closed(b, a)
	var wg sync.WaitGroup
	for w := range 16 {
		wg.Go(func() {
			for i := w; i < n; i += 16 {
				keep(b, a, capture(fmt.Sprintf("http://p.test/%d", i), 200, 0), fmt.Sprint(i, page))
			}
		})
	}
	wg.Wait()
	b.SetBytes(int64(n * len(page)))
	for b.Loop() {
		for c, err := range a.Captures(b.Context(), "demo") {
			if err != nil {
				b.Fatal(err)
			}
			r, err := a.Body(b.Context(), c.SHA256)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, r); err != nil {
				b.Fatal(err)
			}
			r.Close()
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "captures/s")
}
