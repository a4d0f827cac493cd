package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/internal/metrics"
	"github.com/tripoint-data/tripoint/internal/pipeline"
	"github.com/tripoint-data/tripoint/internal/schedule"
	"github.com/tripoint-data/tripoint/record"
)

const (
	// defaultTimeout bounds a scheduled run of a source that names no timeout.
	defaultTimeout = 6 * time.Hour
	// maxKilled is how often a run that killed its process, or found no room, is
	// taken up at once; then it waits for its time.
	maxKilled = 3
	// timedOut begins the words of a run that ran into its timeout.
	timedOut = "timed out after "
)

// standing is how a source stands, by what its runs have left behind.
type standing struct {
	id   string
	plan *schedule.Plan // nil without a schedule

	crawl, parse   record.Run // the newest ones
	began          time.Time  // the first attempt
	first, success time.Time  // the first and the last success
	started        time.Time  // the last crawl that was not cut off
	ended          time.Time  // the newest stage that was not cut off
	late           time.Time  // it ran into its timeout, since the last success
	held           bool       // a gate held new data back, since the last success
	gate           string     // what it said
	records        int        // of the last success
	bytes          int64      // of all crawls
	unread         int64      // fetched since the last good parse
	stopped        bool       // the newest stage was
	killed         int        // the newest stages that were cut otherwise, in a row
}

// standings reads how sources stand. Runs that began after now are left out:
// the clock has been put back since, and must not keep a source waiting.
func standings(sources map[string]*config.Source, ids []string, all history, now time.Time) (map[string]*standing, error) {
	out := map[string]*standing{}
	for _, id := range ids {
		s := &standing{id: id}
		if src := sources[id]; src != nil {
			var err error
			if s.plan, err = planOf(src); err != nil {
				return nil, err
			}
		}
		out[id] = s
	}
	for _, run := range slices.Backward(all) {
		if s := out[run.Source]; s != nil && !run.Started.After(now) {
			s.take(run)
		}
	}
	return out, nil
}

// planOf is a source's schedule, or nil where it has none.
func planOf(s *config.Source) (*schedule.Plan, error) {
	if s.Schedule == nil {
		return nil, nil
	}
	plan, err := schedule.New(schedule.Options{
		Cron: s.Schedule.Cron.Expression, Zone: s.Schedule.Timezone, Jitter: s.Schedule.Jitter,
		Source: s.ID, Catchup: s.Schedule.Catchup,
	})
	if err != nil {
		return nil, usagef("%s: schedule: %w", s.File, err)
	}
	return plan, nil
}

func timeoutOf(s *config.Source) time.Duration {
	if s.Schedule == nil {
		return 0
	}
	return cmp.Or(s.Schedule.Timeout, defaultTimeout)
}

// take adds a run to what those before it have left behind.
func (s *standing) take(run record.Run) {
	switch run.Stage {
	case "crawl":
		s.crawl = run
		s.bytes += run.Bytes
		s.unread += run.Bytes
		if s.began.IsZero() {
			s.began = run.Started
		}
	case "parse":
		if run.Status == "unchanged" {
			run.Problems = s.parse.Problems
		}
		s.parse = run
	default:
		return
	}
	s.stopped = run.Status == "stopped"
	cut := wasCut(run)
	switch {
	case cut:
		s.killed++
	case run.Stage == "parse" || run.Status != "done": // a crawl that went well says nothing of the parse
		s.killed = 0
	}
	whole := !cut && !s.stopped
	if whole {
		s.ended = run.Ended
	}
	if run.Stage == "crawl" && (whole || s.killed >= maxKilled) {
		s.started = run.Started
	}
	switch {
	case run.Status == "failed" && strings.Contains(run.Error, timedOut):
		s.late = run.Ended
	case run.Status == "failed" && strings.Contains(run.Error, pipeline.ErrGate.Error()):
		s.held, s.gate = true, run.Error
	case run.Stage == "parse" && good(run):
		s.unread = 0
		if !good(s.crawl) { // read again out of the archive
			return
		}
		s.success, s.records = run.Ended, run.Records
		s.late, s.held = time.Time{}, false
		if s.first.IsZero() {
			s.first = run.Ended
		}
	}
}

// wasCut says that a run did not come to its end by no fault of its source: its
// process was killed, or its records could not be stored.
func wasCut(r record.Run) bool {
	words := strings.TrimPrefix(r.Error, r.Source+": ")
	return r.Status == "killed" || r.Status == "running" ||
		r.Status == "failed" && r.Stage == "parse" && (strings.HasPrefix(words, "store: ") || strings.Contains(words, syscall.ENOSPC.Error()))
}

func good(r record.Run) bool {
	return r.Status == "done" || r.Status == "partly" || r.Status == "unchanged"
}

// unfinished says that the last run was cut off, and is to go on at once.
func (s *standing) unfinished() bool {
	unread := s.crawl.Status == "done" && s.parse.Started.Before(s.crawl.Started)
	return s.stopped || (s.killed > 0 || unread) && s.killed < maxKilled
}

// due is how many runs are to be made now.
func (s *standing) due(now time.Time) int {
	switch {
	case s.plan == nil:
		return 0
	case s.unfinished():
		return 1
	}
	return len(s.plan.Due(s.started, now))
}

// next is when the source runs next; zero without a schedule.
func (s *standing) next(now time.Time) time.Time {
	switch {
	case s.plan == nil:
		return time.Time{}
	case s.due(now) > 0:
		return now
	}
	return s.plan.Next(now)
}

// staleFrom is when the source is stale unless it succeeds; zero for never.
// The last of the runs that may fail before has its time to end.
func (s *standing) staleFrom(timeout time.Duration) time.Time {
	base := s.success
	if base.IsZero() {
		base = s.began
	}
	switch {
	case !s.late.IsZero():
		return s.late
	case s.plan == nil || base.IsZero():
		return time.Time{}
	}
	from := s.plan.Stale(base)
	if from.After(s.ended) {
		from = from.Add(timeout)
	}
	return from
}

// stale says that the source was stale when its last stage had ended.
func (s *standing) stale() bool {
	from := s.staleFrom(0)
	return !from.IsZero() && !from.After(s.ended)
}

// state is how the source stands, in a word, and why in a line.
func (s *standing) state(timeout time.Duration, now time.Time) (word, why string) {
	last := s.crawl
	if good(s.crawl) && !s.parse.Started.Before(s.crawl.Started) { // else it was read again out of the archive
		last = s.parse
	}
	from := s.staleFrom(timeout)
	switch {
	case last.ID == "":
		return "new", ""
	case s.held:
		word = "held"
	case !from.IsZero() && !from.After(now):
		word = "stale"
	case s.unfinished():
		word = "unfinished"
	case !good(last) || last.Stage == "crawl" && last.Status != "done":
		word = "failed"
	default:
		return "ok", ""
	}
	return word, cmp.Or(last.Error, last.Status)
}

// told is the source as the metrics tell it.
func (s *standing) told(timeout time.Duration, now time.Time) metrics.Source {
	return metrics.Source{
		ID: s.id, LastSuccess: s.success, Next: s.next(now), StaleFrom: s.staleFrom(timeout), Held: s.held,
		Records: s.records, Problems: s.parse.Problems, Captures: s.crawl.Captures, Bytes: s.bytes,
	}
}

// metricsOf is the house as the metrics tell it.
func (a *app) metricsOf(cfg *config.Config, sources map[string]*config.Source, all history, failed error) (metrics.State, error) {
	now := a.now()
	known, err := standings(sources, cfg.Sources, all, now)
	if err != nil {
		return metrics.State{}, err
	}
	state := metrics.State{Disk: func() metrics.Disk { return a.disk(a.data(cfg, "")) }, Failed: failed}
	for _, id := range cfg.Sources {
		state.Sources = append(state.Sources, known[id].told(timeoutOf(sources[id]), now))
	}
	seen := map[string]bool{}
	for _, run := range all {
		if key := run.Stage + " " + run.Source; !run.Ended.IsZero() && !run.Started.After(now) && run.Stage != tellStage && !seen[key] {
			seen[key] = true
			state.Stages = append(state.Stages, metrics.Stage{Stage: run.Stage, Source: run.Source, Took: run.Ended.Sub(run.Started)})
		}
	}
	state.Published = all.newest(now, "snapshot", func(r record.Run) bool { return r.Status == "done" }).Ended
	return state, nil
}

// sinceWords says when a source last succeeded.
func (s *standing) sinceWords() string {
	if s.success.IsZero() {
		return "it has never succeeded"
	}
	return fmt.Sprintf("its last success was %s", s.success.UTC().Format("2006-01-02 15:04Z"))
}
