package crawltest

import (
	"context"
	"io"
	"sync"

	"github.com/tripoint-data/tripoint/record"
)

// Frontier is a fetch.Frontier in memory. It outlives a crawl as the store's
// outlives a process: Restart puts back what was leased and not done.
type Frontier struct {
	mu      sync.Mutex
	seen    map[string]bool
	waiting []record.Request
	leased  map[string]record.Request
}

// NewFrontier returns an empty frontier.
func NewFrontier() *Frontier {
	return &Frontier{seen: map[string]bool{}, leased: map[string]record.Request{}}
}

// Add queues requests that were never seen.
func (f *Frontier) Add(ctx context.Context, requests ...record.Request) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for _, r := range requests {
		if !f.seen[r.Key()] {
			f.seen[r.Key()] = true
			f.waiting = append(f.waiting, r)
		}
	}
	return nil
}

// Lease takes the next request, or returns io.EOF.
func (f *Frontier) Lease(ctx context.Context) (record.Request, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if ctx.Err() != nil {
		return record.Request{}, ctx.Err()
	}
	if len(f.waiting) == 0 {
		return record.Request{}, io.EOF
	}
	r := f.waiting[0]
	f.waiting = f.waiting[1:]
	f.leased[r.Key()] = r
	return r, nil
}

// Done ends a lease.
func (f *Frontier) Done(ctx context.Context, r record.Request) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	delete(f.leased, r.Key())
	return nil
}

// Restart puts back what was leased and not done, as a new run finds it.
func (f *Frontier) Restart() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for key, r := range f.leased {
		f.waiting = append(f.waiting, r)
		delete(f.leased, key)
	}
}

// Left returns how many requests are waiting or not done.
func (f *Frontier) Left() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.waiting) + len(f.leased)
}
