package pipeline

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/tripoint-data/tripoint/parsers"
	"github.com/tripoint-data/tripoint/record"
)

// maxProblemsKept bounds the problems that a run remembers by their words;
// all are counted.
const maxProblemsKept = 1000

// batchSize is how many records go to the store at a time.
const batchSize = 256

// Parse reads a source's newest captures out of the archive into the store.
// It needs no network. Records that do not pass the source's gate are not
// taken: the last good ones stand, and the error says why.
func (h *House) Parse(ctx context.Context, src *Source) (record.Run, error) {
	run, err := h.begin(ctx, "parse", src.ID)
	if err != nil {
		return run, err
	}
	last, err := h.lastRecords(ctx, src.ID)
	if err != nil {
		return run, h.end(ctx, &run, err)
	}
	load, err := h.Store.Begin(ctx, src.ID, run.ID, src.Full)
	if err != nil {
		return run, h.end(ctx, &run, err)
	}
	count, problems, err := h.parseInto(ctx, src, load, last)
	run.Read, run.Records, run.Merged, run.Problems = count.Read, count.Records, count.Merged, count.Problems
	err = commit(ctx, load, err)
	if saved := h.Runs.SaveProblems(context.WithoutCancel(ctx), run.ID, problems); err == nil {
		err = saved
	}
	h.progress(Progress{Stage: "parse", Source: src.ID, Done: run.Records, Ended: true})
	return run, h.end(ctx, &run, err)
}

// parseInto reads a source's records into a load and judges them. The store
// sorts what it was given while the parser reads on.
func (h *House) parseInto(ctx context.Context, src *Source, load Load, last int) (parsers.Count, []record.Problem, error) {
	var (
		count             parsers.Count
		problems, refused problemList
		seen              = newTally(src.Gate)
		batches           = make(chan []record.Record, 2)
	)
	units, err := h.units(ctx, src)
	if err != nil {
		return count, nil, err
	}
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() error {
		for batch := range batches {
			if err := refused.take(load.Put(ctx, batch...)); err != nil {
				return err
			}
		}
		return nil
	})
	both.Go(func() error {
		defer close(batches)
		batch := make([]record.Record, 0, batchSize)
		send := func() error {
			select {
			case batches <- batch:
				batch = make([]record.Record, 0, batchSize)
				h.progress(Progress{Stage: "parse", Source: src.ID, Done: count.Records})
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		for _, u := range units {
			for r, err := range parsers.Read(ctx, src.Format, src.Parse, u, src.Unpack, &count) {
				if err != nil {
					if err := problems.take(err); err != nil {
						return fmt.Errorf("%s: %w", src.ID, err)
					}
					continue
				}
				src.mark(r)
				seen.add(r)
				if batch = append(batch, r); len(batch) == cap(batch) {
					if err := send(); err != nil {
						return err
					}
				}
			}
		}
		return send()
	})
	err = both.Wait()
	count.Records -= refused.n
	count.Problems += refused.n
	problems.add(refused.first...)
	if err == nil {
		if err = seen.judge(count, last); err != nil {
			err = fmt.Errorf("%s: %w", src.ID, err)
		}
	}
	return count, problems.first, err
}

// problemList is the first problems of a run and the number of all.
type problemList struct {
	first []record.Problem
	n     int
}

func (l *problemList) add(problems ...record.Problem) {
	l.n += len(problems)
	l.first = append(l.first, problems[:min(len(problems), maxProblemsKept-len(l.first))]...)
}

// take notes the problem that an error is, or the problems that it joins. Any
// other error comes back.
func (l *problemList) take(err error) error {
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	spoilt := make([]record.Problem, len(all))
	for i, one := range all {
		var p *record.Problem
		if !errors.As(one, &p) {
			return err
		}
		spoilt[i] = *p
	}
	l.add(spoilt...)
	return nil
}

// lastRecords is the number of records of a source's last good parse.
func (h *House) lastRecords(ctx context.Context, source string) (int, error) {
	for run, err := range h.Runs.Runs(ctx) {
		if err != nil {
			return 0, err
		}
		if run.Stage == "parse" && run.Source == source && (run.Status == "done" || run.Status == "partly") {
			return run.Records, nil
		}
	}
	return 0, nil
}

// mark says of invented records that they are.
func (s *Source) mark(r record.Record) {
	if s.Synthetic == nil || !s.Synthetic.MatchString(r.Ref().ID) {
		return
	}
	switch r := r.(type) {
	case *record.Patent:
		r.Synthetic = true
	case *record.Party:
		r.Synthetic = true
	case *record.Shipment:
		r.Synthetic = true
	}
}
