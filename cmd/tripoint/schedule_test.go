package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/internal/metrics"
	"github.com/tripoint-data/tripoint/internal/pipeline"
	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/bolt"
)

// said is what a command has said so far, on both streams.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *said) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// until waits until something is so. It leaves time between two looks: who
// looks into the store keeps the daemon out of it.
func until(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !so(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("waited in vain until ", what)
		}
	}
}

// folder lays a folder with sources that are fetched from hosts of their own.
func folder(t *testing.T, schedules map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var ids []string
	for _, id := range []string{"zz-one", "zz-two"} {
		if schedules[id] == "" {
			continue
		}
		ids = append(ids, id)
		write("sources/"+id+".yaml", fmt.Sprintf(`version: 1
id: %s
domain: watchlists
title: A list
set: full
publisher: {name: An authority, country: ZZ}
terms: {redistribute: "yes", automated_access: allowed}
schedule: %s
crawl: {kind: bulk, start: ["http://%s.tripoint.test/%s.csv"], retry: {max: 1}}
parse:
  format: fields
  input: {type: csv, header: true}
  record: party
  list: ZZ-DEMO
  fields: {name: {from: Name, required: true}}
`, id, schedules[id], id, id))
	}
	write(config.FileName, "contact: desk@agency.example\nsources: ["+strings.Join(ids, ", ")+"]\n")
	return dir
}

// web serves the sources' files. What waits is not answered before it is let go.
type web struct {
	asked, version atomic.Int64
	hang           chan struct{}
	waits          atomic.Bool // zz-two does not answer
}

func (w *web) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/robots.txt":
		http.NotFound(out, r)
	case "/zz-two.csv":
		if w.asked.Add(1); w.waits.Load() {
			select {
			case <-r.Context().Done():
			case <-w.hang:
			}
			return
		}
		fallthrough
	default:
		fmt.Fprintf(out, "Name\nZhelanqu %s\nKestrava %d\n", r.URL.Path[4:7], w.version.Load())
	}
}

// inFolder makes an app whose web is served here.
func inFolder(t *testing.T, dir string, out io.Writer) (*app, *web) {
	t.Helper()
	w := &web{hang: make(chan struct{})}
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	a := newApp(strings.NewReader(""), out, out)
	a.dir = dir
	a.hosts = map[string]string{".tripoint.test": server.Listener.Addr().String()}
	a.disk = func(string) metrics.Disk { return metrics.Disk{Free: 1 << 40, Size: 2 << 40} }
	return a, w
}

func runsIn(t *testing.T, a *app) history {
	t.Helper()
	var all history
	until(t, "the store is free", func() bool {
		cfg, _, err := a.load()
		if err != nil {
			t.Fatal(err)
		}
		all, err = a.whole(t.Context(), cfg)
		return err == nil
	})
	return all
}

func (all history) count(stage, source, status string) (n int) {
	for _, r := range all {
		if r.Stage == stage && r.Source == source && r.Status == status {
			n++
		}
	}
	return n
}

// The daemon over three days of a clock that the test moves: a start, runs at
// their times, a stop, and what was missed made up for once.
func TestSchedule(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{
		"zz-one": `{cron: "0 6 * * *", timezone: Europe/Berlin, jitter: 10m}`,
		"zz-two": `{cron: "0 7 * * *"}`,
	})
	var out said
	a, w := inFolder(t, dir, &out)
	clock := clockwork.NewFakeClockAt(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))
	a.now = clock.Now

	begin := func() (stop func()) {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- a.schedule(ctx, "127.0.0.1:0", clock) }()
		return func() {
			t.Helper()
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
			if !strings.HasSuffix(out.String(), "stopped; what was cut off goes on at the next start\n") {
				t.Errorf("it ended with %s", out.String())
			}
		}
	}
	snapshots := func(status string, n int) func() bool {
		return func() bool { return runsIn(t, a).count("snapshot", "snapshots", status) == n }
	}
	stop := begin()
	until(t, "both have run and are published", snapshots("done", 1))
	if all := runsIn(t, a); all.count("parse", "zz-one", "done") != 1 || all.count("parse", "zz-two", "done") != 1 {
		t.Errorf("the first runs are %v", all)
	}

	// The next morning each runs at its own time; nothing has changed.
	move := func(to time.Time) {
		t.Helper()
		for clock.Now().Before(to) {
			step := min(to.Sub(clock.Now()), 20*time.Minute)
			if err := clock.BlockUntilContext(t.Context(), 2); err != nil { // both sources wait for their times
				t.Fatal(err)
			}
			clock.Advance(step)
		}
	}
	move(time.Date(2026, 11, 21, 5, 30, 0, 0, time.UTC))
	until(t, "the first has run again", snapshots("unchanged", 1))
	if all := runsIn(t, a); all.count("parse", "zz-one", "done") != 2 || all.count("parse", "zz-two", "done") != 1 {
		t.Errorf("in the morning there are %v", all)
	}
	w.version.Add(1)
	move(time.Date(2026, 11, 21, 7, 1, 0, 0, time.UTC))
	until(t, "the second has run again and is published", snapshots("done", 2))

	base := regexp.MustCompile(`http://[^/]+/`).FindString(out.String())
	holds(t, base+"healthz", 200, `{"status":"ok"}`)
	holds(t, base+"metrics", 200, `tripoint_source_last_success_age_seconds{source="zz-two"} `,
		`tripoint_source_next_run_timestamp_seconds{source="zz-two"} `, `tripoint_source_records{source="zz-one"} 2`, `tripoint_batch_failed 0`)
	stop()

	// A week away: one run makes up for all.
	clock.Advance(7 * 24 * time.Hour)
	stop = begin()
	until(t, "both have made up", func() bool {
		all := runsIn(t, a)
		return all.count("parse", "zz-one", "done") == 3 && all.count("parse", "zz-two", "done") == 3
	})
	stop()
}

func holds(t *testing.T, addr string, status int, lines ...string) {
	t.Helper()
	res, err := http.Get(addr)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != status {
		t.Errorf("%s: %s, %v", addr, res.Status, err)
	}
	for _, line := range lines {
		if !strings.Contains("\n"+string(body), "\n"+line) {
			t.Errorf("%s has no line %s:\n%s", addr, line, body)
		}
	}
}

// A source that does not answer is given up after its timeout: the other goes
// on, what it had stands, the event is told, and the next run goes on with it.
func TestTimeout(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"zz-one": `{cron: "@every 1h", timeout: 30s}`, "zz-two": `{cron: "@every 1h", timeout: 4s}`})
	var out said
	a, w := inFolder(t, dir, &out)
	now := time.Date(2026, 11, 22, 6, 10, 0, 0, time.UTC)
	a.now = func() time.Time { now = now.Add(time.Millisecond); return now }
	w.waits.Store(true)
	err := a.runDue(t.Context(), nil, filepath.Join(dir, "tripoint.prom"))
	if want := "zz-two: timed out after 4s: the last good records stand, and the next run goes on"; a.report(err) != exitPartly || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	all := runsIn(t, a)
	if all.count("parse", "zz-one", "done") != 1 || all.count("crawl", "zz-two", "failed") != 1 || all.count("snapshot", "snapshots", "done") != 1 {
		t.Errorf("the runs are %v", all)
	}
	text, err := os.ReadFile(filepath.Join(dir, "tripoint.prom"))
	if err != nil || !strings.Contains(string(text), "tripoint_source_stale{source=\"zz-two\"} 1\n") {
		t.Errorf("the metrics are %s, %v", text, err)
	}
	w.waits.Store(false)
	now = now.Add(time.Hour)
	if err := a.runDue(t.Context(), []string{"zz-two"}, ""); err != nil {
		t.Error(err)
	}
	if all := runsIn(t, a); all.count("parse", "zz-two", "done") != 1 || all.count("parse", "zz-one", "done") != 1 {
		t.Errorf("then the runs are %v", all)
	}
}

// A daemon that is stopped in the middle of a crawl ends well, and the next
// start goes on at once.
func TestStop(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"zz-two": `{cron: "0 7 * * *", timeout: 5m}`})
	var out said
	a, w := inFolder(t, dir, &out)
	w.waits.Store(true)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- a.schedule(ctx, "", clockwork.NewRealClock()) }()
	until(t, "it crawls", func() bool { return w.asked.Load() > 0 })

	// Meanwhile the store is its own.
	other, _ := inFolder(t, dir, &said{})
	err := other.runDue(t.Context(), nil, "")
	if code := other.report(err); code != exitFailed || err == nil || !strings.Contains(err.Error(), "is in use by another tripoint process: wait until it has ended, or end it") {
		t.Errorf("exit %d: %v", code, err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if all := runsIn(t, a); len(all) != 1 || all.count("crawl", "zz-two", "stopped") != 1 {
		t.Errorf("the runs are %v", all)
	}
	w.waits.Store(false)
	if err := a.runDue(t.Context(), nil, ""); err != nil {
		t.Error(err)
	}
	if all := runsIn(t, a); all.count("parse", "zz-two", "done") != 1 {
		t.Errorf("then the runs are %v", all)
	}
}

// That a batch failed is known until the next one, however often it is looked
// meanwhile what is due.
func TestScheduleFailed(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"zz-one": `{cron: "0 7 * * *"}`})
	list := filepath.Join(dir, "sources", "zz-one.yaml")
	text, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	spoilt := strings.Replace(string(text), "from: Name", "from: Nobody", 1)
	var out said
	a, _ := inFolder(t, dir, &out)
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	a.now = func() time.Time { return now }
	d := &daemon{app: a, ids: []string{"zz-one"}, door: door{app: a}, board: metrics.New(version(), a.now), busy: map[string]bool{}, ended: make(chan []job)}
	handler, err := d.board.Handler()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	for _, day := range []struct {
		list, metric, health string
		status               int
	}{
		{spoilt, "tripoint_batch_failed 1", `{"status":"failing","why":["the last batch failed: `, 503},
		{string(text), "tripoint_batch_failed 0", `{"status":"ok"}`, 200},
	} {
		if err := os.WriteFile(list, []byte(day.list), 0o600); err != nil {
			t.Fatal(err)
		}
		for look := range 3 {
			if err := d.begin(t.Context()); err != nil {
				t.Fatal(err)
			}
			if look == 0 {
				d.free(<-d.ended)
			}
			if d.running > 0 {
				t.Fatal("it runs again")
			}
			holds(t, server.URL+"/metrics", 200, day.metric)
			holds(t, server.URL+"/healthz", day.status, day.health)
		}
		now = now.Add(24 * time.Hour)
	}
}

// A run that was killed is marked by who opens the store next, and goes on.
func TestKilled(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"zz-one": `{cron: "0 0 1 1 *"}`})
	var out said
	a, _ := inFolder(t, dir, &out)
	if err := a.runDue(t.Context(), nil, ""); err != nil {
		t.Fatal(err)
	}
	s, err := bolt.Open(filepath.Join(dir, "data", storeDir), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	left := record.Run{Source: "zz-one", Stage: "crawl", Started: time.Now().UTC(), Status: "running"}
	left.ID = left.Started.Format("20060102T150405.000Z") + "-crawl-zz-one"
	if err := s.SaveRun(t.Context(), left); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := a.runDue(t.Context(), nil, ""); err != nil {
		t.Fatal(err)
	}
	all := runsIn(t, a)
	if all.count("crawl", "zz-one", "killed") != 1 || all.count("crawl", "zz-one", "done") != 2 {
		t.Errorf("the runs are %v", all)
	}
}

// hooked has all events told to a webhook. It returns what is told.
func hooked(t *testing.T, dir, on string) func() []string {
	t.Helper()
	var mu sync.Mutex
	var told []string
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		told = append(told, string(body))
	}))
	t.Cleanup(hook.Close)
	add(t, filepath.Join(dir, config.FileName), "notify: {on: ["+on+"], webhook: "+hook.URL+"}\n")
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(told)
	}
}

func add(t *testing.T, name, text string) {
	t.Helper()
	old, err := os.ReadFile(name)
	if err == nil {
		err = os.WriteFile(name, append(old, text...), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// What a batch found before it was stopped is told before it ends; what one
// that was killed found, by the next. Each is told once.
func TestStopTold(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"zz-one": `{cron: "0 0 1 1 *"}`, "zz-two": `{cron: "0 0 1 1 *", timeout: 7h}`})
	add(t, filepath.Join(dir, "sources", "zz-one.yaml"), "assert: {min_records: 9}\n")
	told := hooked(t, dir, "gate")
	var out said
	a, w := inFolder(t, dir, &out)
	w.waits.Store(true)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- a.runDue(ctx, nil, "") }()
	until(t, "the second is crawled", func() bool { return w.asked.Load() > 0 })
	cancel()
	if err := <-ended; a.report(err) != 0 {
		t.Error(err)
	}
	if got := told(); len(got) != 1 || !strings.Contains(got[0], `"event":"gate","source":"zz-one"`) {
		t.Fatalf("told was %q; %s", got, out.String())
	}

	s, err := bolt.Open(filepath.Join(dir, "data", storeDir), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now().UTC()
	for _, r := range []record.Run{
		{Stage: "crawl", Status: "done"},
		{Stage: "parse", Status: "failed", Error: "zz-two: 2 records, at least 9 are wanted: " + pipeline.ErrGate.Error()},
	} {
		at = at.Add(time.Millisecond)
		r.Source, r.Started, r.Ended = "zz-two", at, at
		r.ID = at.Format("20060102T150405.000Z") + "-" + r.Stage + "-zz-two"
		if err := s.SaveRun(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := a.runDue(t.Context(), nil, ""); err != nil {
			t.Error(err)
		}
	}
	if got := told(); len(got) != 2 || !strings.Contains(got[1], `"event":"gate","source":"zz-two"`) {
		t.Errorf("told was %q; %s", got, out.String())
	}
	if !strings.Contains(out.String(), "nothing is due") {
		t.Error("what was told is told for ever")
	}
}

// The telling of a batch ends in its time, and sooner where it is to stop.
func TestPatience(t *testing.T) {
	for _, tt := range []struct{ stop, want time.Duration }{{time.Hour, tellTime}, {5 * time.Second, 15 * time.Second}, {0, stopTime}, {25 * time.Second, tellTime}} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), tt.stop)
			defer cancel()
			began := time.Now()
			patient, end := patience(ctx)
			defer end()
			<-patient.Done()
			if took := time.Since(began); took != tt.want {
				t.Errorf("stopped after %s, it ended after %s", tt.stop, took)
			}
		})
	}
}

// A disk that fills up is told once, and once that there is room again.
func TestDiskTold(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"zz-one": `{cron: "@every 1h"}`})
	heard := hooked(t, dir, "disk, recovered")
	var out said
	a, _ := inFolder(t, dir, &out)
	now := time.Date(2026, 11, 22, 6, 10, 0, 0, time.UTC)
	a.now = func() time.Time { now = now.Add(time.Millisecond); return now }
	for i, free := range []uint64{50, 1, 1, 50} {
		a.disk = func(string) metrics.Disk { return metrics.Disk{Free: free << 30, Size: 100 << 30} }
		if err := a.runDue(t.Context(), nil, ""); err != nil {
			t.Fatal(i, err)
		}
		now = now.Add(time.Hour)
	}
	told := heard()
	if len(told) != 2 || !strings.HasPrefix(told[0], `{"event":"disk","time":"2026-11-22T07:`) || !strings.Contains(told[0], `"text":"1.0 of 100.0 GiB are free on the disk of the data folder"`) ||
		!strings.HasPrefix(told[1], `{"event":"recovered","time":"2026-11-22T09:`) {
		t.Errorf("told was %q; %s", told, out.String())
	}
}

// Others run and are published beside a crawl that may take long.
func TestBeside(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"zz-one": `{cron: "@every 1s", timeout: 5m}`, "zz-two": `{cron: "0 7 * * *", timeout: 12h}`})
	var out said
	a, w := inFolder(t, dir, &out)
	w.waits.Store(true)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- a.schedule(ctx, "", clockwork.NewRealClock()) }()
	published := func(n int) func() bool {
		return func() bool { return strings.Count(out.String(), `"a snapshot was published"`) == n }
	}
	until(t, "the short one is published, the long one crawls", func() bool { return published(1)() && w.asked.Load() == 1 })
	w.version.Add(1)
	until(t, "the short one is published again", published(2))
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if all := runsIn(t, a); all.count("crawl", "zz-two", "stopped") != 1 || all.count("crawl", "zz-two", "done") != 0 {
		t.Errorf("the runs are %v", all)
	}
}
