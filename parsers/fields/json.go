package fields

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/tripoint-data/tripoint/record"
)

// readJSON reads the elements of the array that input.items names, one at a
// time; without it, of the array that the text is, or the one object.
func (s *session) readJSON(in *bufio.Reader, row rowFunc) error {
	s.limit = &rowLimit{r: in}
	dec := json.NewDecoder(s.limit)
	n := 0
	err := s.descend(dec, s.mapping.options.Input.Items.steps, &n, row)
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the JSON breaks off after %d rows, at byte %d: the download was cut short, fetch it again", n, dec.InputOffset())
	case errors.As(err, &syntax):
		return fmt.Errorf("after %d rows: %w", n, record.Plain(err))
	case err != nil:
		return err
	}
	switch _, err := dec.Token(); {
	case err == io.EOF:
		return nil
	case err != nil && !errors.As(err, &syntax):
		return err
	}
	return errors.New("more than one JSON value: for an object a line use input type ndjson")
}

// descend follows the path to the rows without holding what lies beside it.
func (s *session) descend(dec *json.Decoder, path []step, n *int, row rowFunc) error {
	if len(path) > 0 && path[0].key == "" { // a[*] is a
		path = path[1:]
	}
	if len(path) == 0 {
		return s.elements(dec, n, row)
	}
	tok, err := dec.Token()
	if err != nil {
		return err
	}
	if tok != json.Delim('{') {
		return fmt.Errorf("there is no object to find %q in: input.items leads nowhere", path[0].key)
	}
	found := false
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		if key == path[0].key && !found {
			found = true
			if err := s.descend(dec, path[1:], n, row); err != nil {
				return err
			}
			continue
		}
		var skip json.RawMessage
		if err := dec.Decode(&skip); err != nil {
			return err
		}
	}
	if _, err := dec.Token(); err != nil {
		return err
	}
	if !found {
		return fmt.Errorf("there is no %q: input.items leads nowhere", path[0].key)
	}
	return nil
}

// elements yields the elements of an array, or one object.
func (s *session) elements(dec *json.Decoder, n *int, row rowFunc) error {
	var raw json.RawMessage
	one := func(at string) error {
		*n++
		s.limit.n = 0
		r, err := s.jsonRow(raw)
		return row(at, r, err)
	}
	array, err := startsArray(dec)
	if err != nil {
		return err
	}
	if !array {
		if err := dec.Decode(&raw); err != nil {
			return err
		}
		if string(raw) == "null" {
			return nil
		}
		return one("#0")
	}
	if _, err := dec.Token(); err != nil {
		return err
	}
	for i := 0; dec.More(); i++ {
		if err := dec.Decode(&raw); err != nil {
			return err
		}
		if err := one("#" + strconv.Itoa(i)); err != nil {
			return err
		}
	}
	_, err = dec.Token()
	return err
}

// startsArray looks at the next byte of a decoder's input.
func startsArray(dec *json.Decoder) (bool, error) {
	dec.More() // fills the buffer
	rest := bufio.NewReader(dec.Buffered())
	for {
		b, err := rest.ReadByte()
		if err != nil {
			return false, io.ErrUnexpectedEOF
		}
		switch b {
		case ' ', '\t', '\r', '\n', ':', ',':
		default:
			return b == '[', nil
		}
	}
}
