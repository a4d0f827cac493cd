package parsers

import (
	"context"
	"fmt"
	"iter"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/parsers/parsertest"
	"github.com/tripoint-data/tripoint/record"
)

// parties makes a parser that yields rows.
func parties(rows ...*record.Party) Func {
	return func(context.Context, record.Unit) iter.Seq2[record.Record, error] {
		return func(yield func(record.Record, error) bool) {
			for _, p := range rows {
				if !yield(p, nil) {
					return
				}
			}
		}
	}
}

func read(t *testing.T, fn Func) ([]*record.Party, Count) {
	t.Helper()
	var n Count
	var out []*record.Party
	for r, err := range Read(t.Context(), Format{Name: "test", Version: "1"}, fn, parsertest.Unit(parsertest.Part("f", []byte("x"))), Unpack{}, &n) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r.(*record.Party))
	}
	return out, n
}

func row(code, native, name, country, address string) *record.Party {
	return &record.Party{
		Name:      name,
		Lists:     []record.Listing{{Code: code, NativeID: native}},
		Addresses: []record.Address{{Text: address, Country: country}},
		Countries: []string{country},
	}
}

func TestPartyID(t *testing.T) {
	for _, tt := range []struct {
		p         *record.Party
		want      string
		permanent bool
	}{
		{row("US-OFAC-NS-CMIC", "30946", "Hangzhou Hikvision", "CN", ""), "US-OFAC:30946", true},
		{row("US-OFAC-SDN", "36", "AEROCARIBBEAN AIRLINES", "CU", ""), "US-OFAC:36", true},
		{row("US-BIS-EL", "233a4d", "Hangzhou Hikvision Digital Technology Co., Ltd.", "CN", ""), "US-BIS-EL:HANGZHOU HIKVISION DIGITAL TECHNOLOGY CO., LTD./CN", false},
		{row("US-BIS-EL", "", "  Ｆｕｌｌ\u00a0 width ", "", ""), "US-BIS-EL:FULL WIDTH", false},
		{row("US-OFAC-SDN", "", "No Number", "IR", ""), "US-OFAC-SDN:NO NUMBER/IR", false},
		{row("XX-OWN-NORTH", "n1", "John Smith", "US", ""), "XX-OWN-NORTH:JOHN SMITH/US/n1", false},
		{row("XX-OWN", "", "John Smith", "US", ""), "XX-OWN:JOHN SMITH/US", false},
		{row("UN-SC", "6908555", "X", "", ""), "UN-SC:6908555", true},
	} {
		if got, permanent := PartyID(tt.p); got != tt.want || permanent != tt.permanent {
			t.Errorf("got %q, %v; want %q, %v", got, permanent, tt.want, tt.permanent)
		}
	}
}

func TestUnitedRows(t *testing.T) {
	a := row("US-BIS-DPL", "x", "Zenda Ltd", "AE", "1 Road")
	a.Lists[0].Notices = []string{"84 FR 1"}
	b := row("US-BIS-DPL", "y", "Other", "AE", "")
	c := row("US-BIS-DPL", "z", "ZENDA  LTD", "AE", "2 Road") // an amended notice changed the publisher's id
	c.Lists[0].Notices = []string{"85 FR 2"}
	d := row("US-BIS-DPL", "x", "Zenda Ltd", "JO", "3 Road")
	got, n := read(t, parties(a, b, c, d))
	ids := []string{}
	for _, p := range got {
		ids = append(ids, p.ID)
	}
	if diff := cmp.Diff([]string{"US-BIS-DPL:ZENDA LTD/AE", "US-BIS-DPL:OTHER/AE", "US-BIS-DPL:ZENDA LTD/JO"}, ids); diff != "" {
		t.Error(diff)
	}
	if n != (Count{Read: 4, Records: 3, Merged: 1}) {
		t.Errorf("%+v", n)
	}
	if p := got[0]; len(p.Addresses) != 2 || len(p.Lists) != 1 || len(p.Lists[0].Notices) != 2 {
		t.Errorf("not united: %+v", p)
	}
}

// On a list of one's own two numbers are two parties, and rows under one
// number are one.
func TestOwnNumbers(t *testing.T) {
	smith := func(native, remarks string) *record.Party {
		p := row("XX-OWN-NORTH", native, "John Smith", "US", "")
		p.Remarks = remarks
		return p
	}
	got, n := read(t, parties(smith("1", "1950"), smith("2", "1990"), smith("1", "Smithy")))
	if n != (Count{Read: 3, Records: 2, Merged: 1}) {
		t.Fatalf("%+v", n)
	}
	if got[0].Remarks != "1950; Smithy" || got[1].Remarks != "1990" || got[1].Lists[0].NativeID != "2" {
		t.Errorf("%+v, %+v", got[0], got[1])
	}
}

// Two people of one name are not one party, whichever row comes first.
func TestRowsThatDisagree(t *testing.T) {
	person := func(born, address string) *record.Party {
		p := row("US-BIS-DPL", "", "KIM Yong Chol", "KP", address)
		p.Births = []string{born}
		return p
	}
	got, n := read(t, parties(person("1947", "A"), person("1962", "B"), person("1962-02-18", "B")))
	ids := map[string]int{}
	for _, p := range got {
		ids[p.ID]++
	}
	want := map[string]int{"US-BIS-DPL:KIM YONG CHOL/KP/A": 1, "US-BIS-DPL:KIM YONG CHOL/KP/B": 1}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Error(diff)
	}
	if n != (Count{Read: 3, Records: 2, Merged: 1}) {
		t.Errorf("%+v", n)
	}
	got, n = read(t, parties(person("1947", "A"), person("1962", "A"), person("1947", "A")))
	if len(got) != 2 || n.Merged != 1 || got[0].ID == got[1].ID {
		t.Errorf("one address: %+v, %+v", n, got)
	}
	ship, firm := row("US-BIS-DPL", "", "ZENDA", "KP", "A"), row("US-BIS-DPL", "", "ZENDA", "KP", "B")
	ship.Type, firm.Type = record.Vessel, record.Organization
	if got, _ := read(t, parties(ship, firm)); len(got) != 2 {
		t.Error("a vessel and a firm were united")
	}
	one, two := row("US-BIS-DPL", "", "ZENDA", "KP", "A"), row("US-BIS-DPL", "", "ZENDA", "KP", "B")
	one.IDs, two.IDs = []record.Identifier{{Type: "Tax ID", Value: "1"}}, []record.Identifier{{Type: "Tax ID", Value: "2"}}
	if got, _ := read(t, parties(one, two)); len(got) != 2 {
		t.Error("two tax ids were united")
	}
}

// A mapping that reads a column of one value as the name is told, not obeyed.
func TestTooManyRows(t *testing.T) {
	rows := make([]*record.Party, maxRows+5)
	for i := range rows {
		rows[i] = &record.Party{Name: "SAME", Lists: []record.Listing{{Code: "ZZ-DEMO"}}}
	}
	var n Count
	var failed error
	for _, err := range Read(t.Context(), Format{Name: "test", Version: "1"}, parties(rows...), parsertest.Unit(parsertest.Part("f", []byte("x"))), Unpack{}, &n) {
		failed = err
	}
	if failed == nil || n.Read != maxRows {
		t.Errorf("%+v, %v", n, failed)
	}
}

func TestCounts(t *testing.T) {
	fn := func(_ context.Context, u record.Unit) iter.Seq2[record.Record, error] {
		return func(yield func(record.Record, error) bool) {
			_ = yield(&record.Patent{ID: "US1", Origin: u.At("1")}, nil) &&
				yield(nil, record.Problemf(u.At("2"), "spoilt")) &&
				yield(nil, record.ErrMerged) &&
				yield(&record.Party{Name: "held back", Lists: []record.Listing{{Code: "ZZ-DEMO"}}, Origin: u.At("4")}, nil) &&
				yield(nil, fmt.Errorf("the end"))
		}
	}
	var n Count
	var seen []string
	for r, err := range Read(t.Context(), Format{Name: "test", Version: "7"}, fn, parsertest.Unit(parsertest.Part("f", []byte("x"))), Unpack{}, &n) {
		switch r := r.(type) {
		case nil:
			seen = append(seen, err.Error())
		case *record.Patent:
			seen = append(seen, r.ID, r.Origin.Parser)
		case *record.Party:
			seen = append(seen, r.ID)
		}
	}
	if diff := cmp.Diff([]string{"US1", "test/7", "2: spoilt", "ZZ-DEMO:HELD BACK", "the end"}, seen); diff != "" {
		t.Error(diff)
	}
	if n != (Count{Read: 4, Records: 2, Merged: 1, Problems: 1}) {
		t.Errorf("%+v", n)
	}
}

func TestLookup(t *testing.T) {
	if f, err := Lookup("ofac-csv"); err != nil || !f.Joined || f.Parser() != "ofac-csv/2" {
		t.Errorf("%+v, %v", f, err)
	}
	_, err := Lookup("ofac")
	if want := `format "ofac" is unknown: use one of fields, csl-json`; err == nil || len(err.Error()) < len(want) || err.Error()[:len(want)] != want {
		t.Errorf("%v", err)
	}
	seen := map[string]bool{}
	for _, f := range Formats() {
		if seen[f.Name] || f.Version == "" || f.New == nil {
			t.Errorf("format %+v", f)
		}
		seen[f.Name] = true
	}
}
