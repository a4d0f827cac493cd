package uk_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/parsers/parsertest"
	"github.com/tripoint-data/tripoint/parsers/uk"
)

func TestGolden(t *testing.T) {
	parsertest.Check(t, parsertest.New(t, uk.New), parsertest.Unit(parsertest.Part("list.csv", parsertest.Fixture(t, "gb-fcdo-sl.csv"))), "testdata/list.golden")
}

func TestNoOptions(t *testing.T) {
	if _, err := uk.New(func(any) error { return fmt.Errorf("unknown key") }); err == nil {
		t.Error("an unknown key was accepted")
	}
}

func FuzzList(f *testing.F) {
	f.Add(parsertest.Fixture(f, "gb-fcdo-sl.csv"))
	f.Fuzz(func(t *testing.T, data []byte) {
		parsertest.Survive(t, parsertest.New(t, uk.New), parsertest.Unit(parsertest.Part("list.csv", data)))
	})
}

// Columns are found by name: their order does not matter, and those that are
// not needed may be absent.
func TestColumns(t *testing.T) {
	in := "Name type,Unique ID,Regime Name,Name 1,Name 6,Date Designated\nPrimary Name,ZZD9,Demo,Ada,QARWENDEX,01/02/2003\nAlias,ZZD9,Demo,,QARWENDEX THE DEMO,01/02/2003\n"
	got := string(parsertest.Lines(t, parsertest.New(t, uk.New), parsertest.Unit(parsertest.Part("f.csv", []byte(in)))))
	want := `{"kind":"party","id":"","name":"Ada QARWENDEX","aliases":[{"name":"QARWENDEX THE DEMO","kind":"aka"}],"lists":[{"code":"UK-SL","native_id":"ZZD9","programs":["Demo"],"dates":[{"event":"listed","date":"2003-02-01","basis":"publisher"}],"status":"current"}],"origin":{"source":"test","locator":"f.csv:2-3","fetched":"2026-01-15T12:00:00Z"}}
# error: row united with an earlier one
`
	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestFaults(t *testing.T) {
	const head = "Unique ID,Name 6,Name type,Regime Name,Date Designated\n"
	for _, tt := range []struct{ in, want string }{
		{"", `# error: uk: f.csv: this is not the UK Sanctions List: it has no header with the column "Unique ID"`},
		{"Report Date: 1\nUnique ID,Name 6,Name type,Regime\n1,2,3,4\n", `# error: uk: f.csv: this is not the UK Sanctions List: it has no header with the column "Regime Name"`},
		{"Report Date: 1\n" + head, "# error: uk: f.csv: the UK Sanctions List has a header and no row below it"},
		{head + ",ZENDA,Primary Name,,\n", "# problem: f.csv:2: uk: a row without Unique ID"},
		{head + "ZZ1,,Primary Name,,\n", "# problem: f.csv:2: uk: a row without a name"},
		{head + "ZZ1,ZENDA,Primary Name,,2003-02-01\n", `# problem: f.csv:2: uk: Date Designated: "2003-02-01" is no date of the form 02/01/2006`},
	} {
		got := string(parsertest.Lines(t, parsertest.New(t, uk.New), parsertest.Unit(parsertest.Part("f.csv", []byte(tt.in)))))
		if !strings.HasPrefix(got, tt.want) || strings.Count(got, "\n") != 1 {
			t.Errorf("%.60q: got %s\nwant %s", tt.in, got, tt.want)
		}
	}
}

func BenchmarkList(b *testing.B) {
	lines := bytes.SplitAfterN(parsertest.Fixture(b, "gb-fcdo-sl.csv"), []byte("\n"), 3)
	data := append(bytes.Join(lines[:2], nil), bytes.Repeat(lines[2], 500)...)
	parsertest.Bench(b, parsertest.New(b, uk.New), data, 2500)
}
