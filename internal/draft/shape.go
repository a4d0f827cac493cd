package draft

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	xunicode "golang.org/x/text/encoding/unicode"

	"github.com/tripoint-data/tripoint/parsers/table"
)

// Limits of what is looked at.
const (
	rowsMost    = 2000
	columnsMost = 400 // of a row that are kept
	unpackMost  = 64 << 20
	pageMost    = 8 << 20
)

// shape is what a file is found to be: how it is read, and its columns.
type shape struct {
	input   []pair // of the input block
	unpack  []pair
	columns []*column
	rows    int
	many    bool   // several tables, with other names for the same
	title   string // that a page says it has
	next    string // the selector of the link to the next page
	links   []Link
	cut     func(rows int) []byte // the first rows as a file of their own; nil where that cannot be
	ext     string
}

// column is a column, a key, a path or an element, and its values.
type column struct {
	name   string    // as a rule names it
	parts  []*column // of one value
	from   string    // their list, as YAML
	css    string    // of pages without tables: the element instead
	label  string    // what stands for its name to a reader
	values []string
	list   bool // a row may hold several
	rows   int  // that fill it
}

// Link is where the rows of a page lead to.
type Link struct {
	Select string // of the links
	Href   string // of the first
}

func (c *column) add(values ...string) {
	filled := false
	for _, v := range values {
		if v = strings.TrimSpace(v); v != "" {
			c.values = append(c.values, v)
			filled = true
		}
	}
	if filled {
		c.rows++
	}
	c.list = c.list || len(values) > 1
}

// look finds out what a file is.
func look(s Sample) (*shape, error) {
	data := s.Data
	switch {
	case bytes.HasPrefix(data, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		inner, err := io.ReadAll(io.LimitReader(z, unpackMost))
		if len(inner) == 0 {
			return nil, errors.Join(errors.New("nothing can be unpacked of it"), err)
		}
		found, err := look(Sample{Name: strings.TrimSuffix(s.Name, ".gz"), Data: inner})
		if found != nil {
			found.cut = nil // a fixture would not be packed
		}
		return found, err
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return lookInZIP(s)
	case bytes.HasPrefix(data, []byte("%PDF")):
		return nil, errors.New("a PDF has no rows to read: look for the same data as a table, or ask the publisher")
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return nil, errors.New("an old workbook (.xls): save it as .xlsx or CSV")
	case table.IsDBF(data):
		return lookDBF(data)
	}
	text, enc, err := decoded(data)
	if err != nil {
		return nil, err
	}
	head := strings.TrimSpace(text[:min(len(text), 4096)])
	var found *shape
	switch {
	case strings.HasPrefix(head, "{"), strings.HasPrefix(head, "["):
		found, err = lookJSON(text)
	case strings.HasPrefix(head, "<") && isHTML(head):
		found, err = lookHTML(text[:min(len(text), pageMost)])
	case strings.HasPrefix(head, "<"):
		found, err = lookXML(data)
		enc = "" // the file says it
	default:
		found, err = lookCSV(data, text, s.Name)
	}
	if found != nil && enc != "" {
		found.input = append(found.input, pair{"encoding", enc})
	}
	return found, err
}

func isHTML(head string) bool {
	head = strings.ToLower(head)
	for _, sign := range []string{"<!doctype html", "<html", "<table", "<body", "<head>", "<div", "<ul"} {
		if strings.Contains(head, sign) {
			return true
		}
	}
	return false
}

// lookInZIP looks at a workbook, or at the first file of an archive.
func lookInZIP(s Sample) (*shape, error) {
	z, err := zip.NewReader(bytes.NewReader(s.Data), int64(len(s.Data)))
	if err != nil {
		return nil, fmt.Errorf("the ZIP is damaged: %w", err)
	}
	for _, f := range z.File {
		if strings.HasPrefix(f.Name, "xl/") {
			return lookXLSX(s.Data)
		}
	}
	for _, f := range z.File {
		ext := strings.ToLower(path.Ext(f.Name))
		if f.FileInfo().IsDir() || !strings.Contains(" .csv .tsv .txt .json .jsonl .ndjson .xml .html .htm .xlsx .dbf ", " "+ext+" ") {
			continue
		}
		rc, err := f.Open()
		if err != nil {
			return nil, err
		}
		inner, err := io.ReadAll(io.LimitReader(rc, unpackMost))
		if err = errors.Join(err, rc.Close()); err != nil {
			return nil, err
		}
		found, err := look(Sample{Name: path.Base(f.Name), Data: inner})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		found.unpack = []pair{{"type", "zip"}, {"glob", quote("*" + ext)}}
		found.cut = nil
		return found, nil
	}
	return nil, errors.New("the ZIP holds no file that can be read")
}

// decoded brings a text to UTF-8. Enc names the encoding where the file does
// not tell it by itself.
func decoded(data []byte) (text, enc string, err error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		b, err := xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM).NewDecoder().Bytes(data)
		return string(b), "", err
	case bytes.IndexByte(data[:min(len(data), 1024)], 0) >= 0:
		return "", "", errors.New("it is no text, and no workbook, archive or dBase file")
	case utf8.Valid(trimRune(data)):
		return strings.TrimPrefix(string(trimRune(data)), "\ufeff"), "", nil
	}
	for _, e := range encodings {
		b, err := e.Encoding.NewDecoder().Bytes(data)
		if err == nil && e.fits(string(b)) {
			return string(b), e.name, nil
		}
	}
	b, err := charmap.Windows1252.NewDecoder().Bytes(data)
	return string(b), "windows-1252", err
}

// trimRune drops a character that the end of a sample cut in two.
func trimRune(data []byte) []byte {
	for n := 1; n < utf8.UTFMax && n <= len(data); n++ {
		if b := data[len(data)-n]; utf8.RuneStart(b) {
			if b >= utf8.RuneSelf && !utf8.FullRune(data[len(data)-n:]) {
				return data[:len(data)-n]
			}
			break
		}
	}
	return data
}

// encodings are those that are told by what comes out of them: letters of
// one script, in words, and no sign that stands for a broken one.
var encodings = []encodingGuess{
	{"gb18030", simplifiedchinese.GB18030, unicode.Han},
	{"windows-1251", charmap.Windows1251, unicode.Cyrillic},
}

type encodingGuess struct {
	name string
	encoding.Encoding
	script *unicode.RangeTable
}

func (e encodingGuess) fits(text string) bool {
	own, other, pairs := 0, 0, 0
	before := false
	for _, r := range text {
		in := unicode.Is(e.script, r)
		switch {
		case r == utf8.RuneError:
			return false
		case in && before:
			own, pairs = own+1, pairs+1
		case in:
			own++
		case r >= utf8.RuneSelf:
			other++
		}
		before = in
	}
	return own > 4*other && pairs*3 > own
}
