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
	issued      = regexp.MustCompile(`(?i)\s+(?:issued|expires|expired|expiration)\b.*$`)
	inBrackets  = regexp.MustCompile(`^(.*\S)\s+\(([^()]+)\)$`)
)

// namedFeatures are identifiers whose values may hold blanks or no digit.
var namedFeatures = []string{"Equity Ticker ", "Issuer Name ", "ISIN ", "SWIFT/BIC ", "Legal Entity Number "}

// numberWords are the last words that the names of other identifiers have.
var numberWords = map[string]bool{
	"no": true, "number": true, "num": true, "#": true, "code": true, "id": true, "passport": true, "license": true, "licence": true, "card": true,
	"identification": true, "c.u.r.p": true, "r.f.c": true, "d.n.i": true, "c.u.i.t": true, "c.u.i": true, "c.i.f": true, "ssn": true, "fein": true, "nit": true,
	"ruc": true, "rif": true, "rtn": true, "mmsi": true, "bik": true, "pasaporte": true, "cedula": true, "rnc": true, "nie": true,
}

// numbered takes "Tax ID No. 7702070139 (Russia)" apart into the name of an
// identifier, which ends in a word that numbers have, and its value, which
// begins at the first word with a digit, or at a short word before it: IMO.
func numbered(clause string) (name, value string, ok bool) {
	for i, start := 0, 0; start < len(clause) && i < 14; i++ {
		end := len(clause)
		if j := strings.IndexByte(clause[start:], ' '); j >= 0 {
			end = start + j
		}
		word := clause[start:end]
		if !strings.ContainsAny(word, "0123456789") {
			start = end + 1
			continue
		}
		name = strings.TrimRight(clause[:start], " ")
		if isNumberName(name) {
			return name, clause[start:], true
		}
		j := strings.LastIndexByte(name, ' ')
		if j > 0 && len(name)-j <= 5 && name[j+1:] == strings.ToUpper(name[j+1:]) && isNumberName(name[:j]) {
			return name[:j], clause[j+1:], true
		}
		return "", "", false
	}
	return "", "", false
}

func isNumberName(name string) bool {
	if j := strings.LastIndex(name, " ("); j > 0 && strings.HasSuffix(name, ")") { // Code (USCC)
		name = name[:j]
	}
	last := name[strings.LastIndexByte(name, ' ')+1:]
	return numberWords[strings.ToLower(strings.TrimRight(last, ".:"))] || strings.HasPrefix(name, "Digital Currency Address")
}

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
		switch {
		case strings.Contains(word, ".k.a."):
			fileAlias(p, clause)
		case strings.Contains(clause, " Date ("):
			fileEvent(p, clause)
		default:
			for _, name := range namedFeatures {
				if value, ok := strings.CutPrefix(clause, name); ok {
					fileID(p, strings.TrimSpace(name), value)
				}
			}
			if name, value, ok := numbered(clause); ok {
				fileID(p, name, value)
			}
		}
	}
}

// fileAlias files an alias: the delimited files keep weak ones in the remarks,
// in quotes, and the others in alt.
func fileAlias(p *record.Party, clause string) {
	m := aliasClause.FindStringSubmatch(clause)
	if m == nil {
		return
	}
	a := record.Alias{Name: m[2], Kind: strings.ToLower(m[1]) + "ka", Quality: "weak"}
	if !slices.ContainsFunc(p.Aliases, func(b record.Alias) bool { return strings.EqualFold(b.Name, a.Name) }) {
		p.Aliases = append(p.Aliases, a)
	}
}

// fileEvent files a dated event with the entries that it dates. What is not
// understood stays in the remarks.
func fileEvent(p *record.Party, clause string) {
	m := eventClause.FindStringSubmatch(clause)
	if m == nil {
		return
	}
	d, err := record.ParseDate("02 Jan 2006", m[2])
	if err != nil {
		return
	}
	f := tables.OFACFeature(m[1], m[2])
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
	n := record.Identifier{Type: name, Value: strings.TrimSpace(value)}
	if strings.Contains(value, "issue") || strings.Contains(value, "expir") {
		n.Value = strings.TrimSpace(issued.ReplaceAllString(value, ""))
	}
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
