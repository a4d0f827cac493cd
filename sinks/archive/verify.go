package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/tripoint-data/tripoint/record"
)

// Verify reads the whole archive again and streams every capture; one whose
// body is missing or no longer has its hash, and a segment that cannot be
// read on, are yielded as a *record.Problem.
func (a *Archive) Verify(ctx context.Context) iter.Seq2[record.Capture, error] {
	return func(yield func(record.Capture, error) bool) {
		segments, err := listSegments(a.dir)
		if err != nil {
			yield(record.Capture{}, fmt.Errorf("archive: %w", err))
			return
		}
		r := reader{dir: a.dir}
		defer r.close()
		stop := errors.New("stop")
		for _, s := range segments {
			end, err := scanUntil(s, 0, func(at place, _ int64, h header, c record.Capture) error {
				if err := ctx.Err(); err != nil {
					return err
				}
				var problem error
				if err := a.check(&r, at, h, c); err != nil {
					problem = problemAt(s, at.offset(), c, err)
				}
				if !yield(c, problem) {
					return stop
				}
				return nil
			})
			switch {
			case errors.Is(err, stop):
				return
			case errors.Is(err, errBroken):
				if !yield(record.Capture{}, problemAt(s, end, record.Capture{}, err)) {
					return
				}
			case err != nil:
				yield(record.Capture{}, fmt.Errorf("archive: %w", err))
				return
			}
		}
	}
}

func problemAt(s segment, offset int64, c record.Capture, err error) *record.Problem {
	at := record.Origin{Source: c.Source, URL: c.URL, SHA256: c.SHA256, Fetched: c.Fetched}
	at.Locator = fmt.Sprintf("%s@%d", s.name(), offset)
	return &record.Problem{Origin: at, Err: err}
}

// check re-hashes the body of a record, or sees that a revisit's is there.
func (a *Archive) check(r *reader, at place, h header, c record.Capture) error {
	if h.kind == typeRevisit {
		sum, err := digest(c.SHA256)
		if err != nil {
			return err
		}
		a.mu.RLock()
		_, ok := a.index.bodies[sum]
		a.mu.RUnlock()
		if !ok {
			return fmt.Errorf("the body that a revisit refers to: %w", record.ErrNotFound)
		}
		return nil
	}
	body, err := r.body(at) // not closed: r goes on
	if err != nil {
		return err
	}
	hash := sha256.New()
	n, err := io.Copy(hash, body)
	if err != nil {
		return err
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != c.SHA256 || n != c.Size {
		return fmt.Errorf("the body has hash %s and %d bytes, not %s and %d", got, n, c.SHA256, c.Size)
	}
	return nil
}
