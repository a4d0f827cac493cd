package fields

import (
	"fmt"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

const (
	missesTold = 100 // distinct values of one parse that are told one by one
	missLength = 80  // bytes of a value that are told
)

// Miss says what becomes of a value that a look-up does not know.
type Miss string

// UnmarshalText reads one of warn, required, keep, absent.
func (m *Miss) UnmarshalText(b []byte) error {
	switch s := string(b); s {
	case missWarn, missRequired, missKeep, missAbsent:
		*m = Miss(s)
		return nil
	}
	return fmt.Errorf("%q does not say what becomes of an unknown value: use warn, required, keep or absent", b)
}

const (
	missWarn     = "warn"     // it is left out and told once a run; the same where nothing is said
	missRequired = "required" // its row is a problem
	missKeep     = "keep"     // it stays as it is
	missAbsent   = "absent"   // it is left out in silence
)

// misses are the values of one parse that no lookup knew, in the order of
// their first rows.
type misses struct {
	byValue map[missKey]*missError
	known   []*missError
	more    int            // values beyond missesTold
	at      *record.Origin // of the first of them
}

type missKey struct{ field, value string }

// add notes a value of the row that stands at a place; one place is one row.
func (m *misses) add(field, value string, at *record.Origin) {
	if len(value) > missLength {
		value = strings.ToValidUTF8(value[:missLength], "") + "…"
	}
	key := missKey{field, value}
	e := m.byValue[key]
	switch {
	case e == nil && len(m.known) >= missesTold:
		m.more++
		if m.at == nil {
			m.at = at
		}
		return
	case e == nil:
		e = &missError{field: field, value: strings.Clone(value), first: at}
		if m.byValue == nil {
			m.byValue = map[missKey]*missError{}
		}
		m.byValue[missKey{field, e.value}] = e
		m.known = append(m.known, e)
	}
	if e.last != at {
		e.rows, e.last = e.rows+1, at
	}
}

// tell gives the values to who asked for an audit. Where nobody did, it yields
// a problem for each distinct value, at its first row: none goes unsaid.
func (m *misses) tell(a *record.Audit, yield func(record.Record, error) bool) {
	if a != nil {
		for _, e := range m.known {
			a.Miss(e.field, e.value, e.rows)
		}
		a.More += m.more
		return
	}
	for _, e := range m.known {
		if !yield(nil, record.Problemf(e.first, "fields: %w", e)) {
			return
		}
	}
	if m.more > 0 {
		yield(nil, record.Problemf(m.at, "fields: %w", moreError(m.more)))
	}
}

// missError is a value that a lookup does not know. It stands beside the rows:
// they are read, without it.
type missError struct {
	field, value string
	rows         int
	first, last  *record.Origin
}

// Error says which value and what to do.
func (e *missError) Error() string {
	rows := "rows"
	if e.rows == 1 {
		rows = "row"
	}
	return fmt.Sprintf("%s: %q is unknown: %d %s; add it to the field's table, or to absent where it means none", e.field, e.value, e.rows, rows)
}

// Besides says that no row is spoilt.
func (e *missError) Besides() bool { return true }

// moreError is how many values are unknown beside those that were told.
type moreError int

// Error says how many.
func (e moreError) Error() string {
	return fmt.Sprintf("%d more values are unknown, from this row on; mend those above first", int(e))
}

// Besides says that no row is spoilt.
func (e moreError) Besides() bool { return true }
