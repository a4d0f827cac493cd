package api

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

// pageVar counts the pages of cursor and next-link, which have no number of
// their own.
const pageVar = "page"

// errMax says that results lie beyond what the publisher gives out.
var errMax = errors.New("the publisher gives out no more: narrow the query (paginate.max)")

// next returns the request for the page after r, or false where r is the last.
func (c *Crawler) next(r record.Request, doc any, header http.Header) (record.Request, bool, error) {
	p := c.opt.Paginate
	switch p.Kind {
	case Offset, Page:
		at, err := number(r.Vars[p.Param])
		if err != nil {
			at, _ = number(p.First)
		}
		to, err := p.after(at, doc)
		if err != nil || to == at {
			return record.Request{}, false, err
		}
		return c.turn(r, strconv.Itoa(to), 0)
	case Cursor:
		cursor, ok := p.Next.Text(doc)
		if !ok || cursor == "" || cursor == r.Vars[p.Param] || p.empty(doc) {
			return record.Request{}, false, nil
		}
		n, err := p.count(r)
		if err != nil {
			return record.Request{}, false, err
		}
		return c.turn(r, cursor, n)
	default:
		link := linkNext(header)
		if !p.Next.IsZero() {
			link, _ = p.Next.Text(doc)
		}
		if link == "" {
			return record.Request{}, false, nil
		}
		n, err := p.count(r)
		if err != nil {
			return record.Request{}, false, err
		}
		to, err := resolve(r.URL, link)
		r.URL, r.Vars = to, with(r.Vars, pageVar, strconv.Itoa(n))
		return r, err == nil, err
	}
}

// after returns the number of the page after the one at a number, or the same
// number where that was the last.
func (p *Paginate) after(at int, doc any) (int, error) {
	first, _ := number(p.First)
	before, held, to := at-first, max(1, p.Step), at+1
	if p.Kind == Offset {
		if n := p.items(doc); n > 0 {
			held = min(held, n) // pages may be shorter than asked for: move on by what they hold
		}
		to = at + held
	} else {
		before *= held
	}
	seen := before + held
	total, err := p.total(doc)
	switch {
	case err != nil:
		return 0, err
	case p.empty(doc) && before < total:
		return 0, fmt.Errorf("a page is empty after %d of %d results", before, total)
	case p.empty(doc), total >= 0 && seen >= total:
		return at, nil
	case p.Max == 0, seen < p.Max:
		return to, nil
	case total >= 0:
		return 0, fmt.Errorf("%d of %d results are beyond %d: %w", total-seen, total, p.Max, errMax)
	}
	return 0, fmt.Errorf("the results beyond %d: %w", p.Max, errMax)
}

// total is the number of results; -1 where the source does not say where it stands.
func (p *Paginate) total(doc any) (int, error) {
	if p.Total.IsZero() {
		return -1, nil
	}
	text, _ := p.Total.Text(doc)
	n, err := number(text)
	if err != nil {
		return 0, fmt.Errorf("paginate.total: there is no number at %s", p.Total)
	}
	return n, nil
}

// count returns the number of the page after r, counted from 1, or errMax.
func (p *Paginate) count(r record.Request) (int, error) {
	n, err := number(r.Vars[pageVar])
	if err != nil {
		n = 1
	}
	if p.Max > 0 && n*max(1, p.Step) >= p.Max {
		return 0, fmt.Errorf("the results beyond %d: %w", p.Max, errMax)
	}
	return n + 1, nil
}

// items counts the results of a page; -1 where the source does not say where
// they stand.
func (p *Paginate) items(doc any) int {
	if p.Items.IsZero() {
		return -1
	}
	found := p.Items.All(doc)
	if len(found) == 1 {
		if list, ok := found[0].([]any); ok {
			return len(list)
		}
		if found[0] == nil {
			return 0
		}
	}
	return len(found)
}

// fingerprint tells the results of a page from those of another: by where they
// stand, and otherwise by the hash of the whole answer.
func (p *Paginate) fingerprint(doc any, whole string) (string, error) {
	if p.Items.IsZero() {
		return whole, nil
	}
	data, err := marshal(p.Items.All(doc))
	sum := sha256.Sum256(data)
	return string(sum[:]), err
}

// turner names what turns the page.
func (p *Paginate) turner() string { return cmp.Or(p.Param, "the link to the next page") }

func (p *Paginate) empty(doc any) bool { return p.items(doc) == 0 }

// turn makes r anew with another value of the paging parameter.
func (c *Crawler) turn(r record.Request, value string, page int) (record.Request, bool, error) {
	for _, template := range c.opt.Start {
		if same, err := c.request(template, r.Vars); err != nil || same.Key() != r.Key() {
			continue
		}
		vars := with(r.Vars, c.opt.Paginate.Param, value)
		if page > 0 {
			vars[pageVar] = strconv.Itoa(page)
		}
		to, err := c.request(template, vars)
		return to, err == nil, err
	}
	return record.Request{}, false, errors.New("the address is none of start: it was queued under other settings")
}

// request makes the request of a start address.
func (c *Crawler) request(template string, vars map[string]string) (record.Request, error) {
	call, p := c.opt.Request, c.opt.Paginate
	address, err := fetch.Template(template).URL(vars)
	if err != nil {
		return record.Request{}, err
	}
	if p != nil && p.Param != "" && !c.placed(template) && vars[p.Param] != "" {
		u, err := url.Parse(address)
		if err != nil {
			return record.Request{}, err
		}
		query := u.Query()
		query.Set(p.Param, vars[p.Param])
		u.RawQuery = query.Encode()
		address = u.String()
	}
	body, err := call.body(c.values(vars))
	if err != nil {
		return record.Request{}, fmt.Errorf("request: %w", err)
	}
	return record.Request{Method: call.method(), URL: address, Body: body, Role: c.opt.Role, Vars: vars}, nil
}

// placed says whether the paging parameter has its place in address or body.
func (c *Crawler) placed(template string) bool {
	name := "{" + c.opt.Paginate.Param + "}"
	return strings.Contains(template, name) || c.opt.Request.uses(c.opt.Paginate.Param)
}

// values are the variables for a body that is queued: those of the session
// stay as they are written.
func (c *Crawler) values(vars map[string]string) func(string) (any, bool) {
	return func(name string) (any, bool) {
		if c.opt.Session != nil {
			if _, ok := c.opt.Session.Take[name]; ok {
				return "{" + name + "}", true
			}
		}
		v, ok := vars[name]
		if p := c.opt.Paginate; p != nil && name == p.Param && p.Kind != Cursor {
			if n, err := number(v); err == nil {
				return n, ok
			}
		}
		return v, ok
	}
}

func with(vars map[string]string, name, value string) map[string]string {
	vars = maps.Clone(vars)
	if vars == nil {
		vars = map[string]string{}
	}
	vars[name] = value
	return vars
}

// number reads a count that no publisher's total can make overflow.
func number(s string) (int, error) {
	n, err := strconv.ParseInt(strings.TrimSuffix(s, ".0"), 10, 32)
	return int(n), err
}

var relNext = regexp.MustCompile(`(?i)^\s*<([^>]*)>.*;\s*rel="?next"?`)

// linkNext is the next page by the Link header (RFC 8288).
func linkNext(h http.Header) string {
	for _, line := range h.Values("Link") {
		for part := range strings.SplitSeq(line, ",") {
			if m := relNext.FindStringSubmatch(part); m != nil {
				return m[1]
			}
		}
	}
	return ""
}

func resolve(base, ref string) (string, error) {
	from, err := url.Parse(base)
	if err != nil {
		return "", err
	}
	to, err := from.Parse(ref)
	if err != nil {
		return "", fmt.Errorf("%.100q is no address", ref)
	}
	return to.String(), nil
}
