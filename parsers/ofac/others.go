package ofac

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/record"
)

// loadOthers reads the files beside the primary one into memory. Their broken
// rows are problems beside the count of source rows.
func (f *family) loadOthers(ctx context.Context) error {
	for _, t := range f.second {
		for row, err := range t.rows(ctx) {
			if err != nil && row.line == 0 {
				return err
			}
			if err != nil {
				f.problems = append(f.problems, record.Problemf(f.unit.At(row.at(t)), "ofac: %w", besides{err}))
				continue
			}
			o := f.others[row.cells[0]]
			if o == nil {
				o = &others{}
				f.others[row.cells[0]] = o
			}
			if !slices.ContainsFunc(o.at, func(at string) bool { return strings.HasPrefix(at, t.part.Name+":") }) {
				o.at = append(o.at, row.at(t))
			}
			switch t.columns {
			case aliases:
				o.alias(row.cells)
			case addresses:
				o.address(row.cells)
			case comments:
				o.comments += row.cells[1]
			}
		}
	}
	return nil
}

func (o *others) alias(cells []string) {
	if cells[3] == "" {
		return
	}
	a := record.Alias{Name: cells[3], Kind: strings.Trim(strings.ToLower(cells[2]), "' .")}
	if strings.Contains(strings.ToLower(cells[4]), "weak") {
		a.Quality = "weak"
	}
	o.aliases = append(o.aliases, a)
}

// address files an address. OFAC keeps city, state and postal code in one
// column; a postal code is taken to be the words with digits at its end.
func (o *others) address(cells []string) {
	street, place, country := cells[2], cells[3], cells[4]
	var parts []string
	for _, s := range []string{street, place, country, strings.TrimSpace(cells[5])} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if len(parts) == 0 {
		return
	}
	a := record.Address{Text: strings.Join(parts, ", "), Street: street}
	words := strings.Fields(place)
	n := len(words)
	for n > 0 && strings.ContainsAny(words[n-1], "0123456789") {
		n--
	}
	a.City, a.PostalCode = strings.TrimRight(strings.Join(words[:n], " "), ","), strings.Join(words[n:], " ")
	if code, ok := tables.Country(country); ok {
		a.Country = code
		if i, there := slices.BinarySearch(o.countries, code); !there {
			o.countries = slices.Insert(o.countries, i, code)
		}
	}
	o.addresses = append(o.addresses, a)
}

// besides marks a problem that stands for no row of the primary file.
type besides struct{ error }

func (besides) Besides() bool { return true }

// Unwrap returns what is wrong.
func (b besides) Unwrap() error { return b.error }

// orphans reports, once a file, rows that join no party: a sign that the files
// are not of one day.
func (f *family) orphans() []*record.Problem {
	lost := map[string]int{}
	first := map[string]string{}
	for num, o := range f.others {
		if o.used {
			continue
		}
		for _, at := range o.at {
			name := at[:strings.LastIndex(at, ":")]
			lost[name]++
			if num < first[name] || first[name] == "" {
				first[name] = num
			}
		}
	}
	var out []*record.Problem
	for _, t := range f.second {
		if n := lost[t.part.Name]; n > 0 {
			out = append(out, record.Problemf(f.unit.At(t.part.Name), "ofac: %w", besides{fmt.Errorf(
				"rows of %d parties (%s first) join none of the primary file: take the files of one day together", n, first[t.part.Name])}))
			delete(lost, t.part.Name)
		}
	}
	return out
}
