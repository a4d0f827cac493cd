package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

var (
	errEncoding = errors.New("encoded in a way that was not asked for")
	errSilent   = errors.New("the server was silent for longer than limits.timeout, or nearly so")
)

// roundTripper is Client as http.RoundTripper.
type roundTripper struct{ c *Client }

// RoundTrip makes one hop. The body of its answer is whole.
func (t roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	c := t.c
	if err := c.agent.Identified(); err != nil {
		return nil, err
	}
	if err := checkURL(req.URL); err != nil {
		return nil, err
	}
	if c.secretErr != nil {
		return nil, c.secretErr
	}
	req, err := replayable(req)
	if err != nil {
		return nil, err
	}
	every, err := c.permit(req.Context(), req.URL)
	if err != nil {
		return nil, err
	}
	h := c.hop(req, every)
	h.part = &part{temp: c.agent.opt.Temp}
	if c.resumes && (req.Method == http.MethodGet || req.Method == "") {
		if h.part.home = c.agent.partHome(req); h.part.home != nil {
			h.part.home.load(h.part)
		}
	}
	resp, err := h.try()
	if err == nil && !passing(resp.StatusCode) || err != nil && lasting(err) && !errors.Is(err, ErrLater) {
		h.part.drop() // what a body was made of is the body's by now
	} else {
		h.part.leave()
	}
	if err != nil {
		return nil, err
	}
	resp.Request = req
	return resp, nil
}

// replayable returns a request whose body can be sent again.
func replayable(req *http.Request) (*http.Request, error) {
	if req.Body == nil || req.Body == http.NoBody || req.GetBody != nil {
		return req, nil
	}
	body, err := io.ReadAll(io.LimitReader(req.Body, inMemory+1))
	_ = req.Body.Close()
	if err == nil && len(body) > inMemory {
		err = fmt.Errorf("a request's body is larger than %s", Size(inMemory))
	}
	if err != nil {
		return nil, err
	}
	req = req.Clone(req.Context())
	req.ContentLength = int64(len(body))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(string(body))), nil }
	return req, nil
}

// permit says whether an address may be fetched, and how far apart its host
// wants requests to be.
func (c *Client) permit(ctx context.Context, u *url.URL) (time.Duration, error) {
	every := c.opt.every()
	if c.opt.Robots == Ignore {
		return every, nil
	}
	rules, err := c.agent.robots.get(ctx, c, u)
	if err != nil {
		return 0, err
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	if !rules.allowed(path) {
		return 0, fmt.Errorf("%w of %s", ErrRobots, u.Host)
	}
	return max(every, min(rules.delay, c.opt.crawlDelayMax())), nil
}

// causeOf prefers the reason of a cancellation to its symptom.
func causeOf(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); errors.Is(cause, errSilent) {
		return cause
	}
	return err
}

// origin is what a secret is bound to: scheme, host and port.
func origin(u *url.URL) string { return strings.ToLower(u.Scheme + "://" + u.Host) }
