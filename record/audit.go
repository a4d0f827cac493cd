package record

import "slices"

// auditMost is how many names, and values of one field, an Audit holds.
const auditMost = 100

// Audit is what a parser noticed beside its records, over all the units of one
// run: what it left unread, how often each field was filled, and the values
// that a look-up did not know. None of it spoils a record. Who wants it hands
// an Audit in with a Unit and reads it at the end: the same one with every unit
// that is read in turn, or one with each unit that is read beside others, to
// Add them up in their order. A nil Audit takes nothing.
type Audit struct {
	Rows   int                 `json:"rows"`             // rows that Fill counts in
	Unread []string            `json:"unread,omitempty"` // source fields neither mapped nor ignored, in the order of their first rows
	Fill   map[string]int      `json:"fill,omitempty"`   // by mapped field: rows that filled it
	Misses map[string][]string `json:"misses,omitempty"` // by mapped field: distinct values that its look-up does not know
	Missed map[string]int      `json:"missed,omitempty"` // by mapped field: rows with such a value
	Notes  map[string]int      `json:"notes,omitempty"`  // what else a parser left open, in words, and how often: items whose declaration is not there
	More   int                 `json:"more,omitempty"`   // unread fields and missed values beyond those that are named
}

// Leave notes a source field that is left unread.
func (a *Audit) Leave(name string) {
	if a == nil || slices.Contains(a.Unread, name) {
		return
	}
	if len(a.Unread) == auditMost {
		a.More++
		return
	}
	a.Unread = append(a.Unread, name)
}

// Filled notes that so many more rows filled a field; 0 makes the field known.
func (a *Audit) Filled(field string, rows int) {
	if a == nil {
		return
	}
	if a.Fill == nil {
		a.Fill = map[string]int{}
	}
	a.Fill[field] += rows
}

// Miss notes that so many more rows of a field had a value that its look-up
// does not know.
func (a *Audit) Miss(field, value string, rows int) {
	if a == nil {
		return
	}
	if a.Misses == nil {
		a.Misses, a.Missed = map[string][]string{}, map[string]int{}
	}
	a.Missed[field] += rows
	switch values := a.Misses[field]; {
	case slices.Contains(values, value):
	case len(values) == auditMost:
		a.More++
	default:
		a.Misses[field] = append(values, value)
	}
}

// Note notes that something was left open so many times more. What is one of a
// few sentences of the parser and never made of what it reads.
func (a *Audit) Note(what string, times int) {
	if a == nil || times == 0 {
		return
	}
	if a.Notes == nil {
		a.Notes = map[string]int{}
	}
	a.Notes[what] += times
}

// Add takes in what another audit of the same run noticed.
func (a *Audit) Add(b *Audit) {
	if a == nil || b == nil {
		return
	}
	a.Rows += b.Rows
	a.More += b.More
	for _, name := range b.Unread {
		a.Leave(name)
	}
	for field, rows := range b.Fill {
		a.Filled(field, rows)
	}
	for what, times := range b.Notes {
		a.Note(what, times)
	}
	for field, values := range b.Misses {
		for _, v := range values {
			a.Miss(field, v, 0)
		}
		a.Missed[field] += b.Missed[field]
	}
}
