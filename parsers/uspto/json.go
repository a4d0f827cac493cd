package uspto

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/tripoint-data/tripoint/record"
)

// maxValue bounds what one document of a JSON part may take; the longest
// specifications are a few million bytes.
const maxValue = 64 << 20

// JSON walks through one part with a token decoder, so that an answer of any
// length is never held whole.
type JSON struct {
	part  string
	bytes *Allowance
	dec   *json.Decoder
}

// Walk reads a part that is an object or an array. what names the format
// where the part is neither.
func Walk(part, what string, r *bufio.Reader, object, array func(*JSON) error) error {
	first, err := firstByte(r)
	switch {
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%s is empty", part)
	case err != nil:
		return fmt.Errorf("%s cannot be read: %w", part, err)
	case first == '<':
		return fmt.Errorf("%s is no %s: it is an HTML or XML page", part, what)
	case first != '{' && first != '[':
		return fmt.Errorf("%s is no %s: it begins with %q", part, what, first)
	}
	j := &JSON{part: part, bytes: NewAllowance(r)}
	j.dec = json.NewDecoder(j.bytes)
	if _, err := j.token(); err != nil { // the opening bracket or brace
		return err
	}
	if first == '[' {
		err = array(j)
	} else {
		err = object(j)
	}
	if err == nil {
		err = j.end()
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

// Members are what is kept of an object: the fields that were wanted, and
// what tells a stranger by.
type Members struct {
	Fields map[string]json.RawMessage
	Keys   []string // the first few
	Listed bool     // the list was there
}

// Object reads an object up to its closing brace. The array under the key
// list is handed to each; of the rest the keys that are wanted are kept.
func (j *JSON) Object(list string, each func(*JSON) error, wanted func(key string) bool) (Members, error) {
	m := Members{Fields: map[string]json.RawMessage{}}
	for j.more() {
		t, err := j.token()
		if err != nil {
			return m, err
		}
		key, _ := t.(string) // a key is always a string
		if len(m.Keys) < 5 {
			m.Keys = append(m.Keys, key)
		}
		if key == list {
			switch t, err := j.token(); {
			case err != nil:
				return m, err
			case t == json.Delim('['):
				m.Listed = true
				if err := each(j); err != nil {
					return m, err
				}
			case t != nil: // null stands where nothing was found
				return m, fmt.Errorf("%s is no answer: its %s are no list", j.part, list)
			}
			continue
		}
		var raw json.RawMessage
		if err := j.value(&raw); err != nil {
			return m, err
		}
		if wanted(key) {
			m.Fields[key] = raw
		}
	}
	_, err := j.token()
	return m, err
}

// Array reads the values of an array up to its closing bracket, each into
// what fresh makes, and hands it to one, or a nil and what spoilt it.
func (j *JSON) Array(fresh func() any, one func(i int, v any, err error) error) error {
	for i := 0; j.more(); i++ {
		v := fresh()
		err := j.value(v)
		var mistyped *json.UnmarshalTypeError
		if errors.As(err, &mistyped) { // the decoder stands behind the value
			v, err = nil, one(i, nil, record.Plain(err))
		} else if err == nil {
			err = one(i, v, nil)
		}
		if err != nil {
			return err
		}
	}
	_, err := j.token()
	return err
}

// Decode reads the kept fields of an object that is a document itself.
func (m Members) Decode(v any) error {
	raw, err := json.Marshal(m.Fields)
	if err != nil {
		return err
	}
	return record.Plain(json.Unmarshal(raw, v))
}

func (j *JSON) token() (json.Token, error) {
	j.bytes.Allow(maxValue)
	t, err := j.dec.Token()
	return t, j.fault(err)
}

func (j *JSON) more() bool {
	j.bytes.Allow(maxValue)
	return j.dec.More()
}

func (j *JSON) value(v any) error {
	j.bytes.Allow(maxValue)
	err := j.dec.Decode(v)
	var mistyped *json.UnmarshalTypeError
	if errors.As(err, &mistyped) {
		return err
	}
	return j.fault(err)
}

// end refuses anything but white space after the value.
func (j *JSON) end() error {
	j.bytes.Allow(maxValue)
	switch _, err := j.dec.Token(); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return j.fault(err)
	}
	return fmt.Errorf("%s holds more than one JSON value", j.part)
}

func (j *JSON) fault(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%s is cut off: what follows byte %d is not whole", j.part, j.dec.InputOffset())
	case errors.Is(err, ErrTooLarge):
		return fmt.Errorf("%s: a document is larger than %d MiB", j.part, maxValue>>20)
	}
	return fmt.Errorf("%s: %w", j.part, record.Plain(err))
}

// Texts reads null, a text, a number, or a list of these: the services give
// the same field in several of the forms. A null in a list keeps its place,
// since lists of names and places run side by side.
type Texts []string

// UnmarshalJSON reads any of the forms.
func (t *Texts) UnmarshalJSON(b []byte) error {
	if b[0] != '[' {
		s, err := scalar(b)
		*t = Texts{s}
		return err
	}
	var list []json.RawMessage
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	*t = nil
	for _, raw := range list {
		s, err := scalar(raw)
		if err != nil {
			return err
		}
		*t = append(*t, s)
	}
	return nil
}

// scalar reads a text, a number or a null. Most texts hold no escape and are
// taken as they stand: the decoder has seen to it that they are whole.
func scalar(b []byte) (s string, err error) {
	switch b[0] {
	case 'n':
		return "", nil
	case '"':
		if bytes.IndexByte(b, '\\') < 0 && utf8.Valid(b) {
			return string(b[1 : len(b)-1]), nil
		}
		err = json.Unmarshal(b, &s)
		return s, err
	case '{', '[', 't', 'f':
		what := map[byte]string{'{': "object", '[': "array"}[b[0]]
		if what == "" {
			what = "bool"
		}
		return "", &json.UnmarshalTypeError{Value: what, Type: reflect.TypeFor[string]()}
	}
	return string(b), nil
}

// First is the first of the texts, or "".
func (t Texts) First() string {
	if len(t) == 0 {
		return ""
	}
	return t[0]
}
