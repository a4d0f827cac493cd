package site

import (
	"bytes"
	"maps"
	"net/url"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/gocolly/colly/v2"

	"github.com/tripoint-data/tripoint/record"
)

// read returns the requests that a page in UTF-8 leads to.
func (c *Crawler) read(page []byte, from record.Request, absolute func(string) string) (*linkReader, error) {
	if c.opt.flat(from.Role) {
		if links := flatten(page); links != nil {
			return c.links(links, absolute, from), nil
		}
	}
	tree, err := goquery.NewDocumentFromReader(bytes.NewReader(page))
	if err != nil {
		return nil, err
	}
	if hasBase(page) { // else the tree need not be walked for it
		absolute = onBase(tree, absolute)
	}
	return c.links(tree.Selection, absolute, from), nil
}

// onBase makes addresses whole by a page's own base address, if it has one.
func onBase(tree *goquery.Document, absolute func(string) string) func(string) string {
	if href, ok := tree.Find("base[href]").Attr("href"); ok {
		if base, err := url.Parse(absolute(href)); err == nil && base.Host != "" {
			return (&colly.Request{URL: base}).AbsoluteURL
		}
	}
	return absolute
}

// hasBase says whether a page may have a base address of its own.
func hasBase(page []byte) bool {
	for {
		_, after, ok := bytes.Cut(page, []byte("<"))
		if !ok {
			return false
		}
		if len(after) >= 4 && bytes.EqualFold(after[:4], []byte("base")) {
			return true
		}
		page = after
	}
}

// links returns the requests that the elements of a page lead to.
func (c *Crawler) links(doc *goquery.Selection, absolute func(string) string, from record.Request) *linkReader {
	p := &linkReader{c: c, from: from, absolute: absolute}
	if c.opt.MetaRefresh == RefreshFollow {
		p.refresh(doc)
	}
	before := len(p.found)
	if next := c.opt.Paginate; next != nil && looksAt(next.On, from.Role) {
		if link := doc.FindMatcher(next.Select).First(); link.Length() > 0 {
			p.add(link, next.Attr, from.Role, nil, p.depth())
			if last := len(p.found) - 1; last >= before {
				p.next = p.found[last].Key()
			}
		}
	}
	for i := range c.opt.Follow {
		f := &c.opt.Follow[i]
		if !looksAt(f.On, from.Role) {
			continue
		}
		doc.FindMatcher(f.Select).Each(func(_ int, link *goquery.Selection) {
			p.add(link, f.Attr, f.Role, f, p.depth()+1)
		})
	}
	return p
}

// linkReader gathers the requests that one page leads to.
type linkReader struct {
	c        *Crawler
	from     record.Request
	absolute func(string) string
	found    []record.Request
	next     string // the key of the one that is the next page, where there is one
}

func (p *linkReader) depth() int {
	n, _ := strconv.Atoi(p.from.Vars[depthVar])
	return n
}

// add adds what a link leads to, if it keeps to the rules.
func (p *linkReader) add(link *goquery.Selection, attr, role string, f *Follow, depth int) {
	req, ok := p.request(link, attr)
	if login := p.c.opt.Login; !ok || login != nil && link.Is(string(login.Proof)) { // it may log out
		return
	}
	if f != nil && f.Match != nil && !f.Match.MatchString(req.URL) {
		return
	}
	vars := maps.Clone(p.from.Vars)
	if f != nil && len(f.Carry) > 0 {
		if vars == nil {
			vars = map[string]string{}
		}
		for name, pick := range f.Carry {
			if text := pick.of(link); text != "" {
				vars[name] = text
			}
		}
	}
	p.queue(req, role, vars, depth)
}

// queue adds a request that stays in scope and depth.
func (p *linkReader) queue(req record.Request, role string, vars map[string]string, depth int) {
	u, err := url.Parse(req.URL)
	if err != nil || !p.c.scope.allows(u) || u.User != nil {
		return
	}
	if limit := p.c.opt.Depth; limit > 0 {
		if depth > limit {
			return
		}
		if vars == nil {
			vars = map[string]string{}
		}
		vars[depthVar] = strconv.Itoa(depth)
	}
	req.Role, req.Vars = role, vars
	p.found = append(p.found, req)
}

// request is what following an element asks for.
func (p *linkReader) request(link *goquery.Selection, attr string) (record.Request, bool) {
	if attr == "" {
		switch link.Nodes[0].Data {
		case "form", "input", "button":
			return submit(link, p.absolute)
		}
		attr = "href"
	}
	href, ok := link.Attr(attr)
	if href = strings.TrimSpace(href); !ok || href == "" || strings.HasPrefix(href, "#") {
		return record.Request{}, false
	}
	address := p.absolute(href)
	address, _, _ = strings.Cut(address, "#")
	return record.Request{URL: address}, address != ""
}

// refresh follows <meta http-equiv="refresh" content="0; URL=…">: the page
// stands for the other, which has its variables and depth, and the role of
// the first rule that matches its address by a pattern, or else of the page.
func (p *linkReader) refresh(doc *goquery.Selection) {
	doc.Find("meta[http-equiv]").EachWithBreak(func(_ int, meta *goquery.Selection) bool {
		if !strings.EqualFold(strings.TrimSpace(meta.AttrOr("http-equiv", "")), "refresh") {
			return true
		}
		target, ok := refreshTarget(meta.AttrOr("content", ""))
		if !ok {
			return true
		}
		address := p.absolute(target)
		role := p.from.Role
		for _, f := range p.c.opt.Follow {
			if f.Match != nil && looksAt(f.On, p.from.Role) && f.Match.MatchString(address) {
				role = f.Role
				break
			}
		}
		p.queue(record.Request{URL: address}, role, maps.Clone(p.from.Vars), p.depth())
		return false
	})
}

// refreshTarget reads 0;URL='/x' in the ways that are seen.
func refreshTarget(content string) (string, bool) {
	_, rest, ok := strings.Cut(content, ";")
	if !ok {
		if _, rest, ok = strings.Cut(content, ","); !ok {
			return "", false
		}
	}
	name, target, ok := strings.Cut(rest, "=")
	if !ok || !strings.EqualFold(strings.TrimSpace(name), "url") {
		return "", false
	}
	target = strings.Trim(strings.TrimSpace(target), `"'`)
	return target, target != ""
}
