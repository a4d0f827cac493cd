package link_test

import (
	"encoding/csv"
	"flag"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

var baseNames = flag.Int("names", 100_000, "distinct names of the screening run at a base rate")

// TestBaseRate screens very many names of which few are listed, as a manifest
// is, and tells for each band how many of its links are right. Strangers are
// made of the words of real applicants for patents (but for words that listed
// names have), of made-up ones, and of the places, trades and forms of listed names; one name in 500 is a listed
// one, spoilt as manifests do. A stranger that has a listed name's own words
// by chance counts as wrongly linked.
func TestBaseRate(t *testing.T) {
	const perListed = 500
	var parties []*record.Party
	for _, list := range []string{"bis_entity_list", "bis_dpl", "bis_meu", "dow_1260h", "ofac_nscmic", "dhs_uflpa", "state_nonproliferation", "state_debarred_statutory"} {
		parties = append(parties, readList(t, list)...)
	}
	x := indexOf(parties)
	_, aliases := x.Size()
	var listed []*record.Party
	for _, p := range parties {
		if p.Type == record.Organization && len(p.Name) >= 10 {
			listed = append(listed, p)
		}
	}
	words := applicantWords(t)
	own := map[string]bool{}
	for _, p := range parties {
		for _, a := range append([]record.Alias{{Name: p.Name}}, p.Aliases...) {
			for w := range ownWords(strings.ToUpper(names.Fold(a.Name))) {
				own[w] = true
			}
		}
	}
	words = slices.DeleteFunc(words, func(w string) bool { return own[w] }) // some applicants are listed
	r := rand.New(rand.NewPCG(21, 21))
	frames := framesOf(listed)
	same := twinsOf(parties)
	type tally struct{ links, right int }
	bands := map[record.Band]*tally{record.Certain: {}, record.Probable: {}, record.Review: {}}
	var planted, found, strangers int
	false2 := map[record.Band]int{}
	seen := map[string]bool{}
	for len(seen) < *baseNames {
		var name string
		var right []string
		if len(seen)%perListed == 0 {
			p := listed[r.IntN(len(listed))]
			clean := strings.ToUpper(names.Fold(p.Name))
			name = noises[r.IntN(len(noises))].spoil(clean, r)
			if name == "" {
				name = clean
			}
			right = append(slices.Clone(same.anywhere[names.Parse(clean, names.Organization).Key()]), p.ID)
		} else {
			name = frames.stranger(words, r)
		}
		if seen[name] {
			continue
		}
		seen[name] = true
		links := x.Match(record.Mention{Name: name})
		if right == nil {
			strangers++
		} else {
			planted++
		}
		hit := false
		for i, l := range links {
			id := l.B.ID
			if l.A.Kind == record.KindParty {
				id = l.A.ID
			}
			ours := slices.Contains(right, id)
			hit = hit || ours && l.Band != record.Review
			if i == 0 { // what is asked of a reader: the strongest link of a name
				c := bands[l.Band]
				c.links++
				switch {
				case ours:
					c.right++
				case right == nil:
					false2[l.Band]++
					if l.Band != record.Review || r.IntN(50) == 0 {
						t.Logf("FALSE %s %.3f %q %s", l.Band, l.Score, name, id)
					}
				}
			}
		}
		if hit {
			found++
		}
	}
	t.Logf("%d distinct names, %d of them listed, against %d aliases of %d parties", len(seen), planted, aliases, len(parties))
	t.Logf("listed names linked probable or better: %.3f", ratio(found, planted))
	for _, band := range []record.Band{record.Certain, record.Probable, record.Review} {
		c := bands[band]
		low, high := wilson(c.right, c.links)
		fLow, fHigh := wilson(false2[band], strangers)
		t.Logf("%-8s precision %.3f (95 %%: %.3f to %.3f), n %d; strangers wrongly linked: %.2f in 10,000 (%.2f to %.2f)", band,
			ratio(c.right, c.links), low, high, c.links, 1e4*ratio(false2[band], strangers), 1e4*fLow, 1e4*fHigh)
	}
	if c := bands[record.Certain]; ratio(c.right, c.links) < 0.9 {
		t.Errorf("of the certain links %.3f are right, want 0.9 or more", ratio(c.right, c.links))
	}
}

// applicantWords are the words of their own that real applicants' names have,
// each once.
func applicantWords(t testing.TB) []string {
	t.Helper()
	f, err := os.Open(shared(t, "patents/corpora/drones_title_cpc_ipc.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := slices.Index(rows[0], "Applicants")
	seen := map[string]bool{}
	var out []string
	for _, row := range rows[1:] {
		for applicant := range strings.SplitSeq(row[column], ";;") {
			for w := range ownWords(strings.ToUpper(names.Fold(applicant))) {
				if len(w) > 3 && !seen[w] {
					seen[w] = true
					out = append(out, w)
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

// frames are listed names with holes where their own words stood.
type frames []string

func framesOf(listed []*record.Party) frames {
	var out frames
	for _, p := range listed {
		clean := strings.ToUpper(names.Fold(p.Name))
		own := ownWords(clean)
		f := strings.Fields(clean)
		holes := 0
		for i, w := range f {
			if w = strings.Trim(w, ",.()\"'"); own[w] {
				f[i] = "*"
				holes++
				delete(own, w)
			}
		}
		if len(own) == 0 && holes > 0 && holes < 4 && len(f) < 8 && !strings.ContainsAny(clean, "0123456789") {
			out = append(out, strings.Join(f, " "))
		}
	}
	return out
}

func (f frames) stranger(words []string, r *rand.Rand) string {
	parts := strings.Fields(f[r.IntN(len(f))])
	for i, w := range parts {
		if w != "*" {
			continue
		}
		if parts[i] = words[r.IntN(len(words))]; r.IntN(2) == 0 {
			parts[i] = madeWord(r)
		}
	}
	return strings.Join(parts, " ")
}

func (f frames) fill(words []string, r *rand.Rand) string {
	parts := strings.Fields(f[r.IntN(len(f))])
	for i, w := range parts {
		if w == "*" {
			parts[i] = words[r.IntN(len(words))]
		}
	}
	return strings.Join(parts, " ")
}
