// Package bulk crawls sources that publish whole files: it fetches each start
// address once a run and leads nowhere else.
//
// Start with New and Options.
package bulk

import (
	"context"
	"errors"
	"fmt"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

// Options are the crawl block of a source of kind bulk.
type Options struct {
	fetch.Options `yaml:",inline"`

	Start []string `yaml:"start"` // with {variables}
	// Complete is json, xml, zip or gzip: the file must end as such a file ends.
	// For publishers that send no length to tell a cut file by. What begins as
	// a ZIP or gzip archive must end as one anyhow.
	Complete Complete `yaml:"complete"`
}

// Crawler fetches files.
type Crawler struct {
	opt   Options
	agent *fetch.Agent
}

// New decodes the options and returns a crawler, or all faults joined.
func New(decode func(any) error, agent *fetch.Agent) (*Crawler, error) {
	c := &Crawler{agent: agent}
	if err := decode(&c.opt); err != nil {
		return nil, err
	}
	if err := errors.Join(fetch.CheckStart("start", c.opt.Start), c.opt.Check()); err != nil {
		return nil, err
	}
	return c, nil
}

// Crawl fetches the files of a job. The publisher is told what we have, and
// what has not changed is renewed without a body. A file that is cut short on
// the way is gone on with, where the publisher lets us, also by the next run.
func (c *Crawler) Crawl(ctx context.Context, job fetch.Job) error {
	if err := job.Seed(ctx, c.start); err != nil {
		return fmt.Errorf("bulk: %w", err)
	}
	client := c.agent.Client(job.Source, c.opt.Options, c.opt.Start...)
	client.Expect(c.opt.Complete.check)
	client.Resume()
	err := job.Work(ctx, fetch.Steps{
		Parallel: c.opt.Parallel(),
		Fetch: func(ctx context.Context, r record.Request) (*fetch.Response, error) {
			return client.Fetch(ctx, job, r, nil, true)
		},
	})
	if err != nil {
		return fmt.Errorf("bulk: %w", err)
	}
	return nil
}

func (c *Crawler) start(vars map[string]string) ([]record.Request, error) {
	requests := make([]record.Request, len(c.opt.Start))
	for i, template := range c.opt.Start {
		url, err := fetch.Template(template).URL(vars)
		if err != nil {
			return nil, fmt.Errorf("start: %w", err)
		}
		requests[i] = record.Request{URL: url, Vars: vars}
	}
	return requests, nil
}
