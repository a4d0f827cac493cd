// Package ofac reads the delimited files of the Office of Foreign Assets
// Control: the SDN family (sdn, alt, add, sdn_comments) and the consolidated
// non-SDN family (cons_prim, cons_alt, cons_add, cons_comments), joined on
// OFAC's number.
//
// Start with New. A row of the primary file gives one Party. The other files
// of a family are held in memory while the primary file streams: the largest
// has 25,000 rows.
package ofac

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/record"
)

// New returns the parser of a family of files. It has no options.
func New(decode func(any) error) (func(context.Context, record.Unit) iter.Seq2[record.Record, error], error) {
	if decode != nil {
		if err := decode(&struct{}{}); err != nil {
			return nil, err
		}
	}
	return parse, nil
}

func parse(ctx context.Context, u record.Unit) iter.Seq2[record.Record, error] {
	return func(yield func(record.Record, error) bool) {
		f, err := open(u)
		if err == nil {
			err = f.loadOthers(ctx)
		}
		if err != nil {
			yield(nil, fmt.Errorf("ofac: %w", err))
			return
		}
		for _, problem := range f.problems {
			if !yield(nil, problem) {
				return
			}
		}
		for _, t := range f.primary {
			if !f.readPrimary(ctx, t, yield) {
				return
			}
		}
		for _, problem := range f.orphans() {
			if !yield(nil, problem) {
				return
			}
		}
	}
}

// readPrimary yields the parties of a primary file and says whether to go on.
func (f *family) readPrimary(ctx context.Context, t table, yield func(record.Record, error) bool) bool {
	consolidated, err := t.consolidated(ctx)
	if err != nil {
		yield(nil, fmt.Errorf("ofac: %w", err))
		return false
	}
	for row, err := range t.rows(ctx) {
		switch {
		case err != nil && row.line == 0:
			yield(nil, fmt.Errorf("ofac: %w", err))
			return false
		case err != nil:
			if !yield(nil, record.Problemf(f.unit.At(row.at(t)), "ofac: %w", err)) {
				return false
			}
			continue
		}
		locator := row.at(t)
		num := row.cells[0]
		other := f.others[num]
		if other != nil {
			other.used = true
			for _, at := range other.at {
				locator += " " + at
			}
		}
		at := f.unit.At(locator)
		p, err := partyOf(row.cells, other, consolidated)
		if err != nil {
			if !yield(nil, record.Problemf(at, "ofac: %w", err)) {
				return false
			}
			continue
		}
		p.Origin = at
		if !yield(p, nil) {
			return false
		}
	}
	return true
}

// partyOf makes the party of a primary row and of what the other files say.
func partyOf(cells []string, other *others, consolidated bool) (*record.Party, error) {
	num, name, kind := cells[0], cells[1], strings.ToLower(cells[2])
	if _, err := strconv.ParseUint(num, 10, 63); err != nil {
		return nil, fmt.Errorf("%q is no number of OFAC's", num)
	}
	if name == "" {
		return nil, errors.New("a row without a name")
	}
	p := &record.Party{Name: name}
	switch kind {
	case "":
		p.Type = record.Organization
	case "individual":
		p.Type = record.Individual
	case "vessel":
		p.Type = record.Vessel
	case "aircraft":
		p.Type = record.Aircraft
	default:
		return nil, fmt.Errorf("type %q is unknown: want individual, vessel, aircraft or -0-", kind)
	}
	remarks := cells[11]
	if other != nil {
		p.Aliases, p.Addresses, p.Countries = other.aliases, other.addresses, other.countries
		remarks += other.comments
	}
	programs := programsOf(cells[3])
	codes := []string{"US-OFAC-SDN"}
	if consolidated {
		if codes = tables.OFACLists(programs, remarks); len(codes) == 0 {
			return nil, fmt.Errorf("no list is known for the programs %s: add them to config/tables/ofac.go", strings.Join(programs, ", "))
		}
	}
	for _, code := range codes {
		p.Lists = append(p.Lists, record.Listing{Code: code, NativeID: num, Programs: programs, Status: record.Current})
	}
	for _, s := range strings.Split(cells[4], "; ") {
		if s != "" {
			p.Titles = append(p.Titles, s)
		}
	}
	if cells[5] != "" {
		p.IDs = append(p.IDs, record.Identifier{Type: "Call Sign", Value: cells[5]})
	}
	fileRemarks(p, remarks)
	p.Remarks = vesselRemarks(remarks, cells)
	return p, nil
}

// programsOf takes apart A] [B.
func programsOf(s string) []string {
	var out []string
	for _, v := range strings.Split(s, "] [") {
		if v = strings.Trim(v, "[] "); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// vesselRemarks adds to the remarks, which stay as published, the columns that
// a party has no place for.
func vesselRemarks(remarks string, cells []string) string {
	out := remarks
	for i, label := range []string{"Vessel type", "Tonnage", "Gross registered tonnage", "Vessel flag", "Vessel owner"} {
		if v := cells[6+i]; v != "" {
			if out != "" {
				out += "; "
			}
			out += label + ": " + v
		}
	}
	return out
}
