// Package browser crawls pages that only a browser can build: it drives one
// Chromium with one tab, waits until a page shows what is wanted, clicks
// through lists, and keeps the page as it then stands.
//
// Start with New and Options; Available says whether a Chromium is installed.
package browser

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/chromedp/cdproto/network"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

// ErrNoBrowser says that no Chromium was found.
var ErrNoBrowser = errors.New("no Chromium was found: install chromium, or set CHROME to its path")

// Crawler drives a browser.
type Crawler struct {
	opt   Options
	agent *fetch.Agent
}

// New decodes the options and returns a crawler, or all faults joined. The
// browser is looked for when it is needed.
func New(decode func(any) error, agent *fetch.Agent) (*Crawler, error) {
	c := &Crawler{opt: Options{Role: "list"}, agent: agent}
	if err := decode(&c.opt); err != nil {
		return nil, err
	}
	if err := errors.Join(c.opt.check(), c.opt.Login.Check(agent, c.opt.AllowPrivate)); err != nil {
		return nil, err
	}
	c.opt.setDefaults()
	return c, nil
}

// Crawl renders a job's pages. Each page of a list that is clicked through is
// a request of its own, told apart by its Step: a crawl that was broken off
// clicks from the first page again, and keeps what was not done.
func (c *Crawler) Crawl(ctx context.Context, job fetch.Job) error {
	if err := c.crawl(ctx, job); err != nil {
		return fmt.Errorf("browser: %w", err)
	}
	return nil
}

func (c *Crawler) crawl(ctx context.Context, job fetch.Job) error {
	if err := c.agent.Identified(); err != nil {
		return err
	}
	typed, err := c.opt.Login.Typed(c.agent)
	if err != nil {
		return err
	}
	path, ok := Available()
	if !ok {
		return ErrNoBrowser
	}
	if err := job.Seed(ctx, c.start); err != nil {
		return err
	}
	if os.Getuid() == 0 {
		c.agent.Log().WarnContext(ctx, "browser runs without its sandbox: run as another user than root")
	}
	job.Frontier = &listwise{Frontier: job.Frontier}
	proxy, err := c.newProxy(job.Source)
	if err != nil {
		return err
	}
	defer proxy.close()
	client := c.agent.Client(job.Source, c.opt.Options, c.opt.Start...)
	r := &renderer{c: c, job: job, path: path, client: client, proxy: proxy.address(), typed: typed}
	defer r.end()
	return job.WorkUpTo(ctx, c.opt.MaxPages, fetch.Steps{Parallel: 1, Fetch: r.fetch, Lead: r.lead})
}

func (c *Crawler) start(vars map[string]string) ([]record.Request, error) {
	requests := make([]record.Request, len(c.opt.Start))
	for i, template := range c.opt.Start {
		address, err := fetch.Template(template).URL(vars)
		if err != nil {
			return nil, fmt.Errorf("start: %w", err)
		}
		requests[i] = record.Request{URL: address, Role: c.opt.Role, Vars: vars}
	}
	return requests, nil
}

// listwise is a frontier that gives out the next page of a list right after
// the page before, while the tab still shows it. It holds leases meanwhile;
// those of a killed process are leased again.
type listwise struct {
	fetch.Frontier
	held []record.Request
	last record.Request
}

// Lease takes the page after the last one, or the first that waits.
func (l *listwise) Lease(ctx context.Context) (record.Request, error) {
	next := 0
	for {
		r, err := l.Frontier.Lease(ctx)
		if err == io.EOF {
			break
		} else if err != nil {
			return r, err
		}
		l.held = append(l.held, r)
		if r.URL == l.last.URL && r.Step == l.last.Step+1 {
			next = len(l.held) - 1
			break
		}
	}
	if len(l.held) == 0 {
		return record.Request{}, io.EOF
	}
	l.last = l.held[next]
	if next == 0 {
		l.held = l.held[1:]
	} else {
		l.held = append(l.held[:next], l.held[next+1:]...)
	}
	return l.last, nil
}

// renderer renders the pages of one run.
type renderer struct {
	c      *Crawler
	job    fetch.Job
	path   string
	client *fetch.Client
	proxy  string
	typed  map[string]string // into the form of the login

	logins  *fetch.Logins          // of this session; nil where the source has none
	cookies []*network.CookieParam // handed over by the browser before

	tab   *tab // nil between browsers
	pages int  // rendered by this browser
	shown record.Request

	list string          // the address of the list that was clicked through last
	seen map[string]bool // its pages, by hash
}

func (r *renderer) end() {
	if r.tab != nil {
		r.tab.close()
	}
}

// close closes the browser; its session is for the next one.
func (r *renderer) close() {
	if r.tab == nil {
		return
	}
	if r.logins != nil {
		var err error
		if r.cookies, err = r.tab.cookies(); err != nil {
			r.logins, r.cookies = nil, nil // the session is lost with the browser
		}
	}
	r.tab.close()
	r.tab = nil
}

// fetch renders one page, trying again as the options say.
func (r *renderer) fetch(ctx context.Context, req record.Request) (*fetch.Response, error) {
	var resp *fetch.Response
	err := r.retried(ctx, req.URL, func() (err error) {
		if resp, err = r.once(ctx, req); err != nil && !keepsTab(err) {
			r.close() // whatever it is, a new browser has not got it
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", fetch.Redact(req.URL), err)
	}
	return resp, nil
}

// retried does something with a page until it is done, or as often as the
// options say.
func (r *renderer) retried(ctx context.Context, address string, do func() error) error {
	opt := r.c.opt.Retry
	wait := time.Duration(opt.Wait)
	for n := 0; ; n++ {
		err := do()
		if err == nil || ctx.Err() != nil || n >= *opt.Max || !passing(err) {
			return err
		}
		r.c.agent.Log().WarnContext(ctx, "page tried again", "source", r.job.Source, "url", fetch.Redact(address), "try", n+1, "error", err, "wait", wait)
		if err := r.c.agent.Sleep(ctx, wait); err != nil {
			return err
		}
		wait = min(2*wait, time.Duration(opt.MaxWait))
	}
}

func (r *renderer) once(ctx context.Context, req record.Request) (*fetch.Response, error) {
	if err := r.client.Permit(ctx, req.URL); err != nil {
		return nil, err
	}
	if r.tab != nil && r.pages >= r.c.opt.RestartEvery {
		r.close()
	}
	if r.tab == nil {
		if err := r.open(ctx); err != nil {
			return nil, err
		}
	}
	var resp *fetch.Response
	err := r.logins.Within(ctx, func() (err error) {
		resp, err = r.render(ctx, req)
		return err
	})
	return resp, err
}

// open starts a browser, in the session of the one before.
func (r *renderer) open(ctx context.Context) (err error) {
	if r.tab, err = r.c.newTab(ctx, r.path, r.proxy, r.client); err != nil {
		return err
	}
	r.pages, r.shown = 0, record.Request{}
	if len(r.cookies) > 0 {
		return r.tab.setCookies(r.cookies)
	}
	if r.c.opt.Login != nil && r.logins == nil {
		r.logins = fetch.NewLogins(func(ctx context.Context) error { return r.logIn(ctx, r.typed) })
	}
	return nil
}

func (r *renderer) render(ctx context.Context, req record.Request) (*fetch.Response, error) {
	if err := r.show(ctx, req); err != nil {
		r.shown = record.Request{}
		if !keepsTab(err) && r.tab.loggedOut() {
			err = fetch.ErrLoggedOut
		}
		return nil, err
	}
	r.pages++
	resp, err := r.capture(ctx, req)
	if err != nil {
		r.shown = record.Request{} // so that it is loaded anew
	}
	return resp, err
}

// show brings the tab to a page: by a click, where it shows the page before,
// and otherwise from the address on.
func (r *renderer) show(ctx context.Context, req record.Request) error {
	from, visible := r.shown.Step, r.c.opt.visible(req.Role)
	if r.shown.URL != req.URL || from > req.Step {
		if err := r.turn(ctx, req.URL, func() error { return r.tab.navigate(req.URL, visible) }); err != nil {
			return err
		}
		from = 0
	}
	for step := from; step < req.Step; step++ {
		if err := r.turn(ctx, req.URL, func() error { return r.tab.next(visible) }); err != nil {
			return fmt.Errorf("page %d: %w", step+2, err)
		}
	}
	r.shown = req
	return nil
}

// turn does something when it is the host's turn.
func (r *renderer) turn(ctx context.Context, address string, do func() error) error {
	give, err := r.client.Turn(ctx, address)
	if err != nil {
		return err
	}
	defer give()
	return do()
}

// capture is the page as the tab shows it.
func (r *renderer) capture(ctx context.Context, req record.Request) (*fetch.Response, error) {
	page, final, err := r.tab.content(int64(r.c.opt.Limits.MaxBytes))
	if err != nil {
		return nil, err
	}
	body := fetch.MemoryBody(page)
	stable, err := r.c.opt.Stable(body)
	if err != nil {
		return nil, err
	}
	resp := &fetch.Response{Body: body, Capture: record.Capture{
		URL: req.URL, MediaType: "text/html; charset=utf-8", SHA256: body.SHA256(), Stable: stable, Size: body.Size(),
		Status: r.tab.status, Rendered: true, Request: req, Fetched: r.c.agent.Now().UTC(),
	}}
	if record.CanonicalURL(final) != record.CanonicalURL(req.URL) {
		resp.Capture.Final = fetch.Redact(final)
	}
	if err := r.job.Settle(ctx, resp); err != nil {
		return nil, errors.Join(err, body.Close())
	}
	return resp, nil
}

// lead returns what the page that the tab shows leads to: the pages that its
// links name, and the next page of a list, if there is one.
func (r *renderer) lead(_ context.Context, req record.Request, resp *fetch.Response) ([]record.Request, error) {
	led, err := r.links(req)
	if err != nil {
		return nil, err
	}
	p := r.c.opt.Paginate
	if p == nil || req.Role != r.c.opt.Role || r.repeats(req, cmp.Or(resp.Capture.Stable, resp.SHA256())) {
		return led, nil
	}
	more, err := r.tab.hasNext()
	if err != nil || !more {
		return led, err
	}
	if req.Step+1 >= p.Max {
		return nil, fmt.Errorf("paginate.max: the list goes on after %d pages", p.Max)
	}
	req.Step++
	return append(led, req), nil
}

// repeats says whether a page of a list was there before: a list that goes
// round has been seen in full.
func (r *renderer) repeats(req record.Request, hash string) bool {
	if r.list != req.URL {
		r.list, r.seen = req.URL, map[string]bool{}
	}
	defer func() { r.seen[hash] = true }()
	return r.seen[hash]
}
