package browser_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tripoint-data/tripoint/crawlers/browser"
	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

func TestConformance(t *testing.T) {
	if _, ok := browser.Available(); !ok {
		t.Skip("no Chromium is installed: the browser is not tested")
	}
	crawltest.Run(t, crawltest.Subject{
		Rendered: true,
		New: func(t testing.TB, agent *fetch.Agent, start []string, opt fetch.Options) fetch.Crawler {
			c, err := browser.New(func(v any) error {
				o := v.(*browser.Options)
				o.Start, o.Options = start, opt
				o.Wait.Timeout = fetch.Duration(10 * time.Second)
				o.Follow = []browser.Follow{{Select: "a.page", Role: "detail"}}
				return nil
			}, agent)
			if err != nil {
				t.Fatal(err)
			}
			return c
		},
		Index: func(links []string) (string, string) {
			// The links are there when a script has run.
			return "text/html", fmt.Sprintf(`<div id="links"></div><script>
for (const link of %q.split(" ")) {
	document.querySelector("#links").insertAdjacentHTML("beforeend", "<a class=page href='" + link + "'>page</a>");
}
</script>`, strings.Join(links, " "))
		},
	})
}
