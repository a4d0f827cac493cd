package draft

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/tripoint-data/tripoint/config/tables"
)

// languages are those whose names of countries are known here beside the
// house's table: what they name goes into the rule's own table.
var languages = []string{"es", "fr", "de", "pt", "it", "nl", "pl", "tr", "ru", "uk", "zh", "zh-Hant", "ja", "ko", "ar"}

// loadCountries is the ISO codes of countries by their folded names.
var loadCountries = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for _, name := range languages {
		namer := display.Regions(language.MustParse(name))
		for a := 'A'; a <= 'Z'; a++ {
			for b := 'A'; b <= 'Z'; b++ {
				r, err := language.ParseRegion(string(a) + string(b))
				if err != nil || !r.IsCountry() || r.Canonicalize() != r {
					continue
				}
				if text := fold(namer.Name(r)); text != "" && out[text] == "" {
					out[text] = r.String()
				}
			}
		}
	}
	return out
})

// countries looks the values up as they stand, or parted by a sign.
func (f *field) countries(values []string) string {
	best, sign := countryShare(values, ""), ""
	if f.target == "countries" || f.target == "nationalities" {
		for _, s := range []string{";", "|", ",", "/"} {
			if v := countryShare(values, s); v > best+0.02 {
				best, sign = v, s
			}
		}
	}
	if best < 0.5 {
		return fmt.Sprintf("%q and others are no countries", values[0])
	}
	if sign != "" {
		f.rule = append(f.rule, pair{"each", quote(sign)})
	}
	f.rule = append(f.rule, pair{"lookup", "country"})
	var rows, unknown []string
	for _, v := range values {
		for _, p := range pieces(v, sign) {
			if _, ok := tables.Country(p); ok {
				continue
			}
			if code := loadCountries()[fold(p)]; code == "" {
				unknown = appendNew(unknown, p)
			} else {
				rows = appendNew(rows, quote(p)+": "+quote(code))
			}
		}
	}
	if len(rows) > 0 {
		slices.Sort(rows)
		f.rule = append(f.rule, pair{"table", "{" + strings.Join(rows, ", ") + "}"})
	}
	if len(unknown) > 0 {
		f.doubt = "unknown: " + oneLine(strings.Join(unknown[:min(3, len(unknown))], ", ")) + "; add them to a table, or to absent"
	}
	return ""
}

func countryShare(values []string, sign string) float64 {
	n, good := 0, 0
	for _, v := range values {
		for _, p := range pieces(v, sign) {
			_, ok := tables.Country(p)
			if n++; ok || loadCountries()[fold(p)] != "" {
				good++
			}
		}
	}
	return float64(good) / float64(max(n, 1))
}

func pieces(v, sign string) []string {
	if sign == "" {
		return []string{v}
	}
	var out []string
	for _, p := range strings.Split(v, sign) {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
