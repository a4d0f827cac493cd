package draft

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// lineMost is how long a line of YAML is allowed to be before it is parted.
const lineMost = 100

var domains = map[string]string{"party": "watchlists", "patent": "patents", "shipment": "manifests"}

// YAML is the source file.
func (d *Draft) YAML() []byte {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	read := d // whose rows are records
	if d.detail != nil {
		read = d.detail
	}
	line("# yaml-language-server: $schema=source.schema.json")
	line("# Drafted from %s, %d rows of it. Look at what is marked guess, then take the marks away.", oneLine(cmp.Or(d.sample.URL, d.sample.Name)), d.Rows)
	line("version: 1")
	line("id: %s", d.ID)
	line("domain: %s", domains[read.Record])
	note := " # guess"
	if d.options.Title != "" {
		note = ""
	}
	line("title: %s%s", quote(d.title()), note)
	set := "grow # rows are only added"
	if read.Record == "party" && d.detail == nil {
		set = "full # a row that is absent is no longer in the list"
	}
	line("set: %s", set)
	line("publisher: {name: %s} # guess", quote(d.publisher()))
	line("# Read the publisher's terms and write down what they say; until it says allowed,")
	line("# tripoint.yaml must name %s under accept.", d.ID)
	line("terms: {redistribute: unknown, automated_access: unknown%s}", d.checked())
	d.writeCrawl(line)
	line("parse:")
	line("  format: fields")
	if d.detail != nil {
		line("  roles: [detail]")
	}
	if len(read.shape.unpack) > 0 {
		line("  unpack: %s", flow(read.shape.unpack))
	}
	line("  input: %s", flow(read.shape.input))
	line("  record: %s", read.Record)
	if read.Record == "party" {
		code := read.options.List
		note := ""
		if code == "" {
			code, note = "XX-OWN-"+strings.ToUpper(d.ID), " # guess: a list of your own; docs/source-reference.md has the codes of known ones"
		}
		line("  list: %s%s", code, note)
	}
	if read.key != nil {
		line("  key: [%s]", quote(read.key.name))
	}
	line("  fields:")
	for _, f := range read.fields {
		if f.target != "" {
			line("    %s", f.yaml())
		}
	}
	for _, why := range read.dropped {
		line("    # not read: %s", why)
	}
	if len(read.ignored) > 0 {
		writeList(&b, "  ignore: ", quoteAll(read.ignored))
	}
	line("assert: {%s}", d.gates())
	if d.tests != nil {
		line("tests: [{fixture: %s, want: %s}]", quote(d.tests.fixture), quote(d.tests.want))
	}
	return []byte(b.String())
}

func (d *Draft) writeCrawl(line func(string, ...any)) {
	line("crawl:")
	if d.sample.URL == "" {
		line("  kind: drop # put the publisher's files into this folder")
		line("  folder: %s", quote("drop/"+d.ID))
		line("  files: [%s]", quote("*"+cmp.Or(path.Ext(d.sample.Name), d.shape.ext)))
		return
	}
	kind := "bulk"
	if d.detail != nil || d.shape.next != "" {
		kind = "site"
	}
	line("  kind: %s", kind)
	line("  start: [%s]", quote(d.sample.URL))
	if d.options.AllowPrivate {
		line("  allow_private: true # for a server of one's own only")
	}
	if d.shape.next != "" {
		line("  paginate: {kind: next-link, select: %s}", quote(d.shape.next))
	}
	if d.detail != nil {
		line("  follow: [{select: %s, role: detail}]", quote(d.follow))
	} else if len(d.Links) > 0 {
		line("  # The rows lead to pages of their own (%s). To read these instead:", oneLine(d.Links[0].Href))
		line("  # tripoint source draft --follow %s", oneLine(d.sample.URL))
	}
}

func (d *Draft) title() string { return cmp.Or(d.options.Title, d.shape.title, d.sample.Name, d.ID) }

func (d *Draft) publisher() string {
	if u, err := url.Parse(d.sample.URL); err == nil && u.Hostname() != "" {
		return strings.TrimPrefix(u.Hostname(), "www.")
	}
	return "the publisher"
}

func (d *Draft) checked() string {
	text := ""
	if u, err := url.Parse(d.sample.URL); err == nil && u.Host != "" {
		text = ", url: " + quote(u.Scheme+"://"+u.Host+"/")
	}
	if d.options.Today != "" {
		text += ", checked: " + d.options.Today
	}
	return text
}

// gates hold back a file that is much shorter than the one that was seen.
func (d *Draft) gates() string {
	least := max(1, d.Rows*8/10)
	if d.detail != nil {
		least = 1
	}
	text := fmt.Sprintf("min_records: %d, max_problems: 5%%", least)
	if d.sample.URL != "" && d.Record == "party" && d.detail == nil {
		text += ", max_drop: 20%"
	}
	return text
}

// yaml is a field as one line.
func (f field) yaml() string {
	from := f.rule
	if f.column != nil {
		source := pair{"from", cmp.Or(f.column.from, quote(f.column.name))}
		if f.column.css != "" {
			source = pair{"css", quote(f.column.css)}
		}
		from = append([]pair{source}, f.rule...)
	}
	line := quote(f.target) + ": " + flow(from)
	if f.doubt != "" {
		line += " # guess: " + oneLine(f.doubt)
	}
	return line
}

// flow writes keys and values in braces.
func flow(pairs []pair) string {
	parts := make([]string, len(pairs))
	for i, p := range pairs {
		parts[i] = p.key + ": " + p.value
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// writeList writes a list on as many lines as it takes.
func writeList(b *strings.Builder, head string, items []string) {
	line := head + "["
	for i, item := range items {
		if i < len(items)-1 {
			item += ","
		} else {
			item += "]"
		}
		if len(line)+len(item) > lineMost {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = "    "
		}
		line += item + " "
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}

var (
	plainScalar = regexp.MustCompile(`^[\p{L}_][\p{L}\p{N}_./-]*( [\p{L}\p{N}_./()-]+)*$`)
	reserved    = []string{"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"}
)

// quote writes a text as YAML: as it stands where it can be taken for nothing
// else.
func quote(s string) string {
	if plainScalar.MatchString(s) && !slices.Contains(reserved, strings.ToLower(s)) {
		return s
	}
	text, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(text))
}

func quoteAll(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = quote(s)
	}
	return out
}

// Fixture is the first rows of the sample as a file of their own, or the page
// that a row leads to, and its name; nothing where they cannot be cut out.
func (d *Draft) Fixture(rows int) (name string, data []byte) {
	if d.detail != nil && len(d.detail.sample.Data) < 256<<10 {
		return d.ID + cmp.Or(path.Ext(d.detail.sample.Name), d.detail.shape.ext), d.detail.sample.Data
	}
	if d.shape.cut == nil || d.detail != nil {
		return "", nil
	}
	if data = d.shape.cut(rows); len(data) == 0 || len(data) > 256<<10 {
		return "", nil
	}
	return d.ID + cmp.Or(path.Ext(d.sample.Name), d.shape.ext), data
}
