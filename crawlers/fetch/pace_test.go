package fetch_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

// publisher is a server that notes when it was asked, for agents that share a
// clock and, where there is one, a folder.
type publisher struct {
	t     *testing.T
	host  string
	clock *crawltest.Clock
	state string
	log   *strings.Builder

	mu sync.Mutex
	at []time.Time
}

func newPublisher(t *testing.T, answer func(w http.ResponseWriter, n int)) *publisher {
	p := &publisher{t: t, clock: crawltest.NewClock(), log: &strings.Builder{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		p.mu.Lock()
		p.at = append(p.at, p.clock.Now())
		n := len(p.at) - 1
		p.mu.Unlock()
		answer(w, n)
	}))
	t.Cleanup(server.Close)
	p.host = server.Listener.Addr().String()
	return p
}

// agent is that of a process of its own.
func (p *publisher) agent() *fetch.Agent {
	p.t.Helper()
	agent, err := fetch.NewAgent(fetch.AgentOptions{
		Contact: "c", Hosts: map[string]string{".tripoint.test": p.host}, State: p.state, Temp: p.t.TempDir(),
		Now: p.clock.Now, Sleep: p.clock.Sleep, Rand: func() float64 { return 1 },
		Log: slog.New(slog.NewTextHandler(p.log, nil)),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(agent.Close)
	return agent
}

// gaps are the distances between the requests, in order.
func (p *publisher) gaps() []time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	var gaps []time.Duration
	for i := 1; i < len(p.at); i++ {
		gaps = append(gaps, p.at[i].Sub(p.at[i-1]))
	}
	return gaps
}

// A host that is overloaded is asked half as often, again and again up to a
// minute, and little by little as before when it answers.
func TestSlowDown(t *testing.T) {
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		p := newPublisher(t, func(w http.ResponseWriter, n int) {
			if n < 3 {
				w.WriteHeader(status)
			}
		})
		c := p.agent().Client("s", fetch.Options{Robots: fetch.Ignore, Retry: fetch.Retry{Wait: fetch.Duration(time.Millisecond)}})
		for range 40 {
			if _, _, err := get(c, here+"/x"); err != nil {
				t.Fatal(err)
			}
		}
		gaps := p.gaps()
		for i, want := range []time.Duration{2 * time.Second, 4 * time.Second, 8 * time.Second, 8 * time.Second, 7200 * time.Millisecond} {
			if gaps[i] != want {
				t.Errorf("%d: gap %d is %v, want %v", status, i, gaps[i], want)
			}
		}
		if last := gaps[len(gaps)-1]; last != time.Second {
			t.Errorf("%d: the last gap is %v, want the interval of the source", status, last)
		}
		text := p.log.String()
		for message, times := range map[string]int{"host slowed down": 3, "usual pace again": 1} {
			if n := strings.Count(text, message); n != times {
				t.Errorf("%d: %q was logged %d times, want %d", status, message, n, times)
			}
		}
	}
}

// Answers that were on their way when the host was slowed down tell nothing new.
func TestSlowDownOnce(t *testing.T) {
	const parallel = 8
	var gate sync.WaitGroup
	gate.Add(parallel)
	p := newPublisher(t, func(w http.ResponseWriter, n int) {
		if n < parallel {
			gate.Done()
			gate.Wait()
			w.WriteHeader(http.StatusTooManyRequests)
		}
	})
	ask(t, parallel, p.agent().Client("s", fetch.Options{Robots: fetch.Ignore, Rate: fetch.Rate{Every: duration(0), Parallel: parallel}}))
	if text := p.log.String(); strings.Count(text, "host slowed down") != 1 || !strings.Contains(text, "interval=100ms") {
		t.Errorf("log:\n%s", text)
	}
}

// Publishers say in many ways when they want to be asked again.
func TestRateHeaders(t *testing.T) {
	now := crawltest.NewClock().Now()
	at := func(d time.Duration) string { return fmt.Sprint(now.Add(d).Unix()) }
	for _, tt := range []struct {
		status int
		header map[string]string
		want   time.Duration
	}{
		{429, map[string]string{"Retry-After": "90"}, 90 * time.Second},
		{503, map[string]string{"Retry-After": now.Add(90 * time.Second).Format(http.TimeFormat)}, 90 * time.Second},
		{429, map[string]string{"x-rate-limit-retry-after-seconds": "90"}, 90 * time.Second},
		{429, map[string]string{"X-RateLimit-Reset": at(90 * time.Second)}, 90 * time.Second},
		{403, map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": at(90 * time.Second)}, 90 * time.Second},
		{403, map[string]string{"Retry-After": "90"}, 90 * time.Second},
		{200, map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": at(90*time.Second) + "000"}, 90 * time.Second},
		{200, map[string]string{"RateLimit-Remaining": "0", "RateLimit-Reset": "90"}, 90 * time.Second},
		{200, map[string]string{"X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": "90"}, 90 * time.Second},
		{200, map[string]string{"RateLimit": "limit=100, remaining=0, reset=90"}, 90 * time.Second},
		{200, map[string]string{"RateLimit": `"burst";r=7;t=5, "daily";r=0;t=90`}, 90 * time.Second},
		{200, map[string]string{"RateLimit": "limit=100, remaining=1, reset=90"}, time.Second},
		{200, map[string]string{"RateLimit-Remaining": "1", "RateLimit-Reset": "90"}, time.Second},
		{200, map[string]string{"RateLimit-Remaining": "x", "RateLimit-Reset": "-1", "RateLimit": ";;=,r=0;t=-5"}, time.Second},
		{200, map[string]string{"Retry-After": "90"}, time.Second},
		{200, map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": at(-time.Hour)}, time.Second},
	} {
		p := newPublisher(t, func(w http.ResponseWriter, n int) {
			if n > 0 {
				return
			}
			for name, value := range tt.header {
				w.Header().Set(name, value)
			}
			w.WriteHeader(tt.status)
		})
		c := p.agent().Client("s", fetch.Options{Robots: fetch.Ignore})
		for range 2 {
			if _, _, err := get(c, here+"/x"); err != nil {
				t.Errorf("%d %v: %v", tt.status, tt.header, err)
			}
		}
		if gaps := p.gaps(); len(gaps) == 0 || gaps[0] < tt.want || gaps[0] > tt.want+time.Second {
			t.Errorf("%d %v: asked again after %v, want %v", tt.status, tt.header, gaps, tt.want)
		}
	}
}

// Two processes share the turns of a host, and what it asked for outlives both.
func TestTurnsShared(t *testing.T) {
	p := newPublisher(t, func(w http.ResponseWriter, n int) {
		if n == 4 {
			w.Header().Set("Retry-After", "300")
			w.WriteHeader(http.StatusTooManyRequests)
		}
	})
	p.state = t.TempDir()
	opt := fetch.Options{Robots: fetch.Ignore, Retry: fetch.Retry{Max: new(int)}}
	a, b := p.agent().Client("a", opt), p.agent().Client("b", opt)
	for range 2 {
		for _, c := range []*fetch.Client{a, b} {
			if _, _, err := get(c, here+"/x"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, _, err := get(a, here+"/x"); err == nil {
		t.Fatal("status 429 is no error")
	}
	restarted := p.agent().Client("a", opt)
	if _, _, err := get(restarted, here+"/x"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := get(b, here+"/x"); err != nil {
		t.Fatal(err)
	}
	want := []time.Duration{time.Second, time.Second, time.Second, time.Second, 300 * time.Second}
	gaps := p.gaps()
	for i := range want {
		if gaps[i] != want[i] {
			t.Errorf("gap %d is %v, want %v", i, gaps[i], want[i])
		}
	}
	if last := gaps[5]; last < 1800*time.Millisecond { // 2s, less a tenth for the good answer
		t.Errorf("the host's slow-down did not reach the other process: %v", last)
	}
}

// A host without an interval costs no file until it asks for care, and then
// another process hears of it.
func TestTurnsWithoutInterval(t *testing.T) {
	busy := false
	p := newPublisher(t, func(w http.ResponseWriter, _ int) {
		if busy {
			w.Header().Set("Retry-After", "300")
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	p.state = t.TempDir()
	opt := fetch.Options{Robots: fetch.Ignore, Rate: fetch.Rate{Every: duration(0)}, Retry: fetch.Retry{Max: new(int)}}
	a, b := p.agent().Client("a", opt), p.agent().Client("b", opt)
	for _, c := range []*fetch.Client{a, b} {
		if _, _, err := get(c, here+"/x"); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(p.state, "hosts", "*"))
	if err != nil || len(files) != 1 { // looked up, and empty
		t.Fatalf("files %v, %v", files, err)
	}
	if info, err := os.Stat(files[0]); err != nil || info.Size() != 0 {
		t.Errorf("the file of a host without an interval is written: %v, %v", info, err)
	}
	busy = true
	_, _, _ = get(a, here+"/x")
	busy = false
	_ = p.clock.Sleep(t.Context(), 2*time.Second)
	if _, _, err := get(b, here+"/x"); err != nil {
		t.Fatal(err)
	}
	if gaps := p.gaps(); gaps[2] != 300*time.Second {
		t.Errorf("the other process asked after %v, want 5m", gaps[2])
	}
}

// Places are shared too: while one process has a request in flight, another
// waits.
func TestPlacesShared(t *testing.T) {
	var crowd crowd
	p := newPublisher(t, func(http.ResponseWriter, int) { crowd.answer() })
	p.state = t.TempDir()
	opt := fetch.Options{Robots: fetch.Ignore, Rate: fetch.Rate{Every: duration(1), Parallel: 2}}
	var clients []*fetch.Client
	for range 4 {
		clients = append(clients, p.agent().Client("s", opt))
	}
	ask(t, 4, clients...)
	if crowd.most != 2 {
		t.Errorf("%d requests were in flight at once, want 2", crowd.most)
	}
}

func TestTurnsDamaged(t *testing.T) {
	for _, text := range []string{"{", `{"next": 5}`, "\x00\x00\x00", strings.Repeat("x", 10000), `{"next":"2999-01-01T00:00:00Z","pause":"2999-01-01T00:00:00Z","slow":-5}`} {
		p := newPublisher(t, func(http.ResponseWriter, int) {})
		p.state = t.TempDir()
		opt := fetch.Options{Robots: fetch.Ignore}
		if _, _, err := get(p.agent().Client("s", opt), here+"/x"); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(p.state, "hosts", "web.tripoint.test.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, err := get(p.agent().Client("s", opt), here+"/x")
		later := strings.Contains(text, "2999") // a pause, but of a day at most
		if damaged := strings.Contains(p.log.String(), "damaged"); (err == nil) == later || errors.Is(err, fetch.ErrLater) != later || damaged == later {
			t.Errorf("%.20q: %v\n%s", text, err, p.log)
		}
	}
	// A folder that cannot be had is no reason not to crawl.
	p := newPublisher(t, func(http.ResponseWriter, int) {})
	p.state = filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(p.state, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c := p.agent().Client("s", fetch.Options{Robots: fetch.Ignore})
	for range 3 {
		if _, _, err := get(c, here+"/x"); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(p.log.String(), "not shared"); n != 1 {
		t.Errorf("said %d times, want once:\n%s", n, p.log)
	}
}
