package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tripoint-data/tripoint/record"
)

func (a *app) linkCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "link",
		Short: "Link names in documents to listed parties, and gather findings",
		Long: `Link the names on patents and bills to the listed parties, and parties on
different lists to each other; apply the analysts' decisions that tripoint.yaml
names; gather the findings. Everything is linked anew by what the store holds.`,
		Example: "  tripoint link",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.inHouse(cmd.Context(), func(h *house) error {
				runs, err := a.linkStore(cmd.Context(), h)
				return errors.Join(a.printRuns(runs), err)
			})
		},
	}
}

func (a *app) linkStore(ctx context.Context, h *house) ([]record.Run, error) {
	var runs []record.Run
	for _, stage := range []func() (record.Run, error){
		func() (record.Run, error) { return h.stages.Decisions(ctx, a.decisions(h.cfg.Decisions)) },
		func() (record.Run, error) { return h.stages.Link(ctx) },
		func() (record.Run, error) { return h.stages.Findings(ctx) },
	} {
		run, err := stage()
		runs = append(runs, run)
		if err != nil {
			return runs, err
		}
	}
	return runs, nil
}

// decisions reads files of decisions. One that is absent counts as empty, and
// is told: that may be meant, or a disk that is not there.
func (a *app) decisions(files []string) iter.Seq2[*record.Decision, error] {
	return func(yield func(*record.Decision, error) bool) {
		for _, name := range files {
			in, err := os.Open(filepath.Join(a.dir, name))
			if errors.Is(err, fs.ErrNotExist) {
				a.log.Warn("a file of decisions is not there: what it decided does not count", "file", name)
				continue
			}
			if err != nil {
				yield(nil, fmt.Errorf("%s: %w", name, bare(err)))
				return
			}
			stopped := false
			err = lines(name, in, func(n int, line []byte) error {
				d := &record.Decision{}
				if err := readDecision(line, d); err != nil {
					return fmt.Errorf("%s:%d: %w", name, n, err)
				}
				if stopped = !yield(d, nil); stopped {
					return fs.SkipAll
				}
				return nil
			})
			in.Close()
			if stopped {
				return
			}
			if err != nil {
				yield(nil, err)
				return
			}
		}
	}
}

func readDecision(line []byte, d *record.Decision) error {
	if err := record.Decode(line, d); err != nil {
		return err
	}
	switch {
	case d.ID == "":
		return errors.New("id is missing")
	case d.Link == "":
		return errors.New("link is missing: write the id of the link that is decided on")
	case d.By == "":
		return errors.New("by is missing: a decision has an author")
	case d.Verdict != "same" && d.Verdict != "different" && d.Verdict != "unsure":
		return fmt.Errorf("verdict %q must be same, different or unsure", d.Verdict)
	}
	return nil
}
