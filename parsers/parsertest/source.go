package parsertest

import (
	"os"
	"testing"
)

// New makes a parser without options.
func New(tb testing.TB, make func(decode func(any) error) (Func, error)) Func {
	tb.Helper()
	parse, err := make(nil)
	if err != nil {
		tb.Fatal(err)
	}
	return parse
}

// Fixture is that of a shipped source, for the parsers two folders below the
// root: a parser and its source are tried on the same file.
func Fixture(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile("../../config/sources/fixtures/" + name)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// Bench reads a file again and again. Each time it must yield want records,
// problems and merged rows together.
func Bench(b *testing.B, parse Func, data []byte, want int) {
	b.Helper()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for range parse(b.Context(), Unit(Part("bench", data))) {
			n++
		}
		if n != want {
			b.Fatalf("%d, want %d", n, want)
		}
	}
}
