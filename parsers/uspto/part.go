package uspto

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/tripoint-data/tripoint/record"
)

// Emit hands on one document of a part: the record, or what spoilt it. The
// locator is the document's place within the part, "" where the part is the
// document. It returns ErrStop where nobody reads on.
type Emit func(locator string, p *record.Patent, err error) error

// ErrStop ends a reading without being a fault.
var ErrStop = errors.New("no more is wanted")

// Documents makes a parser of a function that reads one part. An error of
// read ends the stream; an empty part is one. A byte order mark is passed
// over before.
func Documents(read func(part string, r *bufio.Reader, emit Emit) error) func(context.Context, record.Unit) iter.Seq2[record.Record, error] {
	return func(ctx context.Context, unit record.Unit) iter.Seq2[record.Record, error] {
		return func(yield func(record.Record, error) bool) {
			for _, part := range unit.Parts {
				if err := ctx.Err(); err != nil {
					yield(nil, err)
					return
				}
				err := readPart(part, read, func(locator string, p *record.Patent, err error) error {
					at := unit.At(part.Name + locator)
					if err != nil {
						if !yield(nil, &record.Problem{Origin: *at, Err: err}) {
							return ErrStop
						}
						return ctx.Err()
					}
					p.Origin = at
					if !yield(p, nil) {
						return ErrStop
					}
					return ctx.Err()
				})
				switch {
				case errors.Is(err, ErrStop):
					return
				case err != nil:
					yield(nil, err)
					return
				}
			}
		}
	}
}

func readPart(part record.Part, read func(string, *bufio.Reader, Emit) error, emit Emit) error {
	f, err := part.Open()
	if err != nil {
		return fmt.Errorf("%s cannot be opened: %w", part.Name, err)
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 64<<10)
	if mark, _ := r.Peek(3); string(mark) == "\ufeff" {
		_, _ = r.Discard(3) // three bytes were just peeked at
	}
	switch _, err := r.Peek(1); {
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%s is empty", part.Name)
	case err != nil:
		return fmt.Errorf("%s cannot be read: %w", part.Name, err)
	}
	return read(part.Name, r, emit)
}

// ErrTooLarge is returned where one document is larger than its reader holds.
var ErrTooLarge = errors.New("a document is larger than the limit")

// Allowance hands on a reader until what it was last allowed is used up, so
// that a decoder above it cannot be made to hold more than that.
type Allowance struct {
	r    io.Reader
	left int64
}

// NewAllowance allows nothing before Allow is called.
func NewAllowance(r io.Reader) *Allowance { return &Allowance{r: r} }

// Allow lets n more bytes through; what was left of the last is forgotten.
func (a *Allowance) Allow(n int64) { a.left = n }

// Read fails with ErrTooLarge where the allowance is used up.
func (a *Allowance) Read(p []byte) (int, error) {
	if a.left <= 0 {
		return 0, ErrTooLarge
	}
	n, err := a.r.Read(p[:min(int64(len(p)), a.left)])
	a.left -= int64(n)
	return n, err
}
