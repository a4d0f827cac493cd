// Package site crawls sources that are walked by links: from start pages along
// links, forms and next pages to what they lead to. Colly walks; the frontier,
// manners and captures are ours.
//
// Start with New and Options.
package site

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

const (
	pageBytes = 64 << 20 // limits.max_bytes of a page where none is set
	depthVar  = "depth"  // the variable that counts links from the start, where depth is set
)

// Crawler walks links.
type Crawler struct {
	opt   Options
	agent *fetch.Agent
	scope scope
}

// New decodes the options and returns a crawler, or all faults joined.
func New(decode func(any) error, agent *fetch.Agent) (*Crawler, error) {
	c := &Crawler{opt: Options{Role: "list"}, agent: agent}
	if err := decode(&c.opt); err != nil {
		return nil, err
	}
	if err := errors.Join(c.opt.check(), c.opt.Login.Check(agent, c.opt.AllowPrivate)); err != nil {
		return nil, err
	}
	if c.opt.Limits.MaxBytes == 0 {
		c.opt.Limits.MaxBytes = pageBytes
	}
	c.opt.MaxPages = cmp.Or(c.opt.MaxPages, fetch.PagesMost)
	c.scope = newScope(c.opt.Start, c.opt.Hosts)
	return c, nil
}

// Crawl walks a job's pages. A page is done when it is kept and the requests
// that it leads to are in the frontier.
func (c *Crawler) Crawl(ctx context.Context, job fetch.Job) error {
	if err := c.crawl(ctx, job); err != nil {
		return fmt.Errorf("site: %w", err)
	}
	return nil
}

func (c *Crawler) crawl(ctx context.Context, job fetch.Job) error {
	if err := job.Seed(ctx, c.start); err != nil {
		return err
	}
	walk, err := c.newWalker(ctx, job)
	if err != nil {
		return err
	}
	return job.WorkUpTo(ctx, c.opt.MaxPages, fetch.Steps{Parallel: c.opt.Parallel(), Fetch: walk.fetch, Lead: walk.lead})
}

func (c *Crawler) start(vars map[string]string) ([]record.Request, error) {
	requests := make([]record.Request, len(c.opt.Start))
	for i, template := range c.opt.Start {
		address, err := fetch.Template(template).URL(vars)
		if err != nil {
			return nil, fmt.Errorf("start: %w", err)
		}
		if u, err := url.Parse(address); err != nil || !c.scope.allows(u) {
			return nil, fmt.Errorf("start: %s is not among hosts", fetch.Redact(address))
		}
		requests[i] = record.Request{URL: address, Role: c.opt.Role, Vars: vars}
	}
	return requests, nil
}
