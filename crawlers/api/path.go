package api

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Path leads to values in a JSON document: userCase.caseId, patents[*].guid,
// results[0], or . for the document itself.
type Path struct {
	text  string
	steps []step
}

// step is a key, an index, or all elements.
type step struct {
	key   string
	index int
	all   bool
}

// UnmarshalText reads a path.
func (p *Path) UnmarshalText(b []byte) error {
	text := string(b)
	p.text, p.steps = text, nil
	if text == "." {
		return nil
	}
	for part := range strings.SplitSeq(text, ".") {
		key, rest, _ := strings.Cut(part, "[")
		if key == "" && (rest == "" || len(p.steps) > 0) {
			return fmt.Errorf("%q is no path: write for example patents[*].guid", b)
		}
		if key != "" {
			p.steps = append(p.steps, step{key: key})
		}
		if len(key) == len(part) {
			continue
		}
		for index := range strings.SplitSeq(rest, "[") {
			inner, ok := strings.CutSuffix(index, "]")
			n, err := strconv.Atoi(inner)
			switch {
			case ok && inner == "*":
				p.steps = append(p.steps, step{all: true})
			case ok && err == nil && n >= 0:
				p.steps = append(p.steps, step{index: n})
			default:
				return fmt.Errorf("%q is no path: brackets hold * or a number", b)
			}
		}
	}
	return nil
}

// String is the path as written.
func (p Path) String() string { return p.text }

// IsZero says that no path was written.
func (p Path) IsZero() bool { return p.text == "" }

// All returns the values that the path leads to; none where it leads nowhere.
func (p Path) All(doc any) []any {
	values := []any{doc}
	for _, s := range p.steps {
		var next []any
		for _, v := range values {
			switch v := v.(type) {
			case map[string]any:
				if inner, ok := v[s.key]; ok && s.key != "" {
					next = append(next, inner)
				}
			case []any:
				switch {
				case s.key != "":
				case s.all:
					next = append(next, v...)
				case s.index < len(v):
					next = append(next, v[s.index])
				}
			}
		}
		values = next
	}
	return values
}

// Text returns the first value that the path leads to as text, and false
// where there is none or it is no plain value.
func (p Path) Text(doc any) (string, bool) {
	values := p.All(doc)
	if len(values) == 0 {
		return "", false
	}
	return text(values[0])
}

func text(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}
