package uk

import (
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/parsers/sheet"
	"github.com/tripoint-data/tripoint/record"
)

// idColumns are the columns of identifiers and the types that they have.
var idColumns = []struct{ column, kind string }{
	{"OFSI Group ID", "OFSI group"},
	{"UN Reference Number", "UN reference"},
	{"Passport number", "Passport"},
	{"National Identifier number", "National identifier"},
	{"Business registration number (s)", "Business registration"},
	{"IMO number", "IMO"},
	{"Hull identification number (HIN)", "Hull identification number"},
}

func ids(p *record.Party, row sheet.Row) {
	for _, c := range idColumns {
		for _, s := range several(row.Get(c.column)) {
			if id := (record.Identifier{Type: c.kind, Value: s}); !slices.Contains(p.IDs, id) {
				p.IDs = append(p.IDs, id)
			}
		}
	}
}

// noteColumns are the columns that a party has no place for.
var noteColumns = []string{
	"Designation source", "Sanctions Imposed", "Passport additional information", "National Identifier additional information",
	"Gender", "Type of entity", "Subsidiaries", "Parent company", "Current owner/operator (s)", "Previous owner/operator (s)",
	"Current believed flag of ship", "Previous flags", "Type of ship", "Tonnage of ship", "Length of ship", "Year Built",
}

// contactColumns are kept of organizations and ships, and never of persons.
var contactColumns = []string{"Phone number", "Website", "Email address"}

// remarks are what a row says besides.
func remarks(p *record.Party, row sheet.Row) []string {
	out := row.All("Other Information", "UK Statement of Reasons")
	columns := noteColumns
	if p.Type != record.Individual {
		columns = append(slices.Clone(columns), contactColumns...)
	}
	for _, c := range columns {
		if v := row.Get(c); v != "" {
			out = append(out, c+": "+v)
		}
	}
	if born := strings.Join(row.All("Town of birth", "Country of birth"), ", "); born != "" {
		out = append(out, "Place of birth: "+born)
	}
	return out
}
