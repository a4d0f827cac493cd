package main

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/snapshot"
)

// published is the latest snapshot, which the reading verbs read: never the
// live store, which is one process's.
type published struct {
	cfg     *config.Config
	dir     string
	version snapshot.Version
}

func (a *app) published() (*published, error) {
	cfg, _, err := a.load()
	if err != nil {
		return nil, err
	}
	dir := a.data(cfg, snapshotsDir)
	v, err := snapshot.Latest(dir)
	if errors.Is(err, record.ErrNotFound) {
		return nil, fmt.Errorf("nothing is published in %s yet: run tripoint run, or tripoint snapshot", dir)
	}
	return &published{cfg, dir, v}, err
}

// useCounts weighs words as the links of the latest snapshot do, where there
// is one: the same two names must score the same everywhere.
func (a *app) useCounts() error {
	if _, err := os.Stat(filepath.Join(a.dir, config.FileName)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	cfg, _, err := a.load()
	if err != nil {
		return err
	}
	dir := a.data(cfg, snapshotsDir)
	v, err := snapshot.Latest(dir)
	if errors.Is(err, record.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	text, err := snapshot.TokenCounts(dir, v.Version)
	if err != nil {
		return err
	}
	return names.UseCounts(text)
}

func (p *published) scan(kind record.Kind) iter.Seq2[record.Record, error] {
	return snapshot.Read(p.dir, p.version.Version, kind)
}

// get finds one record.
func (p *published) get(ref record.Ref) (record.Record, error) {
	r, err := snapshot.Get(p.dir, p.version.Version, ref)
	if errors.Is(err, record.ErrNotFound) {
		return nil, fmt.Errorf("%s: %w in snapshot %s", ref, record.ErrNotFound, p.version.Version)
	}
	return r, err
}

// demoMark is what a screen of generated data says.
func (p *published) demoMark() string {
	if p.version.Demo != "" {
		return p.version.Demo
	}
	return ""
}
