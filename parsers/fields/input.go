package fields

import (
	"bufio"
	"bytes"
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

var inputs = []string{"csv", "tsv", "xlsx", "dbf", "table", "json", "ndjson", "xml", "html"}

// maxRow bounds one row, so that a missing quote cannot swallow a file, and
// maxLines the lines that a broken one may have swallowed.
const (
	maxRow   = 16 << 20
	maxLines = 100
)

// rowFunc is given one row, or what is wrong with it, and its place.
type rowFunc func(locator string, row cells, err error) error

func (s *session) rowsOf(in io.ReadCloser, row rowFunc) error {
	o := s.mapping.options.Input
	switch o.Type {
	case "table":
		return s.readTable(in, row)
	case "xlsx":
		return s.readSheet(in, row)
	case "dbf":
		return s.readDBF(in, row)
	}
	r, err := o.decode(in)
	if err != nil {
		return err
	}
	switch o.Type {
	case "json":
		return s.readJSON(r, row)
	case "ndjson":
		return s.readLines(r, row)
	case "xml":
		return s.readXML(r, row)
	case "html":
		return s.readHTML(r, row)
	}
	return s.readCSV(r, o, row)
}

// decode brings the bytes to UTF-8. Without a named encoding a byte order mark
// or the noughts of UTF-16 decide; else cells that are no UTF-8 are read as
// Windows-1252, each by itself. Bytes that are no text are refused.
func (in Input) decode(r io.Reader) (*bufio.Reader, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	head, err := b.Peek(1024)
	if len(head) == 0 && err != nil && err != io.EOF {
		return nil, err
	}
	wide := func(order unicode.Endianness) (*bufio.Reader, error) {
		return bufio.NewReader(transform.NewReader(b, unicode.UTF16(order, unicode.UseBOM).NewDecoder())), nil
	}
	switch order, is16 := utf16Of(head); {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		b.Discard(3)
		return b, nil
	case is16:
		return wide(order)
	case isBinary(head) && (in.Encoding.Encoding == nil || !strings.HasPrefix(in.Encoding.name, "utf-16") && bytes.IndexByte(head, 0) >= 0):
		return nil, fmt.Errorf("this is no text and cannot be %s", in.Type)
	case in.Encoding.Encoding != nil:
		return bufio.NewReader(transform.NewReader(b, in.Encoding.NewDecoder())), nil
	}
	return b, nil
}

// utf16Of recognises UTF-16: by its byte order mark, or by every second byte
// of the beginning being nought, as Latin letters have it.
func utf16Of(head []byte) (unicode.Endianness, bool) {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return unicode.LittleEndian, true
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return unicode.BigEndian, true
	}
	var noughts [2]int
	for i, c := range head {
		if c == 0 {
			noughts[i%2]++
		}
	}
	switch half := len(head) / 2; {
	case half < 4:
	case noughts[1] > half*3/4 && noughts[0] == 0:
		return unicode.LittleEndian, true
	case noughts[0] > half*3/4 && noughts[1] == 0:
		return unicode.BigEndian, true
	}
	return unicode.LittleEndian, false
}

// isBinary says that the beginning of a file is no text: it begins as a known
// container does, or is full of control characters. Some noughts pad the cells
// of some publishers.
func isBinary(head []byte) bool {
	for _, magic := range []string{"PK\x03\x04", "PK\x05\x06", "\x1f\x8b", "%PDF-", "\xd0\xcf\x11\xe0", "Rar!", "7z\xbc\xaf", "\xfd7zXZ", "BZh"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return true
		}
	}
	noughts, others := 0, 0
	for _, c := range head {
		switch {
		case c == 0:
			noughts++
		case c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1a:
			others++
		}
	}
	return noughts*3 > len(head) || others*20 > len(head)
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
