package eu

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/tripoint-data/tripoint/parsers/sheet"
	"github.com/tripoint-data/tripoint/record"
)

// noter takes a remark in.
type noter func(label string, texts ...string)

// name files the name of a row: NameAlias_*.
func name(p *record.Party, row sheet.Row, note noter) {
	whole := row.Get("NameAlias_WholeName")
	if whole == "" {
		whole = strings.Join(row.All("NameAlias_FirstName", "NameAlias_MiddleName", "NameAlias_LastName"), " ")
	}
	a := record.Alias{Name: strings.Join(strings.Fields(whole), " "), Kind: "aka"}
	remark := row.Get("NameAlias_Remark")
	switch low := strings.ToLower(remark); {
	case strings.Contains(low, "low quality"):
		a.Quality = "weak"
	case strings.Contains(low, "good quality"), strings.Contains(low, "high quality"):
		a.Quality = "strong"
	case strings.Contains(low, "formerly"), strings.HasPrefix(low, "f.k.a"), strings.Contains(low, "previously listed as"):
		a.Kind = "fka"
	}
	switch strings.ToLower(row.Get("NameAlias_Strong")) { // not in every edition
	case "true", "1":
		a.Quality = "strong"
	case "false", "0":
		a.Quality = "weak"
	}
	switch {
	case p.Name == "":
		p.Name = a.Name
	case !latin(p.Name) && latin(a.Name): // the list's own names are in Latin letters
		p.Name, a = a.Name, record.Alias{Name: p.Name, Kind: "original_script"}
		p.AddAlias(a)
	default:
		if !latin(a.Name) {
			a.Kind = "original_script"
		}
		p.AddAlias(a)
	}
	add(&p.Titles, row.Get("NameAlias_Title"))
	add(&p.Titles, row.Get("NameAlias_Function"))
	if whole != "" {
		note(whole, remark)
	}
	switch row.Get("NameAlias_Gender") {
	case "M":
		note("Gender", "male")
	case "F":
		note("Gender", "female")
	}
}

func latin(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
}

// address files the address of a row: Address_*. Its contacts are remarks of
// organizations and are never read of persons.
func address(p *record.Party, row sheet.Row, note noter) {
	a := record.Address{
		City: row.Get("Address_City"), State: row.Get("Address_Region"), PostalCode: row.Get("Address_ZipCode"),
	}
	street := row.All("Address_Street", "Address_Place")
	if box := row.Get("Address_PoBox"); box != "" {
		street = append(street, "P.O. Box "+box)
	}
	a.Street = strings.Join(street, ", ")
	where := country(row, "Address")
	parts := []string{a.Street, a.City, a.State, a.PostalCode, cmp.Or(row.Get("Address_CountryDescription"), where)}
	if where == "" {
		parts = parts[:4]
	}
	a.Text = strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
	if len(where) == 2 {
		a.Country = where
		add(&p.Countries, where)
	}
	if a.Text != "" && !slices.Contains(p.Addresses, a) {
		p.Addresses = append(p.Addresses, a)
	}
	note("Address", row.Get("Address_Remark"))
	if p.Type != record.Individual {
		note("Contact", row.Get("Address_ContactInfo"))
	}
}

// birth files the birth of a row, BirthDate_*: a date, a month, a year, or
// years between which it lies.
func birth(p *record.Party, row sheet.Row, note noter) {
	when := row.Get("BirthDate_BirthDate")
	if d, err := day(when); err == nil {
		when = string(d)
	}
	year, month := row.Get("BirthDate_Year"), row.Get("BirthDate_Month")
	switch {
	case when != "" || year == "" || year == "0":
	case len(year) == 4 && (len(month) == 1 || len(month) == 2) && strings.Trim(month, "0123456789") == "" && strings.Trim(month, "0") != "":
		when = year + "-" + strings.Repeat("0", 2-len(month)) + month
	default:
		when = year
	}
	if when == "" {
		when = strings.Join(row.All("BirthDate_YearRangeFrom", "BirthDate_YearRangeTo"), " to ")
	}
	if when != "" {
		if strings.EqualFold(row.Get("BirthDate_Circa"), "true") {
			when = "circa " + when
		}
		if c := row.Get("BirthDate_CalendarType"); c != "" && !strings.EqualFold(c, "gregorian") {
			when += " (" + strings.ToLower(c) + ")"
		}
	}
	add(&p.Births, when)
	place := row.All("BirthDate_Place", "BirthDate_City", "BirthDate_Region", "BirthDate_ZipCode")
	note("Place of birth", append(place, country(row, "BirthDate"))...)
	note("Birth", row.Get("BirthDate_Remark"))
}

// document files the document of a row: Identification_*.
func document(p *record.Party, row sheet.Row, note noter) {
	number := row.First("Identification_Number", "Identification_LatinNumber")
	kind := row.First("Identification_TypeDescription", "Identification_TypeCode")
	switch row.Get("Identification_TypeCode") {
	case "passport":
		kind = "Passport"
	case "":
		kind = cmp.Or(kind, "Identity document")
	}
	n := record.Identifier{Type: kind, Value: number}
	if c := country(row, "Identification"); len(c) == 2 {
		n.Country = c
	}
	addID(p, n)
	if number == "" {
		return
	}
	var said []string
	for _, flag := range []struct{ column, text string }{
		{"Identification_KnownExpired", "known to be expired"},
		{"Identification_KnownFalse", "known to be false"},
		{"Identification_ReportedLost", "reported lost"},
		{"Identification_RevokedByIssuer", "revoked by its issuer"},
	} {
		if strings.EqualFold(row.Get(flag.column), "true") {
			said = append(said, flag.text)
		}
	}
	note(kind+" "+number, append(said, row.Get("Identification_Remark"))...)
}
