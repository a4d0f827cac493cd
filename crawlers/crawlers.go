// Package crawlers makes the crawler that a source's crawl block asks for. Each
// way of fetching lives in a folder of its own; all stand on package fetch.
//
// Start with New and the table of kinds.
package crawlers

import (
	"fmt"
	"slices"

	"github.com/tripoint-data/tripoint/crawlers/api"
	"github.com/tripoint-data/tripoint/crawlers/browser"
	"github.com/tripoint-data/tripoint/crawlers/bulk"
	"github.com/tripoint-data/tripoint/crawlers/drop"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/crawlers/site"
)

// Job is one crawl of one source.
type Job = fetch.Job

type maker func(decode func(any) error, agent *fetch.Agent) (fetch.Crawler, error)

// kinds are the ways of fetching, as crawl.kind names them.
var kinds = map[string]maker{
	"api":     of(api.New),
	"browser": of(browser.New),
	"bulk":    of(bulk.New),
	"drop":    of(drop.New),
	"site":    of(site.New),
}

// of makes a kind's constructor one of a fetch.Crawler.
func of[C fetch.Crawler](construct func(func(any) error, *fetch.Agent) (C, error)) maker {
	return func(decode func(any) error, agent *fetch.Agent) (fetch.Crawler, error) {
		c, err := construct(decode, agent)
		if err != nil {
			return nil, err // never a nil *T in a Crawler
		}
		return c, nil
	}
}

// New returns a crawler of a kind. Decode fills the kind's options from the
// crawl block, strictly; faults come back joined, their paths relative to the
// block.
func New(kind string, decode func(any) error, agent *fetch.Agent) (fetch.Crawler, error) {
	construct, ok := kinds[kind]
	if !ok {
		return nil, fmt.Errorf("kind %q is none of %v", kind, Kinds())
	}
	return construct(decode, agent)
}

// Kinds returns the kinds that New knows, sorted.
func Kinds() []string {
	names := make([]string, 0, len(kinds))
	for name := range kinds {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
