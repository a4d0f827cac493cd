package main

import (
	"context"
	"iter"
	"time"

	"github.com/tripoint-data/tripoint/record"
)

// history is the runs of the store, the newest first.
type history []record.Run

// farBack is how far back it is looked to see what is due: farther than the
// longest time between two runs.
const farBack = 400 * 24 * time.Hour

// runsKeeper is a store, open for reading or for writing.
type runsKeeper interface {
	Runs(context.Context) iter.Seq2[record.Run, error]
}

// readHistory reads the runs that began since a time; all, of a zero one.
func readHistory(ctx context.Context, s runsKeeper, since time.Time) (history, error) {
	var all history
	for run, err := range s.Runs(ctx) {
		if err != nil {
			return nil, err
		}
		if run.Started.Before(since) {
			break
		}
		all = append(all, run)
	}
	return all, nil
}

// dueHistory reads back as far as is needed to say what is due of sources, and
// whether all is published.
func dueHistory(ctx context.Context, s runsKeeper, ids []string, now time.Time) (history, error) {
	var all history
	wanted := map[string]bool{"": true} // a snapshot, and a crawl of each that was not cut off
	for _, id := range ids {
		wanted[id] = true
	}
	for run, err := range s.Runs(ctx) {
		if err != nil {
			return nil, err
		}
		if len(wanted) == 0 || run.Started.Before(now.Add(-farBack)) {
			break
		}
		all = append(all, run)
		switch {
		case run.Started.After(now):
		case run.Stage == "snapshot" && good(run):
			delete(wanted, "")
		case run.Stage == "crawl" && run.Status != "stopped" && run.Status != "killed" && run.Status != "running":
			delete(wanted, run.Source)
		}
	}
	return all, nil
}

func recentHistory(ctx context.Context, s runsKeeper, now time.Time) (history, error) {
	return readHistory(ctx, s, now.Add(-farBack))
}

// newest is the last run of a stage that fits.
func (all history) newest(stage string, fits func(record.Run) bool) record.Run {
	for _, run := range all {
		if run.Stage == stage && fits(run) {
			return run
		}
	}
	return record.Run{}
}

// unpublished says that records came in after the last snapshot was begun.
func (all history) unpublished() bool {
	parsed := all.newest("parse", func(r record.Run) bool { return r.Status == "done" || r.Status == "partly" })
	published := all.newest("snapshot", func(r record.Run) bool { return r.Status == "done" || r.Status == "unchanged" })
	return parsed.Ended.After(published.Started)
}
