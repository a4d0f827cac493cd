package table

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// DBF reads the rows of a dBase file: dBase III to V, Clipper, FoxPro. Its
// layout, numbers with the least byte first:
//
//	0   version; 4 number of records; 8 length of the header; 10 length of a
//	    record; 29 the language, which names the encoding
//	32  a descriptor of 32 bytes a column: 0 name, 11 type, 16 length,
//	    17 decimals; then the byte 0D
//	…   the records: one byte, a blank or * for a deleted one, then the cells
//	    at their lengths; behind the last one the byte 1A
type DBF struct {
	r       *bufio.Reader
	enc     encoding.Encoding
	fox     bool
	columns []dbfColumn
	names   []string
	record  []byte
	all, n  int
}

type dbfColumn struct {
	kind     byte
	from, to int // within a record
}

// NewDBF reads the header of a dBase file. enc is the encoding of its texts;
// where it is nil, the language that the header names decides and, where it
// names none, texts that are no UTF-8 are Windows-1252.
func NewDBF(r io.Reader, enc encoding.Encoding) (*DBF, error) {
	d := &DBF{r: bufio.NewReaderSize(r, 256<<10), enc: enc}
	var head [32]byte
	if _, err := io.ReadFull(d.r, head[:]); err != nil {
		return nil, dbfShort(err, "its header")
	}
	switch version := head[0]; {
	case version == 0x30 || version == 0x31 || version == 0x32 || version == 0xF5 || version == 0xFB:
		d.fox = true
	case version == 0x04 || version == 0x8C:
		return nil, errors.New("a table of dBase 7, which is not read: save it as dBase III or IV")
	case version&0x07 != 0x03:
		return nil, errors.New("not a dBase file")
	}
	d.all = int(binary.LittleEndian.Uint32(head[4:]))
	headerSize, recordSize := int(binary.LittleEndian.Uint16(head[8:])), int(binary.LittleEndian.Uint16(head[10:]))
	if headerSize < 65 || recordSize < 2 {
		return nil, errors.New("not a dBase file: its header gives no room to columns")
	}
	if head[15] == 1 {
		return nil, errors.New("the dBase file is encrypted")
	}
	if d.enc == nil {
		d.enc = languages[head[29]]
	}
	rest := make([]byte, headerSize-32)
	if _, err := io.ReadFull(d.r, rest); err != nil {
		return nil, dbfShort(err, "its header")
	}
	d.record = make([]byte, recordSize)
	return d, d.describe(rest)
}

// IsDBF says that the first 32 bytes of a file look like those of a dBase file:
// behind the version stands the date of its last change.
func IsDBF(head []byte) bool {
	return len(head) >= 32 && head[2] >= 1 && head[2] <= 12 && head[3] >= 1 && head[3] <= 31 && head[12] == 0 && head[13] == 0
}

// describe reads the descriptors of the columns.
func (d *DBF) describe(b []byte) error {
	long := false
	for {
		at := 1
		d.columns, d.names = nil, nil
		for b := b; len(b) >= 32 && b[0] != 0x0D; b = b[32:] {
			c := dbfColumn{kind: b[11], from: at, to: at + int(b[16])}
			if long && c.kind == 'C' { // the decimals of a text are the high byte of its length
				c.to += int(b[17]) << 8
			}
			name, _, _ := strings.Cut(string(b[:11]), "\x00")
			at = c.to
			d.columns, d.names = append(d.columns, c), append(d.names, nameOf(d.decode([]byte(name))))
		}
		switch {
		case len(d.columns) == 0:
			return errors.New("the dBase file has no columns")
		case at == len(d.record):
			return nil
		case long:
			return fmt.Errorf("the dBase file is damaged: its columns take %d bytes, its records have %d", at, len(d.record))
		}
		long = true
	}
}

// Columns are the names of the columns.
func (d *DBF) Columns() []string { return d.names }

// Unreadable says why the cells of a column cannot be read, or "".
func (d *DBF) Unreadable(column int) string {
	switch kind := d.columns[column].kind; kind {
	case 'C', 'N', 'F', 'D', 'L':
		return ""
	case 'I', 'Y', 'T', 'B':
		if d.fox {
			return ""
		}
		if kind != 'B' {
			break
		}
		fallthrough
	case 'M', 'G', 'P':
		return "is a memo: its text lies in another file, which is not read"
	}
	return fmt.Sprintf("is of the type %q, which is not read", d.columns[column].kind)
}

// Next moves to the next row that is not deleted, or returns io.EOF.
func (d *DBF) Next() error {
	for {
		if d.n == d.all {
			return d.end()
		}
		if _, err := io.ReadFull(d.r, d.record); err != nil {
			return dbfShort(err, fmt.Sprintf("record %d of %d", d.n+1, d.all))
		}
		d.n++
		switch d.record[0] {
		case ' ':
			return nil
		case '*':
		default:
			return fmt.Errorf("the dBase file is damaged: record %d begins with %q", d.n, d.record[0])
		}
	}
}

// end refuses a file that holds more records than its header says: one that
// its writer did not close has a header of before.
func (d *DBF) end() error {
	b, err := d.r.Peek(len(d.record) + 1)
	if err != nil && err != io.EOF {
		return err
	}
	if len(b) >= len(d.record) && (b[0] == ' ' || b[0] == '*') && strings.Trim(string(b), " \x00\x1a") != "" {
		return fmt.Errorf("the dBase file holds more than the %d records of its header: it was not closed, fetch it again", d.all)
	}
	return io.EOF
}

func dbfShort(err error, where string) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("the dBase file breaks off in %s: it was cut short, fetch it again", where)
	}
	return err
}

// Row is the number of the row at hand; deleted ones are counted.
func (d *DBF) Row() int { return d.n }

// Raw is the row as it lies in the file; it holds until Next.
func (d *DBF) Raw() []byte { return d.record }

// Text is a cell of the row at hand: numbers as they are written, dates as
// 2023-05-10, truths as true and false. What says nothing is "".
func (d *DBF) Text(column int) string {
	c := d.columns[column]
	b := d.record[c.from:c.to]
	if len(b) == 0 || d.Unreadable(column) != "" {
		return ""
	}
	switch c.kind {
	case 'D':
		return dbfDate(b)
	case 'L':
		switch b[0] {
		case 'T', 't', 'Y', 'y':
			return "true"
		case 'F', 'f', 'N', 'n':
			return "false"
		}
		return ""
	case 'I', 'Y', 'T', 'B':
		return foxBinary(c.kind, b)
	case 'N', 'F':
		s := strings.Trim(string(b), " \x00")
		if strings.Trim(s, "*") == "" { // asterisks: a number that had no room
			return ""
		}
		return s
	}
	end := len(b)
	for end > 0 && (b[end-1] == ' ' || b[end-1] == 0) {
		end--
	}
	return strings.ReplaceAll(d.decode(b[:end]), "\x00", " ")
}

// dbfDate writes 20230510 as 2023-05-10; what is no date stays as it is, for
// the reader to judge.
func dbfDate(b []byte) string {
	s := strings.Trim(string(b), " \x00")
	if strings.Trim(s, "0/-") == "" {
		return ""
	}
	if len(s) == 8 {
		if n, err := strconv.Atoi(s); err == nil {
			if iso, ok := day(n/10000, n/100%100, n%100); ok {
				return iso
			}
		}
	}
	return s
}

// foxBinary writes the binary numbers of FoxPro.
func foxBinary(kind byte, b []byte) string {
	switch {
	case kind == 'I' && len(b) == 4:
		return strconv.Itoa(int(int32(binary.LittleEndian.Uint32(b))))
	case len(b) != 8:
		return ""
	}
	n := binary.LittleEndian.Uint64(b)
	switch kind {
	case 'B':
		return strconv.FormatFloat(math.Float64frombits(n), 'f', -1, 64)
	case 'Y':
		return strconv.FormatFloat(float64(int64(n))/10000, 'f', -1, 64)
	}
	julian := int(uint32(n)) // a day, and behind it the milliseconds of the day
	if julian == 0 || julian > 5373484 {
		return ""
	}
	date := time.Date(-4713, 11, 24, 0, 0, 0, 0, time.UTC).AddDate(0, 0, julian)
	s, _ := day(date.Year(), int(date.Month()), date.Day())
	return s
}

func (d *DBF) decode(b []byte) string {
	if isASCII(b) { // it is the same in all of them
		return string(b)
	}
	if d.enc != nil {
		if s, err := d.enc.NewDecoder().Bytes(b); err == nil {
			return string(s)
		}
	}
	if utf8.Valid(b) {
		return string(b)
	}
	s, _ := charmap.Windows1252.NewDecoder().Bytes(b)
	return string(s)
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// languages are the encodings that the header's language byte stands for.
var languages = map[byte]encoding.Encoding{
	0x01: charmap.CodePage437, 0x02: charmap.CodePage850, 0x03: charmap.Windows1252, 0x57: charmap.Windows1252, 0x58: charmap.Windows1252, 0x59: charmap.Windows1252,
	0x08: charmap.CodePage865, 0x0A: charmap.CodePage850, 0x0B: charmap.CodePage437, 0x0D: charmap.CodePage437, 0x0E: charmap.CodePage850,
	0x13: japanese.ShiftJIS, 0x7B: japanese.ShiftJIS, 0x4D: simplifiedchinese.GBK, 0x7A: simplifiedchinese.GBK,
	0x4E: korean.EUCKR, 0x79: korean.EUCKR, 0x4F: traditionalchinese.Big5, 0x78: traditionalchinese.Big5,
	0x64: charmap.CodePage852, 0x65: charmap.CodePage866, 0x66: charmap.CodePage865, 0x7C: charmap.Windows874,
	0x7D: charmap.Windows1255, 0x7E: charmap.Windows1256, 0x26: charmap.CodePage866,
	0xC8: charmap.Windows1250, 0xC9: charmap.Windows1251, 0xCA: charmap.Windows1254, 0xCB: charmap.Windows1253, 0xCC: charmap.Windows1257,
}
