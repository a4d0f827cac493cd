package pipeline_test

import (
	"context"
	"errors"
	"iter"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/bolt"
)

// put loads records as one source's, past crawl and parse.
func (h *house) put(source string, recs ...record.Record) {
	h.t.Helper()
	load, err := h.room.Begin(h.t.Context(), source, "run", true)
	if err != nil {
		h.t.Fatal(err)
	}
	if err := load.Put(h.t.Context(), recs...); err != nil {
		h.t.Fatal(err)
	}
	if _, err := load.Commit(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

// A listed party on a patent and on a bill of lading is linked and found, the
// same again changes nothing, and what is gone from the facts is gone from
// the judgements.
func TestLinkAndFindings(t *testing.T) {
	h := newHouse(t, bolt.Options{})
	party := &record.Party{
		ID: "US-BIS-EL:STRELSAU OPTICS LIMITED/CN", Type: record.Organization, Name: "Strelsau Optics Limited", Countries: []string{"CN"},
		Lists: []record.Listing{{Code: "US-BIS-EL", Status: record.Current, Dates: []record.ListDate{{Event: "effective", Date: "2019-10-09", Basis: "publisher"}}}},
	}
	bill := &record.Shipment{
		ID: "bills/202007/1", Arrived: "2020-07-26", Flow: "import", Reporter: "US",
		Shipper:   &record.Trader{Name: "STRELSAU OPTICS LTD", Country: "CN"},
		Consignee: &record.Trader{Name: "TALLY IMPORTS INC", Country: "US"},
	}
	patent := &record.Patent{
		ID: "US20200000001A1", Document: "application_publication", ApplicationNumber: "16000001", Title: "Camera", Published: "2020-01-02",
		Applicants: []record.Person{{Name: "Strelsau Optics Limited", Country: "CN"}},
	}
	h.put("list", party)
	h.put("patents", patent)
	h.put("bills", bill)

	stage := func(name string, do func(context.Context) (record.Run, error)) record.Run {
		t.Helper()
		run, err := do(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if run.Status != "done" || run.Stage != name {
			t.Errorf("%s: run %+v", name, run)
		}
		return run
	}
	linked := stage("link", h.Link)
	if linked.Records < 2 {
		t.Errorf("%d links, want one for each name", linked.Records)
	}
	if run := stage("find", h.Findings); run.Records != 1 {
		t.Fatalf("%d findings, want 1", run.Records)
	}
	r, err := h.store.Get(t.Context(), record.Ref{Kind: record.KindFinding, ID: party.ID})
	if err != nil {
		t.Fatal(err)
	}
	if f := r.(*record.Finding); len(f.Inventions) != 1 || len(f.Shipments) != 1 || len(f.Why) == 0 {
		t.Errorf("%d inventions, %d shipments, %d reasons; want 1, 1 and some", len(f.Inventions), len(f.Shipments), len(f.Why))
	}

	before := h.snapshot(record.KindLink) + h.snapshot(record.KindFinding)
	stage("link", h.Link)
	if d := h.room.last(); d.Unchanged != linked.Records || d.Added+d.Changed+d.Absent != 0 {
		t.Errorf("links again: %+v, want %d unchanged", d, linked.Records)
	}
	stage("find", h.Findings)
	if d := h.room.last(); d.Unchanged != 1 || d.Added+d.Changed+d.Absent != 0 {
		t.Errorf("findings again: %+v, want 1 unchanged", d)
	}
	if diff := cmp.Diff(before, h.snapshot(record.KindLink)+h.snapshot(record.KindFinding)); diff != "" {
		t.Errorf("the same again changed something (-was +is):\n%s", diff)
	}

	h.put("bills", &record.Shipment{ID: "bills/202007/2", Arrived: "2020-07-27", Shipper: &record.Trader{Name: "AMBER STONE GMBH", Country: "DE"}})
	stage("link", h.Link)
	if d := h.room.last(); d.Absent == 0 {
		t.Errorf("links without the bill: %+v, want some gone", d)
	}
	stage("find", h.Findings)
	r, err = h.store.Get(t.Context(), record.Ref{Kind: record.KindFinding, ID: party.ID})
	if err != nil {
		t.Fatal(err)
	}
	if f := r.(*record.Finding); len(f.Inventions) != 1 || len(f.Shipments) != 0 {
		t.Errorf("without the bill: %d inventions, %d shipments; want 1 and none", len(f.Inventions), len(f.Shipments))
	}
}

// Decisions are what their files say now: one that was withdrawn is gone, and
// a file that cannot be read to its end changes nothing.
func TestDecisions(t *testing.T) {
	h := newHouse(t, bolt.Options{})
	link := "same_entity/name:A LTD/CN/party:US-BIS-EL:A LIMITED/CN"
	one := &record.Decision{ID: "1", Link: link, Verdict: "same", By: "desk"}
	two := &record.Decision{ID: "2", Link: link, Verdict: "different", By: "desk"}
	file := func(err error, list ...*record.Decision) iter.Seq2[*record.Decision, error] {
		return func(yield func(*record.Decision, error) bool) {
			for _, d := range list {
				if !yield(d, nil) {
					return
				}
			}
			if err != nil {
				yield(nil, err)
			}
		}
	}
	decide := func(list ...*record.Decision) {
		t.Helper()
		run, err := h.Decisions(t.Context(), file(nil, list...))
		if err != nil || run.Records != len(list) {
			t.Fatalf("run %+v, error %v", run, err)
		}
	}
	want := func(ids ...string) {
		t.Helper()
		if diff := cmp.Diff(ids, h.ids(record.KindDecision)); diff != "" {
			t.Errorf("decisions (-want +got):\n%s", diff)
		}
	}
	decide(one, two)
	want("1", "2")
	decide(two)
	want("2")

	broken := errors.New("line 2 cannot be read")
	run, err := h.Decisions(t.Context(), file(broken, one))
	if !errors.Is(err, broken) || run.Status != "failed" {
		t.Errorf("status %s, error %v; want %v", run.Status, err, broken)
	}
	want("2")
}
