package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// backoffMax is the longest wait that doubling leads to.
const backoffMax = 2 * time.Minute

// try sends a request until it is answered for good: with the answer, also a
// bad one, or with the error of the last try.
func (h *hop) try() (*http.Response, error) {
	c, ctx := h.c, h.req.Context()
	for n := 0; ; n++ {
		before := h.part.got()
		resp, err := h.once()
		h.tell(resp, err)
		if before > 0 && errors.Is(err, errRange) { // without a range it is another request
			c.agent.opt.Log.WarnContext(ctx, "fetch begun anew", "source", c.source, "url", redact(h.req.URL), "error", err.Error())
			n--
			continue
		}
		if h.part.got()-before >= inMemory && h.part.resumable() { // a try that brought much is none
			n = 0
		}
		wait, again, err := c.again(ctx, resp, err, n)
		if !again {
			return resp, err
		}
		status := 0
		if resp != nil {
			status = resp.StatusCode
			_ = resp.Body.Close()
		}
		c.agent.opt.Log.WarnContext(ctx, "fetch tried again", "source", c.source, "url", redact(h.req.URL),
			"try", n+1, "status", status, "error", reason(err), "wait", wait.String())
		if err := c.agent.opt.Sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// reason is an error's text, or nothing where an answer came.
func reason(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// again says whether a request is tried again and after what wait. The
// silence that a publisher asks for is kept when the next turn is taken.
func (c *Client) again(ctx context.Context, resp *http.Response, err error, n int) (time.Duration, bool, error) {
	if ctx.Err() != nil || err != nil && lasting(err) {
		return 0, false, err
	}
	if err == nil {
		now := c.agent.opt.Now()
		wait := asked(resp.StatusCode, resp.Header, now)
		switch {
		case !passing(resp.StatusCode) && (resp.StatusCode != http.StatusForbidden || wait == 0):
			return 0, false, nil
		case wait > c.opt.retryMaxWait():
			_ = resp.Body.Close()
			return 0, false, fmt.Errorf("status %d: %w: at %s", resp.StatusCode, ErrLater, now.Add(wait).UTC().Format(time.RFC3339))
		}
	}
	return c.backoff(n), n < c.opt.retries(), err
}

// backoff doubles the first wait with every try and takes up to half of it
// away at random, so that many clients do not come back at once.
func (c *Client) backoff(n int) time.Duration {
	wait := c.opt.retryWait()
	for range n {
		wait = min(2*wait, backoffMax)
	}
	wait = min(wait, c.opt.retryMaxWait())
	return wait - time.Duration(c.agent.opt.Rand()*float64(wait/2))
}

// passing says whether a status may be another one in a while.
func passing(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests,
		http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// lasting says whether an error would only come again.
func lasting(err error) bool {
	var certificate *tls.CertificateVerificationError
	for _, known := range []error{ErrPrivate, ErrTooLarge, ErrLater, errEncoding} {
		if errors.Is(err, known) {
			return true
		}
	}
	return errors.As(err, &certificate)
}
