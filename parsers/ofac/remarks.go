package ofac

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/record"
)

// Remarks are clauses between semicolons, "alt. " before those that repeat:
//
//	DOB 03 Dec 1962; alt. DOB 1963; nationality Iran; Passport A123 (Iran) expires 10 Sep 2016; a.k.a. 'X'.
var (
	eventClause = regexp.MustCompile(`(?i)^((?:listing|effective|purchase/sales for divestment) date \([^)]*\)):?\s+(.+)$`)
	aliasClause = regexp.MustCompile(`(?i)^([afn])\.k\.a\.\s+['"](.+)['"]$`)
	// The names of identifiers whose values may hold blanks or no digit.
	namedClause = regexp.MustCompile(`(?i)^(Equity Ticker|Issuer Name|ISIN|SWIFT/BIC|Legal Entity Number|Digital Currency Address - [A-Z0-9]+)\s+(.+)$`)
	// Any other identifier: its name ends in a word that numbers have, and its
	// value begins at the first word with a digit.
	numberClause = regexp.MustCompile(`(?i)^(.*?(?:\bno\.?|number|num\.|#|code|\bid|passport|licen[cs]e|card|identification|c\.u\.r\.p\.|r\.f\.c\.|d\.n\.i\.|c\.u\.i\.t\.|c\.u\.i\.|ssn|fein|nit|ruc|rif|rtn|mmsi|bik|pasaporte|cedula|rnc)(?: \([A-Z./ ]{2,20}\))?)\s+((?:[A-Z.-]{1,4} )?\S*[0-9].*)$`)
	issued       = regexp.MustCompile(`(?i)\s+(?:issued|expires|expired|expiration)\b.*$`)
	inBrackets   = regexp.MustCompile(`^(.*\S)\s+\(([^()]+)\)$`)
)

// fileRemarks files the clauses of the remarks that a party has places for.
// The remarks themselves are kept whole beside it.
func fileRemarks(p *record.Party, remarks string) {
	remarks = strings.TrimSpace(remarks)
	for _, clause := range strings.Split(strings.TrimSuffix(remarks, "."), "; ") {
		clause = strings.TrimPrefix(strings.Trim(clause, " ;"), "alt. ")
		word, rest, _ := strings.Cut(clause, " ")
		switch word {
		case "DOB":
			addText(&p.Births, birth(rest))
			continue
		case "nationality", "citizen":
			if code, ok := tables.Country(rest); ok {
				rest = code
			}
			addText(&p.Nationalities, rest)
			continue
		}
		if m := aliasClause.FindStringSubmatch(clause); m != nil {
			// The delimited files keep weak aliases here and the others in alt.
			a := record.Alias{Name: m[2], Kind: strings.ToLower(m[1]) + "ka", Quality: "weak"}
			if !slices.ContainsFunc(p.Aliases, func(b record.Alias) bool { return b.Name == a.Name }) {
				p.Aliases = append(p.Aliases, a)
			}
			continue
		}
		if m := eventClause.FindStringSubmatch(clause); m != nil {
			fileEvent(p, m[1], m[2])
			continue
		}
		m := namedClause.FindStringSubmatch(clause)
		if m == nil {
			m = numberClause.FindStringSubmatch(clause)
		}
		if m != nil {
			fileID(p, m[1], m[2])
		}
	}
}

func fileEvent(p *record.Party, name, value string) {
	d, err := record.ParseDate("02 Jan 2006", value)
	if err != nil {
		return // the remarks keep it
	}
	f := tables.OFACFeature(name, value)
	for i := range p.Lists {
		l := &p.Lists[i]
		if f.Kind == tables.FeatureEvent && slices.Contains(f.Lists, l.Code) {
			event := record.ListDate{Event: f.Event, Date: d, Basis: "publisher"}
			if !slices.Contains(l.Dates, event) {
				l.Dates = append(l.Dates, event)
			}
		}
	}
}

func fileID(p *record.Party, name, value string) {
	if tables.OFACFeature(name, value).Kind != tables.FeatureID {
		return
	}
	n := record.Identifier{Type: name, Value: strings.TrimSpace(issued.ReplaceAllString(value, ""))}
	if m := inBrackets.FindStringSubmatch(n.Value); m != nil {
		if code, ok := tables.Country(m[2]); ok {
			n.Value, n.Country = m[1], code
		}
	}
	if imo, ok := strings.CutPrefix(n.Value, "IMO "); ok {
		n.Type, n.Value = "IMO", imo
	}
	if !slices.Contains(p.IDs, n) {
		p.IDs = append(p.IDs, n)
	}
}

// birth brings a date of birth to ISO as far as it is known: 1962-12-03,
// 1962-12, 1962. Anything else (circa 1962, 1961 to 1963) stays as published.
func birth(s string) string {
	s = strings.TrimSpace(s)
	if d, err := record.ParseDate("02 Jan 2006", s); err == nil {
		return string(d)
	}
	if d, err := record.ParseDate("Jan 2006", s); err == nil && d != "" {
		return string(d)[:7]
	}
	return s
}

func addText(list *[]string, s string) {
	if s != "" && !slices.Contains(*list, s) {
		*list = append(*list, s)
	}
}
