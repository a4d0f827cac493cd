package crawlers_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/crawlers/site"
	"github.com/tripoint-data/tripoint/record"
)

// The orders' page leads to the edition of the day, and to nothing else; what
// is read has the role that the source's parse block names.
func TestWithholdReleaseOrders(t *testing.T) {
	all, err := config.Catalogue(fstest.MapFS{})
	if err != nil {
		t.Fatal(err)
	}
	const (
		page = "/document/stats/withhold-release-orders-findings"
		file = "/sites/default/files/2026-09/withhold-release-orders-findings-fy26-2026-09-29.csv"
	)
	agent, _ := crawltest.Agent(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case page:
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprintf(w, `<a href="%s">Withhold Release Orders &amp; Findings Dataset</a>
				<a href="/sites/default/files/other.csv">another</a><a href="/newsroom">News</a>`, file)
		case file:
			w.Header().Set("Content-Type", "text/csv")
			fmt.Fprint(w, "Effective Date,Entity\n")
		case "/robots.txt":
			http.NotFound(w, r)
		default:
			t.Errorf("asked for %s", r.URL)
		}
	}))
	source := all["us-cbp-wro"]
	c, err := site.New(func(v any) error {
		err := source.Crawl.Decode(v)
		o := v.(*site.Options)
		o.Start, o.Rate = []string{crawltest.Host + page}, fetch.Rate{Every: new(fetch.Duration)}
		return err
	}, agent)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	err = c.Crawl(t.Context(), fetch.Job{
		Source: source.ID, Run: "1", Frontier: crawltest.NewFrontier(),
		Last: func(context.Context, record.Request) (record.Capture, error) {
			return record.Capture{}, record.ErrNotFound
		},
		Keep: func(_ context.Context, c record.Capture, _ io.Reader) error {
			got[strings.TrimPrefix(c.URL, crawltest.Host)] = c.Request.Role
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{page: "list", file: source.Parse.Roles[0]}, got); diff != "" {
		t.Errorf("roles by page (-want +got):\n%s", diff)
	}
}
