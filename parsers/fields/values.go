package fields

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/record"
)

// cells is one row: what a rule can read.
type cells interface {
	// column returns the values of a column, a path or a heading.
	column(name string) []string
	// css returns the texts, or an attribute, of elements within the row.
	css(s Selector, attr string) []string
	// json returns the values at a path.
	json(p Path) []string
	// within returns the objects at a path; tables and pages have none.
	within(path string) []cells
	// raw is the whole row, for a hash.
	raw() []byte
}

// values gets the values of a field and does to them what the rule says.
func (s *session) values(f *field, row cells) ([]string, error) {
	r := &f.rule
	if r.Decimal != "" {
		if cell, ok := row.(interface{ number(Names) bool }); ok && cell.number(r.From) {
			plain := *r
			plain.Decimal, r = "", &plain
		}
	}
	got := r.get(row, s.vars)
	var out []string
	for _, v := range got {
		for _, v := range r.pieces(v) {
			if v = r.clean(v); v == "" {
				continue
			}
			v, ok := r.lookUp(v)
			switch {
			case ok, r.Miss == missKeep:
			case r.Miss == missRequired:
				return nil, fmt.Errorf("%q is unknown: add it to the field's table, or to absent where it means none", v)
			case r.Miss == missAbsent:
				continue
			default:
				s.missed.add(f.name, v, s.at)
				continue
			}
			v, err := r.shape(v, f.target.kind)
			if err != nil {
				return nil, err
			}
			if v != "" && (!slices.Contains(out, v) || f.target.kind == kindNumber) {
				out = append(out, v)
			}
		}
	}
	if len(out) == 0 && r.Default != "" {
		out = []string{r.Default}
	}
	if r.Inherit {
		out = s.inherit(f, row, out)
	}
	return out, nil
}

// inherit takes the last row's values where a row has none: of any row, or of
// one that has the same in the column by.
func (s *session) inherit(f *field, row cells, values []string) []string {
	group := ""
	if f.rule.By != "" {
		group = strings.Join(row.column(f.rule.By), "\x00")
	}
	if last, ok := s.last[f.name]; ok && len(values) == 0 && last.group == group {
		values = last.values
	}
	s.last[f.name] = inherited{group, values}
	return values
}

func (r *Rule) get(row cells, vars map[string]string) []string {
	switch {
	case r.Const != "":
		return []string{r.Const}
	case r.Carry != "":
		return []string{vars[r.Carry]}
	case r.CSS.Selector != nil:
		return r.joined(row.css(r.CSS, r.Attr))
	case r.JSON.steps != nil:
		return r.joined(row.json(r.JSON))
	}
	if len(r.Within) == 0 {
		return r.columns(row)
	}
	var out []string
	for _, path := range r.Within {
		for _, object := range row.within(path) {
			out = append(out, r.columns(object)...)
		}
	}
	return out
}

// columns reads from: the first column that is filled, or all of them joined.
func (r *Rule) columns(row cells) []string {
	var all []string
	for _, name := range r.From {
		values := row.column(name)
		if r.Join != nil {
			all = append(all, values...)
		} else if slices.ContainsFunc(values, func(v string) bool { return r.clean(v) != "" }) {
			return values
		}
	}
	return r.joined(all)
}

// joined are the values as they are or, where join is set, all that are filled
// as one.
func (r *Rule) joined(values []string) []string {
	if r.Join == nil {
		return values
	}
	var parts []string
	for _, v := range values {
		if v = r.clean(v); v != "" {
			parts = append(parts, v)
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return []string{strings.Join(parts, *r.Join)}
}

// pieces applies regex and takes several values apart.
func (r *Rule) pieces(v string) []string {
	if v = r.trim(v); v == "" || slices.Contains(r.Absent, v) {
		return nil
	}
	if r.Regex.Regexp != nil {
		m := r.Regex.FindStringSubmatch(v)
		switch {
		case m == nil:
			return nil
		case len(m) > 1:
			v = m[1]
		default:
			v = m[0]
		}
	}
	switch {
	case r.Each != "":
		return strings.Split(v, r.Each)
	case r.Split.Regexp != nil:
		return r.Split.Regexp.Split(v, -1)
	}
	return []string{v}
}

func (r *Rule) trim(v string) string {
	if r.Trim != nil && !*r.Trim {
		return v
	}
	return strings.TrimSpace(v)
}

// clean brings one value to its form; "" is none.
func (r *Rule) clean(v string) string {
	if len(r.Replace) > 0 {
		for _, old := range sortedKeys(r.Replace) {
			v = strings.ReplaceAll(v, old, r.Replace[old])
		}
	}
	if r.Strip.Regexp != nil {
		v = r.Strip.ReplaceAllString(v, "")
	}
	v = r.trim(v)
	if n := r.Pad - len(v); n > 0 && v != "" && strings.Trim(v, "0123456789") == "" {
		v = strings.Repeat("0", n) + v
	}
	switch {
	case strings.TrimSpace(v) == "", slices.Contains(r.Absent, v):
		return ""
	case r.Upper:
		return strings.ToUpper(v)
	case r.Lower:
		return strings.ToLower(v)
	}
	return v
}

// lookUp asks the rule's table first, so that a source can name what the
// lookup of countries does not know.
func (r *Rule) lookUp(v string) (string, bool) {
	if r.Lookup == "" {
		return v, true
	}
	if w, ok := r.Table[strings.ToLower(v)]; ok {
		return w, true
	}
	switch r.Lookup {
	case "country":
		if code, ok := country(v); ok {
			return code, true
		}
	case "port_country":
		if _, code := tables.Port(v); code != "" {
			return code, true
		}
	}
	return v, false
}

// shape brings dates and numbers to their plain form.
func (r *Rule) shape(v string, k kind) (string, error) {
	switch k {
	case kindDate:
		return r.date(v)
	case kindNumber:
		return r.number(v)
	case kindBirths:
		if d, err := r.date(v); err == nil {
			return d, nil
		}
	}
	return v, nil
}

func (r *Rule) date(v string) (string, error) {
	layouts := r.Date
	if len(layouts) == 0 {
		layouts = Names{time.DateOnly}
	}
	for _, layout := range layouts {
		t, err := time.Parse(layout, strings.TrimSpace(v))
		if err != nil {
			continue
		}
		if r.Zone.Location != nil && layout != time.DateOnly { // a day alone is no instant
			t = t.In(r.Zone.Location)
		}
		if y := t.Year(); y < 1 || y > 9999 {
			return "", fmt.Errorf("%q: the year is out of range", v)
		}
		return string(record.DateOf(t)), nil
	}
	return "", fmt.Errorf("%q is no date of the form %s", v, strings.Join(layouts, " or "))
}

func (r *Rule) number(v string) (string, error) {
	v = strings.NewReplacer(" ", "", "\u00a0", "", "'", "").Replace(v)
	if r.Decimal == "," {
		v = strings.ReplaceAll(strings.ReplaceAll(v, ".", ""), ",", ".")
	} else {
		v = strings.ReplaceAll(v, ",", "")
	}
	n, err := strconv.ParseFloat(v, 64)
	switch {
	case errors.Is(err, strconv.ErrSyntax), n != n, n > 1e18, n < -1e18:
		return "", fmt.Errorf("%q is no number", v)
	case err != nil:
		return "", err
	}
	if r.Factor != 0 {
		n *= r.Factor
	}
	return strconv.FormatFloat(n, 'f', -1, 64), nil
}
