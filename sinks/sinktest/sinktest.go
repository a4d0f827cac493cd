// Package sinktest is the conformance suite of a store: whatever keeps
// records for the house passes Store.
//
// Start with Store; a store's test hands it a function that opens one in a
// folder, and opens the same one again when it is called again.
package sinktest

import (
	"context"
	"errors"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
)

// Delta counts what a load did.
type Delta struct{ Added, Changed, Unchanged, Absent int }

// Sink is a store as the suite sees it.
type Sink interface {
	// Begin starts a load; full says that it is the whole of its source.
	Begin(ctx context.Context, source, run string, full bool) (Load, error)
	Get(context.Context, record.Ref) (record.Record, error)
	Scan(ctx context.Context, kind record.Kind, prefix string) iter.Seq2[record.Record, error]
	// ScanOf is Scan without the rows that keep refuses.
	ScanOf(ctx context.Context, kind record.Kind, prefix string, keep func(record.Ref, string) bool) iter.Seq2[record.Record, error]
	Names(context.Context) iter.Seq2[record.NameUse, error]
	Uses(ctx context.Context, name, country string) iter.Seq2[record.Use, error]
	Counts(context.Context) (map[record.Kind]int, error)
	Frontier(ctx context.Context, source, run string) (Frontier, error)
	Close() error
}

// Load is a load that is under way.
type Load interface {
	Put(context.Context, ...record.Record) error
	Commit(context.Context) (Delta, error)
	Abort() error
}

// Frontier is a crawl's queue.
type Frontier interface {
	Add(context.Context, ...record.Request) error
	Lease(context.Context) (record.Request, error)
	Done(context.Context, record.Request) error
	Pending(context.Context) (int, error)
	Clear(context.Context) error
	Resumed() bool
	Close() error
}

// Store runs the suite. The opened stores believe the source "first" before
// the source "second", and are not of generated data.
func Store(t *testing.T, open func(t *testing.T, dir string) Sink) {
	for _, tt := range []struct {
		name string
		run  func(*testing.T, *fixture)
	}{
		{"nothing is there", testEmpty},
		{"a load is invisible until it is committed", testInvisible},
		{"an aborted load leaves nothing", testAbort},
		{"a source has one load at a time", testOneLoad},
		{"a repeated load changes nothing", testRepeat},
		{"a party that is absent is not in the latest file", testAbsentParty},
		{"a judgement that is absent goes", testAbsentTag},
		{"a growing load keeps what is there", testGrow},
		{"two sources are read as one", testTwoSources},
		{"an entry that one source no longer has stands by the other's facts", testOneSourceLeft},
		{"a search hit does not replace a document", testSearchHit},
		{"a scan goes upwards from a prefix", testScan},
		{"a scan of some sources has nothing of the others", testScanOf},
		{"shipments are kept by month", testShipments},
		{"names are summed over months", testNames},
		{"generated records are refused", testSynthetic},
		{"a record without an id is a problem", testProblem},
		{"a frontier outlives its run", testFrontier},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := &fixture{T: t, dir: t.TempDir(), openSink: open}
			f.Sink = open(t, f.dir)
			defer func() {
				if err := f.Close(); err != nil {
					t.Error(err)
				}
			}()
			tt.run(t, f)
		})
	}
}

// fixture is an open store with its helpers.
type fixture struct {
	*testing.T
	Sink
	dir      string
	openSink func(*testing.T, string) Sink
}

func (f *fixture) reopen() {
	f.T.Helper()
	if err := f.Close(); err != nil {
		f.Fatal(err)
	}
	f.Sink = f.openSink(f.T, f.dir)
}

func (f *fixture) load(source string, full bool, recs ...record.Record) Delta {
	f.T.Helper()
	ctx := f.T.Context()
	l, err := f.Begin(ctx, source, "run", full)
	if err != nil {
		f.Fatal(err)
	}
	if err := l.Put(ctx, recs...); err != nil {
		f.Fatal(err)
	}
	d, err := l.Commit(ctx)
	if err != nil {
		f.Fatal(err)
	}
	return d
}

func (f *fixture) want(what string, want, got any) {
	f.T.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		f.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func (f *fixture) get(kind record.Kind, id string) record.Record {
	f.T.Helper()
	r, err := f.Get(f.T.Context(), record.Ref{Kind: kind, ID: id})
	if err != nil && !errors.Is(err, record.ErrNotFound) {
		f.Fatal(err)
	}
	return r
}

func (f *fixture) ids(kind record.Kind, prefix string) string {
	f.T.Helper()
	var ids []string
	for r, err := range f.Scan(f.T.Context(), kind, prefix) {
		if err != nil {
			f.Fatal(err)
		}
		ids = append(ids, r.Ref().ID)
	}
	return strings.Join(ids, " ")
}

func party(id string) *record.Party {
	return &record.Party{
		ID: id, Type: record.Organization, Name: "NAME OF " + id, Countries: []string{"CN"},
		Lists:  []record.Listing{{Code: "US-BIS-EL", Status: record.Current, Dates: []record.ListDate{{Event: "effective", Date: "2019-10-09"}}}},
		Origin: origin("first"),
	}
}

func origin(source string) *record.Origin {
	return &record.Origin{
		Source: source, URL: "https://lists.example/el.csv", SHA256: "ab", Locator: "el.csv:7", Parser: "fields/1",
		Fetched: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC),
	}
}

func tag(id string) *record.Tag {
	return &record.Tag{ID: id, Patent: "US11321963", Edition: "2024", Area: "ai", Score: 0.5, Why: []record.Why{{Kind: "code", Text: "G06V40/45"}}}
}

func shipment(id, consignee string) *record.Shipment {
	return &record.Shipment{
		ID: id, Containers: []string{"MAEU1234567"}, Shipper: &record.Trader{Name: "HIK TECHNOLOGY", Country: "CN"},
		Consignee: &record.Trader{Name: consignee, Address: "1 QUAY", Country: "EC"}, WeightKg: 59739.9,
		Goods: []record.Good{{Description: "NVR 16 CH", Container: "MAEU1234567"}}, Origin: origin("manifests"),
	}
}

func testEmpty(t *testing.T, f *fixture) {
	_, err := f.Get(t.Context(), record.Ref{Kind: record.KindParty, ID: "A"})
	if !errors.Is(err, record.ErrNotFound) {
		t.Errorf("Get of nothing: %v", err)
	}
	_, err = f.Get(t.Context(), record.Ref{Kind: record.KindShipment, ID: "a/202001/1"})
	if !errors.Is(err, record.ErrNotFound) {
		t.Errorf("Get of no shipment: %v", err)
	}
	f.want("ids", "", f.ids(record.KindParty, "")+f.ids(record.KindShipment, ""))
}

func testInvisible(t *testing.T, f *fixture) {
	ctx := t.Context()
	l, err := f.Begin(ctx, "first", "run", true)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Put(ctx, party("A"), shipment("first/202001/1", "X")); err != nil {
		t.Fatal(err)
	}
	f.want("before", "", f.ids(record.KindParty, "")+f.ids(record.KindShipment, ""))
	d, err := l.Commit(ctx)
	if err != nil {
		t.Fatal(err)
	}
	f.want("delta", Delta{Added: 2}, d)
	f.want("party", record.Record(party("A")), f.get(record.KindParty, "A"))
	f.want("shipment", record.Record(shipment("first/202001/1", "X")), f.get(record.KindShipment, "first/202001/1"))
	if err := l.Put(ctx, party("B")); err == nil {
		t.Error("Put after Commit is accepted")
	}
	f.reopen()
	f.want("after", "A first/202001/1", f.ids(record.KindParty, "")+" "+f.ids(record.KindShipment, ""))
}

func testAbort(t *testing.T, f *fixture) {
	ctx := t.Context()
	f.load("first", true, party("A"))
	l, err := f.Begin(ctx, "first", "run", true)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(l.Put(ctx, party("B")), l.Abort(), l.Abort()); err != nil {
		t.Fatal(err)
	}
	f.want("ids", "A", f.ids(record.KindParty, ""))
	if _, err := l.Commit(ctx); err == nil {
		t.Error("Commit after Abort is accepted")
	}
}

func testRepeat(_ *testing.T, f *fixture) {
	recs := []record.Record{party("A"), party("B"), shipment("first/202001/1", "X"), tag("US1/2024/ai")}
	f.want("first", Delta{Added: 4}, f.load("first", true, recs...))
	f.want("second", Delta{Unchanged: 4}, f.load("first", true, recs...))
	other := party("A")
	other.Origin.SHA256 = "cd"
	f.want("another capture", Delta{Unchanged: 4}, f.load("first", true, append(recs[1:], other)...))
	f.want("its origin", "cd", f.get(record.KindParty, "A").(*record.Party).Origin.SHA256)
	changed := party("A")
	changed.Remarks = "see notice"
	f.want("third", Delta{Changed: 1, Unchanged: 3}, f.load("first", true, append(recs[1:], changed)...))
}

func testAbsentParty(t *testing.T, f *fixture) {
	removed := party("C")
	removed.Lists[0].Status = record.Removed
	f.load("first", true, party("A"), party("B"), removed)
	f.want("delta", Delta{Unchanged: 1, Absent: 2}, f.load("first", true, party("A")))
	want := party("B")
	want.Lists[0].Status = record.NotInLatestFile
	f.want("absent", record.Record(want), f.get(record.KindParty, "B"))
	f.want("removed stays removed", record.Record(removed), f.get(record.KindParty, "C"))
	f.want("again", Delta{Unchanged: 1}, f.load("first", true, party("A")))
	f.want("it comes back", Delta{Changed: 1, Unchanged: 1}, f.load("first", true, party("A"), party("B")))
	f.want("current", record.Record(party("B")), f.get(record.KindParty, "B"))
	counts, err := f.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f.want("counts", map[record.Kind]int{record.KindParty: 3}, counts)
}

func testAbsentTag(t *testing.T, f *fixture) {
	f.load("cet/2022", true, tag("US1/2022/ai"))
	f.load("cet/2024", true, tag("US1/2024/ai"), tag("US2/2024/ai"))
	f.want("delta", Delta{Unchanged: 1, Absent: 1}, f.load("cet/2024", true, tag("US2/2024/ai")))
	f.want("ids", "US1/2022/ai US2/2024/ai", f.ids(record.KindTag, ""))
	f.want("all", Delta{Absent: 1}, f.load("cet/2024", true))
	counts, err := f.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f.want("counts", map[record.Kind]int{record.KindTag: 1}, counts)
}

func testGrow(_ *testing.T, f *fixture) {
	f.load("first", false, party("A"), shipment("first/202001/1", "X"), shipment("first/202002/1", "X"))
	d := f.load("first", false, party("B"), shipment("first/202001/2", "Y"), shipment("first/202001/1", "Z"))
	f.want("delta", Delta{Added: 2, Changed: 1}, d)
	f.want("ids", "A B", f.ids(record.KindParty, ""))
	f.want("shipments", "first/202001/1 first/202001/2 first/202002/1", f.ids(record.KindShipment, ""))
	f.want("replaced", "Z", f.get(record.KindShipment, "first/202001/1").(*record.Shipment).Consignee.Name)
}

func testSearchHit(_ *testing.T, f *fixture) {
	full := &record.Patent{ID: "US1", Title: "FULL", Abstract: "text", CPC: []string{"G06V40/45"}, Origin: origin("first")}
	hit := &record.Patent{ID: "US1", Title: "HIT", FamilyID: "7"}
	want := *full
	want.FamilyID = "7"
	f.load("first", false, full)
	f.load("first", false, hit)
	f.want("later load", record.Record(&want), f.get(record.KindPatent, "US1"))
	f.load("second", false, hit, full)
	f.load("third", false, full, hit)
	f.want("one load", record.Record(&want), f.get(record.KindPatent, "US1"))
}

func testScan(_ *testing.T, f *fixture) {
	var recs []record.Record
	for _, id := range []string{"b", "a/2", "a", "a.1", "a/1", "c", "a/10"} {
		recs = append(recs, tag(id))
	}
	f.load("cet/2024", true, recs...)
	f.want("all", "a a.1 a/1 a/10 a/2 b c", f.ids(record.KindTag, ""))
	f.want("prefix", "a/1 a/10 a/2", f.ids(record.KindTag, "a/"))
	f.want("none", "", f.ids(record.KindTag, "d"))
}

func testSynthetic(t *testing.T, f *fixture) {
	l, err := f.Begin(t.Context(), "first", "run", true)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Abort() }()
	p := party("A")
	p.Synthetic = true
	var problem *record.Problem
	if err := l.Put(t.Context(), p); err == nil || errors.As(err, &problem) {
		t.Errorf("a generated record: %v; want an error that ends the load", err)
	}
}

func testProblem(t *testing.T, f *fixture) {
	ctx := t.Context()
	l, err := f.Begin(ctx, "first", "run", true)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []record.Record{party(""), party(strings.Repeat("x", 1<<17)), shipment("other/202001/1", "X"), shipment("first/2020/1", "X"), shipment("first/202001/1", "A\x00B"), tag("a\x00b")} {
		var problem *record.Problem
		if err := l.Put(ctx, r, party("A")); !errors.As(err, &problem) {
			t.Errorf("%.40q: %v; want a problem", r.Ref().ID, err)
		}
	}
	if _, err := l.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	f.want("the good ones are kept", "A", f.ids(record.KindParty, "")+f.ids(record.KindTag, ""))
}
