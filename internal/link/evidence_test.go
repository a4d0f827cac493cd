package link_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/record"
)

// A number identifies only within its type and country: a tax number is no
// passport, and two people of one name stay two.
func TestIdentifiers(t *testing.T) {
	tax := record.Identifier{Type: "Tax ID", Value: "770123456", Country: "RU"}
	listed := []record.Identifier{tax, {Type: "Unified Social Credit Code (USCC)", Value: "91330000745811212X"}, {Type: "Issuer Name", Value: "Torsko Demo"}}
	for _, tt := range []struct {
		name string
		id   record.Identifier
		same bool
	}{
		{"the same", tax, true},
		{"without a country", record.Identifier{Type: "tax id", Value: "770-123-456"}, true},
		{"as a screened file has it", record.Identifier{Type: "as given", Value: "770123456"}, true},
		{"a register by another name", record.Identifier{Type: "USCC", Value: "91330000745811212X"}, true},
		{"a word", record.Identifier{Type: "Issuer Name", Value: "TORSKO DEMO"}, false},
		{"another type", record.Identifier{Type: "Passport", Value: "770123456", Country: "RU"}, false},
		{"another country", record.Identifier{Type: "Tax ID", Value: "770123456", Country: "BG"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := link.NewIndex(link.Options{})
			x.Add(&record.Party{ID: "p", Type: record.Individual, Name: "Ivanen Demo Torsko", IDs: listed})
			x.Build()
			got := x.Match(record.Mention{Name: "TORSKO, Ivanen Demo", Type: record.Individual, IDs: []record.Identifier{tt.id}})
			if len(got) != 1 {
				t.Fatalf("%d links, want one", len(got))
			}
			if (got[0].Band != record.Review) != tt.same {
				t.Errorf("band %s, %v", got[0].Band, got[0].Why)
			}
		})
	}
}

// A document that the customs took back moved nothing, and is said to be left
// out; an estimated day says that it is one.
func TestDocumentStanding(t *testing.T) {
	w := readWorld(t, "world.jsonl", "decision.jsonl")
	find := func() *record.Finding {
		facts := &world{records: slices.Clone(w.records)}
		for l, err := range link.Links(context.Background(), facts, link.Options{}) {
			if err != nil {
				t.Fatal(err)
			}
			facts.records = append(facts.records, l)
		}
		for f, err := range link.Findings(context.Background(), facts, link.Options{}) {
			if err != nil {
				t.Fatal(err)
			}
			if len(f.Shipments) > 0 {
				return f
			}
		}
		t.Fatal("no finding has a shipment")
		return nil
	}
	before := find()
	taken := before.Shipments[0].Shipment
	estimated := ""
	for _, r := range w.records {
		s, ok := r.(*record.Shipment)
		switch {
		case ok && s.ID == taken:
			s.Status = "Deleted"
		case ok && s.Departed == "" && s.Arrived != "":
			s.ArrivedBasis, estimated = "estimated", s.ID
		}
	}
	after := find()
	for _, m := range after.Shipments {
		if m.Shipment == taken {
			t.Errorf("%s was taken back and counts", taken)
		}
		for _, p := range m.Periods {
			if m.Shipment == estimated && p.Basis != "" && p.Basis != "arrived, estimated" {
				t.Errorf("basis %q of %s", p.Basis, m.Shipment)
			}
		}
	}
	if !strings.Contains(strings.Join(after.Limits, "\n"), "of status Deleted are left out") {
		t.Errorf("limits %q do not say what is left out", after.Limits)
	}
}

// Parties of different lists that a register gives one number are one entity
// under any names; a number of another kind, or one that many have, joins
// nobody.
func TestRegistered(t *testing.T) {
	const code = "91330000733796106P"
	uscc := func(typ, value string) []record.Identifier {
		return []record.Identifier{{Type: typ, Value: value, Country: "CN"}}
	}
	for _, tt := range []struct {
		name string
		ids  []record.Identifier
		more int // others with the number
		want int
	}{
		{"as another publisher writes it", uscc("USCC", "9133 0000 7337 96106P"), 0, 1},
		{"another number", uscc("USCC", "91330000733796107P"), 0, 0},
		{"a number of another kind", uscc("Passport", code), 0, 0},
		{"a ticker", uscc("Equity Ticker", code), 0, 0},
		{"a number that many have", uscc("USCC", code), 4, 0},
		{"none", nil, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			records := []record.Record{
				&record.Party{ID: "A:1", Type: record.Organization, Name: "Qorvana Optical Co., Ltd.", IDs: uscc("Unified Social Credit Code (USCC)", code), Lists: []record.Listing{{Code: "A"}}},
				&record.Party{ID: "B:1", Type: record.Organization, Name: "Talvari Imaging", IDs: tt.ids, Lists: []record.Listing{{Code: "B"}}},
			}
			for i := range tt.more {
				records = append(records, &record.Party{ID: fmt.Sprint("C:", i), Type: record.Organization, Name: "Stranger " + pair(i), IDs: tt.ids, Lists: []record.Listing{{Code: "C"}}})
			}
			links := 0
			for l, err := range link.Links(t.Context(), &world{records: records}, link.Options{}) {
				if err != nil {
					t.Fatal(err)
				}
				if links++; l.Relation != record.SameEntity || l.Band != record.Probable || l.Why[0].Kind != "identifier" || !strings.Contains(l.Why[0].Text, code) {
					t.Errorf("%+v", l)
				}
			}
			if links != tt.want {
				t.Errorf("%d links, want %d", links, tt.want)
			}
		})
	}
}
