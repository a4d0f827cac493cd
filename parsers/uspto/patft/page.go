package patft

import (
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/tripoint-data/tripoint/parsers/uspto"
	"github.com/tripoint-data/tripoint/record"
)

// page is what one walk over the document's nodes finds. Tables are left
// unclosed and nested wrongly, so nothing relies on where they stand: rows
// are known by their first cell, sections by their centred heading.
type page struct {
	number, kind, date string
	title              string
	rows               map[string]*html.Node // by the first cell, the cell after it
	sections           map[string]string     // by the heading, up to the rule after the text

	described bool // the description was reached: all that is wanted was there

	heading string // of the section that is being read
	text    strings.Builder
}

// headings are the sections that are read; the description ends the walk.
var headings = map[string]bool{"abstract": true, "claims": true}

func scan(root *html.Node) *page {
	pg := &page{rows: map[string]*html.Node{}, sections: map[string]string{}}
	pg.described = !pg.walk(root)
	pg.close()
	if pg.number == "" {
		pg.number = titleNumber(root)
	}
	return pg
}

// walk reads n and what is in it. It says false at the description, behind
// which nothing is wanted.
func (pg *page) walk(n *html.Node) bool {
	if n.Type == html.TextNode && pg.heading != "" {
		pg.text.WriteString(whitespace.ReplaceAllString(n.Data, " "))
	}
	if n.Type == html.ElementNode {
		switch n.DataAtom {
		case atom.Script, atom.Style, atom.Head:
			return true
		case atom.Tr:
			pg.row(n)
		case atom.Hr:
			if strings.TrimSpace(pg.text.String()) != "" {
				pg.close()
			}
		case atom.Br, atom.P:
			pg.text.WriteByte('\n')
		case atom.Font:
			if size := attr(n, "size"); size == "+1" && pg.title == "" {
				pg.title = uspto.Text(inner(n))
			}
		case atom.Center:
			name := strings.ToLower(uspto.Clean(inner(n)))
			if name == "description" {
				return false
			}
			if headings[name] {
				pg.close()
				pg.heading = name
				return true
			}
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if !pg.walk(c) {
			return false
		}
	}
	return true
}

var whitespace = regexp.MustCompile(`\s+`)

// close ends the section that is being read; the first of a heading counts.
func (pg *page) close() {
	if _, ok := pg.sections[pg.heading]; pg.heading != "" && !ok {
		pg.sections[pg.heading] = pg.text.String()
	}
	pg.heading = ""
	pg.text.Reset()
}

// row notes a table row by its first cell. The rows of the page's head have
// no label: the number stands beside the name of the office's publication,
// the date at the end of a row.
func (pg *page) row(tr *html.Node) {
	var cells []*html.Node
	for c := tr.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Td || c.DataAtom == atom.Th {
			cells = append(cells, c)
		}
	}
	if len(cells) < 2 {
		return
	}
	label := strings.ToLower(uspto.Clean(inner(cells[0])))
	value := cells[1]
	switch {
	case len(label) > 100:
	case strings.HasSuffix(label, ":"):
		label = strings.TrimSuffix(label, ":")
		if pg.rows[label] == nil {
			pg.rows[label] = value
		}
	case strings.HasPrefix(label, "united states") && pg.number == "":
		if n := strings.Trim(uspto.Clean(inner(value)), "* "); isNumber(n) {
			pg.number = n
		}
	case label == "kind code" && pg.kind == "":
		pg.kind = uspto.Clean(inner(value))
	case pg.number != "" && pg.date == "" && len(pg.rows) == 0:
		pg.date = longDate.FindString(uspto.Clean(inner(value)))
	}
}

// A star before the date, or the number, marks a disclaimer of its term.
var longDate = regexp.MustCompile(`[A-Z][a-z]+ [0-9]{1,2}, [0-9]{4}$`)

func isNumber(s string) bool {
	_, _, ok := record.PatentNumber(s)
	return ok
}

var pageTitle = regexp.MustCompile(`^United States Patent(?: Application)?: ([A-Z]{0,2}[0-9,]+)$`)

// titleNumber is the number in the page's title, for pages whose head was
// lost. AppFT's titles drop the number's first digit.
func titleNumber(n *html.Node) string {
	if n.DataAtom == atom.Title {
		if m := pageTitle.FindStringSubmatch(uspto.Clean(inner(n))); m != nil {
			return m[1]
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if found := titleNumber(c); found != "" {
			return found
		}
	}
	return ""
}

func (pg *page) patent() (*record.Patent, error) {
	p := &record.Patent{}
	if err := uspto.Identify(p, pg.number, pg.kind); err != nil {
		return nil, err
	}
	if pg.date == "" { // pages of scanned patents, which have no text
		pg.date = pg.value("issue date")
	}
	day, err := uspto.Date(pg.date)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.ID, err)
	}
	uspto.Issue(p, day)
	if p.Filed, err = uspto.Date(pg.value("filed")); err != nil {
		return nil, fmt.Errorf("%s: filed: %w", p.ID, err)
	}
	p.ApplicationNumber = uspto.ApplicationNumber(pg.value("appl. no."))
	if serial := pg.value("serial no."); p.ApplicationNumber == "" && len(serial) <= 6 { // AppFT of the first years
		p.ApplicationNumber = uspto.ApplicationNumber(pg.value("series code") + "/" + strings.Repeat("0", 6-len(serial)) + serial)
	}
	p.FamilyID = uspto.FamilyID(pg.value("family id"))
	p.Title = pg.title
	p.Abstract = uspto.Text(pg.sections["abstract"])
	p.FirstClaim = uspto.FirstClaim(pg.sections["claims"])
	p.CPC = uspto.Symbols(pg.value("current cpc class", "cpc class"))
	p.IPC = uspto.Symbols(pg.value("current international class", "international class", "intern'l class", "int'l class"))
	p.USPC = uspto.USPC(pg.value("current u.s. class", "u.s. class"))
	p.Applicants = applicants(pg.cell("applicant", "applicants"))
	p.Assignees = people(pg.cell("assignee", "assignees"))
	p.Inventors = people(pg.cell("inventors", "inventor"))
	for _, list := range [][]record.Person{p.Assignees, p.Inventors} {
		settle(list, p.Applicants)
	}
	return p, nil
}

// cell is the cell beside the first of the labels that the page has.
func (pg *page) cell(labels ...string) *html.Node {
	for _, l := range labels {
		if n := pg.rows[l]; n != nil {
			return n
		}
	}
	return nil
}

func (pg *page) value(labels ...string) string {
	n := pg.cell(labels...)
	if n == nil {
		return ""
	}
	return uspto.Absent(inner(n))
}

// inner is the text in a node.
func inner(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
