// Package uspto holds what the readers of US patent documents share: how the
// office writes numbers, dates, places and classes, and where a first claim
// ends. The readers are its children: ppubs (Public Search JSON), odp (Open
// Data Portal JSON), patft (PatFT and AppFT pages), redbook (weekly XML),
// greenbook (weekly text until 2001), assignments (assignment records) and
// google (pages of Google Patents).
//
// Start with Identify, which gives a record its number, and Person, which
// cleans a name with its place. Documents makes a parser of a function that
// reads one part.
package uspto

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/tripoint-data/tripoint/record"
)

// Identify sets what a document's number says: id, publication number,
// document, country and kind code. The number may be padded or carry commas
// (D0656419, 8,645,300); kind may be empty, as on grant pages of PatFT.
func Identify(p *record.Patent, number, kind string) error {
	n, application, ok := record.PatentNumber(number)
	if !ok {
		return fmt.Errorf("%q is no US document number", Clean(number))
	}
	kind = strings.ToUpper(Absent(kind))
	p.ID = record.CanonicalPatentID("US" + n + kind)
	p.PublicationNumber, p.KindCode, p.Country = n, kind, "US"
	p.Document = record.Grant
	if application {
		p.Document = record.Application
	}
	return nil
}

// Issue sets the day on which the document came out. A grant is published by
// being issued, so both of its dates are that day.
func Issue(p *record.Patent, day record.Date) {
	p.Published = day
	if p.Document == record.Grant {
		p.Granted = day
	}
}

// Clean collapses runs of white space, no-break spaces among them, to one
// blank and trims the ends.
func Clean(s string) string { return strings.Join(strings.Fields(s), " ") }

// Absent is Clean, with the office's words for nothing read as nothing.
func Absent(s string) string {
	s = Clean(s)
	switch strings.ToLower(s) {
	case "n/a", "none", "null", "unknown", "omitted", "not available", "not provided":
		return ""
	}
	return s
}

// Text is Absent for titles, abstracts and claims. Scanned documents hold a
// notice in place of what was not recognised.
func Text(s string) string {
	s = Absent(s)
	if strings.EqualFold(s, "OCR SCANNED DOCUMENT") {
		return ""
	}
	return s
}

// Date reads a date as the office writes it: 20201022, 2020-10-22,
// 2020-10-22T00:00:00Z or October 22, 2020. The time of day is cut off, so
// that no zone can move the date.
func Date(s string) (record.Date, error) {
	s = Absent(s)
	switch {
	case len(s) == 8 && strings.Trim(s, "0123456789") == "":
		return record.ParseDate("20060102", s)
	case strings.Contains(s, ","):
		d, err := record.ParseDate("January 2, 2006", s)
		if err != nil {
			d, err = record.ParseDate("Jan 2, 2006", s)
		}
		return d, err
	}
	s, _, _ = strings.Cut(s, "T")
	return record.ParseDate(time.DateOnly, s)
}

var applicationNumber = regexp.MustCompile(`^(?:US)?(D|P|[0-9]{1,2})/?([0-9]{6})$`)

// ApplicationNumber brings 16/959,419 to 16959419. D/380046, as designs are
// written, stands for series 29. Other texts are no US application: "".
func ApplicationNumber(s string) string {
	m := applicationNumber.FindStringSubmatch(strings.NewReplacer(",", "", " ", "").Replace(Absent(s)))
	switch {
	case m == nil || m[1] == "P":
		return ""
	case m[1] == "D":
		return "29" + m[2]
	case len(m[1]) == 1:
		return "0" + m[1] + m[2]
	}
	return m[1] + m[2]
}

// FamilyID is a DOCDB family, or "" for the placeholders of thirteen digits
// that Public Search gives where the family is not known yet.
func FamilyID(s string) string {
	s = strings.TrimLeft(Absent(s), "0")
	if len(s) > 12 || strings.Trim(s, "0123456789") != "" {
		return ""
	}
	return s
}

// Person cleans an assignee, applicant or inventor. It says false where no
// name is left. A US state without a country means the United States.
func Person(name, city, state, country string) (record.Person, bool) {
	p := record.Person{
		Name:    Absent(strings.Trim(Clean(name), " ;,")),
		City:    Absent(city),
		State:   Absent(state),
		Country: Country(country),
	}
	if p.Country == "" && IsState(p.State) {
		p.Country = "US"
	}
	return p, p.Name != ""
}

// IndexName writes a human's name as the office's indexes do: Roe, Jr.; Jane M.
// Without a last name it is "".
func IndexName(last, first, suffix string) string {
	name := Absent(last)
	if name == "" {
		return ""
	}
	if suffix = Absent(suffix); suffix != "" {
		name += ", " + suffix
	}
	if first = Absent(first); first != "" {
		name += "; " + first
	}
	return name
}

// Region reads a two-letter code that may be a US state or a country, as
// pages write it after a city. A code that is both is read as a state.
func Region(code string) (state, country string) {
	code = strings.ToUpper(Absent(code))
	if IsState(code) {
		return code, "US"
	}
	return "", Country(code)
}

var (
	countryCode = regexp.MustCompile(`^([A-Z]{2})[X0-9]?$`)
	// Codes of older documents that ISO 3166-1 writes otherwise.
	oldCountries = map[string]string{"UK": "GB", "DT": "DE", "XX": ""}
)

// Country brings a country code of the office to ISO 3166-1 alpha-2: the
// third sign of older data is cut off (DEX, GB2). What is no code is "".
func Country(s string) string {
	m := countryCode.FindStringSubmatch(strings.ToUpper(Absent(s)))
	if m == nil {
		return ""
	}
	if iso, ok := oldCountries[m[1]]; ok {
		return iso
	}
	return m[1]
}

// IsState says whether a code is that of a US state, district, territory or
// military post.
func IsState(code string) bool {
	return len(code) == 2 && strings.Contains(states, " "+code+" ")
}

const states = " AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY" +
	" NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR GU VI AS MP AA AE AP "
