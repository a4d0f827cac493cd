package cet_test

import (
	"bufio"
	"bytes"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/config/cet"
	classifier "github.com/tripoint-data/tripoint/internal/cet"
	"github.com/tripoint-data/tripoint/record"
)

func TestLineage(t *testing.T) {
	s := classifier.ReadScheme(t, cet.FS())
	for _, tt := range []struct{ symbol, want string }{
		{"G06V40/16", "G06V40/16 G06V40/10 G06V40/00 G06V G06"},
		{"G06V40/45", "G06V40/45 G06V40/40 G06V40/00 G06V G06"},
		{"G06V40/1365", "G06V40/1365 G06V40/13 G06V40/12 G06V40/10 G06V40/00 G06V G06"},
		{"G06F9/5072", "G06F9/5072 G06F9/50 G06F9/46 G06F9/06 G06F9/00 G06F G06"},
		{"G06K9/00906", "G06K9/00906 G06K9/00 G06K G06"},
		{"G06N10/20", "G06N10/20 G06N10/00 G06N G06"},
		{"G06N100/00", "G06N100/00 G06N G06"},
		{"Y02E10/50", "Y02E10/50 Y02E10/00 Y02E Y02"},
		{"H01L2224/48091", "H01L2224/48091 H01L2224/4809 H01L2224/480 H01L2224/48 H01L2224/00 H01L H01"},
		{"H04W", "H04W H04"},
		{"H04", "H04"},
	} {
		if diff := cmp.Diff(tt.want, strings.Join(s.Lineage(tt.symbol), " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.symbol, diff)
		}
	}
}

func TestWords(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"Non-volatile memories", "non volatil memori"},
		{"3D printing, 5G & G06N", "3d print 5g g06n"},
		{"Größe ÉTÉ", "größe été"},
		{"\xff\xfea", "a"},
		{"", ""},
	} {
		if diff := cmp.Diff(tt.want, strings.Join(classifier.Words(tt.text), " ")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.text, diff)
		}
	}
}

// FuzzLineage holds that a symbol's lineage starts with it, ends, and never
// leaves its class.
func FuzzLineage(f *testing.F) {
	s := classifier.ReadScheme(f, cet.FS())
	for _, c := range []string{"G06V40/45", "G06K9/00906", "Y02E", "H01L 2224/48 20130101", "A01B1/0", "G06V0040450000"} {
		f.Add(c)
	}
	f.Fuzz(func(t *testing.T, text string) {
		symbol, ok := record.Symbol(text)
		if !ok || !classifier.Canonical(symbol) {
			return
		}
		got := s.Lineage(symbol)
		if len(got) == 0 || len(got) > 40 || got[0] != symbol {
			t.Fatalf("%q: %v", symbol, got)
		}
		for i, at := range got {
			if !strings.HasPrefix(at, symbol[:3]) || slices.Contains(got[:i], at) {
				t.Fatalf("%q: %v", symbol, got)
			}
		}
	})
}

// TestSchemeFromSource holds the embedded levels against the table that they
// were made from: every symbol is there and stands under the nearest earlier
// one with fewer dots.
func TestSchemeFromSource(t *testing.T) {
	s := classifier.ReadScheme(t, cet.FS())
	lines := bufio.NewScanner(bytes.NewReader(read(t, filepath.Join(shared(t), "..", "cet", "ipc_levels.tsv"))))
	above := map[int]string{}
	symbols := 0
	for lines.Scan() {
		symbol, dots, ok := strings.Cut(lines.Text(), "\t")
		level, err := strconv.Atoi(dots)
		if !ok || err != nil || level == 0 && !strings.HasSuffix(symbol, "/00") {
			continue // a comment, or a withdrawn symbol whose place is not known
		}
		symbols++
		above[level] = symbol
		if !s.Has(symbol) {
			t.Errorf("%s is missing", symbol)
			continue
		}
		if got := s.Lineage(symbol)[1]; level > 0 && got != above[level-1] {
			t.Errorf("%s stands under %s, want %s", symbol, got, above[level-1])
		}
	}
	if symbols < 78_000 {
		t.Errorf("only %d symbols", symbols)
	}
}
