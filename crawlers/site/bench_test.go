package site_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gocolly/colly/v2"

	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/sinks/archive"
)

const (
	benchPages    = 400
	benchParallel = 16
)

// benchWeb is a list of pages of 50 kB each.
func benchWeb() http.Handler {
	row := "<tr><td><b>6103599</b></td><td>Photonic crystal &amp; more</td><td><p>a text of some length</p></td></tr>\n"
	detail := "<html><table>" + strings.Repeat(row, 50_000/len(row)) + "</table></html>"
	var index strings.Builder
	for i := range benchPages {
		fmt.Fprintf(&index, "<a href=/d/%d>%d</a>\n", i, i)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch r.URL.Path {
		case "/":
			io.WriteString(w, index.String())
		case "/robots.txt":
			http.NotFound(w, r)
		default:
			fmt.Fprint(w, detail, r.URL.Path)
		}
	})
}

// BenchmarkCrawl compares the whole crawl stage, with robots, limits, leases
// and a durable archive, with what colly does on its own: fetch and parse.
func BenchmarkCrawl(b *testing.B) {
	b.Run("tripoint", func(b *testing.B) {
		server := httptest.NewServer(benchWeb())
		defer server.Close()
		agent, err := fetch.NewAgent(fetch.AgentOptions{
			Contact: "mailto:test@tripoint.test", Temp: b.TempDir(),
			Hosts: map[string]string{".tripoint.test": server.Listener.Addr().String()},
		})
		if err != nil {
			b.Fatal(err)
		}
		defer agent.Close()
		c := crawler(b, agent, fmt.Sprintf("rate: {every: 0s, parallel: %d}\nfollow: [{select: a, role: detail}]", benchParallel))
		for b.Loop() {
			kept, err := archive.Open(b.TempDir(), archive.Options{})
			if err != nil {
				b.Fatal(err)
			}
			job := fetch.Job{Source: "bench", Run: fmt.Sprint(time.Now().UnixNano()), Frontier: crawltest.NewFrontier(), Keep: kept.Keep}
			if err := c.Crawl(b.Context(), job); err != nil {
				b.Fatal(err)
			}
			if err := kept.Close(); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64((benchPages+1)*b.N)/b.Elapsed().Seconds(), "pages/s")
	})
	b.Run("colly", func(b *testing.B) {
		server := httptest.NewServer(benchWeb())
		defer server.Close()
		for b.Loop() {
			c := colly.NewCollector(colly.Async())
			if err := c.Limit(&colly.LimitRule{DomainGlob: "*", Parallelism: benchParallel}); err != nil {
				b.Fatal(err)
			}
			c.OnHTML("a", func(e *colly.HTMLElement) { e.Request.Visit(e.Attr("href")) })
			if err := c.Visit(server.URL); err != nil {
				b.Fatal(err)
			}
			c.Wait()
		}
		b.ReportMetric(float64((benchPages+1)*b.N)/b.Elapsed().Seconds(), "pages/s")
	})
}
