package ecfr

import (
	"regexp"
	"strings"

	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/record"
)

var (
	nextAddress  = regexp.MustCompile(`(?i)\s*(?:[;\n]|\.?\s*\balt(?:ernate)?\.? address(?:es)?:)\s*(?:and\s+)?`)
	addressLabel = regexp.MustCompile(`(?i)^(?:and\s+)?address(?:es)?:\s*`)
	joined       = regexp.MustCompile(`,?\s+and\s+`)
	postalCode   = regexp.MustCompile(`^[A-Z]{0,2}-?[0-9][0-9A-Z -]*$|^[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]$|^[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}$`)
)

// addresses takes addresses apart. They are joined by semicolons, by labels,
// and by an "and" after the name of a country. home is the country of those
// that name none.
func addresses(s, home string) []record.Address {
	var out []record.Address
	for _, text := range nextAddress.Split(s, -1) {
		for _, text := range afterCountries(addressLabel.ReplaceAllString(text, "")) {
			text = endOfAddress(text)
			if text == "" {
				continue
			}
			a := record.Address{Text: text, Country: countryAtEnd(text)}
			if a.Country == "" {
				a.Country = home
			}
			out = append(out, a)
		}
	}
	return out
}

// tailLen is how much of a text's end is looked at for a country.
const tailLen = 120

// afterCountries cuts at each "and" that stands behind a country.
func afterCountries(s string) []string {
	var out []string
	for from := 0; ; {
		at := joined.FindStringIndex(s[from:])
		if at == nil {
			return append(out, s)
		}
		if left := s[:from+at[0]]; strings.Contains(left, ",") && countryAtEnd(left[max(0, len(left)-tailLen):]) != "" {
			out = append(out, left)
			s, from = s[from+at[1]:], 0
			continue
		}
		from += at[1]
	}
}

// countryAtEnd is the country that an address ends with, before or after a
// postal code: "Moscow, 125190, Russia", "Moscow, Russia 115583", "Dubai,
// U.A.E., P.O. Box 16048".
func countryAtEnd(s string) string {
	pieces := strings.Split(strings.Trim(s, " .,;"), ",")
	for i := len(pieces) - 1; i >= max(0, len(pieces)-3); i-- {
		piece := strings.Trim(pieces[i], " .,;")
		if code, ok := tables.Country(piece); ok {
			return code
		}
		words := strings.Fields(piece)
		for n := 1; n <= min(2, len(words)-1); n++ { // a postal code behind the country
			if tail := strings.Join(words[len(words)-n:], " "); postalCode.MatchString(tail) {
				if code, ok := tables.Country(strings.Join(words[:len(words)-n], " ")); ok {
					return code
				}
			}
		}
		for n := min(4, len(words)-1); n >= 1; n-- { // "Abu Dhabi U.A.E." without a comma
			if tail := strings.Join(words[len(words)-n:], " "); len(tail) > 2 {
				if code, ok := tables.Country(tail); ok && i == len(pieces)-1 {
					return code
				}
			}
		}
		if strings.EqualFold(piece, "crimea") {
			return "UA"
		}
	}
	return ""
}

// endOfAddress drops what ends a sentence, and no full stop of U.A.E.
func endOfAddress(s string) string {
	s = strings.Trim(oneLine(s), " ,;")
	if strings.HasSuffix(s, ".") && !endings.MatchString(s) {
		s = strings.TrimRight(s, ". ")
	}
	return s
}
