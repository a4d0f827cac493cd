package bulk

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

// Complete says how a whole file ends. Where nothing is said, a file that
// begins as a ZIP or gzip archive must end as one.
type Complete string

// The values of Complete.
const (
	JSON Complete = "json"
	XML  Complete = "xml"
	ZIP  Complete = "zip"
	GZIP Complete = "gzip"
)

// UnmarshalText reads json, xml, zip or gzip.
func (c *Complete) UnmarshalText(b []byte) error {
	switch v := Complete(b); v {
	case JSON, XML, ZIP, GZIP:
		*c = v
		return nil
	}
	return fmt.Errorf("%q is none of json, xml, zip, gzip", b)
}

const (
	edge     = 4096     // how much of a file's start and end is looked at
	gzipMost = 64 << 30 // no file is larger, decoded: it is decoded to see its end
	blank    = " \t\r\n\x00\x1a"
)

func (c Complete) check(body *fetch.Body) error {
	if c == "" {
		c = archive(body)
	}
	switch c {
	case JSON:
		return wholeJSON(body)
	case XML:
		return wholeXML(body)
	case ZIP:
		if _, err := zip.NewReader(body, body.Size()); err != nil {
			return errors.New("the file is cut short: it does not end with a ZIP directory")
		}
	case GZIP:
		return wholeGZIP(body)
	}
	return nil
}

// archive is the kind of archive that a file begins as; "" where it is none.
func archive(body *fetch.Body) Complete {
	var magic [4]byte
	switch n, _ := body.ReadAt(magic[:], 0); {
	case n == 4 && string(magic[:]) == "PK\x03\x04":
		return ZIP
	case n == 4 && string(magic[:3]) == "\x1f\x8b\x08":
		return GZIP
	}
	return ""
}

// wholeJSON looks through all of a file: an inner object may end where it is cut.
func wholeJSON(body *fetch.Body) error {
	in := bufio.NewReaderSize(io.NewSectionReader(body, 0, body.Size()), 64<<10)
	if mark, _ := in.Peek(3); string(mark) == "\ufeff" {
		_, _ = in.Discard(3)
	}
	var first, last byte
	var text, escaped bool
	depth := 0
	for {
		c, err := in.ReadByte()
		switch {
		case err == io.EOF:
			if first != '{' && first != '[' || last != '}' && last != ']' || depth != 0 || text {
				return errors.New("the file is cut short: it does not end as JSON does")
			}
			return nil
		case err != nil:
			return err
		case escaped:
			escaped = false
			continue
		case text && c == '\\':
			escaped = true
			continue
		case c == '"':
			text = !text
		case text, bytes.IndexByte([]byte(blank), c) >= 0:
			continue
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
		if last = c; first == 0 {
			first = c
		}
	}
}

// wholeXML wants the end of the element that a file begins with.
func wholeXML(body *fetch.Body) error {
	head, tail, err := edges(body)
	if err != nil {
		return err
	}
	cut := errors.New("the file is cut short: it does not end as XML does")
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) { // UTF-16
		if !bytes.HasSuffix(tail, []byte(">")) {
			return cut
		}
		return nil
	}
	if head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), blank); !bytes.HasPrefix(head, []byte("<")) {
		return cut
	}
	for _, aside := range []struct{ from, to string }{{"<!--", "-->"}, {"<?", "?>"}, {"<!--", "-->"}} {
		if i := bytes.LastIndex(tail, []byte(aside.from)); i > 0 && bytes.HasSuffix(tail, []byte(aside.to)) {
			tail = bytes.TrimRight(tail[:i], blank)
		}
	}
	root := rootOf(head)
	last := tail[max(0, bytes.LastIndexByte(tail, '<')):]
	if !bytes.HasSuffix(last, []byte(">")) || len(root) > 0 && !ends(last, root) {
		return cut
	}
	return nil
}

// ends says whether a tag closes an element, or is it and empty.
func ends(tag []byte, name string) bool {
	if rest, ok := bytes.CutPrefix(tag, []byte("</"+name)); ok {
		return len(bytes.Trim(rest, blank)) == 1
	}
	rest, ok := bytes.CutPrefix(tag, []byte("<"+name))
	return ok && bytes.HasSuffix(rest, []byte("/>")) && bytes.IndexByte([]byte(blank+"/"), rest[0]) >= 0
}

// rootOf is the name of the first element; "" where it is not in the head.
func rootOf(head []byte) string {
	dec := xml.NewDecoder(bytes.NewReader(head))
	dec.Strict = false
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // names are ASCII enough
	for {
		token, err := dec.RawToken()
		if err != nil {
			return ""
		}
		if start, ok := token.(xml.StartElement); ok {
			if start.Name.Space != "" {
				return start.Name.Space + ":" + start.Name.Local
			}
			return start.Name.Local
		}
	}
}

// edges are the start of a file, and its end without blanks.
func edges(body *fetch.Body) (head, tail []byte, err error) {
	n := min(edge, body.Size())
	head, tail = make([]byte, n), make([]byte, n)
	if n == 0 {
		return head, tail, nil
	}
	if _, err := body.ReadAt(head, 0); err != nil {
		return nil, nil, err
	}
	if _, err := body.ReadAt(tail, body.Size()-n); err != nil {
		return nil, nil, err
	}
	return head, bytes.TrimRight(tail, blank), nil
}

// wholeGZIP decodes a file to its end, where its length and checksum stand.
func wholeGZIP(body *fetch.Body) error {
	in, err := gzip.NewReader(bufio.NewReaderSize(io.NewSectionReader(body, 0, body.Size()), 64<<10))
	var n int64
	if err == nil {
		n, err = io.Copy(io.Discard, io.LimitReader(in, gzipMost+1))
	}
	switch {
	case err != nil:
		return fmt.Errorf("the file is cut short or damaged: it does not end as gzip does: %w", err)
	case n > gzipMost:
		return fmt.Errorf("the file decodes to more than %s", fetch.Size(gzipMost))
	}
	return nil
}
