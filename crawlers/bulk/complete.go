package bulk

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

// Complete says how a whole file ends; "" is not looked at.
type Complete string

// The values of Complete.
const (
	JSON Complete = "json"
	XML  Complete = "xml"
	ZIP  Complete = "zip"
)

// UnmarshalText reads json, xml or zip.
func (c *Complete) UnmarshalText(b []byte) error {
	switch v := Complete(b); v {
	case JSON, XML, ZIP:
		*c = v
		return nil
	}
	return fmt.Errorf("%q is none of json, xml, zip", b)
}

// edge is how much of a file's start and end is looked at.
const edge = 4096

func (c Complete) check(body *fetch.Body) error {
	switch c {
	case JSON:
		first, last, err := ends(body)
		if err != nil {
			return err
		}
		if !(first == '{' && last == '}' || first == '[' && last == ']') {
			return errors.New("the file is cut short: it does not end as JSON does")
		}
	case XML:
		first, last, err := ends(body)
		if err != nil {
			return err
		}
		if first != '<' || last != '>' {
			return errors.New("the file is cut short: it does not end as XML does")
		}
	case ZIP:
		if _, err := zip.NewReader(body, body.Size()); err != nil {
			return errors.New("the file is cut short: it does not end with a ZIP directory")
		}
	}
	return nil
}

// ends returns the first and the last byte that are not blank; 0 in an empty file.
func ends(body *fetch.Body) (first, last byte, err error) {
	n := min(edge, body.Size())
	head, tail := make([]byte, n), make([]byte, n)
	if n == 0 {
		return 0, 0, nil
	}
	if _, err := body.ReadAt(head, 0); err != nil {
		return 0, 0, err
	}
	if _, err := body.ReadAt(tail, body.Size()-n); err != nil {
		return 0, 0, err
	}
	const blank = " \t\r\n\x00\x1a"
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), blank)
	tail = bytes.TrimRight(tail, blank)
	if len(head) == 0 || len(tail) == 0 {
		return 0, 0, nil
	}
	return head[0], tail[len(tail)-1], nil
}
