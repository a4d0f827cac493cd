package ofac

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/record"
)

// The files of a family, by their numbers of columns.
const (
	primary   = 12
	addresses = 6
	aliases   = 5
	comments  = 2
)

// table is one file of a family.
type table struct {
	part    record.Part
	columns int
}

// family is the files of one unit.
type family struct {
	unit     record.Unit
	primary  []table
	second   []table
	others   map[string]*others // by OFAC's number
	problems []*record.Problem
}

// others is what the files beside the primary one say of a party.
type others struct {
	aliases   []record.Alias
	addresses []record.Address
	countries []string
	comments  string
	at        []string // the first row in each file
	used      bool
}

// open finds out which file is which: by name, else by the number of columns.
func open(u record.Unit) (*family, error) {
	f := &family{unit: u, others: map[string]*others{}}
	for _, part := range u.Parts {
		t := table{part: part, columns: byName(part.Name)}
		found, err := t.firstRow()
		switch {
		case err != nil:
			return nil, fmt.Errorf("%s: %w", part.Name, err)
		case t.columns == 0 && !slices.Contains([]int{primary, addresses, aliases, comments}, found):
			return nil, fmt.Errorf("%s: this is no file of OFAC's: its rows have %d columns, want 12 (sdn, cons_prim), 6 (add), 5 (alt) or 2 (comments)", part.Name, found)
		case t.columns == 0:
			t.columns = found
		case t.columns != found:
			return nil, fmt.Errorf("%s: the first row has %d columns, a file of this name has %d", part.Name, found, t.columns)
		}
		if t.columns == primary {
			f.primary = append(f.primary, t)
		} else {
			f.second = append(f.second, t)
		}
	}
	if len(f.primary) == 0 {
		return nil, errors.New("the primary file is missing: give sdn.csv or cons_prim.csv together with the others")
	}
	return f, nil
}

// byName returns the number of columns that a file of this name has, or 0.
func byName(name string) int {
	name = name[strings.LastIndex(name, "!")+1:]
	name = strings.ToLower(path.Base(strings.ReplaceAll(name, "\\", "/")))
	words := strings.FieldsFunc(name, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	has := func(w ...string) bool {
		return slices.ContainsFunc(words, func(s string) bool { return slices.Contains(w, s) })
	}
	switch {
	case has("comments", "comment"):
		return comments
	case has("alt"):
		return aliases
	case has("add"):
		return addresses
	case has("prim", "sdn"):
		return primary
	}
	return 0
}

// consolidated says whether a primary file is of the non-SDN family: by its
// name, else because the programs of most of its rows stand for non-SDN lists.
func (t table) consolidated(ctx context.Context) (bool, error) {
	name := strings.ToLower(path.Base(t.part.Name))
	switch {
	case strings.Contains(name, "cons"), strings.Contains(name, "prim"):
		return true, nil
	case strings.Contains(name, "sdn"):
		return false, nil
	}
	weight := 0
	for row, err := range t.rows(ctx) {
		switch {
		case err != nil && row.line == 0:
			return false, err
		case err != nil:
		case len(tables.OFACLists(programsOf(row.cells[3]), row.cells[11])) > 0:
			weight++
		default:
			weight--
		}
	}
	return weight > 0, nil
}

// row is one row of a file. A row of line 0 stands for the file.
type row struct {
	line  int
	cells []string
}

func (r row) at(t table) string { return t.part.Name + ":" + strconv.Itoa(r.line) }

// firstRow returns the number of columns of the first row.
func (t table) firstRow() (int, error) {
	rc, err := t.part.Open()
	if err != nil {
		return 0, err
	}
	defer rc.Close()
	cells, err := newReader(&rowLimit{r: rc}).Read()
	if err == io.EOF || err == nil && len(cells) == 1 && strings.Trim(cells[0], "\x1a \ufeff") == "" {
		return 0, errors.New("holds no row")
	}
	if broken := (*csv.ParseError)(nil); errors.As(err, &broken) {
		return 0, fmt.Errorf("this is no file of OFAC's: its first row is broken: %w", broken.Err)
	}
	if err != nil {
		return 0, err
	}
	if _, err := strconv.ParseUint(strings.TrimSpace(cells[0]), 10, 63); err != nil {
		return 0, fmt.Errorf("this is no file of OFAC's: its first field is %.40q, want OFAC's number and no header", cells[0])
	}
	return len(cells), nil
}

// maxRow bounds one row: the longest real one has 2 kB.
const maxRow = 1 << 20

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

func newReader(in io.Reader) *csv.Reader {
	buffered := bufio.NewReader(in)
	if head, _ := buffered.Peek(3); string(head) == "\ufeff" {
		buffered.Discard(3)
	}
	r := csv.NewReader(buffered)
	r.FieldsPerRecord = -1
	return r
}

// rows yields the rows of a file with nulls ("-0- ") as empty cells. The final
// byte 0x1A is no row.
func (t table) rows(ctx context.Context) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		rc, err := t.part.Open()
		if err != nil {
			yield(row{}, fmt.Errorf("%s: %w", t.part.Name, err))
			return
		}
		defer rc.Close()
		limit := &rowLimit{r: rc}
		r := newReader(limit)
		for {
			limit.n = 0
			cells, err := r.Read()
			if err == io.EOF {
				return
			}
			if err == nil {
				err = ctx.Err()
			}
			var broken *csv.ParseError
			if err != nil && !errors.As(err, &broken) {
				yield(row{}, fmt.Errorf("%s: %w", t.part.Name, err))
				return
			}
			line := 0
			if broken == nil {
				line, _ = r.FieldPos(0)
			}
			switch {
			case broken != nil:
				line = broken.StartLine
				err = fmt.Errorf("a broken row: %w", broken.Err)
			case len(cells) == 1 && strings.Trim(cells[0], "\x1a ") == "":
				continue
			case len(cells) != t.columns:
				err = fmt.Errorf("%d columns, want %d", len(cells), t.columns)
			}
			if err == nil {
				for i, c := range cells {
					cells[i] = clean(c, i == len(cells)-1)
				}
			}
			if !yield(row{line, cells}, err) {
				return
			}
		}
	}
}

// clean reads a cell: nulls are empty, and bytes that are no UTF-8 are
// Windows-1252. The last cell of a row keeps its outer blanks, since remarks
// may be cut at one.
func clean(s string, last bool) string {
	if !utf8.ValidString(s) {
		s, _ = charmap.Windows1252.NewDecoder().String(s)
	}
	trimmed := strings.TrimSpace(s)
	if trimmed == "-0-" {
		return ""
	}
	if last {
		return s
	}
	return trimmed
}
