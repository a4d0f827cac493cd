package patft

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/tripoint-data/tripoint/parsers/uspto"
	"github.com/tripoint-data/tripoint/record"
)

// people reads the inventors or assignees of a cell. Names are bold and the
// place follows in brackets, a country bold within them:
//
//	<B>Satoh; Masakazu</B> (Tokyo, <B>JP</B>)<B>, Cone; Jason</B> (Denton, TX)
//
// AppFT writes assignees in lines instead: name, city, state or country.
func people(cell *html.Node) []record.Person {
	if cell == nil {
		return nil
	}
	var r roll
	r.walk(cell, false)
	if !r.bracketed {
		return stacked(cell)
	}
	r.add()
	return r.people
}

// roll collects persons in the order of a cell's text.
type roll struct {
	people               []record.Person
	name, place, country strings.Builder
	depth                int  // of brackets
	bracketed            bool // whether any stood outside the names
}

func (r *roll) walk(n *html.Node, bold bool) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode && bold && r.depth > 0:
			r.country.WriteString(c.Data)
		case c.Type == html.TextNode && bold:
			if r.place.Len() > 0 || r.country.Len() > 0 {
				r.add()
			}
			r.name.WriteString(c.Data)
		case c.Type == html.TextNode:
			r.plain(c.Data)
		case c.DataAtom == atom.Br && r.depth == 0 && !bold: // a name without a place
			r.add()
		case c.Type == html.ElementNode:
			r.walk(c, bold || c.DataAtom == atom.B || c.DataAtom == atom.Strong)
		}
	}
}

func (r *roll) plain(s string) {
	for _, c := range s {
		switch {
		case c == '(':
			r.depth++
			r.bracketed = true
		case c == ')' && r.depth > 0:
			r.depth--
		case r.depth > 0:
			r.place.WriteRune(c)
		}
	}
}

func (r *roll) add() {
	city, state, country := uspto.Clean(r.place.String()), "", uspto.Clean(r.country.String())
	if country != "" {
		city = strings.TrimRight(city, " ,")
	} else {
		i := strings.LastIndex(city, ",")
		if s, c := uspto.Region(city[i+1:]); s+c != "" {
			city, state, country = city[:max(i, 0)], s, c
		}
	}
	if p, ok := uspto.Person(r.name.String(), city, state, country); ok {
		r.people = append(r.people, p)
	}
	r.name.Reset()
	r.place.Reset()
	r.country.Reset()
	r.depth = 0
}

// stacked reads persons written in lines, an empty line after each.
func stacked(cell *html.Node) []record.Person {
	var out []record.Person
	var group []string
	flush := func() {
		if len(group) == 0 {
			return
		}
		name, rest := group[0], group[1:]
		group = nil
		var city, state, country string
		for i, l := range rest {
			switch s, c := uspto.Region(l); {
			case len(l) == 2 && (i > 0 || len(rest) == 1) && s+c != "":
				if s == "" || state != "" { // a country, alone or after a state
					country = uspto.Country(l)
				} else {
					state, country = s, c
				}
			case city == "":
				city = l
			}
		}
		if p, ok := uspto.Person(name, city, state, country); ok {
			out = append(out, p)
		}
	}
	for _, l := range lines(cell) {
		if l == "" {
			flush()
		} else {
			group = append(group, l)
		}
	}
	flush()
	return out
}

// lines is the text of a cell, cut at its line breaks.
func lines(cell *html.Node) []string {
	var b strings.Builder
	for d := range cell.Descendants() {
		switch {
		case d.Type == html.TextNode:
			b.WriteString(whitespace.ReplaceAllString(d.Data, " "))
		case d.DataAtom == atom.Br:
			b.WriteByte('\n')
		}
	}
	out := strings.Split(b.String(), "\n")
	for i, l := range out {
		out[i] = uspto.Clean(l)
	}
	return out
}

// applicants reads the applicants' table from the comment that repeats it
// with a mark before each value, or from its columns where the comment is
// gone: each column stacks its values with line breaks.
func applicants(cell *html.Node) []record.Person {
	if cell == nil {
		return nil
	}
	for d := range cell.Descendants() {
		if d.Type == html.CommentNode && strings.Contains(d.Data, "~AANM") {
			return commented(d.Data)
		}
	}
	for d := range cell.Descendants() {
		if d.DataAtom == atom.Table {
			return columns(d)
		}
	}
	return people(cell)
}

func commented(comment string) []record.Person {
	var out []record.Person
	var at [4]string // name, city, state, country
	flush := func() {
		if p, ok := uspto.Person(at[0], at[1], at[2], at[3]); ok {
			out = append(out, p)
		}
		at = [4]string{}
	}
	fields := map[string]int{"AANM": 0, "AACI": 1, "AAST": 2, "AACO": 3}
	for value := range strings.SplitSeq(comment, "~") {
		value, _, _ = strings.Cut(value, "<") // the end mark </AANM>
		mark, text, _ := strings.Cut(strings.TrimSpace(value), " ")
		i, ok := fields[strings.TrimSpace(mark)]
		if !ok {
			continue
		}
		if i == 0 {
			flush()
		}
		at[i] = text
	}
	flush()
	return out
}

// columns zips the columns of an applicants' table by its heading row.
func columns(table *html.Node) []record.Person {
	var rows [][]*html.Node
	for d := range table.Descendants() {
		switch d.DataAtom {
		case atom.Tr:
			rows = append(rows, nil)
		case atom.Td, atom.Th:
			if len(rows) > 0 {
				rows[len(rows)-1] = append(rows[len(rows)-1], d)
			}
		}
	}
	if len(rows) < 2 {
		return nil
	}
	stacks := map[string][]string{}
	for i, h := range rows[0] {
		if i < len(rows[1]) {
			stack := lines(rows[1][i])
			if len(stack) > 1 && stack[0] == "" {
				stack = stack[1:]
			}
			stacks[strings.ToLower(uspto.Clean(inner(h)))] = stack
		}
	}
	at := func(column string, i int) string {
		if i < len(stacks[column]) {
			return stacks[column][i]
		}
		return ""
	}
	var out []record.Person
	for i := range stacks["name"] {
		if p, ok := uspto.Person(at("name", i), at("city", i), at("state", i), at("country", i)); ok {
			out = append(out, p)
		}
	}
	return out
}

// settle corrects codes that were read as a state but may be a country (IN,
// DE, CA) where the applicants' table, which tells the two apart, has the same
// name or city with another country.
func settle(people, known []record.Person) {
	for i, p := range people {
		if p.State == "" {
			continue
		}
		for _, k := range known {
			same := strings.EqualFold(k.Name, p.Name) || strings.EqualFold(k.City, p.City)
			if same && p.City != "" && k.State == "" && k.Country == p.State {
				people[i].State, people[i].Country = "", k.Country
				break
			}
		}
	}
}
