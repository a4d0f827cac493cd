package table

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Limits of a workbook.
const (
	maxUnpacked = 8 << 30   // bytes of all that is read of it
	maxTexts    = 512 << 20 // bytes of its shared texts, which are held in memory
	maxCell     = 1 << 20   // bytes of one cell: Excel itself writes no more than 32767 letters
	maxSpan     = 64 << 20  // bytes of XML that one row may take
	maxFormats  = 1 << 16
)

// Cell is one cell of a sheet.
type Cell struct {
	Text   string // as text: a number in its shortest form, a date as 2023-05-10
	Number bool   // it is a number and no text that looks like one
}

// Sheet reads the rows of one sheet of a workbook (.xlsx). Numbers that are
// formatted as dates are calendar dates, their time of day is dropped; numbers
// with a format of noughts alone (000000) keep the noughts in front; errors
// of formulas (#N/A) are empty. Formulas are not computed: their values as they
// were saved count.
type Sheet struct {
	Name  string // of the sheet
	dec   *xml.Decoder
	file  *bounded
	book  *book
	row   int
	cells []Cell
	ended bool
}

// OpenSheet opens a sheet by its name, by its number from 1, or the first one
// that is not hidden where sheet is "".
func OpenSheet(file io.ReaderAt, size int64, sheet string) (*Sheet, error) {
	var magic [8]byte
	if n, err := file.ReadAt(magic[:], 0); n < len(magic) && err != nil && err != io.EOF {
		return nil, err
	}
	if string(magic[:4]) == "\xd0\xcf\x11\xe0" {
		return nil, errors.New("an old workbook (.xls) or one with a password: save it as .xlsx without one")
	}
	z, err := zip.NewReader(file, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, fmt.Errorf("no workbook (.xlsx), or a damaged one: %s", strings.TrimPrefix(err.Error(), "zip: "))
	}
	b := &book{zip: z, left: maxUnpacked}
	if err := b.open(); err != nil {
		return nil, err
	}
	path, name, err := b.find(sheet)
	if err != nil {
		return nil, err
	}
	rc, err := b.member(path)
	if err != nil {
		return nil, err
	}
	return &Sheet{Name: name, dec: xml.NewDecoder(rc), file: rc, book: b}, nil
}

// Close closes the sheet.
func (s *Sheet) Close() error { return s.file.Close() }

// Row is the number of the row at hand, from 1.
func (s *Sheet) Row() int { return s.row }

// Next returns the cells of the next row that the sheet holds, or io.EOF. They
// hold until Next; rows that were never written are left out.
func (s *Sheet) Next() ([]Cell, error) {
	if s.ended {
		return nil, io.EOF
	}
	for {
		tok, err := s.dec.Token()
		if err != nil {
			return nil, s.broken(err)
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if t.Name.Local != "row" {
				continue
			}
			s.row++
			s.file.span = 0
			if r, ok := attribute(t, "r"); ok {
				n, err := strconv.Atoi(r)
				if err != nil || n < 1 {
					return nil, fmt.Errorf("the workbook is damaged: a row has the number %q", r)
				}
				s.row = n
			}
			if err := s.readRow(); err != nil {
				return nil, s.broken(err)
			}
			return s.cells, nil
		case xml.EndElement:
			if t.Name.Local == "sheetData" {
				s.ended = true
				return nil, s.rest()
			}
		}
	}
}

// rest reads the sheet to its end, where its checksum is held against it.
func (s *Sheet) rest() error {
	for {
		if _, err := s.dec.Token(); err != nil {
			if err == io.EOF {
				return io.EOF
			}
			return s.broken(err)
		}
	}
}

func (s *Sheet) broken(err error) error {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("the workbook is damaged after row %d of %s: %w", s.row, s.Name, err)
}

// readRow reads the cells of a row to its end.
func (s *Sheet) readRow() error {
	s.cells = s.cells[:0]
	for {
		tok, err := s.dec.Token()
		if err != nil {
			return err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if t.Name.Local != "c" {
				if err := s.dec.Skip(); err != nil {
					return err
				}
				continue
			}
			if ref, ok := attribute(t, "r"); ok {
				col, ok := columnOf(ref)
				if !ok || col < len(s.cells) {
					return fmt.Errorf("a cell is named %q", ref)
				}
				for len(s.cells) < col {
					s.cells = append(s.cells, Cell{})
				}
			}
			if len(s.cells) == maxColumns {
				return fmt.Errorf("a row of more than %d cells", maxColumns)
			}
			cell, err := s.readCell(t)
			if err != nil {
				return err
			}
			s.cells = append(s.cells, cell)
		case xml.EndElement:
			return nil
		}
	}
}

// readCell reads one cell: its value stands in v, or as text in is.
func (s *Sheet) readCell(start xml.StartElement) (Cell, error) {
	var value strings.Builder
	inside, reading := 1, 0
	for inside > 0 {
		tok, err := s.dec.Token()
		if err != nil {
			return Cell{}, err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			inside++
			switch t.Name.Local {
			case "f", "rPh", "extLst": // a formula; how a text is spoken
				if err := s.dec.Skip(); err != nil {
					return Cell{}, err
				}
				inside--
			case "v", "t":
				reading = inside
			}
		case xml.EndElement:
			if inside--; inside < reading {
				reading = 0
			}
		case xml.CharData:
			if reading > 0 {
				if value.Len()+len(t) > maxCell {
					return Cell{}, fmt.Errorf("a cell of more than %d bytes", maxCell)
				}
				value.Write(t)
			}
		}
	}
	kind, _ := attribute(start, "t")
	v := value.String()
	switch kind {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(v))
		if v == "" {
			return Cell{}, nil
		}
		if err != nil || n < 0 || n >= len(s.book.texts) {
			return Cell{}, fmt.Errorf("a cell points at the text %q, there are %d", v, len(s.book.texts))
		}
		return Cell{Text: s.book.texts[n]}, nil
	case "str", "inlineStr":
		return Cell{Text: v}, nil
	case "b":
		return Cell{Text: strconv.FormatBool(strings.TrimSpace(v) == "1")}, nil
	case "e":
		return Cell{}, nil
	case "d":
		date, _, _ := strings.Cut(v, "T")
		return Cell{Text: date}, nil
	}
	style, _ := attribute(start, "s")
	return s.book.number(strings.TrimSpace(v), style)
}

func attribute(t xml.StartElement, name string) (string, bool) {
	for _, a := range t.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value, true
		}
	}
	return "", false
}

// columnOf is the column of a cell's name, from 0: that of AB12 is 27.
func columnOf(ref string) (int, bool) {
	n := 0
	for i := range len(ref) {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' || ref[i] < 'A' {
			break
		}
		if n = n*26 + int(c-'A') + 1; n > maxColumns {
			return 0, false
		}
	}
	return n - 1, n > 0
}
