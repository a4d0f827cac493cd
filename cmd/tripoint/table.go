package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
)

// table is a CSV file with a header, read row by row.
type table struct {
	name   string
	csv    *csv.Reader
	header []string
}

// newTable reads the header. A byte order mark is dropped; rows may be
// shorter than the header, and their missing cells are empty.
func newTable(name string, in io.Reader) (*table, error) {
	r := csv.NewReader(in)
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: is empty: a header is wanted", name)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, plainCSV(err))
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	for i, h := range header {
		if strings.ContainsRune(h, 0) {
			return nil, fmt.Errorf("%s: is no CSV: the first line has binary bytes", name)
		}
		header[i] = strings.TrimSpace(h)
	}
	return &table{name, r, header}, nil
}

// at is the place of a column, in any case, or -1.
func (t *table) at(name string) int {
	for i, h := range t.header {
		if strings.EqualFold(h, name) {
			return i
		}
	}
	return -1
}

// columns finds columns that must be there.
func (t *table) columns(names ...string) ([]int, error) {
	out := make([]int, len(names))
	for i, name := range names {
		if out[i] = t.at(name); out[i] < 0 {
			return nil, fmt.Errorf("%s: has no column %q; its columns are %s", t.name, name, strings.Join(t.header, ", "))
		}
	}
	return out, nil
}

// all yields the rows, each as long as the header.
func (t *table) all() iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for {
			row, err := t.csv.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(nil, fmt.Errorf("%s: %w", t.name, plainCSV(err)))
				return
			}
			for len(row) < len(t.header) {
				row = append(row, "")
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// plainCSV says where a CSV file cannot be read.
func plainCSV(err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return fmt.Errorf("line %d: %w", p.Line, p.Err)
	}
	return bare(err)
}
