package draft

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// candidate is a target that a column may fill.
type candidate struct {
	target string
	column *column
	score  float64
	join   string // between the parts of the column
}

// least is how well a name must fit to be taken.
const least = 0.4

// guess finds out what kind of record a row is and what fills which field.
func (d *Draft) guess() {
	l := loadWords()
	kinds := []string{"party", "patent", "shipment"}
	if d.options.Record != "" {
		kinds = []string{d.options.Record}
	}
	best := -1.0
	var chosen []candidate
	for _, kind := range kinds {
		found := d.candidates(l, kind)
		if score := worth(kind, found); score > best {
			best, d.Record, chosen = score, kind, found
		}
	}
	if d.options.Record == "" && best <= 0 {
		d.Record = "party"
		chosen = d.candidates(l, d.Record)
	}
	for _, c := range chosen {
		d.take(c)
	}
	d.complete()
	slices.SortStableFunc(d.fields, func(a, b field) int { return l.place(d.Record, a.target) - l.place(d.Record, b.target) })
	d.ignore()
}

// candidates gives each target the column that fits it best, and each column
// one target.
func (d *Draft) candidates(l *lexicon, kind string) []candidate {
	var all []candidate
	for _, c := range d.shape.columns {
		if target, score := l.match(kind, c.label); score >= least && len(c.values) > 0 && !contrary(c.label, target, score) {
			all = append(all, candidate{target: target, column: c, score: score})
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		if a.score != b.score {
			if a.score > b.score {
				return -1
			}
			return 1
		}
		return b.column.rows - a.column.rows
	})
	var out []candidate
	taken := map[string]int{}
	for _, c := range all {
		if first, ok := taken[c.target]; !ok {
			taken[c.target] = len(out)
			out = append(out, c)
		} else if d.shape.many && c.score > 0.7 { // another table's name for it
			out[first].column = out[first].column.or(c.column)
		}
	}
	for i, c := range out {
		out[i].column, out[i].join = d.numbered(c)
	}
	slices.SortStableFunc(out, func(a, b candidate) int { return l.place(kind, a.target) - l.place(kind, b.target) })
	return out
}

var number = regexp.MustCompile(`^(.*\D) ?(\d)$`)

// numbered takes columns that are parts of one value together: Name 1, Name 2,
// Address line 1 …
func (d *Draft) numbered(c candidate) (joined *column, join string) {
	m := number.FindStringSubmatch(fold(c.column.label))
	switch {
	case m == nil || c.column.from != "":
		return c.column, ""
	case strings.HasSuffix(c.target, "name"):
		join = " "
	case strings.Contains(c.target, "address"):
		join = ", "
	default:
		return c.column, ""
	}
	var parts []*column
	for _, other := range d.shape.columns {
		if n := number.FindStringSubmatch(fold(other.label)); n != nil && n[1] == m[1] {
			parts = append(parts, other)
		}
	}
	if len(parts) < 2 {
		return c.column, ""
	}
	slices.SortStableFunc(parts, func(a, b *column) int { return strings.Compare(fold(a.label), fold(b.label)) })
	joined = &column{name: parts[0].name, label: m[1]}
	for _, p := range parts {
		joined = joined.or(p)
	}
	return joined, join
}

// or is a column that is read where another one is empty.
func (c *column) or(other *column) *column {
	out := &column{name: c.name, label: c.label, list: c.list, parts: append(slices.Clone(c.parts), other)}
	if len(c.parts) == 0 && len(c.values) > 0 {
		out.parts = []*column{c, other}
	}
	var names []string
	for _, p := range out.parts {
		names = append(names, quote(p.name))
		out.values = append(out.values, p.values...)
		out.rows = max(out.rows, p.rows)
	}
	out.from = "[" + strings.Join(names, ", ") + "]"
	return out
}

// worth is how much the targets found speak for a kind of record: what only
// that kind has counts most.
func worth(kind string, found []candidate) float64 {
	telling := map[string][]string{
		"party":    {"name", "aliases", "programs", "listed", "effective", "native_id", "nationalities", "births", "expires"},
		"patent":   {"publication_number", "application_number", "assignees", "applicants", "inventors", "cpc", "ipc", "granted", "abstract", "filed"},
		"shipment": {"shipper.name", "consignee.name", "goods.hs", "goods.description", "weight_kg", "vessel", "containers", "master_bill", "lading.port", "unlading.port"},
	}
	score := 0.0
	for _, c := range found {
		score += 0.3 * c.score
		if slices.Contains(telling[kind], c.target) {
			score += c.score
		}
	}
	has := func(targets ...string) bool {
		return slices.ContainsFunc(found, func(c candidate) bool { return slices.Contains(targets, c.target) })
	}
	switch {
	case kind == "party" && !has("name", "first", "last"):
		return 0
	case kind == "patent" && !has("publication_number"):
		return 0
	case kind == "shipment" && !has("shipper.name", "consignee.name", "goods.description", "goods.hs"):
		return 0
	case kind == "shipment" && !has("shipper.name", "consignee.name"):
		score /= 2
	}
	return score
}

// complete adds what a record needs and no column was found for.
func (d *Draft) complete() {
	first, last := d.field("first"), d.field("last")
	d.remove("first")
	d.remove("last")
	if c := d.ordinals(); d.Record == "party" && c != nil && d.field("name") == nil {
		d.fields = append(d.fields, field{target: "name", column: c, rule: []pair{{"join", quote(" ")}, {"required", "true"}}})
	}
	switch {
	case d.Record == "party" && d.field("name") == nil && last != nil:
		name := &field{target: "name", column: last.column, rule: []pair{{"required", "true"}}}
		if first != nil {
			name.column = first.column.or(last.column)
			name.rule = []pair{{"join", quote(" ")}, {"required", "true"}}
		}
		d.fields = append(d.fields, *name)
	case d.Record == "party" && d.field("name") == nil:
		if c := wordiest(d.shape.columns, d.reads); c != nil {
			d.fields = append(d.fields, field{target: "name", column: c, rule: []pair{{"required", "true"}}, doubt: "the column with the most different texts"})
		}
	}
	if d.Record == "party" && d.field("countries") != nil && d.hasAddressParts() {
		c := d.field("countries")
		d.fields = append(d.fields, field{target: "addresses.country", column: c.column, rule: slices.Clone(c.rule)})
	}
	if d.Record == "shipment" && d.field("flow") == nil {
		d.fields = append(d.fields, field{target: "flow", rule: []pair{{"const", d.flow()}}, doubt: "import or export, as the reporter sees it"})
	}
}

// ordinals are the columns First name, Second name …, as one.
func (d *Draft) ordinals() *column {
	var joined *column
	for i, nth := range []string{"first name", "second name", "third name", "fourth name"} {
		at := slices.IndexFunc(d.shape.columns, func(c *column) bool { return fold(c.label) == nth })
		switch {
		case at < 0 && i < 2:
			return nil
		case at < 0:
		case joined == nil:
			joined = d.shape.columns[at]
		default:
			joined = joined.or(d.shape.columns[at])
		}
	}
	return joined
}

func (d *Draft) hasAddressParts() bool {
	return d.field("addresses.street") != nil || d.field("addresses.city") != nil
}

func (d *Draft) flow() string {
	if text := fold(d.sample.Name + " " + d.sample.URL); strings.Contains(text, "export") && !strings.Contains(text, "import") {
		return "export"
	}
	return "import"
}

func (d *Draft) field(target string) *field {
	for i := range d.fields {
		if d.fields[i].target == target {
			f := d.fields[i]
			return &f
		}
	}
	return nil
}

func (d *Draft) remove(target string) {
	d.fields = slices.DeleteFunc(d.fields, func(f field) bool { return f.target == target })
}

// wordiest is the column with the most different texts that hold letters.
func wordiest(columns []*column, taken func(*column) bool) *column {
	var best *column
	most := 0
	for _, c := range columns {
		different := map[string]bool{}
		for _, v := range c.values {
			if strings.IndexFunc(v, unicode.IsLetter) >= 0 && len(v) < 200 {
				different[v] = true
			}
		}
		if len(different) > most && !taken(c) {
			best, most = c, len(different)
		}
	}
	return best
}
