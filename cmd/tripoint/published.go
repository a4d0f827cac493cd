package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"

	"github.com/tripoint-data/tripoint/config"
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

func (p *published) scan(kind record.Kind) iter.Seq2[record.Record, error] {
	return snapshot.Read(p.dir, p.version.Version, kind)
}

// get finds one record. A snapshot's files are read through: it is a dataset,
// not an index.
func (p *published) get(ctx context.Context, ref record.Ref) (record.Record, error) {
	for r, err := range p.scan(ref.Kind) {
		if err != nil {
			return nil, err
		}
		if r.Ref() == ref {
			return r, nil
		}
	}
	return nil, fmt.Errorf("%s: %w in snapshot %s", ref, record.ErrNotFound, p.version.Version)
}

// demoMark is what a screen of generated data says.
func (p *published) demoMark() string {
	if p.version.Demo != "" {
		return p.version.Demo
	}
	return ""
}

// sources are what the snapshot says of its sources.
func (p *published) sources() ([]snapshot.SourceInfo, error) {
	name := filepath.Join(p.dir, p.version.Version, "datapackage.json")
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, bare(err))
	}
	var pack struct {
		Sources []snapshot.SourceInfo `json:"sources"`
	}
	if err := json.Unmarshal(text, &pack); err != nil {
		return nil, fmt.Errorf("%s: %w", name, record.Plain(err))
	}
	return pack.Sources, nil
}
