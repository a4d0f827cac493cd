// Package parsertest is what the tests of parsers share: units made of texts,
// and golden files of what was read. Start with Check.
package parsertest

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Func is a parser.
type Func = func(context.Context, record.Unit) iter.Seq2[record.Record, error]

// Fetched is when the units of tests were captured.
var Fetched = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// Part makes a part of a text.
func Part(name string, data []byte) record.Part {
	return record.Part{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }}
}

// Unit makes a unit of parts.
func Unit(parts ...record.Part) record.Unit {
	return record.Unit{Origin: record.Origin{Source: "test", Fetched: Fetched}, Parts: parts}
}

// Lines runs a parser and writes records as JSON lines, problems and the error
// that ended the stream as lines that begin with #.
func Lines(tb testing.TB, parse Func, u record.Unit) []byte {
	tb.Helper()
	var b bytes.Buffer
	for r, err := range parse(tb.Context(), u) {
		var problem *record.Problem
		switch {
		case errors.As(err, &problem):
			fmt.Fprintf(&b, "# problem: %v\n", problem)
		case err != nil:
			fmt.Fprintf(&b, "# error: %v\n", err)
		default:
			line, err := record.Marshal(r)
			if err != nil {
				tb.Fatal(err)
			}
			b.Write(line)
			b.WriteByte('\n')
		}
	}
	return b.Bytes()
}

// Check compares what a parser reads with a golden file; go test -update
// writes the file anew.
func Check(tb testing.TB, parse Func, u record.Unit, golden string) {
	tb.Helper()
	got := Lines(tb, parse, u)
	if *update {
		if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			tb.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		tb.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		tb.Errorf("%s (-want +got):\n%s", golden, diff)
	}
}

// Survive runs a parser over hostile bytes: it must end without a panic, and
// every record must have a name or an id, an origin with a place, and survive
// the round trip through JSON.
func Survive(tb testing.TB, parse Func, u record.Unit) {
	tb.Helper()
	for r, err := range parse(tb.Context(), u) {
		if (r == nil) == (err == nil) {
			tb.Fatalf("record %v beside error %v", r, err)
		}
		if err != nil {
			continue
		}
		var origin *record.Origin
		switch r := r.(type) {
		case *record.Party:
			origin = r.Origin
			if r.Name == "" || len(r.Lists) == 0 {
				tb.Fatalf("a party without name or list: %+v", r)
			}
		case *record.Patent:
			origin = r.Origin
			if r.ID == "" {
				tb.Fatal("a patent without id")
			}
		case *record.Shipment:
			origin = r.Origin
			if r.ID == "" {
				tb.Fatal("a shipment without id")
			}
		}
		if origin == nil || origin.Locator == "" {
			tb.Fatalf("%s has no place", r.Ref())
		}
		line, err := record.Marshal(r)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := record.Unmarshal(line); err != nil {
			tb.Fatalf("%s: %v", line, err)
		}
	}
}
