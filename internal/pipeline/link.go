package pipeline

import (
	"context"
	"errors"
	"iter"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/record"
)

// Decisions takes in the analysts' decisions: all of them, so that one that
// was withdrawn from its file is gone.
func (h *House) Decisions(ctx context.Context, all iter.Seq2[*record.Decision, error]) (record.Run, error) {
	return judge(ctx, h, "decide", "decisions", all)
}

// The tables that linking keeps in the store.
const (
	linkMemory  = "links" // what the last linking left behind
	tokenCounts = "tokencounts"
)

// Link finds which names in documents may be which listed parties, by all that
// the store holds now. It makes anew what can have changed since the last
// time; the links are those that LinkAll makes.
func (h *House) Link(ctx context.Context) (record.Run, error) {
	last, err := h.artefact(ctx, linkMemory)
	if err != nil {
		return record.Run{}, err
	}
	return h.link(ctx, last)
}

// LinkAll is Link without regard to the last time.
func (h *House) LinkAll(ctx context.Context) (record.Run, error) { return h.link(ctx, nil) }

// link puts links in the place of the last ones. What the last linking left
// behind is of no use once they stand, and is gone before: a run that is killed
// makes the next one link all.
func (h *House) link(ctx context.Context, last []byte) (run record.Run, err error) {
	l := link.NewLinking(h.Store, link.Options{}, h.Engine, last)
	if err := h.Store.SaveArtefact(ctx, linkMemory, nil); err != nil {
		return run, err
	}
	run, err = judge(ctx, h, "link", "links", l.Links(ctx))
	if err != nil { // the store is as it was
		return run, errors.Join(err, h.Store.SaveArtefact(context.WithoutCancel(ctx), linkMemory, last))
	}
	if h.Linked != nil {
		h.Linked(l.Tally())
	}
	memory, err := l.Memory()
	if err != nil {
		return run, err
	}
	return run, h.Store.SaveArtefact(ctx, linkMemory, memory)
}

// Counts are the counts by which words are weighed, as names.UseCounts takes
// them: "" for the shipped ones, until Refit and after Unfit.
func (h *House) Counts(ctx context.Context) (string, error) {
	text, err := h.artefact(ctx, tokenCounts)
	return string(text), err
}

// Refit fits the counts by which words are weighed to the distinct names of
// the shipments that the store holds, and keeps them: until the next Refit
// they stay as they are, whatever comes in. It says of how many names they
// are.
func (h *House) Refit(ctx context.Context) (text string, distinct int, err error) {
	text, distinct, err = link.FitCounts(ctx, h.Store)
	if err != nil {
		return "", 0, err
	}
	return text, distinct, h.Store.SaveArtefact(ctx, tokenCounts, []byte(text))
}

// Unfit goes back to the shipped counts.
func (h *House) Unfit(ctx context.Context) error {
	return h.Store.SaveArtefact(ctx, tokenCounts, nil)
}

// artefact returns a table that the store keeps, or nil.
func (h *House) artefact(ctx context.Context, name string) ([]byte, error) {
	b, err := h.Store.Artefact(ctx, name)
	if errors.Is(err, record.ErrNotFound) {
		return nil, nil
	}
	return b, err
}

// Findings gathers what follows from the links.
func (h *House) Findings(ctx context.Context) (record.Run, error) {
	return judge(ctx, h, "find", "findings", link.Findings(ctx, h.Store, link.Options{Diversion: h.Diversion}))
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
