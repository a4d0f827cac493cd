package snapshot

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tripoint-data/tripoint/record"
)

// dataPackage is datapackage.json: a Data Package 2.0 with properties of ours
// beside the standard's.
type dataPackage struct {
	Schema      string       `json:"$schema"`
	Name        string       `json:"name"`
	Title       string       `json:"title"`
	Description string       `json:"description"`
	Demo        string       `json:"demo,omitempty"`
	Private     bool         `json:"private,omitempty"`
	Created     time.Time    `json:"created"` // the input's watermark
	Parent      string       `json:"parent,omitempty"`
	CodeVersion string       `json:"code_version"`
	ConfigHash  string       `json:"config_hash"`
	CSVGuard    string       `json:"csv_guard,omitempty"`
	Licenses    []licence    `json:"licenses"`
	Sources     []sourceLine `json:"sources,omitempty"`
	Missing     []sourceLine `json:"missing_sources,omitempty"` // may not be passed on
	Resources   []resource   `json:"resources"`
	Files       filesByName  `json:"files"` // the others: SHA-256 by name
	Deltas      []resource   `json:"deltas,omitempty"`
}

type filesByName map[string]string

type licence struct {
	Name  string `json:"name"`
	Path  string `json:"path"`
	Title string `json:"title"`
}

// sourceLine is a source with the names that the standard wants.
type sourceLine struct {
	Title string `json:"title"`
	Path  string `json:"path,omitempty"`
	SourceInfo
}

type resource struct {
	Name      string   `json:"name"`
	Type      string   `json:"type,omitempty"`
	Path      string   `json:"path"`
	Format    string   `json:"format"`
	MediaType string   `json:"mediatype"`
	Encoding  string   `json:"encoding"`
	Bytes     int64    `json:"bytes"`
	Hash      string   `json:"hash"`
	Rows      int64    `json:"rows"`
	SortKey   []string `json:"sort_key"`
	Dialect   *dialect `json:"dialect,omitempty"`
	Schema    *schema  `json:"schema,omitempty"`
}

type dialect struct {
	Header         bool   `json:"header"`
	Delimiter      string `json:"delimiter"`
	LineTerminator string `json:"lineTerminator"`
	QuoteChar      string `json:"quoteChar"`
	DoubleQuote    bool   `json:"doubleQuote"`
}

type schema struct {
	Fields        []field  `json:"fields"`
	PrimaryKey    []string `json:"primaryKey"`
	MissingValues []string `json:"missingValues"`
}

type field struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Description string `json:"description"`
}

func newPackage(in Input, s *selection) *dataPackage {
	p := &dataPackage{
		Schema:      "https://datapackage.org/profiles/2.0/datapackage.json",
		Name:        "tripoint",
		Title:       "Listed parties, CET patents, shipments",
		Description: "Facts from public records and possible links between them, never verdicts. Each record says where it was read.",
		Private:     in.Private,
		Created:     in.Watermark.UTC(),
		CodeVersion: in.CodeVersion,
		ConfigHash:  in.ConfigHash,
		Licenses:    []licence{{"mixed", "LICENSES.md", "each source's own"}},
	}
	if in.Demo {
		p.Demo = demoMark
		p.Title = demoMark + ": " + p.Title
	}
	for _, src := range s.sources {
		line := sourceLine{Title: src.Title, Path: src.URL, SourceInfo: src}
		line.SourceInfo.Title = ""
		if line.Title == "" {
			line.Title = src.ID
		}
		if s.shows(src) {
			p.Sources = append(p.Sources, line)
		} else {
			line.SHA256, line.Fetched = "", time.Time{}
			p.Missing = append(p.Missing, line)
		}
	}
	return p
}

func (p *dataPackage) marshal() ([]byte, error) {
	b, err := json.MarshalIndent(p, "", "  ")
	return append(b, '\n'), err
}

// versionOf names the content of a datapackage.json: the watermark and a hash
// of all that it says but its parent and the changes since that. It works on
// the text, so that a later program names an older version as it was named.
func versionOf(body []byte) (string, error) {
	var all map[string]json.RawMessage
	var head struct {
		Created time.Time `json:"created"`
	}
	if err := errors.Join(json.Unmarshal(body, &all), json.Unmarshal(body, &head)); err != nil {
		return "", fmt.Errorf("datapackage.json: %w", record.Plain(err))
	}
	delete(all, "parent")
	delete(all, "deltas")
	text, err := json.Marshal(all) // keys in order, blanks gone
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return head.Created.UTC().Format("20060102T150405Z") + "-" + hex.EncodeToString(sum[:4]), nil
}

// licences is LICENSES.md.
func (p *dataPackage) licences() []byte {
	var b strings.Builder
	b.WriteString("# Licences of the data\n")
	if p.Demo != "" {
		fmt.Fprintf(&b, "\n**%s**: generated records, no facts.\n", demoMark)
	}
	b.WriteString("\nEach record names its source; the source's terms hold for it.\n")
	if p.Private {
		b.WriteString("\nThis snapshot is private: it holds sources that may not be passed on.\n")
	}
	for _, part := range []struct {
		title   string
		sources []sourceLine
	}{{"Sources", p.Sources}, {"Left out, since they may not be passed on", p.Missing}} {
		if len(part.sources) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n| source | title | publisher | licence | may be passed on |\n| --- | --- | --- | --- | --- |\n", part.title)
		for _, s := range part.sources {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", cell(s.ID), linked(s.Title, s.Path), cell(s.Publisher), linked(or(s.Licence, "not stated"), s.LicenceURL), cell(or(s.Redistribute, "unknown")))
		}
	}
	return []byte(b.String())
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

var escape = strings.NewReplacer("|", `\|`, "\n", " ", "\r", " ", "[", `\[`, "]", `\]`, "<", "&lt;")

func cell(s string) string { return escape.Replace(s) }

func linked(title, url string) string {
	if url == "" || strings.ContainsAny(url, " ()<>|\n\r") {
		return cell(title)
	}
	return "[" + cell(title) + "](" + url + ")"
}

// sumsFile is SHA256SUMS as sha256sum -c reads it.
func sumsFile(sums map[string]string) []byte {
	var lines []string
	for name, sum := range sums {
		lines = append(lines, sum+"  "+name+"\n")
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[66:], b[66:]) })
	return []byte(strings.Join(lines, ""))
}
