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
	errSilent   = errors.New("silent for longer than limits.timeout")
)

// reader reads the body of an answer while the host's turn lasts.
type reader func(*http.Response) (io.ReadCloser, error)

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
	resp, err := c.try(req, every, func(resp *http.Response) (io.ReadCloser, error) {
		if limit := c.opt.maxBytes(); resp.ContentLength > limit {
			return nil, fmt.Errorf("%w (%s): %s", ErrTooLarge, Size(limit), Size(resp.ContentLength))
		}
		body, err := spool(resp.Body, resp.ContentLength, c.opt.maxBytes(), c.agent.opt.Temp)
		if err != nil || c.whole == nil || resp.StatusCode != http.StatusOK {
			return body, err
		}
		if err = c.whole(body); err == nil {
			_, err = body.Seek(0, io.SeekStart)
		}
		if err != nil {
			_ = body.Close()
		}
		return body, err
	})
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

// once sends a request once, when it is the host's turn.
func (c *Client) once(req *http.Request, host *turns, every time.Duration, read reader) (*http.Response, error) {
	give, err := host.take(req.Context(), c, every)
	if err != nil {
		return nil, err
	}
	defer give()
	ctx, cancel := context.WithCancelCause(req.Context())
	defer cancel(nil)
	silence := time.AfterFunc(c.opt.timeout(), func() { cancel(errSilent) })
	defer silence.Stop()

	out := req.Clone(ctx)
	if req.GetBody != nil {
		if out.Body, err = req.GetBody(); err != nil {
			return nil, err
		}
	}
	out.Header.Set("User-Agent", c.agent.UserAgent())
	if c.trusted[origin(req.URL)] {
		for name, value := range c.secrets {
			out.Header.Set(name, value)
		}
	}
	base := c.agent.guarded
	if c.opt.AllowPrivate {
		base = c.agent.open
	}
	resp, err := base.RoundTrip(out)
	if err != nil {
		return nil, causeOf(ctx, err)
	}
	defer resp.Body.Close()
	if enc := resp.Header.Get("Content-Encoding"); enc != "" && !strings.EqualFold(enc, "identity") && resp.StatusCode < 300 {
		return nil, fmt.Errorf("body %w: %.20q", errEncoding, enc)
	}
	resp.Body = &heard{resp.Body, silence, c.opt.timeout()}
	body, err := read(resp)
	if err != nil {
		return nil, causeOf(ctx, err)
	}
	resp.Body = body
	return resp, nil
}

// heard puts the silence off with every read that brings something.
type heard struct {
	io.ReadCloser
	silence *time.Timer
	timeout time.Duration
}

func (h *heard) Read(p []byte) (int, error) {
	n, err := h.ReadCloser.Read(p)
	if n > 0 {
		h.silence.Reset(h.timeout)
	}
	return n, err
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
