// Package ams reads the manifests of the US Automated Manifest System as
// published in families of CSV tables, ams__<table>_<year>__<time>.csv, that
// are joined on identifier: one shipment a bill. Start with New.
//
// The tables come in no order and may be larger than memory: each is sorted by
// identifier in runs on disk, and the runs are read side by side. What the
// extracts repeat — a row for each container, older extracts of a bill — is
// dropped or, for rows of the header, counted as merged.
package ams

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"unicode/utf8"

	"github.com/tripoint-data/tripoint/parsers/manifest"
	"github.com/tripoint-data/tripoint/parsers/manifest/runs"
	"github.com/tripoint-data/tripoint/record"
)

// Version is the parser's: it is part of every record's origin.
const Version = "1"

// New makes the parser. It has no options: decode, where given, may find no key.
func New(decode func(any) error) (func(context.Context, record.Unit) iter.Seq2[record.Record, error], error) {
	if err := manifest.NoOptions(decode); err != nil {
		return nil, err
	}
	return parser{budget: runs.Budget, rows: maxRows}.parse, nil
}

type parser struct {
	budget int // bytes of memory a table
	rows   int // rows of one table that one bill may have
}

// How many rows of a table and how many bytes one bill may have, and how many
// identifiers without a header row are named before the rest is only counted.
const (
	maxRows    = 1 << 16
	maxBytes   = 64 << 20
	maxOrphans = 1000
)

var errStop = errors.New("the reader has enough")

func (p parser) parse(ctx context.Context, unit record.Unit) iter.Seq2[record.Record, error] {
	return func(yield func(record.Record, error) bool) {
		j := joiner{parser: p, unit: unit, places: map[string]record.Place{}, lines: map[line]int{}, boxes: map[string]bool{}}
		j.yield = func(r record.Record, err error) error {
			if !yield(r, err) {
				return errStop
			}
			return nil
		}
		defer j.close()
		if err := j.run(ctx); err != nil && err != errStop {
			yield(nil, fmt.Errorf("ams: %w", err))
		}
	}
}

// joiner is one parse of one unit.
type joiner struct {
	parser
	unit  record.Unit
	yield func(record.Record, error) error
	files []file
	in    [joined]*runs.Sorter
	out   [joined]*runs.Merger
	bill  bill

	places map[string]record.Place // as tables.Port reads them
	lines  map[line]int            // of the bill at hand
	boxes  map[string]bool         // its containers
}

func (j *joiner) close() {
	for _, s := range j.in {
		if s != nil {
			s.Discard()
		}
	}
}

func (j *joiner) problem(locator, format string, args ...any) error {
	return j.yield(nil, record.Problemf(j.unit.At(locator), format, args...))
}

func (j *joiner) run(ctx context.Context) error {
	var strangers []*record.Problem
	var err error
	if j.files, strangers, err = sortFiles(j.unit); err != nil {
		return err
	}
	for _, p := range strangers {
		if err := j.yield(nil, p); err != nil {
			return err
		}
	}
	for t := range j.in {
		j.in[t] = runs.New(j.unit.Temp, j.budget)
	}
	for i := range j.files {
		if err := j.read(ctx, i); err != nil {
			return err
		}
		if t := j.files[i].table; i+1 == len(j.files) || j.files[i+1].table != t {
			if j.out[t], err = j.in[t].Merge(); err != nil {
				return fmt.Errorf("%s: %w", family[t].name, err)
			}
		}
	}
	for t := range j.out {
		if j.out[t] == nil { // the table is missing
			j.out[t] = &runs.Merger{}
		}
	}
	return j.join(ctx)
}

// read sorts one file into its table.
func (j *joiner) read(ctx context.Context, i int) error {
	f := j.files[i]
	body, err := f.Open()
	if err != nil {
		return err
	}
	defer body.Close()
	rows := newRows(body)
	head, err := rows.next()
	if err == io.EOF {
		return nil // an empty part of a table
	}
	if err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	id, wide := -1, len(head)
	columns := family[f.table].columns
	at := make([]int, len(columns))
	for c := range at {
		at[c] = -1
	}
	for k, cell := range head {
		name := column(cell)
		if name == "identifier" {
			id = k
		}
		for c := range columns {
			if columns[c] == name {
				at[c] = k
			}
		}
	}
	if id < 0 {
		return fmt.Errorf("%s: the first row names no column identifier", f.Name)
	}
	sorter := j.in[f.table]
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		cells, err := rows.next()
		if err == io.EOF {
			return nil
		}
		if bad, ok := err.(errRow); ok {
			err = bad.error
		} else if err != nil {
			return fmt.Errorf("%s:%d: %w", f.Name, rows.line, err)
		} else if len(cells) != wide {
			err = fmt.Errorf("the row has %d cells, the first row names %d", len(cells), wide)
		} else {
			err = checkID(cells[id])
		}
		if err != nil {
			if err := j.problem(fmt.Sprintf("%s:%d", f.Name, rows.line), "%w", err); err != nil {
				return err
			}
			continue
		}
		if err := sorter.Open(bytes.TrimSpace(cells[id])); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		sorter.Number(i)
		sorter.Number(rows.line)
		for _, k := range at {
			if k < 0 {
				sorter.Number(0)
			} else {
				sorter.Text(clean(cells[k]))
			}
		}
		sorter.Close()
	}
}

// clean spares the sort what Text would take away.
func clean(cell []byte) []byte {
	if n := len(cell); n > 0 && (cell[0] <= ' ' || cell[n-1] <= ' ') {
		cell = bytes.TrimSpace(cell)
	}
	if len(cell) == 4 && string(cell) == "NULL" {
		return nil
	}
	return cell
}

// checkID refuses an identifier that cannot join anything.
func checkID(cell []byte) error {
	cell = bytes.TrimSpace(cell)
	if len(cell) == 0 || len(cell) > 64 {
		return errors.New("the identifier is missing or longer than 64 bytes")
	}
	for _, c := range cell {
		switch {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '-', c == '_':
		case bytes.Contains(cell, []byte("E+")):
			return fmt.Errorf("the identifier %s was rounded by a spreadsheet and stands for many bills", cell)
		case !utf8.Valid(cell):
			return errors.New("the identifier is not UTF-8")
		default:
			return fmt.Errorf("the identifier %q is neither number nor word", cell)
		}
	}
	if string(cell) == "identifier" {
		return errors.New("a second row of column names")
	}
	return nil
}
