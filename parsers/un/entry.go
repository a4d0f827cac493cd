package un

import (
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/record"
)

// entry is an INDIVIDUAL or an ENTITY.
type entry struct {
	FirstName      string                       `xml:"FIRST_NAME"`
	SecondName     string                       `xml:"SECOND_NAME"`
	ThirdName      string                       `xml:"THIRD_NAME"`
	FourthName     string                       `xml:"FOURTH_NAME"`
	OriginalScript []string                     `xml:"NAME_ORIGINAL_SCRIPT"`
	Reference      string                       `xml:"REFERENCE_NUMBER"`
	Committee      string                       `xml:"UN_LIST_TYPE"`
	ListedOn       string                       `xml:"LISTED_ON"`
	Updated        []string                     `xml:"LAST_DAY_UPDATED>VALUE"`
	Gender         string                       `xml:"GENDER"`
	SubmittedBy    string                       `xml:"SUBMITTED_BY"`
	Comments       []string                     `xml:"COMMENTS1"`
	Titles         []string                     `xml:"TITLE>VALUE"`
	Designations   []string                     `xml:"DESIGNATION>VALUE"`
	Nationalities  []string                     `xml:"NATIONALITY>VALUE"`
	Nationality2   string                       `xml:"NATIONALITY2"`
	Aliases        []alias                      `xml:"INDIVIDUAL_ALIAS"`
	EntityAliases  []alias                      `xml:"ENTITY_ALIAS"`
	Addresses      []place                      `xml:"INDIVIDUAL_ADDRESS"`
	EntityAddress  []place                      `xml:"ENTITY_ADDRESS"`
	Births         []birth                      `xml:"INDIVIDUAL_DATE_OF_BIRTH"`
	BirthPlaces    []place                      `xml:"INDIVIDUAL_PLACE_OF_BIRTH"`
	Documents      []document                   `xml:"INDIVIDUAL_DOCUMENT"`
	Rest           []struct{ XMLName xml.Name } `xml:",any"`

	// Known and of no use here: the Council's own record keeping.
	DataID      string `xml:"DATAID"`
	Version     string `xml:"VERSIONNUM"`
	ListType    string `xml:"LIST_TYPE>VALUE"`
	SortKey     string `xml:"SORT_KEY"`
	SortKeyLast string `xml:"SORT_KEY_LAST_MOD"`
}

type alias struct {
	Quality        string `xml:"QUALITY"`
	Name           string `xml:"ALIAS_NAME"`
	DateOfBirth    string `xml:"DATE_OF_BIRTH"`
	CityOfBirth    string `xml:"CITY_OF_BIRTH"`
	CountryOfBirth string `xml:"COUNTRY_OF_BIRTH"`
	Note           string `xml:"NOTE"`
}

type place struct {
	Street  string `xml:"STREET"`
	City    string `xml:"CITY"`
	State   string `xml:"STATE_PROVINCE"`
	Zip     string `xml:"ZIP_CODE"`
	Country string `xml:"COUNTRY"`
	Note    string `xml:"NOTE"`
}

func (a place) parts() []string { return filled(a.Street, a.City, a.State, a.Zip, a.Country) }

// party makes the party of an entry.
func (e *entry) party(person bool) (*record.Party, error) {
	name := strings.Join(filled(e.FirstName, e.SecondName, e.ThirdName, e.FourthName), " ")
	reference := plain(e.Reference)
	switch {
	case name == "":
		return nil, errors.New("an entry without a name")
	case reference == "":
		return nil, fmt.Errorf("%.80s has no REFERENCE_NUMBER", name)
	}
	p := &record.Party{Name: name, Type: record.Organization}
	if person {
		p.Type = record.Individual
	}
	l := record.Listing{Code: "UN-SC", NativeID: reference, Programs: filled(e.Committee), Status: record.Current}
	for i, s := range append([]string{e.ListedOn}, e.Updated...) {
		d, err := day(s)
		if err != nil {
			return nil, err
		}
		date := record.ListDate{Event: "amended", Date: d, Basis: "publisher"}
		if i == 0 {
			date.Event = "listed"
		}
		if d != "" && !slices.Contains(l.Dates, date) {
			l.Dates = append(l.Dates, date)
		}
	}
	p.Lists = []record.Listing{l}
	p.IDs = []record.Identifier{{Type: "UN reference", Value: reference}}
	var notes []string
	note := func(label string, texts ...string) {
		if text := strings.Join(filled(texts...), ", "); text != "" {
			notes = append(notes, label+": "+text)
		}
	}
	for _, a := range append(e.Aliases, e.EntityAliases...) {
		a.file(p, note)
	}
	for _, s := range filled(e.OriginalScript...) {
		p.AddAlias(record.Alias{Name: s, Kind: "original_script"})
	}
	for _, b := range e.Births {
		if s := b.text(); s != "" && !slices.Contains(p.Births, s) {
			p.Births = append(p.Births, s)
		}
		note("Birth", b.Note)
	}
	for _, b := range e.BirthPlaces {
		note("Place of birth", append(b.parts(), b.Note)...)
	}
	for _, a := range append(e.Addresses, e.EntityAddress...) {
		a.file(p, note)
	}
	for _, d := range e.Documents {
		d.file(p, note)
	}
	for _, s := range filled(append(e.Nationalities, e.Nationality2)...) {
		if code, ok := tables.Country(s); ok {
			s = code
		}
		if !slices.Contains(p.Nationalities, s) {
			p.Nationalities = append(p.Nationalities, s)
		}
	}
	p.Titles = filled(append(e.Titles, e.Designations...)...)
	note("Gender", e.Gender)
	note("Submitted by", e.SubmittedBy)
	p.Remarks = strings.Join(append(filled(e.Comments...), notes...), "; ")
	slices.Sort(p.Countries)
	return p, nil
}

// day reads a date, which a few entries write with a zone: it stays the day
// as written.
func day(s string) (record.Date, error) {
	s = plain(s)
	if len(s) > len(time.DateOnly) {
		s = s[:len(time.DateOnly)]
	}
	return record.ParseDate(time.DateOnly, s)
}

var (
	severalNames = regexp.MustCompile(`;\s*|\s+[b-z]\)\s+`)
	former       = regexp.MustCompile(`(?i)\b(?:formerly|previously) (?:listed|known) as\b`)
)

// file files another name. Some are several with semicolons between them; in
// brackets those belong to the name before.
func (a alias) file(p *record.Party, note func(string, ...string)) {
	name := plain(a.Name)
	names := []string{name}
	if !strings.ContainsAny(name, "()") {
		names = severalNames.Split(name, -1)
	}
	out := record.Alias{Kind: "aka"}
	switch strings.ToLower(plain(a.Quality)) {
	case "good":
		out.Quality = "strong"
	case "low":
		out.Quality = "weak"
	case "f.k.a.":
		out.Kind = "fka"
	}
	if former.MatchString(a.Note) {
		out.Kind = "fka"
	}
	for _, out.Name = range names {
		out.Name = strings.TrimSpace(out.Name)
		p.AddAlias(out)
	}
	if d := plain(a.DateOfBirth); d != "" && !slices.Contains(p.Births, d) {
		p.Births = append(p.Births, d)
	}
	if name = strings.Join(names, ", "); name != "" {
		note("Place of birth as "+name, a.CityOfBirth, a.CountryOfBirth)
		note(name, a.Note)
	}
}

// file files an address. Its note, which may say anything, is a remark.
func (a place) file(p *record.Party, note func(string, ...string)) {
	text := strings.Join(a.parts(), ", ")
	if text == "" {
		note("Address", a.Note)
		return
	}
	out := record.Address{Text: text, Street: plain(a.Street), City: plain(a.City), State: plain(a.State), PostalCode: plain(a.Zip)}
	if code, ok := tables.Country(a.Country); ok {
		out.Country = code
		if !slices.Contains(p.Countries, code) {
			p.Countries = append(p.Countries, code)
		}
	}
	if !slices.Contains(p.Addresses, out) {
		p.Addresses = append(p.Addresses, out)
	}
	note("Address "+text, a.Note)
}

// birth is a date of birth, a year, or years between which it lies.
type birth struct {
	Type string `xml:"TYPE_OF_DATE"`
	Date string `xml:"DATE"`
	Year string `xml:"YEAR"`
	From string `xml:"FROM_YEAR"`
	To   string `xml:"TO_YEAR"`
	Note string `xml:"NOTE"`
}

// text is 1971-03-05, 1971-03, 1971, circa 1971 or 1968 to 1972.
func (b birth) text() string {
	when := cmp.Or(plain(b.Date), plain(b.Year))
	if when == "" && b.From+b.To == "" {
		for _, layout := range []string{"January 2006", "Jan. 2006"} {
			if d, err := record.ParseDate(layout, plain(b.Note)); err == nil && d != "" {
				return string(d[:len("2006-01")])
			}
		}
	}
	if when == "" {
		return strings.Join(filled(b.From, b.To), " to ")
	}
	if strings.EqualFold(plain(b.Type), "approximately") {
		return "circa " + when
	}
	return when
}
