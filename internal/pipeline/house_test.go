package pipeline_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/tripoint-data/tripoint/crawlers/bulk"
	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/internal/pipeline"
	"github.com/tripoint-data/tripoint/parsers"
	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/archive"
	"github.com/tripoint-data/tripoint/sinks/bolt"
)

// house is the stages with the real rooms, and a publisher whose files can be
// changed.
type house struct {
	*pipeline.House
	t       testing.TB
	agent   *fetch.Agent
	archive *archive.Archive
	store   *bolt.Store
	room    *storeRoom
	web     *web
}

func newHouse(t testing.TB, opt bolt.Options) *house {
	t.Helper()
	h := &house{t: t, web: &web{files: map[string]string{}}}
	agent, clock := crawltest.Agent(t, h.web)
	h.agent = agent
	now := func() time.Time { // every look at the clock is a second later
		_ = clock.Sleep(context.Background(), time.Second)
		return clock.Now()
	}
	opt.Now = now
	var err error
	if h.store, err = bolt.Open(t.TempDir(), opt); err != nil {
		t.Fatal(err)
	}
	if h.archive, err = archive.Open(t.TempDir(), archive.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(h.archive.Close(), h.store.Close()); err != nil {
			t.Error(err)
		}
	})
	h.room = &storeRoom{Store: h.store}
	h.House = &pipeline.House{
		Archive: h.archive, Store: h.room, Frontiers: h.room, Runs: h.store, Now: now, Temp: t.TempDir(),
	}
	return h
}

// source makes a source of whole files from its two blocks.
func (h *house) source(id, crawl, format, parse string) *pipeline.Source {
	h.t.Helper()
	crawler, err := bulk.New(decoder(crawl), h.agent)
	if err != nil {
		h.t.Fatal(err)
	}
	f, err := parsers.Lookup(format)
	if err != nil {
		h.t.Fatal(err)
	}
	fn, err := f.New(decoder(parse))
	if err != nil {
		h.t.Fatal(err)
	}
	return &pipeline.Source{ID: id, Crawler: crawler, Format: f, Parse: fn, Gate: pipeline.Gate{MaxProblems: 1}}
}

// list is a full source of one list of parties: name,country.
func (h *house) list(files ...string) *pipeline.Source {
	if len(files) == 0 {
		files = []string{"/list.csv"}
	}
	for i, f := range files {
		files[i] = "'" + crawltest.Host + f + "'"
	}
	src := h.source("list", "{start: ["+strings.Join(files, ", ")+"], retry: {max: 0}}", "fields", `
input: {type: csv}
record: party
list: US-BIS-UVL
fields:
  name: {from: name, required: true}
  addresses.country: {from: country}
`)
	src.Full = true
	return src
}

func decoder(text string) func(any) error {
	return func(v any) error { return yaml.Load([]byte(text), v, yaml.WithKnownFields()) }
}

func (h *house) crawl(src *pipeline.Source) record.Run {
	h.t.Helper()
	run, err := h.Crawl(h.t.Context(), src)
	if err != nil {
		h.t.Fatal(err)
	}
	return run
}

func (h *house) parse(src *pipeline.Source) record.Run {
	h.t.Helper()
	run, err := h.Parse(h.t.Context(), src)
	if err != nil {
		h.t.Fatal(err)
	}
	return run
}

// ids are the records of a kind, each with the status of its first listing.
func (h *house) ids(k record.Kind) []string {
	h.t.Helper()
	var ids []string
	for r, err := range h.store.Scan(h.t.Context(), k, "") {
		if err != nil {
			h.t.Fatal(err)
		}
		id := r.Ref().ID
		if p, ok := r.(*record.Party); ok && len(p.Lists) > 0 {
			id += " " + string(p.Lists[0].Status)
		}
		ids = append(ids, id)
	}
	return ids
}

// captures are the newest captures of a source.
func (h *house) captures(source string) []record.Capture {
	h.t.Helper()
	var all []record.Capture
	for c, err := range h.archive.Captures(h.t.Context(), source) {
		if err != nil {
			h.t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

// web is a publisher's host: files with validators, and what happens before
// an answer.
type web struct {
	mu     sync.Mutex
	files  map[string]string
	before func(path string)
	asked  []string
	same   int // answers of 304
}

func (w *web) put(path, body string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.files[path] = body
}

func (w *web) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	path := r.URL.RequestURI()
	w.mu.Lock()
	body, ok := w.files[path]
	before := w.before
	if path != "/robots.txt" {
		w.asked = append(w.asked, path)
	}
	w.mu.Unlock()
	if before != nil && path != "/robots.txt" {
		before(path)
	}
	if body == "BROKEN" {
		out.WriteHeader(http.StatusInternalServerError)
		return
	}
	if !ok {
		http.NotFound(out, r)
		return
	}
	tag := fmt.Sprintf(`"%x"`, sha256.Sum256([]byte(body)))
	out.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.mu.Lock()
		w.same++
		w.mu.Unlock()
		out.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = io.WriteString(out, body) // the crawler may have gone away
}

// storeRoom fits the store to the stages and remembers what loads did.
type storeRoom struct {
	*bolt.Store
	deltas []pipeline.Delta
}

func (s *storeRoom) last() pipeline.Delta { return s.deltas[len(s.deltas)-1] }

func (s *storeRoom) Begin(ctx context.Context, source, run string, full bool) (pipeline.Load, error) {
	mode := bolt.Grow
	if full {
		mode = bolt.Full
	}
	l, err := s.Store.Begin(ctx, source, run, mode)
	if err != nil {
		return nil, err
	}
	return loadRoom{l, s}, nil
}

func (s *storeRoom) Frontier(ctx context.Context, source, run string) (pipeline.Frontier, error) {
	f, err := s.Store.Frontier(ctx, source, run)
	if err != nil {
		return nil, err
	}
	return f, nil
}

type loadRoom struct {
	*bolt.Load
	room *storeRoom
}

func (l loadRoom) Commit(ctx context.Context) (pipeline.Delta, error) {
	d, err := l.Load.Commit(ctx)
	l.room.deltas = append(l.room.deltas, pipeline.Delta(d))
	return pipeline.Delta(d), err
}

// problems are the problems that were kept of a run.
func (h *house) problems(run record.Run) []record.Problem {
	h.t.Helper()
	var all []record.Problem
	for p, err := range h.store.Problems(h.t.Context(), run.ID) {
		if err != nil {
			h.t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// runs are the runs of a stage over a source, the oldest first.
func (h *house) runs(stage, source string) []record.Run {
	h.t.Helper()
	var all []record.Run
	for r, err := range h.store.Runs(h.t.Context()) {
		if err != nil {
			h.t.Fatal(err)
		}
		if r.Stage == stage && r.Source == source {
			all = append(all, r)
		}
	}
	slices.Reverse(all)
	return all
}
