package fields

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Path leads into a JSON value: a.b[0].c; [*] stands for every element of an
// array.
type Path struct {
	text  string
	steps []step
}

// step is a key, or an index where key is ""; index -1 is every element.
type step struct {
	key   string
	index int
}

var pathStep = regexp.MustCompile(`^([^.\[\]]*)((?:\[(?:[0-9]{1,6}|\*)\])*)$`)

// UnmarshalText reads a path.
func (p *Path) UnmarshalText(b []byte) error {
	q, err := parsePath(string(b))
	if err != nil {
		return err
	}
	*p = q
	return nil
}

func parsePath(s string) (Path, error) {
	p := Path{text: s}
	for _, part := range strings.Split(s, ".") {
		m := pathStep.FindStringSubmatch(part)
		if m == nil || part == "" {
			return p, fmt.Errorf("%q is no path: write a.b[0].c or a[*].b", s)
		}
		if m[1] != "" {
			p.steps = append(p.steps, step{key: m[1]})
		}
		for _, i := range strings.FieldsFunc(m[2], func(r rune) bool { return r == '[' || r == ']' }) {
			n := -1
			if i != "*" {
				n, _ = strconv.Atoi(i)
			}
			p.steps = append(p.steps, step{index: n})
		}
	}
	return p, nil
}

// find returns the values that the path leads to.
func (p Path) find(v any) []any {
	found := []any{v}
	for _, s := range p.steps {
		var next []any
		for _, v := range found {
			switch v := v.(type) {
			case map[string]any:
				if w, ok := v[s.key]; ok && s.key != "" {
					next = append(next, w)
				}
			case []any:
				switch {
				case s.key != "": // a key of every element
					for _, e := range v {
						if m, ok := e.(map[string]any); ok {
							if w, ok := m[s.key]; ok {
								next = append(next, w)
							}
						}
					}
				case s.index < 0:
					next = append(next, v...)
				case s.index < len(v):
					next = append(next, v[s.index])
				}
			}
		}
		found = next
	}
	return found
}

// texts writes the values at the end of a path as texts. Objects have none.
func texts(values []any) []string {
	var out []string
	for _, v := range values {
		switch v := v.(type) {
		case string:
			out = append(out, v)
		case json.Number:
			out = append(out, v.String())
		case bool:
			out = append(out, strconv.FormatBool(v))
		case []any:
			out = append(out, texts(v)...)
		}
	}
	return out
}
