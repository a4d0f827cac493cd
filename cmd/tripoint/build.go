package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/crawlers"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/internal/pipeline"
	"github.com/tripoint-data/tripoint/parsers"
	"github.com/tripoint-data/tripoint/sinks/archive"
	"github.com/tripoint-data/tripoint/sinks/bolt"
)

// house is the rooms of one data folder, open and wired together.
type house struct {
	cfg     *config.Config
	sources map[string]*config.Source
	agent   *fetch.Agent
	archive *archive.Archive
	store   *bolt.Store
	stages  *pipeline.House

	telling sync.Mutex  // who tells what has happened
	turn    sync.Mutex  // whose turn it is to change records, or to publish them
	changed atomic.Bool // a load has changed records since they were published
}

// The folders in the data folder.
const (
	archiveDir   = "archive"
	storeDir     = "store"
	snapshotsDir = "snapshots"
	tempDir      = ".scratch"
	crawlDir     = "crawl" // turns of hosts, bodies that broke off
)

// load reads the configuration and all sources.
func (a *app) load() (*config.Config, map[string]*config.Source, error) {
	fsys := os.DirFS(a.dir)
	cfg, err := config.Load(fsys)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil, usagef("no %s in %s: run tripoint init, or name its folder with -C", config.FileName, a.dir)
	}
	if err != nil {
		return nil, nil, usage(err)
	}
	for _, code := range cfg.Diversion {
		if tables.CountryName(code) == "" {
			return nil, nil, usagef("%s: diversion: %q is no country: write its two letters, AE", config.FileName, code)
		}
	}
	all, err := config.Catalogue(fsys)
	if err == nil {
		_, err = cfg.Choose(all)
	}
	return cfg, all, usage(err)
}

// data is a folder in the data folder.
func (a *app) data(cfg *config.Config, name string) string {
	if filepath.IsAbs(cfg.Data) {
		return filepath.Join(cfg.Data, name)
	}
	return filepath.Join(a.dir, cfg.Data, name)
}

// open opens the house for writing. Its close must be called.
func (a *app) open(ctx context.Context) (h *house, err error) {
	h = &house{}
	if h.cfg, h.sources, err = a.load(); err != nil {
		return nil, err
	}
	if h.agent, err = a.newAgent(h.cfg); err != nil {
		return nil, usage(err)
	}
	h.store, err = bolt.Open(a.data(h.cfg, storeDir), bolt.Options{Synthetic: h.cfg.Demo, Now: a.now, Log: a.log, Order: h.cfg.Sources})
	if err != nil {
		return nil, err
	}
	// The store's lock is ours: what lies in the scratch folder is a killed run's.
	temp := a.data(h.cfg, tempDir)
	if err := errors.Join(os.RemoveAll(temp), os.MkdirAll(temp, 0o755)); err != nil {
		return nil, errors.Join(err, h.store.Close())
	}
	if h.archive, err = archive.Open(a.data(h.cfg, archiveDir), archive.Options{Log: a.log}); err != nil {
		return nil, errors.Join(err, h.store.Close())
	}
	room := storeRoom{h.store, &h.changed}
	h.stages = &pipeline.House{Archive: h.archive, Store: room, Frontiers: room, Runs: h.store, Now: a.now, Temp: temp, Diversion: h.cfg.Diversion}
	h.stages.Linked = a.linked
	counts, err := h.stages.Counts(ctx)
	if err := errors.Join(err, names.UseCounts(counts)); err != nil {
		return nil, errors.Join(err, h.close())
	}
	if err := h.markKilled(ctx); err != nil {
		return nil, errors.Join(err, h.close())
	}
	return h, nil
}

func (h *house) close() error {
	h.agent.Close()
	return errors.Join(h.archive.Close(), h.store.Close())
}

func (a *app) newAgent(cfg *config.Config) (*fetch.Agent, error) {
	return fetch.NewAgent(fetch.AgentOptions{
		Contact: cfg.Contact, Version: version(), Hosts: a.hosts, HostRules: a.hostRules,
		Base: a.dir, Temp: a.data(cfg, tempDir), State: a.data(cfg, crawlDir), Env: os.Getenv, Log: a.log,
	})
}

// source makes a source's crawler and parser. All faults come back at once.
func build(s *config.Source, agent *fetch.Agent) (*pipeline.Source, error) {
	crawler, crawlErr := crawlers.New(s.Crawl.Kind, s.Crawl.Decode, agent)
	f, fn, unpack, parseErr := buildParser(s)
	_, planErr := planOf(s)
	if err := errors.Join(s.Crawl.Locate(crawlErr), parseErr, planErr); err != nil {
		return nil, err
	}
	out := &pipeline.Source{
		ID: s.ID, Full: s.Set == "full", Crawler: crawler, Format: f, Parse: fn, Unpack: unpack, Roles: s.Parse.Roles, Vars: map[string][]string{},
		Gate: pipeline.Gate{
			MinRecords: s.Assert.MinRecords, MaxRecords: s.Assert.MaxRecords, MaxDrop: float64(s.Assert.MaxDrop),
			MaxProblems: 0.05, Fill: s.Assert.Fill,
		},
	}
	if share := s.Assert.MaxProblems; share != nil {
		out.Gate.MaxProblems = float64(*share)
	}
	for _, c := range s.Assert.Contains {
		out.Gate.Contains = append(out.Gate.Contains, pipeline.Contains{ID: c.ID, Name: c.Name})
	}
	for name, v := range s.Crawl.Vars {
		out.Vars[name] = v.Values
		if len(v.Range) == 2 {
			for i := v.Range[0]; i <= v.Range[1]; i++ {
				out.Vars[name] = append(out.Vars[name], fmt.Sprint(i))
			}
		}
	}
	if e := s.Crawl.Foreach; e != nil {
		out.Foreach = &pipeline.Foreach{Countries: e.Where.Countries, Lists: e.Where.Lists, As: e.As}
	}
	if s.Synthetic != nil {
		out.Synthetic = s.Synthetic.Regexp
	}
	return out, nil
}

// buildParser makes a source's parser alone.
func buildParser(s *config.Source) (parsers.Format, parsers.Func, parsers.Unpack, error) {
	var unpack parsers.Unpack
	f, err := parsers.Lookup(s.Parse.Format)
	if err != nil {
		return f, nil, unpack, s.Parse.Locate(err)
	}
	asked := false
	fn, err := f.New(func(options any) error {
		asked = true
		return s.Parse.Decode(options)
	})
	if err == nil && !asked { // a format without options takes no keys
		err = s.Parse.Decode(&struct{}{})
	}
	return f, fn, unpack, errors.Join(s.Parse.Locate(err), s.Parse.Unpack.Decode(&unpack))
}

// chosen makes the sources that are named, or all that the configuration
// names, in its order.
func (h *house) chosen(names []string) ([]*pipeline.Source, error) {
	if len(names) == 0 {
		names = h.cfg.Sources
	}
	if len(names) == 0 {
		return nil, usagef("no source is chosen: name some under sources in %s, tripoint check lists them", config.FileName)
	}
	var (
		out    []*pipeline.Source
		faults []error
	)
	for _, id := range names {
		s := h.sources[id]
		if s == nil {
			return nil, usagef("no source is named %q; tripoint check lists them", id)
		}
		src, err := build(s, h.agent)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		out = append(out, src)
	}
	return out, usage(errors.Join(faults...))
}

// mayCrawl says whether the terms of a source allow to crawl it.
func mayCrawl(cfg *config.Config, s *config.Source) error {
	if s.Terms.Allowed() || slices.Contains(cfg.Accept, s.ID) {
		return nil
	}
	return usagef("%s: automated access is %s by the publisher's terms (%s): read them, and name %s under accept in %s if you may",
		s.ID, s.Terms.AutomatedAccess, s.Terms.URL, s.ID, config.FileName)
}

// storeRoom fits the store to the stages, which know no store by name.
type storeRoom struct {
	*bolt.Store
	changed *atomic.Bool
}

func (s storeRoom) Begin(ctx context.Context, source, run string, full bool) (pipeline.Load, error) {
	mode := bolt.Grow
	if full {
		mode = bolt.Full
	}
	l, err := s.Store.Begin(ctx, source, run, mode)
	if err != nil {
		return nil, err
	}
	return loadRoom{l, s.changed}, nil
}

type loadRoom struct {
	*bolt.Load
	changed *atomic.Bool
}

func (l loadRoom) Commit(ctx context.Context) (pipeline.Delta, error) {
	d, err := l.Load.Commit(ctx)
	if d.Added+d.Changed+d.Absent > 0 {
		l.changed.Store(true)
	}
	return pipeline.Delta(d), err
}

func (s storeRoom) Frontier(ctx context.Context, source, run string) (pipeline.Frontier, error) {
	f, err := s.Store.Frontier(ctx, source, run)
	if err != nil {
		return nil, err
	}
	return f, nil
}
