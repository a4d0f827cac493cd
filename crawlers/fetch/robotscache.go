package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// ErrRobots says that an address is closed to us.
var ErrRobots = errors.New("disallowed by the robots.txt")

// errRobotsUnread stands beside ErrRobots where the host, not the address, is
// what cannot be had.
var errRobotsUnread = errors.New("could not be read")

const (
	robotsFresh     = 24 * time.Hour  // RFC 9309 §2.4
	robotsRetry     = 5 * time.Minute // after a robots.txt that could not be read
	robotsRedirects = 5
)

// robotsCache keeps what each site's robots.txt said.
type robotsCache struct {
	mu    sync.Mutex
	sites map[string]*site
}

type site struct {
	turn  chan struct{} // one reader at a time
	rules *rules
	err   error // unreachable or private: everything is disallowed
	until time.Time
}

// get returns the rules of u's site, read at most once a day.
func (r *robotsCache) get(ctx context.Context, c *Client, u *url.URL) (*rules, error) {
	r.mu.Lock()
	s := r.sites[origin(u)]
	if s == nil {
		s = &site{turn: make(chan struct{}, 1)}
		r.sites[origin(u)] = s
	}
	r.mu.Unlock()
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-s.turn }()
	now := c.agent.opt.Now()
	if now.Before(s.until) {
		return s.rules, s.err
	}
	rules, err := c.readRobots(ctx, u)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	s.rules, s.err, s.until = rules, nil, now.Add(robotsFresh)
	if err != nil {
		s.err = err
		if !errors.Is(err, ErrPrivate) { // which closes the host, whatever its robots.txt would say
			s.err = fmt.Errorf("%w of %s, which %w: %w", ErrRobots, u.Host, errRobotsUnread, err)
		}
		s.until = now.Add(robotsRetry)
	}
	return s.rules, s.err
}

// readRobots fetches a robots.txt. 4xx allows everything; 5xx, 429 and an
// unreachable host disallow everything (RFC 9309 §2.3.1).
func (c *Client) readRobots(ctx context.Context, u *url.URL) (*rules, error) {
	at := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}
	for range robotsRedirects + 1 {
		if err := checkURL(at); err != nil {
			return nil, err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
		if err != nil {
			return nil, err
		}
		resp, err := c.hop(req, c.opt.every()).try()
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(resp.Body)
		if err != nil {
			return nil, err
		}
		switch status := resp.StatusCode; {
		case status >= 200 && status < 300:
			return parseRobots(data, Product), nil
		case status >= 300 && status < 400:
			next, err := resp.Location()
			if err != nil {
				return &rules{}, nil // a redirect to nowhere is no robots.txt
			}
			at = at.ResolveReference(next)
		case status >= 400 && status < 500 && status != http.StatusTooManyRequests:
			return &rules{}, nil
		default:
			return nil, fmt.Errorf("status %d", status)
		}
	}
	return &rules{}, nil // RFC 9309 §2.3.1.2: too many redirects are as none
}
