package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/bolt"
)

func (a *app) runsCmd() *cobra.Command {
	var source string
	most := 20
	cmd := &cobra.Command{
		Use:     "runs",
		Short:   "List the runs of the stages, newest first",
		Long:    `List what the stages did: when, for how long, how much was fetched and read, and how it ended.`,
		Example: "  tripoint runs --source us-ita-csl",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.inStore(func(s *bolt.Store) error { return a.printHistory(cmd.Context(), s, source, most) })
		},
	}
	cmd.Flags().StringVar(&source, "source", "", "only the runs of a source")
	cmd.Flags().IntVar(&most, "most", most, "how many to print; 0 for all")
	return cmd
}

func (a *app) problemsCmd() *cobra.Command {
	var source string
	cmd := &cobra.Command{
		Use:   "problems",
		Short: "Say what spoilt records in the last parse of each source",
		Long: `Print the problems of the last parse of each source, or of one: the place in the
captured file, and what is wrong there. The first 1,000 of a run are kept.`,
		Example: "  tripoint problems --source us-ita-csl",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.inStore(func(s *bolt.Store) error { return a.printProblems(cmd.Context(), s, source) })
		},
	}
	cmd.Flags().StringVar(&source, "source", "", "only the problems of a source")
	return cmd
}

// inStore opens the store for reading. Runs are told by it and not by the
// snapshot, which has the records alone.
func (a *app) inStore(do func(*bolt.Store) error) error {
	cfg, _, err := a.load()
	if err != nil {
		return err
	}
	s, err := bolt.Open(a.data(cfg, storeDir), bolt.Options{ReadOnly: true, Synthetic: cfg.Demo, Now: a.now, Log: a.log})
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

func (a *app) printHistory(ctx context.Context, s *bolt.Store, source string, most int) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	if !a.json {
		fmt.Fprintln(w, "STARTED\tTOOK\tSTAGE\tSOURCE\tSTATUS\tCAPTURES\tBYTES\tREAD\tRECORDS\tMERGED\tPROBLEMS\tERROR")
	}
	shown := 0
	for run, err := range s.Runs(ctx) {
		if err != nil {
			return err
		}
		if source != "" && run.Source != source {
			continue
		}
		if shown++; most > 0 && shown > most {
			break
		}
		if a.json {
			if err := a.line(run); err != nil {
				return err
			}
			continue
		}
		took := ""
		if !run.Ended.IsZero() {
			took = run.Ended.Sub(run.Started).Round(1e6).String()
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%s\n", run.Started.Format("2006-01-02 15:04:05Z"), took,
			run.Stage, run.Source, run.Status, run.Captures, run.Bytes, run.Read, run.Records, run.Merged, run.Problems, run.Error)
	}
	return w.Flush()
}

func (a *app) printProblems(ctx context.Context, s *bolt.Store, source string) error {
	seen := map[string]bool{}
	for run, err := range s.Runs(ctx) {
		if err != nil {
			return err
		}
		if run.Stage != "parse" || seen[run.Source] || source != "" && run.Source != source {
			continue
		}
		seen[run.Source] = true
		for p, err := range s.Problems(ctx, run.ID) {
			if err != nil {
				return err
			}
			if err := a.printProblem(run, p); err != nil {
				return err
			}
		}
	}
	if source != "" && !seen[source] {
		return fmt.Errorf("%s was never parsed here", source)
	}
	return nil
}

func (a *app) printProblem(run record.Run, p record.Problem) error {
	if a.json {
		return a.line(problemLine{p.Err.Error(), &p.Origin})
	}
	_, err := fmt.Fprintf(a.out, "%s  %s\n", run.Source, p.Error())
	return err
}
