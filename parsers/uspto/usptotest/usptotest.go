// Package usptotest is what the tests of the readers of US patents share:
// units made of bytes, collected streams, golden files and the real files.
//
// Start with Parse.
package usptotest

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Func is a parser.
type Func = func(context.Context, record.Unit) iter.Seq2[record.Record, error]

// Result is what a stream gave.
type Result struct {
	Patents  []*record.Patent
	Problems []*record.Problem
	Err      error // what ended the stream
}

// Unit is one part of the given bytes.
func Unit(name string, data []byte) record.Unit {
	return record.Unit{
		Origin: record.Origin{Source: "test"},
		Parts: []record.Part{{Name: name, Open: func() (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(data)), nil
		}}},
	}
}

// Parse runs a parser over one part.
func Parse(tb testing.TB, parse Func, name string, data []byte) Result {
	tb.Helper()
	var r Result
	for rec, err := range parse(tb.Context(), Unit(name, data)) {
		var problem *record.Problem
		switch {
		case errors.As(err, &problem):
			r.Problems = append(r.Problems, problem)
		case err != nil:
			if r.Err != nil {
				tb.Errorf("the stream went on after %v", r.Err)
			}
			r.Err = err
		default:
			r.Patents = append(r.Patents, rec.(*record.Patent))
		}
	}
	return r
}

// Golden compares the records, one JSON line each, and then the problems with
// a golden file.
func Golden(t *testing.T, file string, r Result) {
	t.Helper()
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	var got bytes.Buffer
	for _, p := range r.Patents {
		line, err := record.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		got.Write(append(line, '\n'))
	}
	for _, p := range r.Problems {
		got.WriteString("problem " + p.Error() + "\n")
	}
	if *update {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// Shared is the path of a real file of the patents folder; the test is
// skipped where the folder is absent.
func Shared(tb testing.TB, elem ...string) string {
	tb.Helper()
	root := os.Getenv("TRIPOINT_SHARED")
	if root == "" {
		dir, err := os.Getwd()
		if err != nil {
			tb.Fatal(err)
		}
		for {
			if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
				break
			}
			if dir == filepath.Dir(dir) {
				tb.Fatal("no go.mod above the test")
			}
			dir = filepath.Dir(dir)
		}
		root = filepath.Join(dir, "..", "shared")
	}
	path := filepath.Join(append([]string{root, "data", "patents"}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		tb.Skipf("the real files are absent: %v", err)
	}
	return path
}

// SharedFile reads a real file, or skips the test.
func SharedFile(tb testing.TB, elem ...string) []byte {
	tb.Helper()
	data, err := os.ReadFile(Shared(tb, elem...))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// Sound holds a record to what every reader promises, whatever it read: an id
// that is canonical, dates that are dates, names that are not empty.
func Sound(tb testing.TB, p *record.Patent) {
	tb.Helper()
	if p.ID == "" || p.ID != record.CanonicalPatentID(p.ID) {
		tb.Errorf("id %q is not canonical", p.ID)
	}
	for _, d := range []record.Date{p.Filed, p.Published, p.Granted} {
		if d != "" && d.Time().IsZero() {
			tb.Errorf("%s: %q is no date", p.ID, d)
		}
	}
	for _, people := range [][]record.Person{p.Assignees, p.Applicants, p.Inventors} {
		for _, who := range people {
			if who.Name == "" || len(who.Country) != 0 && len(who.Country) != 2 {
				tb.Errorf("%s: person %+v", p.ID, who)
			}
		}
	}
	for _, c := range slices.Concat(p.CPC, p.CPCAdditional, p.IPC) {
		if s, ok := record.Symbol(c); !ok || s != c {
			tb.Errorf("%s: class %q", p.ID, c)
		}
	}
	if _, err := record.Marshal(p); err != nil {
		tb.Error(err)
	}
}

// New makes a parser without options.
func New(tb testing.TB, make func(func(any) error) (Func, error)) Func {
	tb.Helper()
	parse, err := make(nil)
	if err != nil {
		tb.Fatal(err)
	}
	return parse
}

// Fixture is a file of the test's own folder testdata.
func Fixture(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// Goldens compares what fixtures give with the golden files beside them, and
// leaves each stream after its first record, which no reader may go on from.
func Goldens(t *testing.T, parse Func, names ...string) {
	t.Helper()
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			golden := strings.TrimSuffix(name, filepath.Ext(name)) + ".golden"
			data := Fixture(t, name)
			Golden(t, filepath.Join("testdata", golden), Parse(t, parse, name, data))
			for range parse(t.Context(), Unit(name, data)) {
				break
			}
		})
	}
}

// Refused holds that a part of another format ends the stream with the wanted
// words. cases are the words by the part's bytes.
func Refused(t *testing.T, parse Func, name string, cases map[string]string) {
	t.Helper()
	for data, want := range cases {
		if r := Parse(t, parse, name, []byte(data)); r.Err == nil || r.Err.Error() != want {
			t.Errorf("%.60q: error %v, want %s", data, r.Err, want)
		}
	}
}

// Fuzz gives any bytes to a parser, beginning with fixtures and seeds: it must
// not panic, and what it reads is sound.
func Fuzz(f *testing.F, parse Func, name string, fixtures []string, seeds ...string) {
	f.Helper()
	for _, s := range fixtures {
		f.Add(Fixture(f, s))
	}
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, p := range Parse(t, parse, name, data).Patents {
			Sound(t, p)
		}
	})
}

// Bench measures a parser on a part that holds want records.
func Bench(b *testing.B, parse Func, name string, data []byte, want int) {
	b.Helper()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if r := Parse(b, parse, name, data); len(r.Patents) != want {
			b.Fatal(len(r.Patents), r.Err)
		}
	}
}
