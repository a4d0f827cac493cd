package tables

import (
	"regexp"
	"strings"
)

// The kinds of features that OFAC publishes of a party, in the remarks of its
// delimited files and as "ids" of the Consolidated Screening List.
const (
	FeatureID    = "id"    // a number or name under which the party is known elsewhere
	FeatureEvent = "event" // a dated event of its entry on a list
	FeatureNote  = "note"  // anything else
)

// Feature says what a feature of a party is.
type Feature struct {
	Kind  string
	Event string   // of an event: listed, effective, divestment
	Lists []string // of an event: the lists whose entries it dates
}

var featureEvent = regexp.MustCompile(`(?i)^(listing|effective|purchase/sales for divestment) date \(([^)]*)\):?$`)

// featureIDs are beginnings of the names of features that are identifiers
// though they carry no digit, or that a note's beginning would catch.
var featureIDs = []string{
	"swift/bic", "equity ticker", "issuer name", "isin", "legal entity number", "unified social credit code", "digital currency address",
}

var featureNotes = []string{
	"gender", "secondary sanctions risk", "executive order", "additional sanctions information", "transactions prohibited", "target type",
	"organization type", "organization established date", "caatsa", "ifca", "for more information", "linked to", "nationality",
	"aircraft model", "aircraft manufacture date", "aircraft operator", "aircraft mode s", "scientific studies", "phone number", "telephone", "fax",
	"email address", "website", "former vessel flag", "vessel flag", "vessel year of build", "vessel type", "other vessel", "building", "member", "united states financial",
	"all offices", "dob", "pob", "citizen", "a.k.a.", "f.k.a.", "n.k.a.", "listing date", "effective date", "purchase/sales", "peesa", "position", "license requirement",
}

// OFACFeature classifies a feature by its name, for example "Tax ID No.",
// "Effective Date (CMIC)" or "Secondary sanctions risk:". What is not known
// is an identifier where its value holds a digit, else a note.
func OFACFeature(name, value string) Feature {
	if m := featureEvent.FindStringSubmatch(name); m != nil {
		if lists := measureLists(m[2]); lists != nil {
			event := map[string]string{"l": "listed", "e": "effective", "p": "divestment"}[strings.ToLower(m[1][:1])]
			return Feature{Kind: FeatureEvent, Event: event, Lists: lists}
		}
		return Feature{Kind: FeatureNote}
	}
	low := strings.ToLower(name)
	for _, s := range featureIDs {
		if strings.HasPrefix(low, s) {
			return Feature{Kind: FeatureID}
		}
	}
	for _, s := range featureNotes {
		if strings.HasPrefix(low, s) {
			return Feature{Kind: FeatureNote}
		}
	}
	if strings.ContainsAny(value, "0123456789") {
		return Feature{Kind: FeatureID}
	}
	return Feature{Kind: FeatureNote}
}

// measureLists says which lists a measure named in a feature stands for.
func measureLists(measure string) []string {
	m := strings.ToUpper(measure)
	switch {
	case strings.Contains(m, "CMIC"):
		return []string{"US-OFAC-NS-CMIC"}
	case strings.Contains(m, "EO 14024 DIRECTIVE 2"):
		return []string{"US-OFAC-CAPTA"}
	case strings.Contains(m, "EO 14024 DIRECTIVE"), strings.Contains(m, "EO 14014 DIRECTIVE"):
		return []string{"US-OFAC-NS-MBS"}
	}
	return nil
}

// ofacPrograms says which non-SDN list a program stands for where it stands
// for one alone.
var ofacPrograms = map[string]string{
	"NS-PLC":                "US-OFAC-NS-PLC",
	"CMIC-EO13959":          "US-OFAC-NS-CMIC",
	"UKRAINE-EO13662":       "US-OFAC-SSI",
	"561-RELATED":           "US-OFAC-CAPTA",
	"CAATSA - RUSSIA":       "US-OFAC-NS-MBS",
	"CAATSA-RUSSIA":         "US-OFAC-NS-MBS",
	"BURMA-EO14014":         "US-OFAC-NS-MBS",
	"ILLICIT-DRUGS-EO14059": "US-OFAC-NS-MBS",
	"FSE-IR":                "US-OFAC-FSE",
	"FSE-SY":                "US-OFAC-FSE",
	"FSE-WMD":               "US-OFAC-FSE",
}

// directive finds the directive under Executive Order 14024 that an entry is
// subject to: "(EO 14024 Directive 3)", "Directive Information Subject to
// Directive 1a".
var directive = regexp.MustCompile(`(?i)(?:\(EO 14024 directive|executive order 14024 directive information subject to directive) ([1-4])a?\b`)

// OFACLists returns the non-SDN lists on which an entry of OFAC's consolidated
// files stands, as its programs and its remarks say: the files have no column
// for it, and RUSSIA-EO14024 stands for two of them, by directive.
func OFACLists(programs []string, remarks string) []string {
	var out []string
	add := func(code string) {
		for _, c := range out {
			if c == code {
				return
			}
		}
		out = append(out, code)
	}
	for _, p := range programs {
		if code := ofacPrograms[strings.ToUpper(p)]; code != "" {
			add(code)
		}
	}
	for _, m := range directive.FindAllStringSubmatch(remarks, -1) {
		if m[1] == "2" {
			add("US-OFAC-CAPTA")
		} else {
			add("US-OFAC-NS-MBS")
		}
	}
	return out
}
