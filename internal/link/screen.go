package link

import (
	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

// Hit is a party that a screened name may be: the answer of screen.
type Hit struct {
	ID        string       `json:"id"`
	Name      string       `json:"name"`
	Type      string       `json:"type,omitempty"`
	Countries []string     `json:"countries,omitempty"`
	Lists     []string     `json:"lists"`
	Score     float64      `json:"score"`
	Band      record.Band  `json:"band"`
	Why       []record.Why `json:"why"`
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
		h := Hit{ID: p.ID, Name: p.Name, Type: string(p.Type), Countries: p.Countries, Lists: []string{}, Score: l.Score, Band: l.Band, Why: l.Why}
		for _, list := range p.Lists {
			h.Lists = append(h.Lists, list.Code)
		}
		hits = append(hits, h)
	}
	return hits
}

// Comparison is how alike two names are: the answer of compare. It judges
// names, not parties.
type Comparison struct {
	A      string       `json:"a"`
	B      string       `json:"b"`
	Type   string       `json:"type,omitempty"`
	Score  float64      `json:"score"`
	Band   record.Band  `json:"band"`
	Match  bool         `json:"match"` // the score reaches the threshold
	Method string       `json:"method"`
	Why    []record.Why `json:"why"`
}

// Compare scores two names of a type ("" for organizations).
func Compare(a, b string, typ record.PartyType) Comparison {
	score := names.Compare(names.Parse(a, string(typ)), names.Parse(b, string(typ)))
	c := Comparison{A: a, B: b, Type: string(typ), Score: score.Value, Band: record.Band(score.Band), Match: score.Value >= names.Threshold, Method: names.Method(), Why: []record.Why{}}
	for _, r := range score.Why {
		c.Why = append(c.Why, record.Why{Kind: r.Kind, Text: r.Text, Field: "name", Weight: round(r.Weight)})
	}
	return c
}
