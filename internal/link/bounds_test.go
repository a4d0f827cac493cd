package link_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

// TestBounds holds the two cheap looks of a search against the score itself:
// no pair of a spoilt name and a listed one scores above its ceiling, and the
// sieve drops none that meets in a word and is worth keeping.
func TestBounds(t *testing.T) {
	const step, least = 60, 0.615
	parties := readList(t, "bis_entity_list")
	var listed []*names.Name
	for _, p := range parties {
		for _, a := range append([]record.Alias{{Name: p.Name}}, p.Aliases...) {
			listed = append(listed, names.Parse(a.Name, names.Organization))
		}
	}
	outlines := make([][]names.Cell, len(listed))
	for i, n := range listed {
		outlines[i] = n.Outline(nil)
	}
	r := rand.New(rand.NewPCG(31, 31))
	pairs := 0
	for k := 0; k < len(parties); k += step {
		clean := strings.ToUpper(names.Fold(parties[k].Name))
		if len(clean) < 8 {
			continue
		}
		for _, kind := range noises {
			spoilt := kind.spoil(clean, r)
			if spoilt == "" {
				continue
			}
			n := names.Parse(spoilt, names.Organization)
			outline := n.Outline(nil)
			var sieve names.Sieve
			n.Sieve(&sieve, least)
			for i, other := range listed {
				score := names.Similarity(n, other)
				if score == 0 {
					continue
				}
				pairs++
				if most := names.Ceiling(outline, outlines[i]); score > most+0.001 {
					t.Errorf("%s: %q, %q: %.3f is above the ceiling %.3f", kind.kind, spoilt, other.Written, score, most)
				}
				if score < least || squashed(n) == squashed(other) { // which is a way of its own
					continue
				}
				if dropped(&sieve, n, other) {
					t.Errorf("%s: %q, %q: %.3f is dropped by the sieve", kind.kind, spoilt, other.Written, score)
				}
			}
		}
	}
	if pairs < 1000 {
		t.Errorf("only %d pairs", pairs)
	}
}

// dropped says that names share words of their own and the sieve of one drops
// the other by each.
func dropped(sieve *names.Sieve, n, other *names.Name) bool {
	shared := false
	for i := range n.Tokens {
		for j := range other.Tokens {
			x, y := &n.Tokens[i], &other.Tokens[j]
			if x.Kind != names.Distinctive || y.Kind != names.Distinctive || x.Text != y.Text {
				continue
			}
			sieve.Meet(x)
			if trait := other.Trait(j, j+1); sieve.Passes(&trait) {
				return false
			}
			shared = true
		}
	}
	return shared
}

func squashed(n *names.Name) string {
	var all strings.Builder
	for _, t := range n.Tokens {
		all.WriteString(strings.ReplaceAll(t.Written, " ", ""))
	}
	return all.String()
}
