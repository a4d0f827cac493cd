package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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
}

// Error says the status and what it is called.
func (e *StatusError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("status %d %s", e.Status, http.StatusText(e.Status)))
}

// Response is an answer: what is known of it, and its whole body.
type Response struct {
	Capture record.Capture
	Header  http.Header
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
	if err := job.Keep(ctx, r.Capture, r.Body); err != nil {
		return err
	}
	_, err := r.Seek(0, io.SeekStart)
	return err
}

// Fetch fetches a request of a job. An answer that equals the last one, by
// its hash, is Unchanged. Where the answer leads nowhere, the publisher is
// told what we have (conditional), and may answer without a body.
func (c *Client) Fetch(ctx context.Context, job Job, r record.Request, header http.Header, conditional bool) (*Response, error) {
	last, err := job.last(ctx, r)
	if err != nil {
		return nil, err
	}
	if conditional {
		header = header.Clone()
		if header == nil {
			header = http.Header{}
		}
		if last.ETag != "" {
			header.Set("If-None-Match", last.ETag)
		}
		if last.LastModified != "" {
			header.Set("If-Modified-Since", last.LastModified)
		}
	}
	resp, err := c.Do(ctx, r, header)
	if err != nil {
		return nil, err
	}
	resp.Capture.Source, resp.Capture.Run = job.Source, job.Run
	resp.Capture = Renew(resp.Capture, last)
	return resp, nil
}

func (j Job) last(ctx context.Context, r record.Request) (record.Capture, error) {
	if j.Last == nil {
		return record.Capture{}, nil
	}
	last, err := j.Last(ctx, r)
	if errors.Is(err, record.ErrNotFound) {
		return record.Capture{}, nil
	}
	return last, err
}

// Renew returns c as it is kept beside the last capture of the same request:
// where the body is the same, as one of status 304, which has no body and
// carries the hash of the last one.
func Renew(c, last record.Capture) record.Capture {
	if c.Status != http.StatusNotModified && (last.SHA256 == "" || c.SHA256 != last.SHA256) {
		return c
	}
	c.Status, c.SHA256, c.Size = http.StatusNotModified, last.SHA256, 0
	for _, f := range []struct{ to, from *string }{
		{&c.ETag, &last.ETag}, {&c.LastModified, &last.LastModified}, {&c.MediaType, &last.MediaType}, {&c.Name, &last.Name},
	} {
		if *f.to == "" {
			*f.to = *f.from
		}
	}
	return c
}

func (c *Client) capture(r record.Request, resp *http.Response, body *Body) record.Capture {
	out := record.Capture{
		Source:       c.source,
		URL:          r.URL,
		Name:         fileName(r.URL, resp.Header),
		MediaType:    resp.Header.Get("Content-Type"),
		SHA256:       body.SHA256(),
		ETag:         resp.Header.Get("ETag"),
		LastModified: resp.Header.Get("Last-Modified"),
		Status:       resp.StatusCode,
		Size:         body.Size(),
		Request:      r,
		Fetched:      c.agent.opt.Now().UTC(),
	}
	if final := resp.Request.URL.String(); final != r.URL {
		out.Final = redact(resp.Request.URL)
	}
	return out
}

// fileName is the name that the publisher gives a file, else the last part of
// its address; "" for a page without one. It never holds a folder.
func fileName(address string, h http.Header) string {
	if _, params, err := mime.ParseMediaType(h.Get("Content-Disposition")); err == nil {
		if name := baseName(params["filename"]); name != "" {
			return name
		}
	}
	u, err := url.Parse(address)
	if err != nil || !strings.Contains(path.Base(u.Path), ".") {
		return ""
	}
	return baseName(u.Path)
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
