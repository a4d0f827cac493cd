package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// backoffMax is the longest wait that doubling leads to.
const backoffMax = 2 * time.Minute

// try sends a request until it is answered for good: with the answer, also a
// bad one, or with the error of the last try.
func (c *Client) try(req *http.Request, every time.Duration, read reader) (*http.Response, error) {
	ctx, host := req.Context(), c.agent.limiter.host(req.URL.Host)
	for n := 0; ; n++ {
		resp, err := c.once(req, host, every, read)
		wait, again := c.again(ctx, host, resp, err, n)
		if !again {
			return resp, err
		}
		status := 0
		if resp != nil {
			status = resp.StatusCode
			_ = resp.Body.Close()
		}
		c.agent.opt.Log.WarnContext(ctx, "fetch tried again", "source", c.source, "url", redact(req.URL),
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

// again says whether a request is tried again and after what wait. A publisher
// that asks for silence gets it from every source of the process.
func (c *Client) again(ctx context.Context, host *turns, resp *http.Response, err error, n int) (time.Duration, bool) {
	if ctx.Err() != nil || err != nil && lasting(err) || err == nil && !passing(resp.StatusCode) {
		return 0, false
	}
	if err == nil { // the silence is kept when the next turn is taken
		now := c.agent.opt.Now()
		asked := retryAfter(resp.Header, now)
		if asked > 0 {
			host.hold(now, asked)
		}
		if asked > c.opt.retryMaxWait() {
			return 0, false
		}
	}
	return c.backoff(n), n < c.opt.retries()
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

// retryAfter is the wait that an answer asks for; 0 where it asks for none.
func retryAfter(h http.Header, now time.Time) time.Duration {
	for _, name := range []string{"Retry-After", "X-Rate-Limit-Retry-After-Seconds"} {
		if wait := RetryAfter(h.Get(name), now); wait > 0 {
			return wait
		}
	}
	return 0
}

// RetryAfter reads the wait that a Retry-After header asks for, in seconds or
// as a date; 0 where it asks for none or cannot be read.
func RetryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, 1e9) * float64(time.Second))
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
