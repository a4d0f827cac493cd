package pipeline

import (
	"context"
	"iter"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/record"
)

// Decisions takes in the analysts' decisions: all of them, so that one that
// was withdrawn from its file is gone.
func (h *House) Decisions(ctx context.Context, all iter.Seq2[*record.Decision, error]) (record.Run, error) {
	return judge(ctx, h, "decide", "decisions", all)
}

// Link finds which names in documents may be which listed parties, by all that
// the store holds now.
func (h *House) Link(ctx context.Context) (record.Run, error) {
	return judge(ctx, h, "link", "links", link.Links(ctx, h.Store, link.Options{}))
}

// Findings gathers what follows from the links.
func (h *House) Findings(ctx context.Context) (record.Run, error) {
	return judge(ctx, h, "find", "findings", link.Findings(ctx, h.Store, link.Options{}))
}

// judge puts a stream of judgements in the place of the last ones.
func judge[T record.Record](ctx context.Context, h *House, stage, source string, all iter.Seq2[T, error]) (record.Run, error) {
	run, err := h.begin(ctx, stage, source)
	if err != nil {
		return run, err
	}
	load, err := h.Store.Begin(ctx, source, run.ID, true)
	if err != nil {
		return run, h.end(ctx, &run, err)
	}
	for r, judged := range all {
		if err = judged; err != nil {
			break
		}
		if err = load.Put(ctx, r); err != nil {
			break
		}
		run.Records++
		if run.Records%chunkSize == 0 {
			h.progress(Progress{Stage: stage, Source: source, Done: run.Records})
		}
	}
	err = commit(ctx, load, err)
	h.progress(Progress{Stage: stage, Source: source, Done: run.Records, Ended: true})
	return run, h.end(ctx, &run, err)
}
