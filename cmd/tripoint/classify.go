package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	configcet "github.com/tripoint-data/tripoint/config/cet"
	"github.com/tripoint-data/tripoint/internal/cet"
	"github.com/tripoint-data/tripoint/record"
)

func (a *app) classifyCmd() *cobra.Command {
	var edition string
	editions := configcet.Editions()
	cmd := &cobra.Command{
		Use:   "classify [--edition 2024] [FILE|-]",
		Short: "Tag patents with areas and subfields of the CET list",
		Long: `With a file, or - for standard input, each patent as a JSON line gives a line
{"id": …, "tags": [{area, subfield, score, why}]}, in order. A line needs only an
id. Without a file all patents in the store are tagged again.

A tag says that a patent's codes and words fall under an area of the White House
list of Critical and Emerging Technologies, or of a list like it (outbound: 31 CFR
part 850; coins: the COINS Act). It is not an export classification (ECCN). The
score is the chance that the area is right, measured on patents labelled by hand.`,
		Example: `  tripoint parse --format ppubs-json documents.json | tripoint classify -
  tripoint classify --edition 2022`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(editions, edition) {
				return usagef("--edition %q is unknown: use %s", edition, strings.Join(editions[:len(editions)-1], ", ")+" or "+editions[len(editions)-1])
			}
			if len(args) == 0 {
				return a.inHouse(cmd.Context(), func(h *house) error {
					run, err := a.classifyStore(cmd.Context(), h, edition)
					if err != nil {
						return err
					}
					return a.printRuns([]record.Run{run})
				})
			}
			return a.classifyLines(cmd.Context(), edition, args[0])
		},
	}
	cmd.Flags().StringVar(&edition, "edition", configcet.Default, "edition of the CET list, or a list like it: "+strings.Join(editions, ", "))
	return cmd
}

func (a *app) classifyStore(ctx context.Context, h *house, edition string) (record.Run, error) {
	by, err := cet.Load(configcet.FS(), edition)
	if err != nil {
		return record.Run{}, err
	}
	return h.stages.Classify(ctx, by)
}

// tagged is the answer to one patent.
type tagged struct {
	ID   string      `json:"id"`
	Tags []answerTag `json:"tags"`
}

type answerTag struct {
	Area     string       `json:"area"`
	Subfield string       `json:"subfield"`
	Score    float64      `json:"score"`
	Why      []record.Why `json:"why"`
}

// maxHeld bounds the faults that are held back.
const maxHeld = 10000

// classifyLines answers a line for each line, in order. A line that cannot be
// read is named on standard error and has no answer.
func (a *app) classifyLines(ctx context.Context, edition, name string) error {
	by, err := cet.Load(configcet.FS(), edition)
	if err != nil {
		return err
	}
	in, err := a.input(name)
	if err != nil {
		return err
	}
	defer in.Close()
	var batch []*record.Patent
	// Faults are held back until a patent was read: a file without any is of
	// another kind, and one line says so.
	var held []string
	read, spoilt, first := 0, 0, ""
	tell := func() {
		for _, fault := range held {
			fmt.Fprintln(a.errOut, fault)
		}
		held = held[:0]
	}
	flush := func() error {
		for _, t := range tagAll(by, batch) {
			if err := a.line(t); err != nil {
				return err
			}
		}
		batch = batch[:0]
		return ctx.Err()
	}
	err = lines(name, in, func(n int, line []byte) error {
		p := &record.Patent{}
		err := record.Decode(line, p)
		if err == nil && p.ID == "" {
			err = fmt.Errorf("id is missing")
		}
		if err != nil {
			if spoilt++; spoilt == 1 {
				first = fmt.Sprintf("line %d: %v", n, err)
			}
			held = append(held, fmt.Sprintf("tripoint: %s:%d: %v", name, n, err))
			if read > 0 || len(held) == maxHeld {
				tell()
			}
			return nil
		}
		if read++; len(held) > 0 {
			tell()
		}
		if batch = append(batch, p); len(batch) == 512 {
			return flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := flush(); err != nil {
		return err
	}
	if spoilt > 0 && read == 0 {
		return fmt.Errorf("%s: holds no patent as a JSON line: %s", name, first)
	}
	if spoilt > 0 {
		return &exit{exitPartly, fmt.Errorf("%s: %d lines could not be read and have no answer", name, spoilt)}
	}
	return nil
}

func tagAll(by *cet.List, patents []*record.Patent) []tagged {
	out := make([]tagged, len(patents))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, p := range patents {
		g.Go(func() error {
			out[i] = tagged{p.ID, []answerTag{}}
			for _, t := range by.Classify(p) {
				out[i].Tags = append(out[i].Tags, answerTag{t.Area, t.Subfield, t.Score, t.Why})
			}
			return nil
		})
	}
	_ = g.Wait() // the work returns no error
	return out
}
