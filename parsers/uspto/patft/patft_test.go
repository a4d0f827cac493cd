package patft

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/parsers/uspto/usptotest"
	"github.com/tripoint-data/tripoint/record"
)

func parser(tb testing.TB) usptotest.Func { return usptotest.New(tb, New) }

func TestGolden(t *testing.T) {
	usptotest.Goldens(t, parser(t), "grant.html", "application.html", "reissue.html")
}

// one is the only record of a page made of a head and the given body.
func one(t *testing.T, body string) *record.Patent {
	t.Helper()
	page := `<HTML><HEAD><TITLE>United States Patent: 9999999</TITLE></HEAD><BODY><TABLE><TR><TD><b>United States Patent </b></TD>
		<TD><b>9,999,999</b></TD></TR></TABLE>` + body + `</BODY></HTML>`
	r := usptotest.Parse(t, parser(t), "x.html", []byte(page))
	if r.Err != nil || len(r.Patents) != 1 {
		t.Fatalf("%+v", r)
	}
	return r.Patents[0]
}

func TestPeople(t *testing.T) {
	for cell, want := range map[string][]record.Person{
		`<B>Muster; Maria</B> (Bern, <B>CH</B>)<B>, Doe, Jr.; John</B> (San Jose, CA)`: {
			{Name: "Muster; Maria", City: "Bern", Country: "CH"},
			{Name: "Doe, Jr.; John", City: "San Jose", State: "CA", Country: "US"},
		},
		`<B>Roe; Jane</B> (Toronto, <B>CA</B>)`:         {{Name: "Roe; Jane", City: "Toronto", Country: "CA"}},
		`<B>KIM; Min</B>; <I>(Seoul, KR)</I>`:           {{Name: "KIM; Min", City: "Seoul", Country: "KR"}},
		`<B>Nowhere; Nora</B>`:                          {{Name: "Nowhere; Nora"}},
		`<B>Example (Shanghai) Co., Ltd.</B> (N/A)<BR>`: {{Name: "Example (Shanghai) Co., Ltd.", City: ""}},
		`<B>First Inc.</B> (Reno, NV)<BR><B>Second plc</B> (Leeds, <B>GB</B>)<BR>`: {
			{Name: "First Inc.", City: "Reno", State: "NV", Country: "US"},
			{Name: "Second plc", City: "Leeds", Country: "GB"},
		},
		`<B>Example (Shanghai) Co., Ltd.</B><BR><B>Shanghai</B><BR><B>CN</B><BR><BR><B>Sample LLC</B><BR><B>Reno</B><BR><B>NV</B><BR><BR>`: {
			{Name: "Example (Shanghai) Co., Ltd.", City: "Shanghai", Country: "CN"},
			{Name: "Sample LLC", City: "Reno", State: "NV", Country: "US"},
		},
		`<B>Sample Corp.</B><BR><B>US</B><BR><BR>`: {{Name: "Sample Corp.", Country: "US"}},
	} {
		p := one(t, `<TABLE><TR><TH>Assignee:</TD><TD>`+cell+`</TD></TR></TABLE>`)
		if diff := cmp.Diff(want, p.Assignees); diff != "" {
			t.Errorf("%s (-want +got):\n%s", cell, diff)
		}
	}
}

// TestApplicants reads the columns of the table where its comment is gone, and
// settles with it a code that may be a state or a country.
func TestApplicants(t *testing.T) {
	p := one(t, `<TABLE><TR><TD>Inventors:</TD><TD><B>RAO; Uma</B>; <I>(Pune, IN)</I></TD></TR>
		<TABLE><TR><TH>Applicant: </TH><TD><TABLE><TR><TH>Name</TH><TH>City</TH><TH>State</TH><TH>Country</TH><TH>Type</TH></TR>
		<TR><TD><b><BR>Muster Ltd.<BR>Sample Inc.</b></TD><TD><BR>Pune<BR>Gary</TD><TD><BR>N/A<BR>IN</TD><TD><BR>IN<BR>US</TD><TD></TD></TR></TABLE></TD></TR></TABLE>`)
	want := []record.Person{
		{Name: "Muster Ltd.", City: "Pune", Country: "IN"},
		{Name: "Sample Inc.", City: "Gary", State: "IN", Country: "US"},
	}
	if diff := cmp.Diff(want, p.Applicants); diff != "" {
		t.Errorf("applicants (-want +got):\n%s", diff)
	}
	if want := (record.Person{Name: "RAO; Uma", City: "Pune", Country: "IN"}); p.Inventors[0] != want {
		t.Errorf("inventor %+v, want %+v", p.Inventors[0], want)
	}
}

func TestTitleNumber(t *testing.T) {
	page := `<html><title>United States Patent Application: 0200334450</title><body><p>The head of this page was lost.</body></html>`
	r := usptotest.Parse(t, parser(t), "x.html", []byte(page))
	if len(r.Patents) != 1 || r.Patents[0].ID != "US20200334450A1" {
		t.Errorf("%+v", r)
	}
}

// TestFormerRows reads what the sites wrote in other years.
func TestFormerRows(t *testing.T) {
	p := one(t, `<TABLE><TR><TD>Serial No.:</TD><TD><B>42866</B></TD></TR><TR><TD>Series Code:</TD><TD><B>09 </B></TD></TR>
		<TR><TD>Issue Date:</TD><TD>June 3, 1975</TD></TR><TR><TD>Intern'l Class:</TD><TD>B08B 003/00</TD></TR></TABLE>`)
	if p.ApplicationNumber != "09042866" || p.Granted != "1975-06-03" || len(p.IPC) != 1 || p.IPC[0] != "B08B3/00" {
		t.Errorf("%+v", p)
	}
}

func TestAsides(t *testing.T) {
	for name, page := range map[string]string{
		"stub":   `<HTML><HEAD><TITLE>Single Document</TITLE><META HTTP-EQUIV="REFRESH" CONTENT="1;URL=/netacgi/nph-Parser?r=1"></HEAD></HTML>`,
		"hits":   `<html><title>Patent Database Search Results: AN/Example in US Patent Collection</title><body>`,
		"image":  `<!-- PageNum=1 --><html><title>Patent Images</title><body>`,
		"frames": `<html><frameset cols="1,2"><frame src="a"></frameset></html>`,
	} {
		if r := usptotest.Parse(t, parser(t), name, []byte(page)); r.Err != nil || len(r.Patents)+len(r.Problems) > 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestWrongPages(t *testing.T) {
	usptotest.Refused(t, parser(t), "x.html", map[string]string{
		"":                        "x.html is empty",
		" \n":                     "x.html is empty",
		`{"patents":[]}`:          "x.html is no PatFT or AppFT page: it does not begin as HTML",
		"<?xml version='1.0'?><a": "x.html is no PatFT or AppFT page: it does not begin as HTML",
	})
	deep := strings.Repeat("<div>", 5000)
	for _, page := range []string{"<html><title>Recipes</title><p>Soup.", "<html>" + deep} {
		if r := usptotest.Parse(t, parser(t), "x.html", []byte(page)); r.Err != nil || len(r.Problems) != 1 {
			t.Errorf("%.40s: %d problems, %v", page, len(r.Problems), r.Err)
		}
	}
}

// TestCutOff reads pages that break off: what stands before the description
// is whole where that was reached, and else nothing is taken.
func TestCutOff(t *testing.T) {
	page := usptotest.Fixture(t, "grant.html")
	whole := usptotest.Parse(t, parser(t), "x.html", page)
	for n := 300; n < len(page); n += 50 {
		r := usptotest.Parse(t, parser(t), "x.html", page[:n])
		if len(r.Problems) == 1 {
			continue
		}
		if diff := cmp.Diff(whole.Patents[0].Abstract+whole.Patents[0].FirstClaim, r.Patents[0].Abstract+r.Patents[0].FirstClaim); diff != "" {
			t.Errorf("cut at %d of %d:\n%s", n, len(page), diff)
		}
	}
	if r := usptotest.Parse(t, parser(t), "x.html", page[:300]); len(r.Problems) != 1 || !strings.Contains(r.Problems[0].Error(), "breaks off") {
		t.Errorf("%+v", r)
	}
}

// TestEncoding reads a page in windows-1252 like the same in UTF-8.
func TestEncoding(t *testing.T) {
	for _, name := range []string{"M\xfcller \x96 S\xf6hne", "Müller – Söhne"} {
		p := one(t, `<TABLE><TR><TH>Assignee:</TD><TD><B>`+name+`</B> (Bonn, <B>DE</B>)</TD></TR></TABLE>`)
		if p.Assignees[0].Name != "Müller – Söhne" {
			t.Errorf("%q read as %q", name, p.Assignees[0].Name)
		}
	}
}

func FuzzParse(f *testing.F) {
	usptotest.Fuzz(f, parser(f), "x.html", []string{"grant.html", "application.html", "reissue.html"},
		`<html><title>Patent Images</title>`)
}

func BenchmarkParse(b *testing.B) {
	page := usptotest.Fixture(b, "grant.html")
	data := append(page[:len(page):len(page)], []byte(strings.Repeat("<BR><BR> The lamp may be of any colour.", 2000))...)
	usptotest.Bench(b, parser(b), "x.html", data, 1)
}
