package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"

	"golang.org/x/net/publicsuffix"

	"github.com/tripoint-data/tripoint/record"
)

const redirects = 10

// Client fetches for one crawl of one source: the Agent's manners with the
// source's Options, and cookies that live as long as the crawl.
type Client struct {
	agent     *Agent
	source    string
	opt       Options
	http      *http.Client
	trusted   map[string]bool   // origins that headers and key go to
	secrets   map[string]string // headers for them
	key       string            // of auth
	secretErr error
	whole     func(*Body) error
	resumes   bool
	cookies   cookies
}

// Client returns a client for a source. Its headers and its key go to the
// hosts of the start addresses and to no other.
func (a *Agent) Client(source string, opt Options, start ...string) *Client {
	jar, _ := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List}) // never fails
	c := &Client{agent: a, source: source, opt: opt, trusted: map[string]bool{}, secrets: map[string]string{}}
	c.http = &http.Client{Transport: roundTripper{c}, Jar: jar, CheckRedirect: checkRedirect}
	for _, s := range start {
		if u, err := url.Parse(s); err == nil {
			c.trusted[origin(u)] = true
		}
	}
	for name, value := range opt.Headers {
		c.secrets[name] = value
	}
	if opt.Auth != nil {
		c.key = a.opt.Env(opt.Auth.Env)
		if c.key == "" || !validHeader("Key", c.key) {
			c.secretErr = fmt.Errorf("auth: set the environment variable %s to the publisher's key", opt.Auth.Env)
		}
		if opt.Auth.Header != "" {
			c.secrets[opt.Auth.Header] = c.key
		}
	}
	return c
}

// Trusts says whether an address is on a host of the start addresses, which
// alone may see headers, keys and tokens.
func (c *Client) Trusts(address string) bool {
	u, err := url.Parse(address)
	return err == nil && c.trusted[origin(u)]
}

// Expect has every answer of status 200 looked at before it counts as
// received: one that is found incomplete is fetched again. For publishers
// that cut files short without a length to tell by.
func (c *Client) Expect(whole func(*Body) error) { c.whole = whole }

// Resume has a body that is cut short gone on with where it broke off, within a
// request and, where the agent has a folder for it, in the next run of the
// program. For publishers of large files.
func (c *Client) Resume() { c.resumes = true }

// checkRedirect bounds redirects and keeps what was said to one host from the next.
func checkRedirect(req *http.Request, via []*http.Request) error {
	if len(via) > redirects {
		return fmt.Errorf("more than %d redirects", redirects)
	}
	if origin(req.URL) != origin(via[0].URL) {
		if req.ContentLength != 0 { // 307 and 308 send it on, with all that a session put in it
			return errors.New("a request with a body was redirected to another host: put that address under start if it may see it")
		}
		for name := range req.Header {
			if !slices.Contains([]string{"Accept", "Content-Type", "If-None-Match", "If-Modified-Since"}, name) {
				req.Header.Del(name)
			}
		}
	}
	return nil
}

// addKey puts the publisher's key into the address of a request on its way, if
// that is where the publisher wants it.
func (c *Client) addKey(u *url.URL) {
	if c.opt.Auth == nil || c.opt.Auth.Query == "" {
		return
	}
	query := u.Query()
	query.Set(c.opt.Auth.Query, c.key)
	u.RawQuery = query.Encode()
}

// WithoutKey is an address that an answer leads to without the publisher's
// key, which some answers repeat.
func (c *Client) WithoutKey(address string) string {
	u, err := url.Parse(address)
	if err != nil || c.opt.Auth == nil || c.opt.Auth.Query == "" || !u.Query().Has(c.opt.Auth.Query) {
		return address
	}
	query := u.Query()
	query.Del(c.opt.Auth.Query)
	u.RawQuery = query.Encode()
	return u.String()
}

// transport is where a request leaves the process.
func (c *Client) transport() *http.Transport {
	if c.opt.AllowPrivate {
		return c.agent.open
	}
	return c.agent.guarded
}

// Transport is the client for those who make their own requests: every hop
// obeys robots.txt, rate, retries, limits and guard, and the body of what it
// answers is a *Body, whole. Whoever uses it must set no timeout of their own:
// waiting for a turn counts.
func (c *Client) Transport() http.RoundTripper { return roundTripper{c} }

// Jar holds the cookies of the crawl, for those who make their own requests.
func (c *Client) Jar() http.CookieJar { return c.http.Jar }

// Permit says whether an address may be fetched, for those who fetch by other
// means: scheme, guard and robots.txt.
func (c *Client) Permit(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return errors.New("unreadable address")
	}
	if err := errors.Join(c.agent.Identified(), checkURL(u)); err != nil {
		return err
	}
	if !c.opt.AllowPrivate {
		if err := c.agent.guard.check(ctx, u.Hostname()); err != nil {
			return err
		}
	}
	_, err = c.permit(ctx, u)
	return err
}

// Turn waits for the turn of an address's host, for those who fetch by other
// means. The returned function ends the turn.
func (c *Client) Turn(ctx context.Context, address string) (func(), error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("unreadable address")
	}
	every, err := c.permit(ctx, u)
	if err != nil {
		return nil, err
	}
	return c.agent.limiter.host(u.Host).take(ctx, c, every)
}

// Answered tells what a host answered, for those who fetch by other means: its
// next turn is as it asks.
func (c *Client) Answered(address string, status int, header http.Header) {
	if u, err := url.Parse(address); err == nil {
		now := c.agent.opt.Now()
		c.agent.limiter.host(u.Host).answered(now, now, c.opt.every(), status, header)
	}
}

// Do fetches a request. Any answer but 2xx, or 304 to a conditional request,
// is a *StatusError. The caller closes the Response.
func (c *Client) Do(ctx context.Context, r record.Request, header http.Header) (*Response, error) {
	resp, err := c.do(ctx, r, header)
	if err != nil {
		var inner *url.Error // it quotes the address with all that is secret in it
		if errors.As(err, &inner) {
			err = inner.Err
		}
		return nil, fmt.Errorf("fetch: %s: %w", Redact(r.URL), err)
	}
	return resp, nil
}

func (c *Client) do(ctx context.Context, r record.Request, header http.Header) (*Response, error) {
	req, err := http.NewRequestWithContext(ctx, r.Method, r.URL, bytes.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	for name, values := range header {
		req.Header[http.CanonicalHeaderKey(name)] = slices.Clone(values)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	return c.Response(r, resp)
}

// Response is what is kept of the answer to a request: of one that Do or a
// Transport received. Any answer but 2xx, or 304 to a conditional request, is a
// *StatusError. Where it fails, the body is closed.
func (c *Client) Response(r record.Request, answer *http.Response) (*Response, error) {
	body, ok := answer.Body.(*Body)
	if !ok {
		_ = answer.Body.Close()
		return nil, errors.New("the answer has no whole body")
	}
	asked := answer.Request.Header
	conditional := asked.Get("If-None-Match") != "" || asked.Get("If-Modified-Since") != ""
	good := answer.StatusCode >= 200 && answer.StatusCode < 300 && answer.StatusCode != http.StatusPartialContent
	if !good && !(answer.StatusCode == http.StatusNotModified && conditional) {
		said, _ := io.ReadAll(io.LimitReader(body, statusText)) // what is there of it will do
		_ = body.Close()
		return nil, &StatusError{URL: redact(answer.Request.URL), Status: answer.StatusCode, Text: string(said)}
	}
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		_ = body.Close()
		return nil, err
	}
	capture := c.capture(r, answer, body)
	if good {
		var err error
		if capture.Stable, err = c.opt.Stable(body); err != nil {
			_ = body.Close()
			return nil, err
		}
	}
	return &Response{Capture: capture, Header: answer.Header, At: answer.Request.URL, Body: body}, nil
}
