package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"sync"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

// Crawl fetches a source into the archive. A crawl that was cut off goes on
// where it stopped. What was fetched before an error stays.
func (h *House) Crawl(ctx context.Context, src *Source) (record.Run, error) {
	run, err := h.begin(ctx, "crawl", src.ID)
	if err != nil {
		return run, err
	}
	frontier, err := h.Frontiers.Frontier(ctx, src.ID, run.ID)
	if err != nil {
		return run, h.end(ctx, &run, err)
	}
	job := fetch.Job{
		Source: src.ID, Run: run.ID, Frontier: frontier,
		Vars: h.vars(ctx, src),
		Last: func(ctx context.Context, r record.Request) (record.Capture, error) {
			return h.Archive.Last(ctx, src.ID, r)
		},
	}
	if frontier.Resumed() {
		if job.Run, err = h.unfinished(ctx, run); err != nil {
			return run, h.end(ctx, &run, errors.Join(err, frontier.Close()))
		}
	}
	var mu sync.Mutex
	job.Keep = func(ctx context.Context, c record.Capture, body io.Reader) error {
		c.Fetched = h.Now().UTC()
		if err := h.Archive.Keep(ctx, c, body); err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		run.Captures++
		run.Bytes += c.Size
		h.progress(Progress{Stage: "crawl", Source: src.ID, Done: run.Captures, Bytes: run.Bytes})
		return nil
	}
	err = src.Crawler.Crawl(ctx, job)
	if partial := (*fetch.Partial)(nil); err == nil || errors.As(err, &partial) {
		err = errors.Join(err, frontier.Clear(ctx)) // what failed is asked anew with the rest, next time
	}
	if err = errors.Join(err, frontier.Close()); err != nil {
		err = fmt.Errorf("%s: %w", src.ID, err)
	}
	h.progress(Progress{Stage: "crawl", Source: src.ID, Done: run.Captures, Bytes: run.Bytes, Ended: true})
	return run, h.end(ctx, &run, err)
}

// unfinished is the id of the run that a resumed crawl began as, so that all
// its captures are of one run.
func (h *House) unfinished(ctx context.Context, now record.Run) (string, error) {
	first := now.ID
	for r, err := range h.Runs.Runs(ctx) {
		switch {
		case err != nil:
			return "", err
		case r.Stage != now.Stage || r.Source != now.Source || r.ID == now.ID:
		case ended(r):
			return first, nil
		default:
			first = r.ID
		}
	}
	return first, nil
}

// ended says of a crawl that the next one did not go on with it.
func ended(r record.Run) bool { return r.Status == "done" || r.Status == "partly" }

// vars yields the sets of variables for a source's start requests: every
// combination of its variables, for each name that its foreach finds.
func (h *House) vars(ctx context.Context, src *Source) iter.Seq2[map[string]string, error] {
	return func(yield func(map[string]string, error) bool) {
		names := slices.Sorted(maps.Keys(src.Vars))
		combine := func(base map[string]string) bool {
			return combinations(names, src.Vars, base, func(vars map[string]string) bool { return yield(vars, nil) })
		}
		if src.Foreach == nil {
			combine(nil)
			return
		}
		for r, err := range h.Store.Scan(ctx, record.KindParty, "") {
			if err != nil {
				yield(nil, fmt.Errorf("foreach: %w", err))
				return
			}
			p, ok := r.(*record.Party)
			if ok && src.Foreach.wants(p) && !combine(map[string]string{src.Foreach.As: p.Name}) {
				return
			}
		}
	}
}

func (f *Foreach) wants(p *record.Party) bool {
	among := func(want []string, has func(string) bool) bool {
		return len(want) == 0 || slices.ContainsFunc(want, has)
	}
	return among(f.Countries, func(c string) bool { return slices.Contains(p.Countries, c) }) &&
		among(f.Lists, func(code string) bool {
			return slices.ContainsFunc(p.Lists, func(l record.Listing) bool { return l.Code == code })
		})
}

func combinations(names []string, values map[string][]string, base map[string]string, yield func(map[string]string) bool) bool {
	if len(names) == 0 {
		return yield(maps.Clone(base))
	}
	for _, v := range values[names[0]] {
		next := map[string]string{names[0]: v}
		maps.Copy(next, base)
		if !combinations(names[1:], values, next, yield) {
			return false
		}
	}
	return true
}
