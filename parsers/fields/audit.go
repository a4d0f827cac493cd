package fields

import (
	"slices"
	"strconv"
	"strings"
)

const (
	unreadMost = 1000  // unread fields of one part that are noted
	placesMost = 10000 // names of one part that are told apart
	nameLength = 200   // bytes of the name of an unread field
)

// tree is what a mapping reads of a row: the columns, or the names that lead
// into an object.
type tree struct {
	read   bool // a rule reads it, or it was noted as unread
	closed bool // nothing below it is looked at: it is ignored, or unread as a whole
	below  map[string]*tree
}

// at finds the place under a name, and makes it.
func (t *tree) at(name string) *tree {
	if t.below == nil {
		t.below = map[string]*tree{}
	}
	if t.below[name] == nil {
		t.below[name] = &tree{}
	}
	return t.below[name]
}

// mark sets the places that a name may stand for: the key of that name, and
// the end of the path that it is.
func (t *tree) mark(name string, set func(*tree)) {
	set(t.at(name))
	if p, err := parsePath(name); err == nil && len(p.steps) > 0 {
		set(t.path(p))
	}
}

func (t *tree) path(p Path) *tree {
	for _, s := range p.steps {
		if s.key != "" {
			t = t.at(s.key)
		}
	}
	return t
}

// reads returns what the rules read and what is ignored.
func (o Options) reads() *tree {
	root := &tree{}
	read := func(t *tree) { t.read = true }
	for _, r := range o.Fields {
		if r.By != "" {
			root.mark(r.By, read)
		}
		if r.JSON.steps != nil {
			root.path(r.JSON).read = true
		}
		if len(r.Within) == 0 {
			for _, name := range r.From {
				root.mark(name, read)
			}
			continue
		}
		for _, within := range r.Within {
			root.mark(within, func(t *tree) {
				for _, name := range r.From {
					t.mark(name, read)
				}
			})
		}
	}
	for _, name := range o.Key {
		root.mark(name, read)
	}
	for _, name := range o.Ignore {
		root.mark(name, func(t *tree) { t.read, t.closed = true, true })
	}
	return root
}

// note looks through a row that is an object for what the mapping does not
// read. Where all of an object is unread, the object alone is named.
func (s *session) note(row map[string]any) {
	if s.unit.Audit != nil {
		s.noteIn(row, s.reading, nil)
	}
}

func (s *session) noteIn(v any, t *tree, path []string) {
	if t.closed || len(path) > maxDepth {
		return
	}
	switch v := v.(type) {
	case map[string]any:
		for k, w := range v {
			if below := t.below[k]; below != nil {
				s.noteIn(w, below, append(path, k))
				continue
			}
			if s.places++; s.places > placesMost {
				continue
			}
			t.at(k).closed = true
			if k != "#name" { // an element's own name is no field of its source
				s.leave(append(path, k))
			}
		}
	case []any:
		for _, e := range v {
			s.noteIn(e, t, path)
		}
	case nil:
	default:
		if text, isText := v.(string); !t.read && (!isText || text != "") {
			t.read = true
			s.leave(path)
		}
	}
}

// noteColumns looks through the columns of a table.
func (s *session) noteColumns(names []string) {
	for i, name := range names {
		if name == "" || s.reads(name) || s.reads("#"+strconv.Itoa(i+1)) {
			continue
		}
		s.reading.at(name).read = true
		s.leave([]string{name})
	}
}

func (s *session) reads(column string) bool {
	t := s.reading.below[column]
	return t != nil && t.read
}

func (s *session) leave(path []string) {
	name := strings.Join(path, ".")
	ignored := func(n string) bool {
		head, all := strings.CutSuffix(n, "*")
		return all && strings.HasPrefix(name, head)
	}
	if len(s.unread) == unreadMost || slices.ContainsFunc(s.mapping.options.Ignore, ignored) {
		return
	}
	if len(name) > nameLength {
		name = strings.ToValidUTF8(name[:nameLength], "") + "…"
	}
	s.unread = append(s.unread, name)
}

// audit tells what was noticed to who asked for it: columns in their order,
// names within objects, which have none, in that of the alphabet.
func (s *session) audit() {
	a := s.unit.Audit
	if a == nil {
		return
	}
	if s.header == nil {
		slices.Sort(s.unread)
	}
	a.Rows += s.rows
	for i, f := range s.mapping.fields {
		a.Filled(f.name, s.filled[i])
	}
	for _, name := range s.unread {
		a.Leave(name)
	}
}
