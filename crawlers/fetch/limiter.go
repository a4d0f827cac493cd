package fetch

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// ErrLater says that a publisher asked for a longer silence than retry.max_wait.
var ErrLater = errors.New("the publisher asked to come back later than retry.max_wait")

// holdMax bounds what a publisher's word can do to a long-lived process.
const holdMax = 24 * time.Hour

// limiter gives out the turns of every host, to all sources of the process.
type limiter struct {
	mu    sync.Mutex
	hosts map[string]*turns
}

// turns are those of one host.
type turns struct {
	mu     sync.Mutex
	next   time.Time     // the earliest start of the next request
	pause  time.Time     // the publisher asked for silence until then
	active int           // requests in flight
	freed  chan struct{} // closed and replaced when one ends
}

func (l *limiter) host(host string) *turns {
	host = strings.ToLower(host)
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.hosts[host]
	if t == nil {
		t = &turns{freed: make(chan struct{})}
		l.hosts[host] = t
	}
	return t
}

// take waits for a place among the parallel requests and then for its time.
// The returned function gives the place back.
func (t *turns) take(ctx context.Context, c *Client, every time.Duration) (func(), error) {
	for {
		t.mu.Lock()
		if t.active < c.opt.Parallel() {
			t.active++
			t.mu.Unlock()
			break
		}
		freed := t.freed
		t.mu.Unlock()
		select {
		case <-freed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	for {
		now := c.agent.opt.Now()
		if err := t.open(now, c.opt.retryMaxWait()); err != nil {
			t.give()
			return nil, err
		}
		start := t.reserve(now, every)
		if !start.After(now) {
			return t.give, nil
		}
		if err := c.agent.opt.Sleep(ctx, start.Sub(now)); err != nil {
			t.give()
			return nil, err
		}
		if !t.paused(start) {
			return t.give, nil
		}
	}
}

// reserve books the next free start.
func (t *turns) reserve(now time.Time, every time.Duration) time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	start := now
	for _, at := range []time.Time{t.next, t.pause} {
		if at.After(start) {
			start = at
		}
	}
	t.next = start.Add(every)
	return start
}

// open says whether the silence that was asked for ends within a wait.
func (t *turns) open(now time.Time, wait time.Duration) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.pause.Sub(now) > wait {
		return fmt.Errorf("%w: at %s", ErrLater, t.pause.UTC().Format(time.RFC3339))
	}
	return nil
}

// paused says whether silence was asked for while a start was waited for.
func (t *turns) paused(start time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.pause.After(start)
}

func (t *turns) give() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.active--
	close(t.freed)
	t.freed = make(chan struct{})
}

// hold keeps every source from the host for a while.
func (t *turns) hold(now time.Time, wait time.Duration) {
	until := now.Add(min(wait, holdMax))
	t.mu.Lock()
	defer t.mu.Unlock()
	if until.After(t.pause) {
		t.pause = until
	}
}
