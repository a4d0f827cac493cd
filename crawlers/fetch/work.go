package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/tripoint-data/tripoint/record"
)

const (
	seedBatch    = 1000 // start requests added at a time
	errorsShown  = 20   // of one crawl
	failuresAway = 25   // failed requests in a row after which a crawl gives up; final answers apart
)

// Seed adds the start requests of every round of variables. What the crawl has
// seen is ignored by the frontier, so a resumed crawl may seed again.
func (j Job) Seed(ctx context.Context, start func(vars map[string]string) ([]record.Request, error)) error {
	vars := j.Vars
	if vars == nil {
		vars = func(yield func(map[string]string, error) bool) { yield(nil, nil) }
	}
	var batch []record.Request
	for round, err := range vars {
		if err != nil {
			return err
		}
		requests, err := start(round)
		if err != nil {
			return err
		}
		if batch = append(batch, requests...); len(batch) >= seedBatch {
			if err := j.Frontier.Add(ctx, batch...); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	if len(batch) == 0 {
		return nil
	}
	return j.Frontier.Add(ctx, batch...)
}

// Steps are what a kind of crawler does with one leased request.
type Steps struct {
	Parallel int
	Fetch    func(context.Context, record.Request) (*Response, error)
	// Lead returns the requests that an answer leads to; nil where none does.
	// It is called when the answer is kept.
	Lead func(context.Context, record.Request, *Response) ([]record.Request, error)
}

// stop marks an error that ends the whole crawl: the store or the frontier
// failed, not one request.
type stop struct{ error }

func (s stop) Unwrap() error { return s.error }

// Partial says that a crawl went through all its requests, that some of them
// failed, and that the rest is kept. The next crawl had better start anew than
// go on: what failed may fail for ever, like a dead link.
type Partial struct{ Err error }

// Error is that of the requests that failed.
func (p *Partial) Error() string { return p.Err.Error() }

// Unwrap returns what failed.
func (p *Partial) Unwrap() error { return p.Err }

// Work leases requests until the frontier is empty and nothing is in flight.
// A request is Done when its answer is kept and what it leads to is added. One
// that failed is not Done and the others go on; Work returns what failed as
// *Partial, or gives up when too many fail in a row. What is gone (404, 410) or
// closed by the robots.txt does not count there: the next crawl would be told
// the same, give up at the same request and never see those behind it. A
// cancelled Work returns when nothing is in flight any more.
func (j Job) Work(ctx context.Context, s Steps) error {
	var (
		ended    = make(chan error)
		inFlight int
		failed   failures
		fatal    error
	)
	wait := func() {
		err := <-ended
		inFlight--
		var halt stop
		switch {
		case errors.As(err, &halt) && (ctx.Err() == nil || !errors.Is(err, ctx.Err())):
			if !errors.Is(fatal, halt.error) { // as one login that failed does for all in flight
				fatal = errors.Join(fatal, halt.error)
			}
		case ctx.Err() == nil: // what a cancelled request says is no news
			failed.note(err)
		}
	}
	for fatal == nil && ctx.Err() == nil && !failed.hopeless() {
		if inFlight >= max(1, s.Parallel) {
			wait()
			continue
		}
		req, err := j.Frontier.Lease(ctx)
		if errors.Is(err, io.EOF) {
			if inFlight == 0 {
				break
			}
			wait()
			continue
		}
		if err != nil {
			fatal = fmt.Errorf("frontier: %w", err)
			break
		}
		inFlight++
		go func() { ended <- j.step(ctx, s, req) }()
	}
	for inFlight > 0 {
		wait()
	}
	if fatal == nil && ctx.Err() == nil && !failed.hopeless() && failed.shown != nil {
		return &Partial{failed.err()}
	}
	return errors.Join(fatal, ctx.Err(), failed.err())
}

// ErrEmpty is what Fetch returns where the answer is that there is nothing: the
// request is done, and nothing is kept.
var ErrEmpty = errors.New("the answer is empty")

func (j Job) step(ctx context.Context, s Steps, req record.Request) error {
	resp, err := s.Fetch(ctx, req)
	if errors.Is(err, ErrEmpty) {
		return j.done(ctx, req)
	}
	if err != nil {
		return err
	}
	defer resp.Close()
	if err := resp.Keep(ctx, j); err != nil {
		return stop{fmt.Errorf("keep %s: %w", Redact(req.URL), err)}
	}
	if s.Lead != nil {
		led, err := s.Lead(ctx, req, resp)
		if err != nil {
			return fmt.Errorf("%s: %w", Redact(req.URL), err)
		}
		if err := j.Frontier.Add(ctx, led...); err != nil {
			return stop{fmt.Errorf("frontier: %w", err)}
		}
	}
	return j.done(ctx, req)
}

func (j Job) done(ctx context.Context, req record.Request) error {
	if err := j.Frontier.Done(ctx, req); err != nil {
		return stop{fmt.Errorf("frontier: %w", err)}
	}
	return nil
}

// failures are the failed requests of a crawl, the first of them by name.
type failures struct {
	shown []error
	more  int
	row   int
}

func (f *failures) note(err error) {
	if err == nil {
		f.row = 0
		return
	}
	if !final(err) {
		f.row++
	}
	if len(f.shown) < errorsShown {
		f.shown = append(f.shown, err)
		return
	}
	f.more++
}

// final says whether an error answers one request for good and tells nothing
// of how the next will fare.
func final(err error) bool {
	var status *StatusError
	if errors.As(err, &status) {
		return status.Status == http.StatusNotFound || status.Status == http.StatusGone
	}
	return errors.Is(err, ErrRobots) && !errors.Is(err, errRobotsUnread)
}

func (f *failures) hopeless() bool { return f.row >= failuresAway }

func (f *failures) err() error {
	err := errors.Join(f.shown...)
	if f.more > 0 {
		err = errors.Join(err, fmt.Errorf("and %d more requests failed", f.more))
	}
	if f.hopeless() {
		err = errors.Join(err, fmt.Errorf("the crawl was given up after %d failures in a row", f.row))
	}
	return err
}
