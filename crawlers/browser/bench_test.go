package browser

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

// BenchmarkPages renders pages of a browser that runs already: in the one tab
// that a crawl uses, and in a new tab for each, as is often done.
func BenchmarkPages(b *testing.B) {
	path, ok := Available()
	if !ok {
		b.Skip("no Chromium is installed: the browser is not measured")
	}
	page := "<table id=bl><tbody>" + strings.Repeat("<tr><td>EXAMPLE OPTICS LTD</td><td>Hangzhou</td></tr>\n", 200) + "</table>"
	agent, _ := crawltest.Agent(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, page)
	}))
	c, err := New(func(v any) error {
		o := v.(*Options)
		o.Start, o.Robots = []string{crawltest.Host + "/"}, fetch.Ignore
		o.Wait = Wait{Visible: "#bl tr", Timeout: fetch.Duration(time.Minute)}
		return nil
	}, agent)
	if err != nil {
		b.Fatal(err)
	}
	way, err := c.newProxy("bench")
	if err != nil {
		b.Fatal(err)
	}
	defer way.close()
	one, err := c.newTab(b.Context(), path, way.address(), agent.Client("bench", c.opt.Options))
	if err != nil {
		b.Fatal(err)
	}
	defer one.close()
	show := func(b *testing.B, t *tab) {
		if err := t.navigate(c.opt.Start[0], c.opt.Wait.Visible); err != nil {
			b.Fatal(err)
		}
		if html, _, err := t.content(1 << 20); err != nil || len(html) < len(page) {
			b.Fatalf("%d bytes, %v", len(html), err)
		}
	}
	run := func(name string, f func(*testing.B)) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f(b)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pages/s")
		})
	}
	run("one-tab", func(b *testing.B) { show(b, one) })
	run("tab-per-page", func(b *testing.B) {
		ctx, cancel := chromedp.NewContext(one.ctx)
		defer cancel()
		fresh := &tab{ctx: ctx, opt: one.opt, log: one.log, client: one.client, aside: one.aside, closed: map[string]int{}}
		if err := fresh.prepare(); err != nil {
			b.Fatal(err)
		}
		show(b, fresh)
	})
}
