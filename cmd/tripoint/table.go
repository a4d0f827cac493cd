package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// table is a CSV file with a header, read row by row.
type table struct {
	name   string
	csv    *csv.Reader
	header []string
}

// newTable reads the header. The file may be as spreadsheets save it: with a
// byte order mark, in UTF-16 behind one or in windows-1252, with semicolons or
// tabs. Rows may be shorter than the header, and their missing cells are empty.
func newTable(name string, in io.Reader) (*table, error) {
	text := bufio.NewReader(transform.NewReader(in, unicode.BOMOverride(transform.Nop)))
	r := csv.NewReader(text)
	r.Comma = delimiter(text)
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: is empty: a header is wanted", name)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, plainCSV(err))
	}
	for i, h := range header {
		if strings.ContainsRune(h, 0) {
			return nil, fmt.Errorf("%s: is no CSV: the first line has binary bytes", name)
		}
		header[i] = strings.TrimSpace(h)
	}
	return &table{name, r, header}, nil
}

// delimiter is what stands most often between the names of the columns.
func delimiter(in *bufio.Reader) rune {
	head, _ := in.Peek(in.Size())
	first, _, _ := strings.Cut(strings.TrimLeft(string(head), "\r\n"), "\n")
	best := ','
	for _, c := range ";\t" {
		if strings.Count(first, string(c)) > strings.Count(first, string(best)) {
			best = c
		}
	}
	return best
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
			for i, cell := range row {
				if strings.Count(cell, "\n") > maxLines || i == len(row)-1 && strings.HasSuffix(cell, "\n") {
					line, _ := t.csv.FieldPos(i)
					yield(nil, fmt.Errorf("%s: line %d: a quote is opened and not closed: the rows behind it would be lost", t.name, line))
					return
				}
				row[i] = inUTF8(cell)
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

// maxLines bounds the lines of one cell: an address has a few.
const maxLines = 50

// inUTF8 reads a cell that is no UTF-8 as windows-1252.
func inUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	s, _ = charmap.Windows1252.NewDecoder().String(s) // what it does not know it replaces
	return s
}

// plainCSV says where a CSV file cannot be read.
func plainCSV(err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return fmt.Errorf("line %d: %w", p.Line, p.Err)
	}
	return bare(err)
}
