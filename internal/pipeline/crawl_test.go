package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/internal/pipeline"
	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/bolt"
)

// pages puts n pages on the web and returns a source of them all.
func pages(h *house, n int) *pipeline.Source {
	var files []string
	for i := range n {
		path := fmt.Sprintf("/page-%02d.csv", i)
		h.web.put(path, fmt.Sprintf("name,country\nTRADER %02d,CN\n", i))
		files = append(files, path)
	}
	return h.list(files...)
}

// A crawl that is cut off goes on where it stopped, asks for nothing twice,
// and all its captures are of the run that began it.
func TestCrawlGoesOn(t *testing.T) {
	h := newHouse(t, bolt.Options{})
	src := pages(h, 12)

	ctx, cancel := context.WithCancel(t.Context())
	h.web.before = func(path string) {
		if path == "/page-05.csv" {
			cancel()
		}
	}
	first, err := h.Crawl(ctx, src)
	if !errors.Is(err, context.Canceled) || first.Status != "failed" {
		t.Fatalf("cancelled crawl: status %s, error %v", first.Status, err)
	}
	if n := len(h.captures("list")); n == 0 || n > 5 {
		t.Fatalf("the cancelled crawl kept %d captures, want 1 to 5", n)
	}

	h.web.before = nil
	second := h.crawl(src)
	if second.ID == first.ID {
		t.Errorf("both runs are %s", first.ID)
	}
	kept := h.captures("list")
	if len(kept) != 12 || first.Captures+second.Captures != 12 {
		t.Errorf("kept %d captures, %d + %d by the runs; want 12", len(kept), first.Captures, second.Captures)
	}
	for _, c := range kept {
		if c.Run != first.ID {
			t.Errorf("%s is of run %s, want %s", c.URL, c.Run, first.ID)
		}
	}
	asked := map[string]int{}
	for _, path := range h.web.asked {
		asked[path]++
	}
	for path, n := range asked {
		if n > 1 && path != "/page-05.csv" { // the one that was in flight
			t.Errorf("%s was asked for %d times", path, n)
		}
	}
	if run := h.parse(src); run.Records != 12 {
		t.Errorf("parsed %d records, want 12", run.Records)
	}

	third := h.crawl(src)
	for _, c := range h.captures("list") {
		if c.Run != third.ID {
			t.Errorf("a crawl after a complete one: %s is of run %s, want %s", c.URL, c.Run, third.ID)
		}
	}
	if third.Captures != 12 || h.web.same != 12 {
		t.Errorf("the next crawl kept %d captures, %d of them of status 304; want 12 and 12", third.Captures, h.web.same)
	}
}

// What a broken crawl has not come to is not taken for missing.
func TestParseAfterBrokenCrawl(t *testing.T) {
	h := newHouse(t, bolt.Options{})
	src := pages(h, 6)
	h.crawl(src)
	h.parse(src)

	ctx, cancel := context.WithCancel(t.Context())
	h.web.before = func(path string) {
		if path == "/page-03.csv" {
			cancel()
		}
	}
	if _, err := h.Crawl(ctx, src); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want %v", err, context.Canceled)
	}
	h.parse(src)
	if d := h.room.last(); d.Absent != 0 || d.Unchanged != 6 {
		t.Errorf("a parse after a broken crawl: %+v, want 6 unchanged", d)
	}
}

// One file that cannot be had does not take the others down: the run is done
// in part, the records of the missing file stand, and the next crawl asks for
// all files anew.
func TestCrawlInPart(t *testing.T) {
	h := newHouse(t, bolt.Options{})
	src := pages(h, 3)
	h.crawl(src)
	h.parse(src)

	h.web.put("/page-01.csv", "BROKEN")
	h.web.put("/page-02.csv", "name,country\nTRADER 02,CN\nTRADER 03,CN\n")
	run, err := h.Crawl(t.Context(), src)
	var partial *fetch.Partial
	if !errors.As(err, &partial) || run.Status != "partly" || run.Captures != 2 {
		t.Fatalf("status %s, %d captures, error %v; want partly, 2 and a *fetch.Partial", run.Status, run.Captures, err)
	}
	h.parse(src)
	want := []string{"US-BIS-UVL:TRADER 00/CN current", "US-BIS-UVL:TRADER 01/CN current", "US-BIS-UVL:TRADER 02/CN current", "US-BIS-UVL:TRADER 03/CN current"}
	if diff := cmp.Diff(want, h.ids(record.KindParty)); diff != "" {
		t.Errorf("parties (-want +got):\n%s", diff)
	}

	h.web.put("/page-01.csv", "name,country\nTRADER 01,CN\n")
	h.web.asked = nil
	h.crawl(src)
	if len(h.web.asked) != 3 {
		t.Errorf("the next crawl asked for %v, want all three files", h.web.asked)
	}
}

// vars are the variables that a crawl of a source is given.
type vars struct{ got []map[string]string }

func (v *vars) Crawl(_ context.Context, job fetch.Job) error {
	for round, err := range job.Vars {
		if err != nil {
			return err
		}
		v.got = append(v.got, round)
	}
	return nil
}

func TestVars(t *testing.T) {
	h := newHouse(t, bolt.Options{})
	h.web.put("/list.csv", "name,country\nB TRADE,CN\nA OPTICS,CN\nC STONE,RU\n")
	src := h.list()
	h.crawl(src)
	h.parse(src)

	for _, tt := range []struct {
		name    string
		vars    map[string][]string
		foreach *pipeline.Foreach
		want    string
	}{
		{"none", nil, nil, ""},
		{"one", map[string][]string{"year": {"2023", "2024"}}, nil, "year=2023, year=2024"},
		{
			"product",
			map[string][]string{"year": {"2023", "2024"}, "kind": {"a", "b"}},
			nil,
			"kind=a year=2023, kind=a year=2024, kind=b year=2023, kind=b year=2024",
		},
		{"names", nil, &pipeline.Foreach{As: "name"}, "name=A OPTICS, name=B TRADE, name=C STONE"},
		{"names of a country", nil, &pipeline.Foreach{As: "name", Countries: []string{"RU"}}, "name=C STONE"},
		{"names of a list", nil, &pipeline.Foreach{As: "name", Lists: []string{"US-BIS-UVL"}}, "name=A OPTICS, name=B TRADE, name=C STONE"},
		{"names of no list", nil, &pipeline.Foreach{As: "name", Lists: []string{"US-BIS-EL"}}, "-"},
		{"names of a list and country", nil, &pipeline.Foreach{As: "name", Lists: []string{"US-BIS-UVL"}, Countries: []string{"CN"}}, "name=A OPTICS, name=B TRADE"},
		{
			"names and values",
			map[string][]string{"page": {"1", "2"}},
			&pipeline.Foreach{As: "name", Countries: []string{"CN"}},
			"name=A OPTICS page=1, name=A OPTICS page=2, name=B TRADE page=1, name=B TRADE page=2",
		},
		{"no values", map[string][]string{"page": {}}, nil, "-"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := &vars{}
			_, err := h.Crawl(t.Context(), &pipeline.Source{ID: "vars", Crawler: v, Vars: tt.vars, Foreach: tt.foreach})
			if err != nil {
				t.Fatal(err)
			}
			rounds := make([]string, len(v.got))
			for i, round := range v.got {
				var words []string
				for name, value := range round {
					words = append(words, name+"="+value)
				}
				slices.Sort(words)
				rounds[i] = strings.Join(words, " ")
			}
			got := strings.Join(rounds, ", ")
			if len(rounds) == 0 {
				got = "-"
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// A crawler that fails before it queues anything leaves nothing to resume.
func TestCrawlFails(t *testing.T) {
	h := newHouse(t, bolt.Options{})
	broken := errors.New("the host is gone")
	src := &pipeline.Source{ID: "broken", Crawler: crawlerFunc(func(context.Context, fetch.Job) error { return broken })}
	for range 2 {
		run, err := h.Crawl(t.Context(), src)
		if !errors.Is(err, broken) || run.Status != "failed" || run.Error != "broken: "+broken.Error() || run.Ended.IsZero() {
			t.Errorf("run %+v, error %v; want a failed run that says %v", run, err, broken)
		}
	}
	if runs := h.runs("crawl", "broken"); len(runs) != 2 || runs[0].Status != "failed" {
		t.Errorf("the store has the runs %+v, want two that failed", runs)
	}
}

type crawlerFunc func(context.Context, fetch.Job) error

func (f crawlerFunc) Crawl(ctx context.Context, job fetch.Job) error { return f(ctx, job) }
