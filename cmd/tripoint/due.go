package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/internal/metrics"
	"github.com/tripoint-data/tripoint/internal/schedule"
	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/bolt"
)

// runDue runs what is due of the sources named, or of all that tripoint.yaml
// names, and says so if nothing is. To be stopped is no failure.
func (a *app) runDue(ctx context.Context, names []string, file string) error {
	cfg, sources, err := a.load()
	if err != nil {
		return err
	}
	ids, err := a.scheduled(cfg, sources, names)
	if err != nil {
		return err
	}
	all, err := a.peek(cfg, func(s runsKeeper) (history, error) {
		if file != "" { // the metrics tell of all
			return readHistory(ctx, s, time.Time{})
		}
		return dueHistory(ctx, s, ids, a.now())
	})
	if err == nil {
		known, err := standings(sources, ids, all, a.now())
		if err != nil {
			return err
		}
		if len(dueOf(known, a.now())) == 0 && !all.unpublished(a.now()) && !all.untold(a.now()) {
			fmt.Fprintln(a.errOut, "nothing is due;", comingOf(known, a.now()))
			return a.metricsFile(cfg, sources, all, file, nil)
		}
	}
	return a.inHouse(ctx, func(h *house) error {
		jobs, err := a.dueJobs(ctx, h, ids)
		if err != nil {
			return err
		}
		runs, where, err := a.batch(ctx, h, jobs, false)
		if ctx.Err() != nil && errors.Is(err, context.Canceled) { // as the daemon: nothing is lost
			fmt.Fprintln(a.errOut, "stopped; the next run goes on from here")
			err = nil
		}
		return errors.Join(a.printBatch(runs, where), err, a.writeMetrics(ctx, h, file, err))
	})
}

// scheduled is the sources that run by their schedule: of those named or, if
// none is, of all. Those that may not be crawled are left out.
func (a *app) scheduled(cfg *config.Config, sources map[string]*config.Source, names []string) ([]string, error) {
	all := names
	if len(all) == 0 {
		all = cfg.Sources
	}
	var ids []string
	for _, id := range all {
		s := sources[id]
		switch {
		case s == nil:
			return nil, usagef("no source is named %q; tripoint check lists them", id)
		case !slices.Contains(cfg.Sources, id):
			return nil, usagef("%s is not among the sources of %s: name it there, or run it with tripoint run %s", id, config.FileName, id)
		case s.Schedule == nil && len(names) > 0:
			return nil, usagef("%s has no schedule: give it one, or run it with tripoint run %s", id, id)
		case s.Schedule == nil:
			continue
		}
		if err := mayCrawl(cfg, s); err != nil {
			a.log.Warn("a source is left out", "source", id, "why", err)
			continue
		}
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil, usagef("no source is to run by a schedule: name some with a schedule under sources in %s", config.FileName)
	}
	return ids, nil
}

// peek reads the history beside other readers. A store that is not there yet
// has none.
func (a *app) peek(cfg *config.Config, read func(runsKeeper) (history, error)) (all history, err error) {
	if _, err := os.Stat(a.data(cfg, storeDir)); errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	err = a.inStore(func(s *bolt.Store) (err error) {
		all, err = read(s)
		return err
	})
	return all, err
}

// whole reads all of the history.
func (a *app) whole(ctx context.Context, cfg *config.Config) (history, error) {
	return a.peek(cfg, func(s runsKeeper) (history, error) { return readHistory(ctx, s, time.Time{}) })
}

// dueOf is the sources that are due, and how often each.
func dueOf(known map[string]*standing, now time.Time) map[string]int {
	due := map[string]int{}
	for id, s := range known {
		if n := s.due(now); n > 0 {
			due[id] = n
		}
	}
	return due
}

// comingOf says what runs next.
func comingOf(known map[string]*standing, now time.Time) string {
	var first *standing
	for _, s := range known {
		if first == nil || cmp.Or(s.next(now).Compare(first.next(now)), cmp.Compare(s.id, first.id)) < 0 {
			first = s
		}
	}
	return fmt.Sprintf("the next is %s at %s", first.id, first.next(now).UTC().Format("2006-01-02 15:04:05Z"))
}

// dueJobs makes the jobs that are due now, those that may take long last.
func (a *app) dueJobs(ctx context.Context, h *house, ids []string) ([]job, error) {
	all, err := dueHistory(ctx, h.store, ids, a.now())
	if err != nil {
		return nil, err
	}
	known, err := standings(h.sources, ids, all, a.now())
	if err != nil {
		return nil, err
	}
	due := dueOf(known, a.now())
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return due[id] == 0 })
	if len(ids) == 0 {
		return nil, nil
	}
	chosen, err := h.chosen(ids)
	if err != nil {
		return nil, err
	}
	jobs := jobsOf(chosen)
	for i, id := range ids {
		jobs[i].times, jobs[i].timeout = due[id], timeoutOf(h.sources[id])
		if due[id] == schedule.MostRuns {
			a.log.WarnContext(ctx, "so many runs were missed that only the newest are made up for", "source", id, "runs", due[id])
		}
	}
	slices.SortStableFunc(jobs, func(a, b job) int { return cmp.Compare(a.timeout, b.timeout) })
	return jobs, nil
}

// printBatch prints what a batch did.
func (a *app) printBatch(runs []record.Run, where string) error {
	if where != "" {
		fmt.Fprintln(a.errOut, "snapshot:", where)
	}
	return a.printRuns(runs)
}

// writeMetrics writes the metrics of an open house to a file, if one is named.
func (a *app) writeMetrics(ctx context.Context, h *house, file string, failed error) error {
	if file == "" {
		return nil
	}
	all, err := readHistory(context.WithoutCancel(ctx), h.store, time.Time{})
	if err != nil {
		return err
	}
	return a.metricsFile(h.cfg, h.sources, all, file, ofBatch(failed))
}

// ofBatch is an error that ended a batch. That some sources failed is told by
// each of them.
func ofBatch(err error) error {
	var e *exit
	if errors.As(err, &e) && e.code == exitPartly {
		return nil
	}
	return err
}

func (a *app) metricsFile(cfg *config.Config, sources map[string]*config.Source, all history, file string, failed error) error {
	if file == "" {
		return nil
	}
	state, err := a.metricsOf(cfg, sources, all, failed)
	if err != nil {
		return err
	}
	board := metrics.New(version(), a.now)
	board.Set(state)
	return board.WriteFile(file)
}
