package api_test

import (
	"encoding/json"
	"testing"

	"github.com/tripoint-data/tripoint/crawlers/api"
	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

func TestConformance(t *testing.T) {
	crawltest.Run(t, crawltest.Subject{
		New: func(t testing.TB, agent *fetch.Agent, start []string, opt fetch.Options) fetch.Crawler {
			c, err := api.New(func(v any) error {
				o := v.(*api.Options)
				o.Start, o.Options = start, opt
				o.Follow = []api.Follow{{}}
				return o.Follow[0].JSON.UnmarshalText([]byte("links[*]"))
			}, agent)
			if err != nil {
				t.Fatal(err)
			}
			return c
		},
		Index: func(links []string) (string, string) {
			body, err := json.Marshal(map[string]any{"links": links})
			if err != nil {
				t.Fatal(err)
			}
			return "application/json", string(body)
		},
	})
}
