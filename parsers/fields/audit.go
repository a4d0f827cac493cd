package fields

import (
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Audit says what a mapping left unread: a column that no rule reads and that
// is not ignored on purpose, and values that a lookup did not know. A parse
// tells the values at its end (see Parse); unread columns are told here alone,
// since a mapping may well want a few columns of many.
type Audit struct {
	Unread []string       `json:"unread,omitempty"` // columns or keys, in their order
	Misses map[string]int `json:"misses,omitempty"` // "countries: Ruritania" → in how many rows
}

type audit struct {
	mu sync.Mutex
	Audit
}

// Audit returns what all parses so far left unread.
func (m *Mapping) Audit() Audit {
	m.audit.mu.Lock()
	defer m.audit.mu.Unlock()
	out := Audit{Unread: slices.Clone(m.audit.Unread), Misses: map[string]int{}}
	for k, n := range m.audit.Misses {
		out.Misses[k] = n
	}
	return out
}

func (a *audit) addUnread(s *session) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, h := range s.header {
		if s.known[h] || s.readsNumber(i) || h == "" || slices.Contains(a.Unread, h) {
			continue
		}
		a.Unread = append(a.Unread, h)
	}
}

func (a *audit) addMisses(m *misses) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, e := range m.known {
		if a.Misses == nil {
			a.Misses = map[string]int{}
		}
		key := e.field + ": " + e.value
		if _, known := a.Misses[key]; known || len(a.Misses) < missesKept {
			a.Misses[key] += e.rows
		}
	}
}

func (s *session) readsNumber(i int) bool {
	return s.known["#"+strconv.Itoa(i+1)]
}

// reads returns the columns or keys that rules read or that are ignored.
func (o Options) reads() map[string]bool {
	out := map[string]bool{}
	mark := func(name string) {
		out[name] = true
		if head, _, ok := strings.Cut(name, "."); ok {
			out[head] = true
		}
		if head, _, ok := strings.Cut(name, "["); ok {
			out[head] = true
		}
	}
	for _, r := range o.Fields {
		names := r.From // within objects of a row, the objects are what is read of it
		if len(r.Within) > 0 {
			names = r.Within
		}
		for _, name := range names {
			mark(name)
		}
		if r.By != "" {
			mark(r.By)
		}
		if len(r.JSON.steps) > 0 {
			out[r.JSON.steps[0].key] = true
		}
	}
	for _, name := range o.Ignore {
		mark(name)
	}
	for _, name := range o.Key {
		mark(name)
	}
	return out
}
