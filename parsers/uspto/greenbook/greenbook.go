// Package greenbook reads the office's full texts of 1976 to 2001: weekly
// files of lines in which a tag stands in the first four columns and its value
// from the sixth on.
//
//	PATN                                 a group; the next PATN begins the next document
//	WKU  039305848                       eight signs of the number and a check digit
//	TTL  Retractable bumper for a boat
//	      loader                         a line without a tag goes on
//
// Start with New.
package greenbook

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/tripoint-data/tripoint/parsers/uspto"
	"github.com/tripoint-data/tripoint/record"
)

// New makes the parser. The format has no options, so decode is not called.
func New(func(any) error) (func(context.Context, record.Unit) iter.Seq2[record.Record, error], error) {
	return uspto.Documents(read), nil
}

// maxDocument bounds what is kept of one document: its description is not.
const maxDocument = 8 << 20

// read goes through the lines of a part. Before the first document a weekly
// file has a line that names it, HHHHHT.
func read(name string, r *bufio.Reader, emit uspto.Emit) error {
	var doc *document
	n := 0
	flush := func() error {
		if doc == nil {
			return nil
		}
		p, err := doc.patent()
		return emit(fmt.Sprintf("#%d", n), p, err)
	}
	for {
		line, err := r.ReadSlice('\n')
		long := errors.Is(err, bufio.ErrBufferFull)
		switch {
		case long:
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = r.ReadSlice('\n')
			}
			line = nil
		case errors.Is(err, io.EOF) && len(line) == 0:
			if n == 0 {
				return fmt.Errorf("%s is no green-book text: it has no line PATN", name)
			}
			return flush()
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("%s cannot be read: %w", name, err)
		}
		line = bytes.TrimRight(line, " \r\n\x00\x1a")
		switch {
		case string(line) == "PATN":
			if err := flush(); err != nil {
				return err
			}
			doc = &document{current: "PATN"}
			n++
		case doc == nil && !long && (len(line) == 0 || bytes.HasPrefix(line, []byte("HHHHH"))):
		case doc == nil:
			return fmt.Errorf("%s is no green-book text: it does not begin with a line PATN", name)
		default:
			doc.line(line, long)
		}
	}
}

// document is what is kept of one document: the values of each group under
// group and tag, and the groups that stand for a party or a class each.
type document struct {
	values  map[string][]string // PATN.WKU
	groups  []group             // INVT, ASSG and CLAS
	claims  []string            // lines of CLMS and DCLM
	current string              // the group
	at      *string             // what a line without a tag goes on with
	size    int
	spoilt  error
}

type group struct {
	name   string
	values map[string][]string
}

// wanted are the groups that are read; those of the description, the
// references and the correspondents are passed over.
var wanted = map[string]bool{"PATN": true, "INVT": true, "ASSG": true, "CLAS": true, "ABST": true, "CLMS": true, "DCLM": true}

func (d *document) line(line []byte, long bool) {
	switch {
	case long:
		if wanted[d.current] {
			d.spoilt = errors.New("a line is longer than 64 KiB")
		}
		return
	case len(line) == 0:
		return
	case len(line) == 4 && line[0] != ' ' && bytes.IndexByte(line, ' ') < 0:
		d.current, d.at = string(line), nil
		if d.current == "INVT" || d.current == "ASSG" || d.current == "CLAS" {
			d.groups = append(d.groups, group{d.current, map[string][]string{}})
		}
		return
	case !wanted[d.current]:
		return
	}
	if d.size += len(line); d.size > maxDocument {
		d.spoilt = uspto.ErrTooLarge
		return
	}
	text := decode(line)
	if line[0] == ' ' { // the value before goes on
		if d.at != nil {
			*d.at += " " + strings.TrimSpace(text)
		}
		return
	}
	tag, value := text, ""
	if i := strings.IndexByte(text, ' '); i >= 0 && i <= 4 {
		tag, value = text[:i], text[min(5, len(text)):]
	}
	d.add(tag, value)
}

func (d *document) add(tag, value string) {
	switch d.current {
	case "CLMS", "DCLM":
		d.at = nil
		if strings.HasPrefix(tag, "PA") { // a paragraph; tables, formulas and NUM, which the text repeats, are none
			d.claims = append(d.claims, value)
			d.at = &d.claims[len(d.claims)-1]
		}
		return
	case "INVT", "ASSG", "CLAS":
		if last := d.groups[len(d.groups)-1]; tag == "NAM" && last.values[tag] != nil { // the next of several in one group
			d.groups = append(d.groups, group{last.name, map[string][]string{}})
		}
		d.at = put(d.groups[len(d.groups)-1].values, tag, value)
		return
	}
	if d.values == nil {
		d.values = map[string][]string{}
	}
	d.at = put(d.values, d.current+"."+tag, value)
}

func put(values map[string][]string, key, value string) *string {
	values[key] = append(values[key], value)
	return &values[key][len(values[key])-1]
}

// decode brings a line to UTF-8: the files name no encoding, and what is not
// UTF-8 is windows-1252.
func decode(line []byte) string {
	if utf8.Valid(line) {
		return string(line)
	}
	s, err := charmap.Windows1252.NewDecoder().Bytes(line)
	if err != nil {
		return strings.ToValidUTF8(string(line), "\ufffd")
	}
	return string(s)
}
