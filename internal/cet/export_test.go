package cet

import (
	"io/fs"
	"strings"
	"testing"
)

// Scheme lets tests look into the scheme tree.
type Scheme struct{ *scheme }

// ReadScheme reads the embedded levels.
func ReadScheme(t testing.TB, fsys fs.FS) Scheme {
	t.Helper()
	f, err := fsys.Open("ipc-2023.01.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, err := readScheme(f)
	if err != nil {
		t.Fatal(err)
	}
	return Scheme{s}
}

// Has says whether the scheme has the symbol.
func (s Scheme) Has(symbol string) bool { _, ok := s.index[symbol]; return ok }

// HasBelow says whether the scheme has symbols of a class or subclass.
func (s Scheme) HasBelow(class string) bool {
	for name := range s.index {
		if strings.HasPrefix(name, class) {
			return true
		}
	}
	return false
}

// Lineage lists a symbol and what it stands under.
func (s Scheme) Lineage(symbol string) []string {
	var out []string
	s.lineage(symbol, func(at string) bool { out = append(out, at); return true })
	return out
}

// Canonical says whether a symbol is written as records write it.
func Canonical(s string) bool { return canonical(s) }

// Words lists the words of a text, stemmed.
func Words(text string) []string {
	var out []string
	for w := range words(text) {
		out = append(out, stem(w))
	}
	return out
}
