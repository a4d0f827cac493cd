package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
)

func findingOfAll() *record.Finding {
	day := func(d record.Date) []record.ListDate { return []record.ListDate{{Event: "effective", Date: d}} }
	return &record.Finding{
		ID: "US-BIS-EL:A/CN", Entity: record.Entity{Name: "A", Countries: []string{"CN", "HK"}, Parties: []string{"US-BIS-EL:A/CN"}},
		Lists: []record.Listing{{Code: "US-BIS-EL", Dates: day("2019-10-09")}, {Code: "UN-SC", Dates: day("2022-01-01")}},
		Inventions: []record.Invention{{
			ApplicationNumber: "1", Documents: []record.InventionPaper{{ID: "US1A1", Published: "2020-01-01"}, {ID: "US2", Granted: "2022-05-03"}},
			Tags: []string{"US1A1/2024/ai.dl", "US2/2024/sensing"}, Areas: []string{"ai", "sensing"}, Edition: "2024",
		}},
		Shipments: []record.Movement{
			{Shipment: "m/1", Role: "supplied_by", Departed: "2020-06-01", Periods: []record.Period{{List: "US-BIS-EL", Effective: "2019-10-09", Period: "after"}, {List: "UN-SC", Effective: "2022-01-01", Period: "before"}}},
			{Shipment: "m/2", Role: "supplied_by", Arrived: "2023-06-01"},
		},
		HighPriority: []record.HighPriority{{Shipment: "m/1", HS6: "854231"}, {Shipment: "m/2", HS6: "854231"}},
		Consignees:   []record.Consignees{{Country: "EC", Count: 2}},
	}
}

// TestFindingFilter: each flag takes what it says and no more.
func TestFindingFilter(t *testing.T) {
	bare := func(f *record.Finding) { f.Inventions, f.Shipments = nil, nil }
	candidate := func(f *record.Finding) { bare(f); f.Candidates = []record.Candidate{{Name: "A"}} }
	untagged := func(f *record.Finding) { f.Inventions[0].Tags, f.Inventions[0].Areas = nil, nil }
	for _, tt := range []struct {
		name   string
		want   findingFilter
		change func(*record.Finding)
		takes  bool
	}{
		{"nothing asked", findingFilter{}, nil, true},
		{"no list any more", findingFilter{}, func(f *record.Finding) { f.Lists = nil }, false},
		{"list", findingFilter{list: "US-BIS-EL"}, nil, true},
		{"beginning of a list", findingFilter{list: "us"}, nil, true},
		{"part of a word", findingFilter{list: "US-BIS-E"}, nil, false},
		{"another list", findingFilter{list: "EU"}, nil, false},
		{"country", findingFilter{country: "hk"}, nil, true},
		{"another country", findingFilter{country: "EC"}, nil, false},
		{"cet", findingFilter{cet: true}, nil, true},
		{"cet without tags", findingFilter{cet: true}, untagged, false},
		{"ships", findingFilter{ships: true}, nil, true},
		{"ships nothing", findingFilter{ships: true}, bare, false},
		{"area", findingFilter{area: "ai"}, nil, true},
		{"subfield", findingFilter{area: "ai.dl"}, nil, true},
		{"area in capitals", findingFilter{area: "AI"}, nil, true},
		{"subfield in capitals", findingFilter{area: "AI.DL"}, nil, true},
		{"another area", findingFilter{area: "biotech"}, nil, false},
		{"since", findingFilter{since: "2023-06-01"}, nil, true},
		{"since later", findingFilter{since: "2023-06-02"}, nil, false},
		{"as of", findingFilter{asOf: "2020-01-01"}, nil, true},
		{"named later", findingFilter{asOf: "2019-12-31"}, nil, false},
		{"a candidate", findingFilter{asOf: "2019-10-09"}, candidate, true},
		{"listed later than its candidate", findingFilter{asOf: "2019-10-08"}, candidate, false},
		{"listed later", findingFilter{asOf: "2021-01-01", list: "UN"}, nil, false},
		{"tagged later", findingFilter{asOf: "2021-01-01", area: "sensing"}, nil, false},
		{"tagged before", findingFilter{asOf: "2021-01-01", area: "ai"}, nil, true},
		{"shipped later", findingFilter{asOf: "2020-05-31", ships: true}, nil, false},
		{"between", findingFilter{since: "2020-06-01", asOf: "2020-06-01"}, nil, true},
		{"nothing between", findingFilter{since: "2020-06-02", asOf: "2021-01-01"}, nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := findingOfAll()
			if tt.change != nil {
				tt.change(f)
			}
			if got := tt.want.takes(f); got != tt.takes {
				t.Errorf("takes it: %t", got)
			}
		})
	}
}

// TestAsOf: what is dated later is out of every part.
func TestAsOf(t *testing.T) {
	f := findingOfAll()
	if !(findingFilter{asOf: "2021-01-01"}).takes(f) {
		t.Fatal("it is not taken")
	}
	want := findingOfAll()
	want.Lists = want.Lists[:1]
	want.Inventions[0].Documents, want.Inventions[0].Tags, want.Inventions[0].Areas = want.Inventions[0].Documents[:1], want.Inventions[0].Tags[:1], []string{"ai"}
	want.Shipments, want.HighPriority = want.Shipments[:1], want.HighPriority[:1]
	want.Shipments[0].Periods = want.Shipments[0].Periods[:1]
	want.Consignees = nil
	want.Limits = []string{"sums over shipments are not made as of a date"}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestRank: the domains that meet weigh most, then entries, inventions, shipments.
func TestRank(t *testing.T) {
	all := findingOfAll()
	few := findingOfAll()
	few.Shipments = nil
	few.Lists = append(few.Lists, few.Lists...)
	order := []*record.Finding{all, few, {Lists: all.Lists, Candidates: []record.Candidate{{}}}, {Lists: all.Lists[:1]}}
	for i := range order[1:] {
		if a, b := rank(order[i]), rank(order[i+1]); cmp.Equal(a, b) || !greater(a, b) {
			t.Errorf("%v does not stand before %v", a, b)
		}
	}
	more, untagged := findingOfAll(), findingOfAll()
	more.Inventions = append(more.Inventions, record.Invention{})
	untagged.Inventions[0].Tags = nil
	for _, tt := range []struct {
		finding *record.Finding
		want    string
	}{
		{all, "3 of 3 domains · 2 list entries · 1 CET invention · 2 shipments"},
		{more, "3 of 3 domains · 2 list entries · 1 CET invention · 2 shipments · 2 inventions in all"},
		{untagged, "2 of 3 domains · 2 list entries · 2 shipments · 1 invention"},
	} {
		if got := rankText(tt.finding); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

func greater(a, b []int) bool {
	for i := range a {
		if a[i] != b[i] {
			return a[i] > b[i]
		}
	}
	return false
}
