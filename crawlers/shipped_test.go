package crawlers_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/crawlers/bulk"
	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/archive"
)

// The screening list is rebuilt every hour: only a changed row is news.
func TestScreeningListRebuilt(t *testing.T) {
	all, err := config.Catalogue(fstest.MapFS{})
	if err != nil {
		t.Fatal(err)
	}
	hour, name := 0, "EXAMPLE OPTICS LTD"
	agent, _ := crawltest.Agent(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		hour++
		fmt.Fprintf(w, `{"total":1,"sources_used":[{"source":"Entity List (EL)","source_last_updated":"2026-01-01T00:00:00+00:00",`+
			`"last_imported":"2026-01-01T%02d:00:00+00:00","import_rate":"Hourly"}],"search_performed_at":"2026-01-01T%02d:05:00+00:00",`+
			`"results":[{"name":%q,"source":"Entity List (EL)"}]}`, hour, hour, name)
	}))
	c, err := bulk.New(func(v any) error {
		err := all["us-ita-csl"].Crawl.Decode(v)
		v.(*bulk.Options).Start = []string{crawltest.Host + "/consolidated.json"}
		return err
	}, agent)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := archive.Open(t.TempDir(), archive.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	var got []int
	for run := range 4 {
		if run == 2 {
			name = "EXAMPLE OPTICS (SHENZHEN) LTD"
		}
		job := fetch.Job{
			Source: "us-ita-csl", Run: fmt.Sprint(run), Frontier: crawltest.NewFrontier(),
			Last: func(ctx context.Context, r record.Request) (record.Capture, error) {
				return kept.Last(ctx, "us-ita-csl", r)
			},
			Keep: func(ctx context.Context, c record.Capture, body io.Reader) error {
				got = append(got, c.Status)
				return kept.Keep(ctx, c, body)
			},
		}
		if err := c.Crawl(t.Context(), job); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]int{200, 304, 200, 304}, got); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
}
