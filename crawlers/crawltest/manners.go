package crawltest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

func retryAfter(t *testing.T, s Subject) {
	for name, header := range map[string]func(*Clock) (string, string){
		"seconds": func(*Clock) (string, string) { return "Retry-After", "120" },
		"date": func(c *Clock) (string, string) {
			return "Retry-After", c.Now().Add(2 * time.Minute).Format(http.TimeFormat)
		},
		"own": func(*Clock) (string, string) { return "x-rate-limit-retry-after-seconds", "120" },
	} {
		if s.Rendered && name != "own" { // the forms are the agent's business
			continue
		}
		r := s.setup(t, fetch.Options{})
		var asked time.Time
		r.web.answer("/page/2", func(w http.ResponseWriter, n int) {
			if n > 0 {
				if waited := r.clock.Now().Sub(asked); waited < 119*time.Second {
					t.Errorf("%s: asked again after %v, want 2m", name, waited)
				}
				fmt.Fprint(w, r.web.body("/page/2"))
				return
			}
			asked = r.clock.Now()
			key, value := header(r.clock)
			w.Header().Set(key, value)
			w.WriteHeader(http.StatusTooManyRequests)
		})
		if err := r.crawl(context.Background()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		r.wantAllKept(t)
	}
}

// cutShort breaks a body off: it is fetched again, never kept.
func cutShort(t *testing.T, s Subject) {
	r := s.setup(t, fetch.Options{})
	r.web.answer("/page/2", func(w http.ResponseWriter, n int) {
		body := r.web.body("/page/2")
		if n == 0 {
			w.Header().Set("Content-Length", fmt.Sprint(len(body)))
			body = body[:len(body)/2]
		}
		fmt.Fprint(w, body)
	})
	if err := r.crawl(context.Background()); err != nil {
		t.Fatal(err)
	}
	r.wantAllKept(t)
	for _, k := range r.archive.All() {
		if k.Capture.URL == Host+"/page/2" && !r.is(k.Body, "/page/2") {
			t.Errorf("half a body is kept: %q", k.Body)
		}
	}
}

func tooLarge(t *testing.T, s Subject) {
	r := s.setup(t, fetch.Options{Limits: fetch.Limits{MaxBytes: 64 << 10}})
	large := strings.Repeat("x", 64<<10+1)
	r.web.answer("/page/4", func(w http.ResponseWriter, _ int) { fmt.Fprint(w, large) })
	if s.Folder {
		r.web.file(t, "/page/4", large)
	}
	err := r.crawl(context.Background())
	if !errors.Is(err, fetch.ErrTooLarge) {
		t.Errorf("error %v, want %v", err, fetch.ErrTooLarge)
	}
	if r.kept()["/page/4"] != 0 {
		t.Error("a page larger than the limit is kept")
	}
}

func robots(t *testing.T, s Subject) {
	r := s.setup(t, fetch.Options{})
	r.web.answer("/robots.txt", func(w http.ResponseWriter, _ int) {
		fmt.Fprint(w, "User-agent: tripoint\nDisallow: /page/7\n")
	})
	err := r.crawl(context.Background())
	if !errors.Is(err, fetch.ErrRobots) {
		t.Errorf("error %v, want %v", err, fetch.ErrRobots)
	}
	if r.web.asked()["/page/7"] != 0 {
		t.Error("a page that robots.txt disallows was asked for")
	}
	if got, want := len(r.kept()), len(r.web.all())-1; got != want {
		t.Errorf("%d pages are kept, want %d", got, want)
	}
}

// private starts at an address of the machine itself.
func private(t *testing.T, s Subject) {
	r := s.setup(t, fetch.Options{})
	one := 1
	start := []string{"http://127.0.0.1:9/", "http://[::1]:9/", "http://169.254.169.254/latest"}
	crawler := s.New(t, r.agent, start, fetch.Options{Robots: fetch.Ignore, Retry: fetch.Retry{Max: &one}})
	frontier := NewFrontier()
	err := crawler.Crawl(context.Background(), fetch.Job{Source: "test", Run: "r1", Frontier: frontier, Last: r.archive.Last, Keep: r.archive.Keep})
	if !errors.Is(err, fetch.ErrPrivate) {
		t.Errorf("error %v, want %v", err, fetch.ErrPrivate)
	}
	if kept, left := len(r.archive.All()), frontier.Left(); kept != 0 || left != 3 {
		t.Errorf("%d kept and %d left, want 0 and 3", kept, left)
	}
}
