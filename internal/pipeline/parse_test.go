package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/internal/pipeline"
	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/bolt"
)

const threeTraders = "name,country\nALPHA TRADING,CN\nBETA OPTICS,RU\nGAMMA STONE,IR\n"

// traders is a list of n parties.
func traders(n int) string {
	var b strings.Builder
	b.WriteString("name,country\n")
	for i := range n {
		fmt.Fprintf(&b, "TRADER %04d,CN\n", i)
	}
	return b.String()
}

// snapshot is all records of a kind as JSON lines.
func (h *house) snapshot(k record.Kind) string {
	h.t.Helper()
	var b strings.Builder
	for r, err := range h.store.Scan(h.t.Context(), k, "") {
		if err != nil {
			h.t.Fatal(err)
		}
		line, err := record.Marshal(r)
		if err != nil {
			h.t.Fatal(err)
		}
		b.Write(line)
		b.WriteByte('\n')
	}
	return b.String()
}

func TestCrawlParseStore(t *testing.T) {
	h := newHouse(t, bolt.Options{})
	h.web.put("/list.csv", threeTraders)
	src := h.list()
	crawled := h.crawl(src)
	if crawled.Status != "done" || crawled.Captures != 1 || crawled.Bytes != int64(len(threeTraders)) {
		t.Errorf("crawl: %+v", crawled)
	}
	run := h.parse(src)
	if run.Status != "done" || run.Read != 3 || run.Records != 3 || run.Problems != 0 {
		t.Errorf("parse: %+v", run)
	}
	if d, want := h.room.last(), (pipeline.Delta{Added: 3}); d != want {
		t.Errorf("first parse: %+v, want %+v", d, want)
	}
	kept := h.captures("list")[0]
	r, err := h.store.Get(t.Context(), record.Ref{Kind: record.KindParty, ID: "US-BIS-UVL:BETA OPTICS/RU"})
	if err != nil {
		t.Fatal(err)
	}
	want := record.Origin{Source: "list", URL: kept.URL, SHA256: kept.SHA256, Locator: "list.csv:3", Parser: src.Format.Parser(), Fetched: kept.Fetched}
	if diff := cmp.Diff(want, *r.(*record.Party).Origin); diff != "" {
		t.Errorf("origin (-want +got):\n%s", diff)
	}

	// Any stage again, in any number, changes nothing.
	before := h.snapshot(record.KindParty)
	h.parse(src)
	if d, want := h.room.last(), (pipeline.Delta{Unchanged: 3}); d != want {
		t.Errorf("second parse: %+v, want %+v", d, want)
	}
	if diff := cmp.Diff(before, h.snapshot(record.KindParty)); diff != "" {
		t.Errorf("a parse of the same captures changed records (-was +is):\n%s", diff)
	}
	h.crawl(src)
	h.parse(src)
	if d, want := h.room.last(), (pipeline.Delta{Unchanged: 3}); d != want || h.web.same != 1 {
		t.Errorf("parse after an answer of 304: %+v, want %+v; %d answers were 304", d, want, h.web.same)
	}

	// A row that vanishes is told, not forgotten; one that comes back is current.
	h.web.put("/list.csv", strings.Replace(threeTraders, "BETA OPTICS,RU\n", "", 1))
	h.crawl(src)
	h.parse(src)
	if d, want := h.room.last(), (pipeline.Delta{Unchanged: 2, Absent: 1}); d != want {
		t.Errorf("parse without a row: %+v, want %+v", d, want)
	}
	got := h.ids(record.KindParty)
	if diff := cmp.Diff([]string{"US-BIS-UVL:ALPHA TRADING/CN current", "US-BIS-UVL:BETA OPTICS/RU not_in_latest_file", "US-BIS-UVL:GAMMA STONE/IR current"}, got); diff != "" {
		t.Errorf("parties (-want +got):\n%s", diff)
	}
	h.web.put("/list.csv", threeTraders)
	h.crawl(src)
	h.parse(src)
	if got := h.ids(record.KindParty)[1]; got != "US-BIS-UVL:BETA OPTICS/RU current" {
		t.Errorf("the row is back: %s", got)
	}
}

func TestNothingArchived(t *testing.T) {
	h := newHouse(t, bolt.Options{})
	run, err := h.Parse(t.Context(), h.list())
	if err == nil || !strings.Contains(err.Error(), "tripoint crawl list") || run.Status != "failed" {
		t.Errorf("status %s, error %v; want one that names the command to run", run.Status, err)
	}
}

// What a gate refuses leaves the last good records as they were, and the next
// good file is measured by those.
func TestGate(t *testing.T) {
	good := traders(100)
	for _, tt := range []struct {
		name, file string
		gate       pipeline.Gate
		want       string // in the error; "": taken
		broken     bool   // the file cannot be read at all: no matter for the gate
	}{
		{name: "the same", file: good, gate: pipeline.Gate{MaxDrop: 0.1}},
		{name: "a little less", file: traders(95), gate: pipeline.Gate{MaxDrop: 0.1}},
		{name: "half", file: traders(50), gate: pipeline.Gate{MaxDrop: 0.1}, want: "50 records after 100: a drop of 50.0 %, at most 10.0 % is allowed"},
		{name: "only a header", file: "name,country\n", gate: pipeline.Gate{MinRecords: 1}, want: "0 records, at least 1 are wanted"},
		{name: "too many", file: traders(201), gate: pipeline.Gate{MaxRecords: 200}, want: "201 records, at most 200 are wanted"},
		{name: "empty", file: "", want: "is empty", broken: true},
		{name: "spoilt rows", file: good + strings.Repeat(",CN\n", 25), gate: pipeline.Gate{MaxProblems: 0.1}, want: "25 of 125 rows are spoilt (20.0 %)"},
		{name: "countries gone", file: strings.ReplaceAll(good, ",CN", ","), gate: pipeline.Gate{Fill: map[string]float64{"countries": 0.9}}, want: "countries is filled in 0.0 %"},
		{name: "a witness gone", file: traders(100), gate: pipeline.Gate{Contains: []pipeline.Contains{{Name: "trader 0099"}, {Name: "TRADER 0100"}}}, want: "TRADER 0100 is not among the records"},
		{name: "a witness by id", file: traders(100), gate: pipeline.Gate{Contains: []pipeline.Contains{{ID: "US-BIS-UVL:TRADER 0099/CN"}}}},
		{name: "two reasons", file: traders(10), gate: pipeline.Gate{MinRecords: 50, MaxDrop: 0.5}, want: "at least 50 are wanted; 10 records after 100"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t, bolt.Options{})
			h.web.put("/list.csv", good)
			src := h.list()
			h.crawl(src)
			h.parse(src)
			before := h.snapshot(record.KindParty)

			h.web.put("/list.csv", tt.file)
			h.crawl(src)
			tt.gate.MaxProblems = max(tt.gate.MaxProblems, 0.05)
			src.Gate = tt.gate
			run, err := h.Parse(t.Context(), src)
			if tt.want == "" {
				if err != nil || run.Status != "done" {
					t.Fatalf("status %s, error %v; want done", run.Status, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) || errors.Is(err, pipeline.ErrGate) == tt.broken || strings.Contains(err.Error(), "\n") {
				t.Fatalf("error %v, want one line with %q", err, tt.want)
			}
			if run.Status != "failed" || run.Error != err.Error() {
				t.Errorf("run %+v, want a failed one", run)
			}
			if diff := cmp.Diff(before, h.snapshot(record.KindParty)); diff != "" {
				t.Errorf("the last good records changed (-was +is):\n%s", diff)
			}
			h.web.put("/list.csv", good)
			h.crawl(src)
			src.Gate = pipeline.Gate{MaxDrop: 0.01, MaxProblems: 0.01}
			if run := h.parse(src); run.Records != 100 {
				t.Errorf("the next good file gave %d records", run.Records)
			}
			if d := h.room.last(); d.Unchanged != 100 {
				t.Errorf("the next good file: %+v, want 100 unchanged", d)
			}
		})
	}
}

func TestSynthetic(t *testing.T) {
	invented := regexp.MustCompile(`TRADER`)
	for _, demo := range []bool{false, true} {
		h := newHouse(t, bolt.Options{Synthetic: demo})
		h.web.put("/list.csv", "name,country\nALPHA TRADING,CN\nTRADER 0001,CN\n")
		src := h.list()
		src.Synthetic = invented
		h.crawl(src)
		run, err := h.Parse(t.Context(), src)
		if !demo {
			if !errors.Is(err, bolt.ErrSynthetic) || run.Status != "failed" || len(h.ids(record.KindParty)) != 0 {
				t.Errorf("a real store: status %s, error %v, records %v; want a refusal", run.Status, err, h.ids(record.KindParty))
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]bool{}
		for r, err := range h.store.Scan(t.Context(), record.KindParty, "") {
			if err != nil {
				t.Fatal(err)
			}
			p := r.(*record.Party)
			got[p.Name] = p.Synthetic
		}
		if diff := cmp.Diff(map[string]bool{"ALPHA TRADING": false, "TRADER 0001": true}, got); diff != "" {
			t.Errorf("synthetic (-want +got):\n%s", diff)
		}
	}
}

// The files of a joined format are one unit, whose hash says which files it
// was made of.
func TestJoined(t *testing.T) {
	h := newHouse(t, bolt.Options{})
	row := func(n int, name string) string {
		return fmt.Sprintf("%d,%q,-0- ,\"SDGT\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n", n, name)
	}
	h.web.put("/sdn.csv", row(1, "ALPHA TRADING")+row(2, "BETA OPTICS"))
	h.web.put("/alt.csv", "1,11,\"aka\",\"ALPHA CO\",-0- \n")
	h.web.put("/add.csv", "2,21,\"2 Castle Road\",\"Zurich CH-8022\",\"Switzerland\",-0- \n")
	src := h.source("sdn", "{start: ['http://web.tripoint.test/sdn.csv', 'http://web.tripoint.test/alt.csv', 'http://web.tripoint.test/add.csv']}", "ofac-csv", "{}")
	src.Full = true

	party := func(n int) *record.Party {
		r, err := h.store.Get(t.Context(), record.Ref{Kind: record.KindParty, ID: fmt.Sprintf("US-OFAC:%d", n)})
		if err != nil {
			t.Fatal(err)
		}
		return r.(*record.Party)
	}
	h.crawl(src)
	run := h.parse(src)
	if run.Read != 2 || run.Records != 2 {
		t.Errorf("run %+v, want two rows of the primary file", run)
	}
	alpha := party(1)
	if len(alpha.Aliases) != 1 || alpha.Aliases[0].Name != "ALPHA CO" || len(party(2).Addresses) != 1 {
		t.Errorf("the files were not joined: %+v", alpha)
	}
	if alpha.Origin.Locator != "sdn.csv:1 alt.csv:1" {
		t.Errorf("locator %q", alpha.Origin.Locator)
	}
	first := alpha.Origin.SHA256
	for _, c := range h.captures("sdn") {
		if c.SHA256 == first {
			t.Errorf("the unit's hash is that of %s alone", c.URL)
		}
	}

	// Nothing is new: three answers of 304 keep the old files and the hash.
	h.crawl(src)
	h.parse(src)
	if got := party(1).Origin; got.SHA256 != first || h.web.same != 3 {
		t.Errorf("%d answers were 304 and the hash is %s, want 3 and %s", h.web.same, got.SHA256, first)
	}

	// One file is new: the others, which answer 304, are joined to it.
	h.web.put("/alt.csv", "1,11,\"aka\",\"ALPHA CO\",-0- \n1,12,\"fka\",\"OMEGA CO\",-0- \n")
	h.crawl(src)
	if run := h.parse(src); run.Records != 2 {
		t.Errorf("run %+v", run)
	}
	alpha = party(1)
	if len(alpha.Aliases) != 2 || len(party(2).Addresses) != 1 {
		t.Errorf("the newest captures were not joined: %+v", alpha)
	}
	if alpha.Origin.SHA256 == first {
		t.Error("other files, the same hash")
	}
}

// All problems are counted, and a bounded number is kept by its words.
func TestProblemsAreBounded(t *testing.T) {
	h := newHouse(t, bolt.Options{})
	h.web.put("/list.csv", threeTraders+strings.Repeat(",CN\n", 2500))
	src := h.list()
	h.crawl(src)
	run := h.parse(src)
	if run.Status != "partly" || run.Problems != 2500 || run.Read != 2503 || run.Records != 3 {
		t.Errorf("run %+v; want partly, with 2500 problems", run)
	}
	kept := h.problems(run)
	if len(kept) != 1000 {
		t.Fatalf("%d problems are kept, want 1000", len(kept))
	}
	if p := kept[0]; p.Origin.Locator != "list.csv:5" || p.Origin.Source != "list" || !strings.Contains(p.Err.Error(), "name") {
		t.Errorf("the first problem is %+v", p)
	}
}

// A record that the store cannot keep is a problem like any other.
func TestProblemsOfTheStore(t *testing.T) {
	h := newHouse(t, bolt.Options{})
	h.web.put("/list.csv", threeTraders+strings.Repeat("X", 17<<10)+",CN\nDELTA GLASS,CN\n"+strings.Repeat("Y", 17<<10)+",CN\n")
	src := h.list()
	h.crawl(src)
	run := h.parse(src)
	if run.Status != "partly" || run.Problems != 2 || run.Records != 4 || run.Read != 6 {
		t.Errorf("run %+v; want partly, with 4 records and 2 problems", run)
	}
	if kept := h.problems(run); len(kept) != 2 || kept[0].Origin.Locator != "list.csv:5" || kept[1].Origin.Locator != "list.csv:7" {
		t.Errorf("problems %v", kept)
	}
	if n := len(h.ids(record.KindParty)); n != 4 {
		t.Errorf("the store has %d records, want 4", n)
	}
	src.Gate.MaxProblems = 0.1
	if _, err := h.Parse(t.Context(), src); !errors.Is(err, pipeline.ErrGate) {
		t.Errorf("the gate does not see the problems of the store: %v", err)
	}
}

// A parse that is cancelled, or whose parser breaks off, leaves the store as
// it was and of use.
func TestParseIsCutOff(t *testing.T) {
	h := newHouse(t, bolt.Options{})
	h.web.put("/list.csv", traders(2000))
	src := h.list()
	h.crawl(src)
	h.parse(src)
	before := h.snapshot(record.KindParty)

	for _, after := range []int{0, 1, 255, 256, 700, 1999} {
		ctx, cancel := context.WithCancel(t.Context())
		cut := *src
		cut.Parse = func(inner context.Context, u record.Unit) iter.Seq2[record.Record, error] {
			return func(yield func(record.Record, error) bool) {
				n := 0
				for r, err := range src.Parse(inner, u) {
					if n == after {
						cancel()
						yield(nil, inner.Err())
						return
					}
					if n++; !yield(r, err) {
						return
					}
				}
			}
		}
		run, err := h.Parse(ctx, &cut)
		if !errors.Is(err, context.Canceled) || run.Status != "failed" {
			t.Fatalf("after %d rows: status %s, error %v; want %v", after, run.Status, err, context.Canceled)
		}
	}
	if diff := cmp.Diff(before, h.snapshot(record.KindParty)); diff != "" {
		t.Errorf("records changed (-was +is):\n%s", diff)
	}
	if h.parse(src); h.room.last().Unchanged != 2000 {
		t.Errorf("a parse afterwards: %+v", h.room.last())
	}
}

// A store that fails in the middle ends the parse.
func TestStoreFails(t *testing.T) {
	h := newHouse(t, bolt.Options{})
	h.web.put("/list.csv", traders(20_000))
	src := h.list()
	h.crawl(src)
	full := errors.New("no room left on the disk")
	h.Store = brokenStore{h.room, full}
	run, err := h.Parse(t.Context(), src)
	if !errors.Is(err, full) || run.Status != "failed" {
		t.Errorf("status %s, error %v; want %v", run.Status, err, full)
	}
}

type brokenStore struct {
	pipeline.Store
	err error
}

func (s brokenStore) Begin(ctx context.Context, source, run string, full bool) (pipeline.Load, error) {
	l, err := s.Store.Begin(ctx, source, run, full)
	return &brokenLoad{Load: l, err: s.err}, err
}

// brokenLoad fails at its third batch.
type brokenLoad struct {
	pipeline.Load
	err error
	n   int
}

func (l *brokenLoad) Put(ctx context.Context, recs ...record.Record) error {
	if l.n++; l.n == 3 {
		return l.err
	}
	return l.Load.Put(ctx, recs...)
}

// In a source that only grows, a page that cannot be read is a problem and
// takes no other one with it; a full source it fails, and so does the only
// page of any source.
func TestSpoiltPage(t *testing.T) {
	for _, tt := range []struct {
		name  string
		pages int
		full  bool
		gate  float64
		fails bool
	}{
		{name: "grows", pages: 4, gate: 0.5},
		{name: "grows within no limit", pages: 4, gate: 0.1, fails: true},
		{name: "grows by one page", pages: 1, gate: 0.5, fails: true},
		{name: "full", pages: 4, full: true, gate: 0.5, fails: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t, bolt.Options{})
			src := pages(h, tt.pages)
			src.Full, src.Gate.MaxProblems = tt.full, tt.gate
			h.web.put("/page-00.csv", "")
			h.crawl(src)
			run, err := h.Parse(t.Context(), src)
			if tt.fails {
				if n := len(h.ids(record.KindParty)); err == nil || run.Status != "failed" || n > 0 {
					t.Errorf("status %s, error %v, %d records; want a failure", run.Status, err, n)
				}
				return
			}
			if err != nil || run.Status != "partly" || run.Records != tt.pages-1 || run.Problems != 1 || run.Read != tt.pages {
				t.Errorf("run %+v, error %v; want one problem", run, err)
			}
			kept := h.problems(run)
			if len(kept) != 1 || !strings.HasSuffix(kept[0].Origin.URL, "/page-00.csv") || !strings.Contains(kept[0].Err.Error(), "is empty") {
				t.Errorf("problems %+v, want one that names the page", kept)
			}
		})
	}
}

// What a mapping leaves unread, and what its tables do not know, is told with
// the run and spoils nothing.
func TestParseAudit(t *testing.T) {
	h := newHouse(t, bolt.Options{})
	h.web.put("/one.csv", "name,country,note\nALPHA TRADING,Ruritania,x\nBETA OPTICS,NL,\n")
	h.web.put("/two.csv", "name,country,colour\nGAMMA STONE,Ruritania,red\n")
	src := h.source("pages", "{start: ['http://web.tripoint.test/one.csv', 'http://web.tripoint.test/two.csv']}", "fields", `
input: {type: csv}
record: party
list: US-BIS-UVL
fields:
  name: {from: name, required: true}
  countries: {from: country, lookup: country}
`)
	h.crawl(src)
	run := h.parse(src)
	if run.Status != "done" || run.Records != 3 || run.Problems != 0 {
		t.Errorf("run %+v", run)
	}
	want := &record.Audit{
		Rows: 3, Unread: []string{"note", "colour"}, Fill: map[string]int{"name": 3, "countries": 1},
		Misses: map[string][]string{"countries": {"Ruritania"}}, Missed: map[string]int{"countries": 2},
	}
	if diff := cmp.Diff(want, run.Audit); diff != "" {
		t.Errorf("audit (-want +got):\n%s", diff)
	}
	for saved, err := range h.store.Runs(t.Context()) {
		if err != nil || saved.Stage != "parse" {
			t.Fatal(saved, err)
		}
		if diff := cmp.Diff(want, saved.Audit); diff != "" {
			t.Errorf("audit in the history (-want +got):\n%s", diff)
		}
		break
	}
}
