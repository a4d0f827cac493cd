package draft

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tripoint-data/tripoint/parsers/table"
)

// lookCSV finds the delimiter, the header and the columns of a table as text.
func lookCSV(data []byte, text, name string) (*shape, error) {
	best, comma, lazy := [][]string(nil), ',', false
	bestWidth := 0
	for _, c := range []rune{',', ';', '\t', '|'} {
		rows, wasLazy := readCSV(text, c)
		if width, share := modalWidth(rows); width > bestWidth && share > 0.6 {
			best, comma, lazy, bestWidth = rows, c, wasLazy, width
		}
	}
	if bestWidth < 2 {
		if rows, wasLazy := readCSV(text, ','); len(rows) > 1 && plainLines(rows) {
			best, lazy, bestWidth = rows, wasLazy, 1
		}
	}
	if bestWidth == 0 {
		return nil, errors.New("it is text, and no table: no sign parts its lines into the same number of columns")
	}
	s := &shape{ext: path.Ext(name)}
	switch comma {
	case '\t':
		s.input = append(s.input, pair{"type", "tsv"})
		lazy = false // it always is
	case ',':
		s.input = append(s.input, pair{"type", "csv"})
	default:
		s.input = append(s.input, pair{"type", "csv"}, pair{"delimiter", quote(string(comma))})
	}
	skip := 0
	for skip < len(best)-1 && skip < 20 && len(best[skip]) != bestWidth {
		skip++
	}
	lines := 0
	if skip > 0 {
		lines = linesBefore(text, comma, skip)
		s.input = append(s.input, pair{"skip", strconv.Itoa(lines)})
	}
	if lazy {
		s.input = append(s.input, pair{"lazy_quotes", "true"})
	}
	s.fromRows(best[skip:], bestWidth)
	s.cut = func(rows int) []byte { return cutLines(data, text, comma, skip+rows+1) }
	return s, nil
}

// readCSV reads the rows of a sample, whose last one may be cut off.
func readCSV(text string, comma rune) (rows [][]string, lazy bool) {
	for _, lazy := range []bool{false, true} {
		r := csv.NewReader(strings.NewReader(text))
		r.Comma, r.FieldsPerRecord, r.LazyQuotes = comma, -1, lazy || comma == '\t'
		r.ReuseRecord = true
		rows = nil
		var err error
		for len(rows) < rowsMost {
			var row []string
			if row, err = r.Read(); err != nil {
				break
			}
			rows = append(rows, narrow(row))
		}
		if err == nil || errors.Is(err, io.EOF) || lazy {
			return rows, lazy
		}
	}
	return rows, true
}

// narrow is a row without the columns that are not looked at: thousands of rows
// may be kept, each of thousands of cells that are empty.
func narrow(row []string) []string {
	return slices.Clone(row[:min(len(row), columnsMost)])
}

// modalWidth is the number of columns that most rows have, and their share.
func modalWidth(rows [][]string) (width int, share float64) {
	count := map[int]int{}
	for _, r := range rows {
		count[len(r)]++
	}
	for w, n := range count {
		if w > 1 && (n > count[width] || n == count[width] && w > width) {
			width = w
		}
	}
	return width, float64(count[width]) / float64(max(len(rows), 1))
}

// plainLines says of lines without any delimiter that they are a list of names.
func plainLines(rows [][]string) bool {
	for _, r := range rows[:min(len(rows), 50)] {
		if len(r) != 1 || len(r[0]) > 200 {
			return false
		}
	}
	return true
}

// fromRows takes the columns from rows whose first may name them.
func (s *shape) fromRows(rows [][]string, width int) {
	width = min(width, columnsMost)
	names := make([]string, width)
	headed := len(rows) > 0 && isHeader(rows[0])
	seen := map[string]bool{}
	for i := range names {
		names[i] = "#" + strconv.Itoa(i+1)
		if headed && i < len(rows[0]) {
			if name := strings.TrimSpace(rows[0][i]); name != "" && !seen[name] {
				names[i] = name
				seen[name] = true
			}
		}
		s.columns = append(s.columns, &column{name: names[i], label: names[i]})
	}
	if !headed {
		s.input = append(s.input, pair{"header", "false"})
	} else if len(rows) > 0 {
		rows = rows[1:]
	}
	for _, row := range rows {
		if len(row) < width { // a comment below, or the row that the sample cuts
			continue
		}
		s.rows++
		for i, c := range s.columns {
			c.add(row[i])
		}
	}
}

var dataCell = regexp.MustCompile(`^[-+]?[0-9][0-9., /:T-]*Z?$`)

// isHeader says that a row names columns: short, different words, no numbers.
func isHeader(row []string) bool {
	seen, named := map[string]bool{}, 0
	for _, cell := range row {
		cell = strings.TrimSpace(cell)
		switch {
		case cell == "":
			continue
		case len(cell) > 120, dataCell.MatchString(cell):
			return false
		}
		if !seen[cell] {
			named++
		}
		seen[cell] = true
	}
	if named == 0 {
		return false
	}
	for cell := range seen { // one known word settles it
		if knownWord(cell) {
			return true
		}
	}
	return len(row) > 1 && named*2 > len(row)
}

// linesBefore is the number of lines before the row of a number.
func linesBefore(text string, comma rune, row int) int {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = comma, -1, true
	for range row {
		if _, err := r.Read(); err != nil {
			return row
		}
	}
	if _, err := r.Read(); err != nil {
		return row
	}
	line, _ := r.FieldPos(0)
	return line - 1
}

// cutLines is the beginning of a file up to the end of a row, byte for byte.
func cutLines(data []byte, text string, comma rune, rows int) []byte {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = comma, -1, true
	for range rows + 1 {
		if _, err := r.Read(); err != nil {
			return data
		}
	}
	last, _ := r.FieldPos(0) // the line of the first row too many
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return nil // its lines end in two bytes
	}
	at := 0
	for range last - 1 {
		n := bytes.IndexByte(data[at:], '\n')
		if n < 0 {
			return data
		}
		at += n + 1
	}
	return data[:at]
}

func lookDBF(data []byte) (*shape, error) {
	d, err := table.NewDBF(bytes.NewReader(data), nil)
	if err != nil {
		return nil, err
	}
	s := &shape{input: []pair{{"type", "dbf"}}, ext: ".dbf"}
	for _, name := range d.Columns() {
		s.columns = append(s.columns, &column{name: name, label: name})
	}
	for s.rows < rowsMost {
		if err := d.Next(); err != nil {
			break // its end, or that of the sample
		}
		s.rows++
		for i, c := range s.columns {
			c.add(d.Text(i))
		}
	}
	s.cut = func(rows int) []byte { return cutDBF(data, rows) }
	return s, nil
}

// cutDBF is a dBase file with the first records alone.
func cutDBF(data []byte, rows int) []byte {
	header, record := int(binary.LittleEndian.Uint16(data[8:])), int(binary.LittleEndian.Uint16(data[10:]))
	all := int(binary.LittleEndian.Uint32(data[4:]))
	rows = min(rows, all)
	end := header + rows*record
	if end > len(data) {
		return nil
	}
	out := append(bytes.Clone(data[:end]), 0x1a)
	binary.LittleEndian.PutUint32(out[4:], uint32(rows))
	return out
}

func lookXLSX(data []byte) (*shape, error) {
	sheet, err := table.OpenSheet(bytes.NewReader(data), int64(len(data)), "")
	if err != nil {
		return nil, err
	}
	defer sheet.Close()
	var rows [][]string
	for len(rows) < rowsMost {
		cells, err := sheet.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("sheet %s: %w", sheet.Name, err)
		}
		cells = cells[:min(len(cells), columnsMost)]
		for len(cells) > 0 && cells[len(cells)-1].Text == "" {
			cells = cells[:len(cells)-1]
		}
		row := make([]string, len(cells))
		for i, c := range cells {
			row[i] = c.Text
		}
		for n := sheet.Row(); len(rows) < n-1 && len(rows) < 20; { // rows that are not in the file
			rows = append(rows, nil)
		}
		rows = append(rows, row)
	}
	s := &shape{input: []pair{{"type", "xlsx"}}, ext: ".xlsx"}
	width, _ := modalWidth(rows)
	if width < 2 {
		return nil, fmt.Errorf("sheet %s holds no table", sheet.Name)
	}
	for _, r := range rows {
		width = max(width, len(r))
	}
	skip := 0
	for skip < len(rows)-1 && skip < 20 && filledCells(rows[skip])*2 < min(width, 6) {
		skip++
	}
	if skip > 0 {
		s.input = append(s.input, pair{"skip", strconv.Itoa(skip)})
	}
	for i := range rows {
		for len(rows[i]) < width {
			rows[i] = append(rows[i], "")
		}
	}
	s.fromRows(rows[skip:], width)
	return s, nil
}

func filledCells(row []string) (n int) {
	for _, c := range row {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}
