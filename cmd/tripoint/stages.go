package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/internal/pipeline"
	"github.com/tripoint-data/tripoint/record"
)

// stage is one stage over one source.
type stage func(context.Context, *house, *pipeline.Source) (record.Run, error)

func crawlStage(ctx context.Context, h *house, src *pipeline.Source) (record.Run, error) {
	if err := h.mayCrawl(src.ID); err != nil {
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
	return &cobra.Command{
		Use:   "run [SOURCE …]",
		Short: "Crawl, parse, classify, link and publish a snapshot",
		Long: `Run all stages: the sources named, or all that tripoint.yaml names, are crawled
and parsed, then all patents are classified, all names linked, and a snapshot
is published. A source that fails leaves its last good records standing; the
others go on, and the exit code is 3.`,
		Example: "  tripoint run",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.inHouse(cmd.Context(), func(h *house) error {
				runs, where, err := a.runAll(cmd.Context(), h, args)
				if where != "" {
					fmt.Fprintln(a.errOut, "snapshot:", where)
				}
				return errors.Join(a.printRuns(runs), err)
			})
		},
	}
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
		err = each(ctx, h, sources, &runs, one)
		return errors.Join(a.printRuns(runs), err)
	})
}

// each runs stages over each source in turn, as far as they succeed.
func each(ctx context.Context, h *house, sources []*pipeline.Source, runs *[]record.Run, stages ...stage) error {
	var failed []error
	broken := 0
	for _, src := range sources {
		for _, one := range stages {
			run, err := one(ctx, h, src)
			*runs = append(*runs, run)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				failed = append(failed, err)
			}
			// What a crawl brought before some requests failed adds to a growing
			// set; a full set is not replaced by a part of it.
			if err != nil && (src.Full || !errors.As(err, new(*fetch.Partial))) {
				broken++
				break
			}
			if run.Problems > 0 {
				failed = append(failed, fmt.Errorf("%s: %s in %d rows: tripoint problems --source %s", src.ID, plural(run.Problems, "problem"), run.Read, src.ID))
			}
		}
	}
	switch err := errors.Join(failed...); {
	case err == nil:
		return nil
	case broken == len(sources):
		return &exit{worst(err), err}
	default:
		return &exit{exitPartly, err}
	}
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

// runAll runs the stages in their order and publishes. It returns what ran and
// the snapshot's folder.
func (a *app) runAll(ctx context.Context, h *house, names []string) (runs []record.Run, where string, err error) {
	sources, err := h.chosen(names)
	if err != nil {
		return nil, "", err
	}
	partly := each(ctx, h, sources, &runs, crawlStage, parseStage)
	if ctx.Err() != nil {
		return runs, "", ctx.Err()
	}
	for _, edition := range h.cfg.Editions {
		run, err := a.classifyStore(ctx, h, edition)
		runs = append(runs, run)
		if err != nil {
			return runs, "", unpublished(err, partly)
		}
	}
	linked, err := a.linkStore(ctx, h)
	runs = append(runs, linked...)
	if err != nil {
		return runs, "", unpublished(err, partly)
	}
	if where, err = a.publish(ctx, h, false); err != nil {
		return runs, "", unpublished(err, partly)
	}
	return runs, where, partly
}

// unpublished is the error of a run that ended before it published: what ended
// it decides the exit code, what went wrong before is said as well.
func unpublished(err, partly error) error { return &exit{worst(err), errors.Join(err, partly)} }

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
