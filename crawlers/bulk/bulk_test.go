package bulk_test

import (
	"testing"

	"github.com/tripoint-data/tripoint/crawlers/bulk"
	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

func TestConformance(t *testing.T) {
	crawltest.Run(t, crawltest.Subject{
		New: func(t testing.TB, agent *fetch.Agent, start []string, opt fetch.Options) fetch.Crawler {
			c, err := bulk.New(func(v any) error {
				o := v.(*bulk.Options)
				o.Start, o.Options = start, opt
				return nil
			}, agent)
			if err != nil {
				t.Fatal(err)
			}
			return c
		},
	})
}
