package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

func (a *app) linkCmd() *cobra.Command {
	var full bool
	var refit string
	cmd := &cobra.Command{
		Use:   "link",
		Short: "Link names in documents to listed parties, and gather findings",
		Long: `Link the names on patents and bills to the listed parties, and parties on
different lists to each other; apply the analysts' decisions that tripoint.yaml
names; gather the findings.

Only what can have changed since the last time is matched again; the links are
the same as with --full, which matches everything. Another version of tripoint
matches everything once.

A word that many names have says less than a rare one. How many have it is
counted in public lists, unless --refit counts it in the names of the shipments
that the store holds. The counts stay until the next --refit, whatever comes in;
their hash stands in the method of each link, and the snapshot carries them, so
that screen and compare weigh words as the links do. Among few names every word
looks rare; --refit=public goes back to the counts of the public lists.`,
		Example: `  tripoint link
  tripoint link --refit
  tripoint link --refit=public`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("refit") && refit != fromShipments && refit != fromPublic {
				return usagef("--refit %q must be %s or %s", refit, fromShipments, fromPublic)
			}
			return a.inHouse(cmd.Context(), func(h *house) error {
				how := h.stages.Link
				if full {
					how = h.stages.LinkAll
				}
				if refit != "" {
					if err := a.refit(cmd.Context(), h, refit); err != nil {
						return err
					}
				}
				runs, err := a.linkBy(cmd.Context(), h, how)
				return errors.Join(a.printRuns(runs), err)
			})
		},
	}
	cmd.Flags().BoolVar(&full, "full", false, "match everything, whatever was matched before")
	cmd.Flags().StringVar(&refit, "refit", "", "count words first, in the names of the store's shipments; public goes back to the shipped `counts`")
	cmd.Flags().Lookup("refit").NoOptDefVal = fromShipments
	return cmd
}

// Where the counts of words are from.
const (
	fromShipments = "shipments"
	fromPublic    = "public"
)

// fewNames are too few to tell an ordinary word from a rare one.
const fewNames = 10_000

// refit takes other counts of words and weighs by them from now on.
func (a *app) refit(ctx context.Context, h *house, from string) error {
	if from == fromPublic {
		return errors.Join(h.stages.Unfit(ctx), names.UseCounts(""))
	}
	text, distinct, err := h.stages.Refit(ctx)
	if err != nil {
		return err
	}
	a.log.Info("words were counted", "names", distinct, "words", strings.Count(text, "\n")-1)
	if distinct < fewNames {
		a.log.Warn("words were counted in few names, where every word looks rare: link --refit=public goes back to the shipped counts", "names", distinct)
	}
	return names.UseCounts(text)
}

// linked tells how much a linking had to do.
func (a *app) linked(t link.Tally) {
	a.log.Info("names were linked", "all", t.Whole, "names", t.Names, "matched", t.Matched, "parties", t.Parties, "changed", t.Changed, "sought", t.Sought)
}

// program is the hash of this very program: what another one matched is of no
// use. It is "" where it cannot be read.
var program = sync.OnceValue(func() string {
	name, err := os.Executable()
	if err != nil {
		return ""
	}
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return ""
	}
	return hex.EncodeToString(hash.Sum(nil))
})

func (a *app) linkStore(ctx context.Context, h *house) ([]record.Run, error) {
	return a.linkBy(ctx, h, h.stages.Link)
}

// linkBy runs the stages of linking, with one way of it.
func (a *app) linkBy(ctx context.Context, h *house, how func(context.Context) (record.Run, error)) ([]record.Run, error) {
	h.stages.Engine = program()
	before, err := h.decided(ctx)
	if err != nil {
		return nil, err
	}
	var runs []record.Run
	for _, stage := range []func(context.Context) (record.Run, error){
		func(ctx context.Context) (record.Run, error) {
			return h.stages.Decisions(ctx, a.decisions(h.cfg.Decisions, before))
		},
		how,
		h.stages.Findings,
	} {
		run, err := stage(ctx)
		runs = append(runs, run)
		if err != nil {
			return runs, err
		}
	}
	return runs, nil
}

// decided says whether the store holds decisions.
func (h *house) decided(ctx context.Context) (bool, error) {
	for _, err := range h.store.Scan(ctx, record.KindDecision, "") {
		return err == nil, err
	}
	return false, nil
}

// decisions reads files of decisions. One that is absent counts as empty. Where
// there were decisions before that is told: it may be meant, or a disk that is
// not there.
func (a *app) decisions(files []string, before bool) iter.Seq2[*record.Decision, error] {
	return func(yield func(*record.Decision, error) bool) {
		for _, name := range files {
			in, err := os.Open(filepath.Join(a.dir, name))
			if errors.Is(err, fs.ErrNotExist) {
				if before {
					a.log.Warn("a file of decisions is not there: what it decided does not count", "file", name)
				}
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
