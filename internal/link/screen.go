package link

import (
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

// Screen returns the parties that a name may be, strongest first, with their
// lists. It is Match for readers.
func (x *Index) Screen(m record.Mention) []Hit {
	hits := []Hit{}
	for _, l := range x.Match(m) {
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
		hits = append(hits, h)
	}
	return hits
}
