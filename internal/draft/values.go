package draft

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/tripoint-data/tripoint/record"
)

// take adds a candidate if the values of its column are of the target's kind.
func (d *Draft) take(c candidate) {
	f := field{target: c.target, column: c.column}
	if c.join != "" {
		f.rule = append(f.rule, pair{"join", quote(c.join)})
	}
	values, absent := meaningful(c.column.values)
	if len(absent) > 0 {
		f.rule = append(f.rule, pair{"absent", "[" + strings.Join(quoteAll(absent), ", ") + "]"})
	}
	if c.score < 0.6 {
		f.doubt = "by the name of the column alone"
	}
	var why string
	switch target := c.target; {
	case len(values) == 0:
		why = "no row has a value"
	case isDate(target):
		why = f.dates(values, d.sample.URL)
	case target == "births":
		if no := f.dates(values, d.sample.URL); no != "" {
			f.rule, f.doubt = nil, "kept as published: "+no
		}
	case isCountry(target):
		why = f.countries(values)
	case target == "weight_kg", target == "goods.quantity", target == "goods.value_usd":
		why = f.numbers(values, fold(c.column.label))
	case target == "goods.hs":
		why = f.codes(values)
	case target == "type", target == "mode", target == "flow":
		why = f.words(values, choices[target])
	case target == "key":
		if different(values) == d.Rows && c.column.rows == d.Rows {
			d.key = c.column
			return
		}
		why = "two rows have the same"
	case target == "publication_number":
		why = f.numbersOfPatents(values)
	case target == "cpc", target == "ipc":
		why = f.symbols(values)
	case target == "native_id":
		if different(values) < d.Rows {
			why = "it is not the same for one entry alone"
		}
	case target == "aliases", target == "aliases.fka", target == "aliases.original_script", target == "programs", target == "titles",
		target == "assignees", target == "applicants", target == "inventors", target == "containers", target == "uspc", strings.HasPrefix(target, "ids."):
		f.several(values)
	case target == "name":
		f.required(d.Rows)
	}
	if why != "" && c.target == "key" {
		return
	}
	if why != "" {
		d.dropped = append(d.dropped, fmt.Sprintf("%s from %s: %s", c.target, c.column.name, oneLine(why)))
		return
	}
	d.fields = append(d.fields, f)
}

func (f *field) required(rows int) {
	if f.column.rows == rows {
		f.rule = append(f.rule, pair{"required", "true"})
	}
}

var none = regexp.MustCompile(`(?i)^(n/?a|n\.a\.|null|nil|none|-+|—|–|\.|-0-|s/[nd]|no disponible|not available|no aplica|sin datos?|unknown|нет|无|#n/a)$`)

// meaningful parts the values that mean none from the others.
func meaningful(values []string) (rest, absent []string) {
	for _, v := range values {
		if !none.MatchString(v) {
			rest = append(rest, v)
		} else if !slices.Contains(absent, v) {
			absent = append(absent, v)
		}
	}
	return rest, absent
}

func different(values []string) int {
	seen := map[string]bool{}
	for _, v := range values {
		seen[v] = true
	}
	return len(seen)
}

// datesMost bounds the dates that layouts are tried on.
const datesMost = 500

func isDate(target string) bool {
	return slices.Contains([]string{
		"listed", "effective", "expires", "amended", "removed", "divestment",
		"filed", "published", "granted", "status_as_of", "arrived", "departed",
	}, target)
}

func isCountry(target string) bool {
	return strings.HasSuffix(target, "country") && target != "country" || target == "countries" || target == "nationalities"
}

// layouts are the forms of dates that are tried, day first before month first.
var layouts = func() []string {
	out := []string{
		"2006-01-02", "20060102", "2006/01/02", "2006.01.02", "2006/1/2", "2006-1-2", "2006年1月2日", "2006年01月02日",
		time.RFC3339, "2006-01-02Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04:05.000Z", "2006-01-02 15:04:05.000",
	}
	for _, part := range []string{"/", ".", "-"} {
		for _, order := range [][2]string{{"02", "01"}, {"01", "02"}, {"2", "1"}, {"1", "2"}} {
			for _, year := range []string{"2006", "06"} {
				date := order[0] + part + order[1] + part + year
				out = append(out, date, date+" 15:04:05", date+" 15:04", date+" 3:04:05 PM")
			}
		}
	}
	return append(out,
		"2 January 2006", "2 Jan 2006", "02-Jan-2006", "2-Jan-2006", "02-Jan-06", "2-Jan-06", "January 2, 2006", "Jan 2, 2006", "January 2 2006",
		"02Jan2006", "2 January, 2006", "2. January 2006", "Monday, January 2, 2006", "Mon, 02 Jan 2006 15:04:05 GMT", "02/Jan/2006", "Jan-02-2006",
	)
}()

// dates finds the one or two layouts that all values have.
func (f *field) dates(values []string, url string) string {
	values = slices.Compact(slices.Sorted(slices.Values(values)))
	if len(values) > datesMost {
		values = values[:datesMost] // the rest is tried when the draft is
	}
	left, found := values, []string(nil)
	for len(left) > 0 && len(found) < 3 {
		best, most := "", 0
		for _, l := range layouts {
			n := 0
			for _, v := range left {
				if _, err := time.Parse(l, v); err == nil {
					n++
				}
			}
			if n > most || n == most && n > 0 && monthFirst(l) && american(url) && !monthFirst(best) && swapped(l) == swapped(best) {
				best, most = l, n
			}
		}
		if most == 0 {
			return fmt.Sprintf("%q is no date of a form that is known", left[0])
		}
		found = append(found, best)
		left = slices.DeleteFunc(slices.Clone(left), func(v string) bool { _, err := time.Parse(best, v); return err == nil })
	}
	if len(left) > 0 {
		return fmt.Sprintf("the dates have more than three forms: %q", left[0])
	}
	for _, l := range found {
		if other := swapped(l); other != l && all(values, func(v string) bool { _, err := time.Parse(other, v); return err == nil }) {
			order := "day first"
			if monthFirst(l) {
				order = "month first"
			}
			f.doubt = order + "; no row tells, the other is " + other
		}
	}
	switch {
	case len(found) > 1:
		f.rule = append(f.rule, pair{"date", "[" + strings.Join(quoteAll(found), ", ") + "]"})
	case found[0] != time.DateOnly:
		f.rule = append(f.rule, pair{"date", quote(found[0])})
	}
	return ""
}

func monthFirst(layout string) bool {
	return strings.HasPrefix(layout, "01") || strings.HasPrefix(layout, "1/") || strings.HasPrefix(layout, "1.") || strings.HasPrefix(layout, "1-")
}

var dayMonth = regexp.MustCompile(`^(0?[12])([/.-])(0?[12])([/.-].*)$`)

// swapped is a layout with day and month in the other order.
func swapped(layout string) string { return dayMonth.ReplaceAllString(layout, "$3$2$1$4") }

// american says that an address is one of the United States, where the month
// comes first.
func american(url string) bool {
	host, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(url, "https://"), "http://"), "/")
	for _, end := range []string{".gov", ".mil", ".us"} {
		if strings.HasSuffix(host, end) {
			return true
		}
	}
	return false
}

func all(values []string, holds func(string) bool) bool {
	return !slices.ContainsFunc(values, func(v string) bool { return !holds(v) })
}

var commaDecimal = regexp.MustCompile(`^-?\d{1,3}(\.\d{3})+(,\d+)?$|^-?\d+,(\d{1,2}|\d{4,})$`)

func (f *field) numbers(values []string, label string) string {
	decimal := "."
	if slices.ContainsFunc(values, commaDecimal.MatchString) && !slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, ".") && !commaDecimal.MatchString(v) }) {
		decimal = ","
	}
	for _, v := range values {
		n := strings.NewReplacer(" ", "", "\u00a0", "", "'", "").Replace(v)
		if decimal == "," {
			n = strings.ReplaceAll(strings.ReplaceAll(n, ".", ""), ",", ".")
		} else {
			n = strings.ReplaceAll(n, ",", "")
		}
		if _, err := strconv.ParseFloat(n, 64); err != nil {
			return fmt.Sprintf("%q is no number", v)
		}
	}
	if decimal == "," {
		f.rule = append(f.rule, pair{"decimal", quote(",")})
	}
	if f.target == "weight_kg" {
		switch {
		case strings.Contains(label, "lb") || strings.Contains(label, "pound"):
			f.rule = append(f.rule, pair{"factor", "0.45359237"})
		case !strings.Contains(label, "k"):
			f.doubt = "kilograms"
		}
	}
	return ""
}

// codes wants four to twelve digits, whatever stands between them.
func (f *field) codes(values []string) string {
	for _, v := range values {
		digits := 0
		for _, r := range v {
			switch {
			case unicode.IsDigit(r):
				digits++
			case r != '.' && r != ' ' && r != '-':
				return fmt.Sprintf("%q is no HS code", v)
			}
		}
		if digits < 2 || digits > 14 {
			return fmt.Sprintf("%q is no HS code", v)
		}
	}
	return ""
}

// choices are the words that a field takes, and what publishers write for them.
var choices = map[string]map[string]string{
	"type": {
		"person": "person", "individual": "person", "persona": "person", "persona fisica": "person", "persona natural": "person", "personne": "person",
		"personne physique": "person", "naturliche person": "person", "физическое лицо": "person", "个人": "person", "natural person": "person", "p": "person",
		"individuals": "person", "persons": "person", "people": "person", "human": "person",
		"entities": "organization", "organizations": "organization", "organisations": "organization", "companies": "organization", "corporation": "organization",
		"business": "organization", "enterprise": "organization", "group": "organization", "institution": "organization", "legal entity": "organization", "legal person": "organization",
		"entity": "organization", "organization": "organization", "organisation": "organization", "company": "organization", "firm": "organization",
		"entidad": "organization", "empresa": "organization", "persona juridica": "organization", "entite": "organization", "personne morale": "organization",
		"juristische person": "organization", "юридическое лицо": "organization", "организация": "organization", "机构": "organization", "企业": "organization",
		"vessel": "vessel", "ship": "vessel", "buque": "vessel", "navire": "vessel", "судно": "vessel", "aircraft": "aircraft", "aeronave": "aircraft",
	},
	"mode": {
		"sea": "sea", "maritime": "sea", "maritimo": "sea", "maritima": "sea", "ocean": "sea", "vessel": "sea", "by sea": "sea", "море": "sea", "水路运输": "sea",
		"air": "air", "aereo": "air", "aerea": "air", "by air": "air", "航空运输": "air", "road": "road", "truck": "road", "terrestre": "road", "carretera": "road", "carretero": "road",
		"rail": "rail", "ferroviario": "rail", "ferreo": "rail", "other": "other", "otro": "other", "otros": "other",
	},
	"flow": {
		"import": "import", "imports": "import", "importacion": "import", "importation": "import", "импорт": "import", "进口": "import", "im": "import", "i": "import",
		"export": "export", "exports": "export", "exportacion": "export", "exportation": "export", "экспорт": "export", "出口": "export", "ex": "export", "e": "export",
	},
}

// words brings words to those that the field takes.
func (f *field) words(values []string, known map[string]string) string {
	table, plain := map[string]string{}, true
	for _, v := range values {
		want, ok := known[fold(v)]
		if !ok {
			return fmt.Sprintf("%q is none of its words", v)
		}
		table[strings.ToLower(v)] = want
		plain = plain && v == want
	}
	if plain {
		return ""
	}
	var rows []string
	for v, want := range table {
		rows = append(rows, quote(v)+": "+want)
	}
	slices.Sort(rows)
	f.rule = append(f.rule, pair{"lookup", "table"}, pair{"table", "{" + strings.Join(rows, ", ") + "}"})
	return ""
}

func (f *field) numbersOfPatents(values []string) string {
	for _, v := range values {
		if _, _, ok := record.PatentNumber(strings.TrimPrefix(v, "US")); !ok {
			if prefixed := regexp.MustCompile(`^[A-Z]{2}[0-9A-Z]{5,}$`); all(values, prefixed.MatchString) {
				f.target = "id"
				return ""
			}
			return fmt.Sprintf("%q is no US document number", v)
		}
	}
	return ""
}

func (f *field) symbols(values []string) string {
	f.several(values)
	sign := ""
	for _, p := range f.rule {
		if p.key == "each" {
			sign, _ = strconv.Unquote(p.value)
		}
	}
	for _, v := range values {
		pieces := []string{v}
		if sign != "" {
			pieces = strings.Split(v, sign)
		}
		for _, p := range pieces {
			if _, ok := record.Symbol(p); !ok && strings.TrimSpace(p) != "" {
				return fmt.Sprintf("%q is no class symbol", p)
			}
		}
	}
	return ""
}

// several finds the sign that parts values of one cell.
func (f *field) several(values []string) {
	if f.column.list {
		return
	}
	for _, sign := range []string{";", "|", "\n"} {
		n := 0
		for _, v := range values {
			if strings.Contains(v, sign) {
				n++
			}
		}
		if n*20 >= len(values) && n > 0 {
			f.rule = append(f.rule, pair{"each", strconv.Quote(sign)})
			return
		}
	}
}
