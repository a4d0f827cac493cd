package greenbook

import (
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/parsers/uspto/usptotest"
	"github.com/tripoint-data/tripoint/record"
)

func parser(tb testing.TB) usptotest.Func { return usptotest.New(tb, New) }

func TestGolden(t *testing.T) { usptotest.Goldens(t, parser(t), "week.txt") }

func TestWrongFormat(t *testing.T) {
	usptotest.Refused(t, parser(t), "x.txt", map[string]string{
		"":                              "x.txt is empty",
		"\n\n":                          "x.txt is no green-book text: it has no line PATN",
		"HHHHHT  APS1 ISSUE - 760106\n": "x.txt is no green-book text: it has no line PATN",
		"<?xml version=\"1.0\"?>\n":     "x.txt is no green-book text: it does not begin with a line PATN",
		"WKU  039999012\nPATN\n":        "x.txt is no green-book text: it does not begin with a line PATN",
		strings.Repeat("x", 70_000):     "x.txt is no green-book text: it does not begin with a line PATN",
	})
}

// TestHostile keeps going behind a document that is spoilt.
func TestHostile(t *testing.T) {
	const good = "PATN\r\nWKU  039999012\r\nISD  19760106\r\nTTL  Lamp\r\n"
	for name, c := range map[string]struct{ lines, want string }{
		"a long line":         {good + "CLMS\nPAR  " + strings.Repeat("x", 70_000) + "\n", "#2: a line is longer than 64 KiB"},
		"a long description":  {good + "DETD\nPAR  " + strings.Repeat("x", 70_000) + "\n", ""},
		"a large document":    {good + "ABST\n" + strings.Repeat("PAL  "+strings.Repeat("x", 60_000)+"\n", 150), "#2: a document is larger than the limit"},
		"a large description": {good + "DETD\n" + strings.Repeat("PAR  "+strings.Repeat("x", 60_000)+"\n", 150), ""},
		"stray lines":         {"PATN\n      goes on with nothing\nINVT\n      nor this\nTTL\nXYZ\nWKU\n", `#2: WKU: "" is no US document number`},
		"another encoding":    {good + "ASSG\nNAM  M\xfcller AG\n", ""},
	} {
		r := usptotest.Parse(t, parser(t), "x.txt", []byte(good+c.lines+good))
		got := ""
		if len(r.Problems) == 1 {
			got = strings.TrimPrefix(r.Problems[0].Error(), "x.txt")
		}
		if r.Err != nil || len(r.Patents)+len(r.Problems) != 3 || got != c.want {
			t.Errorf("%s: %d records, %v, %v", name, len(r.Patents), r.Problems, r.Err)
		}
		if name == "another encoding" && r.Patents[1].Assignees[0].Name != "Müller AG" {
			t.Errorf("%s: %+v", name, r.Patents[1])
		}
	}
}

func TestReal(t *testing.T) {
	r := usptotest.Parse(t, parser(t), "x.txt", usptotest.SharedFile(t, "redbook", "single", "US03937375.greenbook"))
	if r.Err != nil || len(r.Patents) != 1 {
		t.Fatalf("%+v", r)
	}
	p := r.Patents[0]
	usptotest.Sound(t, p)
	if p.ID != "US3937375" || p.ApplicationNumber != "05518454" || p.Filed != "1974-10-29" || p.Granted != "1976-02-10" ||
		p.Title != "Bumper support for a boat loader" || len(p.Inventors) != 1 ||
		p.Inventors[0] != (record.Person{Name: "Daniels; Everette E.", City: "Des Moines", State: "IA", Country: "US"}) ||
		strings.Join(p.USPC, " ") != "224/42.07 214/450" || strings.Join(p.IPC, " ") != "B60R9/00" ||
		!strings.HasPrefix(p.Abstract, "A unit mountable on a rear bumper") || !strings.HasSuffix(p.Abstract, "otherwise damaged.") ||
		strings.Contains(p.FirstClaim, "2. The combination") || p.FirstClaim == "" {
		t.Errorf("%+v", p)
	}
}

func FuzzParse(f *testing.F) {
	usptotest.Fuzz(f, parser(f), "x.txt", []string{"week.txt"}, "PATN\nWKU\nINVT\nNAM\nNAM\n\x1a", "PATN\r\nCLMS\r\nPA1\r\n     x")
}

func BenchmarkParse(b *testing.B) {
	one := string(usptotest.Fixture(b, "week.txt"))
	one = one[strings.Index(one, "PATN"):]
	one = strings.Replace(one, "DETD\n", "DETD\n"+strings.Repeat("PAR  The lamp may be of any colour that a lamp has, and of any size.\n", 500), 1)
	usptotest.Bench(b, parser(b), "x.txt", []byte(strings.Repeat(one, 50)), 5*50)
}
