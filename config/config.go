package config

import (
	"fmt"
	"io/fs"
	"net"
	"path"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/config/cet"
	"github.com/tripoint-data/tripoint/config/sources"
)

// The names of the user's configuration and of the file of records that no
// output shows, where the configuration names no other.
const (
	FileName     = "tripoint.yaml"
	SuppressName = "suppress.yaml"
)

// Config is the user's tripoint.yaml.
type Config struct {
	// Contact is the address or mailbox that publishers can write to; it
	// stands in the User-Agent. Without it nothing is crawled.
	Contact string `yaml:"contact"`
	// Data is the folder of archive, store and snapshots, relative to the
	// configuration's own folder.
	Data string `yaml:"data"`
	// Sources lists the ids of the sources to run, in the order that decides
	// which of two readings of one fact is preferred.
	Sources []string `yaml:"sources"`
	// Accept lists sources whose terms of use the user has read and accepts.
	Accept []string `yaml:"accept"`
	// Editions are the CET editions to tag with; 2024 where empty.
	Editions []string `yaml:"editions"`
	// Decisions are files of analysts' decisions as JSON lines, relative to
	// the configuration's folder; one that is absent counts as empty.
	Decisions []string `yaml:"decisions"`
	// Diversion lists countries, as ISO 3166-1 alpha-2 codes, to or through
	// which goods of the Common High Priority List are told in findings, beside
	// Russia and Belarus.
	Diversion []string `yaml:"diversion"`
	// Notify says who is told of events of sources that have no notify of their own.
	Notify *Notify `yaml:"notify"`
	// Listen is the address where schedule serves /metrics and /healthz; none
	// where empty.
	Listen string `yaml:"listen"`
	// Suppress is a file of records that no output may show.
	Suppress string `yaml:"suppress"`
	// Demo marks a store of invented data; only the demo sets it.
	Demo bool `yaml:"demo"`
}

// Load reads tripoint.yaml from a folder.
func Load(fsys fs.FS) (*Config, error) {
	f, err := readFile(fsys, FileName)
	if err != nil {
		return nil, err
	}
	c := &Config{Data: "data", Editions: []string{cet.Default}, Suppress: SuppressName}
	f.decode(f.root, c)
	if c.Data == "" {
		f.fault("data", "is empty: name the folder for archive, store and snapshots")
	}
	for i, id := range c.Sources {
		if slices.Contains(c.Sources[:i], id) {
			f.fault(fmt.Sprintf("sources[%d]", i), "%q stands here twice", id)
		}
	}
	if c.Listen != "" {
		if _, _, err := net.SplitHostPort(c.Listen); err != nil {
			f.fault("listen", "%q is no address like 127.0.0.1:9464", c.Listen)
		}
	}
	c.Notify.validate(f)
	for i, e := range c.Editions {
		if !slices.Contains(cet.Editions(), e) {
			f.fault(fmt.Sprintf("editions[%d]", i), "%q is no edition of the CET list: use %s", e, quoted(cet.Editions()))
		}
	}
	return c, f.err()
}

// Catalogue returns all sources by id: the shipped ones, and those of the
// user's folder sources/, which replace shipped ones of the same id. Files
// that are at fault are left out and reported together.
func Catalogue(user fs.FS) (map[string]*Source, error) {
	all := map[string]*Source{}
	var faults Faults
	for _, from := range []struct {
		fsys   fs.FS
		prefix string
	}{{sources.Files, "."}, {user, "sources"}} {
		if from.fsys == nil {
			continue
		}
		names, err := fs.Glob(from.fsys, path.Join(from.prefix, "*.yaml"))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			s, err := ReadSource(from.fsys, name)
			if err != nil {
				faults.add(name, err)
				continue
			}
			if want := strings.TrimSuffix(path.Base(name), ".yaml"); s.ID != want {
				faults = append(faults, Fault{File: name, Line: 1, Path: "id", What: fmt.Sprintf("is %q, but the file is named %s.yaml", s.ID, want)})
				continue
			}
			all[s.ID] = s
		}
	}
	if len(faults) > 0 {
		return all, faults
	}
	return all, nil
}

// Choose returns the sources that c names, in its order.
func (c *Config) Choose(all map[string]*Source) ([]*Source, error) {
	var out []*Source
	for _, id := range c.Sources {
		s, ok := all[id]
		if !ok {
			return nil, fmt.Errorf("%s: sources: no source is named %q; tripoint check lists them", FileName, id)
		}
		out = append(out, s)
	}
	return out, nil
}
