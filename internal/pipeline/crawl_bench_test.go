package pipeline_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gocolly/colly/v2"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/crawlers/site"
	"github.com/tripoint-data/tripoint/internal/pipeline"
	"github.com/tripoint-data/tripoint/parsers"
	"github.com/tripoint-data/tripoint/sinks/archive"
	"github.com/tripoint-data/tripoint/sinks/bolt"
)

const (
	benchLists    = 8
	benchDetails  = 50 // of each list
	benchPages    = 1 + benchLists + benchLists*benchDetails
	benchParallel = 16
)

// benchWeb is lists of pages of 50 kB. Each page has its fields at its head,
// links back and to its neighbours, and rows of no interest.
func benchWeb() http.Handler {
	row := "<tr><td><b>6103599</b></td><td>Photonic crystal &amp; more</td><td><p>a text of some length</p></td></tr>\n"
	rest := "<table>" + strings.Repeat(row, 50_000/len(row)) + "</table></body></html>"
	pages := map[string]string{}
	var home strings.Builder
	for l := range benchLists {
		fmt.Fprintf(&home, "<li><a href=\"/l/%d\">list %d</a></li>\n", l, l)
		var list strings.Builder
		for d := range benchDetails {
			n := l*benchDetails + d
			fmt.Fprintf(&list, "<li><a href=\"/d/%d\">entry %d</a></li>\n", n, n)
			pages[fmt.Sprintf("/d/%d", n)] = fmt.Sprintf(`<!doctype html><html><head><title>Entry %d</title></head><body>
<nav><a href="/">home</a> <a href="/l/%d">up</a> <a href="/d/%d">before</a> <a href="/d/%d">after</a></nav>
<table class="entry"><tr><th>Name</th><td class="name">Zhelanqu Optics No. %d Co., Ltd.</td></tr>
<tr><th>Address</th><td class="address">%d Harbour Road, Kestrava</td></tr>
<tr><th>Country</th><td class="country">CN</td></tr>
<tr><th>Remarks</th><td class="remarks">Entered under paragraph %d of the notice</td></tr></table>
`, n, l, max(n-1, l*benchDetails), min(n+1, (l+1)*benchDetails-1), n, n, n) + rest
		}
		pages[fmt.Sprintf("/l/%d", l)] = "<!doctype html><html><body><ul>" + list.String() + "</ul></body></html>"
	}
	pages["/"] = "<!doctype html><html><body><ul>" + home.String() + "</ul></body></html>"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, page)
	})
}

// BenchmarkCrawlStage has the same pages fetched in turn by net/http alone, by
// colly with goquery, which reads links only and then the fields too, into
// JSON in memory, and by the stages with the real rooms: every request in the
// frontier on the disk, every page durable in the archive, robots.txt and
// limits obeyed; then parsed out of the archive into the store. The ways take
// turns, so that what else a machine does falls on all of them: crawl-ratio
// and crawl+parse-ratio say how fast ours is where colly's way is 1, and
// cpu-ratio the same of processor time. Links that their tags tell are found
// without a page's tree, others in it.
func BenchmarkCrawlStage(b *testing.B) {
	b.Run("tags", func(b *testing.B) { takeTurns(b, "a[href]") })
	b.Run("tree", func(b *testing.B) { takeTurns(b, "body a[href]") })
}

func takeTurns(b *testing.B, links string) {
	server := httptest.NewServer(benchWeb())
	defer server.Close()
	ways := []struct {
		name    string
		run     func()
		elapsed time.Duration
		spent   float64
	}{
		{name: "net/http", run: func() { fetchAlone(b, server.URL) }},
		{name: "colly", run: func() { collyCrawl(b, server.URL, links, false) }},
		{name: "crawl", run: func() { stages(b, server, links, false) }},
		{name: "colly+fields", run: func() { collyCrawl(b, server.URL, links, true) }},
		{name: "crawl+parse", run: func() { stages(b, server, links, true) }},
	}
	for b.Loop() {
		for i := range ways {
			w := &ways[i]
			spent, began := processors(), time.Now()
			w.run()
			w.elapsed += time.Since(began)
			w.spent += processors() - spent
		}
	}
	for _, w := range ways {
		b.ReportMetric(float64(benchPages*b.N)/w.elapsed.Seconds(), w.name+"-pages/s")
		b.ReportMetric(1000*w.spent/float64(benchPages*b.N), w.name+"-cpu-ms/page")
	}
	for _, pair := range [][2]int{{2, 1}, {4, 3}} {
		ours, theirs := ways[pair[0]], ways[pair[1]]
		b.ReportMetric(theirs.elapsed.Seconds()/ours.elapsed.Seconds(), ours.name+"-ratio")
		b.ReportMetric(theirs.spent/ours.spent, ours.name+"-cpu-ratio")
	}
}

// fetchAlone fetches what the others find, and reads nothing in it.
func fetchAlone(b *testing.B, base string) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: benchParallel}}
	defer client.CloseIdleConnections()
	paths := make(chan string)
	var all sync.WaitGroup
	for range benchParallel {
		all.Go(func() {
			for path := range paths {
				resp, err := client.Get(base + path)
				if err != nil {
					b.Error(err)
					continue
				}
				_, err = io.Copy(io.Discard, resp.Body)
				if err = errors.Join(err, resp.Body.Close()); err != nil {
					b.Error(err)
				}
			}
		})
	}
	paths <- "/"
	for l := range benchLists {
		paths <- fmt.Sprintf("/l/%d", l)
	}
	for d := range benchLists * benchDetails {
		paths <- fmt.Sprintf("/d/%d", d)
	}
	close(paths)
	all.Wait()
}

// collyCrawl is the crawl as colly is used by itself.
func collyCrawl(b *testing.B, base, links string, fields bool) {
	c := colly.NewCollector(colly.Async())
	if err := c.Limit(&colly.LimitRule{DomainGlob: "*", Parallelism: benchParallel}); err != nil {
		b.Fatal(err)
	}
	var mu sync.Mutex
	pages, rows := 0, [][]byte{}
	c.OnResponse(func(*colly.Response) { mu.Lock(); pages++; mu.Unlock() })
	c.OnHTML(links, func(e *colly.HTMLElement) { _ = e.Request.Visit(e.Attr("href")) }) // seen: an error
	if fields {
		c.OnHTML("table.entry", func(e *colly.HTMLElement) {
			row, err := json.Marshal(map[string]string{
				"name": e.ChildText(".name"), "address": e.ChildText(".address"),
				"country": e.ChildText(".country"), "remarks": e.ChildText(".remarks"),
			})
			if err != nil {
				b.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			rows = append(rows, row)
		})
	}
	if err := c.Visit(base + "/"); err != nil {
		b.Fatal(err)
	}
	c.Wait()
	if pages < benchPages || fields && len(rows) < benchLists*benchDetails { // two links at once may fetch a page twice
		b.Fatalf("%d pages of %d, %d rows", pages, benchPages, len(rows))
	}
}

// stages is the same crawl by the house.
func stages(b *testing.B, server *httptest.Server, links string, parse bool) {
	withHouse(b, server, func(h *pipeline.House, agent *fetch.Agent) {
		src := benchSource(b, agent, links)
		run, err := h.Crawl(b.Context(), src)
		if err != nil || run.Captures != benchPages {
			b.Fatalf("%d pages of %d, %v", run.Captures, benchPages, err)
		}
		if !parse {
			return
		}
		if run, err := h.Parse(b.Context(), src); err != nil || run.Records != benchLists*benchDetails {
			b.Fatalf("%d records, %v", run.Records, err)
		}
	})
}

// withHouse has fn work in a house of its own, on the disk and by the clock of
// this machine, for whose agent every host is the server.
func withHouse(b *testing.B, server *httptest.Server, fn func(*pipeline.House, *fetch.Agent)) {
	dir, err := os.MkdirTemp(b.TempDir(), "")
	if err != nil {
		b.Fatal(err)
	}
	agent, err := fetch.NewAgent(fetch.AgentOptions{
		Contact: "mailto:test@tripoint.test", Temp: dir,
		Hosts: map[string]string{".tripoint.test": server.Listener.Addr().String()},
	})
	if err != nil {
		b.Fatal(err)
	}
	defer agent.Close()
	store, err := bolt.Open(filepath.Join(dir, "store"), bolt.Options{Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	kept, err := archive.Open(filepath.Join(dir, "archive"), archive.Options{})
	if err != nil {
		b.Fatal(err)
	}
	room := &storeRoom{Store: store}
	fn(&pipeline.House{Archive: kept, Store: room, Frontiers: room, Runs: store, Now: time.Now, Temp: dir}, agent)
	if err := errors.Join(kept.Close(), store.Close(), os.RemoveAll(dir)); err != nil {
		b.Fatal(err)
	}
}

// ofFields is the format of mappings with a mapping.
func ofFields(b *testing.B, mapping string) (parsers.Format, parsers.Func) {
	f, err := parsers.Lookup("fields")
	if err != nil {
		b.Fatal(err)
	}
	fn, err := f.New(decoder(mapping))
	if err != nil {
		b.Fatal(err)
	}
	return f, fn
}

// benchSource looks for links on every page, as colly does.
func benchSource(b *testing.B, agent *fetch.Agent, links string) *pipeline.Source {
	crawler, err := site.New(decoder(fmt.Sprintf(`
start: ["http://list.tripoint.test/"]
rate: {every: 0s, parallel: %d}
follow: [{select: %q, role: page}]`, benchParallel, links)), agent)
	if err != nil {
		b.Fatal(err)
	}
	f, fn := ofFields(b, `
input: {type: html, rows: "table.entry"}
record: party
list: US-BIS-UVL
fields:
  name: {css: .name, required: true}
  addresses: {css: .address}
  addresses.country: {css: .country}
  remarks: {css: .remarks}
`)
	return &pipeline.Source{ID: "list", Crawler: crawler, Format: f, Parse: fn, Gate: pipeline.Gate{MaxProblems: 1}}
}
