package table

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"strconv"
	"strings"
	"time"
)

// book is what is read of a workbook before its sheets.
type book struct {
	zip      *zip.Reader
	left     int64 // bytes that may still be unpacked
	sheets   []bookSheet
	texts    []string // that cells point at
	formats  []format // of numbers, by the style of a cell
	from1904 bool     // days are counted from 1904
}

type bookSheet struct {
	Name   string `xml:"name,attr"`
	State  string `xml:"state,attr"`
	ID     string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
	Strict string `xml:"http://purl.oclc.org/ooxml/officeDocument/relationships id,attr"`
	path   string
}

// format is what a number's format says of it.
type format struct {
	date   bool
	digits int // so many, with noughts in front
}

// member opens a file of the workbook within the limit of all of them.
func (b *book) member(name string) (*bounded, error) {
	for _, f := range b.zip.File {
		if !strings.EqualFold(f.Name, name) {
			continue
		}
		if f.Flags&1 != 0 {
			return nil, errors.New("the workbook is encrypted")
		}
		rc, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("the workbook is damaged: %s: %w", name, err)
		}
		return &bounded{ReadCloser: rc, left: &b.left}, nil
	}
	return nil, fmt.Errorf("the workbook is damaged: it has no %s", name)
}

// bounded reads within what is left to a workbook, and no more at a time than
// a row or a text may have: what reads XML holds all of a text at once.
type bounded struct {
	io.ReadCloser
	left *int64
	span int // bytes since the row or text at hand began
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.span > maxSpan {
		return 0, fmt.Errorf("a row or text of more than %d MiB", maxSpan>>20)
	}
	n, err := b.ReadCloser.Read(p)
	b.span += n
	if *b.left -= int64(n); *b.left < 0 {
		return 0, fmt.Errorf("it unpacks to more than %d GiB", maxUnpacked>>30)
	}
	return n, err
}

// part decodes a small file of the workbook.
func (b *book) part(name string, into any) error {
	rc, err := b.member(name)
	if err != nil {
		return err
	}
	defer rc.Close()
	const most = 16 << 20
	text, err := io.ReadAll(io.LimitReader(rc, most+1))
	if err == nil && len(text) > most {
		err = fmt.Errorf("more than %d MiB", most>>20)
	}
	if err == nil {
		err = xml.Unmarshal(text, into)
	}
	if err != nil {
		return fmt.Errorf("the workbook is damaged: %s: %w", name, err)
	}
	return nil
}

// open reads what the sheets need.
func (b *book) open() error {
	const main = "xl/workbook.xml"
	for _, f := range b.zip.File {
		switch f.Name {
		case "xl/workbook.bin":
			return errors.New("a binary workbook (.xlsb): save it as .xlsx")
		case "content.xml":
			return errors.New("an OpenDocument sheet: save it as .xlsx")
		}
	}
	var workbook struct {
		Pr struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []bookSheet `xml:"sheets>sheet"`
	}
	if err := b.part(main, &workbook); err != nil {
		return err
	}
	var rels struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := b.part("xl/_rels/workbook.xml.rels", &rels); err != nil {
		return err
	}
	b.from1904 = workbook.Pr.Date1904 == "1" || workbook.Pr.Date1904 == "true"
	targets := map[string]string{}
	for _, r := range rels.List {
		at := strings.TrimPrefix(r.Target, "/")
		if at == r.Target {
			at = path.Join("xl", r.Target)
		}
		var err error
		switch path.Base(r.Type) {
		case "worksheet":
			targets[r.ID] = at
		case "sharedStrings":
			err = b.readTexts(at)
		case "styles":
			err = b.readStyles(at)
		}
		if err != nil {
			return err
		}
	}
	for _, s := range workbook.Sheets {
		if s.path = targets[s.ID+s.Strict]; s.path != "" { // a chart has no cells
			b.sheets = append(b.sheets, s)
		}
	}
	return nil
}

// find finds a sheet by its name or number.
func (b *book) find(sheet string) (at, name string, err error) {
	names := make([]string, len(b.sheets))
	for i, s := range b.sheets {
		names[i] = s.Name
		if sheet == "" && s.State != "hidden" && s.State != "veryHidden" || sheet != "" && strings.EqualFold(s.Name, sheet) {
			return s.path, s.Name, nil
		}
	}
	if n, err := strconv.Atoi(sheet); err == nil && n >= 1 && n <= len(b.sheets) {
		return b.sheets[n-1].path, b.sheets[n-1].Name, nil
	}
	if sheet == "" {
		return "", "", errors.New("the workbook has no sheet to read")
	}
	return "", "", fmt.Errorf("the workbook has no sheet %q; there are %s", sheet, strings.Join(names, ", "))
}

// readTexts reads the texts that cells point at.
func (b *book) readTexts(name string) error {
	rc, err := b.member(name)
	if err != nil {
		return err
	}
	defer rc.Close()
	dec := xml.NewDecoder(rc)
	var text strings.Builder
	size, reading := 0, false
	for {
		tok, err := dec.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the workbook is damaged: %s: %w", name, err)
		}
		switch t := tok.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "rPh":
				err = dec.Skip()
			case "si":
				text.Reset()
				rc.span = 0
			case "t":
				reading = true
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "t":
				reading = false
			case "si":
				b.texts = append(b.texts, text.String())
				size += 16
			}
		case xml.CharData:
			if reading {
				text.Write(t)
				size += len(t)
			}
		}
		switch {
		case err != nil:
			return fmt.Errorf("the workbook is damaged: %s: %w", name, err)
		case size > maxTexts:
			return fmt.Errorf("the texts of the workbook take more than %d MiB: save its sheets as CSV", maxTexts>>20)
		case text.Len() > maxCell:
			return fmt.Errorf("the workbook is damaged: a text of more than %d bytes", maxCell)
		}
	}
}

// readStyles reads which styles show a number as a date.
func (b *book) readStyles(name string) error {
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := b.part(name, &styles); err != nil {
		return err
	}
	if len(styles.Cells) > maxFormats {
		return errors.New("the workbook is damaged: too many styles")
	}
	codes := map[int]format{}
	for _, f := range styles.Formats {
		codes[f.ID] = formatOf(f.Code)
	}
	for _, c := range styles.Cells {
		f, own := codes[c.Format]
		if !own { // those that every workbook has: days, and in Asian ones too
			id := c.Format
			f.date = id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 36 || id >= 50 && id <= 58
		}
		b.formats = append(b.formats, f)
	}
	return nil
}

// formatOf reads a format's code: yyyy\-mm\-dd and [$-409]d mmm yy are dates,
// 0.00 "days" and hh:mm are none.
func formatOf(code string) format {
	code, _, _ = strings.Cut(code, ";")
	if code != "" && len(code) <= 15 && strings.Trim(code, "0") == "" {
		return format{digits: len(code)}
	}
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '\\', '_', '*':
			i++
		case '"', '[':
			end := byte('"')
			if code[i] == '[' {
				end = ']'
			}
			n := strings.IndexByte(code[i+1:], end)
			if n < 0 {
				return format{}
			}
			i += n + 1
		case 'd', 'D', 'y', 'Y':
			return format{date: true}
		}
	}
	return format{}
}

// number is the cell of a number in a style.
func (b *book) number(v, style string) (Cell, error) {
	if v == "" {
		return Cell{}, nil
	}
	n, err := strconv.ParseFloat(v, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return Cell{}, fmt.Errorf("a cell holds %q, which is no number", v)
	}
	var f format
	if i, err := strconv.Atoi(style); err == nil && i >= 0 && i < len(b.formats) {
		f = b.formats[i]
	}
	if f.date {
		if date, ok := b.date(n); ok {
			return Cell{Text: date}, nil
		}
	}
	text := strconv.FormatFloat(n, 'f', -1, 64)
	if f.digits > len(text) && n >= 0 && !strings.Contains(text, ".") {
		text = strings.Repeat("0", f.digits-len(text)) + text
	}
	return Cell{Text: text, Number: true}, nil
}

// date is the calendar date of a day's number. Days are counted from 1 January
// 1900 with a 29 February that never was, or from 1904.
func (b *book) date(n float64) (string, bool) {
	days := int(n)
	from := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case n < 0 || n >= 2958466:
		return "", false
	case b.from1904:
		from = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days < 1 || days == 60:
		return "", false
	case days < 60:
		days++
	}
	d := from.AddDate(0, 0, days)
	return day(d.Year(), int(d.Month()), d.Day())
}
