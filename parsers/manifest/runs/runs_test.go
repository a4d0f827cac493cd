package runs_test

import (
	"encoding/binary"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/parsers/manifest/runs"
)

// sorted puts words into a sorter, each with its place, and reads them again.
func sorted(t testing.TB, temp string, budget int, words []string) []string {
	t.Helper()
	s := runs.New(temp, budget)
	defer s.Discard()
	for i, w := range words {
		if err := s.Open([]byte(w)); err != nil {
			t.Fatal(err)
		}
		s.Number(i)
		s.Close()
	}
	m, err := s.Merge()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for last := ""; m.Peek() != nil; {
		id := string(runs.ID(m.Peek()))
		place, _ := binary.Uvarint(m.Peek()[len(m.Peek())-1:])
		if id < last {
			t.Errorf("%q comes after %q", id, last)
		}
		last = id
		out = append(out, id+" "+string(rune('0'+place)))
		if err := m.Next(); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// Whether the rows fit in memory or not, they come in the order of their
// identifiers, equal ones as they were put in.
func TestSorter(t *testing.T) {
	words := strings.Fields("pear apple a-word-of-more-than-sixteen-letters-b fig a-word-of-more-than-sixteen-letters-a apple fig")
	want := []string{"a-word-of-more-than-sixteen-letters-a 4", "a-word-of-more-than-sixteen-letters-b 2", "apple 1", "apple 5", "fig 3", "fig 6", "pear 0"}
	temp := t.TempDir()
	for _, budget := range []int{1, 100, runs.Budget} {
		if diff := cmp.Diff(want, sorted(t, temp, budget, words)); diff != "" {
			t.Errorf("budget %d (-want +got):\n%s", budget, diff)
		}
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
		t.Errorf("%v is left, %v", left, err)
	}
	if (&runs.Merger{}).Peek() != nil {
		t.Error("the zero merger has a row")
	}
}

func FuzzSorter(f *testing.F) {
	f.Add("b a c a")
	f.Add("\x00 \x00  aaaaaaaaaaaaaaaaaaaaaa\x00aaaaaaaaaaIaaaaab")
	f.Add("aaaaaaaaaaaaaaa aaaaaaaaaaaaaaaa aaaaaaaaaaaaaaa\x00 aaaaaaaaaaaaaaaba aaaaaaaaaaaaaab")
	f.Add("\x00 \x00\x00 aaaaaaaaaaaaaaaa aaaaaaaaaaaaaaaab")
	f.Fuzz(func(t *testing.T, text string) {
		words := strings.Split(text, " ")
		if len(words) > 100 {
			return
		}
		got := sorted(t, t.TempDir(), 30, words)
		slices.Sort(words)
		for i, g := range got {
			if !strings.HasPrefix(g, words[i]) {
				t.Errorf("%q at %d, want %q", g, i, words[i])
			}
		}
		if len(got) != len(words) {
			t.Errorf("%d words of %d", len(got), len(words))
		}
	})
}
