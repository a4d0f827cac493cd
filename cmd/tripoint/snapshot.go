package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/snapshot"
)

// privateDir is where private snapshots stand: nobody takes them for public
// ones, and no public delta tells of them.
const privateDir = "snapshots-private"

func (a *app) snapshotCmd() *cobra.Command {
	var private bool
	cmd := &cobra.Command{
		Use:   "snapshot",
		Short: "Publish what the store holds as a dataset",
		Long: `Write all records of the store in every format into a new folder under
snapshots/, with their hashes, sources, licences and what changed, and name it in
latest.json. The same input gives the same bytes under the same name. Sources
that may not be passed on are left out and listed. --private keeps them for your
own use, under snapshots-private/.`,
		Example: "  tripoint snapshot",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.inHouse(cmd.Context(), func(h *house) error {
				where, err := a.publish(cmd.Context(), h, private)
				if err == nil {
					fmt.Fprintln(a.out, where)
				}
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&private, "private", false, "keep sources that may not be passed on: for your own use only")
	return cmd
}

// publish writes a snapshot and returns its folder.
func (a *app) publish(ctx context.Context, h *house, private bool) (string, error) {
	suppressed, err := a.suppressed(h.cfg)
	if err != nil {
		return "", usage(err)
	}
	in := snapshot.Input{
		Records: h.store, CodeVersion: version(), Suppress: suppressed, Demo: h.cfg.Demo, Private: private,
	}
	if in.TokenCounts, err = h.stages.Counts(ctx); err != nil {
		return "", err
	}
	hash := sha256.New()
	for _, id := range h.cfg.Sources {
		s := h.sources[id]
		if s == nil {
			continue
		}
		info := snapshot.SourceInfo{
			ID: id, Title: s.Title, Publisher: s.Publisher.Name, URL: s.Publisher.URL, Licence: s.Terms.Licence,
			LicenceURL: s.Terms.URL, Redistribute: s.Terms.Redistribute, Synthetic: s.Synthetic != nil,
		}
		for c, err := range h.archive.Captures(ctx, id) {
			if err != nil {
				return "", err
			}
			if !c.Fetched.Before(info.Fetched) {
				info.Fetched, info.SHA256 = c.Fetched, c.SHA256
			}
			if c.Fetched.After(in.Watermark) {
				in.Watermark = c.Fetched
			}
		}
		in.Sources = append(in.Sources, info)
		text, err := fs.ReadFile(s.Home, s.File)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(hash, "%s\n%s\n", id, text)
	}
	in.ConfigHash = hex.EncodeToString(hash.Sum(nil))
	if in.Watermark.IsZero() {
		return "", errors.New("nothing is archived yet: run tripoint run first")
	}
	dir := a.data(h.cfg, snapshotsDir)
	if private {
		dir = a.data(h.cfg, privateDir)
	}
	v, idle, err := snapshot.Write(ctx, dir, in, snapshot.Options{})
	if err != nil {
		return "", err
	}
	for _, s := range idle {
		a.log.Warn("a suppression hides nothing: is its id written as the record's?", "id", s.ID)
	}
	return filepath.Join(dir, v.Version), nil
}

// suppressed reads the file of records that no output may show.
func (a *app) suppressed(cfg *config.Config) ([]snapshot.Suppressed, error) {
	if cfg.Suppress == "" {
		return nil, nil
	}
	name := cfg.Suppress
	if !filepath.IsAbs(name) {
		name = filepath.Join(a.dir, name)
	}
	var file struct {
		Suppress []snapshot.Suppressed `yaml:"suppress"`
	}
	err := config.ReadFile(os.DirFS(filepath.Dir(name)), filepath.Base(name), &file)
	if errors.Is(err, fs.ErrNotExist) && cfg.Suppress == config.SuppressName {
		return nil, nil
	}
	if errors.Is(err, fs.ErrNotExist) { // suppression never fails open: a file that was named must be there
		return nil, fmt.Errorf("%s: suppress: %w", config.FileName, err)
	}
	if err != nil {
		return nil, err
	}
	for i, s := range file.Suppress {
		at := fmt.Sprintf("%s: suppress[%d]", cfg.Suppress, i)
		if s.ID == "" || s.Reason == "" || s.Date == "" {
			return nil, record.Faultf(at, "needs id, reason and date")
		}
		ref, err := record.ParseRef(s.ID)
		if err != nil {
			return nil, record.Faultf(at, "%w", err)
		}
		file.Suppress[i].ID = ref.String()
	}
	return file.Suppress, nil
}
