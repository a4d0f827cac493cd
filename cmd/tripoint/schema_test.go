package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/config/sources"
	"github.com/tripoint-data/tripoint/internal/testkit"
	"github.com/tripoint-data/tripoint/testdata/world"
)

// TestSchema holds the committed schema, and the reference that is made of it,
// against the structs that read a source file. -update writes both anew.
func TestSchema(t *testing.T) {
	g := newSchemaMaker(t)
	testkit.Golden(t, filepath.FromSlash("../../config/schema.json"), g.schema())
	testkit.Golden(t, filepath.FromSlash("../../docs/source-reference.md"), g.reference())
}

// TestSchemaTakesSources holds every source file of the house against the schema.
func TestSchemaTakesSources(t *testing.T) {
	schema := compiledSchema(t)
	n := 0
	for _, tree := range []struct {
		files   fs.FS
		pattern string
	}{{sources.Files, "*.yaml"}, {world.Files(), "sources/*.yaml"}} {
		names, err := fs.Glob(tree.files, tree.pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := fs.ReadFile(tree.files, name)
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(plainYAML(t, text)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			n++
		}
	}
	if n < 40 {
		t.Errorf("%d source files, there should be more", n)
	}
}

// soundSource is a file that both the schema and check take.
const soundSource = `version: 1
id: my-list
domain: watchlists
title: A list
set: full
publisher: {name: Somebody, country: US}
terms: {redistribute: "yes", automated_access: allowed, checked: "2026-11-22"}
crawl:
  kind: bulk
  start: ["https://agency.example/list.csv"]
  rate: {every: 2s}
parse:
  format: fields
  input: {type: csv}
  record: party
  list: ZZ-DEMO
  fields:
    name: {from: Name, required: true}
    countries: {from: Country, lookup: country}
  ignore: [Remark]
assert: {min_records: 2, max_drop: 10%}
`

// TestSchemaAndCheckAgree: what check refuses the schema refuses too, as far
// as a schema can see it, and both take the sound file.
func TestSchemaAndCheckAgree(t *testing.T) {
	schema := compiledSchema(t)
	tests := []struct{ name, from, to string }{
		{"sound", "", ""},
		{"unknown key", "set: full", "set: full\nsett: full"},
		{"unknown key of the crawler", "rate: {every: 2s}", "rat: {every: 2s}"},
		{"key of another kind", "rate: {every: 2s}", "follow: []"},
		{"unknown key of the parser", "ignore: [Remark]", "colour: red"},
		{"unknown key of a rule", "required: true", "requird: true"},
		{"unknown field", "countries:", "country:"},
		{"field of another record", "countries:", "consignee.name:"},
		{"unknown kind", "kind: bulk", "kind: ftp"},
		{"unknown format", "format: fields", "format: feilds"},
		{"unknown input", "type: csv", "type: pdf"},
		{"unknown record", "record: party", "record: parties"},
		{"unknown list", "list: ZZ-DEMO", "list: MINE"},
		{"sound list of one's own", "list: ZZ-DEMO", "list: XX-OWN-NORTH-2"},
		{"list of one's own without its name", "list: ZZ-DEMO", "list: XX-OWN-"},
		{"unknown lookup", "lookup: country", "lookup: land"},
		{"unknown domain", "domain: watchlists", "domain: lists"},
		{"unknown set", "set: full", "set: all"},
		{"unknown terms", "automated_access: allowed", "automated_access: maybe"},
		{"no version", "version: 1\n", ""},
		{"wrong version", "version: 1", "version: 2"},
		{"no id", "id: my-list\n", ""},
		{"bad id", "id: my-list", "id: My List"},
		{"no title", "title: A list\n", ""},
		{"no set", "set: full\n", ""},
		{"no publisher", "publisher: {name: Somebody, country: US}\n", ""},
		{"no kind", "kind: bulk\n  ", ""},
		{"no format", "format: fields\n  ", ""},
		{"a text for a list", `start: ["https://agency.example/list.csv"]`, `start: "https://agency.example/list.csv"`},
		{"a text for a number", "min_records: 2", "min_records: two"},
		{"a share without %", "max_drop: 10%", "max_drop: 0.1"},
		{"no duration", "every: 2s", "every: 2 seconds"},
		{"no date", `"2026-11-22"`, `"22.11.2026"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := soundSource
			if tt.from != "" {
				text = strings.Replace(text, tt.from, tt.to, 1)
			}
			sound := strings.HasPrefix(tt.name, "sound")
			if text == soundSource && tt.from != "" {
				t.Fatalf("%q is not in the file", tt.from)
			}
			if err := schema.Validate(plainYAML(t, []byte(text))); (err == nil) != sound {
				t.Errorf("the schema says: %v", err)
			}
			s, err := config.ReadSource(fstest.MapFS{"s.yaml": {Data: []byte(text)}}, "s.yaml")
			if err == nil {
				_, err = build(s, testAgent(t))
			}
			if (err == nil) != sound {
				t.Errorf("check says: %v", err)
			}
		})
	}
}

// TestSchemaIsEmbedded: what tripoint source schema prints is the file.
func TestSchemaIsEmbedded(t *testing.T) {
	file, err := os.ReadFile(filepath.FromSlash("../../config/schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if code := run(t.Context(), []string{"source", "schema"}, nil, &out, &out); code != 0 {
		t.Fatalf("exit %d: %s", code, &out)
	}
	if diff := cmp.Diff(string(file), out.String()); diff != "" {
		t.Errorf("(-file +printed):\n%s", diff)
	}
}

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	file, err := os.ReadFile(filepath.FromSlash("../../config/schema.json")) // -update may just have written it
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// plainYAML is a YAML file as an editor's JSON Schema sees it: dates are texts.
func plainYAML(t *testing.T, text []byte) any {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Load(text, &doc); err != nil {
		t.Fatal(err)
	}
	return plainNode(t, doc.Content[0])
}

func plainNode(t *testing.T, n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = plainNode(t, n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		list := []any{}
		for _, c := range n.Content {
			list = append(list, plainNode(t, c))
		}
		return list
	}
	var v any
	switch n.ShortTag() {
	case "!!int", "!!float":
		f, err := strconv.ParseFloat(n.Value, 64)
		if err != nil {
			t.Fatal(err)
		}
		v = f
	case "!!bool":
		v = n.Value == "true"
	case "!!null":
	default:
		v = n.Value
	}
	return v
}
