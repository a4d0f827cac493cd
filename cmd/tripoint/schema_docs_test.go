package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/parsers/fields"
	"github.com/tripoint-data/tripoint/record"
)

// docs reads the comments of structs out of the sources of this module.
type docs struct {
	t        *testing.T
	packages map[string]map[string]string // by path; of a type by its name, of a field by Type.Field
}

func newDocs(t *testing.T) *docs { return &docs{t: t, packages: map[string]map[string]string{}} }

// of is the comment of a type, which begins with its name as Go has it; "" for
// one of another module.
func (d *docs) of(t reflect.Type) string {
	doc := d.pkg(t.PkgPath())[t.Name()]
	for _, verb := range []string{" is ", " are "} {
		if rest, ok := strings.CutPrefix(doc, t.Name()+verb); ok {
			return upper(rest)
		}
	}
	if rest, ok := strings.CutPrefix(doc, t.Name()+" "); ok {
		return upper(rest)
	}
	return upper(doc)
}

// field is the comment above or behind a field of a struct.
func (d *docs) field(t reflect.Type, name string) string {
	doc := d.pkg(t.PkgPath())[t.Name()+"."+name]
	if rest, ok := strings.CutPrefix(doc, name+" "); ok { // "Headers go with …" is about the key
		for _, verb := range []string{"is ", "are ", "says ", "say "} {
			if after, ok := strings.CutPrefix(rest, verb); ok {
				return upper(after)
			}
		}
		return upper(rest)
	}
	return upper(doc)
}

// target describes what a field of a mapping fills.
func (d *docs) target(t fields.Target) string {
	types := map[string]reflect.Type{
		"party": reflect.TypeFor[record.Party](), "patent": reflect.TypeFor[record.Patent](), "shipment": reflect.TypeFor[record.Shipment](),
	}
	if help := targetHelp[t.Name]; help != "" {
		return help
	}
	kind := map[string]string{
		"text": "A text.", "list": "One or more texts.", "date": "A date.", "number": "A number.", "births": "Dates of birth.",
	}[t.Kind]
	of, doc := types[t.Record], ""
	for _, name := range strings.Split(t.Name, ".") {
		f, ok := byJSON(of, name)
		if !ok {
			return kind
		}
		doc = d.field(of, f.Name)
		of = f.Type
		for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
			of = of.Elem()
		}
		if of.Kind() != reflect.Struct {
			break
		}
	}
	if doc == "" {
		return kind
	}
	return kind + " " + doc
}

func byJSON(t reflect.Type, name string) (reflect.StructField, bool) {
	for i := range t.NumField() {
		if tag, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); tag == name {
			return t.Field(i), true
		}
	}
	return reflect.StructField{}, false
}

func (d *docs) pkg(path string) map[string]string {
	if known, ok := d.packages[path]; ok {
		return known
	}
	out := map[string]string{}
	d.packages[path] = out
	rest, ours := strings.CutPrefix(path, "github.com/tripoint-data/tripoint/")
	if !ours {
		return out
	}
	names, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(rest), "*.go"))
	if err != nil {
		d.t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			d.t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if decl, ok := n.(*ast.GenDecl); ok {
				for _, spec := range decl.Specs {
					if ts, ok := spec.(*ast.TypeSpec); ok {
						note(out, decl, ts)
					}
				}
			}
			return true
		})
	}
	return out
}

func note(out map[string]string, decl *ast.GenDecl, ts *ast.TypeSpec) {
	out[ts.Name.Name] = oneLine(ts.Doc, decl.Doc)
	st, ok := ts.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, f := range st.Fields.List {
		for _, name := range f.Names {
			out[ts.Name.Name+"."+name.Name] = oneLine(f.Doc, f.Comment)
		}
	}
}

func oneLine(groups ...*ast.CommentGroup) string {
	for _, g := range groups {
		if text := strings.Join(strings.Fields(g.Text()), " "); text != "" {
			return text
		}
	}
	return ""
}

// upper begins a sentence. A word that a colon explains is a value and stays.
func upper(s string) string {
	first, _, _ := strings.Cut(s, " ")
	if s == "" || strings.HasSuffix(first, ":") {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// targetHelp describes fields whose names do not say enough.
var targetHelp = map[string]string{
	"name":                    "The party's name.",
	"type":                    "organization, person, vessel or aircraft: bring other words to these with lookup: table.",
	"aliases":                 "Other names.",
	"aliases.aka":             "Other names, also known as.",
	"aliases.fka":             "Former names.",
	"aliases.nka":             "Names that it bears now.",
	"aliases.original_script": "Its name in its own script.",
	"native_id":               "The publisher's own number of the entry.",
	"list":                    "The list's code, where it differs from row to row.",
	"programs":                "The programmes or regimes under which it is listed.",
	"notices":                 "Citations: 84 FR 54004.",
	"listed":                  "The date on which it was put on the list.",
	"effective":               "The date from which the listing counts.",
	"amended":                 "The date of a change to the entry.",
	"expires":                 "The date on which the listing ends.",
	"removed":                 "The date on which it was taken off the list.",
	"divestment":              "The date by which holdings must be sold.",
	"source_url":              "The address of a page about the entry.",
	"addresses":               "Whole addresses, one text each.",
	"countries":               "Countries: use lookup: country.",
	"nationalities":           "Countries: use lookup: country.",
	"goods.description":       "What the goods are, in the document's words.",
	"goods.value_usd":         "The value in US dollars.",
	"weight_kg":               "The weight in kilograms: factor: 0.45359237 turns pounds into them.",
	"arrived_estimated":       "The date of arrival as it was expected; counts where arrived is absent.",
	"master_bill":             "The number of the carrier's bill of lading.",
	"house_bill":              "The number of the forwarder's bill of lading.",
}
