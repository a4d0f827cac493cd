package google

import (
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/parsers/uspto/usptotest"
	"github.com/tripoint-data/tripoint/record"
)

func parser(tb testing.TB) usptotest.Func { return usptotest.New(tb, New) }

func TestGolden(t *testing.T) { usptotest.Goldens(t, parser(t), "grant.html", "translated.html") }

func page(number, kind, rest string) string {
	return `<html><article class="result"><dd itemprop="publicationNumber">` + number + `</dd><meta itemprop="kindCode" content="` + kind + `">` + rest + `</article></html>`
}

// TestNumbers reads the numbers of several offices and ages.
func TestNumbers(t *testing.T) {
	for want, p := range map[string]string{
		"US11321963 grant":                        page("US11321963B2", "B2", ""),
		"US5439055 grant":                         page("US5439055A", "A", ""),
		"USD645062 grant":                         page("USD645062S1", "S1", ""),
		"USRE43633 grant":                         page("USRE43633E1", "E1", ""),
		"US20200334450A1 application_publication": page("US20200334450A1", "A1", ""),
		"EP3736728A1 application_publication":     page("EP3736728A1", "A1", ""),
		"EP3736728B1 grant":                       page("EP3736728B1", "B1", ""),
		"CN209999901U ":                           page("CN209999901U", "U", ""),
		"JPH712345A application_publication":      page("JPH0712345A", "A", ""),
		"WO2019134536A1 application_publication":  page("WO2019134536A1", "A1", ""),
	} {
		r := usptotest.Parse(t, parser(t), "x.html", []byte(p))
		if r.Err != nil || len(r.Patents) != 1 || r.Patents[0].ID+" "+string(r.Patents[0].Document) != want {
			t.Errorf("%s: %+v", want, r)
		}
	}
}

func TestSpoiltPages(t *testing.T) {
	for p, want := range map[string]string{
		"<html><title>Sorry...</title>":                                            "no document page",
		`<html><article class="result"><dd itemprop="publicationNumber">CN1B</dd>`: "breaks off",
		page("soon", "", ""):                                                       `"SOON" is no publication number`,
		page("CN104154208B", "A", ""):                                              `kind code "A" does not end its number`,
		page("CN104154208B", "B", `<time itemprop="filingDate" datetime="2014-13-13"></time>`):                                                                        `CN104154208B: filingDate: "2014-13-13"`,
		page("CN104154208B", "B", `<table><tr itemprop="legalEvents"><td itemprop="code">AS</td><td><time itemprop="date" datetime="soon"></time></td></tr></table>`): "recorded",
		"<html>" + strings.Repeat("<div>", 5000): "",
	} {
		r := usptotest.Parse(t, parser(t), "x.html", []byte(p))
		if r.Err != nil || len(r.Problems) != 1 || !strings.Contains(r.Problems[0].Error(), want) {
			t.Errorf("%.80s: %+v", p, r)
		}
	}
}

func TestWrongFormat(t *testing.T) {
	usptotest.Refused(t, parser(t), "x.html", map[string]string{
		"":                        "x.html is empty",
		" \n":                     "x.html is empty",
		`{"patents":[]}`:          "x.html is no page of Google Patents: it does not begin as HTML",
		"<?xml version='1.0'?><a": "x.html is no page of Google Patents: it does not begin as HTML",
	})
}

// TestSecurity reads an event without assignors' names and one of two owners.
func TestSecurity(t *testing.T) {
	attribute := func(label, value string) string {
		return `<p itemprop="attributes"><strong itemprop="label">` + label + `</strong>: <span itemprop="value">` + value + `</span></p>`
	}
	r := usptotest.Parse(t, parser(t), "x.html", []byte(page("US9999999B2", "B2", `<table><tr itemprop="legalEvents"><td><time itemprop="date" datetime="2019-01-02"></time></td><td itemprop="code">AS</td><td>`+
		attribute("Owner name", "FIRST SAMPLE BANK, NEW YORK")+attribute("Owner name", "SECOND SAMPLE BANK")+
		attribute("Free format text", "SECURITY INTEREST;ASSIGNOR:EXAMPLE LAMPS, INC.;REEL/FRAME:48123/7")+`</td></tr></table>`)))
	want := record.Assignment{Assignor: "EXAMPLE LAMPS, INC.", Assignee: "SECOND SAMPLE BANK", Conveyance: "SECURITY INTEREST", Recorded: "2019-01-02", ReelFrame: "048123/0007"}
	if len(r.Patents) != 1 || len(r.Patents[0].Assignments) != 2 || r.Patents[0].Assignments[1] != want {
		t.Errorf("%+v", r)
	}
}

func FuzzParse(f *testing.F) {
	usptotest.Fuzz(f, parser(f), "x.html", []string{"grant.html", "translated.html"}, page("CN1B", "b", ""), page("US1A1", "A1", ""))
}

func BenchmarkParse(b *testing.B) {
	data := strings.Replace(string(usptotest.Fixture(b, "grant.html")), "many places.</div>",
		"many places.</div>"+strings.Repeat(`<div class="description-paragraph">The lamp may be of any colour.</div>`, 1000), 1)
	usptotest.Bench(b, parser(b), "x.html", []byte(data), 1)
}
