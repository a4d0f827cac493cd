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
// whether all is published and told.
func dueHistory(ctx context.Context, s runsKeeper, ids []string, now time.Time) (history, error) {
	var all history
	wanted := map[string]bool{"snapshot": true, tellStage: true}
	for _, id := range ids { // a crawl that was not cut off, and what the count of those that were begins with
		wanted["crawl "+id], wanted["parse "+id] = true, true
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
		case run.Stage == "snapshot" && good(run), run.Stage == tellStage && good(run):
			delete(wanted, run.Stage)
		case run.Status == "stopped" || wasCut(run):
		case run.Stage == "crawl":
			delete(wanted, "crawl "+run.Source)
			if run.Status != "done" {
				delete(wanted, "parse "+run.Source)
			}
		case run.Stage == "parse":
			delete(wanted, "parse "+run.Source)
		}
	}
	return all, nil
}

func recentHistory(ctx context.Context, s runsKeeper, now time.Time) (history, error) {
	return readHistory(ctx, s, now.Add(-farBack))
}

// newest is the last run of a stage that fits. Runs that began after now are
// left out, here as in standings.
func (all history) newest(now time.Time, stage string, fits func(record.Run) bool) record.Run {
	for _, run := range all {
		if run.Stage == stage && !run.Started.After(now) && fits(run) {
			return run
		}
	}
	return record.Run{}
}

// unpublished says that records came in after the last snapshot was begun.
func (all history) unpublished(now time.Time) bool {
	parsed := all.newest(now, "parse", func(r record.Run) bool { return r.Status == "done" || r.Status == "partly" })
	published := all.newest(now, "snapshot", good)
	return parsed.Ended.After(published.Started)
}

// untold says that a stage came to its end after it was last told what has
// happened.
func (all history) untold(now time.Time) bool {
	last := all.newest(now, tellStage, good)
	ended := func(r record.Run) bool { return r.Status != "stopped" && r.Ended.After(last.Started) }
	return all.newest(now, "crawl", ended).ID != "" || all.newest(now, "parse", ended).ID != ""
}

// told is what was told last.
func (all history) told(now time.Time) told {
	return readTold(all.newest(now, tellStage, func(r record.Run) bool { return good(r) || r.Status == "stopped" }).Error)
}
