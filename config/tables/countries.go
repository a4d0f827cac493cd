package tables

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed countries.tsv
var countriesTSV string

type countryTable struct {
	names map[string]string // code → English name
	codes map[string]string // folded spelling → code
}

var loadCountries = sync.OnceValues(func() (*countryTable, error) {
	t := &countryTable{names: map[string]string{}, codes: map[string]string{}}
	for n, line := range strings.Split(countriesTSV, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		code, rest, ok := strings.Cut(line, "\t")
		if !ok || len(code) != 2 {
			return t, fmt.Errorf("countries.tsv:%d: want a code, a tab and a name", n+1)
		}
		name, spellings, _ := strings.Cut(rest, "\t")
		t.names[code] = name
		for i, s := range append([]string{name, code}, strings.Split(spellings, ";")...) {
			key := foldCountry(s)
			if key == "" {
				continue
			}
			if other, taken := t.codes[key]; taken && (other != code || i > 1) {
				return t, fmt.Errorf("countries.tsv:%d: %q stands twice", n+1, s)
			}
			t.codes[key] = code
		}
	}
	return t, nil
})

// countries returns the table. A test keeps the embedded file free of faults.
func countries() *countryTable {
	t, _ := loadCountries()
	return t
}

// Country returns the ISO 3166-1 alpha-2 code of a country as publishers
// write it: its English name, a two-letter code, or one of the spellings of
// OFAC, BIS, the UN, the patent office and Schedule C. The whole text must be
// the name: nothing is found inside a longer text, so that the American state
// of Georgia in an address and Port of Spain stay what they are. Kosovo is
// XK, as the publishers' own codes have it. A code is one in capital letters
// only: the UN's "na" is not Namibia.
func Country(name string) (code string, ok bool) {
	if s := strings.TrimSpace(name); len(s) == 2 && s != strings.ToUpper(s) {
		return "", false
	}
	code, ok = countries().codes[foldCountry(name)]
	return code, ok
}

// CountryName returns the English name of a code, or "" for an unknown one.
func CountryName(code string) string { return countries().names[code] }

// foldCountry drops case, blanks, dots, commas, dashes, quotes and the accents
// that occur in names of countries.
func foldCountry(s string) string {
	var b strings.Builder
	for _, r := range s {
		if f, ok := accents[r]; ok {
			r = f
		}
		switch {
		case r == '&':
			b.WriteString("AND")
		case r >= 'a' && r <= 'z':
			b.WriteRune(r - 'a' + 'A')
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == ':', r > 127 && r != '\u00a0' && r != '’' && r != '‘':
			b.WriteRune(r)
		}
	}
	return b.String()
}

var accents = map[rune]rune{
	'é': 'e', 'è': 'e', 'ê': 'e', 'ô': 'o', 'ö': 'o', 'ó': 'o', 'ü': 'u', 'ç': 'c', 'ã': 'a', 'á': 'a', 'å': 'a', 'í': 'i', 'ı': 'i', 'İ': 'I',
	'É': 'E', 'Å': 'A', 'Ö': 'O', 'Ü': 'U', 'Ç': 'C', 'Ô': 'O',
}
