package site

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/gocolly/colly/v2"
	"golang.org/x/net/html/charset"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

const (
	redirects   = 10
	leaseHeader = "Tripoint-Lease" // tells our transport which lease a request of colly's belongs to; never sent
)

// lease is one request on its way through colly.
type lease struct {
	req    record.Request
	answer *http.Response // as received
	page   []byte         // in UTF-8, where links are looked for
	links  *linkReader    // nil where none was looked for
	err    error
}

// walker walks one run: one Collector, over our transport.
type walker struct {
	c      *Crawler
	job    fetch.Job
	client *fetch.Client
	next   http.RoundTripper // the client's
	logins *fetch.Logins     // nil where the source has none

	collector *colly.Collector

	mu     sync.Mutex
	leases map[string]*lease
	count  int
	led    map[*fetch.Response]*linkReader // between fetch and lead
	before map[string]string               // hash of the page before, by the key of the next
}

func (c *Crawler) newWalker(ctx context.Context, job fetch.Job) (*walker, error) {
	client := c.agent.Client(job.Source, c.opt.Options, c.opt.Start...)
	w := &walker{c: c, job: job, client: client, next: client.Transport(), leases: map[string]*lease{}, led: map[*fetch.Response]*linkReader{}, before: map[string]string{}}
	typed, err := c.opt.Login.Typed(c.agent)
	if err != nil {
		return nil, err
	}
	if c.opt.Login != nil {
		w.logins = fetch.NewLogins(func(ctx context.Context) error { return w.logIn(ctx, typed) })
	}

	collector := colly.NewCollector(colly.StdlibContext(ctx))
	// Set after the constructor, which reads COLLY_ variables of the environment.
	collector.AllowURLRevisit = true // the frontier knows what was seen
	collector.IgnoreRobotsTxt = true // our transport obeys, on every hop
	collector.ParseHTTPErrorResponse = true
	collector.AllowedDomains, collector.DisallowedDomains = nil, nil
	collector.CacheDir, collector.DetectCharset, collector.TraceHTTP = "", false, false
	collector.MaxBodySize, collector.MaxDepth, collector.MaxRequests = 0, 0, 0 // ours are errors, not cuts
	collector.SetClient(&http.Client{Transport: w, Jar: client.Jar()})         // no timeout: waiting for a turn counts
	collector.SetRedirectHandler(w.redirect)

	collector.OnResponse(func(r *colly.Response) {
		if l := leaseOf(r.Ctx); len(l.page) > 0 {
			l.links, l.err = c.read(l.page, l.req, r.Request.AbsoluteURL)
			l.page = nil
		}
	})
	collector.OnError(func(r *colly.Response, err error) { leaseOf(r.Ctx).err = err })
	w.collector = collector
	return w, nil
}

func leaseOf(ctx *colly.Context) *lease {
	l, _ := ctx.GetAny("lease").(*lease)
	return l
}

// redirect keeps a redirect to the hosts of the crawl.
func (w *walker) redirect(req *http.Request, via []*http.Request) error {
	if len(via) > redirects {
		return fmt.Errorf("more than %d redirects", redirects)
	}
	if l := w.c.opt.Login; l != nil && l.At(req.URL) {
		return fetch.ErrLoggedOut
	}
	if !w.c.scope.allows(req.URL) {
		return fmt.Errorf("redirected to %s, which is not among hosts", req.URL.Host)
	}
	return nil
}

// fetch sends one lease through colly.
func (w *walker) fetch(ctx context.Context, req record.Request) (*fetch.Response, error) {
	var (
		l    *lease
		resp *fetch.Response
	)
	err := w.logins.Within(ctx, func() (err error) {
		l = &lease{req: req}
		if resp, err = w.visit(ctx, l); err != nil && l.answer != nil {
			_ = l.answer.Body.Close()
		}
		return err
	})
	if err != nil {
		var outer *url.Error // quotes the address with all that is secret in it
		if errors.As(err, &outer) {
			err = outer.Err
		}
		return nil, fmt.Errorf("%s: %w", fetch.Redact(req.URL), err)
	}
	w.mu.Lock()
	w.led[resp] = l.links
	w.mu.Unlock()
	return resp, nil
}

func (w *walker) visit(ctx context.Context, l *lease) (*fetch.Response, error) {
	header := http.Header{}
	if !w.c.opt.leads(l.req.Role) { // else the page is wanted for its links
		var err error
		if header, err = w.job.Conditional(ctx, l.req, header); err != nil {
			return nil, err
		}
	}
	id := w.enter(l)
	defer w.leave(id)
	header.Set(leaseHeader, id)

	method, body := l.req.Method, io.Reader(nil)
	if method == "" {
		method = http.MethodGet
	}
	if len(l.req.Body) > 0 {
		body = bytes.NewReader(l.req.Body)
	}
	with := colly.NewContext()
	with.Put("lease", l)
	if err := w.collector.Request(method, l.req.URL, body, with, header); err != nil {
		return nil, err
	}
	if l.err != nil {
		return nil, l.err
	}
	resp, err := w.client.Response(l.req, l.answer)
	if err != nil {
		return nil, err
	}
	if err := w.proven(resp); err != nil {
		return nil, err
	}
	return resp, w.job.Settle(ctx, resp)
}

// lead returns what a kept page leads to. A page that repeats the one before
// has no next one: the publisher does not know the page that was asked for.
func (w *walker) lead(_ context.Context, req record.Request, resp *fetch.Response) ([]record.Request, error) {
	sum := cmp.Or(resp.Capture.Stable, resp.SHA256())
	w.mu.Lock()
	defer w.mu.Unlock()
	links := w.led[resp]
	delete(w.led, resp)
	repeated := w.before[req.Key()] == sum
	delete(w.before, req.Key())
	switch {
	case links == nil:
		return nil, nil
	case links.next == "":
	case repeated:
		return slices.DeleteFunc(links.found, func(r record.Request) bool { return r.Key() == links.next }), nil
	default:
		w.before[links.next] = sum
	}
	return links.found, nil
}

func (w *walker) enter(l *lease) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.count++
	id := strconv.Itoa(w.count)
	w.leases[id] = l
	return id
}

func (w *walker) leave(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.leases, id)
}

// RoundTrip keeps the answer as received, with the page in which links are
// looked for, and shows colly none of it: so colly changes no byte that is
// kept, and holds no large file in memory.
func (w *walker) RoundTrip(req *http.Request) (*http.Response, error) {
	w.mu.Lock()
	l := w.leases[req.Header.Get(leaseHeader)]
	w.mu.Unlock()
	if l == nil {
		return nil, errors.New("a request without a lease")
	}
	out := req.Clone(req.Context())
	out.Header.Del(leaseHeader)
	answer, err := w.next.RoundTrip(out)
	if err != nil {
		return nil, err
	}
	if l.answer != nil { // of the hop before
		_ = l.answer.Body.Close()
	}
	l.answer, l.page = answer, nil
	shown := *answer
	shown.Request = req
	shown.Header = answer.Header.Clone()
	shown.Header.Set("Content-Type", "application/octet-stream")
	shown.Body, shown.ContentLength, shown.Uncompressed = http.NoBody, 0, true
	if answer.StatusCode != http.StatusOK || !isHTML(answer.Header.Get("Content-Type")) || !w.c.opt.leads(l.req.Role) {
		return &shown, nil
	}
	if l.page, err = inUTF8(answer); err != nil {
		return nil, err
	}
	return &shown, nil
}

// inUTF8 reads a page, in whatever character set it says it is.
func inUTF8(answer *http.Response) ([]byte, error) {
	var page bytes.Buffer
	if body, ok := answer.Body.(interface{ Size() int64 }); ok {
		page.Grow(int(min(body.Size(), pageBytes)) + bytes.MinRead)
	}
	if _, err := page.ReadFrom(answer.Body); err != nil {
		return nil, err
	}
	e, name, _ := charset.DetermineEncoding(page.Bytes(), answer.Header.Get("Content-Type"))
	if name == "utf-8" && utf8.Valid(page.Bytes()) {
		return page.Bytes(), nil
	}
	return e.NewDecoder().Bytes(page.Bytes())
}

func isHTML(contentType string) bool {
	media, _, _ := strings.Cut(contentType, ";")
	media = strings.ToLower(strings.TrimSpace(media))
	return media == "text/html" || media == "application/xhtml+xml"
}
