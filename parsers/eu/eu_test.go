package eu_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/parsers/eu"
	"github.com/tripoint-data/tripoint/parsers/parsertest"
)

func TestGolden(t *testing.T) {
	parsertest.Check(t, parsertest.New(t, eu.New), parsertest.Unit(parsertest.Part("list.csv", parsertest.Fixture(t, "eu-fsf.csv"))), "testdata/list.golden")
}

func TestNoOptions(t *testing.T) {
	if _, err := eu.New(func(any) error { return fmt.Errorf("unknown key") }); err == nil {
		t.Error("an unknown key was accepted")
	}
}

func FuzzList(f *testing.F) {
	f.Add(parsertest.Fixture(f, "eu-fsf.csv"))
	f.Fuzz(func(t *testing.T, data []byte) {
		parsertest.Survive(t, parsertest.New(t, eu.New), parsertest.Unit(parsertest.Part("list.csv", data)))
	})
}

func TestFaults(t *testing.T) {
	const head = "\ufeffEntity_LogicalId;Entity_SubjectType;Entity_Regulation_Programme;NameAlias_WholeName;Entity_DesignationDate\n"
	for _, tt := range []struct{ in, want string }{
		{"", `# error: eu: f.csv: this is not the EU's list of financial sanctions: it has no header with the column "Entity_LogicalId"`},
		{"Naal_wholename;Entity_LogicalId\na;b\n", `# error: eu: f.csv: this is not the EU's list of financial sanctions: it has no header with the column "Entity_SubjectType"`},
		{head, "# error: eu: f.csv: the EU's list of financial sanctions has a header and no row below it"},
		{head + ";E;ZZD;ZENDA;\n", "# problem: f.csv:2: eu: a row without Entity_LogicalId"},
		{head + "1;E;ZZD;;\n", "# problem: f.csv:2: eu: no row names Entity_LogicalId 1"},
		{head + "1;E;ZZD;ZENDA;2003\n", `# problem: f.csv:2: eu: Entity_DesignationDate: "2003" is no date`},
		{head + "1;E;ZZD;ZENDA;2003-02-01\n", `{"kind":"party","id":"","type":"organization","name":"ZENDA","lists":[{"code":"EU-FSF","native_id":"1","programs":["ZZD"],"dates":[{"event":"listed","date":"2003-02-01"`},
	} {
		got := string(parsertest.Lines(t, parsertest.New(t, eu.New), parsertest.Unit(parsertest.Part("f.csv", []byte(tt.in)))))
		if !strings.HasPrefix(got, tt.want) || strings.Count(got, "\n") != 1 {
			t.Errorf("%.60q: got %s\nwant %s", tt.in, got, tt.want)
		}
	}
}

func BenchmarkList(b *testing.B) {
	head, rows, _ := bytes.Cut(parsertest.Fixture(b, "eu-fsf.csv"), []byte("\n"))
	data := append(append(bytes.Clone(head), '\n'), bytes.Repeat(rows, 200)...)
	parsertest.Bench(b, parsertest.New(b, eu.New), data, 2600)
}
