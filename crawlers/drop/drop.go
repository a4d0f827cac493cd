// Package drop takes in files that somebody put in a folder: data that was
// bought, or that may not be fetched by a program.
//
// Start with New and Options.
package drop

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

// Options are the crawl block of a source of kind drop.
type Options struct {
	// Folder holds the files; a relative one is under the home of the
	// configuration. It never reaches a record.
	Folder string `yaml:"folder"`
	// Files are patterns of names in the folder, with {variables}: *.csv or {year}/*.zip.
	Files    []string   `yaml:"files"`
	MaxBytes fetch.Size `yaml:"max_bytes"` // of one file; 64GiB
}

// Crawler takes in files.
type Crawler struct {
	opt   Options
	agent *fetch.Agent
}

// New decodes the options and returns a crawler, or all faults joined.
func New(decode func(any) error, agent *fetch.Agent) (*Crawler, error) {
	c := &Crawler{opt: Options{MaxBytes: 64 << 30}, agent: agent}
	if err := decode(&c.opt); err != nil {
		return nil, err
	}
	if err := c.opt.check(); err != nil {
		return nil, err
	}
	return c, nil
}

func (o Options) check() error {
	var faults []error
	if o.Folder == "" {
		faults = append(faults, record.Faultf("folder", "name the folder that holds the files"))
	}
	if len(o.Files) == 0 {
		faults = append(faults, record.Faultf("files", `name the files by patterns: ["*.csv"]`))
	}
	for i, f := range o.Files {
		if err := checkPattern(f); err != nil {
			faults = append(faults, &record.Fault{Path: fmt.Sprintf("files[%d]", i), Err: err})
		}
	}
	return errors.Join(faults...)
}

func checkPattern(pattern string) error {
	if _, err := path.Match(pattern, ""); err != nil {
		return fmt.Errorf("%q is no pattern", pattern)
	}
	if !fs.ValidPath(pattern) {
		return fmt.Errorf("%q leaves the folder", pattern)
	}
	return nil
}

// Crawl takes in the files of a job. A file with the hash of the last one is
// renewed without a body. The folder is opened as a root, so that no name and
// no link in it leads out of it.
func (c *Crawler) Crawl(ctx context.Context, job fetch.Job) error {
	folder := c.opt.Folder
	if !filepath.IsAbs(folder) {
		folder = filepath.Join(c.agent.Base(), folder)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return fmt.Errorf("drop: %w", err)
	}
	defer root.Close()
	found := 0
	err = job.Seed(ctx, func(vars map[string]string) ([]record.Request, error) {
		requests, err := c.list(root, vars)
		found += len(requests)
		return requests, err
	})
	if err == nil && found == 0 {
		err = fmt.Errorf("no file in %s is named %v", folder, c.opt.Files)
	}
	if err == nil {
		err = job.Work(ctx, fetch.Steps{Fetch: func(ctx context.Context, r record.Request) (*fetch.Response, error) {
			return c.read(ctx, root, job, r)
		}})
	}
	if err != nil {
		return fmt.Errorf("drop: %w", err)
	}
	return nil
}

// list returns a request for every file that the patterns name.
func (c *Crawler) list(root *os.Root, vars map[string]string) ([]record.Request, error) {
	var requests []record.Request
	for _, template := range c.opt.Files {
		pattern, err := fetch.Template(template).Text(vars)
		if err == nil {
			err = checkPattern(pattern)
		}
		if err != nil {
			return nil, err
		}
		names, err := fs.Glob(root.FS(), pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			info, err := root.Stat(name)
			if err != nil {
				return nil, err
			}
			if info.Mode().IsRegular() && !strings.HasPrefix(path.Base(name), ".") {
				requests = append(requests, record.Request{URL: address(name), Vars: vars})
			}
		}
	}
	return requests, nil
}

// address is file: and the name in the folder: where the folder lies on this
// machine is nobody's business.
func address(name string) string {
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: name}).EscapedPath()}).String()
}

func nameOf(address string) (string, error) {
	name, ok := strings.CutPrefix(address, "file:")
	if !ok {
		return "", fmt.Errorf("%q is no dropped file", address)
	}
	return url.PathUnescape(name)
}

func (c *Crawler) read(ctx context.Context, root *os.Root, job fetch.Job, r record.Request) (*fetch.Response, error) {
	name, err := nameOf(r.URL)
	if err != nil {
		return nil, err
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	body, err := fetch.FileBody(ctx, f, c.opt.MaxBytes)
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	resp := &fetch.Response{Body: body, Capture: record.Capture{
		URL:          r.URL,
		Name:         path.Base(name),
		SHA256:       body.SHA256(),
		LastModified: info.ModTime().UTC().Format(http.TimeFormat),
		Status:       http.StatusOK,
		Size:         body.Size(),
		Request:      r,
		Fetched:      c.agent.Now().UTC(),
	}}
	if err := job.Settle(ctx, resp); err != nil {
		_ = body.Close()
		return nil, err
	}
	return resp, nil
}
