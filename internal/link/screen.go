package link

import (
	"cmp"
	"slices"

	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

// Hit is a party that a screened name may be: the answer of screen. Status is
// how its entry on each list stands, where that is said: current where one of
// several entries is.
type Hit struct {
	ID        string                       `json:"id"`
	Name      string                       `json:"name"`
	Type      string                       `json:"type,omitempty"`
	Births    []string                     `json:"births,omitempty"`
	Countries []string                     `json:"countries,omitempty"`
	Lists     []string                     `json:"lists"`
	Status    map[string]record.ListStatus `json:"status,omitempty"`
	Score     float64                      `json:"score"`
	Band      record.Band                  `json:"band"`
	Why       []record.Why                 `json:"why"`
}

// Least is the least score of a hit: where the review band begins.
const Least = 0.62

// capNamed is the most that a party is worth who is not the one that the name
// is of, but is named in it.
const capNamed = 0.77

// Screen returns the parties that a name may be, strongest first, with their
// lists, or why it did not search. It is Match for readers, who also want to
// see whom the name has as the order party or in care of whom it is: for
// review at most, and whatever the country, which is not said to be theirs.
func (x *Index) Screen(m record.Mention) (hits []Hit, refused string) {
	all := func(*record.Party) bool { return true }
	n, ref, role := names.Parse(m.Name, string(m.Type)), m.Ref(), ""
	if n.Order {
		m.Country, role = "", "named as the order party"
	}
	hits, refused = []Hit{}, n.Refused
	for {
		if n.Refused == "" {
			refused = ""
		}
		for _, l := range x.matchName(n, m, ref, all) {
			h := x.hit(l)
			if role != "" {
				h.demote(role)
			}
			if !slices.ContainsFunc(hits, func(o Hit) bool { return o.ID == h.ID }) {
				hits = append(hits, h)
			}
		}
		if n.CareOf == "" {
			break
		}
		m.Name, m.Country, role = n.CareOf, "", "named as care of"
		n = names.Parse(m.Name, string(m.Type))
	}
	slices.SortStableFunc(hits, func(a, b Hit) int { return cmp.Compare(b.Score, a.Score) })
	return hits, refused
}

// demote makes a hit one for review, and says what the party is named as.
func (h *Hit) demote(role string) {
	why := record.Why{Kind: "role", Text: role, Field: "name"}
	if h.Score > capNamed {
		why.Weight = round(capNamed - h.Score)
		h.Score, h.Band = capNamed, record.Review
	}
	h.Why = append(h.Why, why)
}

// hit is a link as its reader sees it.
func (x *Index) hit(l record.Link) Hit {
	ref := l.B
	if l.A.Kind == record.KindParty {
		ref = l.A
	}
	p := x.byID[ref.ID]
	h := Hit{
		ID: p.ID, Name: p.Name, Type: string(p.Type), Births: p.Births, Countries: p.Countries,
		Lists: []string{}, Status: map[string]record.ListStatus{}, Score: l.Score, Band: l.Band, Why: l.Why,
	}
	for _, list := range p.Lists {
		h.Lists = append(h.Lists, list.Code)
		if list.Status != "" && h.Status[list.Code] != record.Current {
			h.Status[list.Code] = list.Status
		}
	}
	return h
}
