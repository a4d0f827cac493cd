// Package csl reads the Consolidated Screening List that trade.gov publishes
// of thirteen American lists: the bulk files as CSV, TSV and JSON, and the
// answers of its API.
//
// Start with NewCSV and NewJSON. A row gives one Party without an id; the rows
// of one party are united by package parsers.
package csl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/tripoint-data/tripoint/record"
)

// parser is what both formats return to the table of formats.
type parser = func(context.Context, record.Unit) iter.Seq2[record.Record, error]

// NewCSV returns the parser of the bulk file as CSV or TSV. It has no options.
func NewCSV(decode func(any) error) (parser, error) { return build(decode, readCSV) }

// NewJSON returns the parser of the bulk file as JSON and of the API's
// answers. It has no options.
func NewJSON(decode func(any) error) (parser, error) { return build(decode, readJSON) }

// errStop ends the reading of a part whose reader was told to stop.
var errStop = errors.New("stop")

type reader func(in io.Reader, name string, yield func(locator string, r row, err error) bool) error

func build(decode func(any) error, read reader) (parser, error) {
	if decode != nil {
		if err := decode(&struct{}{}); err != nil {
			return nil, err
		}
	}
	return func(ctx context.Context, u record.Unit) iter.Seq2[record.Record, error] {
		return func(yield func(record.Record, error) bool) {
			for _, part := range u.Parts {
				err := readPart(ctx, u, part, read, yield)
				if errors.Is(err, errStop) {
					return
				}
				if err != nil {
					yield(nil, fmt.Errorf("csl: %s: %w", part.Name, err))
					return
				}
			}
		}
	}, nil
}

func readPart(ctx context.Context, u record.Unit, part record.Part, read reader, yield func(record.Record, error) bool) error {
	rc, err := part.Open()
	if err != nil {
		return err
	}
	defer rc.Close()
	today := record.Date("")
	if !u.Origin.Fetched.IsZero() {
		today = record.DateOf(u.Origin.Fetched)
	}
	stopped := false
	err = read(rc, part.Name, func(locator string, r row, rowErr error) bool {
		at := u.At(locator)
		var p *record.Party
		if rowErr == nil && ctx.Err() == nil {
			p, rowErr = r.party(today)
		}
		switch {
		case ctx.Err() != nil:
			yield(nil, ctx.Err())
			stopped = true
		case rowErr != nil:
			stopped = !yield(nil, record.Problemf(at, "csl: %w", rowErr))
		default:
			p.Origin = at
			stopped = !yield(p, nil)
		}
		return !stopped
	})
	if stopped {
		return errStop
	}
	return err
}
