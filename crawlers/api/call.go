package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

var placeholder = regexp.MustCompile(`\{([A-Za-z][A-Za-z0-9_]*)\}`)

// method is GET, or POST where something is sent.
func (c Call) method() string {
	if c.Method == "" && (c.Body != "" || c.JSON != nil) {
		return "POST"
	}
	return c.Method
}

// uses says whether a variable stands in the call's body.
func (c Call) uses(name string) bool {
	_, err := c.body(func(n string) (any, bool) { return nil, n != name })
	return err != nil
}

// body fills the body in.
func (c Call) body(value func(name string) (any, bool)) ([]byte, error) {
	if c.JSON == nil {
		s, err := fillText(c.Body, value)
		return []byte(s), err
	}
	v, err := fillJSON(c.JSON, value)
	if err != nil {
		return nil, err
	}
	return marshal(v)
}

// marshal writes JSON with its keys sorted, so that one request has one key.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func fillJSON(v any, value func(string) (any, bool)) (any, error) {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, inner := range v {
			filled, err := fillJSON(inner, value)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", k, err)
			}
			out[k] = filled
		}
		return out, nil
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			filled, err := fillJSON(inner, value)
			if err != nil {
				return nil, err
			}
			out[i] = filled
		}
		return out, nil
	case string:
		if m := placeholder.FindStringSubmatch(v); m != nil && m[0] == v {
			filled, ok := value(m[1])
			if !ok {
				return nil, fmt.Errorf("the variable %s has no value", m[0])
			}
			return filled, nil
		}
		return fillText(v, value)
	}
	return v, nil
}

func fillText(s string, value func(string) (any, bool)) (string, error) {
	vars := map[string]string{}
	for _, name := range fetch.Template(s).Names() {
		if v, ok := value(name); ok {
			vars[name] = fmt.Sprint(v)
		}
	}
	return fetch.Template(s).Text(vars)
}

// plain says why a value from YAML cannot be written as JSON, if it cannot.
func plain(v any) error {
	switch v := v.(type) {
	case nil, string, bool, int, int64, uint64, float64:
		return nil
	case map[string]any:
		for k, inner := range v {
			if err := plain(inner); err != nil {
				return fmt.Errorf("%s: %w", k, err)
			}
		}
		return nil
	case []any:
		for _, inner := range v {
			if err := plain(inner); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("%v is no JSON value: put it in quotes", v)
}

func decode(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	if dec.More() {
		return nil, fmt.Errorf("not JSON: more than one value")
	}
	return v, nil
}
