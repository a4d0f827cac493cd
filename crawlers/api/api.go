// Package api crawls sources that answer in JSON: pages of results, sessions
// with tokens, and items that lead to further addresses.
//
// Start with New and Options.
package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

// Crawler asks an API.
type Crawler struct {
	opt   Options
	agent *fetch.Agent
}

// New decodes the options and returns a crawler, or all faults joined.
func New(decode func(any) error, agent *fetch.Agent) (*Crawler, error) {
	c := &Crawler{agent: agent}
	if err := decode(&c.opt); err != nil {
		return nil, err
	}
	c.opt.fill()
	if err := c.opt.check(); err != nil {
		return nil, err
	}
	return c, nil
}

// crawl is one Crawl under way.
type crawl struct {
	*Crawler
	job     fetch.Job
	client  *fetch.Client
	session *session // nil where the source has none

	mu     sync.Mutex
	before map[string]string // hash of the results of the page before, by the key of the next
	missed []error           // what could not be asked for: fetching again would not help
	more   int
}

// Crawl asks for every page and follows its items. Results beyond
// paginate.max are reported in the error when all the rest is kept.
func (c *Crawler) Crawl(ctx context.Context, job fetch.Job) error {
	if err := job.Seed(ctx, c.start); err != nil {
		return fmt.Errorf("api: %w", err)
	}
	w := &crawl{Crawler: c, job: job, before: map[string]string{}}
	trusted := c.opt.Start
	if s := c.opt.Session; s != nil {
		trusted = append([]string{s.Request.URL}, trusted...)
	}
	w.client = c.agent.Client(job.Source, c.opt.Options, trusted...)
	if c.opt.Session != nil {
		w.session = &session{opt: c.opt.Session, client: w.client}
	}
	err := job.Work(ctx, fetch.Steps{Parallel: c.opt.Parallel(), Fetch: w.fetch, Lead: w.lead})
	var partial *fetch.Partial
	if missed := w.missing(); missed != nil && (err == nil || errors.As(err, &partial)) {
		err = &fetch.Partial{Err: errors.Join(err, missed)}
	} else {
		err = errors.Join(err, missed)
	}
	if err != nil {
		return fmt.Errorf("api: %w", err)
	}
	return nil
}

func (c *Crawler) start(vars map[string]string) ([]record.Request, error) {
	requests := make([]record.Request, len(c.opt.Start))
	for i, template := range c.opt.Start {
		first := vars
		if p := c.opt.Paginate; p != nil && p.Param != "" && (p.First != "" || c.placed(template)) {
			first = with(vars, p.Param, p.First)
		}
		var err error
		if requests[i], err = c.request(template, first); err != nil {
			return nil, fmt.Errorf("start: %w", err)
		}
	}
	return requests, nil
}

const accept = "application/json, */*;q=0.5"

// fetch sends a request in the session, and once more in a new one where the
// old one has ended.
func (w *crawl) fetch(ctx context.Context, r record.Request) (*fetch.Response, error) {
	ended := 0
	for {
		resp, number, err := w.send(ctx, r, ended)
		if w.session == nil || ended > 0 || !expired(err) {
			return resp, err
		}
		ended = number
	}
}

func (w *crawl) send(ctx context.Context, r record.Request, ended int) (*fetch.Response, int, error) {
	header, trusted := http.Header{"Accept": {accept}}, w.client.Trusts(r.URL)
	if r.Role == w.opt.Role && trusted {
		var err error
		if header, err = w.opt.Request.header(w.values(r.Vars), r.Body); err != nil {
			return nil, 0, err
		}
	}
	sent, number := r, 0
	if w.session != nil && trusted {
		values, n, err := w.session.current(ctx, ended)
		if err != nil {
			return nil, 0, err
		}
		number = n
		value := func(name string) (any, bool) { v, ok := values[name]; return v, ok }
		if err := addHeader(header, w.opt.Session.Send.Header, value); err != nil {
			return nil, 0, err
		}
		if sent.Body, err = fillSession(r.Body, values); err != nil {
			return nil, 0, err
		}
	}
	if !w.leads(r) && (r.Method == "" || r.Method == http.MethodGet) {
		var err error
		if header, err = w.job.Conditional(ctx, r, header); err != nil {
			return nil, 0, err
		}
	}
	resp, err := w.client.Do(ctx, sent, header)
	if err != nil {
		if r.Role == w.opt.Role && w.opt.Empty.is(err) {
			err = fetch.ErrEmpty
		}
		return nil, number, err
	}
	resp.Capture.Request = r
	if err := w.job.Settle(ctx, resp); err != nil {
		_ = resp.Close()
		return nil, 0, err
	}
	return resp, number, nil
}

// fillSession puts the session's values into a queued body.
func fillSession(body []byte, values map[string]any) ([]byte, error) {
	value := func(name string) (any, bool) {
		if v, ok := values[name]; ok {
			return v, true
		}
		return "{" + name + "}", true
	}
	if !placeholder.Match(body) {
		return body, nil
	}
	doc, err := decode(body)
	if err != nil { // a body of another kind
		s, err := fillText(string(body), value)
		return []byte(s), err
	}
	if doc, err = fillJSON(doc, value); err != nil {
		return nil, err
	}
	return marshal(doc)
}

// leads says whether the answer to a request leads to others.
func (w *crawl) leads(r record.Request) bool {
	if w.opt.Paginate != nil && r.Role == w.opt.Role {
		return true
	}
	for _, f := range w.opt.Follow {
		if f.Of == r.Role {
			return true
		}
	}
	return false
}

// pageMax bounds the answers that are read into memory for what they lead to.
const pageMax = 64 << 20

// lead returns the next page and what the items lead to.
func (w *crawl) lead(_ context.Context, r record.Request, resp *fetch.Response) ([]record.Request, error) {
	if !w.leads(r) {
		return nil, nil
	}
	if resp.Size() > pageMax {
		return nil, fmt.Errorf("an answer of %s is too large to look for pages and items in: ask for fewer at a time", fetch.Size(resp.Size()))
	}
	data, err := io.ReadAll(resp)
	if err != nil {
		return nil, err
	}
	doc, err := decode(data)
	if err != nil {
		return nil, err
	}
	var led []record.Request
	if w.opt.Paginate != nil && r.Role == w.opt.Role {
		next, ok, err := w.turnPage(r, doc, resp)
		if err != nil {
			w.miss(fmt.Errorf("%s: %w", fetch.Redact(r.URL), err))
		} else if ok {
			next.URL = w.client.WithoutKey(next.URL)
			led = append(led, next)
		}
	}
	for _, f := range w.opt.Follow {
		if f.Of != r.Role {
			continue
		}
		for _, item := range f.JSON.All(doc) {
			to, err := f.request(r, item)
			if err != nil {
				w.miss(fmt.Errorf("%s: follow %s: %w", fetch.Redact(r.URL), f.JSON, err))
				continue
			}
			if f.Match != nil && !f.Match.MatchString(to.URL) {
				continue
			}
			to.URL = w.client.WithoutKey(to.URL)
			led = append(led, to)
		}
	}
	return led, nil
}

// turnPage returns the request for the next page. A page that repeats the one
// before is the last: the publisher does not know the page that was asked for.
func (w *crawl) turnPage(r record.Request, doc any, resp *fetch.Response) (record.Request, bool, error) {
	sum, err := w.opt.Paginate.fingerprint(doc, resp.SHA256())
	if err != nil {
		return record.Request{}, false, err
	}
	w.mu.Lock()
	repeated := w.before[r.Key()] == sum
	delete(w.before, r.Key())
	w.mu.Unlock()
	next, ok, err := w.next(r, doc, resp.Header)
	switch {
	case err != nil || !ok:
		return next, ok, err
	case repeated && !w.opt.Paginate.Total.IsZero():
		return next, false, fmt.Errorf("a page repeats the one before, with results to come: is %s what turns the page?", w.opt.Paginate.turner())
	case repeated:
		return next, false, nil
	}
	w.mu.Lock()
	w.before[next.Key()] = sum
	w.mu.Unlock()
	return next, true, nil
}

// request is what one item leads to.
func (f Follow) request(r record.Request, item any) (record.Request, error) {
	vars := maps.Clone(r.Vars)
	if vars == nil {
		vars = map[string]string{}
	}
	for name, path := range f.Carry {
		if v, ok := path.Text(item); ok {
			vars[name] = v
		}
	}
	known := maps.Clone(vars)
	if object, ok := item.(map[string]any); ok {
		for key, v := range object {
			if s, ok := text(v); ok {
				known[key] = s
			}
		}
	}
	address, ok := text(item)
	if f.URL != "" {
		var err error
		if address, err = fetch.Template(f.URL).URL(known); err != nil {
			return record.Request{}, err
		}
	} else if !ok || strings.TrimSpace(address) == "" {
		return record.Request{}, errors.New("an item is no address: write url")
	}
	to, err := resolve(r.URL, address)
	return record.Request{URL: to, Role: f.Role, Vars: vars}, err
}

// missedShown is how many of the things missed are named.
const missedShown = 20

func (w *crawl) miss(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.missed) < missedShown {
		w.missed = append(w.missed, err)
		return
	}
	w.more++
}

func (w *crawl) missing() error {
	err := errors.Join(w.missed...)
	if w.more > 0 {
		err = errors.Join(err, fmt.Errorf("and %d more could not be asked for", w.more))
	}
	return err
}
