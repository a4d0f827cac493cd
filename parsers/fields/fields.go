// Package fields reads tables, JSON, XML and pages by a mapping that a source
// file writes down: which column, path or cell becomes which field of a party,
// a patent or a shipment. A new source in such a shape needs no Go:
//
//	format: fields
//	input: {type: tsv}
//	record: party
//	list: US-BIS-DPL
//	fields:
//	  name: {from: Name, required: true}
//	  addresses.country: {from: Country, lookup: country}
//	  effective: {from: Effective_Date, date: 01/02/2006}
//	ignore: [Action]
//
// Start with New; Options is what a parse block holds and Targets what its
// fields may set. What a mapping leaves unread is told to the Audit of a unit.
package fields

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/record"
)

// New compiles the mapping that decode fills in and returns its parser.
func New(decode func(any) error) (func(context.Context, record.Unit) iter.Seq2[record.Record, error], error) {
	var o Options
	if decode == nil {
		return nil, errors.New("the format fields needs a mapping: write input, record and fields under parse of a source file")
	}
	if err := decode(&o); err != nil {
		return nil, err
	}
	m, err := Compile(o)
	if err != nil {
		return nil, err
	}
	return m.Parse, nil
}

// Mapping is a compiled mapping. It may parse several units at once.
type Mapping struct {
	options Options
	fields  []field
}

// field is a rule with the target that it fills.
type field struct {
	name   string
	rule   Rule
	target target
}

// Compile checks a mapping and makes it ready. All its faults are returned at
// once, each with the path of its key.
func Compile(o Options) (*Mapping, error) {
	o = o.withDefaults()
	faults := o.check()
	m := &Mapping{options: o}
	for _, name := range sortedKeys(o.Fields) {
		rule := o.Fields[name]
		t, ok := lookupTarget(o.Record, name)
		if !ok {
			if o.Record != "" {
				faults = append(faults, record.Faultf("fields."+name, "is no field of a %s: use one of %s", o.Record, strings.Join(targetNames(o.Record, name), ", ")))
			}
			continue
		}
		faults = append(faults, rule.check("fields."+name, o.Input.Type, t)...)
		rule.Table = lowerKeys(rule.Table)
		if len(rule.Date) > 0 && slices.Contains([]string{"xlsx", "dbf", "table"}, o.Input.Type) && !slices.Contains(rule.Date, time.DateOnly) {
			rule.Date = append(slices.Clone(rule.Date), time.DateOnly) // so dates come that are no texts
		}
		m.fields = append(m.fields, field{name, rule, t})
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return m, nil
}

// Parse reads the records of a unit. What no lookup knew is left out of its
// record and told at the end: to the unit's Audit or, where it has none, by a
// problem for each distinct value that stands beside the rows.
func (m *Mapping) Parse(ctx context.Context, u record.Unit) iter.Seq2[record.Record, error] {
	return func(yield func(record.Record, error) bool) {
		var missed misses
		for _, part := range u.Parts {
			s := &session{mapping: m, unit: u, part: part, vars: part.Capture.Request.Vars, last: map[string]inherited{}, missed: &missed, filled: make([]int, len(m.fields))}
			err := s.read(ctx, yield)
			s.audit()
			if errors.Is(err, errStop) {
				return
			}
			if err != nil {
				yield(nil, fmt.Errorf("fields: %s: %w", part.Name, err))
				return
			}
		}
		missed.tell(u.Audit, yield)
	}
}

var errStop = errors.New("stop")

// session is the reading of one part.
type session struct {
	mapping *Mapping
	unit    record.Unit
	part    record.Part
	vars    map[string]string
	last    map[string]inherited // the last values of fields that are inherited
	rows    int
	builder builder // of the row at hand
	limit   *rowLimit
	header  []string
	reading *tree    // what the mapping reads of a row
	unread  []string // what it does not
	places  int      // names that were seen beside those
	filled  []int    // by field: rows that filled it
	missed  *misses
	at      *record.Origin // the row at hand
}

// inherited is what a row hands down to the next.
type inherited struct {
	group  string // what the row has in the column by
	values []string
}

func (s *session) read(ctx context.Context, yield func(record.Record, error) bool) error {
	rc, err := s.part.Open()
	if err != nil {
		return err
	}
	defer rc.Close()
	s.reading = s.mapping.options.reads()
	return s.rowsOf(rc, func(locator string, cells cells, err error) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		at := s.unit.At(s.part.Name + locator)
		s.rows++
		s.at = at
		var r record.Record
		if err == nil {
			r, err = s.recordOf(cells, at)
		}
		if err != nil {
			if !yield(nil, record.Problemf(at, "fields: %w", err)) {
				return errStop
			}
			return nil
		}
		if !yield(r, nil) {
			return errStop
		}
		return nil
	})
}

// recordOf applies the rules to a row.
func (s *session) recordOf(row cells, at *record.Origin) (record.Record, error) {
	b := &s.builder
	*b = builder{options: &s.mapping.options, unit: &s.unit}
	for i := range s.mapping.fields {
		f := &s.mapping.fields[i]
		values, err := s.values(f, row)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		if len(values) == 0 {
			if f.rule.Required {
				return nil, fmt.Errorf("%s is missing", f.name)
			}
			continue
		}
		s.filled[i]++
		if err := f.target.set(b, values); err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return b.finish(row, s.rows, at)
}

// country is the lookup of the same name.
func country(s string) (string, bool) { return tables.Country(s) }

func lowerKeys(m map[string]string) map[string]string {
	out := make(map[string]string, len(m))
	for _, k := range sortedKeys(m) {
		out[strings.ToLower(k)] = m[k]
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
