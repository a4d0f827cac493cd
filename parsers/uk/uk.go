// Package uk reads the UK Sanctions List as CSV: rows of names and addresses
// under the Unique ID of the person, entity or ship that they are of.
//
// Start with New. The rows of one Unique ID give one Party.
package uk

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/parsers/sheet"
	"github.com/tripoint-data/tripoint/record"
)

// New returns the parser of the list. It has no options.
func New(decode func(any) error) (func(context.Context, record.Unit) iter.Seq2[record.Record, error], error) {
	return parse, sheet.NoOptions(decode)
}

const uniqueID = "Unique ID"

var form = sheet.Form{Room: "uk", Name: "the UK Sanctions List", Comma: ',', Need: []string{uniqueID, "Name 6", "Name type", "Regime Name", "Date Designated"}}

func parse(ctx context.Context, u record.Unit) iter.Seq2[record.Record, error] {
	return sheet.Parties(ctx, u, form, uniqueID, party)
}

var types = map[string]record.PartyType{"individual": record.Individual, "entity": record.Organization, "ship": record.Vessel}

// party makes the party of the rows of one Unique ID. It is named by the row
// of the primary name, else by the first.
func party(rows []sheet.Row) (*record.Party, []error) {
	p := &record.Party{}
	l := record.Listing{Code: "UK-SL", NativeID: rows[0].Get(uniqueID), Status: record.Current}
	spoilt := make([]error, len(rows))
	var names []record.Alias
	primary := 0
	var notes []string
	for i, row := range rows {
		name := nameOf(row)
		if name.Name == "" {
			spoilt[i] = errors.New("a row without a name")
			continue
		}
		if spoilt[i] = dates(&l, row); spoilt[i] != nil {
			continue
		}
		if name.Kind == "primary" && len(names) > 0 && names[primary].Kind != "primary" {
			primary = len(names)
		}
		names = append(names, name)
		if p.Type == "" {
			p.Type = types[strings.ToLower(row.Get("Designation Type"))]
		}
		add(&l.Programs, row.Get("Regime Name"))
		for _, s := range several(row.Get("Nationality(/ies)")) {
			if code, ok := tables.Country(s); ok {
				s = code
			}
			add(&p.Nationalities, s)
		}
		add(&p.Births, birth(row.Get("D.O.B")))
		add(&p.Titles, row.Get("Title"))
		add(&p.Titles, row.Get("Position"))
		ids(p, row)
		address(p, row)
		for _, s := range remarks(p, row) {
			add(&notes, s)
		}
	}
	if len(names) == 0 {
		return nil, spoilt
	}
	p.Name = names[primary].Name
	for _, a := range names {
		if a.Kind == "primary" {
			a.Kind = "aka"
		}
		p.AddAlias(a)
	}
	for _, row := range rows {
		p.AddAlias(record.Alias{Name: row.Get("Name non-latin script"), Kind: "original_script"})
	}
	slices.Sort(p.Countries)
	p.Lists = []record.Listing{l}
	p.Remarks = strings.Join(notes, "; ")
	return p, spoilt
}

// nameOf is the name of a row: names before the surname or the entity's name,
// which stands in Name 6. A primary name has the kind primary.
func nameOf(row sheet.Row) record.Alias {
	a := record.Alias{Name: strings.Join(row.All("Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6"), " "), Kind: "aka"}
	switch kind := strings.ToLower(row.Get("Name type")); {
	case kind == "primary name":
		a.Kind = "primary"
	case strings.Contains(kind, "former"), strings.Contains(kind, "f.k.a"):
		a.Kind = "fka"
	}
	switch strength := strings.ToLower(row.Get("Alias strength")); {
	case strings.HasPrefix(strength, "good"):
		a.Quality = "strong"
	case strings.HasPrefix(strength, "low"):
		a.Quality = "weak"
	}
	return a
}

func dates(l *record.Listing, row sheet.Row) error {
	for _, d := range []struct{ event, column string }{{"listed", "Date Designated"}, {"amended", "Last Updated"}} {
		date, err := record.ParseDate("02/01/2006", row.Get(d.column))
		if err != nil {
			return fmt.Errorf("%s: %w", d.column, err)
		}
		event := record.ListDate{Event: d.event, Date: date, Basis: "publisher"}
		if date != "" && !slices.Contains(l.Dates, event) {
			l.Dates = append(l.Dates, event)
		}
	}
	return nil
}

// unknownDay is what stands for a day or month that is not known.
var unknownDay = regexp.MustCompile(`(?i)^(?:dd|00)/(?:(?:mm|00)/|(\d\d)/)(\d{4})$`)

// birth brings a date of birth to ISO as far as it is known; anything else
// stays as published.
func birth(s string) string {
	if d, err := record.ParseDate("02/01/2006", s); err == nil {
		return string(d)
	}
	switch m := unknownDay.FindStringSubmatch(s); {
	case m == nil:
		return s
	case m[1] == "":
		return m[2]
	default:
		return m[2] + "-" + m[1]
	}
}

func address(p *record.Party, row sheet.Row) {
	lines := row.All("Address Line 1", "Address Line 2", "Address Line 3", "Address Line 4", "Address Line 5", "Address Line 6")
	a := record.Address{
		Text:       strings.Join(append(slices.Clone(lines), row.All("Address Postal Code", "Address Country")...), ", "),
		Street:     strings.Join(lines, ", "),
		PostalCode: row.Get("Address Postal Code"),
	}
	if a.Text == "" {
		return
	}
	if code, ok := tables.Country(row.Get("Address Country")); ok {
		a.Country = code
		add(&p.Countries, code)
	}
	if !slices.Contains(p.Addresses, a) {
		p.Addresses = append(p.Addresses, a)
	}
}

// numbered is what stands between several values of a cell: "(1) A (2) B".
var numbered = regexp.MustCompile(`\s*[;|]\s*|(?:^|\s+)\(\d{1,2}\)\s+`)

func several(s string) []string {
	var out []string
	for _, v := range numbered.Split(s, -1) {
		if v != "" {
			out = append(out, v)
		}
	}
	return out
}

func add(list *[]string, s string) {
	if s != "" && !slices.Contains(*list, s) {
		*list = append(*list, s)
	}
}
