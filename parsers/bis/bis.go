// Package bis reads the Denied Persons List of the Bureau of Industry and
// Security, a tab-separated file with a row for every address of a party.
//
// Start with New. A row gives one Party without an id; the rows of one name
// and country are united by package parsers.
package bis

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/parsers/sheet"
	"github.com/tripoint-data/tripoint/record"
)

// New returns the parser of the list. It has no options.
func New(decode func(any) error) (func(context.Context, record.Unit) iter.Seq2[record.Record, error], error) {
	return parse, sheet.NoOptions(decode)
}

var form = sheet.Form{
	Room: "bis", Name: "the Denied Persons List", Comma: '\t',
	Need: []string{"Name", "Street_Address", "City", "State", "Country", "Postal_Code", "Effective_Date", "Expiration_Date", "FR_Citation"},
}

func parse(ctx context.Context, u record.Unit) iter.Seq2[record.Record, error] {
	return func(yield func(record.Record, error) bool) {
		today := record.Date("")
		if !u.Origin.Fetched.IsZero() {
			today = record.DateOf(u.Origin.Fetched)
		}
		for _, part := range u.Parts {
			for row, err := range sheet.Rows(ctx, part, form) {
				if err != nil && row.Line == 0 {
					yield(nil, fmt.Errorf("bis: %s: %w", part.Name, err))
					return
				}
				at := u.At(sheet.At(part, row.Line))
				var p *record.Party
				if err == nil {
					p, err = party(row, today)
				}
				if err != nil {
					if !yield(nil, record.Problemf(at, "bis: %w", err)) {
						return
					}
					continue
				}
				p.Origin = at
				if !yield(p, nil) {
					return
				}
			}
		}
	}
}

// party makes the party of a row. today is the day of the capture, by which an
// order has ended or not; "" where it is not known.
func party(row sheet.Row, today record.Date) (*record.Party, error) {
	p := &record.Party{Name: strings.Join(strings.Fields(row.Get("Name")), " ")}
	if p.Name == "" {
		return nil, errors.New("a row without a name")
	}
	l := record.Listing{Code: "US-BIS-DPL", Status: record.Current}
	for _, d := range []struct{ event, column string }{
		{"effective", "Effective_Date"}, {"expires", "Expiration_Date"}, {"amended", "Last_Update"},
	} {
		date, err := day(row.Get(d.column))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.column, err)
		}
		if date == "" {
			continue
		}
		l.Dates = append(l.Dates, record.ListDate{Event: d.event, Date: date, Basis: "publisher"})
		if d.event == "expires" && today != "" && date < today {
			l.Status = record.Expired
		}
	}
	if cited := row.Get("FR_Citation"); cited != "" {
		if l.Notices = record.Citations(cited); l.Notices == nil {
			l.Notices = []string{cited}
		}
	}
	p.Lists = []record.Listing{l}
	p.Remarks = remarks(row)
	a := record.Address{
		Street: row.Get("Street_Address"), City: row.Get("City"), State: row.Get("State"), PostalCode: row.Get("Postal_Code"),
	}
	country := row.Get("Country")
	code, known := tables.Country(country)
	switch {
	case !known && isState(country) && a.State == "": // once the state stands in the place of the country
		a.State, country, code = country, "US", "US"
	case country == "" && isState(a.State): // the rows of the United States often name no country
		country, code = "US", "US"
	}
	parts := []string{a.Street, a.City, a.State, a.PostalCode, country}
	a.Text = strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
	if code != "" {
		a.Country = code
		p.Countries = []string{code}
	}
	if a.Text != "" {
		p.Addresses = []record.Address{a}
	}
	return p, nil
}

// states are the codes of the American states and territories.
const states = " AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR GU VI AS MP "

func isState(s string) bool { return len(s) == 2 && strings.Contains(states, " "+s+" ") }

// remarks are the columns that a party has no place for.
func remarks(row sheet.Row) string {
	var out []string
	switch v := row.Get("Standard_Order"); strings.ToUpper(v) {
	case "":
	case "Y":
		out = append(out, "Standard order")
	case "N":
		out = append(out, "No standard order")
	default:
		out = append(out, "Standard order: "+v)
	}
	if v := row.Get("Action"); v != "" {
		out = append(out, "Action: "+v)
	}
	return strings.Join(out, "; ")
}

func day(s string) (record.Date, error) {
	if d, err := record.ParseDate(time.DateOnly, s); err == nil {
		return d, nil
	}
	return record.ParseDate("1/2/2006", s)
}
