package crawltest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

// Subject is a way of crawling under test.
type Subject struct {
	// New returns a crawler that starts at the addresses and fetches under
	// the options.
	New func(t testing.TB, agent *fetch.Agent, start []string, opt fetch.Options) fetch.Crawler
	// Index writes a page whose links the crawler follows. Nil: it fetches
	// what it starts at and follows nothing.
	Index func(links []string) (mediaType string, body string)
	// Rendered says that it keeps pages as a browser built them, one at a time
	// and without telling the publisher what we have.
	Rendered bool
	// Folder says that it takes in the files of a folder, the agent's base,
	// instead of fetching: what only a web can do is not checked.
	Folder bool
}

// pages is the size of the web; a browser takes its time for each.
const (
	pages         = 12
	pagesRendered = 7
)

// webless are the checks that a crawler of files is up to.
var webless = []string{"EachOnce", "Killed", "KeepFails", "Unchanged", "TooLarge", "Empty"}

// Run checks that a crawler keeps the promises of fetch.Crawler.
func Run(t *testing.T, s Subject) {
	t.Helper()
	for name, check := range map[string]func(*testing.T, Subject){
		"EachOnce": eachOnce, "Killed": killed, "KeepFails": keepFails, "OneFails": oneFails,
		"RetryAfter": retryAfter, "CutShort": cutShort, "Unchanged": unchanged, "TooLarge": tooLarge,
		"Robots": robots, "Empty": empty, "Private": private,
	} {
		if s.Folder && !slices.Contains(webless, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			if !s.Rendered { // a browser is enough for both processors
				t.Parallel()
			}
			check(t, s)
		})
	}
}

// run is a crawl of a small web.
type run struct {
	web      *web
	agent    *fetch.Agent
	clock    *Clock
	crawler  fetch.Crawler
	frontier *Frontier
	archive  *Archive
	start    []string
	folder   bool
	rendered bool
}

func (s Subject) setup(t *testing.T, opt fetch.Options) *run {
	t.Helper()
	size := pages
	if s.Rendered {
		size = pagesRendered
	}
	r := &run{web: newWeb(s.Index, size), frontier: NewFrontier(), archive: &Archive{}, folder: s.Folder, rendered: s.Rendered}
	var base string
	if s.Folder {
		base = r.web.files(t)
	}
	r.agent, r.clock = AgentWith(t, r.web, fetch.AgentOptions{Base: base})
	r.start = r.web.start()
	r.crawler = s.New(t, r.agent, r.start, opt)
	return r
}

func (r *run) crawl(ctx context.Context) error {
	return r.crawler.Crawl(ctx, fetch.Job{Source: "test", Run: "r1", Frontier: r.frontier, Last: r.archive.Last, Keep: r.archive.Keep})
}

// kept counts the captures by page.
func (r *run) kept() map[string]int {
	kept := map[string]int{}
	for _, k := range r.archive.All() {
		kept[path(k.Capture.URL)]++
	}
	return kept
}

// path is a page of the web, also where it was a file.
func path(address string) string {
	if name, ok := strings.CutPrefix(address, "file:"); ok {
		return "/" + name
	}
	return strings.TrimPrefix(address, Host)
}

// is says whether a body is a page's.
func (r *run) is(body []byte, page string) bool {
	if r.rendered {
		return strings.Contains(string(body), r.web.body(page))
	}
	return string(body) == r.web.body(page)
}

// parallel is how many requests may be in flight.
func (s Subject) parallel(n int) fetch.Rate {
	if s.Rendered {
		n = 0
	}
	return fetch.Rate{Parallel: n}
}

func (r *run) wantAllKept(t *testing.T) {
	t.Helper()
	kept := r.kept()
	for _, page := range r.web.all() {
		if kept[page] == 0 {
			t.Errorf("%s is not kept", page)
		}
	}
	if left := r.frontier.Left(); left != 0 {
		t.Errorf("%d requests are not done", left)
	}
}

func eachOnce(t *testing.T, s Subject) {
	r := s.setup(t, fetch.Options{Rate: s.parallel(4)})
	if err := r.crawl(context.Background()); err != nil {
		t.Fatal(err)
	}
	r.wantAllKept(t)
	for page, n := range r.kept() {
		if n != 1 {
			t.Errorf("%s is kept %d times", page, n)
		}
	}
	for _, k := range r.archive.All() {
		c := k.Capture
		if c.Source != "test" || c.Run != "r1" || c.Status != http.StatusOK || c.Fetched.IsZero() || c.Request.URL != c.URL {
			t.Errorf("capture %+v", c)
		}
		if page := path(c.URL); strings.HasPrefix(page, "/page") && !r.is(k.Body, page) {
			t.Errorf("%s: body %q", page, k.Body)
		}
	}
	for page, n := range r.web.asked() {
		if n != 1 {
			t.Errorf("%s was asked for %d times", page, n)
		}
	}
}

// killed ends crawls at random points, at a request or when an answer has just
// been kept; the next ones must finish the work and fetch again only what was
// in flight.
func killed(t *testing.T, s Subject) {
	const parallel = 3
	random := rand.New(rand.NewPCG(1, 2))
	rounds, deaths := 8, 4
	if s.Rendered { // each crawl starts a browser
		rounds, deaths = 1, 2
	}
	for range rounds {
		r := s.setup(t, fetch.Options{Rate: s.parallel(parallel)})
		kills := 0
		for ; kills < deaths; kills++ {
			ctx, cancel := context.WithCancel(context.Background())
			if point := random.IntN(4); kills%2 == 0 {
				r.archive.Kept = func(record.Capture) {
					if point--; point < 0 {
						cancel()
					}
				}
			} else {
				r.web.onRequest(point, cancel)
			}
			err := r.crawl(ctx)
			stopped := ctx.Err() != nil
			cancel()
			r.web.onRequest(-1, nil)
			r.archive.Kept = nil
			if stopped && err != nil && !errors.Is(err, context.Canceled) {
				t.Fatalf("a cancelled crawl says %v", err)
			}
			r.frontier.Restart()
		}
		if err := r.crawl(context.Background()); err != nil {
			t.Fatal(err)
		}
		r.wantAllKept(t)
		again := 0
		for _, n := range r.web.asked() {
			again += n - 1
		}
		if again > kills*parallel {
			t.Errorf("%d requests were made again after %d kills with %d in flight", again, kills, parallel)
		}
	}
}

func keepFails(t *testing.T, s Subject) {
	r := s.setup(t, fetch.Options{})
	full := errors.New("the disk is full")
	n := 0
	r.archive.Fail = func(record.Capture) error {
		if n++; n > 1 {
			return full
		}
		return nil
	}
	err := r.crawl(context.Background())
	if !errors.Is(err, full) {
		t.Fatalf("error %v, want %v", err, full)
	}
	if n != 2 {
		t.Errorf("Keep was called %d times: a failure must end the crawl", n)
	}
	if partial := new(fetch.Partial); errors.As(err, &partial) {
		t.Error("a crawl that could not keep says that the rest is kept")
	}
	r.archive.Fail = nil
	r.frontier.Restart()
	if err := r.crawl(context.Background()); err != nil {
		t.Fatal(err)
	}
	r.wantAllKept(t)
}

// oneFails breaks one page: the others are kept, the error names it, and it
// alone is not done.
func oneFails(t *testing.T, s Subject) {
	r := s.setup(t, fetch.Options{})
	r.web.answer("/page/3", func(w http.ResponseWriter, _ int) { http.Error(w, "gone", http.StatusGone) })
	err := r.crawl(context.Background())
	var status *fetch.StatusError
	if !errors.As(err, &status) || status.Status != http.StatusGone || !strings.Contains(err.Error(), "/page/3") {
		t.Errorf("error %v, want status 410 of /page/3", err)
	}
	if partial := new(fetch.Partial); !errors.As(err, &partial) {
		t.Errorf("error %v does not say that the rest is kept", err)
	}
	kept := r.kept()
	for _, page := range r.web.all() {
		if (kept[page] == 1) == (page == "/page/3") {
			t.Errorf("%s is kept %d times", page, kept[page])
		}
	}
	if left := r.frontier.Left(); left != 1 {
		t.Errorf("%d requests are not done, want 1", left)
	}
}

// unchanged crawls twice: with validators and by hash, what is the same is
// renewed.
func unchanged(t *testing.T, s Subject) {
	r := s.setup(t, fetch.Options{})
	r.web.answer("/page/5", func(w http.ResponseWriter, n int) { fmt.Fprintf(w, "new every time: %d", n) })
	for n := range 2 {
		if s.Folder {
			r.web.file(t, "/page/5", fmt.Sprintf("new every time: %d", n))
		}
		r.frontier = NewFrontier()
		if err := r.crawl(context.Background()); err != nil {
			t.Fatal(err)
		}
		r.wantAllKept(t)
	}
	second := r.archive.All()[len(r.web.all()):]
	for _, k := range second {
		want := http.StatusNotModified
		if path(k.Capture.URL) == "/page/5" {
			want = http.StatusOK
		}
		if k.Capture.Status != want {
			t.Errorf("%s is kept with status %d, want %d", k.Capture.URL, k.Capture.Status, want)
		}
	}
	if !s.Rendered && !s.Folder && r.web.notModified() == 0 {
		t.Error("the publisher was never told what we have")
	}
}

// empty crawls again what was crawled: nothing is fetched.
func empty(t *testing.T, s Subject) {
	r := s.setup(t, fetch.Options{})
	for range 2 {
		if err := r.crawl(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := len(r.archive.All()), len(r.web.all()); got != want {
		t.Errorf("%d captures, want %d", got, want)
	}
}
