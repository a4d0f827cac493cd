package snapshot

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/tripoint-data/tripoint/record"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var watermark = time.Date(2026, 11, 22, 20, 30, 0, 0, time.FixedZone("", 3600))

func world() memory {
	at := func(source, locator string) *record.Origin {
		return &record.Origin{Source: source, URL: "http://lists.tripoint.test/a.csv", SHA256: strings.Repeat("ab", 32), Locator: locator, Parser: "csl-csv/1", Fetched: watermark}
	}
	patent := func(id, app string) *record.Patent {
		return &record.Patent{
			ID: id, Document: record.Grant, ApplicationNumber: app, Title: "=Lens, with | bar", Granted: "2022-05-03",
			Assignees: []record.Person{{Name: "+ORCHID OPTICS"}, {Name: "BLUE HILL"}}, Inventors: []record.Person{{Name: "JANE ROE"}},
			CPC: []string{"G06V40/45"}, Origin: at("us-patents", "documents[0]"),
		}
	}
	a, b := record.Ref{Kind: record.KindParty, ID: "US-BIS-EL:1"}, record.Ref{Kind: record.KindName, ID: "ORCHID OPTICS/CN"}
	linkID, a, b := record.LinkID(record.SameEntity, a, b)
	hidden := record.Ref{Kind: record.KindShipment, ID: "vendor/202007/9"}
	shown := record.Ref{Kind: record.KindShipment, ID: "us-ams/202007/1"}
	return memory{
		&record.Party{
			ID: "US-BIS-EL:1", Type: record.Organization, Name: "ORCHID OPTICS CO., LTD.", Aliases: []record.Alias{{Name: "@ORCHID"}, {Name: "蘭光学"}},
			Lists:     []record.Listing{{Code: "US-BIS-EL", Status: record.Current, Dates: []record.ListDate{{Event: "effective", Date: "2019-10-09"}}}},
			Addresses: []record.Address{{Text: "1 Harbour Road,\nHangzhou", Country: "CN"}}, Countries: []string{"CN"}, Origin: at("us-lists", "a.csv:2"),
		},
		&record.Party{ID: "US-BIS-EL:2", Name: "KESTREL LLC", Lists: []record.Listing{{Code: "US-BIS-EL"}, {Code: "US-DOD-1260H"}}, Origin: at("us-lists", "a.csv:3")},
		&record.Party{ID: "US-BIS-EL:3", Name: "WITHDRAWN INC", Lists: []record.Listing{{Code: "US-BIS-EL"}}, Origin: at("us-lists", "a.csv:4")},
		patent("US11000001", "16000001"), patent("US20200000001A1", "16000001"),
		&record.Shipment{
			ID: "us-ams/202007/1", Shipper: &record.Trader{Name: "ORCHID OPTICS", Address: "-1 ROAD", Country: "CN"}, Consignee: &record.Trader{Name: "TALLY INC"},
			Lading: &record.Place{Port: "Callao", Country: "PE"}, Arrived: "2020-07-26", WeightKg: 1e6,
			Goods: []record.Good{{Description: "LENSES", HS: "900211", ValueUSD: 10.5}, {Description: "=CMD", ValueUSD: 4}}, Origin: at("us-ams", "h.csv:2"),
		},
		&record.Shipment{ID: "vendor/202007/9", Shipper: &record.Trader{Name: "ORCHID OPTICS"}, Origin: at("vendor", "v.csv:2")},
		&record.Tag{ID: "US11000001/2024/data_cyber", Patent: "US11000001", Edition: "2024", Area: "data_cyber", Score: 0.9, Why: []record.Why{{Kind: "code", Text: "G06V40/45"}}},
		&record.Tag{ID: "US11000001/2024/sensing", Patent: "US11000001", Edition: "2024", Area: "sensing", Score: 0.5, Why: []record.Why{}},
		&record.Link{ID: linkID, Relation: record.SameEntity, A: a, B: b, Score: 0.97, Band: record.Certain, Why: []record.Why{{Kind: "token", Text: "orchid"}, {Kind: "address", Text: "beside it", Ref: &hidden}, {Kind: "name", Text: "named on", Ref: &shown}}},
		&record.Link{ID: "same_entity/name:VENDOR ONLY/CN/party:US-BIS-EL:1", Relation: record.SameEntity, A: record.Ref{Kind: record.KindName, ID: "VENDOR ONLY/CN"}, B: record.Ref{Kind: record.KindParty, ID: "US-BIS-EL:1"}, Band: record.Review, Why: []record.Why{{Kind: "name", Text: "named on", Ref: &hidden}}},
		&record.Link{ID: "same_entity/name:WITHDRAWN/US/party:US-BIS-EL:3", Relation: record.SameEntity, A: record.Ref{Kind: record.KindName, ID: "WITHDRAWN/US"}, B: record.Ref{Kind: record.KindParty, ID: "US-BIS-EL:3"}, Band: record.Review, Why: []record.Why{}},
		&record.Finding{
			ID: "US-BIS-EL:1", Entity: record.Entity{Name: "ORCHID OPTICS CO., LTD.", Parties: []string{"US-BIS-EL:1"}}, Lists: []record.Listing{{Code: "US-BIS-EL"}},
			Inventions: []record.Invention{{ApplicationNumber: "16000001", Title: "Lens", Documents: []record.InventionPaper{{ID: "US11000001"}}, Roles: []string{"applicant"}, Areas: []string{"data_cyber"}, NamedAs: []string{"ORCHID OPTICS"}}},
			Shipments:  []record.Movement{{Shipment: "us-ams/202007/1", Role: "supplied_by", NamedAs: "ORCHID OPTICS"}, {Shipment: "vendor/202007/9", Role: "supplied_by", NamedAs: "ORCHID OPTICS"}},
			Consignees: []record.Consignees{{Country: "US", Count: 2, Names: []string{"TALLY INC"}}},
			Related:    []record.RelatedTo{{Party: "US-BIS-EL:3", Name: "WITHDRAWN INC", Basis: "shared_address", Link: "related/x"}},
			Candidates: []record.Candidate{{Name: "ORCHID", Seen: []string{"shipment:vendor/202007/9"}, Count: 1}},
			Why:        []record.Why{},
		},
		&record.Finding{ID: "US-BIS-EL:3", Entity: record.Entity{Name: "WITHDRAWN INC", Parties: []string{"US-BIS-EL:3"}}, Lists: []record.Listing{}, Why: []record.Why{}},
		&record.Decision{ID: "d1", Link: linkID, Verdict: "same", By: "analyst", Made: watermark},
		&record.Decision{ID: "d2", Link: "same_entity/name:WITHDRAWN/US/party:US-BIS-EL:3", Verdict: "different", By: "analyst"},
	}
}

func input(m memory) Input {
	return Input{
		Records: m, Watermark: watermark, CodeVersion: "v0", ConfigHash: "c0",
		Sources: []SourceInfo{
			{ID: "us-patents", Title: "Patents", Publisher: "A | Office", URL: "http://patents.tripoint.test/", SHA256: "ef", Fetched: watermark, Licence: "public domain", Redistribute: "yes"},
			{ID: "us-lists", Title: "Lists", URL: "http://lists.tripoint.test/a.csv", Fetched: watermark, Licence: "public domain", Redistribute: "yes"},
			{ID: "us-ams", Redistribute: "yes"},
			{ID: "vendor", Title: "A vendor's rows", Licence: "contract", Redistribute: "no"},
		},
		Suppress: []Suppressed{{ID: "party:US-BIS-EL:3", Reason: "withdrawn by the publisher", Date: "2026-11-01"}},
	}
}

func mustWrite(t testing.TB, dir string, in Input, opt Options) Version {
	t.Helper()
	v, _, err := Write(context.Background(), dir, in, opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := Check(context.Background(), dir, v.Version); err != nil {
		t.Fatal(err)
	}
	return v
}

// tree is a folder as an archive.
func tree(t testing.TB, dir string) []byte {
	t.Helper()
	var a txtar.Archive
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(filepath.Join(dir, path))
		a.Files = append(a.Files, txtar.File{Name: path, Data: body})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return txtar.Format(&a)
}

func TestGolden(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, input(world()), Options{})
	got := tree(t, dir)
	if *update {
		if err := os.WriteFile("testdata/golden.txtar", got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/golden.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, word := range []string{"WITHDRAWN", "JANE ROE", "US-BIS-EL:3", "vendor/202007/9", "VENDOR ONLY"} {
		if bytes.Contains(got, []byte(word)) {
			t.Errorf("%s stands in the snapshot", word)
		}
	}
}

func TestSameInputSameBytes(t *testing.T) {
	one, two := t.TempDir(), t.TempDir()
	v := mustWrite(t, one, input(world()), Options{})
	in := input(world())
	slices.Reverse(in.Sources)
	in.Watermark = watermark.UTC()
	if w := mustWrite(t, two, in, Options{}); w != v {
		t.Errorf("%v and %v", v, w)
	}
	before := tree(t, one)
	if !bytes.Equal(before, tree(t, two)) {
		t.Error("one input, two snapshots")
	}
	if w := mustWrite(t, one, input(world()), Options{}); w != v || !bytes.Equal(before, tree(t, one)) {
		t.Error("the second export changed the first")
	}
}

func TestPrivateAndInventors(t *testing.T) {
	dir := t.TempDir()
	in := input(world())
	in.Private = true
	mustWrite(t, dir, in, Options{Inventors: true})
	got := string(tree(t, dir))
	for _, word := range []string{"JANE ROE", "vendor/202007/9", `"private": true`} {
		if !strings.Contains(got, word) {
			t.Errorf("%s is missing", word)
		}
	}
	if strings.Contains(got, "WITHDRAWN") {
		t.Error("a suppressed party stands in a private snapshot")
	}
}

func TestDemo(t *testing.T) {
	dir := t.TempDir()
	m := memory{&record.Party{ID: "A:1", Name: "MADE UP", Synthetic: true, Origin: &record.Origin{Source: "us-lists"}}}
	in := input(m)
	if _, _, err := Write(context.Background(), dir, in, Options{}); err == nil || !strings.Contains(err.Error(), "generated data") {
		t.Errorf("err = %v", err)
	}
	in.Demo = true
	v := mustWrite(t, dir, in, Options{})
	for _, name := range []string{"csv/parties.csv", "datapackage.json", "statistics.json", "LICENSES.md"} {
		body, err := os.ReadFile(filepath.Join(dir, v.Version, name))
		if err != nil || !bytes.Contains(body, []byte(demoMark)) {
			t.Errorf("%s does not say %s (%v)", name, demoMark, err)
		}
	}
	in.Demo = false
	if _, _, err := Write(context.Background(), dir, in, Options{}); err == nil || !strings.Contains(err.Error(), "another folder") {
		t.Errorf("err = %v", err)
	}
}

func TestDelta(t *testing.T) {
	dir := t.TempDir()
	first := mustWrite(t, dir, input(world()), Options{})
	m := world()
	m[0].(*record.Party).Name = "ORCHID <OPTICS> & SONS" // MOD
	m[1].(*record.Party).ID = "US-BIS-EL:2a"             // DEL and ADD
	in := input(m)
	in.Watermark = watermark.Add(time.Hour)
	second := mustWrite(t, dir, in, Options{})
	if second.Parent != first.Version {
		t.Errorf("parent is %q", second.Parent)
	}
	body, err := os.ReadFile(filepath.Join(dir, second.Version, "delta", first.Version, "parties.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var ops []string
	for line := range strings.Lines(string(body)) {
		ops = append(ops, line[:strings.Index(line, `,"`)])
	}
	if want := []string{`{"op":"MOD"`, `{"op":"DEL"`, `{"op":"ADD"`}; !slices.Equal(ops, want) {
		t.Errorf("ops = %v", ops)
	}
	var diff []string
	for c, err := range Diff(context.Background(), dir, second.Version, first.Version, record.KindParty) {
		if err != nil {
			t.Fatal(err)
		}
		diff = append(diff, c.Op+" "+c.Key)
	}
	if want := []string{"MOD US-BIS-EL:1", "ADD US-BIS-EL:2", "DEL US-BIS-EL:2a"}; !slices.Equal(diff, want) {
		t.Errorf("backwards: %v", diff)
	}
	line, err := record.Marshal(m[0])
	if err != nil || !bytes.Contains(body, append([]byte(`"after":`), line...)) {
		t.Errorf("the line after is not the record's:\n%s", body)
	}
	if _, err := os.Stat(filepath.Join(dir, second.Version, "delta", first.Version, "tags.jsonl")); err == nil {
		t.Error("a kind without a change has a delta")
	}
	if v, err := Latest(dir); err != nil || v != second {
		t.Errorf("latest is %v, %v", v, err)
	}
	list, err := Versions(dir)
	if diff := cmp.Diff([]Version{first, second}, list); diff != "" || err != nil {
		t.Errorf("versions (-want +got):\n%s%v", diff, err)
	}
}

// An earlier version is the latest again as soon as its input is.
func TestBackAgain(t *testing.T) {
	dir := t.TempDir()
	first := mustWrite(t, dir, input(world()), Options{})
	second := mustWrite(t, dir, input(world()[1:]), Options{})
	before := tree(t, filepath.Join(dir, first.Version))
	if v := mustWrite(t, dir, input(world()), Options{}); v != first {
		t.Errorf("got %v", v)
	}
	if v, err := Latest(dir); v != first || err != nil {
		t.Errorf("latest is %v, %v; want %v", v, err, first)
	}
	if !bytes.Equal(before, tree(t, filepath.Join(dir, first.Version))) {
		t.Error("the version has changed")
	}
	third := mustWrite(t, dir, input(world()[2:]), Options{})
	if third.Parent != first.Version {
		t.Errorf("the parent is %q, want %q", third.Parent, first.Version)
	}
	list, err := Versions(dir)
	if diff := cmp.Diff([]Version{first, second, third}, list); diff != "" || err != nil {
		t.Errorf("versions (-want +got):\n%s%v", diff, err)
	}
}

func TestRead(t *testing.T) {
	dir := t.TempDir()
	if _, err := Latest(dir); !errors.Is(err, record.ErrNotFound) {
		t.Errorf("err = %v", err)
	}
	v := mustWrite(t, dir, input(world()), Options{Formats: []string{"jsonl"}})
	if _, err := os.Stat(filepath.Join(dir, v.Version, "csv")); err == nil {
		t.Error("csv was not asked for")
	}
	var ids []string
	for r, err := range Read(dir, v.Version, record.KindParty) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.Ref().ID)
	}
	if !slices.Equal(ids, []string{"US-BIS-EL:1", "US-BIS-EL:2"}) {
		t.Errorf("ids = %v", ids)
	}
	for _, version := range []string{"20200101T000000Z-00000000", "../x"} {
		for _, err := range Read(dir, version, record.KindParty) {
			if !errors.Is(err, record.ErrNotFound) {
				t.Errorf("%s: err = %v", version, err)
			}
		}
	}
}

// Every id is found by its place, its prefixes too, and what is not there is not.
func TestScanAndGet(t *testing.T) {
	var m memory
	for i := range 300 {
		id := fmt.Sprintf("us-ams/2020%02d/%03d\"\\é", i/30+1, i)
		m = append(m, &record.Shipment{ID: id, Carrier: strings.Repeat("x", i*i%9000), Origin: &record.Origin{Source: "us-ams"}})
	}
	dir := t.TempDir()
	v := mustWrite(t, dir, input(m), Options{Formats: []string{"jsonl"}})
	for _, r := range m {
		got, err := Get(dir, v.Version, r.Ref())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r, got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		ref := r.Ref()
		ref.ID = ref.ID[:len(ref.ID)-3]
		if _, err := Get(dir, v.Version, ref); !errors.Is(err, record.ErrNotFound) {
			t.Errorf("%s: err = %v", ref, err)
		}
	}
	for prefix, want := range map[string]int{"": 300, "us-ams/202001/": 30, "us-ams/202010/": 30, "us-ams/2020": 300, "a": 0, "us-ams/202005/12": 10, "z": 0} {
		n := 0
		for r, err := range Scan(dir, v.Version, record.KindShipment, prefix) {
			if err != nil || !strings.HasPrefix(r.Ref().ID, prefix) {
				t.Fatal(r, err)
			}
			n++
		}
		if n != want {
			t.Errorf("%d ids begin with %q, want %d", n, prefix, want)
		}
	}
}

func TestSources(t *testing.T) {
	dir := t.TempDir()
	v := mustWrite(t, dir, input(world()), Options{})
	shown, missing, err := Sources(dir, v.Version)
	if err != nil {
		t.Fatal(err)
	}
	want := []SourceInfo{
		{ID: "us-ams", Title: "us-ams", Redistribute: "yes"},
		{ID: "us-lists", Title: "Lists", URL: "http://lists.tripoint.test/a.csv", Fetched: watermark.UTC(), Licence: "public domain", Redistribute: "yes"},
		{ID: "us-patents", Title: "Patents", Publisher: "A | Office", URL: "http://patents.tripoint.test/", SHA256: "ef", Fetched: watermark.UTC(), Licence: "public domain", Redistribute: "yes"},
	}
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(missing) != 1 || missing[0].ID != "vendor" {
		t.Errorf("missing = %v", missing)
	}
}

func TestRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		change     func(*Input, *Options)
	}{
		{"watermark", "no watermark", func(in *Input, _ *Options) { in.Watermark = time.Time{} }},
		{"order", "not in order", func(in *Input, _ *Options) { m := world(); m[0], m[1] = m[1], m[0]; in.Records = m }},
		{"twice", "not in order", func(in *Input, _ *Options) { m := world(); in.Records = append(memory{m[0]}, m...) }},
		{"format", `formats[0]: "xml" is no format`, func(_ *Input, o *Options) { o.Formats = []string{"xml"} }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir, in, opt := t.TempDir(), input(world()), Options{}
			tt.change(&in, &opt)
			_, _, err := Write(context.Background(), dir, in, opt)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("err = %v", err)
			}
			if left := tree(t, dir); len(left) > 0 {
				t.Errorf("left behind:\n%s", left)
			}
		})
	}
}
