package fields

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

func (s *session) readCSV(in *bufio.Reader, o Input, row rowFunc) error {
	for range o.Skip {
		if _, err := readLine(in); err != nil {
			return fmt.Errorf("it ends within the %d lines to skip", o.Skip)
		}
	}
	r, limit := o.rows(in)
	var index map[string]int
	for {
		limit.n = 0
		cells, err := r.Read()
		if err == io.EOF && index == nil {
			return errors.New("no header row: the file is empty")
		}
		if err == io.EOF {
			return nil
		}
		var broken *csv.ParseError
		if err != nil && !errors.As(err, &broken) {
			return err
		}
		if index == nil {
			if broken != nil {
				return fmt.Errorf("no header row: %w", plain(err))
			}
			if index, err = s.name(o.named(cells)); err != nil {
				return err
			}
			if o.headed() {
				continue
			}
		}
		line := 0
		switch {
		case broken == nil:
			line, _ = r.FieldPos(0)
			err = fits(cells, len(s.header))
		case broken.Line-broken.StartLine > maxLines:
			return fmt.Errorf("line %d: a quote opens there and is not closed for %d lines: write quotes: none if they are plain characters", broken.StartLine+o.Skip, broken.Line-broken.StartLine)
		default:
			line = broken.StartLine
			err = fmt.Errorf("a broken row: %w", broken.Err)
		}
		if err := row(":"+strconv.Itoa(line+o.Skip), csvRow{index, cells, len(s.header)}, err); err != nil {
			return err
		}
	}
}

// rowReader reads rows, as csv.Reader does.
type rowReader interface {
	Read() ([]string, error)
	FieldPos(field int) (line, column int)
}

func (in Input) rows(from *bufio.Reader) (rowReader, *rowLimit) {
	limit := &rowLimit{r: from}
	if in.Quotes == "none" {
		return &plainRows{in: from, delimiter: string(rune(in.Delimiter))}, limit
	}
	r := csv.NewReader(limit)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = rune(in.Delimiter), in.LazyQuotes || in.Type == "tsv", -1, true
	return r, limit
}

// plainRows reads rows in which a quote is a character like any other: each
// line is a row.
type plainRows struct {
	in        *bufio.Reader
	delimiter string
	line      int
}

// Read reads the next line that is not empty.
func (r *plainRows) Read() ([]string, error) {
	for {
		line, err := readLine(r.in)
		if err != nil {
			return nil, err
		}
		r.line++
		if line != "" {
			return strings.Split(line, r.delimiter), nil
		}
	}
}

// FieldPos is the line of the row.
func (r *plainRows) FieldPos(int) (line, column int) { return r.line, 1 }

// readLine reads a line without its end, or io.EOF.
func readLine(in *bufio.Reader) (string, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxRow:
			return "", fmt.Errorf("a line of more than %d MiB", maxRow>>20)
		case err == bufio.ErrBufferFull:
			continue
		case err == io.EOF && len(line) > 0:
			err = nil
		}
		return strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r"), err
	}
}

// wantColumns refuses a file in which a column that the mapping reads is not
// there: the publisher has changed it, or it is another file.
func (s *session) wantColumns(has func(string) bool) error {
	for _, f := range s.mapping.fields {
		found := len(f.rule.From) == 0
		for _, name := range f.rule.From {
			found = found || has(name)
		}
		if !found {
			return fmt.Errorf("there is no column %q, which %s is read from; there are %s", f.rule.From[0], f.name, strings.Join(s.header, ", "))
		}
		if f.rule.By != "" && !has(f.rule.By) {
			return fmt.Errorf("there is no column %q, by which %s is inherited", f.rule.By, f.name)
		}
	}
	for _, name := range s.mapping.options.Key {
		if !has(name) {
			return fmt.Errorf("there is no column %q, which key names", name)
		}
	}
	return nil
}

func plain(err error) error {
	var broken *csv.ParseError
	if errors.As(err, &broken) {
		return broken.Err
	}
	return err
}

// columnAt finds a column by its name, or by its number: #2 is the second.
func columnAt(index map[string]int, n int, name string) (int, bool) {
	if i, ok := index[name]; ok {
		return i, true
	}
	if digits, ok := strings.CutPrefix(name, "#"); ok {
		if i, err := strconv.Atoi(digits); err == nil && i >= 1 && i <= n {
			return i - 1, true
		}
	}
	return 0, false
}

// csvRow is a row of a table.
type csvRow struct {
	index map[string]int
	cells []string
	width int
}

func (r csvRow) column(name string) []string {
	i, ok := columnAt(r.index, r.width, name)
	if !ok || i >= len(r.cells) {
		return nil
	}
	v := r.cells[i]
	if strings.IndexByte(v, 0) >= 0 { // what pads cells of a fixed width says nothing
		v = strings.ReplaceAll(v, "\x00", "")
	}
	return []string{strings.Clone(utf8Text(v))}
}

func (r csvRow) css(Selector, string) []string { return nil }
func (r csvRow) json(Path) []string            { return nil }
func (r csvRow) within(string) []cells         { return nil }
func (r csvRow) raw() []byte                   { return []byte(strings.Join(r.cells, "\x00")) }
