package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// maxFile bounds a configuration file.
const maxFile = 4 << 20

// file is one YAML file while it is read: its tree, and the faults so far.
type file struct {
	name   string
	root   *yaml.Node
	faults Faults
}

// readFile loads a file's tree. Faults of syntax are returned at once: after
// them nothing else can be said.
func readFile(fsys fs.FS, name string) (*file, error) {
	in, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, reason(err))
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, reason(err))
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("%s: larger than %d bytes: this is no configuration", name, maxFile)
	}
	f := &file{name: name}
	var doc yaml.Node
	if err := yaml.Load(text, &doc); err != nil {
		var le *yaml.LoadError
		if !errors.As(err, &le) || strings.Contains(le.Message, "no documents") {
			return nil, Faults{{File: name, Line: 1, What: "is empty"}}
		}
		return nil, Faults{{File: name, Line: max(le.Mark.Line, 1), What: "not YAML: " + strings.TrimPrefix(le.Message, "yaml: ")}}
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, Faults{{File: name, Line: 1, What: "must hold keys and values"}}
	}
	f.root = doc.Content[0]
	f.dropDuplicates(f.root, "")
	return f, nil
}

// ReadFile reads another YAML file of the user's into a struct, as strictly as
// tripoint.yaml is read: all faults come back at once, each with its line.
func ReadFile(fsys fs.FS, name string, into any) error {
	f, err := readFile(fsys, name)
	if err != nil {
		return err
	}
	f.decode(f.root, into)
	return f.err()
}

// reason drops the path from a file error: the caller says it better.
func reason(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}

// dropDuplicates keeps the first of keys that stand twice and notes the others.
func (f *file) dropDuplicates(n *yaml.Node, path string) {
	if n.Kind == yaml.MappingNode {
		seen := map[string]bool{}
		var kept []*yaml.Node
		for i := 0; i+1 < len(n.Content); i += 2 {
			k := n.Content[i]
			if seen[k.Value] {
				f.faults = append(f.faults, Fault{f.name, k.Line, join(path, k.Value), "stands here twice"})
				continue
			}
			seen[k.Value] = true
			kept = append(kept, k, n.Content[i+1])
		}
		n.Content = kept
	}
	children(n, path, func(path string, _, child *yaml.Node) { f.dropDuplicates(child, path) })
}

// split parts a mapping in two: the keys named, and the rest. The tree itself
// stays whole, for the lines of faults.
func split(n *yaml.Node, keys ...string) (named, rest *yaml.Node) {
	one, other := *n, *n
	one.Content, other.Content = nil, nil
	for i := 0; i+1 < len(n.Content); i += 2 {
		into := &other
		if slices.Contains(keys, n.Content[i].Value) {
			into = &one
		}
		into.Content = append(into.Content, n.Content[i], n.Content[i+1])
	}
	return &one, &other
}

// value is the value of a key of a mapping, or nil.
func value(n *yaml.Node, key string) *yaml.Node {
	if one, _ := split(n, key); len(one.Content) > 0 {
		return one.Content[1]
	}
	return nil
}

// decode reads a node strictly and notes the faults.
func (f *file) decode(n *yaml.Node, into any) { f.faults = append(f.faults, f.load(n, "", into)...) }

// block reads the keys of a mapping that its owner names; the others are left
// for the room that the block belongs to. Keys of left belong to neither.
func (f *file) block(path string, owner any, keys []string, left ...string) Block {
	n := value(f.root, path)
	switch {
	case n == nil:
		f.fault(path, "is missing")
		return Block{}
	case n.Kind != yaml.MappingNode:
		f.fault(path, "must hold keys and values")
		return Block{}
	}
	own, rest := split(n, keys...)
	f.faults = append(f.faults, f.load(own, path, owner)...)
	_, rest = split(rest, left...)
	return Block{f, rest, path}
}

// Block is a part of a file that another room decodes.
type Block struct {
	file *file
	node *yaml.Node
	path string
}

// Absent says that the file has no such block.
func (b Block) Absent() bool { return b.node == nil }

// Decode reads the block strictly into a room's options. All faults are
// returned at once. An absent block leaves the options as they are.
func (b Block) Decode(into any) error {
	if b.node == nil {
		return nil
	}
	if faults := b.file.load(b.node, b.path, into); len(faults) > 0 {
		return faults
	}
	return nil
}

// Locate gives the faults that a room found in its options (each a
// record.Fault with a path from the block's root) their file and line.
// Anything else is reported at the block's own line.
func (b Block) Locate(err error) error {
	if err == nil || b.file == nil {
		return err
	}
	var done Faults
	if errors.As(err, &done) {
		return err
	}
	var out Faults
	for _, e := range leaves(err) {
		var at interface {
			Where() string
			Unwrap() error
		}
		path := ""
		if errors.As(e, &at) {
			path, e = at.Where(), at.Unwrap()
		}
		out = append(out, Fault{b.file.name, lineOf(b.node, path), join(b.path, path), e.Error()})
	}
	return out
}

func leaves(err error) []error {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var out []error
		for _, e := range many.Unwrap() {
			out = append(out, leaves(e)...)
		}
		return out
	}
	return []error{err}
}
