package link_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

func TestScreenRoles(t *testing.T) {
	x := link.NewIndex(link.Options{})
	for id, p := range map[string]record.Party{
		"p-1": {Type: record.Organization, Name: "Zhelanqu Optoelectronic Technology Co., Ltd.", Countries: []string{"CN"}},
		"p-2": {Type: record.Organization, Name: "Qorvana Optical Instruments LLC"},
		"p-3": {Type: record.Individual, Name: "TORSKO, Ivanen Demo"},
	} {
		p.ID = id
		x.Add(&p)
	}
	x.Build()
	const orderParty, careOf = "named as the order party", "named as care of"
	for name, test := range map[string]struct {
		found   string // parties with their bands
		role    string
		refused string
	}{
		"ZHELANQU OPTOELECTRONIC TECHNOLOGY CO LTD":                            {found: "p-1 probable"},
		"TO THE ORDER OF ZHELANQU OPTOELECTRONIC TECHNOLOGY CO LTD":            {found: "p-1 review", role: orderParty},
		"TO ORDER OF ZHELANQU OPTOELECTRONIC TECHNOLOGY CO LTD":                {found: "p-1 review", role: orderParty},
		"TO THE ORDER OF IVANEN DEMO TORSKO":                                   {found: "p-3 review", role: orderParty},
		"ACME LOGISTICS C/O ZHELANQU OPTOELECTRONIC TECHNOLOGY":                {found: "p-1 review", role: careOf},
		"C/O ZHELANQU OPTOELECTRONIC TECHNOLOGY":                               {found: "p-1 review", role: careOf},
		"ORDINARY EXPORTS C/O IVANEN DEMO TORSKO":                              {found: "p-3 review", role: careOf},
		"QORVANA OPTICAL INSTRUMENTS C/O ZHELANQU OPTOELECTRONIC TECHNOLOGY":   {found: "p-2 certain, p-1 review", role: careOf},
		"TO ORDER OF ORDINARY EXPORTS C/O ZHELANQU OPTOELECTRONIC TECHNOLOGY":  {found: "p-1 review", role: careOf},
		"ORDINARY C/O EXPORTS C/O ZHELANQU OPTOELECTRONIC TECHNOLOGY":          {found: "p-1 review", role: careOf},
		"ZHELANQU OPTOELECTRONIC TECHNOLOGY C/O ZHELANQU OPTOELECTRONIC TECHN": {found: "p-1 probable"},
		"ORDINARY EXPORTS C/O TO ORDER":                                        {},
		"ORDINARY EXPORTS":                                                     {},
		"TO ORDER":                                                             {refused: "a placeholder, not a name"},
		"C/O":                                                                  {refused: "only whom to ask for, not the party"},
		"CO LTD":                                                               {refused: "nothing but a legal form"},
		strings.Repeat("A", 1000):                                              {refused: "longer than any name"},
	} {
		hits, refused := x.Screen(record.Mention{Name: name, Country: "MX"})
		if hits == nil || refused != test.refused {
			t.Errorf("%.80s: %v, refused %q, not %q", name, hits, refused, test.refused)
		}
		var found []string
		for _, h := range hits {
			found = append(found, h.ID+" "+string(h.Band))
		}
		if got := strings.Join(found, ", "); got != test.found {
			t.Errorf("%.80s: %q, not %q", name, got, test.found)
		}
		if test.role != "" && len(hits) > 0 {
			last := hits[len(hits)-1]
			if last.Score > 0.77 || !slices.ContainsFunc(last.Why, func(w record.Why) bool { return w.Text == test.role }) {
				t.Errorf("%s: %+v", name, last)
			}
		}
	}
	if hits := x.Match(record.Mention{Name: "TO THE ORDER OF ZHELANQU OPTOELECTRONIC TECHNOLOGY CO LTD"}); len(hits) > 0 {
		t.Errorf("an order party is linked: %v", hits)
	}
}

// Least is where the review band begins.
func TestLeast(t *testing.T) {
	if names.BandOf(link.Least) != names.Review || names.BandOf(link.Least-0.001) != names.WeakBand {
		t.Error("the review band begins elsewhere")
	}
}
