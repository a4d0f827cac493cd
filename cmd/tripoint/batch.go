package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/tripoint-data/tripoint/internal/pipeline"
	"github.com/tripoint-data/tripoint/record"
)

// runAll runs the stages in their order and publishes. It returns what ran and
// the snapshot's folder.
func (a *app) runAll(ctx context.Context, h *house, names []string) (runs []record.Run, where string, err error) {
	sources, err := h.chosen(names)
	if err != nil {
		return nil, "", err
	}
	return a.batch(ctx, h, jobsOf(sources), true)
}

// batch crawls and parses, publishes once, and tells what happened, even where
// it was stopped before. Unless it is to publish always, it does so only where a
// record has changed. It returns what ran and the snapshot's folder.
func (a *app) batch(ctx context.Context, h *house, jobs []job, always bool) (runs []record.Run, where string, err error) {
	before, err := dueHistory(ctx, h.store, nil, a.now())
	if err != nil {
		return nil, "", err
	}
	crawl, parse := stage(crawlStage), stage(parseStage)
	if !always {
		crawl, parse = timed(crawlStage), timed(a.parseNew)
	}
	partly := each(ctx, h, jobs, &runs, crawl, inTurn(parse))
	if err = ctx.Err(); err == nil {
		where, err = a.publishNew(ctx, h, &runs, always || before.unpublished(a.now()))
	}
	err = errors.Join(err, a.tellAll(ctx, h, jobs, errors.Join(err, partly)))
	if err != nil {
		return runs, where, unpublished(err, partly)
	}
	return runs, where, partly
}

// publishNew publishes if it must or a record has changed.
func (a *app) publishNew(ctx context.Context, h *house, runs *[]record.Run, must bool) (where string, err error) {
	h.turn.Lock()
	defer h.turn.Unlock()
	if !must && !h.changed.Load() {
		run, err := h.note(ctx, "snapshot", "snapshots", func(run *record.Run) error {
			run.Status = "unchanged"
			return nil
		})
		*runs = append(*runs, run)
		return "", err
	}
	if where, err = a.publishAll(ctx, h, runs); err == nil {
		h.changed.Store(false)
	}
	return where, err
}

// inTurn runs a stage alone: others may crawl meanwhile.
func inTurn(one stage) stage {
	return func(ctx context.Context, h *house, src *pipeline.Source) (record.Run, error) {
		h.turn.Lock()
		defer h.turn.Unlock()
		return one(ctx, h, src)
	}
}

// parseNew parses a source unless it is a growing set to which nothing was
// added since it was parsed: its records stand as they are.
func (a *app) parseNew(ctx context.Context, h *house, src *pipeline.Source) (record.Run, error) {
	if !src.Full {
		all, err := recentHistory(ctx, h.store, a.now())
		if err != nil {
			return record.Run{}, err
		}
		known, err := standings(h.sources, []string{src.ID}, all, a.now())
		if err != nil {
			return record.Run{}, err
		}
		if s := known[src.ID]; s.unread == 0 && good(s.parse) {
			return h.note(ctx, "parse", src.ID, func(run *record.Run) error {
				run.Status, run.Records = "unchanged", s.parse.Records
				return nil
			})
		}
	}
	return parseStage(ctx, h, src)
}

// publishAll classifies, links and publishes all that the store holds.
func (a *app) publishAll(ctx context.Context, h *house, runs *[]record.Run) (where string, err error) {
	for _, edition := range h.cfg.Editions {
		run, err := a.classifyStore(ctx, h, edition)
		if err = h.noted(ctx, run, err, runs); err != nil {
			return "", err
		}
	}
	linked, err := a.linkStore(ctx, h)
	for i, run := range linked {
		if i == len(linked)-1 {
			err = h.noted(ctx, run, err, runs)
			break
		}
		*runs = append(*runs, run)
	}
	if err != nil {
		return "", err
	}
	run, err := h.note(ctx, "snapshot", "snapshots", func(*record.Run) (err error) {
		where, err = a.publish(ctx, h, false)
		return err
	})
	return where, h.noted(ctx, run, err, runs)
}

// noted adds a run to what ran, and says of one that a signal ended that it
// was stopped.
func (h *house) noted(ctx context.Context, run record.Run, err error, runs *[]record.Run) error {
	if err != nil && ctx.Err() != nil {
		err = h.cutOff(ctx, &run)
	}
	*runs = append(*runs, run)
	return err
}

// note keeps a run of what is no stage of the pipeline.
func (h *house) note(ctx context.Context, stage, source string, do func(*record.Run) error) (record.Run, error) {
	run := h.newRun(stage, source)
	err := h.store.SaveRun(ctx, run)
	if err != nil {
		return run, err
	}
	run.Status = "done"
	if err = do(&run); err != nil {
		run.Status, run.Error = "failed", err.Error()
	}
	run.Ended = h.stages.Now().UTC()
	return run, errors.Join(err, h.store.SaveRun(context.WithoutCancel(ctx), run))
}

func (h *house) newRun(stage, source string) record.Run {
	run := record.Run{Source: source, Stage: stage, Started: h.stages.Now().UTC(), Status: "running"}
	run.ID = fmt.Sprintf("%s-%s-%s", run.Started.Format("20060102T150405.000Z"), stage, source)
	return run
}

// unpublished is the error of a run that ended before it published: what ended
// it decides the exit code, what went wrong before is said as well.
func unpublished(err, partly error) error { return &exit{worst(err), errors.Join(err, partly)} }

// markKilled marks the runs that a killed process has left running: who has
// the store open for writing is alone.
func (h *house) markKilled(ctx context.Context) error {
	ended := 0
	for run, err := range h.store.Runs(ctx) {
		switch {
		case err != nil:
			return err
		case run.Status == "running":
			run.Status, run.Error = "killed", "the process ended in the middle of it: the next run goes on"
			if err := h.store.SaveRun(ctx, run); err != nil {
				return err
			}
		default:
			ended++
		}
		if ended == mostAtOnce {
			break
		}
	}
	return nil
}

// mostAtOnce is more runs than are ever under way at once.
const mostAtOnce = 100
