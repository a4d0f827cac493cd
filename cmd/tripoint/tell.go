package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"syscall"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/internal/notify"
	"github.com/tripoint-data/tripoint/record"
)

// diskStage is the stage of the runs that remember whether the disk was found
// low.
const diskStage = "disk"

// tellAll tells who is to be told what a batch has changed: each event once,
// when it comes about. What went before is read from the history of the runs.
// That nobody could be told is logged, and fails no run.
func (a *app) tellAll(ctx context.Context, h *house, jobs []job, old history, failed error) error {
	all, err := recentHistory(ctx, h.store, a.now())
	if err != nil {
		return err
	}
	var ids []string
	for _, j := range jobs {
		ids = append(ids, j.src.ID)
	}
	before, err := standings(h.sources, ids, old, a.now())
	if err != nil {
		return err
	}
	after, err := standings(h.sources, ids, all, a.now())
	if err != nil {
		return err
	}
	for _, id := range ids {
		for _, e := range happened(before[id], after[id]) {
			e.Title, e.Time = h.sources[id].Title, a.now().UTC()
			a.tell(ctx, e, notifyOf(h.cfg, h.sources[id]))
		}
	}
	a.tellDisk(ctx, h, old, failed)
	return nil
}

// happened is the events between two standings of a source.
func happened(before, after *standing) []notify.Event {
	var out []notify.Event
	add := func(event, format string, args ...any) {
		out = append(out, notify.Event{
			Event: event, Source: after.id, Text: fmt.Sprintf(format, args...),
			LastSuccess: after.success, Records: after.records,
		})
	}
	if after.held && !before.held {
		add(notify.Gate, "%s", after.parse.Error)
	}
	if after.stale() && !before.stale() {
		last := after.crawl.Error
		if !after.parse.Started.Before(after.crawl.Started) && after.parse.Error != "" {
			last = after.parse.Error
		}
		add(notify.Stale, "%s is stale: %s; now: %s", after.id, after.sinceWords(), last)
	}
	if (before.held || before.stale()) && !after.held && !after.stale() {
		add(notify.Recovered, "%s has recovered: %s", after.id, plural(after.records, "record"))
	}
	return out
}

// tellDisk tells that the disk is filling up, or no longer.
func (a *app) tellDisk(ctx context.Context, h *house, old history, failed error) {
	disk := a.disk(a.data(h.cfg, ""))
	full := errors.Is(failed, syscall.ENOSPC)
	low := full || disk.Low()
	if was := old.newest(diskStage, func(record.Run) bool { return true }).Status == "failed"; low == was {
		return
	}
	e := notify.Event{Event: notify.Recovered, Time: a.now().UTC(), Text: disk.String()}
	if low {
		e.Event = notify.Disk
	}
	if full {
		e.Text = "no room is left on the disk of the data folder"
	}
	_, err := h.note(ctx, diskStage, "data", func(run *record.Run) error {
		if low {
			run.Status, run.Error = "failed", e.Text
		}
		return nil
	})
	if err != nil { // then it is told again
		a.log.WarnContext(ctx, "the state of the disk could not be kept", "error", err)
	}
	var told []*config.Notify
	for _, id := range h.cfg.Sources {
		to := notifyOf(h.cfg, h.sources[id])
		if !contains(told, to) {
			told = append(told, to)
			a.tell(ctx, e, to)
		}
	}
}

func contains(all []*config.Notify, one *config.Notify) bool {
	for _, n := range all {
		if reflect.DeepEqual(n, one) {
			return true
		}
	}
	return false
}

// notifyOf says who is told of a source: its own notify, or that of
// tripoint.yaml; nil for nobody.
func notifyOf(cfg *config.Config, s *config.Source) *config.Notify {
	if s.Notify != nil {
		return s.Notify
	}
	return cfg.Notify
}

// tell outlives a process that is told to stop by the time that one telling
// may take.
func (a *app) tell(ctx context.Context, e notify.Event, to *config.Notify) {
	if to == nil {
		return
	}
	teller := notify.Teller{Dir: a.dir}
	err := teller.Tell(context.WithoutCancel(ctx), notify.Target{On: to.On, Command: to.Command, Webhook: to.Webhook}, e)
	if err != nil {
		a.log.ErrorContext(ctx, "an event could not be told", "event", e.Event, "source", e.Source, "error", err)
	}
}
