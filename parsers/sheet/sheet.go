// Package sheet reads the delimited files of publishers of lists: rows whose
// columns are found by the names in a header, wherever it stands among the
// first rows and in whatever order the columns come.
//
// Start with Rows.
package sheet

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/tripoint-data/tripoint/record"
)

const (
	maxRow     = 1 << 20 // bytes of one row: the longest real one has some kB
	headerRows = 10      // the header is among the first rows
)

// Form says what the file of a publisher looks like.
type Form struct {
	Room  string   // the parser's, which stands before errors: uk
	Name  string   // what the file is, for errors: "BIS's Denied Persons List"
	Comma rune     // between two cells
	Need  []string // columns without which it is another file
}

// NoOptions decodes the parse block of a format that has none.
func NoOptions(decode func(any) error) error {
	if decode == nil {
		return nil
	}
	return decode(&struct{}{})
}

// Row is one row below the header.
type Row struct {
	Line  int // on which the row begins; 0 stands for the file
	cells []string
	table *table
}

// Get is what stands in a column, without outer blanks; "" where the file has
// no such column.
func (r Row) Get(column string) string {
	i, ok := r.table.asked[column]
	if !ok {
		i = -1
		if at, there := r.table.column[fold(column)]; there {
			i = at
		}
		r.table.asked[column] = i
	}
	if i < 0 {
		return ""
	}
	return r.cells[i]
}

// First is what stands in the first of some columns that is filled.
func (r Row) First(columns ...string) string {
	for _, c := range columns {
		if v := r.Get(c); v != "" {
			return v
		}
	}
	return ""
}

// All are the filled cells of some columns, in the order asked for.
func (r Row) All(columns ...string) []string {
	var out []string
	for _, c := range columns {
		if v := r.Get(c); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// Rows yields the rows of a part below its header. An error beside a row with
// a line spoils that row alone; beside any other it ends the file.
func Rows(ctx context.Context, part record.Part, f Form) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		rc, err := part.Open()
		if err != nil {
			yield(Row{}, err)
			return
		}
		defer rc.Close()
		t := table{limit: &rowLimit{r: rc}, form: f, asked: map[string]int{}}
		t.csv = newReader(t.limit, f.Comma)
		if err := t.header(); err != nil {
			yield(Row{}, err)
			return
		}
		for n := 0; ; n++ {
			row, err := t.next()
			switch {
			case err == io.EOF && n == 0:
				yield(Row{}, fmt.Errorf("%s has a header and no row below it: the download was cut short, fetch it again", f.Name))
				return
			case err == io.EOF:
				return
			case ctx.Err() != nil:
				yield(Row{}, ctx.Err())
				return
			}
			if !yield(row, err) || err != nil && row.Line == 0 {
				return
			}
		}
	}
}

// At is the place of a row: dpl.txt:12.
func At(part record.Part, line int) string { return part.Name + ":" + strconv.Itoa(line) }

type table struct {
	limit  *rowLimit
	csv    *csv.Reader
	form   Form
	names  []string       // of the header
	column map[string]int // by folded name
	asked  map[string]int // by the name asked for; -1: there is none
}

// header reads up to the row that names the columns.
func (t *table) header() error {
	missing := t.form.Need
	for range headerRows {
		t.limit.n = 0
		cells, err := t.csv.Read()
		var broken *csv.ParseError
		switch {
		case err == io.EOF:
			return t.other("it has no header", missing)
		case errors.As(err, &broken):
			continue
		case err != nil:
			return err
		}
		column := map[string]int{}
		for i, name := range cells {
			if name = fold(clean(name)); name != "" {
				if _, twice := column[name]; !twice {
					column[name] = i
				}
			}
		}
		absent := slices.DeleteFunc(slices.Clone(t.form.Need), func(s string) bool { _, ok := column[fold(s)]; return ok })
		if len(absent) == 0 {
			t.names, t.column = slices.Clone(cells), column
			return nil
		}
		if len(absent) < len(missing) || len(cells) > 1 && len(missing) == len(t.form.Need) {
			missing = absent
		}
	}
	return t.other("none of its first rows is a header", missing)
}

// other says that the file is another than the form's.
func (t *table) other(why string, missing []string) error {
	if len(missing) > 0 {
		why += fmt.Sprintf(" with the column %q", missing[0])
	}
	return fmt.Errorf("this is not %s: %s", t.form.Name, why)
}

func (t *table) next() (Row, error) {
	for {
		t.limit.n = 0
		cells, err := t.csv.Read()
		var broken *csv.ParseError
		switch {
		case errors.As(err, &broken):
			return Row{Line: broken.StartLine}, fmt.Errorf("a broken row: %w", broken.Err)
		case err != nil:
			return Row{}, err
		}
		line, _ := t.csv.FieldPos(0)
		switch {
		case len(cells) == 1 && strings.Trim(cells[0], "\x1a \t") == "":
			continue
		case slices.Equal(cells, t.names):
			return Row{Line: line}, errors.New("the header stands here a second time")
		case len(cells) != len(t.names):
			return Row{Line: line}, fmt.Errorf("%d columns, the header has %d", len(cells), len(t.names))
		}
		for i, c := range cells {
			cells[i] = clean(c)
		}
		return Row{Line: line, cells: cells, table: t}, nil
	}
}

// rowLimit stops a reader that a missing quote lets run on.
type rowLimit struct {
	r io.Reader
	n int
}

func (l *rowLimit) Read(b []byte) (int, error) {
	if l.n > maxRow {
		return 0, fmt.Errorf("a row of more than %d kB: a quote is missing before it", maxRow>>10)
	}
	n, err := l.r.Read(b)
	l.n += n
	return n, err
}

func newReader(in io.Reader, comma rune) *csv.Reader {
	buffered := bufio.NewReader(in)
	if head, _ := buffered.Peek(3); string(head) == "\ufeff" {
		buffered.Discard(3)
	}
	r := csv.NewReader(buffered)
	r.Comma = comma
	r.FieldsPerRecord = -1
	return r
}

// clean reads a cell: outer blanks are dropped, and bytes that are no UTF-8
// are Windows-1252.
func clean(s string) string {
	if !utf8.ValidString(s) {
		s, _ = charmap.Windows1252.NewDecoder().String(s)
	}
	return strings.TrimSpace(s)
}

// fold brings a column's name to one spelling: publishers change its case and
// blanks between editions.
func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
