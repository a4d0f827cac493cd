package ecfr

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// The columns of a supplement's table that a row is read from.
const (
	countryColumn = iota
	entityColumn
	requirementColumn
	policyColumn
	citationColumn
	columns
)

// row is a row of a table, its cells in the order of the columns above.
type row struct {
	country string // its own, or that of the rows before it
	cell    [columns]string
	fault   string
}

// limits on what stands in a file: the longest real cell has some 4 kB.
const (
	maxCell    = 64 << 10
	maxBetween = 64 << 20 // bytes without a row
)

var supplementName = regexp.MustCompile(`(?i)^Supplement No\. (\d+) to Part 744$`)

// rowReader reads the tables of one part of the Code.
type rowReader struct {
	dec     *xml.Decoder
	limit   *limit
	yield   func(supplement string, r row) error
	within  string // the number of the supplement
	column  []int  // which column stands at which place; nil before a header
	country string
	span    int // rows that the last country's cell spans yet
}

// limit stops a file whose rows do not end.
type limit struct {
	r io.Reader
	n int
}

func (l *limit) Read(b []byte) (int, error) {
	if l.n > maxBetween {
		return 0, fmt.Errorf("more than %d MiB without a row", maxBetween>>20)
	}
	n, err := l.r.Read(b)
	l.n += n
	return n, err
}

// tablesOf yields the rows of the tables in the supplements to Part 744.
func tablesOf(in io.Reader, yield func(supplement string, r row) error) error {
	t := rowReader{limit: &limit{r: in}, yield: yield}
	t.dec = xml.NewDecoder(t.limit)
	t.dec.Entity = xml.HTMLEntity
	depth, from, rooted := 0, 0, false
	for {
		tok, err := t.dec.Token()
		if err == io.EOF {
			if !rooted {
				return errors.New("this is not Part 744: it is no XML")
			}
			return nil
		}
		if err != nil {
			return t.fault(err, rooted)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			rooted = true
			depth++
			switch name := strings.ToUpper(tok.Name.Local); {
			case name == "DIV9":
				if m := supplementName.FindStringSubmatch(attr(tok, "N")); m != nil {
					t.within, from = m[1], depth
					t.column, t.country, t.span = nil, "", 0
				}
			case name == "TABLE":
				t.column, t.span = nil, 0
			case name == "TR" && t.within != "":
				t.limit.n = 0
				if err := t.row(); err != nil {
					return t.fault(err, rooted)
				}
				depth--
			}
		case xml.EndElement:
			if depth == from {
				t.within, from = "", 0
			}
			depth--
		}
	}
}

func (t *rowReader) fault(err error, rooted bool) error {
	var syntax *xml.SyntaxError
	broken := errors.As(err, &syntax)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), broken && syntax.Msg == "unexpected EOF":
		return fmt.Errorf("the XML breaks off at byte %d: the download was cut short, fetch it again", t.dec.InputOffset())
	case broken && !rooted:
		return fmt.Errorf("this is not Part 744: not XML: %s", syntax.Msg)
	case broken:
		return fmt.Errorf("line %d: not XML: %s", syntax.Line, syntax.Msg)
	}
	return err
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if strings.EqualFold(a.Name.Local, name) {
			return a.Value
		}
	}
	return ""
}

// row reads a row to its end and yields it, unless it is a header.
func (t *rowReader) row() error {
	var cells []string
	header, span := false, 0
	for {
		tok, err := t.dec.Token()
		if err != nil {
			return err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			name := strings.ToUpper(tok.Name.Local)
			if name != "TD" && name != "TH" {
				continue
			}
			text, err := t.text()
			if err != nil {
				return err
			}
			if header = header || name == "TH"; len(cells) == 0 {
				span, _ = strconv.Atoi(attr(tok, "rowspan"))
			}
			cells = append(cells, text)
		case xml.EndElement:
			if !strings.EqualFold(tok.Name.Local, "TR") {
				continue
			}
			if header {
				t.header(cells)
				return nil
			}
			return t.send(cells, span)
		}
	}
}

// header finds out which column is which.
func (t *rowReader) header(cells []string) {
	column := make([]int, len(cells))
	known := 0
	for i, c := range cells {
		c = strings.ToLower(c)
		column[i] = -1
		for at, words := range [columns][]string{
			countryColumn: {"country", "destination"}, entityColumn: {"entity", "entities", "listed person", "name"},
			requirementColumn: {"license requirement", "licence requirement"}, policyColumn: {"review policy"}, citationColumn: {"federal register", "citation"},
		} {
			for _, w := range words {
				if strings.Contains(c, w) && column[i] < 0 {
					column[i] = at
					known++
				}
			}
		}
	}
	if known >= 3 {
		t.column = column
	}
}

// The columns where a table has no header that names them.
var (
	fiveColumns  = []int{countryColumn, entityColumn, requirementColumn, policyColumn, citationColumn}
	threeColumns = []int{countryColumn, entityColumn, citationColumn}
)

func (t *rowReader) send(cells []string, span int) error {
	column := t.column
	if column == nil {
		if column = fiveColumns; len(cells) <= len(threeColumns) {
			column = threeColumns
		}
	}
	switch {
	case t.span > 0 && len(cells) == len(column)-1:
		t.span--
		cells = append([]string{""}, cells...)
	case span > 1:
		t.span = span - 1
	default:
		t.span = 0
	}
	if len(cells) <= 1 {
		return nil // a footnote under the table
	}
	var r row
	if len(cells) != len(column) {
		r.fault = fmt.Sprintf("a row of %d cells, want %d", len(cells), len(column))
		r.cell[entityColumn] = strings.Join(cells, " ")
		return t.yield(t.within, r)
	}
	for i, c := range cells {
		if column[i] >= 0 {
			r.cell[column[i]] = c
		}
	}
	entity, country := plainCell(r.cell[entityColumn], false), oneLine(plainCell(r.cell[countryColumn], false))
	if country != "" {
		t.country = strings.TrimRight(country, " 0123456789*.,:")
	}
	for i := range r.cell {
		r.cell[i] = oneLine(plainCell(r.cell[i], true))
	}
	r.cell[entityColumn], r.country = entity, t.country
	return t.yield(t.within, r)
}

// Marks around what is raised in a cell: the sign of a footnote.
const raised, lowered = "\x01", "\x02"

var (
	footnote = regexp.MustCompile(raised + "[^" + lowered + "]*" + lowered)
	unmarked = strings.NewReplacer(raised, "", lowered, "")
)

// plainCell drops the marks, and the signs of footnotes where they are not
// part of what is read.
func plainCell(s string, withNotes bool) string {
	if !withNotes {
		s = footnote.ReplaceAllString(s, "")
	}
	return strings.TrimSpace(unmarked.Replace(s))
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// text reads a cell to its end. Line breaks and paragraphs are line ends; all
// other white space is single blanks.
func (t *rowReader) text() (string, error) {
	var b strings.Builder
	for depth := 1; depth > 0; {
		tok, err := t.dec.Token()
		if err != nil {
			return "", err
		}
		switch tok := tok.(type) {
		case xml.CharData:
			if b.Len()+len(tok) > maxCell {
				return "", fmt.Errorf("a cell of more than %d kB", maxCell>>10)
			}
			b.WriteString(strings.Map(func(r rune) rune {
				switch {
				case r == '\n', r == '\r', r == '\t', r == '\u00a0', r == '\u2003', r == '\u2009':
					return ' '
				case r < ' ':
					return -1
				}
				return r
			}, string(tok)))
		case xml.StartElement:
			depth++
			b.WriteString(mark(tok.Name.Local, true))
		case xml.EndElement:
			if depth--; depth > 0 {
				b.WriteString(mark(tok.Name.Local, false))
			}
		}
	}
	var lines []string
	for line := range strings.SplitSeq(b.String(), "\n") {
		if line = oneLine(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n"), nil
}

func mark(element string, start bool) string {
	switch strings.ToUpper(element) {
	case "BR", "P", "LI", "FP", "DIV":
		return "\n"
	case "SUP", "SU", "FTREF":
		if start {
			return raised
		}
		return lowered
	}
	return ""
}
