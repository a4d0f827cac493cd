package link_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/record"
)

// A decision wins until the party that it was made on says something else; to
// be fetched again is no change.
func TestReopen(t *testing.T) {
	party := &record.Party{ID: "L:QORVANA/CN", Type: record.Organization, Name: "Qorvana", Countries: []string{"CN"}, Origin: &record.Origin{SHA256: "a"}}
	facts := &world{records: []record.Record{party}}
	id, _, _ := record.LinkID(record.SameEntity, record.Ref{Kind: record.KindName, ID: "QRV HOLDINGS/CN"}, party.Ref())
	hashes, err := link.Hashes(t.Context(), facts, id)
	if err != nil || len(hashes) != 2 {
		t.Fatal(hashes, err)
	}
	for _, wrong := range []string{"", "nothing", "related/name:A/CN/party:L:B", strings.Replace(id, "QORVANA", "NOBODY", 1)} {
		if _, err := link.Hashes(t.Context(), facts, wrong); err == nil {
			t.Errorf("%q can be decided on", wrong)
		}
	}
	facts.records = append(facts.records, &record.Decision{ID: "d", Link: id, Verdict: link.Same, By: "an analyst", Note: "as its site says", Hashes: hashes})
	band := func() *record.Link {
		t.Helper()
		var got *record.Link
		for l, err := range link.Links(t.Context(), facts, link.Options{}) {
			if err != nil || got != nil {
				t.Fatal(l, err)
			}
			got = l
		}
		return got
	}
	if l := band(); l.Band != record.Certain {
		t.Errorf("decided: %+v", l)
	}
	party.Origin = &record.Origin{SHA256: "b"}
	if l := band(); l.Band != record.Certain {
		t.Errorf("fetched again: %+v", l)
	}
	party.Addresses = []record.Address{{Text: "1 Other Road"}}
	l := band()
	if l.Band != record.Review {
		t.Errorf("changed: %+v", l)
	}
	if why := l.Why[1].Text; !strings.Contains(why, "it was decided same; party:L:QORVANA/CN has changed since, so decide again. Then: as its site says") {
		t.Errorf("it says %q", why)
	}
}

// What was decided to be another, and what was left unsure, wins over the score
// and is for review again once the party changes.
func TestReopenOthers(t *testing.T) {
	for verdict, want := range map[string][2]record.Band{
		link.Different: {"", record.Review},
		link.Unsure:    {record.Review, record.Review},
		link.Same:      {record.Certain, record.Review},
	} {
		t.Run(verdict, func(t *testing.T) {
			party := qorvana()
			facts := &world{records: []record.Record{party, shipped("1", "QORVANA OPTICAL TECHNOLOGY", "")}}
			var id string
			bands := func() (band record.Band, in string) {
				t.Helper()
				rest := facts.records
				for l, err := range link.Links(t.Context(), facts, link.Options{}) {
					if err != nil {
						t.Fatal(err)
					}
					band, id = l.Band, l.ID
					facts.records = append(slices.Clone(facts.records), l)
				}
				for f, err := range link.Findings(t.Context(), facts, link.Options{}) {
					if err != nil {
						t.Fatal(err)
					}
					in = fmt.Sprint(len(f.Shipments), " shipments, ", len(f.Candidates), " candidates")
				}
				facts.records = rest
				return band, in
			}
			if band, in := bands(); band != record.Probable || in != "1 shipments, 0 candidates" {
				t.Fatalf("undecided: %s, %s", band, in)
			}
			hashes, err := link.Hashes(t.Context(), facts, id)
			if err != nil {
				t.Fatal(err)
			}
			facts.records = append(facts.records, &record.Decision{ID: "d", Link: id, Verdict: verdict, By: "an analyst", Hashes: hashes})
			in := map[record.Band]string{"": "", record.Review: "0 shipments, 1 candidates", record.Certain: "1 shipments, 0 candidates"}
			for i, change := range []func(){func() {}, func() { party.Lists[0].Status = record.Removed }} {
				change()
				if band, got := bands(); band != want[i] || got != in[want[i]] {
					t.Errorf("step %d: %q, %q, want %q, %q", i, band, got, want[i], in[want[i]])
				}
			}
		})
	}
}
