package fields

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a rule's zone is found on any machine
	"unicode/utf8"

	"github.com/andybalholm/cascadia"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"

	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/record"
)

// Options is the parse block of a source that is read by a mapping.
type Options struct {
	Input  Input           `yaml:"input"`  // what the bytes are
	Record string          `yaml:"record"` // party, patent, shipment
	List   string          `yaml:"list"`   // of parties: the list's code, US-BIS-DPL; for one of your own XX-OWN- and a name in capitals
	Status string          `yaml:"status"` // of parties: how every entry stands; where absent current, removed where a removed date has come, expired where an expires date is past
	Key    Names           `yaml:"key"`    // of shipments: the columns that name a row once and for all
	Fields map[string]Rule `yaml:"fields"` // what fills which field
	Ignore Names           `yaml:"ignore"` // columns, keys or paths that are left unread on purpose; a name that ends in * stands for all that begin so
}

// Input says what the bytes are.
type Input struct {
	Type       string    `yaml:"type"`        // csv, tsv, xlsx, dbf, table (any of these, as the file shows), json, ndjson, xml, html
	Delimiter  Delimiter `yaml:"delimiter"`   // of csv: , where absent
	Header     *bool     `yaml:"header"`      // the first row names the columns; true where absent. Without one they are #1, #2 … unless columns names them
	Columns    []string  `yaml:"columns"`     // the columns' names where no row names them
	Skip       int       `yaml:"skip"`        // lines, or rows of a sheet, before the header
	Sheet      string    `yaml:"sheet"`       // of xlsx: its name, or its number from 1; the first that is not hidden where absent
	Quotes     string    `yaml:"quotes"`      // none where a quote is a character like any other and each line a row
	LazyQuotes bool      `yaml:"lazy_quotes"` // quotes may stand inside cells
	Encoding   Encoding  `yaml:"encoding"`    // windows-1252 …; where absent: UTF-8 or UTF-16, and cells that are none are Windows-1252; of dbf: what its header says
	Items      Path      `yaml:"items"`       // of json: the array of rows; where absent the whole text is one, or an array
	Elements   Names     `yaml:"elements"`    // of xml: the names of the elements that are rows
	Rows       Selector  `yaml:"rows"`        // of html: the rows; table tr where absent
}

// Rule says where a field's value comes from and what is done to it, in the
// order of the keys here.
type Rule struct {
	From  Names    `yaml:"from"`  // columns, paths or table headings; #2 is the second column; of html also #text, @href and #next of the row's own element. The first that is filled counts, unless join is set
	CSS   Selector `yaml:"css"`   // of html: an element within the row
	Attr  string   `yaml:"attr"`  // of html: its attribute instead of its text
	JSON  Path     `yaml:"json"`  // of json and xml: a path within the row: a.b[0].c, a[*].b
	Carry string   `yaml:"carry"` // a value that the crawler carried along
	Const string   `yaml:"const"` // the same for all rows

	Within   Names             `yaml:"within"`   // of json and xml: paths to objects within the row; from is read in each of them and gives each its value
	Join     *string           `yaml:"join"`     // all of from, css or json as one value, with this between them
	Trim     *bool             `yaml:"trim"`     // blanks around values go; true where absent
	Absent   []string          `yaml:"absent"`   // values that mean none: -0-, N/A
	Regex    Regexp            `yaml:"regex"`    // its first group, or all it matches, is the value; no match is none
	Each     string            `yaml:"each"`     // several values in one, with this between them
	Split    Regexp            `yaml:"split"`    // several values in one, with a match of this between them
	Strip    Regexp            `yaml:"strip"`    // what it matches goes
	Replace  map[string]string `yaml:"replace"`  // what stands in the place of what, as plain texts: {"&#10;": " "}
	Pad      int               `yaml:"pad"`      // to so many digits with noughts in front, which a column of numbers has lost
	Upper    bool              `yaml:"upper"`    // to capital letters
	Lower    bool              `yaml:"lower"`    // to small letters
	Lookup   string            `yaml:"lookup"`   // country: the ISO code of a country's name; port_country: that of the country in which a port lies; table: see the next key
	Table    map[string]string `yaml:"table"`    // of a lookup: what becomes what, case aside; of countries before their names
	Miss     Miss              `yaml:"miss"`     // of a lookup: what becomes of a value that it does not know: warn, required, keep, absent; warn where absent
	Date     Names             `yaml:"date"`     // Go layouts, tried in turn; 2006-01-02 where absent
	Zone     Zone              `yaml:"zone"`     // see Zone
	Decimal  string            `yaml:"decimal"`  // of numbers: , where the comma is the decimal mark
	Factor   float64           `yaml:"factor"`   // of numbers: times this, 0.45359237 for pounds
	Default  string            `yaml:"default"`  // where there is no value
	Inherit  bool              `yaml:"inherit"`  // where there is no value, the row before's
	By       string            `yaml:"by"`       // of inherit: only from a row that has the same in this column
	Required bool              `yaml:"required"` // where there is none still, the row is a problem
}

func (o Options) withDefaults() Options {
	if o.Input.Type == "tsv" && o.Input.Delimiter == 0 {
		o.Input.Delimiter = '\t'
	}
	if o.Input.Delimiter == 0 && o.Input.Type != "table" {
		o.Input.Delimiter = ','
	}
	if o.Input.Rows.Selector == nil {
		o.Input.Rows.Selector = rowSelector
	}
	return o
}

func (o Options) check() (faults []error) {
	if !slices.Contains(inputs, o.Input.Type) {
		faults = append(faults, record.Faultf("input.type", "%q is no input: use %s", o.Input.Type, strings.Join(inputs, ", ")))
	}
	if _, ok := targets[o.Record]; !ok {
		faults = append(faults, record.Faultf("record", "%q is no kind of record: use party, patent or shipment", o.Record))
	}
	if len(o.Fields) == 0 {
		faults = append(faults, record.Faultf("fields", "is missing: say what fills which field"))
	}
	if o.Record == "party" {
		_, perRow := o.Fields["list"]
		if _, ok := tables.ListByCode(o.List); !ok && (o.List != "" || !perRow) {
			faults = append(faults, record.Faultf("list", "%q is no list: use one of %s; a list of your own is XX-OWN- and a name in capitals", o.List, strings.Join(tables.ListCodes(), ", ")))
		}
		if _, ok := o.Fields["name"]; !ok {
			faults = append(faults, record.Faultf("fields.name", "is missing: a party needs a name"))
		}
		if err := checkStatus(o.Status); o.Status != "" && err != nil {
			faults = append(faults, record.Faultf("status", "%w", err))
		}
	}
	if o.Record == "patent" && !hasAny(o.Fields, "id", "publication_number") {
		faults = append(faults, record.Faultf("fields.id", "is missing: a patent needs an id or a publication_number"))
	}
	if !o.Input.headed() && len(o.Input.Columns) == 0 && o.named() != "" && o.Input.Type != "dbf" && slices.Contains(tabular, o.Input.Type) {
		faults = append(faults, record.Faultf("input.columns", "is missing: without a header row the column %q needs a name, or write #1 for the first", o.named()))
	}
	if o.Input.Quotes != "" && o.Input.Quotes != "none" {
		faults = append(faults, record.Faultf("input.quotes", "%q is nothing that quotes can be: write none, or leave it away", o.Input.Quotes))
	}
	if o.Input.Sheet != "" && o.Input.Type != "xlsx" && o.Input.Type != "table" {
		faults = append(faults, record.Faultf("input.sheet", "is for xlsx"))
	}
	if o.Input.Type == "xml" && len(o.Input.Elements) == 0 {
		faults = append(faults, record.Faultf("input.elements", "is missing: name the elements that are rows"))
	}
	if o.Input.Skip < 0 || o.Input.Skip > 1000 {
		faults = append(faults, record.Faultf("input.skip", "must be from 0 to 1000"))
	}
	return faults
}

// lookups are the values of lookup.
var lookups = []string{"country", "port_country", "table"}

// tabular are the inputs whose rows have columns.
var tabular = []string{"csv", "tsv", "xlsx", "dbf", "table"}

// named is a column that is read by its name, or "".
func (o Options) named() string {
	for _, field := range sortedKeys(o.Fields) {
		for _, name := range o.Fields[field].From {
			if !strings.HasPrefix(name, "#") {
				return name
			}
		}
	}
	return ""
}

func hasAny(m map[string]Rule, names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { _, ok := m[n]; return ok })
}

func (r Rule) check(path, input string, t target) (faults []error) {
	sources := 0
	for _, set := range []bool{len(r.From) > 0, r.CSS.Selector != nil, r.JSON.steps != nil, r.Carry != "", r.Const != ""} {
		if set {
			sources++
		}
	}
	if sources != 1 {
		faults = append(faults, record.Faultf(path, "needs one of from, css, json, carry and const"))
	}
	if r.CSS.Selector != nil && input != "html" {
		faults = append(faults, record.Faultf(path+".css", "is for html"))
	}
	if r.JSON.steps != nil && input != "json" && input != "ndjson" && input != "xml" {
		faults = append(faults, record.Faultf(path+".json", "is for json and xml"))
	}
	if len(r.Within) > 0 && (len(r.From) == 0 || input != "json" && input != "ndjson" && input != "xml") {
		faults = append(faults, record.Faultf(path+".within", "is for from of json and xml"))
	}
	if r.By != "" && !r.Inherit {
		faults = append(faults, record.Faultf(path+".by", "belongs to inherit"))
	}
	if r.Attr != "" && r.CSS.Selector == nil {
		faults = append(faults, record.Faultf(path+".attr", "belongs to css"))
	}
	switch {
	case r.Lookup == "table" && len(r.Table) == 0:
		faults = append(faults, record.Faultf(path+".table", "is missing"))
	case r.Lookup == "" && len(r.Table) > 0:
		faults = append(faults, record.Faultf(path+".lookup", "must be table, country or port_country where a table is given"))
	case r.Lookup != "" && !slices.Contains(lookups, r.Lookup):
		faults = append(faults, record.Faultf(path+".lookup", "%q is no lookup: use %s", r.Lookup, strings.Join(lookups, ", ")))
	case r.Lookup == "" && r.Miss != "":
		faults = append(faults, record.Faultf(path+".miss", "belongs to lookup"))
	}
	if (len(r.Date) > 0 || r.Zone.Location != nil) && t.kind != kindDate && t.kind != kindBirths {
		faults = append(faults, record.Faultf(path+".date", "the field holds no date"))
	}
	if (r.Decimal != "" || r.Factor != 0) && t.kind != kindNumber {
		faults = append(faults, record.Faultf(path+".decimal", "the field holds no number"))
	}
	if r.Decimal != "" && r.Decimal != "," && r.Decimal != "." {
		faults = append(faults, record.Faultf(path+".decimal", "use , or ."))
	}
	if r.Pad < 0 || r.Pad > 100 {
		faults = append(faults, record.Faultf(path+".pad", "%d is not between 1 and 100", r.Pad))
	}
	if _, empty := r.Replace[""]; empty {
		faults = append(faults, record.Faultf(path+".replace", "replaces nothing by something: name what is replaced"))
	}
	if r.Upper && r.Lower {
		faults = append(faults, record.Faultf(path+".lower", "stands beside upper"))
	}
	return faults
}

// Names is one name or a list of names.
type Names []string

// UnmarshalYAML reads a text or a list of texts.
func (n *Names) UnmarshalYAML(decode func(any) error) error {
	var one string
	if decode(&one) == nil {
		*n = Names{one}
		return nil
	}
	return decode((*[]string)(n))
}

// Delimiter is one character; tab may be written out.
type Delimiter rune

// UnmarshalText reads the character.
func (d *Delimiter) UnmarshalText(b []byte) error {
	s := string(b)
	if s == "tab" || s == `\t` {
		s = "\t"
	}
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 || n != len(s) || r == utf8.RuneError || r == '"' || r == '\n' || r == '\r' {
		return fmt.Errorf("%q is no delimiter: write one character, or tab", b)
	}
	*d = Delimiter(r)
	return nil
}

// Encoding is a named character encoding.
type Encoding struct {
	name string
	encoding.Encoding
}

// UnmarshalText finds the encoding by any of the names that the web knows.
func (e *Encoding) UnmarshalText(b []byte) error {
	enc, err := htmlindex.Get(string(b))
	if err != nil {
		return fmt.Errorf("encoding %q is unknown: write utf-8, windows-1252, gb18030 …", b)
	}
	e.name, e.Encoding = string(b), enc
	return nil
}

// Selector is a CSS selector.
type Selector struct{ cascadia.Selector }

// UnmarshalText compiles the selector.
func (s *Selector) UnmarshalText(b []byte) error {
	sel, err := cascadia.Compile(string(b))
	if err != nil {
		return fmt.Errorf("%q is no CSS selector: %w", b, err)
	}
	s.Selector = sel
	return nil
}

var rowSelector = cascadia.MustCompile("table tr")

// Regexp is a regular expression in RE2 syntax.
type Regexp struct{ *regexp.Regexp }

// UnmarshalText compiles the expression.
func (r *Regexp) UnmarshalText(b []byte) error {
	re, err := regexp.Compile(string(b))
	if err != nil {
		return fmt.Errorf("%q is no regular expression: %s", b, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	r.Regexp = re
	return nil
}

// Zone is a time zone, Asia/Kolkata. It is the one place where a date is
// moved between zones: a publisher that writes its own midnight as an instant
// in UTC (2023-05-10T18:30:00.000Z for 11 May in India) means the calendar
// date in its own zone.
type Zone struct{ *time.Location }

// UnmarshalText finds the zone in the built-in database.
func (z *Zone) UnmarshalText(b []byte) error {
	loc, err := time.LoadLocation(string(b))
	if err != nil || len(b) == 0 || string(b) == "Local" {
		return fmt.Errorf("zone %q is unknown: write Asia/Kolkata", b)
	}
	z.Location = loc
	return nil
}
