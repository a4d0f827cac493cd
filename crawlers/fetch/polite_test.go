package fetch_test

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

func duration(d time.Duration) *fetch.Duration { return (*fetch.Duration)(&d) }

// The turns of a host are shared by all sources; other hosts have their own.
func TestRate(t *testing.T) {
	var mu sync.Mutex
	at := map[string][]time.Time{}
	var clock *crawltest.Clock
	agent, clock := crawltest.Agent(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		at[r.Host] = append(at[r.Host], clock.Now())
	}))
	a := agent.Client("a", fetch.Options{Robots: fetch.Ignore, Rate: fetch.Rate{Every: duration(2 * time.Second)}})
	b := agent.Client("b", fetch.Options{Robots: fetch.Ignore})
	fast := agent.Client("c", fetch.Options{Robots: fetch.Ignore, Rate: fetch.Rate{Every: duration(0)}})
	for range 3 {
		for _, c := range []*fetch.Client{a, b} {
			if _, _, err := get(c, here+"/x"); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err := get(fast, there+"/x"); err != nil {
			t.Fatal(err)
		}
	}
	times := at["web.tripoint.test"]
	for i := 1; i < len(times); i++ {
		want := time.Second
		if i%2 == 1 { // after a request of a, which is the slower
			want = 2 * time.Second
		}
		if got := times[i].Sub(times[i-1]); got != want {
			t.Errorf("request %d came after %v, want %v", i, got, want)
		}
	}
	if len(at["other.tripoint.test"]) != 3 {
		t.Errorf("%d requests to the other host", len(at["other.tripoint.test"]))
	}
}

// crowd is a server that counts how many requests it answers at once.
type crowd struct {
	mu        sync.Mutex
	now, most int
}

func (c *crowd) answer() {
	c.mu.Lock()
	c.now++
	c.most = max(c.most, c.now)
	c.mu.Unlock()
	time.Sleep(5 * time.Millisecond)
	c.mu.Lock()
	c.now--
	c.mu.Unlock()
}

// ask has clients ask so often each, all at once.
func ask(t *testing.T, times int, clients ...*fetch.Client) {
	var wg sync.WaitGroup
	for _, c := range clients {
		for range times {
			wg.Go(func() {
				if _, _, err := get(c, here+"/x"); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
}

func TestParallel(t *testing.T) {
	var crowd crowd
	agent, _ := crawltest.Agent(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { crowd.answer() }))
	ask(t, 20, agent.Client("s", fetch.Options{Robots: fetch.Ignore, Rate: fetch.Rate{Parallel: 3, Every: duration(0)}}))
	if crowd.most != 3 {
		t.Errorf("%d requests were in flight at once, want 3", crowd.most)
	}
}

func TestCrawlDelayObeyed(t *testing.T) {
	agent, clock := crawltest.Agent(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			fmt.Fprint(w, "User-agent: *\nCrawl-delay: 20")
		}
	}))
	for _, tt := range []struct{ max, want time.Duration }{{30 * time.Second, 20 * time.Second}, {5 * time.Second, 5 * time.Second}} {
		c := agent.Client("s", fetch.Options{Rate: fetch.Rate{CrawlDelayMax: duration(tt.max)}})
		var at []time.Time
		for range 3 {
			if _, _, err := get(c, here+"/x"); err != nil {
				t.Fatal(err)
			}
			at = append(at, clock.Now())
		}
		if got := at[2].Sub(at[1]); got != tt.want {
			t.Errorf("at most %v: %v between requests, want %v", tt.max, got, tt.want)
		}
	}
}

func TestRobotsAnswers(t *testing.T) {
	for _, tt := range []struct {
		name   string
		robots http.HandlerFunc
		open   bool
	}{
		{"404", http.NotFound, true},
		{"401", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) }, true},
		{"403", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }, true},
		{"429", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }, false},
		{"500", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, false},
		{"503", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, false},
		{"unreachable", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, false},
		{"silent", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, false},
		{"dripping", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				fmt.Fprint(w, strings.Repeat("# a line that says nothing\n", 50))
				w.(http.Flusher).Flush()
				time.Sleep(20 * time.Millisecond)
			}
		}, false},
		{"broken off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "User-agent: *")
		}, false},
		{"five redirects", hops(5), false},
		{"six redirects", hops(6), true},
		{"redirected", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, there+"/robots.txt", http.StatusMovedPermanently)
		}, false},
		{"redirects without end", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/robots.txt", http.StatusFound) }, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pages := 0
			agent, _ := crawltest.Agent(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch r.Host + r.URL.Path {
				case "web.tripoint.test/robots.txt":
					tt.robots(w, r)
				case "other.tripoint.test/robots.txt":
					fmt.Fprint(w, "User-agent: *\nDisallow: /")
				default:
					pages++
				}
			}))
			opt := fetch.Options{Retry: fetch.Retry{Max: new(int)}, Limits: fetch.Limits{Timeout: fetch.Duration(200 * time.Millisecond)}}
			_, _, err := get(agent.Client("s", opt), here+"/page")
			if (err == nil) != tt.open || (pages == 1) != tt.open || err != nil && !errors.Is(err, fetch.ErrRobots) {
				t.Errorf("error %v, %d pages fetched; open: %v", err, pages, tt.open)
			}
		})
	}
}

// hops is a robots.txt that closes everything behind so many redirects.
func hops(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		at, _ := strconv.Atoi(r.URL.RawQuery)
		if at == n {
			fmt.Fprint(w, "User-agent: *\nDisallow: /")
			return
		}
		http.Redirect(w, r, fmt.Sprintf("/robots.txt?%d", at+1), http.StatusFound)
	}
}

func TestRobotsCached(t *testing.T) {
	asked, status := 0, 500
	agent, clock := crawltest.Agent(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			asked++
			w.WriteHeader(status)
		}
	}))
	c := agent.Client("s", fetch.Options{Retry: fetch.Retry{Max: new(int)}})
	check := func(what string, want int) {
		t.Helper()
		_, _, _ = get(c, here+"/page")
		if asked != want {
			t.Errorf("%s: robots.txt was asked for %d times, want %d", what, asked, want)
		}
	}
	check("first", 1)
	check("just failed", 1)
	_ = clock.Sleep(t.Context(), 6*time.Minute)
	status = 200
	check("failed a while ago", 2)
	_ = clock.Sleep(t.Context(), 23*time.Hour)
	check("fresh", 2)
	_ = clock.Sleep(t.Context(), 2*time.Hour)
	check("a day old", 3)
}

func TestPermitAndTurn(t *testing.T) {
	agent, clock := crawltest.Agent(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "User-agent: *\nDisallow: /closed")
	}))
	c := agent.Client("s", fetch.Options{})
	for url, want := range map[string]error{
		here + "/open": nil, here + "/closed": fetch.ErrRobots, "http://127.0.0.1/": fetch.ErrPrivate, "http://[fd00:ec2::254]/": fetch.ErrPrivate,
	} {
		if err := c.Permit(t.Context(), url); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", url, err, want)
		}
	}
	if err := c.Permit(t.Context(), "http://127.0.0.1/"); err == nil || strings.Contains(err.Error(), "robots.txt") {
		t.Errorf("%v: a private address is no matter of a robots.txt", err)
	}
	if err := c.Permit(t.Context(), "file:///etc/passwd"); err == nil {
		t.Error("a file may be fetched")
	}
	var at []time.Time
	for range 2 {
		done, err := c.Turn(t.Context(), here+"/open")
		if err != nil {
			t.Fatal(err)
		}
		at = append(at, clock.Now())
		done()
	}
	if got := at[1].Sub(at[0]); got != time.Second {
		t.Errorf("%v between turns, want 1s", got)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"":                              0,
		" 120 ":                         2 * time.Minute,
		"0.5":                           500 * time.Millisecond,
		"-3":                            0,
		"1e400":                         0,
		"1e30":                          1e9 * time.Second,
		"NaN":                           0,
		"soon":                          0,
		"Fri, 02 Jan 2026 04:04:05 GMT": time.Hour,
		"Fri, 02 Jan 2026 02:04:05 GMT": 0,
	} {
		if got := fetch.RetryAfter(value, now); got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}
