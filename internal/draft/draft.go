// Package draft looks at the beginning of a publisher's file and drafts the
// source file that reads it: what the bytes are, where the rows lie, which
// column is which field, and what is left unread. It guesses and says so: each
// guess that may be wrong carries a comment.
//
// Start with New; Draft.YAML is the source file, Draft.Fixture the first rows
// of the sample as a file of their own.
package draft

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Sample is a publisher's file, or the beginning of one.
type Sample struct {
	Name string // of the file
	URL  string // where it was fetched; "" for a file of the user's
	Data []byte
}

// Options say what the user knows better than a guess.
type Options struct {
	ID     string // of the source; made of the name where empty
	Record string // party, patent, shipment; guessed where empty
	List   string // of parties: the list's code; XX-OWN- and the ID in capitals where empty
	Title  string
	Today  string // the day of the draft, 2006-01-02
	// AllowPrivate has the source fetch from private addresses.
	AllowPrivate bool
}

// Draft is a source file in the making.
type Draft struct {
	ID      string
	Rows    int    // that the sample holds
	Record  string // party, patent, shipment
	Links   []Link // of pages: where the rows lead to
	sample  Sample
	options Options
	shape   shape
	fields  []field
	ignored []string
	dropped []string // comments on what was tried and does not fit
	key     *column  // of shipments
	tests   *testFiles
	detail  *Draft // of pages that the rows lead to
	follow  string // the selector of the links to them
}

// field is a rule in the making.
type field struct {
	target string
	column *column
	rule   []pair // beside where the value is
	doubt  string // what may be wrong with the guess
}

// pair is a key and its value as YAML.
type pair struct{ key, value string }

type testFiles struct{ fixture, want string }

// New looks at a sample and drafts its source file.
func New(s Sample, o Options) (*Draft, error) {
	s.Name = oneLine(s.Name)
	if len(s.Data) == 0 {
		return nil, fmt.Errorf("%s is empty", s.Name)
	}
	found, err := look(s)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	d := &Draft{ID: o.ID, sample: s, options: o, shape: *found, Rows: found.rows, Links: found.links}
	if d.ID == "" {
		d.ID = idOf(s)
	}
	if len(found.columns) == 0 {
		return nil, fmt.Errorf("%s: no columns are found in it: write the source file by hand, docs/adding-a-source.md shows how", s.Name)
	}
	d.guess()
	switch {
	case len(d.fields) == 0:
		err = errors.New("no column looks like one of a party, a patent or a shipment: say with --record what a row is")
	case d.Record == "party" && d.field("name") == nil:
		err = errors.New("no column holds names, and a party needs one")
	case d.Record == "patent" && d.field("id") == nil && d.field("publication_number") == nil:
		err = fmt.Errorf("no column holds US document numbers, and a patent needs one (%s)", strings.Join(d.dropped, "; "))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	return d, nil
}

// Drop takes a field back that does not hold for all rows and says why.
func (d *Draft) Drop(target, why string) bool {
	for i, f := range d.fields {
		if f.target != target {
			continue
		}
		d.fields = append(d.fields[:i], d.fields[i+1:]...)
		if f.column != nil {
			d.dropped = append(d.dropped, fmt.Sprintf("%s from %s: %s", target, f.column.name, oneLine(why)))
		}
		d.ignore()
		return true
	}
	if d.detail != nil {
		return d.detail.Drop(target, why)
	}
	return false
}

// Test has the draft run a fixture.
func (d *Draft) Test(fixture, want string) { d.tests = &testFiles{fixture, want} }

// Follow makes the pages that the rows lead to the records: detail is the
// draft of one of them, link one that leads there.
func (d *Draft) Follow(link Link, detail *Draft) {
	d.detail, d.follow = detail, link.Select
}

// ignore names the columns that no field reads.
func (d *Draft) ignore() {
	d.ignored = nil
	for _, c := range d.shape.columns {
		if c.css == "" && c.name != "#text" && !d.reads(c) {
			d.ignored = append(d.ignored, c.name)
		}
	}
}

func (d *Draft) reads(c *column) bool {
	for _, f := range append(d.fields, field{column: d.key}) {
		if f.column == c || f.column != nil && slices.Contains(f.column.parts, c) {
			return true
		}
	}
	return false
}

var notID = regexp.MustCompile(`[^a-z0-9]+`)

// idOf makes an id of a file's name or an address.
func idOf(s Sample) string {
	name := s.Name
	if s.URL != "" {
		name = strings.TrimPrefix(strings.TrimPrefix(s.URL, "https://"), "http://")
		host, rest, _ := strings.Cut(name, "/")
		host = strings.TrimPrefix(host, "www.")
		host, _, _ = strings.Cut(host, ":")
		labels := strings.Split(host, ".")
		rest, _, _ = strings.Cut(rest, "?")
		rest = path.Base("/" + rest)
		name = labels[0] + "-" + strings.TrimSuffix(rest, path.Ext(rest))
	} else {
		name = strings.TrimSuffix(name, path.Ext(name))
	}
	id := strings.Trim(notID.ReplaceAllString(fold(name), "-"), "-")
	if len(id) > 60 {
		id = strings.Trim(id[:60], "-")
	}
	if id == "" {
		return "my-source"
	}
	return id
}

// oneLine is a text fit for a comment.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 200 {
		s = strings.ToValidUTF8(s[:200], "") + "…"
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0xfeff || r == 0x85 || r == 0x2028 || r == 0x2029 {
			return -1
		}
		return r
	}, s)
}
