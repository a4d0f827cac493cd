package un_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/parsers/parsertest"
	"github.com/tripoint-data/tripoint/parsers/un"
)

func TestGolden(t *testing.T) {
	parsertest.Check(t, parsertest.New(t, un.New), parsertest.Unit(parsertest.Part("consolidated.xml", parsertest.Fixture(t, "un-sc.xml"))), "testdata/consolidated.golden")
}

const entity = `<ENTITY><FIRST_NAME>ZENDA</FIRST_NAME><REFERENCE_NUMBER>ZZe.001</REFERENCE_NUMBER><LISTED_ON>2007-03-29</LISTED_ON>%s</ENTITY>`

func TestFaults(t *testing.T) {
	list := func(entries string) string {
		return "<CONSOLIDATED_LIST><ENTITIES>" + entries + "</ENTITIES></CONSOLIDATED_LIST>"
	}
	whole := string(parsertest.Fixture(t, "un-sc.xml"))
	for _, tt := range []struct{ in, want string }{
		{"", "# error: un: f.xml: this is not the Security Council's list: it is no XML"},
		{"a,b\n", "# error: un: f.xml: this is not the Security Council's list: it is no XML"},
		{"<html><p>sorry</html>", `# error: un: f.xml: this is not the Security Council's list: its root is "html"`},
		{list(""), "# error: un: f.xml: the list has neither an INDIVIDUAL nor an ENTITY"},
		{whole[:strings.Index(whole, "</ENTITY>")], "# error: un: f.xml: the XML breaks off after 1 entries"},
		{list("<ENTITY/>"), "# problem: f.xml#1: un: an entry without a name"},
		{list("<ENTITY><FIRST_NAME>ZENDA</FIRST_NAME></ENTITY>"), "# problem: f.xml#1: un: ZENDA has no REFERENCE_NUMBER"},
		{list(fmt.Sprintf(strings.Replace(entity, "2007-03-29", "29/03/2007", 1), "")), `# problem: f.xml#1: un: "29/03/2007" is no date`},
		{list(fmt.Sprintf(entity, "<NEW>1</NEW>") + fmt.Sprintf(entity, "<NEW>2</NEW>")), "# problem: f.xml#1: un: element NEW is not read"},
		{list("<ENTITY><COMMENTS1>" + strings.Repeat("a", 5<<20)), "# error: un: f.xml: an entry of more than 4 MiB"},
	} {
		got := string(parsertest.Lines(t, parsertest.New(t, un.New), parsertest.Unit(parsertest.Part("f.xml", []byte(tt.in)))))
		if !strings.Contains(got, tt.want) || strings.Count(got, "# ") != 1 {
			t.Errorf("%.60q: got %s\nwant %s", tt.in, got, tt.want)
		}
	}
}

func TestNoOptions(t *testing.T) {
	if _, err := un.New(func(any) error { return fmt.Errorf("unknown key") }); err == nil {
		t.Error("an unknown key was accepted")
	}
}

func FuzzUN(f *testing.F) {
	f.Add(parsertest.Fixture(f, "un-sc.xml"))
	f.Add([]byte(`<CONSOLIDATED_LIST><INDIVIDUAL><FIRST_NAME>A</FIRST_NAME><REFERENCE_NUMBER>B</REFERENCE_NUMBER><INDIVIDUAL_ALIAS><ALIAS_NAME>; b) ;</ALIAS_NAME></INDIVIDUAL_ALIAS></INDIVIDUAL></CONSOLIDATED_LIST>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		parsertest.Survive(t, parsertest.New(t, un.New), parsertest.Unit(parsertest.Part("f.xml", data)))
	})
}

func BenchmarkUN(b *testing.B) {
	one := parsertest.Fixture(b, "un-sc.xml")
	from, to := bytes.Index(one, []byte("<INDIVIDUAL>")), bytes.Index(one, []byte("</INDIVIDUALS>"))
	data := append([]byte("<CONSOLIDATED_LIST>"), bytes.Repeat(one[from:to], 500)...)
	data = append(data, "</CONSOLIDATED_LIST>"...)
	parsertest.Bench(b, parsertest.New(b, un.New), data, 500)
}
