// Package eu reads the European Union's consolidated list of financial
// sanctions as CSV, version 1.1: a row for every name, address, birth,
// document and citizenship of a person or entity.
//
// Start with New. The rows of one Entity_LogicalId give one Party.
package eu

import (
	"context"
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

const logicalID = "Entity_LogicalId"

var form = sheet.Form{
	Room: "eu", Name: "the EU's list of financial sanctions", Comma: ';',
	Need: []string{logicalID, "Entity_SubjectType", "Entity_Regulation_Programme", "NameAlias_WholeName"},
}

func parse(ctx context.Context, u record.Unit) iter.Seq2[record.Record, error] {
	return sheet.Parties(ctx, u, form, logicalID, party)
}

var types = map[string]record.PartyType{
	"p": record.Individual, "person": record.Individual, "e": record.Organization, "enterprise": record.Organization,
}

// party makes the party of the rows of one number. Its name is the first; the
// others, in whatever language, are aliases.
func party(rows []sheet.Row) (*record.Party, []error) {
	p := &record.Party{}
	l := record.Listing{Code: "EU-FSF", NativeID: rows[0].Get(logicalID), Status: record.Current}
	spoilt := make([]error, len(rows))
	var notes []string
	note := func(label string, texts ...string) {
		texts = slices.DeleteFunc(texts, func(s string) bool { return s == "" })
		if len(texts) > 0 {
			add(&notes, strings.TrimPrefix(label+": "+strings.Join(texts, ", "), ": "))
		}
	}
	for i, row := range rows {
		if spoilt[i] = entry(p, &l, row); spoilt[i] != nil {
			continue
		}
		name(p, row, note)
		address(p, row, note)
		birth(p, row, note)
		document(p, row, note)
		if s := country(row, "Citizenship"); s != "" {
			add(&p.Nationalities, s)
		}
		note("", row.Get("Entity_Remark"))
		note("Designation", row.Get("Entity_DesignationDetails"))
	}
	if p.Name == "" {
		for i, row := range rows {
			if spoilt[i] == nil {
				spoilt[i] = fmt.Errorf("no row names %s %s", logicalID, row.Get(logicalID))
			}
		}
		return nil, spoilt
	}
	slices.Sort(p.Countries)
	p.Lists = []record.Listing{l}
	p.Remarks = strings.Join(notes, "; ")
	return p, spoilt
}

// entry files what every row says of the party and of its regulation.
func entry(p *record.Party, l *record.Listing, row sheet.Row) error {
	for _, d := range []struct{ event, column string }{
		{"listed", "Entity_DesignationDate"}, {"effective", "Entity_Regulation_EntryIntoForceDate"},
	} {
		date, err := day(row.Get(d.column))
		if err != nil {
			return fmt.Errorf("%s: %w", d.column, err)
		}
		event := record.ListDate{Event: d.event, Date: date, Basis: "publisher"}
		if date != "" && !slices.Contains(l.Dates, event) {
			l.Dates = append(l.Dates, event)
		}
	}
	for _, column := range []string{"Entity_SubjectType_ClassificationCode", "Entity_SubjectType"} {
		if p.Type == "" {
			p.Type = types[strings.ToLower(row.Get(column))]
		}
	}
	add(&l.Programs, row.Get("Entity_Regulation_Programme"))
	add(&l.Notices, row.Get("Entity_Regulation_NumberTitle"))
	if l.SourceURL == "" {
		l.SourceURL = row.Get("Entity_Regulation_PublicationUrl")
	}
	for _, n := range []struct{ kind, column string }{{"EU reference", "Entity_EU_ReferenceNumber"}, {"UN reference", "Entity_UnitedNationId"}} {
		addID(p, record.Identifier{Type: n.kind, Value: row.Get(n.column)})
	}
	return nil
}

// day reads a date in either of the forms that the file has had.
func day(s string) (record.Date, error) {
	if d, err := record.ParseDate(time.DateOnly, s); err == nil {
		return d, nil
	}
	return record.ParseDate("02/01/2006", s)
}

// country is the country of a group of columns: its code, or as described
// where that is none.
func country(row sheet.Row, group string) string {
	description := row.Get(group + "_CountryDescription")
	for _, s := range []string{row.Get(group + "_CountryIso2Code"), description} {
		if code, ok := tables.Country(s); ok {
			return code
		}
	}
	if strings.EqualFold(description, "unknown") {
		return ""
	}
	return description
}

func add(list *[]string, s string) {
	if s != "" && !slices.Contains(*list, s) {
		*list = append(*list, s)
	}
}

func addID(p *record.Party, n record.Identifier) {
	if n.Value != "" && !slices.Contains(p.IDs, n) {
		p.IDs = append(p.IDs, n)
	}
}
