package un

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/record"
)

// document is a paper that names a person.
type document struct {
	Type    string `xml:"TYPE_OF_DOCUMENT"`
	Type2   string `xml:"TYPE_OF_DOCUMENT2"`
	Number  string `xml:"NUMBER"`
	Issuing string `xml:"ISSUING_COUNTRY"`
	Country string `xml:"COUNTRY_OF_ISSUE"`
	City    string `xml:"CITY_OF_ISSUE"`
	Issued  string `xml:"DATE_OF_ISSUE"`
	Note    string `xml:"NOTE"`
}

// Some numbers have words before them, "Qatari passport number 00868774", and
// some an end in brackets, "381110042 (Expired 25 Jan. 2016)".
var (
	numberWords = regexp.MustCompile(`(?i)^(.*[a-z].*?)(?:\s+(?:numbers?|nos?\.?)\s*:?|\s*:)\s*(\S*[0-9].*)$`)
	numberEnd   = regexp.MustCompile(`^(\S.*?)\s*(\([^()]*\))$`)
)

// ordinary is a passport that is called no more than that, in the list's
// languages; a diplomatic or provisional one is another document.
var (
	ordinary   = regexp.MustCompile(`(?i)^(?:.*\b)?(?:passport|passeport|pasaporte)(?: number| no\.?)?$`)
	otherPaper = regexp.MustCompile(`(?i)\b(?:diplomatic|service|official|provisional|counterfeit|false)\b`)
	paperWord  = regexp.MustCompile(`(?i)passport|passer|card|document|identi|licen[cs]e|registration|security|birth`)
)

// file files a document; one without a number is a remark.
func (d document) file(p *record.Party, note func(string, ...string)) {
	kind, number := plain(d.Type), plain(d.Number)
	if kind2 := strings.Trim(plain(d.Type2), ":"); len(kind2) > len("number") {
		kind = kind2
	}
	rest := []string{d.Note}
	if issued := plain(d.Issued); issued != "" {
		rest = append(rest, "issued "+issued)
	}
	if m := numberEnd.FindStringSubmatch(number); m != nil {
		number, rest = m[1], append(rest, m[2])
	}
	if m := numberWords.FindStringSubmatch(number); m != nil {
		if number = m[2]; paperWord.MatchString(m[1]) {
			kind = m[1]
		} else {
			rest = append(rest, m[1])
		}
	}
	if ordinary.MatchString(kind) && !otherPaper.MatchString(kind) {
		rest = append(rest, strings.TrimPrefix(kind, "Passport"))
		kind = "Passport"
	}
	if kind == "" {
		kind = "Identity document"
	}
	n := record.Identifier{Type: kind, Value: number}
	for _, s := range []string{d.Issuing, d.Country, d.City} {
		code, ok := tables.Country(plain(s))
		if ok && n.Country == "" {
			n.Country = code
		}
		if !ok {
			rest = append(rest, s)
		}
	}
	if number == "" {
		note(kind, rest...)
		return
	}
	if !slices.Contains(p.IDs, n) {
		p.IDs = append(p.IDs, n)
	}
	note(kind+" "+number, rest...)
}
