package names_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/internal/names"
)

// dropped says that a sieve drops b from what a search for a finds with floor,
// by whichever word it comes upon it.
func dropped(a, b *names.Name, floor float64) bool {
	if a.Type == names.Person || b.Type == names.Person {
		return false
	}
	var sieve names.Sieve
	a.Sieve(&sieve, floor)
	found := false
	for i := range a.Tokens {
		for j := range b.Tokens {
			x, y := &a.Tokens[i], &b.Tokens[j]
			if x.Kind != names.Distinctive || y.Kind != names.Distinctive {
				continue
			}
			switch {
			case x.Text == y.Text || x.Text == y.Written || x.Written == y.Text || x.Written == y.Written:
				sieve.Meet(x)
			case x.Alike(y.Written, names.Letters(y.Written), false):
				sieve.MeetNear(x, y.Written)
			default:
				continue
			}
			trait := b.Trait(j, j+1)
			if sieve.Passes(&trait) {
				return false
			}
			found = true
		}
	}
	return found
}

// TestSieve: what a sieve drops is below its floor. The names are those of the
// cases, whole and with a word changed, joined or left out.
func TestSieve(t *testing.T) {
	cases, err := os.ReadFile(filepath.Join("testdata", "cases.txt"))
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(6, 6))
	var written []string
	for line := range strings.Lines(string(cases)) {
		f := strings.Split(strings.TrimSpace(line), "|")
		if len(f) == 5 && strings.TrimSpace(f[1]) != names.Person {
			for _, name := range f[3:] {
				if len(strings.Fields(name)) > 0 {
					written = append(written, strings.TrimSpace(name))
				}
			}
		}
	}
	var all []*names.Name
	for _, s := range written {
		all = append(all, names.Parse(s, names.Organization))
		for range 3 {
			words := strings.Fields(s)
			i := r.IntN(len(words))
			switch other := strings.Fields(written[r.IntN(len(written))]); r.IntN(5) {
			case 0:
				words[i] = other[r.IntN(len(other))]
			case 1:
				words = slices.Delete(words, i, i+1)
			case 2:
				words[i] = words[i][1:]
			case 3:
				words = slices.Insert(words, i, other[0])
			case 4:
				if i > 0 {
					words[i-1] += words[i]
					words = slices.Delete(words, i, i+1)
				}
			}
			all = append(all, names.Parse(strings.Join(words, " "), names.Organization))
		}
	}
	met := 0
	for _, a := range all {
		for _, b := range all {
			value := names.Similarity(a, b)
			for _, floor := range []float64{0.55, 0.615, names.Threshold} {
				if value < floor {
					continue
				}
				met++
				if dropped(a, b, floor) {
					t.Errorf("%q, %q: %.3f is dropped by the sieve at %.3f", a.Written, b.Written, value, floor)
				}
			}
		}
	}
	t.Logf("%d pairs above a floor", met)
}
