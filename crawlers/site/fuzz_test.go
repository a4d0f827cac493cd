package site

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gocolly/colly/v2"

	"github.com/tripoint-data/tripoint/record"
)

// FuzzLinks reads links in any page with any texts beside them: whatever the
// page says, requests stay on the hosts of the crawl, within its depth, and
// have no fragment.
func FuzzLinks(f *testing.F) {
	f.Add(`<base href="//evil.test/"><a href="x#y">A</a><tr><td><a href=http://a.test/1>1</a><td>2020`, "closest(tr) td:nth-child(2)")
	f.Add(`<meta http-equiv=refresh content="0;url='http://user:pw@a.test/'"><form action="javascript:x"><input name=a><button>`, "@href")
	f.Add(`<form method=post><select name=s><option>1</select><input type=image name=i></form>`, "b")
	f.Fuzz(func(t *testing.T, page, pick string) {
		var p Pick
		if err := p.UnmarshalText([]byte(pick)); err != nil {
			return
		}
		every := &Selector{}
		if err := every.UnmarshalText([]byte("a, form, input, button, b")); err != nil {
			t.Fatal(err)
		}
		c := &Crawler{scope: newScope([]string{"http://a.test/"}, []string{".b.test"}), opt: Options{
			MetaRefresh: RefreshFollow, Depth: 2,
			Paginate: &Paginate{Select: every},
			Follow:   []Follow{{Select: every, Role: "detail", Carry: map[string]Pick{"x": p}, Match: regexp.MustCompile("")}},
		}}
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(page))
		if err != nil {
			return
		}
		base := &url.URL{Scheme: "http", Host: "a.test", Path: "/list"}
		element := colly.NewHTMLElementFromSelectionNode(&colly.Response{Request: &colly.Request{URL: base}}, doc.Find("html"), doc.Find("html").Get(0), 0)
		for _, r := range c.links(element, record.Request{URL: base.String(), Vars: map[string]string{depthVar: "1"}}) {
			u, err := url.Parse(r.URL)
			if err != nil || !c.scope.allows(u) || u.User != nil || u.Fragment != "" || r.Vars[depthVar] > "2" {
				t.Errorf("%+v, %v", r, err)
			}
		}
	})
}
