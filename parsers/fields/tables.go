package fields

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding"

	"github.com/tripoint-data/tripoint/parsers/table"
)

// name takes the names of a table's columns, as they stand in its first row or
// in the mapping, and returns where each of them stands.
func (s *session) name(names []string) (map[string]int, error) {
	s.header = names
	index := map[string]int{}
	for i, h := range names {
		if _, twice := index[h]; !twice {
			index[h] = i
		}
	}
	if err := s.wantColumns(func(name string) bool { _, ok := columnAt(index, len(names), name); return ok }); err != nil {
		return nil, err
	}
	s.noteColumns(names)
	return index, nil
}

// headed says that the first row names the columns.
func (in Input) headed() bool { return in.Header == nil || *in.Header }

// named returns the names of the columns: those of the mapping, else those of
// the first row where it is a header, else #1, #2 …
func (in Input) named(first []string) []string {
	if len(in.Columns) > 0 {
		return in.Columns
	}
	names := make([]string, len(first))
	for i, h := range first {
		names[i] = "#" + strconv.Itoa(i+1)
		if in.headed() {
			names[i] = strings.TrimSpace(utf8Text(h))
		}
	}
	return names
}

// fits says what is wrong with a row that has other columns than the header.
// Empty cells behind the last column are left by spreadsheets.
func fits(cells []string, columns int) error {
	if len(cells) < columns || len(cells) > columns && strings.Join(cells[columns:], "") != "" {
		return fmt.Errorf("%d columns, want %d", len(cells), columns)
	}
	return nil
}

// readTable reads a table of whatever kind the file is.
func (s *session) readTable(rc io.ReadCloser, row rowFunc) error {
	in := bufio.NewReaderSize(rc, 64<<10)
	head, err := in.Peek(32)
	if len(head) == 0 && err != nil && err != io.EOF {
		return err
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		again, err := s.part.Open() // from its beginning
		if err != nil {
			return err
		}
		return s.readSheet(again, row)
	case table.IsDBF(head):
		return s.readDBF(in, row)
	}
	o := s.mapping.options.Input
	text, err := o.decode(in)
	if err != nil {
		return err
	}
	if o.Delimiter == 0 {
		o.Delimiter = delimiterOf(text)
	}
	return s.readCSV(text, o, row)
}

// delimiterOf is the character that parts most cells of the first line.
func delimiterOf(in *bufio.Reader) Delimiter {
	head, _ := in.Peek(4096)
	line, _, _ := bytes.Cut(head, []byte("\n"))
	best, most := Delimiter(','), 0
	for _, d := range []Delimiter{',', ';', '\t', '|'} {
		if n := bytes.Count(line, []byte(string(rune(d)))); n > most {
			best, most = d, n
		}
	}
	return best
}

// readSheet reads a sheet of a workbook.
func (s *session) readSheet(rc io.ReadCloser, row rowFunc) error {
	o := s.mapping.options.Input
	file, err := table.Seekable(rc, s.unit.Temp)
	if err != nil {
		return err
	}
	defer file.Close()
	sheet, err := table.OpenSheet(file, file.Size, o.Sheet)
	if err != nil {
		return err
	}
	defer sheet.Close()
	var index map[string]int
	for {
		cells, err := sheet.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		texts := make([]string, len(cells), max(len(cells), len(s.header)))
		for i, c := range cells {
			texts[i] = c.Text
		}
		if sheet.Row() <= o.Skip || strings.TrimSpace(strings.Join(texts, "")) == "" {
			continue
		}
		if index == nil {
			if index, err = s.name(o.named(texts)); err != nil {
				return err
			}
			if o.headed() {
				continue
			}
		}
		for len(texts) < len(s.header) { // a sheet leaves out the empty cells at the end
			texts = append(texts, "")
		}
		at := "!" + sheet.Name + ":" + strconv.Itoa(sheet.Row())
		if err := row(at, sheetRow{csvRow{index, texts, len(s.header)}, cells}, fits(texts, len(s.header))); err != nil {
			return err
		}
	}
	if index == nil {
		return fmt.Errorf("the sheet %s is empty", sheet.Name)
	}
	return nil
}

// sheetRow is a row of a sheet, which knows numbers from texts.
type sheetRow struct {
	csvRow
	typed []table.Cell
}

// number says that the first filled one of some columns holds a number and no
// text: its decimal mark is a point, whatever the mapping says of texts.
func (r sheetRow) number(names Names) bool {
	for _, name := range names {
		if i, ok := columnAt(r.index, r.width, name); ok && i < len(r.typed) && r.typed[i].Text != "" {
			return r.typed[i].Number
		}
	}
	return false
}

// readDBF reads a dBase file.
func (s *session) readDBF(in io.Reader, row rowFunc) error {
	o := s.mapping.options.Input
	var enc encoding.Encoding
	if o.Encoding.Encoding != nil {
		enc = o.Encoding.Encoding
	}
	d, err := table.NewDBF(in, enc)
	if err != nil {
		return err
	}
	index, err := s.name(d.Columns())
	if err != nil {
		return err
	}
	for i, name := range d.Columns() {
		if why := d.Unreadable(i); why != "" && slices.ContainsFunc(s.mapping.fields, func(f field) bool { return slices.Contains(f.rule.From, name) }) {
			return fmt.Errorf("the column %s %s", name, why)
		}
	}
	for {
		switch err := d.Next(); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := row("#"+strconv.Itoa(d.Row()), dbfRow{d, index}, nil); err != nil {
			return err
		}
	}
}

// dbfRow is a row of a dBase file.
type dbfRow struct {
	*table.DBF
	index map[string]int
}

func (r dbfRow) column(name string) []string {
	i, ok := columnAt(r.index, len(r.Columns()), name)
	if !ok {
		return nil
	}
	return []string{r.Text(i)}
}

func (r dbfRow) css(Selector, string) []string { return nil }
func (r dbfRow) json(Path) []string            { return nil }
func (r dbfRow) within(string) []cells         { return nil }
func (r dbfRow) raw() []byte                   { return r.Raw() }
