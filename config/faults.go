package config

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Fault is one fault of a file.
type Fault struct {
	File string
	Line int
	Path string // keys from the root: crawl.paginate.step, fields[2].name
	What string
}

// Error is file:line: path: what.
func (f Fault) Error() string {
	if f.Path == "" {
		return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.What)
	}
	return fmt.Sprintf("%s:%d: %s: %s", f.File, f.Line, f.Path, f.What)
}

// Faults are all faults of one or more files, a line each.
type Faults []Fault

// Error lists the faults, a line each.
func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

func (fs *Faults) add(name string, err error) {
	var more Faults
	if errors.As(err, &more) {
		*fs = append(*fs, more...)
		return
	}
	*fs = append(*fs, Fault{File: name, Line: 1, What: strings.TrimPrefix(err.Error(), name+": ")})
}

// fault notes a fault at a path of the file, which need not exist: the line is
// that of its nearest ancestor.
func (f *file) fault(path, format string, args ...any) {
	for _, known := range f.faults {
		if known.Path == path {
			return // one word on a key is enough
		}
	}
	f.faults = append(f.faults, Fault{f.name, lineOf(f.root, path), path, fmt.Sprintf(format, args...)})
}

func (f *file) err() error {
	if len(f.faults) == 0 {
		return nil
	}
	slices.SortStableFunc(f.faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Path, b.Path))
	})
	return slices.Compact(f.faults)
}

// load decodes a node strictly; what the decoder says is rebuilt from its
// marks in the file's own terms.
func (f *file) load(n *yaml.Node, path string, into any) Faults {
	err := n.Load(into, yaml.WithKnownFields())
	if err == nil {
		return nil
	}
	var many *yaml.LoadErrors
	if !errors.As(err, &many) {
		return Faults{{f.name, max(n.Line, 1), path, loadPrefix.ReplaceAllString(err.Error(), "")}}
	}
	var out Faults
	for _, e := range many.Errors {
		line := max(e.Mark.Line, n.Line, 1)
		at := path
		if p, ok := pathAt(n, path, e.Mark.Line, e.Mark.Column); ok {
			at = p
		}
		out = append(out, Fault{f.name, line, at, inWords(e.Message, into)})
	}
	return out
}

var (
	unknownField = regexp.MustCompile(`^field (.+) not found in type (.+)$`)
	loadPrefix   = regexp.MustCompile(`^go-yaml load error in [^:]*: `)
	wrongType    = regexp.MustCompile("(?s)^cannot construct (!!\\w+)(?: `(.*)`)? into (.+?)(?: \\(TextUnmarshaler\\))?$")
)

// inWords says what a decoder's message means, without the names of Go types.
func inWords(message string, into any) string {
	if m := unknownField.FindStringSubmatch(message); m != nil {
		if near := nearest(m[1], keysOf(reflect.TypeOf(into))); near != "" {
			return fmt.Sprintf("unknown key; did you mean %q?", near)
		}
		return "unknown key"
	}
	if m := wrongType.FindStringSubmatch(message); m != nil {
		what := map[string]string{"!!seq": "a list", "!!map": "a block of keys", "!!null": "nothing"}[m[1]]
		if what == "" {
			what = strconv.Quote(m[2])
		}
		return what + " stands where " + wanted(m[3]) + " is wanted"
	}
	return message
}

func wanted(goType string) string {
	switch {
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	case strings.HasPrefix(goType, "map["):
		return "a block of keys"
	case strings.HasPrefix(goType, "int"), strings.HasPrefix(goType, "uint"):
		return "a whole number"
	case strings.HasPrefix(goType, "float"):
		return "a number"
	case goType == "bool":
		return "true or false"
	case goType == "time.Duration":
		return "a duration like 30s"
	case goType == "string":
		return "a text"
	case strings.HasSuffix(goType, "Regexp"):
		return "a regular expression"
	}
	return "another kind of value"
}

// keysOf lists the keys that a struct accepts, in it and below it.
func keysOf(t reflect.Type) []string {
	var keys []string
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(t reflect.Type) {
		for t != nil && (t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map) {
			t = t.Elem()
		}
		if t == nil || t.Kind() != reflect.Struct || seen[t] {
			return
		}
		seen[t] = true
		for i := range t.NumField() {
			field := t.Field(i)
			name, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
			if name != "" && name != "-" {
				keys = append(keys, name)
			}
			walk(field.Type)
		}
	}
	walk(t)
	return keys
}

// nearest returns the word that differs from s by one typing error, or "".
func nearest(s string, words []string) string {
	for _, w := range words {
		if w != s && len(s) > 2 && oneEdit(s, w) {
			return w
		}
	}
	return ""
}

func oneEdit(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return a[min(i+1, len(a)):] == b[min(i+1, len(b)):] ||
			i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
	}
	return a[i:] == b[i+1:]
}
