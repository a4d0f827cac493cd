package sinktest

import (
	"errors"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/record"
)

func testTwoSources(_ *testing.T, f *fixture) {
	a := &record.Patent{ID: "US11321963", Title: "T1", Origin: origin("first")}
	b := &record.Patent{ID: "US11321963", Title: "T2", Abstract: "text", Origin: origin("second")}
	f.load("second", false, b)
	f.load("first", false, a)
	both := &record.Patent{ID: "US11321963", Title: "T1", Abstract: "text", Origin: origin("first"), AlsoFrom: []record.Origin{*origin("second")}}
	f.want("united", record.Record(both), f.get(record.KindPatent, "US11321963"))
	f.want("one record", "US11321963", f.ids(record.KindPatent, ""))
	p, q := party("A"), party("A")
	q.Lists[0].Code, q.Aliases = "US-BIS-MEU", []record.Alias{{Name: "ALIAS"}}
	f.load("first", true, p)
	f.load("second", true, q)
	f.want("lists", 2, len(f.get(record.KindParty, "A").(*record.Party).Lists))
	f.load("first", true)
	got := f.get(record.KindParty, "A").(*record.Party)
	f.want("one source is absent", []record.ListStatus{record.NotInLatestFile, record.Current}, []record.ListStatus{got.Lists[0].Status, got.Lists[1].Status})
}

func testOneSourceLeft(_ *testing.T, f *fixture) {
	p, q := party("A"), party("A")
	p.Remarks, q.Remarks, q.Origin = "of the first", "of the second", origin("second")
	f.load("first", true, p)
	f.load("second", true, q)
	f.want("both have it", "of the first; of the second", f.get(record.KindParty, "A").(*record.Party).Remarks)
	f.load("first", true)
	f.want("the one that leads has it no more", record.Record(q), f.get(record.KindParty, "A"))
	f.load("second", true)
	f.want("none has it", "of the first; of the second", f.get(record.KindParty, "A").(*record.Party).Remarks)
	f.load("first", true, p)
	f.want("it is back", record.Record(p), f.get(record.KindParty, "A"))

	p.Lists = append(p.Lists, record.Listing{Code: "US-BIS-MEU", Status: record.Current})
	p.Lists[0].Notices = []string{"84 FR 54004"}
	f.load("first", true, p)
	f.load("second", true, q)
	f.load("first", true)
	p.Lists[1].Status = record.NotInLatestFile
	got := f.get(record.KindParty, "A").(*record.Party)
	f.want("it has another entry still", []record.Listing{p.Lists[1], q.Lists[0]}, got.Lists)
}

func testScanOf(t *testing.T, f *fixture) {
	own, theirs := party("A"), party("A")
	theirs.Remarks, theirs.Aliases, theirs.Origin = "NOTE", []record.Alias{{Name: "ALIAS"}}, origin("second")
	f.load("first", true, own, shipment("first/202001/1", "X"))
	f.load("second", true, theirs, party("B"), shipment("second/202001/1", "X"))
	f.load("third", true, theirs, party("C"))
	scan := func(kind record.Kind, kept string) (list []record.Record, asked []string) {
		for r, err := range f.ScanOf(t.Context(), kind, "", func(ref record.Ref, source string) bool {
			asked = append(asked, ref.ID+" of "+source)
			return strings.Contains(kept, source)
		}) {
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, r)
		}
		return list, asked
	}
	list, asked := scan(record.KindParty, "first")
	f.want("of one source", []record.Record{own}, list)
	f.want("each row is asked for once", []string{"A of first", "A of second", "A of third", "B of second", "C of third"}, asked)
	list, _ = scan(record.KindParty, "second")
	f.want("a source that others lead", []record.Record{theirs, party("B")}, list)
	list, _ = scan(record.KindParty, "second third")
	f.want("of two", []record.Record{theirs, party("B"), party("C")}, list)
	list, asked = scan(record.KindShipment, "second")
	f.want("shipments", []record.Record{shipment("second/202001/1", "X")}, list)
	f.want("shipments asked for", []string{"first/202001/1 of first", "second/202001/1 of second"}, asked)
}

func testOneLoad(t *testing.T, f *fixture) {
	ctx := t.Context()
	first, err := f.Begin(ctx, "first", "run", true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Begin(ctx, "first", "run", true); err == nil || !strings.Contains(err.Error(), "a load of first is under way already") {
		t.Errorf("a second load beside it: %v", err)
	}
	other, err := f.Begin(ctx, "second", "run", true)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(first.Put(ctx, party("A")), other.Put(ctx, party("B")), other.Abort()); err != nil {
		t.Fatal(err)
	}
	if _, err := first.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	f.want("after a commit", Delta{Unchanged: 1}, f.load("first", true, party("A")))
	f.want("after an abort", Delta{Added: 1}, f.load("second", true, party("B")))
}
