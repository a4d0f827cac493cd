package link_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

// wilson is the 95 % interval of a share.
func wilson(good, n int) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.96
	p, m := float64(good)/float64(n), float64(n)
	mid := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return max(0, mid-half), min(1, mid+half)
}

// TestNoise spoils the names of a real list in the ways of manifests and asks
// for the party again; then it asks for strangers of the same place, trade and
// legal form.
func TestNoise(t *testing.T) {
	parties := readList(t, "bis_entity_list")
	x := indexOf(parties)
	same := twinsOf(parties)
	byCut := map[string][]string{}
	for _, p := range parties {
		for _, a := range append([]record.Alias{{Name: p.Name}}, p.Aliases...) {
			if s := strings.ToUpper(names.Fold(a.Name)); len(s) > 35 {
				byCut[s[:35]] = append(byCut[s[:35]], p.ID)
			}
		}
	}
	type tally struct{ n, seen, review, found, links, right, beside int }
	var all tally
	others := 0 // names that what was lost made another's
	report := func(kind string, c tally) {
		t.Logf("%-26s n %5d  candidates %.4f  review or better %.4f  linked %.4f  strongest right %.4f of %d, others beside %d", kind, c.n,
			ratio(c.seen, c.n), ratio(c.review, c.n), ratio(c.found, c.n), ratio(c.right, c.links), c.links, c.beside)
	}
	for k, kind := range noises {
		r := rand.New(rand.NewPCG(11, uint64(k)))
		var c tally
		shown := 0
		for _, p := range parties {
			clean := strings.ToUpper(names.Fold(p.Name))
			if p.Type != record.Organization || len(clean) < 8 {
				continue
			}
			spoilt := kind.spoil(clean, r)
			if spoilt == "" {
				continue
			}
			n := names.Parse(clean, names.Organization)
			right := same.here[placed(n)]
			if kind.places {
				right = append(slices.Clone(same.anywhere[n.Key()]), byCut[spoilt]...)
			}
			right = append(slices.Clone(right), p.ID)
			if kind.places && anothers(same, spoilt, right) {
				others++
				continue
			}
			m := record.Mention{Name: spoilt}
			c.n++
			review, found, rightTop := false, false, false
			best, top := "", 0.0
			for i, l := range x.Match(m) {
				id := l.B.ID
				if l.A.Kind == record.KindParty {
					id = l.A.ID
				}
				if i == 0 {
					top = l.Score
				}
				ours := slices.Contains(right, id)
				review = review || ours
				best += fmt.Sprintf(" %q %.2f;", id, l.Score)
				if l.Band != record.Certain && l.Band != record.Probable {
					continue
				}
				found = found || ours
				if i == 0 {
					c.links++
				}
				switch {
				case l.Score == top && ours && !rightTop:
					c.right++
					rightTop = true
				case !ours:
					c.beside++
				}
			}
			if best != "" && top >= names.Threshold && !rightTop {
				t.Logf("FALSE %s: %q of %q; found %s", kind.kind, spoilt, p.Name, best)
			}
			seen := x.Candidates(m)
			switch {
			case slices.ContainsFunc(right, func(id string) bool { return seen[id] }):
				c.seen++
			case testing.Verbose():
				t.Logf("UNSEEN %s: %q of %q", kind.kind, spoilt, p.Name)
			}
			if review {
				c.review++
			}
			if found {
				c.found++
			} else if shown++; testing.Verbose() && shown < 400 {
				t.Logf("MISSED %s: %q of %q; found %s", kind.kind, spoilt, p.Name, best)
			}
		}
		report(kind.kind, c)
		all.n, all.seen, all.review, all.found, all.links, all.right, all.beside = all.n+c.n, all.seen+c.seen, all.review+c.review, all.found+c.found, all.links+c.links, all.right+c.right, all.beside+c.beside
	}
	var c tally
	r := rand.New(rand.NewPCG(12, 12))
	for _, p := range parties {
		s := stranger(strings.ToUpper(names.Fold(p.Name)), r)
		if p.Type != record.Organization || s == "" || same.anywhere[names.Parse(s, names.Organization).Key()] != nil {
			continue
		}
		c.n++
		for i, l := range x.Match(record.Mention{Name: s}) {
			if i == 0 && l.Score >= names.Threshold {
				c.links++
				t.Logf("FALSE stranger: %q is no %q (%.3f)", s, l.ID, l.Score)
			}
		}
	}
	t.Logf("%-26s n %5d  %d links", "strangers", c.n, c.links)
	all.links += c.links
	report("all", all)
	t.Logf("%d spoilt names are not counted: cut off, they are the names of others, or nobody's", others)
	for _, want := range []struct {
		what        string
		is, atLeast float64
	}{
		{"candidates", ratio(all.seen, all.n), 0.99},
		{"review or better", ratio(all.review, all.n), 0.98},
		{"linked", ratio(all.found, all.n), 0.97},
		{"strongest right", ratio(all.right, all.links), 0.97},
	} {
		if want.is < want.atLeast {
			t.Errorf("%s %.4f, want %.3f or more", want.what, want.is, want.atLeast)
		}
	}
}

// anothers says that a name of which a part was lost is not its party's any
// more: all that is left is the name of another listed party (TACTICAL MISSILE
// CORPORATION, of TACTICAL MISSILE CORPORATION, URAL DESIGN BUREAU), or nothing
// but a legal form. Who is asked for it can only answer with that other.
func anothers(same twins, spoilt string, right []string) bool {
	n := names.Parse(spoilt, names.Organization)
	if n.Refused != "" {
		return true
	}
	theirs := same.here[placed(n)]
	return len(theirs) > 0 && !slices.ContainsFunc(theirs, func(id string) bool { return slices.Contains(right, id) })
}

func ratio(part, whole int) float64 { return float64(part) / float64(max(whole, 1)) }
