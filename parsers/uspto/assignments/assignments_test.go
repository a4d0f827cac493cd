package assignments

import (
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/parsers/uspto/usptotest"
)

func parser(tb testing.TB) usptotest.Func { return usptotest.New(tb, New) }

func TestGolden(t *testing.T) { usptotest.Goldens(t, parser(t), "day.xml") }

func TestWrongFormat(t *testing.T) {
	usptotest.Refused(t, parser(t), "x.xml", map[string]string{
		"":                        "x.xml is empty",
		"reel,frame\n":            "x.xml is no assignment XML: no root element: broken XML: it ends too early",
		"<trademark-assignments>": "x.xml is no assignment XML: its root element is trademark-assignments, want us-patent-assignments",
		"<patent-assignment/>":    "x.xml is no assignment XML: its root element is patent-assignment, want us-patent-assignments",
		"<us-patent-assignments><patent-assignments><patent-assignment>": "x.xml: broken XML near line 1 of the document: unexpected EOF",
		`<!DOCTYPE a [<!ENTITY b "ha">]><us-patent-assignments>&b;`:      "x.xml: broken XML near line 1 of the document: invalid character entity &b;",
	})
	if r := usptotest.Parse(t, parser(t), "x.xml", []byte("<us-patent-assignments><patent-assignments/></us-patent-assignments>")); r.Err != nil || len(r.Patents) > 0 {
		t.Errorf("a day without papers: %+v", r)
	}
}

func TestLimit(t *testing.T) {
	usptotest.Refused(t, parser(t), "x.xml", map[string]string{
		"<us-patent-assignments><patent-assignment><a>" + strings.Repeat("x", maxPaper+1<<16): "x.xml: a paper is larger than 16 MiB",
	})
}

func FuzzParse(f *testing.F) {
	usptotest.Fuzz(f, parser(f), "x.xml", []string{"day.xml"},
		"<us-patent-assignments><patent-assignment><patent-properties><patent-property><document-id><kind>X0</kind></document-id>")
}

func BenchmarkParse(b *testing.B) {
	day := string(usptotest.Fixture(b, "day.xml"))
	from, to := strings.Index(day, "<patent-assignment>"), strings.LastIndex(day, "</patent-assignments>")
	usptotest.Bench(b, parser(b), "x.xml", []byte(day[:from]+strings.Repeat(day[from:to], 200)+day[to:]), 200*5)
}
