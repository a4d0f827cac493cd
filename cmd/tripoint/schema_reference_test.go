package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/crawlers"
)

// keyRow is one key in the reference.
type keyRow struct{ key, value, doc string }

// reference is the schema as pages to read.
func (g *schemaMaker) reference() []byte {
	var b bytes.Buffer
	def := func(name string) *node { return g.root.Defs.at(name) }
	fmt.Fprint(&b, referenceHead)

	fmt.Fprint(&b, "\n## The file\n\n")
	writeRows(&b, slices.DeleteFunc(keysBelow(g.root, ""), func(r keyRow) bool {
		return strings.HasPrefix(r.key, "crawl.") || strings.HasPrefix(r.key, "parse.")
	}))

	fmt.Fprint(&b, "\n## crawl\n\n")
	own := keysBelow(g.root.Properties.at("crawl"), "")
	writeRows(&b, own)
	shared := own
	for i, kind := range networkKinds {
		rows := without(keysBelow(def("crawl-"+kind), ""), own)
		if i == 0 {
			shared = rows
		}
		shared = slices.DeleteFunc(shared, func(r keyRow) bool { return !slices.Contains(rows, r) })
	}
	fmt.Fprint(&b, "\n### Every kind but drop\n\n")
	writeRows(&b, shared)
	for _, kind := range crawlers.Kinds() {
		fmt.Fprintf(&b, "\n### kind: %s\n\n", kind)
		writeRows(&b, without(keysBelow(def("crawl-"+kind), ""), append(slices.Clone(own), shared...)))
	}

	fmt.Fprint(&b, "\n## parse\n\n")
	own = keysBelow(g.root.Properties.at("parse"), "")
	writeRows(&b, own)
	for _, name := range formatNames() {
		rows := without(keysBelow(def("parse-"+name), ""), own)
		if len(rows) == 0 {
			continue // it has no keys of its own
		}
		fmt.Fprintf(&b, "\n### format: %s\n\n", name)
		writeRows(&b, rows)
	}

	fmt.Fprint(&b, "\n## A rule: the value of a field\n\n")
	writeRows(&b, keysBelow(def("rule"), ""))
	for _, kind := range []string{"party", "patent", "shipment"} {
		fmt.Fprintf(&b, "\n## Fields of a %s\n\n", kind)
		rows := keysBelow(def("fields-"+kind), "")
		for _, p := range def("fields-" + kind).PatternProperties {
			head := strings.TrimSuffix(strings.TrimPrefix(p.name, "^"), `\..+$`)
			rows = append(rows, keyRow{head + ".…", "", p.Description + " The ending is of your choice: " + head + ".Tax ID."})
		}
		fmt.Fprint(&b, "| field | holds |\n| --- | --- |\n")
		for _, r := range rows {
			fmt.Fprintf(&b, "| `%s` | %s |\n", r.key, cell(r.doc))
		}
	}
	return b.Bytes()
}

const referenceHead = `# Every key of a source file

Made of the program itself by ` + "`go test ./cmd/tripoint -run TestSchema -update`" + `; a
test fails where it is out of step. [adding-a-source.md](adding-a-source.md)
shows how the keys are used.

A dot stands for a block within a block, ` + "`[]`" + ` for each entry of a list, ` + "`*`" + ` for a
name of your choice. Keys that are not here are refused, with the line.
`

// networkKinds are the kinds that share the keys of polite fetching.
var networkKinds = []string{"api", "browser", "bulk", "site"}

func keysBelow(n *node, prefix string) []keyRow {
	var out []keyRow
	for _, p := range n.Properties {
		key := prefix + p.name
		out = append(out, keyRow{key, valueOf(p.node), p.Description})
		out = append(out, below(p.node, key)...)
	}
	return out
}

// below are the rows of what lies in a node.
func below(n *node, key string) []keyRow {
	inner, named := n.AdditionalProperties.(*node)
	switch {
	case n.Items != nil:
		return below(n.Items, key+"[]")
	case named:
		return below(inner, key+".*")
	}
	return keysBelow(n, key+".")
}

func valueOf(n *node) string {
	switch {
	case n == nil, n.Ref != "":
		return "a rule"
	case n.Const != nil:
		return fmt.Sprintf("`%v`", n.Const)
	case len(n.Enum) > 0:
		words := make([]string, len(n.Enum))
		for i, w := range n.Enum {
			words[i] = "`" + w + "`"
		}
		return strings.Join(words, ", ")
	case len(n.AnyOf) > 0 && n.AnyOf[0].Enum != nil:
		return valueOf(n.AnyOf[0])
	case len(n.AnyOf) > 0:
		return "a text or a list"
	case n.Items != nil:
		if inner := valueOf(n.Items); inner != "a text" && inner != "a block" {
			return "a list of " + inner
		}
		return "a list"
	case n.Type == "object":
		return "a block"
	case n.Type == "boolean":
		return "`true`, `false`"
	case n.Type == "integer":
		return "a whole number"
	case n.Type == "number":
		return "a number"
	case n.Type == nil:
		return "anything"
	case len(n.Examples) > 0:
		return "`" + strings.Join(n.Examples, "`, `") + "` …"
	}
	return "a text"
}

func without(rows, known []keyRow) []keyRow {
	return slices.DeleteFunc(rows, func(r keyRow) bool { return slices.Contains(known, r) })
}

func writeRows(b *bytes.Buffer, rows []keyRow) {
	if len(rows) == 0 {
		fmt.Fprintln(b, "No keys of its own.")
		return
	}
	fmt.Fprint(b, "| key | value | meaning |\n| --- | --- | --- |\n")
	for _, r := range rows {
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", r.key, cell(r.value), cell(r.doc))
	}
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
