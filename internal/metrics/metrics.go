// Package metrics tells a Prometheus server, and whoever asks for /healthz, how
// the sources stand.
//
// Start with New; Set what is known after each batch. What is asked is answered
// from that alone: a scrape opens no store.
package metrics

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Source is how one source stands.
type Source struct {
	ID          string
	LastSuccess time.Time // zero where there was none
	Next        time.Time // the next run; zero without a schedule
	StaleFrom   time.Time // when it is stale unless it succeeds; zero for never
	Held        bool      // a gate holds new data back
	Records     int       // of the last success
	Problems    int       // of the last parse
	Captures    int       // of the last crawl
	Bytes       int64     // fetched, of all crawls
}

// Stage is how long a stage took over a source the last time.
type Stage struct {
	Stage, Source string
	Took          time.Duration
}

// State is how the house stands.
type State struct {
	Sources   []Source
	Stages    []Stage
	Published time.Time   // of the last snapshot
	Disk      func() Disk // measured when asked; nil where it is not known
	Failed    error       // why the last batch failed as a whole; nil where it did not
}

// Board keeps the last State and answers from it.
type Board struct {
	version string
	now     func() time.Time

	mu    sync.Mutex
	state State
}

// New makes a board with nothing on it.
func New(version string, now func() time.Time) *Board { return &Board{version: version, now: now} }

// Set puts a state in the place of the last one.
func (b *Board) Set(s State) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.state = s
}

// Fail notes why a batch failed as a whole; all else stands as it was.
func (b *Board) Fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.state.Failed = err
}

// Handler serves /metrics and /healthz.
func (b *Board) Handler() (http.Handler, error) {
	all := prometheus.NewRegistry()
	for _, c := range []prometheus.Collector{
		collector{b, true}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	} {
		if err := all.Register(c); err != nil {
			return nil, fmt.Errorf("metrics: %w", err)
		}
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(all, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", b.health)
	return mux, nil
}

// WriteFile writes the metrics to a file that node_exporter's collector of
// text files reads, all at once. What grows old in a file is left out of it:
// the age of a success is the time of the scrape less its timestamp.
func (b *Board) WriteFile(name string) error {
	all := prometheus.NewRegistry()
	if err := all.Register(collector{b, false}); err != nil {
		return fmt.Errorf("metrics: %w", err)
	}
	if err := prometheus.WriteToTextfile(name, all); err != nil {
		return fmt.Errorf("metrics: %w", err)
	}
	return nil
}

// health answers 200, or 503 and what is wrong.
func (b *Board) health(w http.ResponseWriter, _ *http.Request) {
	b.mu.Lock()
	s := b.state
	b.mu.Unlock()
	answer := struct {
		Status string   `json:"status"`
		Why    []string `json:"why,omitempty"`
	}{"ok", s.wrong(b.now())}
	w.Header().Set("Content-Type", "application/json")
	if len(answer.Why) > 0 {
		answer.Status = "failing"
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(answer) // whoever asked has gone
}

// wrong is what is wrong at a time.
func (s State) wrong(now time.Time) []string {
	var why []string
	if s.Failed != nil {
		why = append(why, "the last batch failed: "+strings.ReplaceAll(s.Failed.Error(), "\n", "; "))
	}
	if d := s.disk(); d.Low() {
		why = append(why, d.String())
	}
	for _, src := range s.Sources {
		if src.stale(now) {
			since := "never succeeded"
			if !src.LastSuccess.IsZero() {
				since = "last success " + src.LastSuccess.UTC().Format(time.RFC3339)
			}
			why = append(why, src.ID+" is stale: "+since)
		}
	}
	return why
}

func (s State) disk() Disk {
	if s.Disk == nil {
		return Disk{}
	}
	return s.Disk()
}

func (s Source) stale(now time.Time) bool { return !s.StaleFrom.IsZero() && !now.Before(s.StaleFrom) }
