package pipeline

import (
	"context"
	"runtime"
	"sync"

	"github.com/tripoint-data/tripoint/parsers"
	"github.com/tripoint-data/tripoint/record"
)

const (
	aheadItems   = 256 // what a unit hands over at a time
	aheadBatches = 2   // that wait for a unit's turn; then its reading waits too
	aheadUnits   = 4   // read and waiting for their turn, a processor
)

// reading is a unit whose records are read before it is their turn.
type reading struct {
	unit    record.Unit
	batches chan []item
	count   parsers.Count // once batches is closed
	audit   record.Audit  // the same
}

// item is one step of a stream.
type item struct {
	record record.Record
	err    error
}

// readAhead reads units side by side, as many as there are processors, and
// hands each over in its turn: what a source says last stands, however long a
// page before it takes. The caller ends ctx before it waits for side.
func readAhead(ctx context.Context, src *Source, units []record.Unit, side *sync.WaitGroup) <-chan *reading {
	busy := make(chan struct{}, runtime.GOMAXPROCS(0)) // given out in order: the one whose turn it is has a place
	turns := make(chan *reading, aheadUnits*cap(busy))
	side.Go(func() {
		defer close(turns)
		for _, u := range units {
			r := &reading{unit: u, batches: make(chan []item, aheadBatches)}
			r.unit.Audit = &r.audit
			select {
			case busy <- struct{}{}:
			case <-ctx.Done():
				return
			}
			side.Go(func() {
				defer func() { <-busy }()
				r.run(ctx, src)
			})
			select {
			case turns <- r:
			case <-ctx.Done():
				return
			}
		}
	})
	return turns
}

func (r *reading) run(ctx context.Context, src *Source) {
	defer close(r.batches)
	var batch []item
	send := func() bool {
		select {
		case r.batches <- batch:
			batch = nil
			return true
		case <-ctx.Done():
			return false
		}
	}
	for rec, err := range parsers.Read(ctx, src.Format, src.Parse, r.unit, src.Unpack, &r.count) {
		if batch = append(batch, item{rec, err}); len(batch) == aheadItems && !send() {
			return
		}
	}
	send()
}
