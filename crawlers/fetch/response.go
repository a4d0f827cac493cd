package fetch

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// StatusError is a final answer that holds nothing to keep.
type StatusError struct {
	URL    string // redacted
	Status int
	Text   string // what its page begins with, for those who know the publisher's words; in no message
}

// statusText is how much is kept of a page that says no.
const statusText = 4 << 10

// Error says the status and what it is called.
func (e *StatusError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("status %d %s", e.Status, http.StatusText(e.Status)))
}

// Response is an answer: what is known of it, and its whole body.
type Response struct {
	Capture record.Capture
	Header  http.Header
	At      *url.URL // where it came from at last, with all that is secret in it; nil where nobody asked
	*Body
}

// Unchanged says that the source has nothing new for this request. The body
// may be there all the same, for its links.
func (r *Response) Unchanged() bool { return r.Capture.Status == http.StatusNotModified }

// Keep hands the answer to the job and leaves the body at its start. It
// returns when the answer is durable.
func (r *Response) Keep(ctx context.Context, job Job) error {
	if r.Unchanged() {
		return job.Keep(ctx, r.Capture, bytes.NewReader(nil))
	}
	if err := job.Keep(ctx, r.Capture, &verified{r: r.Body, sum: sha256.New(), want: r.SHA256()}); err != nil {
		return err
	}
	_, err := r.Seek(0, io.SeekStart)
	return err
}

// verified ends with an error where the bytes are no longer those that were
// hashed: a dropped file may change under the reader.
type verified struct {
	r    io.Reader
	sum  hash.Hash
	want string
}

func (v *verified) Read(p []byte) (int, error) {
	n, err := v.r.Read(p)
	v.sum.Write(p[:n])
	if err == io.EOF && hex.EncodeToString(v.sum.Sum(nil)) != v.want {
		err = errors.New("the file changed while it was read")
	}
	return n, err
}

// Fetch fetches a request of a job. An answer that equals the last one, by
// its hash, is Unchanged. Where the answer leads nowhere, the publisher is
// told what we have (conditional), and may answer without a body.
func (c *Client) Fetch(ctx context.Context, job Job, r record.Request, header http.Header, conditional bool) (*Response, error) {
	if conditional {
		var err error
		if header, err = job.Conditional(ctx, r, header); err != nil {
			return nil, err
		}
	}
	resp, err := c.Do(ctx, r, header)
	if err != nil {
		return nil, err
	}
	if err := job.Settle(ctx, resp); err != nil {
		_ = resp.Close()
		return nil, err
	}
	return resp, nil
}

// Conditional adds the validators of the last capture of a request to a header.
func (j Job) Conditional(ctx context.Context, r record.Request, header http.Header) (http.Header, error) {
	last, err := j.last(ctx, r)
	if err != nil {
		return nil, err
	}
	if header = header.Clone(); header == nil {
		header = http.Header{}
	}
	if last.ETag != "" {
		header.Set("If-None-Match", last.ETag)
	}
	if last.LastModified != "" {
		header.Set("If-Modified-Since", last.LastModified)
	}
	return header, nil
}

// Settle makes an answer the job's: its source and run, and where it equals
// the last one of the same request, by a 304, by its hash, or in all that
// unchanged_ignoring leaves of it, a renewal of status 304, which has no body
// and carries the hash of what it renews. What is secret in its address is
// taken out.
func (j Job) Settle(ctx context.Context, r *Response) error {
	c := &r.Capture
	c.Source, c.Run = j.Source, j.Run
	c.URL, c.Request.URL = seal(c.URL), seal(c.Request.URL)
	last, err := j.last(ctx, c.Request)
	if err != nil {
		return err
	}
	same := last.SHA256 != "" && (c.SHA256 == last.SHA256 || c.Stable != "" && c.Stable == last.Stable)
	if c.Status != http.StatusNotModified && !same {
		return nil
	}
	c.Status, c.SHA256, c.Stable, c.Size = http.StatusNotModified, last.SHA256, last.Stable, 0
	c.ETag = cmp.Or(c.ETag, last.ETag)
	c.LastModified = cmp.Or(c.LastModified, last.LastModified)
	c.MediaType = cmp.Or(c.MediaType, last.MediaType)
	c.Name = cmp.Or(c.Name, last.Name)
	return nil
}

func (j Job) last(ctx context.Context, r record.Request) (record.Capture, error) {
	if j.Last == nil {
		return record.Capture{}, nil
	}
	r.URL = seal(r.URL)
	last, err := j.Last(ctx, r)
	if errors.Is(err, record.ErrNotFound) {
		return record.Capture{}, nil
	}
	return last, err
}

func (c *Client) capture(r record.Request, resp *http.Response, body *Body) record.Capture {
	out := record.Capture{
		Source:       c.source,
		URL:          r.URL,
		Name:         fileName(resp.Header, r.URL, resp.Request.URL.String()),
		MediaType:    said(resp.Header, "Content-Type"),
		SHA256:       body.SHA256(),
		ETag:         said(resp.Header, "ETag"),
		LastModified: said(resp.Header, "Last-Modified"),
		Status:       resp.StatusCode,
		Size:         body.Size(),
		Request:      r,
		Fetched:      c.agent.opt.Now().UTC(),
	}
	if final := resp.Request.URL.String(); final != r.URL && record.CanonicalURL(final) != record.CanonicalURL(r.URL) {
		out.Final = redact(resp.Request.URL)
	}
	return out
}

// said is a header that goes into a record; one of no sensible length is as none.
func said(h http.Header, name string) string {
	if value := h.Get(name); len(value) <= 1024 {
		return value
	}
	return ""
}

// fileName is the name that the publisher gives a file, else the last part of
// the address that was asked or of the one that it led to; "" for a page
// without one. It never holds a folder.
func fileName(h http.Header, addresses ...string) string {
	if _, params, err := mime.ParseMediaType(h.Get("Content-Disposition")); err == nil {
		if name := baseName(params["filename"]); name != "" {
			return name
		}
	}
	for _, address := range addresses {
		if u, err := url.Parse(address); err == nil && strings.Contains(path.Base(u.Path), ".") {
			if name := baseName(u.Path); name != "" {
				return name
			}
		}
	}
	return ""
}

func baseName(s string) string {
	s = path.Base(strings.ReplaceAll(s, `\`, "/"))
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	if s == "." || s == ".." || s == "/" || len(s) > 200 {
		return ""
	}
	return s
}
