package link_test

import (
	"context"
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
	for _, tt := range []struct {
		name string
		id   record.Identifier
		same bool
	}{
		{"the same", tax, true},
		{"without a country", record.Identifier{Type: "tax id", Value: "770-123-456"}, true},
		{"as a screened file has it", record.Identifier{Type: "as given", Value: "770123456"}, true},
		{"another type", record.Identifier{Type: "Passport", Value: "770123456", Country: "RU"}, false},
		{"another country", record.Identifier{Type: "Tax ID", Value: "770123456", Country: "BG"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := link.NewIndex(link.Options{})
			x.Add(&record.Party{ID: "p", Type: record.Individual, Name: "Ivanen Demo Torsko", IDs: []record.Identifier{tax}})
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
