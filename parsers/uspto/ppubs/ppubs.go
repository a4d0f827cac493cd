// Package ppubs reads the JSON of Patent Public Search: the answer to a
// search, an array of documents, or one document as its viewer asks for it.
//
// Start with New.
package ppubs

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/tripoint-data/tripoint/parsers/uspto"
	"github.com/tripoint-data/tripoint/record"
)

// maxDocument bounds what one document may take; the longest specifications
// are a few million bytes.
const maxDocument = 64 << 20

// New makes the parser. The format has no options, so decode is not called.
func New(func(any) error) (func(context.Context, record.Unit) iter.Seq2[record.Record, error], error) {
	return uspto.Documents(read), nil
}

// reader walks through one part with a token decoder, so that a search answer
// of any length is never held whole.
type reader struct {
	name  string
	bytes *uspto.Allowance
	dec   *json.Decoder
	emit  uspto.Emit
}

func read(name string, r *bufio.Reader, emit uspto.Emit) error {
	first, err := firstByte(r)
	switch {
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%s is empty", name)
	case err != nil:
		return fmt.Errorf("%s cannot be read: %w", name, err)
	}
	switch first {
	case '<':
		return fmt.Errorf("%s is no Public Search JSON: it is an HTML or XML page", name)
	case '{', '[':
	default:
		return fmt.Errorf("%s is no Public Search JSON: it begins with %q", name, first)
	}
	rd := &reader{name: name, bytes: uspto.NewAllowance(r), emit: emit}
	rd.dec = json.NewDecoder(rd.bytes)
	if _, err := rd.token(); err != nil { // the opening bracket or brace
		return err
	}
	if first == '[' {
		err = rd.array("")
	} else {
		err = rd.object()
	}
	if err == nil {
		err = rd.end()
	}
	return err
}

// firstByte skips white space and returns the byte after it without taking
// it.
func firstByte(r *bufio.Reader) (byte, error) {
	for {
		b, err := r.ReadByte()
		switch {
		case err != nil:
			return 0, err
		case strings.IndexByte(" \t\r\n", b) < 0:
			return b, r.UnreadByte()
		}
	}
}

// array reads documents up to the closing bracket. where is the path of the
// array within the part.
func (r *reader) array(where string) error {
	for i := 0; r.more(); i++ {
		locator := fmt.Sprintf("#%s[%d]", where, i)
		var d document
		err := r.value(&d)
		var mistyped *json.UnmarshalTypeError
		switch {
		case errors.As(err, &mistyped): // the decoder stands behind the value
			err = r.emit(locator, nil, record.Plain(err))
		case err == nil:
			p, bad := d.patent()
			err = r.emit(locator, p, bad)
		}
		if err != nil {
			return err
		}
	}
	_, err := r.token()
	return err
}

// object reads a search answer or a single document; which it is shows in its
// keys, whose order is not relied upon.
func (r *reader) object() error {
	fields := map[string]json.RawMessage{}
	var keys []string
	searched := false
	for r.more() {
		t, err := r.token()
		if err != nil {
			return err
		}
		key, _ := t.(string) // a key is always a string
		if len(keys) < 5 {
			keys = append(keys, key)
		}
		if key == "patents" {
			switch t, err := r.token(); {
			case err != nil:
				return err
			case t == json.Delim('['):
				searched = true
				if err := r.array(key); err != nil {
					return err
				}
			case t != nil: // null stands where nothing was found
				return fmt.Errorf("%s is no Public Search answer: its patents are no list", r.name)
			}
			continue
		}
		var raw json.RawMessage
		if err := r.value(&raw); err != nil {
			return err
		}
		if isField[key] || key == "numFound" || key == "error" {
			fields[key] = raw
		}
	}
	if _, err := r.token(); err != nil {
		return err
	}
	failure := string(fields["error"])
	switch {
	case searched:
		return nil
	case fields["guid"] != nil:
		return r.single(fields)
	case failure != "" && failure != "null":
		return fmt.Errorf("%s is no answer: the search reported %.200s", r.name, failure)
	case string(fields["numFound"]) == "0":
		return nil
	}
	return fmt.Errorf("%s is no Public Search answer: want an object with patents or guid, or an array of documents; its keys are %.200s",
		r.name, strings.Join(keys, ", "))
}

func (r *reader) single(fields map[string]json.RawMessage) error {
	raw, err := json.Marshal(fields)
	if err != nil {
		return r.fault(err)
	}
	var d document
	if err := json.Unmarshal(raw, &d); err != nil {
		return r.emit("", nil, record.Plain(err))
	}
	p, err := d.patent()
	return r.emit("", p, err)
}

func (r *reader) token() (json.Token, error) {
	r.bytes.Allow(maxDocument)
	t, err := r.dec.Token()
	return t, r.fault(err)
}

func (r *reader) more() bool {
	r.bytes.Allow(maxDocument)
	return r.dec.More()
}

func (r *reader) value(v any) error {
	r.bytes.Allow(maxDocument)
	err := r.dec.Decode(v)
	var mistyped *json.UnmarshalTypeError
	if errors.As(err, &mistyped) {
		return err
	}
	return r.fault(err)
}

// end refuses anything but white space after the value.
func (r *reader) end() error {
	r.bytes.Allow(maxDocument)
	switch _, err := r.dec.Token(); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return r.fault(err)
	}
	return fmt.Errorf("%s holds more than one JSON value", r.name)
}

func (r *reader) fault(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%s is cut off: what follows byte %d is not whole", r.name, r.dec.InputOffset())
	case errors.Is(err, uspto.ErrTooLarge):
		return fmt.Errorf("%s: a document is larger than %d MiB", r.name, maxDocument>>20)
	}
	return fmt.Errorf("%s: %w", r.name, record.Plain(err))
}
