package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/bolt"
)

func (a *app) runsCmd() *cobra.Command {
	var (
		source string
		stand  bool
	)
	most := 20
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "List the runs of the stages, newest first, or how the sources stand",
		Long: `List what the stages did: when, for how long, how much was fetched and read, and
how it ended. With --sources, a line for each source: how it stands, its first
and last success, its next run, and what is wrong:

  ok          the last run went well
  new         it has never run
  unfinished  the last run was cut off: the next one goes on
  failed      the last run failed: the last good records stand
  held        a gate held new data back: the last good records stand
  stale       two runs came to nothing, or one ran into its timeout`,
		Example: `  tripoint runs --source us-ita-csl
  tripoint runs --sources`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if stand {
				return a.printStandings(cmd.Context(), source)
			}
			return a.inStore(func(s *bolt.Store) error { return a.printHistory(cmd.Context(), s, source, most) })
		},
	}
	cmd.Flags().StringVar(&source, "source", "", "only the runs of a source")
	cmd.Flags().BoolVar(&stand, "sources", false, "print how each source stands")
	cmd.Flags().IntVar(&most, "most", most, "how many to print; 0 for all")
	return cmd
}

func (a *app) problemsCmd() *cobra.Command {
	var source string
	cmd := &cobra.Command{
		Use:   "problems",
		Short: "Say what spoilt records in the last parse of each source",
		Long: `Print the problems of the last parse of each source, or of one: the place in the
captured file, what is wrong there, and since when such a one has been seen. The
first 1,000 of a run are kept, of the last 200 runs that had any.`,
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
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%s\n", run.Started.Format("2006-01-02 15:04:05Z"), tookWords(run),
			run.Stage, run.Source, run.Status, run.Captures, run.Bytes, run.Read, run.Records, run.Merged, run.Problems, run.Error)
	}
	return w.Flush()
}

// sourceLine is how a source stands, as JSON.
type sourceLine struct {
	Source       string    `json:"source"`
	State        string    `json:"state"`
	Why          string    `json:"why,omitempty"`
	FirstSuccess time.Time `json:"first_success,omitzero"`
	LastSuccess  time.Time `json:"last_success,omitzero"`
	Next         time.Time `json:"next,omitzero"`
	Took         float64   `json:"took_seconds,omitempty"`
	Records      int       `json:"records,omitempty"`
	Problems     int       `json:"problems,omitempty"`
	Bytes        int64     `json:"bytes,omitempty"`
}

// printStandings prints how the sources stand: those that tripoint.yaml names,
// and others that have run.
func (a *app) printStandings(ctx context.Context, source string) error {
	cfg, sources, err := a.load()
	if err != nil {
		return err
	}
	all, err := a.whole(ctx, cfg)
	if err != nil {
		return err
	}
	ids := slices.Clone(cfg.Sources)
	for _, run := range all {
		if (run.Stage == "crawl" || run.Stage == "parse") && !slices.Contains(ids, run.Source) {
			ids = append(ids, run.Source)
		}
	}
	if source != "" && !slices.Contains(ids, source) {
		return fmt.Errorf("%s has never run here, and %s does not name it", source, config.FileName)
	}
	known, err := standings(sources, ids, all, a.now())
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	if !a.json {
		fmt.Fprintln(w, "SOURCE\tSTATE\tFIRST SUCCESS\tLAST SUCCESS\tNEXT\tTOOK\tRECORDS\tPROBLEMS\tBYTES\tWHY")
	}
	for _, id := range ids {
		if source != "" && id != source {
			continue
		}
		line := a.sourceLine(known[id], sources[id])
		if !slices.Contains(cfg.Sources, id) {
			line.Next = time.Time{} // only what is named runs
		}
		if a.json {
			if err := a.line(line); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%s\n", line.Source, line.State, minute(line.FirstSuccess), minute(line.LastSuccess),
			minute(line.Next), time.Duration(line.Took*1e9).Round(1e6), line.Records, line.Problems, line.Bytes, line.Why)
	}
	return w.Flush()
}

func (a *app) sourceLine(s *standing, src *config.Source) sourceLine {
	now := a.now()
	line := sourceLine{
		Source: s.id, FirstSuccess: s.first, LastSuccess: s.success, Next: s.next(now),
		Took: (took(s.crawl) + took(s.parse)).Seconds(), Records: s.records, Problems: s.parse.Problems, Bytes: s.bytes,
	}
	timeout := time.Duration(0)
	if src != nil {
		timeout = timeoutOf(src)
	}
	line.State, line.Why = s.state(timeout, now)
	return line
}

// took is how long a run took; 0 where it was cut off.
func took(r record.Run) time.Duration {
	if r.Ended.IsZero() {
		return 0
	}
	return r.Ended.Sub(r.Started)
}

func tookWords(r record.Run) string {
	if r.Ended.IsZero() {
		return "-"
	}
	return took(r).Round(time.Millisecond).String()
}

func minute(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04Z")
}

// seen is when a problem was seen, as far back as problems are kept.
type seen struct{ first, last time.Time }

func (a *app) printProblems(ctx context.Context, s *bolt.Store, source string) error {
	all, err := readHistory(ctx, s, time.Time{})
	if err != nil {
		return err
	}
	newest := map[string]record.Run{}
	since := map[string]map[string]seen{} // by source and words
	for _, run := range all {
		if run.Stage != "parse" || slices.Contains([]string{"unchanged", "stopped", "killed"}, run.Status) || source != "" && run.Source != source {
			continue
		}
		if _, ok := newest[run.Source]; !ok {
			newest[run.Source] = run
			since[run.Source] = map[string]seen{}
		}
		if run.Problems == 0 {
			continue
		}
		for p, err := range s.Problems(ctx, run.ID) {
			if err != nil {
				return err
			}
			at := since[run.Source][p.Err.Error()]
			if at.first = run.Started; at.last.IsZero() {
				at.last = run.Started
			}
			since[run.Source][p.Err.Error()] = at
		}
	}
	if _, ok := newest[source]; source != "" && !ok {
		return fmt.Errorf("%s was never parsed here", source)
	}
	for _, id := range slices.Sorted(maps.Keys(newest)) {
		for p, err := range s.Problems(ctx, newest[id].ID) {
			if err != nil {
				return err
			}
			if err := a.printProblem(newest[id], p, since[id][p.Err.Error()]); err != nil {
				return err
			}
		}
		if err := a.printWarnings(newest[id]); err != nil {
			return err
		}
	}
	return nil
}

// printWarnings prints what a parse left unread or did not know.
func (a *app) printWarnings(run record.Run) error {
	for _, w := range warnings(run.Audit) {
		if a.json {
			if err := a.line(map[string]string{"source": run.Source, "warning": w}); err != nil {
				return err
			}
			continue
		}
		if _, err := fmt.Fprintf(a.out, "%s  warning: %s\n", run.Source, w); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) printProblem(run record.Run, p record.Problem, at seen) error {
	if a.json {
		return a.line(struct {
			problemLine
			FirstSeen time.Time `json:"first_seen"`
			LastSeen  time.Time `json:"last_seen"`
		}{problemLine{p.Err.Error(), &p.Origin}, at.first, at.last})
	}
	_, err := fmt.Fprintf(a.out, "%s  %s  (since %s)\n", run.Source, p.Error(), minute(at.first))
	return err
}
