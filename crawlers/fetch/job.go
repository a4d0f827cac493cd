// Package fetch is what lies under every way of crawling: the Job that a
// crawler is given, and the polite HTTP that it fetches with — identity,
// robots.txt, rate per host, retries, validators, limits, guard.
//
// Start with Job and Crawler, then Agent, which is shared by all crawlers of a
// process, and Client, which a crawler makes of its own Options.
package fetch

import (
	"context"
	"io"
	"iter"

	"github.com/tripoint-data/tripoint/record"
)

// Job is one crawl of one source.
type Job struct {
	Source   string
	Run      string
	Vars     iter.Seq2[map[string]string, error] // one set of variables for each round of the start requests
	Frontier Frontier
	// Last returns the newest good capture of a request, or record.ErrNotFound.
	Last func(context.Context, record.Request) (record.Capture, error)
	// Keep stores an answer and returns when it is durable. Many goroutines
	// may call it. A Capture of status 304 has no body and renews the last one.
	Keep func(context.Context, record.Capture, io.Reader) error
}

// Frontier is the queue of requests of one crawl. It outlives the process.
type Frontier interface {
	// Add queues requests; one whose key the crawl has seen is ignored.
	Add(context.Context, ...record.Request) error
	// Lease takes the next request, or returns io.EOF where none is waiting
	// now; others may still be in flight and lead to more.
	Lease(context.Context) (record.Request, error)
	// Done ends a lease. A request that is never Done is leased again by the
	// next run.
	Done(context.Context, record.Request) error
}

// Crawler fetches one source's pages or files. It interprets nothing but
// links, paging and session tokens.
type Crawler interface {
	Crawl(context.Context, Job) error
}
