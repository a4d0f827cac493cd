package pipeline

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/tripoint-data/tripoint/record"
)

// Classifier tags patents by one edition of the CET list.
type Classifier interface {
	Edition() string
	Classify(*record.Patent) []record.Tag
}

// Classify tags every patent in the store by one edition. Tags of other
// editions stay as they are.
func (h *House) Classify(ctx context.Context, by Classifier) (record.Run, error) {
	source := "cet/" + by.Edition()
	run, err := h.begin(ctx, "classify", source)
	if err != nil {
		return run, err
	}
	load, err := h.Store.Begin(ctx, source, run.ID, true)
	if err != nil {
		return run, h.end(ctx, &run, err)
	}
	put := func(patents []*record.Patent) error {
		run.Read += len(patents)
		for _, tags := range classifyAll(by, patents) {
			for i := range tags {
				run.Records++
				if err := load.Put(ctx, &tags[i]); err != nil {
					return err
				}
			}
		}
		h.progress(Progress{Stage: "classify", Source: source, Done: run.Read})
		return ctx.Err()
	}
	err = chunks(h.Store.Scan(ctx, record.KindPatent, ""), put)
	err = commit(ctx, load, err)
	h.progress(Progress{Stage: "classify", Source: source, Done: run.Read, Ended: true})
	return run, h.end(ctx, &run, err)
}

// classifyAll tags patents on all processors and keeps their order.
func classifyAll(by Classifier, patents []*record.Patent) [][]record.Tag {
	tags := make([][]record.Tag, len(patents))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	const share = 64
	for from := 0; from < len(patents); from += share {
		g.Go(func() error {
			for i := from; i < min(from+share, len(patents)); i++ {
				tags[i] = by.Classify(patents[i])
				for j := range tags[i] {
					tags[i][j].Synthetic = patents[i].Synthetic
				}
			}
			return nil
		})
	}
	_ = g.Wait() // the work returns no error
	return tags
}
