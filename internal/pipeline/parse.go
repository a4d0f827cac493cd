package pipeline

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/tripoint-data/tripoint/parsers"
	"github.com/tripoint-data/tripoint/record"
)

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
	in := intake{house: h, src: src, seen: newTally(src.Gate), batches: make(chan []record.Record, 2)}
	err = in.into(ctx, load, last)
	run.Read, run.Records, run.Merged, run.Problems = in.count.Read, in.count.Records, in.count.Merged, in.count.Problems
	if in.audit.Rows > 0 {
		run.Audit = &in.audit
	}
	err = commit(ctx, load, err)
	if saved := h.Runs.SaveProblems(context.WithoutCancel(ctx), run.ID, in.problems.first); err == nil {
		err = saved
	}
	h.progress(Progress{Stage: "parse", Source: src.ID, Done: run.Records, Ended: true})
	return run, h.end(ctx, &run, err)
}

// into reads a source's records into a load and judges them. The store sorts
// what it was given while the parser reads on.
func (in *intake) into(ctx context.Context, load Load, last int) error {
	units, err := in.house.units(ctx, in.src)
	if err != nil {
		return err
	}
	var refused problemList // by the store
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() error {
		for batch := range in.batches {
			if err := refused.take(load.Put(ctx, batch...)); err != nil {
				return err
			}
		}
		return nil
	})
	both.Go(func() error {
		defer close(in.batches)
		return in.read(ctx, units)
	})
	err = both.Wait()
	in.count.Records -= refused.n
	in.count.Problems += refused.n
	in.problems.add(refused.first...)
	if err == nil {
		err = in.seen.judge(in.count, last)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", in.src.ID, err)
	}
	return err
}

// intake is what one parse reads on its way to the store.
type intake struct {
	house    *House
	src      *Source
	count    parsers.Count // of the units that were read
	taken    int           // records, those of the unit that is being read too
	audit    record.Audit  // the same
	problems problemList
	seen     *tally
	batch    []record.Record
	batches  chan []record.Record
}

// read reads all units. Of a source that only grows, one that cannot be read
// is a problem: a page that was spoilt on its way takes no other one with it,
// and no record is taken for missing.
func (in *intake) read(ctx context.Context, units []record.Unit) error {
	var side sync.WaitGroup
	defer side.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for r := range readAhead(ctx, in.src, units, &side) {
		err := in.unit(ctx, r)
		if err != nil && len(units) > 1 && !in.src.Full && ctx.Err() == nil {
			in.count.Read++
			in.count.Problems++
			in.problems.add(record.Problem{Origin: r.unit.Origin, Err: err})
			err = nil
		}
		if err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return in.send(ctx)
}

// unit takes what was read of a unit. The first error but a problem ends it.
func (in *intake) unit(ctx context.Context, r *reading) (failed error) {
	for batch := range r.batches {
		for _, i := range batch {
			if failed != nil {
				break
			}
			failed = in.take(ctx, i.record, i.err)
		}
	}
	in.count.Add(r.count)
	in.audit.Add(&r.audit)
	return failed
}

func (in *intake) take(ctx context.Context, r record.Record, err error) error {
	if err != nil {
		return in.problems.take(err)
	}
	in.src.mark(r)
	in.seen.add(r)
	in.taken++
	if in.batch = append(in.batch, r); len(in.batch) == batchSize {
		return in.send(ctx)
	}
	return nil
}

// send hands the batch over and begins another.
func (in *intake) send(ctx context.Context) error {
	select {
	case in.batches <- in.batch:
		in.batch = make([]record.Record, 0, batchSize)
		in.house.progress(Progress{Stage: "parse", Source: in.src.ID, Done: in.taken})
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
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
