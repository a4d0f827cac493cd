package fetch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// ErrLater says that a publisher asked for a longer silence than retry.max_wait.
var ErrLater = errors.New("the publisher asked to come back later than retry.max_wait")

// holdMax bounds what a publisher's word can do to a long-lived process.
const holdMax = 24 * time.Hour

// limiter gives out the turns of every host, to all sources of the process
// and, where there is a folder for it, of other processes.
type limiter struct {
	log   *slog.Logger
	dir   string // "" where no other process is asked
	mu    sync.Mutex
	hosts map[string]*turns
}

// turns are those of one host.
type turns struct {
	host string
	log  *slog.Logger
	file hostFile

	mu     sync.Mutex
	pace   pace
	slowed time.Time     // when the pace was last slowed down
	looked time.Time     // when the file was last read
	active int           // requests in flight
	freed  chan struct{} // closed and replaced when one ends
}

func (l *limiter) host(host string) *turns {
	host = strings.ToLower(host)
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.hosts[host]
	if t == nil {
		t = &turns{host: host, log: l.log, file: newHostFile(l.dir, host, l.log), freed: make(chan struct{})}
		l.hosts[host] = t
	}
	return t
}

// take waits for a place among the parallel requests and then for its time.
// The returned function gives the place back.
func (t *turns) take(ctx context.Context, c *Client, every time.Duration) (func(), error) {
	if err := t.enter(ctx, c.opt.Parallel()); err != nil {
		return nil, err
	}
	leave, err := t.wait(ctx, c, every)
	if err != nil {
		t.give()
		return nil, err
	}
	return func() { leave(); t.give() }, nil
}

// wait waits for the time of a turn and then, where there is an interval, for
// a place among the requests of all processes.
func (t *turns) wait(ctx context.Context, c *Client, every time.Duration) (leave func(), err error) {
	if err := t.await(ctx, c, every); err != nil || every == 0 {
		return func() {}, err
	}
	leave, waited, err := t.file.slot(ctx, c.opt.Parallel())
	if err == nil && waited { // another process's request came between: its distance is kept too
		err = t.await(ctx, c, every)
	}
	if err != nil {
		leave()
	}
	return leave, err
}

// enter waits for a place among the requests of this process.
func (t *turns) enter(ctx context.Context, places int) error {
	for {
		t.mu.Lock()
		if t.active < places {
			t.active++
			t.mu.Unlock()
			return nil
		}
		freed := t.freed
		t.mu.Unlock()
		select {
		case <-freed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// await waits for the time of a turn.
func (t *turns) await(ctx context.Context, c *Client, every time.Duration) error {
	for {
		now := c.agent.opt.Now()
		start, err := t.book(now, every, c.opt.retryMaxWait())
		if err != nil || !start.After(now) {
			return err
		}
		if err := c.agent.opt.Sleep(ctx, start.Sub(now)); err != nil {
			return err
		}
		if !t.paused(start) {
			return nil
		}
	}
}

// book takes the next free start, unless the silence that the publisher asked
// for is longer than a wait.
func (t *turns) book(now time.Time, every, wait time.Duration) (start time.Time, err error) {
	t.change(now, every > 0, func(p *pace) {
		if p.Pause.Sub(now) > wait {
			err = fmt.Errorf("%w: at %s", ErrLater, p.Pause.UTC().Format(time.RFC3339))
			return
		}
		start = later(now, p.Next, p.Pause)
		p.Next = start.Add(max(every, p.Slow))
	})
	return start, err
}

func later(at time.Time, others ...time.Time) time.Time {
	for _, other := range others {
		if other.After(at) {
			at = other
		}
	}
	return at
}

// paused says whether silence was asked for while a start was waited for.
func (t *turns) paused(start time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.pace.Pause.After(start)
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
	t.change(now, true, func(p *pace) { p.Pause = later(now.Add(min(wait, holdMax)), p.Pause) })
}
