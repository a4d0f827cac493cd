package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	errorPage = 64 << 10 // how much is read of an answer that nothing is kept of
	heardOf   = 1 << 10  // a server that brings less within limits.timeout is as good as silent
)

// hop is one request on its way to one host: its tries, and what has come of
// the answer's body. Without a part, as for a robots.txt, only the head of a
// body is wanted, within limits.timeout.
type hop struct {
	c     *Client
	req   *http.Request
	host  *turns
	every time.Duration
	part  *part
}

func (c *Client) hop(req *http.Request, every time.Duration) *hop {
	return &hop{c: c, req: req, host: c.agent.limiter.host(req.URL.Host), every: every}
}

// once sends the request once, when it is the host's turn.
func (h *hop) once() (*http.Response, error) {
	c := h.c
	give, err := h.host.take(h.req.Context(), c, h.every)
	if err != nil {
		return nil, err
	}
	defer give()
	ctx, cancel := context.WithCancelCause(h.req.Context())
	defer cancel(nil)
	silence := time.AfterFunc(c.opt.timeout(), func() { cancel(errSilent) })
	defer silence.Stop()

	out, err := h.outgoing(ctx)
	if err != nil {
		return nil, err
	}
	began := c.agent.opt.Now()
	resp, err := c.transport().RoundTrip(out)
	if err != nil {
		return nil, causeOf(ctx, err)
	}
	defer resp.Body.Close()
	h.host.answered(c.agent.opt.Now(), began, h.every, resp.StatusCode, resp.Header)
	if n := c.cookies.limit(h.req.URL.Host, resp.Header); n > 0 {
		c.agent.opt.Log.DebugContext(ctx, "cookies refused", "source", c.source, "host", h.req.URL.Host, "count", n)
	}
	body, err := h.receive(resp, &heard{resp.Body, silence, c.opt.timeout(), 0})
	if err != nil {
		return nil, causeOf(ctx, err)
	}
	resp.Body = body
	return resp, nil
}

// outgoing is the request as it is sent: with who we are, and with what only
// this host may see.
func (h *hop) outgoing(ctx context.Context) (out *http.Request, err error) {
	c := h.c
	out = h.req.Clone(ctx)
	if h.req.GetBody != nil {
		if out.Body, err = h.req.GetBody(); err != nil {
			return nil, err
		}
	}
	out.Header.Set("User-Agent", c.agent.UserAgent())
	out.Header.Del("Referer") // where we come from is nobody's business
	if c.trusted[origin(h.req.URL)] {
		for name, value := range c.secrets {
			out.Header.Set(name, value)
		}
		c.addKey(out.URL)
	}
	if h.part != nil && c.resumes {
		h.part.ask(out)
	}
	return out, nil
}

// receive reads what an answer brings while the host's turn lasts. Of one
// that nothing will be kept of, a little is enough.
func (h *hop) receive(resp *http.Response, in *heard) (io.ReadCloser, error) {
	good := resp.StatusCode >= 200 && resp.StatusCode <= 299
	if enc := resp.Header.Get("Content-Encoding"); good && enc != "" && !strings.EqualFold(enc, "identity") {
		return nil, fmt.Errorf("body %w: %.20q", errEncoding, enc)
	}
	if h.part == nil {
		data, err := io.ReadAll(io.LimitReader(in.ReadCloser, robotsLimit)) // all of it within the time
		return io.NopCloser(bytes.NewReader(data)), err
	}
	rest, err := h.part.goesOn(resp)
	if err != nil {
		return nil, err
	}
	if !good {
		data, _ := io.ReadAll(io.LimitReader(in, errorPage)) // a page that says no may break off
		return MemoryBody(data), nil
	}
	if !rest {
		h.part.begin(resp)
	}
	limit := h.c.opt.maxBytes()
	if announced := h.part.size + resp.ContentLength; announced > limit {
		return nil, fmt.Errorf("%w (%s): %s", ErrTooLarge, Size(limit), Size(announced))
	}
	err = h.part.read(in, limit)
	if err == nil && h.part.total > h.part.size { // a server that sends less than the rest
		err = io.ErrUnexpectedEOF
	}
	if err != nil && !errors.Is(err, ErrTooLarge) {
		return nil, fmt.Errorf("the body broke off %s: %w", h.part.come(), err)
	}
	if err != nil {
		return nil, err
	}
	if rest {
		h.part.whole(resp)
	}
	return h.complete(resp)
}

// complete is the body that has come, if it is seen to be all of it.
func (h *hop) complete(resp *http.Response) (io.ReadCloser, error) {
	body, err := h.part.body()
	if err != nil || h.c.whole == nil || resp.StatusCode != http.StatusOK {
		return body, err
	}
	if err = h.c.whole(body); err == nil {
		_, err = body.Seek(0, io.SeekStart)
	}
	if err != nil {
		_ = body.Close()
		h.part.drop()
	}
	return body, err
}

// heard puts the silence off with every read that brings enough. A server that
// lets a body drip would otherwise hold a turn for days.
type heard struct {
	io.ReadCloser
	silence *time.Timer
	timeout time.Duration
	since   int
}

func (h *heard) Read(p []byte) (int, error) {
	n, err := h.ReadCloser.Read(p)
	if h.since += n; h.since >= heardOf {
		h.since = 0
		h.silence.Reset(h.timeout)
	}
	return n, err
}
