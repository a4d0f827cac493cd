package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/internal/notify"
)

const (
	// tellStage is the stage of the runs that remember what was told.
	tellStage = "tell"
	// tellTime is the time in which all that a batch has to tell is told, and
	// stopTime what is left of it when the process is to stop.
	tellTime, stopTime = 30 * time.Second, 10 * time.Second
)

// told is what was told and still is so: events by told.key. It is kept as the
// words of a run, so that an event is told once even if the process that found
// it was killed before it could tell.
type told map[string]bool

func (told) key(event, source string) string { return strings.TrimSpace(event + " " + source) }

// take adds an event that was told.
func (t told) take(e notify.Event) {
	if e.Event != notify.Recovered {
		t[t.key(e.Event, e.Source)] = true
		return
	}
	for _, was := range []string{notify.Gate, notify.Stale, notify.Disk} {
		delete(t, t.key(was, e.Source))
	}
}

// String is the words that readTold understands.
func (t told) String() string { return strings.Join(slices.Sorted(maps.Keys(t)), "; ") }

func readTold(words string) told {
	t := told{}
	for key := range strings.SplitSeq(words, "; ") {
		if key != "" {
			t[key] = true
		}
	}
	return t
}

// tellAll tells who is to be told what has come about since it was last told.
// It outlives a process that is to stop. That nobody could be told is logged,
// and fails no run: it is told with the next batch.
func (a *app) tellAll(ctx context.Context, h *house, jobs []job, failed error) error {
	patient, cancel := patience(ctx)
	defer cancel()
	h.telling.Lock()
	defer h.telling.Unlock()
	keep := context.WithoutCancel(ctx)
	run := h.newRun(tellStage, "events") // before the history is read: what ends meanwhile is looked at again
	all, err := recentHistory(keep, h.store, a.now())
	if err != nil {
		return err
	}
	known := all.told(a.now())
	news, err := a.news(h, jobs, all, known, failed)
	if err != nil || len(news) == 0 && !all.untold(a.now()) {
		return err
	}
	run.Status = "done"
	teller := notify.Teller{Dir: a.dir}
	for i, out := range teller.Tell(patient, news...) {
		e := news[i].Event
		if out.Err != nil {
			a.log.ErrorContext(ctx, "an event could not be told", "event", e.Event, "source", e.Source, "error", out.Err)
		}
		switch {
		case out.Reached:
			known.take(e)
		case ctx.Err() != nil:
			run.Status = "stopped" // the next run tells it
		}
	}
	run.Ended, run.Error = a.now().UTC(), known.String()
	if err := h.store.SaveRun(keep, run); err != nil { // then it is told again
		a.log.WarnContext(ctx, "what was told could not be kept", "error", err)
	}
	return nil
}

// patience is a context that bounds the telling of a batch.
func patience(ctx context.Context) (context.Context, context.CancelFunc) {
	patient, cancel := context.WithTimeout(context.WithoutCancel(ctx), tellTime)
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-patient.Done():
		case <-time.After(stopTime):
			cancel()
		}
	})
	return patient, func() { stop(); cancel() }
}

// news is what has come about and was not told: of the sources that
// tripoint.yaml names, of those that a batch has run, and of the disk.
func (a *app) news(h *house, jobs []job, all history, known told, failed error) ([]notify.Message, error) {
	ids := slices.Clone(h.cfg.Sources)
	for _, j := range jobs {
		if !slices.Contains(ids, j.src.ID) {
			ids = append(ids, j.src.ID)
		}
	}
	stand, err := standings(h.sources, ids, all, a.now())
	if err != nil {
		return nil, err
	}
	var out []notify.Message
	for _, id := range ids {
		for _, e := range happened(known, stand[id]) {
			e.Title, e.Time = h.sources[id].Title, a.now().UTC()
			out = append(out, notify.Message{Event: e, To: targets(notifyOf(h.cfg, h.sources[id]))})
		}
	}
	if e := a.ofDisk(h, known, failed); e.Event != "" {
		var who []*config.Notify
		for _, id := range h.cfg.Sources {
			who = append(who, notifyOf(h.cfg, h.sources[id]))
		}
		out = append(out, notify.Message{Event: e, To: targets(who...)})
	}
	return out, nil
}

// happened is what has come about of a source and was not told.
func happened(known told, s *standing) []notify.Event {
	var out []notify.Event
	add := func(event, format string, args ...any) {
		out = append(out, notify.Event{
			Event: event, Source: s.id, Text: fmt.Sprintf(format, args...),
			LastSuccess: s.success, Records: s.records,
		})
	}
	held, stale := known[known.key(notify.Gate, s.id)], known[known.key(notify.Stale, s.id)]
	if s.held && !held {
		add(notify.Gate, "%s", s.gate)
	}
	if s.stale() && !stale {
		last := s.crawl.Error
		if !s.parse.Started.Before(s.crawl.Started) && s.parse.Error != "" {
			last = s.parse.Error
		}
		add(notify.Stale, "%s is stale: %s; now: %s", s.id, s.sinceWords(), last)
	}
	if (held || stale) && !s.held && !s.stale() {
		add(notify.Recovered, "%s has recovered: %s", s.id, plural(s.records, "record"))
	}
	return out
}

// ofDisk is the event that the disk is filling up, or no longer; none if that
// was told.
func (a *app) ofDisk(h *house, known told, failed error) (e notify.Event) {
	disk := a.disk(a.data(h.cfg, ""))
	full := errors.Is(failed, syscall.ENOSPC)
	low := full || disk.Low()
	if low == known[known.key(notify.Disk, "")] {
		return e
	}
	e = notify.Event{Event: notify.Recovered, Time: a.now().UTC(), Text: disk.String()}
	if low {
		e.Event = notify.Disk
	}
	if full {
		e.Text = "no room is left on the disk of the data folder"
	}
	return e
}

// notifyOf says who is told of a source: its own notify, or that of
// tripoint.yaml; nil for nobody.
func notifyOf(cfg *config.Config, s *config.Source) *config.Notify {
	if s.Notify != nil {
		return s.Notify
	}
	return cfg.Notify
}

// targets is who is told, each once.
func targets(who ...*config.Notify) []notify.Target {
	var out []notify.Target
	for _, n := range who {
		if n == nil {
			continue
		}
		one := notify.Target{On: n.On, Command: n.Command, Webhook: n.Webhook}
		if !slices.ContainsFunc(out, func(t notify.Target) bool { return reflect.DeepEqual(t, one) }) {
			out = append(out, one)
		}
	}
	return out
}
