package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

func seed(t *testing.T, job fetch.Job, n int) {
	t.Helper()
	err := job.Seed(t.Context(), func(map[string]string) ([]record.Request, error) {
		requests := make([]record.Request, n)
		for i := range requests {
			requests[i] = record.Request{URL: fmt.Sprintf("http://h.test/%d", i)}
		}
		return requests, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWorkGivesUp(t *testing.T) {
	job := fetch.Job{Frontier: crawltest.NewFrontier()}
	seed(t, job, 100)
	tries := 0
	err := job.Work(t.Context(), fetch.Steps{Fetch: func(context.Context, record.Request) (*fetch.Response, error) {
		tries++
		return nil, errors.New("no answer")
	}})
	if err == nil || tries != 25 {
		t.Fatalf("gave up after %d tries: %v", tries, err)
	}
	text := err.Error()
	if n := strings.Count(text, "no answer"); n != 20 || !strings.Contains(text, "and 5 more requests failed") || !strings.Contains(text, "given up after 25") {
		t.Errorf("%d errors shown:\n%s", n, text)
	}
}

// What is gone or closed to us is an answer: a crawl asks for all of it, and
// the next one begins anew.
func TestWorkGetsPastDeadLinks(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/robots.txt", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "User-agent: *\nDisallow: /closed/\n")
	})
	mux.HandleFunc("/gone/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	agent, _ := crawltest.Agent(t, mux)
	client := agent.Client("s", fetch.Options{})
	for _, dead := range []string{"missing", "gone", "closed"} {
		job := fetch.Job{Frontier: crawltest.NewFrontier()}
		seed(t, job, 100)
		tries := 0
		err := job.Work(t.Context(), fetch.Steps{Fetch: func(ctx context.Context, r record.Request) (*fetch.Response, error) {
			tries++
			r.URL = strings.Replace(r.URL, "http://h.test", here+"/"+dead, 1)
			return client.Fetch(ctx, job, r, nil, false)
		}})
		var partial *fetch.Partial
		if !errors.As(err, &partial) || tries != 100 || !strings.Contains(err.Error(), "and 80 more requests failed") {
			t.Errorf("%s: %d of 100 requests were made: %v", dead, tries, err)
		}
	}
}

// A robots.txt that cannot be read is a host that is down, and a crawl of one
// that is down is given up.
func TestWorkGivesUpOnHost(t *testing.T) {
	agent, _ := crawltest.Agent(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
	client := agent.Client("s", fetch.Options{})
	job := fetch.Job{Frontier: crawltest.NewFrontier()}
	seed(t, job, 100)
	tries := 0
	err := job.Work(t.Context(), fetch.Steps{Fetch: func(ctx context.Context, r record.Request) (*fetch.Response, error) {
		tries++
		r.URL = strings.Replace(r.URL, "http://h.test", here, 1)
		return client.Fetch(ctx, job, r, nil, false)
	}})
	if tries != 25 || !errors.Is(err, fetch.ErrRobots) {
		t.Errorf("gave up after %d tries: %v", tries, err)
	}
}

// broken is a frontier that fails in one method.
type broken struct {
	*crawltest.Frontier
	add, lease, done error
}

func (b broken) Add(ctx context.Context, r ...record.Request) error {
	return errors.Join(b.add, b.Frontier.Add(ctx, r...))
}

func (b broken) Lease(ctx context.Context) (record.Request, error) {
	if b.lease != nil {
		return record.Request{}, b.lease
	}
	return b.Frontier.Lease(ctx)
}

func (b broken) Done(ctx context.Context, r record.Request) error {
	return errors.Join(b.done, b.Frontier.Done(ctx, r))
}

func TestWorkFrontierFails(t *testing.T) {
	full := errors.New("disk full")
	for name, make := range map[string]func(*crawltest.Frontier) broken{
		"lease": func(f *crawltest.Frontier) broken { return broken{f, nil, full, nil} },
		"add":   func(f *crawltest.Frontier) broken { return broken{f, full, nil, nil} },
		"done":  func(f *crawltest.Frontier) broken { return broken{f, nil, nil, full} },
	} {
		agent, _ := crawltest.Agent(t, nothing{})
		frontier, archive := crawltest.NewFrontier(), &crawltest.Archive{}
		job := fetch.Job{Frontier: frontier, Keep: archive.Keep}
		seed(t, job, 50)
		job.Frontier = make(frontier)
		client := agent.Client("s", fetch.Options{})
		err := job.Work(t.Context(), fetch.Steps{
			Fetch: func(ctx context.Context, r record.Request) (*fetch.Response, error) {
				r.URL = strings.Replace(r.URL, "http://h.test", here, 1)
				return client.Fetch(ctx, job, r, nil, false)
			},
			Lead: func(context.Context, record.Request, *fetch.Response) ([]record.Request, error) { return nil, nil },
		})
		if !errors.Is(err, full) || len(archive.All()) > 1 {
			t.Errorf("%s: error %v after %d captures, want one at most", name, err, len(archive.All()))
		}
	}
}

func TestSeed(t *testing.T) {
	frontier := crawltest.NewFrontier()
	bad := errors.New("store closed")
	job := fetch.Job{Frontier: frontier, Vars: func(yield func(map[string]string, error) bool) {
		for i := range 2500 {
			if !yield(map[string]string{"n": fmt.Sprint(i)}, nil) {
				return
			}
		}
		yield(nil, bad)
	}}
	start := func(vars map[string]string) ([]record.Request, error) {
		url, err := fetch.Template("http://h.test/{n}").URL(vars)
		return []record.Request{{URL: url}}, err
	}
	if err := job.Seed(t.Context(), start); !errors.Is(err, bad) {
		t.Errorf("error %v, want %v", err, bad)
	}
	if got := frontier.Left(); got != 2000 {
		t.Errorf("%d requests are queued, want the two full batches", got)
	}
	job.Vars = nil
	if err := job.Seed(t.Context(), start); err == nil {
		t.Error("a variable without a value is no error")
	}
}

func TestTemplate(t *testing.T) {
	vars := map[string]string{"year": "2024", "name": "A & B/C?#", "up": "../x"}
	for _, tt := range []struct{ template, want, fault string }{
		{"https://h.test/{year}.csv", "https://h.test/2024.csv", ""},
		{"https://h.test/{name}?q={name}&y={year}", "https://h.test/A%20&%20B%2FC%3F%23?q=A+%26+B%2FC%3F%23&y=2024", ""},
		{"https://h.test/{up}", "https://h.test/..%2Fx", ""},
		{"https://h.test/{none}", "", "{none} has no value"},
		{"https://h.test/?q={not a name}", "https://h.test/?q={not a name}", ""},
	} {
		got, err := fetch.Template(tt.template).URL(vars)
		if tt.fault != "" {
			if err == nil || !strings.Contains(err.Error(), tt.fault) {
				t.Errorf("%s: error %v, want %s", tt.template, err, tt.fault)
			}
			continue
		}
		if got != tt.want || err != nil {
			t.Errorf("%s: %q, %v; want %q", tt.template, got, err, tt.want)
		}
	}
	if diff := cmp.Diff([]string{"a", "b"}, fetch.Template("{a}/{b}").Names()); diff != "" {
		t.Error(diff)
	}
}

// A file that changes between hash and archive is not kept as if it had not.
func TestFileChanges(t *testing.T) {
	f := scratch(t, "first")
	body, err := fetch.FileBody(t.Context(), f, 100)
	if err != nil {
		t.Fatal(err)
	}
	resp := &fetch.Response{Body: body, Capture: record.Capture{Status: 200, SHA256: body.SHA256()}}
	if _, err := f.WriteAt([]byte("other"), 0); err != nil {
		t.Fatal(err)
	}
	err = resp.Keep(t.Context(), fetch.Job{Keep: func(_ context.Context, _ record.Capture, r io.Reader) error {
		_, err := io.Copy(io.Discard, r)
		return err
	}})
	if err == nil || !strings.Contains(err.Error(), "changed while it was read") {
		t.Errorf("error %v", err)
	}
	if _, err := fetch.FileBody(t.Context(), scratch(t, "123456"), 5); !errors.Is(err, fetch.ErrTooLarge) {
		t.Errorf("error %v, want %v", err, fetch.ErrTooLarge)
	}
}
