package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
	_ "time/tzdata" // the zones of schedules, where the machine has none

	"github.com/go-co-op/gocron/v2"
	"github.com/jonboulle/clockwork"
	"github.com/spf13/cobra"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/internal/metrics"
	"github.com/tripoint-data/tripoint/internal/schedule"
	"github.com/tripoint-data/tripoint/record"
)

const (
	// again is how soon the daemon looks once more where the store was another
	// process's, or something failed or was cut off.
	again = time.Minute
	// longRun is the timeout from which a source is a batch of its own: others
	// do not wait for it.
	longRun = time.Hour
)

func (a *app) scheduleCmd() *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:   "schedule",
		Short: "Stay, and run each source when it is due",
		Long: `Run each source that tripoint.yaml names when its schedule says so, until a signal
comes. Sources that are due together are one batch, which publishes once, if a
record has changed. Between batches the store is free for other commands. What
was missed while no process ran is made up for as each schedule's catchup says.

The first SIGINT or SIGTERM cuts the work off where the next start goes on, and
the exit code is 0; a second one ends the process at once.

With --listen, or listen in tripoint.yaml, /metrics serves Prometheus, and
/healthz answers 503 and why while a source is stale, the last batch failed, or
the disk is filling up. See docs/operations.md.`,
		Example: "  tripoint schedule --listen 127.0.0.1:9464",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.schedule(cmd.Context(), listen, clockwork.NewRealClock())
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "", "address of /metrics and /healthz, such as 127.0.0.1:9464")
	return cmd
}

// daemon runs what is due until it is stopped. The clock wakes it; what is due
// then is said by the history of the runs, as it is for run --due.
type daemon struct {
	*app
	ids   []string
	door  door
	board *metrics.Board
	ended chan []job

	// Only loop touches these.
	busy    map[string]bool // sources that are at work
	running int             // batches

	mu     sync.Mutex
	failed error // why the last batch failed as a whole: only the next one ends that
}

func (a *app) schedule(ctx context.Context, listen string, clock clockwork.Clock) error {
	cfg, sources, err := a.load()
	if err != nil {
		return err
	}
	ids, err := a.scheduled(cfg, sources, nil)
	if err != nil {
		return err
	}
	if err := a.sound(cfg, sources, ids); err != nil {
		return err
	}
	if listen == "" {
		listen = cfg.Listen
	}
	d := &daemon{app: a, ids: ids, door: door{app: a}, board: metrics.New(version(), clock.Now), busy: map[string]bool{}, ended: make(chan []job)}
	stop, where, err := d.serve(listen)
	if err != nil {
		return err
	}
	defer stop()
	wake, shutdown, err := ticks(clock, ids, sources)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.errOut, "%s scheduled%s\n", plural(len(ids), "source"), where)
	d.loop(ctx, clock, wake)
	fmt.Fprintln(a.errOut, "stopped; what was cut off goes on at the next start")
	return shutdown()
}

// sound finds the faults of sources before any runs.
func (a *app) sound(cfg *config.Config, sources map[string]*config.Source, ids []string) error {
	agent, err := a.newAgent(cfg)
	if err != nil {
		return usage(err)
	}
	defer agent.Close()
	var faults []error
	for _, id := range ids {
		_, err := build(sources[id], agent)
		faults = append(faults, err)
	}
	return usage(errors.Join(faults...))
}

// ticks has a scheduler wake whoever listens when a source's time has come.
func ticks(clock clockwork.Clock, ids []string, sources map[string]*config.Source) (wake chan struct{}, shutdown func() error, err error) {
	s, err := gocron.NewScheduler(gocron.WithClock(clock), gocron.WithLocation(time.UTC))
	if err != nil {
		return nil, nil, err
	}
	wake = make(chan struct{}, 1)
	for _, id := range ids {
		plan, err := planOf(sources[id])
		if err != nil {
			return nil, nil, errors.Join(err, s.Shutdown())
		}
		_, err = s.NewJob(gocron.CronJob("", false), gocron.NewTask(func() {
			select {
			case wake <- struct{}{}:
			default: // it is to wake anyhow
			}
		}), gocron.WithName(id), gocron.WithCronImplementation(cron{plan}), gocron.WithSingletonMode(gocron.LimitModeReschedule))
		if err != nil {
			return nil, nil, errors.Join(err, s.Shutdown())
		}
	}
	s.Start()
	return wake, s.Shutdown, nil
}

// cron is a plan as the scheduler asks it.
type cron struct{ *schedule.Plan }

// IsValid finds nothing wrong: the plan was read before.
func (cron) IsValid(string, *time.Location, time.Time) error { return nil }

// loop begins batches until the context ends, and waits for those that are
// under way.
func (d *daemon) loop(ctx context.Context, clock clockwork.Clock, wake <-chan struct{}) {
	for ctx.Err() == nil {
		var look <-chan time.Time
		if err := d.begin(ctx); err != nil && ctx.Err() == nil {
			d.log.ErrorContext(ctx, "what is due could not be begun", "error", err)
			d.board.Fail(err)
			look = clock.After(again)
		}
		for waiting := true; waiting; {
			select {
			case <-ctx.Done():
				waiting = false
			case <-wake:
				waiting = false
			case <-look:
				waiting = false
			case jobs := <-d.ended:
				d.free(jobs)
				look = clock.After(again) // what failed to begin, or became due meanwhile
			}
		}
	}
	for d.running > 0 {
		d.free(<-d.ended)
	}
}

func (d *daemon) free(jobs []job) {
	d.running--
	for _, j := range jobs {
		delete(d.busy, j.src.ID)
	}
}

// begin begins batches of what is due and not yet at work.
func (d *daemon) begin(ctx context.Context) error {
	h, err := d.door.enter(ctx)
	if err != nil {
		return err
	}
	leave := func(err error) error {
		return errors.Join(err, d.door.leave())
	}
	idle := slices.DeleteFunc(slices.Clone(d.ids), func(id string) bool { return d.busy[id] })
	jobs, err := d.dueJobs(ctx, h, idle)
	if err != nil {
		return leave(err)
	}
	if err := d.show(ctx, h); err != nil {
		return leave(err)
	}
	all, err := dueHistory(ctx, h.store, nil, d.now())
	if err != nil {
		return leave(err)
	}
	var batches [][]job
	short := len(jobs)
	if i := slices.IndexFunc(jobs, func(j job) bool { return j.timeout > longRun }); i >= 0 {
		short = i // they are in the order of their timeouts
	}
	if short > 0 || d.running == 0 && (all.unpublished(d.now()) || all.untold(d.now())) { // a batch of nothing publishes and tells what a killed one brought in
		batches = append(batches, jobs[:short])
	}
	for _, j := range jobs[short:] {
		batches = append(batches, []job{j})
	}
	for _, batch := range batches {
		inside, err := d.door.enter(ctx)
		if err != nil {
			return leave(err)
		}
		for _, j := range batch {
			d.busy[j.src.ID] = true
		}
		d.running++
		go func() {
			d.work(ctx, inside, batch)
			if err := d.door.leave(); err != nil {
				d.log.ErrorContext(ctx, "the store could not be closed", "error", err)
			}
			d.ended <- batch
		}()
	}
	return leave(nil)
}

// work runs one batch and logs what came of it.
func (d *daemon) work(ctx context.Context, h *house, jobs []job) {
	runs, where, err := d.batch(ctx, h, jobs, false)
	for _, run := range runs {
		d.logRun(ctx, run)
	}
	if where != "" {
		d.log.InfoContext(ctx, "a snapshot was published", "folder", where)
	}
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		d.log.ErrorContext(ctx, "not all of a batch went well", "error", err)
	}
	d.mu.Lock()
	d.failed = ofBatch(err)
	d.mu.Unlock()
	if err := d.show(ctx, h); err != nil {
		d.log.ErrorContext(ctx, "the metrics could not be renewed", "error", err)
	}
}

func (d *daemon) logRun(ctx context.Context, run record.Run) {
	d.log.InfoContext(ctx, "a stage has ended", "stage", run.Stage, "source", run.Source, "status", run.Status,
		"started", run.Started, "took", took(run).String(), "captures", run.Captures, "bytes", run.Bytes, "records", run.Records, "problems", run.Problems)
}

// show puts how the house stands on the board.
func (d *daemon) show(ctx context.Context, h *house) error {
	all, err := readHistory(ctx, h.store, time.Time{})
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	state, err := d.metricsOf(h.cfg, h.sources, all, d.failed)
	if err == nil {
		d.board.Set(state)
	}
	return err
}

// serve serves the board at an address; at none, nothing is served.
func (d *daemon) serve(addr string) (stop func(), where string, err error) {
	if addr == "" {
		return func() {}, "", nil
	}
	handler, err := d.board.Handler()
	if err != nil {
		return nil, "", err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, "", fmt.Errorf("--listen: %w", err)
	}
	s := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second}
	go func() { _ = s.Serve(l) }() // ends with Close
	return func() { _ = s.Close() }, fmt.Sprintf("; metrics at http://%s/metrics", l.Addr()), nil
}

// door opens the house for who enters first and closes it behind who leaves
// last: while nobody is inside, the store is free for other processes.
type door struct {
	app    *app
	mu     sync.Mutex
	house  *house
	inside int
}

func (d *door) enter(ctx context.Context) (*house, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.inside == 0 {
		h, err := d.app.open(ctx)
		if err != nil {
			return nil, err
		}
		d.house = h
	}
	d.inside++
	return d.house, nil
}

func (d *door) leave() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.inside--; d.inside > 0 {
		return nil
	}
	h := d.house
	d.house = nil
	return h.close()
}
