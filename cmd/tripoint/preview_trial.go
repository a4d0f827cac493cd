package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/internal/pipeline"
	"github.com/tripoint-data/tripoint/parsers"
	"github.com/tripoint-data/tripoint/record"
)

const (
	trialRecords  = 1000 // of one preview that are read at most, or the limit if it is larger
	trialProblems = 20   // that are told one by one
)

// trial is one preview: a crawl whose answers are read as they come, and
// forgotten.
type trial struct {
	src         *pipeline.Source
	temp        string
	limit, most int
	now         func() time.Time

	mu       sync.Mutex
	stop     context.CancelFunc
	enough   bool
	parts    []record.Part // of a joined format, until all are there
	answers  int
	kept     []requestLine   // of answers
	sent     []requestLine   // as the crawler says; a browser's and a folder's does not
	records  []record.Record // the first of them
	count    parsers.Count
	filled   map[string]int // records that fill a field, by its JSON name
	audit    record.Audit
	problems []problemLine
	queue    *queue
	unread   []error // answers that could not be read at all
}

// requestLine is one request and its answer.
type requestLine struct {
	Method string `json:"method"`
	URL    string `json:"url"`
	Status int    `json:"status,omitempty"`
	Bytes  int64  `json:"bytes"`
	Error  string `json:"error,omitempty"`
}

// told takes in what was sent.
func (t *trial) told(e fetch.Exchange) {
	line := requestLine{Method: e.Method, URL: e.URL, Status: e.Status, Bytes: e.Bytes}
	if e.Err != nil {
		line.Error = e.Err.Error()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.enough {
		t.sent = append(t.sent, line)
	}
}

// requests are those that the crawler told of, else those that were answered.
func (t *trial) requests() []requestLine {
	if len(t.sent) > 0 {
		return t.sent
	}
	return t.kept
}

// run crawls until there is enough. Its error is the crawl's.
func (t *trial) run(ctx context.Context, progress func(pipeline.Progress)) error {
	crawling, stop := context.WithCancel(ctx)
	defer stop()
	t.stop, t.filled = stop, map[string]int{}
	t.queue = &queue{seen: map[string]bool{}}
	house := &pipeline.House{
		Archive: t, Store: noStore{}, Frontiers: t.queue, Runs: noRuns{},
		Now: t.now, Temp: t.temp, Progress: progress,
	}
	_, err := house.Crawl(crawling, t.src)
	if t.enough && ctx.Err() == nil {
		err = nil // what was cut off is no fault
	}
	if len(t.parts) > 0 {
		t.read(ctx, t.parts)
	}
	return err
}

// Keep takes an answer in and reads it.
func (t *trial) Keep(ctx context.Context, c record.Capture, body io.Reader) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.enough {
		return nil
	}
	name := filepath.Join(t.temp, "answer-"+strconv.Itoa(t.answers))
	if err := spoolTo(name, body); err != nil {
		return err
	}
	t.answers++
	t.kept = append(t.kept, requestLine{Method: cmp.Or(c.Request.Method, http.MethodGet), URL: fetch.Redact(c.URL), Status: c.Status, Bytes: c.Size})
	part := record.Part{Name: cmp.Or(c.Name, nameIn(c.URL)), Capture: c, Open: func() (io.ReadCloser, error) {
		f, size, err := openFile(name)
		if err != nil {
			return nil, err
		}
		return sized{f, size}, nil
	}}
	switch {
	case !t.src.Reads(c.Request):
	case t.src.Format.Joined:
		t.parts = append(t.parts, part)
	default:
		t.read(ctx, []record.Part{part})
	}
	if t.count.Records >= t.limit || t.answers >= t.most {
		t.enough = true
		t.stop()
	}
	return nil
}

// nameIn is the end of an address, for locators.
func nameIn(address string) string {
	address, _, _ = strings.Cut(address, "?")
	return path.Base(address)
}

func spoolTo(name string, body io.Reader) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, body)
	return errors.Join(err, f.Close())
}

// read reads the records of one unit.
func (t *trial) read(ctx context.Context, parts []record.Part) {
	u := record.Unit{Parts: parts, Temp: t.temp, Audit: &t.audit, Origin: record.Origin{
		Source: t.src.ID, URL: fetch.Redact(parts[0].Capture.URL), SHA256: parts[0].Capture.SHA256, Fetched: parts[0].Capture.Fetched,
	}}
	for r, err := range parsers.Read(ctx, t.src.Format, t.src.Parse, u, t.src.Unpack, &t.count) {
		var problem *record.Problem
		switch {
		case errors.As(err, &problem):
			if len(t.problems) < trialProblems {
				t.problems = append(t.problems, problemLine{problem.Err.Error(), &problem.Origin})
			}
			continue
		case err != nil:
			if ctx.Err() == nil {
				t.unread = append(t.unread, fmt.Errorf("%s: %w", fetch.Redact(parts[0].Capture.URL), err))
			}
			return
		}
		if len(t.records) < t.limit {
			t.records = append(t.records, r)
		}
		for _, field := range recordFields(r) {
			t.filled[field.name]++
		}
		if t.count.Records >= max(trialRecords, t.limit) {
			return
		}
	}
}

// spoilt is how many rows gave no record.
func (t *trial) spoilt() int { return t.count.Read - t.count.Records - t.count.Merged }

// verdict is the error of a preview: what came of it, against what was tried.
func (t *trial) verdict(crawl error) error {
	err := errors.Join(append([]error{crawl}, t.unread...)...)
	switch {
	case len(t.records) == 0 && err == nil:
		return &exit{exitFailed, fmt.Errorf("%s: no record came of it", t.src.ID)}
	case len(t.records) == 0:
		return err
	case err != nil || t.count.Problems > 0:
		return &exit{exitPartly, err}
	}
	return nil
}

// Last knows of no answer: everything is fetched.
func (t *trial) Last(context.Context, string, record.Request) (record.Capture, error) {
	return record.Capture{}, record.ErrNotFound
}

// Captures and Body are of stages that a preview does not run.
func (t *trial) Captures(context.Context, string) iter.Seq2[record.Capture, error] {
	return func(func(record.Capture, error) bool) {}
}

// Body finds nothing: see Captures.
func (t *trial) Body(context.Context, string) (io.ReadCloser, error) { return nil, record.ErrNotFound }

// noStore is a store that is never asked: a preview has no foreach.
type noStore struct{ pipeline.Store }

// noRuns remembers no run.
type noRuns struct{}

func (noRuns) SaveRun(context.Context, record.Run) error                    { return nil }
func (noRuns) SaveProblems(context.Context, string, []record.Problem) error { return nil }
func (noRuns) Runs(context.Context) iter.Seq2[record.Run, error] {
	return func(func(record.Run, error) bool) {}
}

// queue is a frontier in memory.
type queue struct {
	mu      sync.Mutex
	seen    map[string]bool
	waiting []record.Request
}

// Frontier is the queue itself: a preview has one crawl.
func (q *queue) Frontier(context.Context, string, string) (pipeline.Frontier, error) { return q, nil }

// Add queues what was not seen.
func (q *queue) Add(_ context.Context, requests ...record.Request) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, r := range requests {
		if key := r.Key(); !q.seen[key] {
			q.seen[key] = true
			q.waiting = append(q.waiting, r)
		}
	}
	return nil
}

// Lease takes the next request.
func (q *queue) Lease(context.Context) (record.Request, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		return record.Request{}, io.EOF
	}
	r := q.waiting[0]
	q.waiting = q.waiting[1:]
	return r, nil
}

// Done has nothing to forget.
func (q *queue) Done(context.Context, record.Request) error { return nil }

// Resumed is false: every preview begins anew.
func (q *queue) Resumed() bool { return false }

// Clear and Close have nothing to do.
func (q *queue) Clear(context.Context) error { return nil }

// Close has nothing to do.
func (q *queue) Close() error { return nil }
