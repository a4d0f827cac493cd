package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/bolt"
)

func (a *app) decideCmd() *cobra.Command {
	d := &record.Decision{}
	cmd := &cobra.Command{
		Use:   "decide LINK same|different|unsure",
		Short: "Decide what a link is worth: an analyst's word wins over the score",
		Long: `Add a decision on a link to the first file that tripoint.yaml names under
decisions. From the next run on it wins over the score, until a record that it
was made on changes: then the link is for review again. Findings show the ids of
their links; a link of a name and a party that no score has made is written
same_entity/name:NAME/COUNTRY/party:ID.

The file is the record of what was decided: keep it under version control. Of
several decisions on one link the last counts.`,
		Example: `  tripoint decide 'link:same_entity/name:HIK TECHNOLOGY//party:US-OFAC:30946' same \
    --by "A. Analyst" --note "one registration number" --source https://register.example/4711`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			d.Link, d.Verdict, d.Made = strings.TrimPrefix(args[0], string(record.KindLink)+":"), args[1], a.now().UTC().Truncate(time.Second)
			if d.By == "" {
				return usagef("--by is missing: a decision has an author")
			}
			sum := sha256.Sum256([]byte(d.Link + "\n" + d.By + "\n" + d.Verdict))
			d.ID = d.Made.Format("20060102T150405Z") + "-" + hex.EncodeToString(sum[:4])
			line, err := record.Marshal(d)
			if err == nil {
				err = readDecision(line, &record.Decision{})
			}
			if err != nil {
				return usage(err)
			}
			return a.decide(cmd.Context(), d)
		},
	}
	cmd.Flags().StringVar(&d.By, "by", "", "who decides")
	cmd.Flags().StringVar(&d.Note, "note", "", "why")
	cmd.Flags().StringVar(&d.Source, "source", "", "what the decision rests on: an address, a document")
	return cmd
}

// decide adds a decision to the file, with the fingerprints of the records as
// the store has them.
func (a *app) decide(ctx context.Context, d *record.Decision) error {
	cfg, _, err := a.load()
	if err != nil {
		return err
	}
	if len(cfg.Decisions) == 0 {
		return usagef("%s names no file for decisions: add decisions: [decisions.jsonl] to it", config.FileName)
	}
	d.Synthetic = cfg.Demo
	err = a.inStore(func(s *bolt.Store) (err error) {
		d.Hashes, err = link.Hashes(ctx, s, d.Link)
		return err
	})
	if errors.Is(err, link.ErrNoLink) {
		return usage(err)
	}
	if err != nil {
		return err
	}
	name := filepath.Join(a.dir, cfg.Decisions[0])
	if err := appendDecision(name, d); err != nil {
		return fmt.Errorf("%s: %w", name, bare(err))
	}
	if a.json {
		line, err := record.Marshal(d)
		if err == nil {
			_, err = a.out.Write(append(line, '\n'))
		}
		return err
	}
	fmt.Fprintf(a.out, "%s: %s by %s, in %s\nIt counts from the next run, or after tripoint link and tripoint snapshot.\n",
		d.Link, d.Verdict, d.By, name)
	return nil
}

// appendDecision adds a line to a file. It is on the disk when this returns.
func appendDecision(name string, d *record.Decision) (err error) {
	line, err := record.Marshal(d)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	var end [1]byte
	if size > 0 {
		if _, err := f.ReadAt(end[:], size-1); err != nil {
			return err
		}
		if !bytes.Equal(end[:], []byte("\n")) { // a line that was written by hand, or cut off
			line = append([]byte("\n"), line...)
		}
	}
	if _, err := f.Write(append(line, '\n')); err != nil {
		return err
	}
	return f.Sync()
}
