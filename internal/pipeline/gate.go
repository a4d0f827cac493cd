package pipeline

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/parsers"
	"github.com/tripoint-data/tripoint/record"
)

// ErrGate marks a source whose new records were refused: the last good ones
// still stand.
var ErrGate = errors.New("the last good records were kept")

// Gate is what must hold of a source's records before they replace the last
// good ones. Zero values do not judge, save that of MaxProblems.
type Gate struct {
	MinRecords, MaxRecords int
	MaxDrop                float64            // share of the last good run's records
	MaxProblems            float64            // share of the rows read; 0 allows none
	Fill                   map[string]float64 // share of records that fill a field
	Contains               []Contains
}

// Contains names a record that must be there, by id or by name.
type Contains struct{ ID, Name string }

// tally is what a gate judges by, gathered while records stream past.
type tally struct {
	gate   Gate
	fields map[string]int
	found  []bool
	n      int
}

func newTally(g Gate) *tally {
	return &tally{gate: g, fields: map[string]int{}, found: make([]bool, len(g.Contains))}
}

func (t *tally) add(r record.Record) {
	t.n++
	name := ""
	for field := range t.gate.Fill {
		if filled(r, field) {
			t.fields[field]++
		}
	}
	if p, ok := r.(*record.Party); ok {
		name = p.Name
	}
	for i, c := range t.gate.Contains {
		if c.ID != "" && c.ID == r.Ref().ID || c.Name != "" && strings.EqualFold(c.Name, name) {
			t.found[i] = true
		}
	}
}

// judge says why the records may not replace the last good ones, all reasons
// at once, or nil. last is the number of records of the last good run.
func (t *tally) judge(n parsers.Count, last int) error {
	var why []error
	no := func(format string, args ...any) { why = append(why, fmt.Errorf(format, args...)) }
	g := t.gate
	if n.Records < g.MinRecords {
		no("%d records, at least %d are wanted", n.Records, g.MinRecords)
	}
	if g.MaxRecords > 0 && n.Records > g.MaxRecords {
		no("%d records, at most %d are wanted", n.Records, g.MaxRecords)
	}
	if drop := float64(last-n.Records) / float64(max(last, 1)); g.MaxDrop > 0 && drop > g.MaxDrop {
		no("%d records after %d: a drop of %.1f %%, at most %.1f %% is allowed", n.Records, last, 100*drop, 100*g.MaxDrop)
	}
	spoilt := n.Read - n.Records - n.Merged // a problem may stand beside the rows: a word that no table knows
	if share := float64(spoilt) / float64(max(n.Read, 1)); share > g.MaxProblems {
		no("%d of %d rows are spoilt (%.1f %%), at most %.1f %% is allowed", spoilt, n.Read, 100*share, 100*g.MaxProblems)
	}
	for _, field := range slices.Sorted(maps.Keys(g.Fill)) {
		want := g.Fill[field]
		if got := float64(t.fields[field]) / float64(max(t.n, 1)); got < want {
			no("%s is filled in %.1f %% of the records, at least %.1f %% is wanted", field, 100*got, 100*want)
		}
	}
	for i, c := range g.Contains {
		if !t.found[i] {
			no("%s%s is not among the records", c.ID, c.Name)
		}
	}
	if len(why) == 0 {
		return nil
	}
	lines := make([]string, len(why))
	for i, w := range why {
		lines[i] = w.Error()
	}
	return fmt.Errorf("%s: %w", strings.Join(lines, "; "), ErrGate)
}
