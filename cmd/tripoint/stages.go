package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/internal/pipeline"
	"github.com/tripoint-data/tripoint/record"
)

// stage is one stage over one source.
type stage func(context.Context, *house, *pipeline.Source) (record.Run, error)

func crawlStage(ctx context.Context, h *house, src *pipeline.Source) (record.Run, error) {
	if err := mayCrawl(h.cfg, h.sources[src.ID]); err != nil {
		return record.Run{Stage: "crawl", Source: src.ID, Status: "refused"}, err
	}
	return h.stages.Crawl(ctx, src)
}

func parseStage(ctx context.Context, h *house, src *pipeline.Source) (record.Run, error) {
	return h.stages.Parse(ctx, src)
}

func (a *app) crawlCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "crawl [SOURCE …]",
		Short: "Fetch sources into the archive",
		Long: `Fetch the sources named, or all that tripoint.yaml names, into the archive.
A crawl that was cut off goes on where it stopped. Nothing is parsed.`,
		Example: "  tripoint crawl us-ita-csl",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.stage(cmd.Context(), args, crawlStage)
		},
	}
}

func (a *app) runCmd() *cobra.Command {
	var (
		due  bool
		file string
	)
	cmd := &cobra.Command{
		Use:   "run [SOURCE …]",
		Short: "Crawl, parse, classify, link and publish a snapshot",
		Long: `Run all stages: the sources named, or all that tripoint.yaml names, are crawled
and parsed, then all patents are classified, all names linked, and a snapshot
is published. A source that fails leaves its last good records standing; the
others go on, and the exit code is 3.

With --due only those run whose schedule says so, each within its timeout, and
nothing is published where no record changed: for a systemd timer, a CronJob or
cron itself. --metrics leaves a file for node_exporter's textfile collector.`,
		Example: `  tripoint run
  tripoint run --due --metrics /var/lib/node_exporter/tripoint.prom`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("metrics") && file == "" {
				return usagef("--metrics is empty; see %s --help", cmd.CommandPath())
			}
			if due {
				return a.runDue(cmd.Context(), args, file)
			}
			return a.inHouse(cmd.Context(), func(h *house) error {
				runs, where, err := a.runAll(cmd.Context(), h, args)
				return errors.Join(a.printBatch(runs, where), err, a.writeMetrics(cmd.Context(), h, file, err))
			})
		},
	}
	cmd.Flags().BoolVar(&due, "due", false, "run only what is due")
	cmd.Flags().StringVar(&file, "metrics", "", "write metrics for Prometheus to this file")
	return cmd
}

// inHouse opens the house, does something in it and closes it.
func (a *app) inHouse(ctx context.Context, do func(*house) error) error {
	h, err := a.open(ctx)
	if err != nil {
		return err
	}
	draw, done := a.progress()
	h.stages.Progress = draw
	err = do(h)
	done()
	return errors.Join(err, h.close())
}

// stage runs one stage over sources. One that fails does not stop the others.
func (a *app) stage(ctx context.Context, names []string, one stage) error {
	return a.inHouse(ctx, func(h *house) error {
		sources, err := h.chosen(names)
		if err != nil {
			return err
		}
		var runs []record.Run
		err = each(ctx, h, jobsOf(sources), &runs, one)
		return errors.Join(a.printRuns(runs), err)
	})
}

// job is a source that is to run.
type job struct {
	src     *pipeline.Source
	times   int           // missed runs may be made up for one by one
	timeout time.Duration // of a stage; none where zero
}

func jobsOf(sources []*pipeline.Source) []job {
	var jobs []job
	for _, src := range sources {
		jobs = append(jobs, job{src: src, times: 1})
	}
	return jobs
}

// each runs stages over each source in turn, as far as they succeed.
func each(ctx context.Context, h *house, jobs []job, runs *[]record.Run, stages ...stage) error {
	var failed []error
	broken := 0
	for _, j := range jobs {
		for range j.times {
			whole, errs := j.run(ctx, h, runs, stages)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if failed = append(failed, errs...); !whole {
				broken++
				break
			}
		}
	}
	switch err := errors.Join(failed...); {
	case err == nil:
		return nil
	case broken == len(jobs):
		return &exit{worst(err), err}
	default:
		return &exit{exitPartly, err}
	}
}

// run runs stages over a source. It returns whether all were run, and what
// went wrong.
func (j job) run(ctx context.Context, h *house, runs *[]record.Run, stages []stage) (whole bool, failed []error) {
	for _, one := range stages {
		run, err := one(ctx, h, j.src)
		if err != nil && ctx.Err() != nil {
			err = h.cutOff(ctx, &run)
		}
		*runs = append(*runs, run)
		if err != nil {
			failed = append(failed, err)
		}
		// What a crawl brought before some requests failed adds to a growing
		// set; a full set is not replaced by a part of it.
		if err != nil && (j.src.Full || !errors.As(err, new(*fetch.Partial))) {
			return false, failed
		}
		if run.Problems > 0 {
			failed = append(failed, fmt.Errorf("%s: %s in %d rows: tripoint problems --source %s", j.src.ID, plural(run.Problems, "problem"), run.Read, j.src.ID))
		}
	}
	return true, failed
}

// timed gives a stage the time that the source's schedule allows.
func timed(one stage) stage {
	return func(ctx context.Context, h *house, src *pipeline.Source) (record.Run, error) {
		limit := timeoutOf(h.sources[src.ID])
		late := fmt.Errorf("%s: %s%s: the last good records stand, and the next run goes on", src.ID, timedOut, limit)
		ctx, cancel := context.WithTimeoutCause(ctx, limit, late)
		defer cancel()
		run, err := one(ctx, h, src)
		if err != nil && ctx.Err() != nil {
			err = h.cutOff(ctx, &run)
		}
		return run, err
	}
}

// cutOff notes that a run ended because its time was up or the process was to
// stop, and returns which.
func (h *house) cutOff(ctx context.Context, run *record.Run) error {
	err := context.Cause(ctx)
	if run.ID == "" { // it had not begun
		return err
	}
	run.Status, run.Error = "failed", err.Error()
	if errors.Is(err, context.Canceled) {
		run.Status, run.Error = "stopped", "the process was stopped: the next run goes on"
	}
	return errors.Join(err, h.store.SaveRun(context.WithoutCancel(ctx), *run))
}

// worst is the exit code of sources that all failed: that of wrong use where
// one of them says so.
func worst(err error) int {
	if errors.Is(err, pipeline.ErrGate) {
		return exitPartly
	}
	var e *exit
	if errors.As(err, &e) {
		return e.code
	}
	return exitFailed
}

// printRuns prints what the stages did, a row each.
func (a *app) printRuns(runs []record.Run) error {
	if len(runs) == 0 {
		return nil
	}
	if a.json {
		for _, run := range runs {
			if err := a.line(run); err != nil {
				return err
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "STAGE\tSOURCE\tSTATUS\tCAPTURES\tREAD\tRECORDS\tMERGED\tPROBLEMS")
	for _, r := range runs {
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%d\t%d\t%d\n", r.Stage, r.Source, r.Status, r.Captures, r.Read, r.Records, r.Merged, r.Problems)
	}
	return w.Flush()
}
