package record

import (
	"regexp"
	"strings"
)

var (
	patentID    = regexp.MustCompile(`^([A-Z]{2})(RE|PP|AI|RX|D|H|T|X)?0*([0-9]{1,11})([A-Z][0-9]?)?$`)
	numberParts = regexp.MustCompile(`^(RE|PP|AI|RX|D|H|T|X)?0*([0-9]+)$`)
)

// CanonicalPatentID brings a patent's number to the form that ids have: blanks,
// commas and dashes are dropped, zero padding too, and a US grant's kind code:
//
//	US-RE43633-E → USRE43633   US 11,321,963 B2 → US11321963   US-20200334450-A1 → US20200334450A1
//
// X0 is the office's code for the number of an application, and stays: without
// it US15000001X0 would be a grant. A text of another form is returned in upper case without blanks.
func CanonicalPatentID(s string) string {
	s = strings.NewReplacer(" ", "", ",", "", "-", "", "/", "", "\u00a0", "").Replace(strings.ToUpper(s))
	m := patentID.FindStringSubmatch(s)
	if m == nil {
		return s
	}
	country, series, digits, kind := m[1], m[2], m[3], m[4]
	if country == "US" && kind != "X0" && (series != "" || len(digits) < 10) {
		return country + series + digits
	}
	if country == "US" && kind == "" {
		kind = "A1"
	}
	return country + series + digits + kind
}

// PatentNumber cleans a bare US document number (D0656419, 07864699,
// 20200334450, 0200334450) to the form that publication_number has, and says
// whether it is an application publication. The heading of AppFT pages drops
// the first digit of a publication number: ten digits that begin with 0 get
// their 2 back.
func PatentNumber(s string) (number string, application, ok bool) {
	s = strings.NewReplacer(" ", "", ",", "", "/", "", "-", "", "\u00a0", "").Replace(strings.ToUpper(s))
	if len(s) == 10 && s[0] == '0' && strings.Trim(s, "0123456789") == "" {
		s = "2" + s
	}
	m := numberParts.FindStringSubmatch(s)
	if m == nil {
		return "", false, false
	}
	return m[1] + m[2], m[1] == "" && len(m[2]) == 11, true
}
