package main

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/crawlers"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/parsers"
	"github.com/tripoint-data/tripoint/parsers/fields"
)

// schemaMaker makes the schema of a source file of the structs that read it:
// keys of their yaml tags, help of their comments, words of what they refuse.
type schemaMaker struct {
	t     *testing.T
	docs  *docs
	words map[string][]string // the words that a key takes, by its path
	root  *node
}

func newSchemaMaker(t *testing.T) *schemaMaker {
	g := &schemaMaker{t: t, docs: newDocs(t), words: wordsByProbe(t)}
	source := g.object(reflect.TypeFor[config.Source](), "")
	source.Schema = "https://json-schema.org/draft/2020-12/schema"
	source.Title = "A source of Tripoint"
	source.Required = []string{"version", "id", "domain", "title", "set", "publisher", "terms", "crawl", "parse"}
	source.Properties.at("version").Type = nil
	source.Properties.at("version").Const = 1
	source.Properties.at("id").Pattern = "^[a-z0-9]+(-[a-z0-9]+)*$"
	source.Properties.at("publisher").Required = []string{"name"}
	source.Properties.at("terms").Required = []string{"redistribute", "automated_access"}
	g.root = source
	g.crawl(source.Properties.at("crawl"))
	g.parse(source.Properties.at("parse"))
	source.Defs = append(source.Defs, property{"rule", g.object(reflect.TypeFor[fields.Rule](), "rule")})
	return g
}

func (g *schemaMaker) schema() []byte {
	compact, err := plainJSON(g.root)
	if err != nil {
		g.t.Fatal(err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, compact, "", "  "); err != nil {
		g.t.Fatal(err)
	}
	return append(out.Bytes(), '\n')
}

// crawl gives each kind of crawler its own keys, which New asks to be decoded.
func (g *schemaMaker) crawl(crawl *node) {
	own := crawl.Properties
	crawl.AdditionalProperties = nil
	crawl.Required = []string{"kind"}
	own.at("kind").Type, own.at("kind").Enum = nil, crawlers.Kinds()
	for _, kind := range crawlers.Kinds() {
		options := asked(func(decode func(any) error) error {
			_, err := crawlers.New(kind, decode, testAgent(g.t))
			return err
		})
		g.branch(crawl, "crawl", "kind", kind, own, options)
	}
}

func (g *schemaMaker) parse(parse *node) {
	unpack := g.object(reflect.TypeFor[parsers.Unpack](), "parse.unpack")
	unpack.Description = g.docs.of(reflect.TypeFor[parsers.Unpack]())
	parse.Properties = append(parse.Properties, property{"unpack", unpack})
	own := parse.Properties
	parse.AdditionalProperties = nil
	parse.Required = []string{"format"}
	own.at("format").Type, own.at("format").Enum = nil, formatNames()
	for _, f := range parsers.Formats() {
		options := asked(func(decode func(any) error) error {
			_, err := f.New(decode)
			return err
		})
		branch := g.branch(parse, "parse", "format", f.Name, own, options)
		if f.Name == "fields" {
			g.mapping(branch)
		}
	}
}

// branch adds what a block holds where key is value: its own keys and those of
// the options, and no others.
func (g *schemaMaker) branch(block *node, name, key, value string, own properties, options reflect.Type) *node {
	def := &node{Type: "object", AdditionalProperties: false, Properties: slices.Clone(own)}
	if options != nil {
		more := g.object(options, name+"-"+value)
		def.Description = g.docs.of(options)
		def.Properties = append(def.Properties, more.Properties...)
	}
	g.root.Defs = append(g.root.Defs, property{name + "-" + value, def})
	block.AllOf = append(block.AllOf, when(key, value, &node{Ref: "#/$defs/" + name + "-" + value}))
	return def
}

// mapping names the fields that a mapping can fill, by the kind of record.
func (g *schemaMaker) mapping(def *node) {
	def.Required = []string{"input", "record", "fields"}
	def.Properties.at("input").Required = []string{"type"}
	def.Properties.at("fields").AdditionalProperties = nil
	list := def.Properties.at("list")
	list.AnyOf, list.Enum = []*node{{Enum: list.Enum}, {Type: "string", Pattern: `^XX-OWN(-[A-Z0-9]+)*$`}}, nil
	byRecord := map[string]*node{}
	for _, target := range fields.Targets() {
		all := byRecord[target.Record]
		if all == nil {
			all = &node{Type: "object", AdditionalProperties: false}
			byRecord[target.Record] = all
			name := "fields-" + target.Record
			g.root.Defs = append(g.root.Defs, property{name, all})
			def.AllOf = append(def.AllOf, when("record", target.Record, &node{Properties: properties{{"fields", &node{Ref: "#/$defs/" + name}}}}))
		}
		rule := &node{Ref: "#/$defs/rule", Description: g.docs.target(target)}
		if head, ok := strings.CutSuffix(target.Name, ".*"); ok {
			all.PatternProperties = append(all.PatternProperties, property{"^" + regexp.QuoteMeta(head) + `\..+$`, rule})
			continue
		}
		all.Properties = append(all.Properties, property{target.Name, rule})
	}
}

var errAsked = errors.New("asked")

// asked is the type of the options that a constructor has decoded; nil where
// it has none.
func asked(construct func(decode func(any) error) error) (options reflect.Type) {
	_ = construct(func(into any) error {
		options = reflect.TypeOf(into).Elem()
		return errAsked
	})
	return options
}

// object is the schema of a struct. Path leads to it, for the words.
func (g *schemaMaker) object(t reflect.Type, path string) *node {
	n := &node{Type: "object", AdditionalProperties: false}
	for i := range t.NumField() {
		f := t.Field(i)
		name, flags, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case flags == "inline":
			n.Properties = append(n.Properties, g.object(f.Type, path).Properties...)
		case name == "" || name == "-":
		default:
			p := g.value(f.Type, join(path, name))
			if doc := g.help(t, f, p); doc != "" {
				p.Description = doc
			}
			n.Properties = append(n.Properties, property{name, p})
		}
	}
	return n
}

// help is the comment of a field, unless it says no more than the words that
// the field takes; one that points at the field's type is the type's.
func (g *schemaMaker) help(t reflect.Type, f reflect.StructField, n *node) string {
	doc := g.docs.field(t, f.Name)
	switch {
	case strings.EqualFold(doc, strings.Join(n.Enum, ", ")):
		return ""
	case n.Items != nil && strings.EqualFold(doc, strings.Join(n.Items.Enum, ", ")):
		return ""
	case doc == "See "+f.Type.Name():
		return g.docs.of(f.Type)
	}
	return doc
}

func join(path, name string) string { return strings.TrimPrefix(path+"."+name, ".") }

// text is anything that YAML writes without a bracket: 5 is a text too.
var text = []string{"string", "number", "boolean"}

func (g *schemaMaker) value(t reflect.Type, path string) *node {
	if words := g.words[path]; words != nil {
		return &node{Enum: words}
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	fresh := reflect.New(t).Interface()
	switch v := fresh.(type) {
	case encoding.TextUnmarshaler:
		return g.text(t, v)
	case interface{ UnmarshalYAML(func(any) error) error }:
		return g.either(v, path)
	case *time.Duration:
		return &node{Type: "string", Pattern: patterns["Duration"], Examples: []string{"30s", "5m"}}
	}
	switch t.Kind() {
	case reflect.Struct:
		n := g.object(t, path)
		n.Description = g.docs.of(t)
		return n
	case reflect.Slice:
		return &node{Type: "array", Items: g.value(t.Elem(), path+"[]")}
	case reflect.Map:
		n := g.value(t.Elem(), path+".*")
		if t.Elem() == reflect.TypeFor[fields.Rule]() {
			n = &node{Ref: "#/$defs/rule"}
		}
		return &node{Type: "object", AdditionalProperties: n}
	case reflect.String:
		return &node{Type: text}
	case reflect.Bool:
		return &node{Type: "boolean"}
	case reflect.Int, reflect.Int64:
		return &node{Type: "integer"}
	case reflect.Float64:
		return &node{Type: "number"}
	case reflect.Interface:
		return &node{}
	}
	g.t.Fatalf("%s is a %s, which no schema is known for", path, t)
	return nil
}

// patterns are those of texts that a program reads, by the names of the types.
var patterns = map[string]string{
	"Duration": `^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$|^0$`,
	"Size":     `^[0-9]+ *(([KMGT]i|[kKMGT])?B)?$`,
	"Percent":  `^[0-9]+(\.[0-9]+)? *%$`,
	"Date":     `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`,
}

// text is the schema of a type that reads a text. One that refuses a word of
// no sense and names what it takes instead is a choice of these, where it is
// a string; else they are examples.
func (g *schemaMaker) text(t reflect.Type, v encoding.TextUnmarshaler) *node {
	n := &node{Type: "string", Pattern: patterns[t.Name()]}
	if t.Name() == "Size" {
		n.Type = []string{"string", "integer"}
	}
	refusal := v.UnmarshalText([]byte(nonsense))
	if refusal == nil {
		return n
	}
	var takes []string
	for _, word := range wordsOf(refusal.Error()) {
		fresh := reflect.New(t).Interface().(encoding.TextUnmarshaler)
		if fresh.UnmarshalText([]byte(word)) == nil {
			takes = append(takes, word)
		}
	}
	if t.Kind() == reflect.String && n.Pattern == "" && len(takes) > 0 {
		return &node{Enum: takes}
	}
	n.Examples = takes
	return n
}

// either is the schema of a type that tries several shapes in turn.
func (g *schemaMaker) either(v interface{ UnmarshalYAML(func(any) error) error }, path string) *node {
	n := &node{}
	_ = v.UnmarshalYAML(func(into any) error {
		n.AnyOf = append(n.AnyOf, g.value(reflect.TypeOf(into).Elem(), path))
		return errAsked
	})
	return n
}

func testAgent(t testing.TB) *fetch.Agent {
	t.Helper()
	agent, err := fetch.NewAgent(fetch.AgentOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return agent
}
