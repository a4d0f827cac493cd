package redbook

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/parsers/uspto"
	"github.com/tripoint-data/tripoint/parsers/uspto/usptotest"
)

func parser(tb testing.TB) usptotest.Func { return usptotest.New(tb, New) }

func TestGolden(t *testing.T) {
	usptotest.Goldens(t, parser(t), "grants.xml", "applications.xml", "older.xml")
}

func TestWrongFormat(t *testing.T) {
	usptotest.Refused(t, parser(t), "x.xml", map[string]string{
		"":                     "x.xml is empty",
		" \n\n":                "x.xml is empty",
		"guid,title\n":         "x.xml is no red-book XML: it does not begin with a tag",
		"<!DOCTYPE html><html": "x.xml is no red-book XML: no root element: broken XML near line 1 of the document: unexpected EOF",
		"<html></html>":        "x.xml is no red-book XML: its root element is html; " + supported,
		`<us-patent-grant dtd-version="v4.8 2027-01-01"/>`:                    `x.xml is no red-book XML: it is us-patent-grant of "v4.8 2027-01-01"; ` + supported,
		`<!DOCTYPE us-patent-grant SYSTEM "other.dtd" []><us-patent-grant />`: `x.xml is no red-book XML: it is us-patent-grant of "other.dtd"; ` + supported,
	})
}

// TestVersions holds which versions are read, by the root's attribute as by
// the document type, and that the next one is refused.
func TestVersions(t *testing.T) {
	for root, newest := range map[string]int{"grant": 7, "application": 6} {
		body := `<us-bibliographic-data-` + root + `><publication-reference><document-id><country>US</country><doc-number>09999999</doc-number>` +
			`<kind>B2</kind><date>20200107</date></document-id></publication-reference></us-bibliographic-data-` + root + `></us-patent-` + root + `>`
		for v := range newest + 2 {
			for _, head := range []string{
				fmt.Sprintf(`<us-patent-%s dtd-version="v4.%d 2020-01-01">`, root, v),
				fmt.Sprintf(`<!DOCTYPE us-patent-%s SYSTEM "us-patent-%[1]s-v4%d-2020-01-01.dtd" [ ]><us-patent-%[1]s>`, root, v),
			} {
				r := usptotest.Parse(t, parser(t), "x.xml", []byte(head+body))
				if read := r.Err == nil && len(r.Patents) == 1; read != (v <= newest) {
					t.Errorf("%s: read is %v: %v %v", head, read, r.Problems, r.Err)
				}
			}
		}
	}
}

// TestPortal passes over the answer that led a crawl to the documents.
func TestPortal(t *testing.T) {
	r := usptotest.Parse(t, parser(t), "search", []byte(`{"count": 1, "patentFileWrapperDataBag": [{"applicationNumberText": "16959419"}]}`))
	if r.Err != nil || len(r.Patents)+len(r.Problems) > 0 {
		t.Errorf("%+v", r)
	}
}

// TestHostile keeps going behind documents that are broken, foreign or made
// to blow up.
func TestHostile(t *testing.T) {
	good := `<?xml version="1.0"?><us-patent-grant dtd-version="v4.7 2022-02-17"><us-bibliographic-data-grant><publication-reference>` +
		`<document-id><country>US</country><doc-number>09999999</doc-number><kind>B2</kind><date>20200107</date></document-id>` +
		`</publication-reference></us-bibliographic-data-grant>%s</us-patent-grant>` + "\n"
	with := func(s string) string { return strings.Replace(good, "%s", s, 1) }
	bomb := strings.Replace(with("<abstract><p>&b;</p></abstract>"), "<us-patent-grant",
		`<!DOCTYPE us-patent-grant SYSTEM "file:///etc/passwd" [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]><us-patent-grant`, 1)
	for name, c := range map[string]struct{ doc, want string }{
		"bomb":        {bomb, "#2: broken XML near line 1 of the document: invalid character entity &b;"},
		"cut off":     {good[:200], "#2: broken XML near line 1 of the document: unexpected EOF"},
		"foreign":     {`<?xml version="1.0"?><html/>`, "#2: its root element is html; " + supported},
		"no number":   {strings.Replace(with(""), "09999999", "soon", 1), `#2: publication-reference: "soon" is no US document number`},
		"no date":     {strings.Replace(with(""), "20200107", "20200100", 1), `#2: US9999999: date of publication: "20200100" is no date of the form 20060102`},
		"no data":     {`<?xml version="1.0"?><us-patent-grant dtd-version="v4.5"/>`, "#2: the document has no bibliographic data"},
		"endless":     {strings.Replace(good, "%s", "<description>no end", 1), "#2: broken XML near line 1 of the document: unexpected EOF"},
		"two roots":   {with("") + with("")[21:], "#2: a second root element us-patent-grant stands behind the first without an XML declaration"},
		"deep":        {with("<abstract>" + strings.Repeat("<b>", 20000)), ""},
		"bad charset": {`<?xml version="1.0" encoding="EBCDIC"?><us-patent-grant/>`, ""},
	} {
		r := usptotest.Parse(t, parser(t), "x.xml", []byte(with("")+c.doc+with("")))
		if r.Err != nil || len(r.Patents) != 2 || len(r.Problems) != 1 {
			t.Errorf("%s: %d records, %v, %v", name, len(r.Patents), r.Problems, r.Err)
			continue
		}
		if got := r.Problems[0].Error(); c.want != "" && got != "x.xml"+c.want {
			t.Errorf("%s: problem %q, want %q", name, got, "x.xml"+c.want)
		}
		if at := r.Patents[1].Origin.Locator; at != "x.xml#3" {
			t.Errorf("%s: the last record stands at %s", name, at)
		}
	}
}

// TestLarge passes over a description of any length and refuses a document
// that is too large without it.
func TestLarge(t *testing.T) {
	long := func(element string) io.Reader {
		fill := strings.NewReader(strings.Repeat("<p>"+strings.Repeat("word ", 200)+"</p>", maxDocument/1000))
		return io.MultiReader(strings.NewReader(`<?xml version="1.0"?><a><`+element+` id="d">`), fill, strings.NewReader("</"+element+">"+
			`</a><?xml version="1.0"?><b/>`))
	}
	for element, want := range map[string]error{"description": nil, "abstract": uspto.ErrTooLarge} {
		s := &splitter{r: bufio.NewReader(long(element))}
		doc, err := s.next()
		if !errors.Is(err, want) || err == nil && string(doc) != `<?xml version="1.0"?><a></a>` {
			t.Errorf("%s: %.60q, %v", element, doc, err)
		}
		if doc, err := s.next(); err != nil || string(doc) != `<?xml version="1.0"?><b/>` {
			t.Errorf("behind %s: %.60q, %v", element, doc, err)
		}
		if _, err := s.next(); !errors.Is(err, io.EOF) {
			t.Errorf("at the end: %v", err)
		}
	}
	s := &splitter{r: bufio.NewReader(strings.NewReader("<a" + strings.Repeat("x", maxDocument+1) + `><?xml version="1.0"?><b/>`))}
	if _, err := s.next(); !errors.Is(err, uspto.ErrTooLarge) {
		t.Errorf("an endless tag: %v", err)
	}
	if doc, err := s.next(); err != nil || !strings.HasSuffix(string(doc), "<b/>") {
		t.Errorf("behind an endless tag: %q, %v", doc, err)
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"CO<sub>2</sub> at 10<sup>3</sup> Pa, 5<sup>th</sup> try":             "CO2 at 10^3 Pa, 5th try",
		"<p>One.</p><p>Two &ldquo;x&rdquo;&nbsp;y.</p>":                       "One. Two “x” y.",
		"a <maths><math><mi>x</mi></math></maths> b":                          "a b",
		"<?insert-start?>new<?insert-end?> <?delete-start?>old<?delete-end?>": "new",
	} {
		var got text
		if err := uspto.DecodeXML(strings.NewReader("<t>" + in + "</t>")).Decode(&got); err != nil || uspto.Clean(string(got)) != want {
			t.Errorf("%s: %q, %v", in, got, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	usptotest.Fuzz(f, parser(f), "x.xml", []string{"grants.xml", "applications.xml", "older.xml"},
		`<?xml version="1.0"?><us-patent-grant dtd-version="v45"><description><?xml ?><description/>`)
}

func BenchmarkParse(b *testing.B) {
	description := "<description>" + strings.Repeat("<p id=\"p\" num=\"0001\">The lamp may be of any colour that a lamp has.</p>\n", 1000) + "</description>"
	one := strings.ReplaceAll(string(usptotest.Fixture(b, "applications.xml")), "<description/>", description)
	data := []byte(strings.Repeat(one, 20))
	usptotest.Bench(b, parser(b), "x.xml", data, 40)
}
