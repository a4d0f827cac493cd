package config

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// children calls f with the path, the key (nil in a list) and the value of
// each child of a node.
func children(n *yaml.Node, path string, f func(path string, key, value *yaml.Node)) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			f(join(path, n.Content[i].Value), n.Content[i], n.Content[i+1])
		}
	case yaml.SequenceNode:
		for i, c := range n.Content {
			f(path+"["+strconv.Itoa(i)+"]", nil, c)
		}
	}
}

// pathAt finds the path of the key or value that begins at a position.
func pathAt(n *yaml.Node, path string, line, column int) (found string, ok bool) {
	if n.Line == line && n.Column == column && n.Kind == yaml.ScalarNode {
		return path, true
	}
	children(n, path, func(path string, key, value *yaml.Node) {
		switch {
		case ok:
		case key != nil && key.Line == line && key.Column == column,
			value.Line == line && value.Column == column:
			found, ok = path, true
			if deeper, yes := pathAt(value, path, line, column); yes {
				found = deeper
			}
		default:
			found, ok = pathAt(value, path, line, column)
		}
	})
	return found, ok
}

// lineOf is the line of a path, or of its nearest ancestor that exists.
func lineOf(n *yaml.Node, path string) int {
	line := max(n.Line, 1)
	for path != "" {
		var key string
		if rest, ok := strings.CutPrefix(path, "["); ok {
			key, path, _ = strings.Cut(rest, "]")
			path = strings.TrimPrefix(path, ".")
			i, err := strconv.Atoi(key)
			if err != nil || n.Kind != yaml.SequenceNode || i >= len(n.Content) {
				return line
			}
			n = n.Content[i]
			line = n.Line
			continue
		}
		end := strings.IndexAny(path, ".[")
		if end < 0 {
			key, path = path, ""
		} else {
			key, path = path[:end], strings.TrimPrefix(path[end:], ".")
		}
		var next *yaml.Node
		children(n, "", func(p string, k, v *yaml.Node) {
			if k != nil && p == key {
				next, line = v, k.Line
			}
		})
		if next == nil {
			return line
		}
		n = next
	}
	return line
}

func join(path, key string) string {
	if path == "" || key == "" || strings.HasPrefix(key, "[") {
		return path + key
	}
	return path + "." + key
}
