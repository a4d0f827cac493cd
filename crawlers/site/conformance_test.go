package site_test

import (
	"fmt"
	"html"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/crawlers/site"
)

func TestConformance(t *testing.T) {
	crawltest.Run(t, crawltest.Subject{
		New: func(t testing.TB, agent *fetch.Agent, start []string, opt fetch.Options) fetch.Crawler {
			c, err := site.New(func(v any) error {
				o := v.(*site.Options)
				if err := decode(`follow: [{select: a, role: detail, on: [list]}]`)(o); err != nil {
					return err
				}
				o.Start, o.Options = start, opt
				return nil
			}, agent)
			if err != nil {
				t.Fatal(err)
			}
			return c
		},
		Index: func(links []string) (string, string) {
			var page strings.Builder
			for _, link := range links {
				fmt.Fprintf(&page, "<a href=%q>page</a>\n", html.EscapeString(link))
			}
			return "text/html", page.String()
		},
	})
}
