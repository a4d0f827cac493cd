package fields

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/tripoint-data/tripoint/record"
)

var inputs = []string{"csv", "tsv", "json", "ndjson", "xml", "html"}

// maxRow bounds one row, so that a missing quote cannot swallow a file.
const maxRow = 16 << 20

// rowFunc is given one row, or what is wrong with it, and its place.
type rowFunc func(locator string, row cells, err error) error

func (s *session) rowsOf(in io.Reader, row rowFunc) error {
	r, err := s.mapping.options.Input.decode(in)
	if err != nil {
		return err
	}
	switch s.mapping.options.Input.Type {
	case "json":
		return s.readJSON(r, row)
	case "ndjson":
		return s.readLines(r, row)
	case "xml":
		return s.readXML(r, row)
	case "html":
		return s.readHTML(r, row)
	}
	return s.readCSV(r, row)
}

// decode brings the bytes to UTF-8. Without a named encoding a byte order mark
// decides; else cells that are no UTF-8 are read as Windows-1252, each by
// itself. Bytes that are no text are refused.
func (in Input) decode(r io.Reader) (*bufio.Reader, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	head, err := b.Peek(1024)
	if len(head) == 0 && err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		b.Discard(3)
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return bufio.NewReader(transform.NewReader(b, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())), nil
	case in.Encoding.Encoding != nil:
		if in.Encoding.name != "utf-16" && bytes.IndexByte(head, 0) >= 0 {
			return nil, fmt.Errorf("this is no text and cannot be %s", in.Type)
		}
		return bufio.NewReader(transform.NewReader(b, in.Encoding.NewDecoder())), nil
	case bytes.IndexByte(head, 0) >= 0:
		return nil, fmt.Errorf("this is no text and cannot be %s", in.Type)
	}
	return b, nil
}

// utf8Text reads a text that is no UTF-8 as Windows-1252.
func utf8Text(s string) string {
	if !utf8.ValidString(s) {
		s, _ = charmap.Windows1252.NewDecoder().String(s)
	}
	return s
}

// rowLimit stops a reader that a missing quote lets run on.
type rowLimit struct {
	r io.Reader
	n int
}

func (l *rowLimit) Read(b []byte) (int, error) {
	if l.n > maxRow {
		return 0, fmt.Errorf("a row of more than %d MiB: its end is missing", maxRow>>20)
	}
	n, err := l.r.Read(b)
	l.n += n
	return n, err
}

func (s *session) readCSV(in *bufio.Reader, row rowFunc) error {
	o := s.mapping.options.Input
	for range o.Skip {
		if _, err := in.ReadString('\n'); err != nil {
			return fmt.Errorf("it ends within the %d lines to skip", o.Skip)
		}
	}
	limit := &rowLimit{r: in}
	r := csv.NewReader(limit)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = rune(o.Delimiter), o.LazyQuotes || o.Type == "tsv", -1, true
	s.header = o.Columns
	if o.Header == nil || *o.Header {
		first, err := r.Read()
		if err != nil {
			return fmt.Errorf("no header row: %w", plain(err))
		}
		if len(o.Columns) == 0 {
			s.header = make([]string, len(first))
			for i, h := range first {
				s.header[i] = strings.TrimSpace(utf8Text(h))
			}
		}
	}
	index := map[string]int{}
	for i, h := range s.header {
		if _, twice := index[h]; !twice {
			index[h] = i
		}
	}
	if err := s.wantColumns(func(name string) bool { _, ok := columnAt(index, len(s.header), name); return ok }); err != nil {
		return err
	}
	s.noteColumns(s.header)
	for {
		limit.n = 0
		cells, err := r.Read()
		if err == io.EOF {
			return nil
		}
		var broken *csv.ParseError
		if err != nil && !errors.As(err, &broken) {
			return err
		}
		line := 0
		if broken == nil {
			line, _ = r.FieldPos(0)
		}
		switch {
		case broken != nil:
			line = broken.StartLine
			err = fmt.Errorf("a broken row: %w", broken.Err)
		case len(cells) < len(s.header), len(cells) > len(s.header) && strings.Join(cells[len(s.header):], "") != "":
			err = fmt.Errorf("%d columns, want %d", len(cells), len(s.header))
		}
		if err := row(":"+strconv.Itoa(line+o.Skip), csvRow{index, cells, len(s.header)}, err); err != nil {
			return err
		}
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
	return []string{strings.Clone(utf8Text(r.cells[i]))}
}

func (r csvRow) css(Selector, string) []string { return nil }
func (r csvRow) json(Path) []string            { return nil }
func (r csvRow) within(string) []cells         { return nil }
func (r csvRow) raw() []byte                   { return []byte(strings.Join(r.cells, "\x00")) }

// readLines reads one JSON object a line.
func (s *session) readLines(in *bufio.Reader, row rowFunc) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxRow)
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		r, err := s.jsonRow(line)
		if err := row(":"+strconv.Itoa(n), r, err); err != nil {
			return err
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("a line of more than %d MiB", maxRow>>20)
	}
	return lines.Err()
}

func (s *session) jsonRow(raw []byte) (jsonRow, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return jsonRow{bytes: raw}, record.Plain(err)
	}
	m, ok := v.(map[string]any)
	if !ok {
		return jsonRow{bytes: raw}, errors.New("no JSON object")
	}
	s.note(m)
	return jsonRow{value: v, bytes: raw}, nil
}

// jsonRow is one object, or an element of XML as one.
type jsonRow struct {
	value any
	bytes []byte
}

func (r jsonRow) column(name string) []string {
	if m, ok := r.value.(map[string]any); ok {
		if v, ok := m[name]; ok { // a key may hold a dot
			return texts([]any{v})
		}
	}
	p, err := parsePath(name)
	if err != nil {
		return nil
	}
	return texts(p.find(r.value))
}

func (r jsonRow) css(Selector, string) []string { return nil }
func (r jsonRow) json(p Path) []string          { return texts(p.find(r.value)) }

func (r jsonRow) within(path string) []cells {
	p, err := parsePath(path)
	if err != nil {
		return nil
	}
	var out []cells
	for _, v := range p.find(r.value) {
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		for _, e := range list {
			if _, ok := e.(map[string]any); ok {
				out = append(out, jsonRow{value: e})
			}
		}
	}
	return out
}

func (r jsonRow) raw() []byte {
	if r.bytes == nil { // an element of XML
		return fmt.Append(nil, r.value) // in the order of the keys
	}
	return r.bytes
}
