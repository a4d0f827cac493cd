package site

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gocolly/colly/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
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
		for _, r := range c.links(element.DOM, element.Request.AbsoluteURL, record.Request{URL: base.String(), Vars: map[string]string{depthVar: "1"}}).found {
			u, err := url.Parse(r.URL)
			if err != nil || !c.scope.allows(u) || u.User != nil || u.Fragment != "" || r.Vars[depthVar] > "2" {
				t.Errorf("%+v, %v", r, err)
			}
		}
	})
}

// FuzzLoginForm fills the form of any page: what is typed goes to the host of
// the login page and stands in no address.
func FuzzLoginForm(f *testing.F) {
	f.Add(`<form method=post action="/in?a=1#b"><input type=hidden name=token value="a&amp;b"><input name=user><input type=password name=password><button name=do>`)
	f.Add(`<base href="//evil.test/"><form method=POST action=in><input name=user><input type=password name=password><input type=image>`)
	f.Add(`<form method=post action="http://a.test\@evil.test/"><textarea name=user></textarea><select name=password><option>1</select><input type=password>`)
	f.Fuzz(func(t *testing.T, page string) {
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(page))
		if err != nil || strings.Contains(page, "s3cret") {
			return
		}
		login := &fetch.Login{URL: "http://a.test/login"}
		form, err := loginForm(doc, login)
		if err != nil {
			return
		}
		at := &url.URL{Scheme: "http", Host: "a.test", Path: "/login"}
		req, err := filled(form, map[string]string{"user": "reader", "password": "s3cret&="}, onBase(doc, (&colly.Request{URL: at}).AbsoluteURL))
		if err != nil || login.Takes(req.Method, req.URL) != nil {
			return
		}
		to, err := url.Parse(req.URL)
		sent, bodyErr := url.ParseQuery(string(req.Body))
		if err != nil || bodyErr != nil || to.Host != "a.test" || strings.Contains(req.URL, "s3cret") || sent.Get("password") != "s3cret&=" || req.Method != "POST" {
			t.Errorf("%s %s %q", req.Method, req.URL, req.Body)
		}
	})
}

// FuzzFlat reads the links of any page by its tags alone and by its tree: they
// are the same where the first is possible.
func FuzzFlat(f *testing.F) {
	f.Add(`<p><a href=/1 class="next x">1</a><table><tr><a href=/2>2<td><a href="/3#x">3</table><script>"<a href=/4>"</script><a href='/5'/>`)
	f.Add(`<a href=/1><div><a href=/2></a><textarea><a href=/3></textarea><title><a href=/4></title><!-- <a href=/5> --><a href=/6 href=/7>`)
	f.Add(`<select><a href=/1></select><svg><title><a href=/2></svg><noscript><a href=/3></noscript><base href=/b/><iframe><a href=/4></iframe>`)
	f.Add(`<p a="<a href=/1>" b='>'c=d"e> <p =">"<a href=/2> <p/="<a href=/3>"> <a/href='/4'> </p x="<a href=/5>"> <1 <a href=/6><?a <a href=/7>> </><a href=/8`)
	f.Add(`<body></html><a href=/1><colgroup><a href=/2></colgroup><caption><link href=/3 rel=next><map><AREA HREF=/4></map><image href=/5>`)
	f.Fuzz(func(t *testing.T, page string) {
		every, next := &Selector{}, &Selector{}
		if err := errors.Join(every.UnmarshalText([]byte("a[href], area, link")), next.UnmarshalText([]byte(`a.next, link[rel="next"]`))); err != nil {
			t.Fatal(err)
		}
		c := &Crawler{scope: newScope([]string{"http://a.test/"}, nil), opt: Options{
			MetaRefresh: RefreshFollow,
			Paginate:    &Paginate{Select: next}, Follow: []Follow{{Select: every, Role: "detail"}},
		}}
		if !c.opt.flat("list") {
			t.Fatal("the selectors look at the links alone")
		}
		flat := flatten([]byte(page))
		if flat == nil {
			return
		}
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(page))
		if err != nil { // nested too deep
			return
		}
		base := &url.URL{Scheme: "http", Host: "a.test", Path: "/list"}
		of := func(doc *goquery.Selection) (found []string) {
			for _, r := range c.links(doc, (&colly.Request{URL: base}).AbsoluteURL, record.Request{URL: base.String()}).found {
				if text := r.Role + " " + r.URL; !slices.Contains(found, text) {
					found = append(found, text)
				}
			}
			return found
		}
		byTags, byTree := of(flat), of(doc.Selection)
		slices.Sort(byTags)
		slices.Sort(byTree)
		if diff := cmp.Diff(byTree, byTags); diff != "" {
			t.Errorf("by the tree and by the tags:\n%s", diff)
		}
	})
}
