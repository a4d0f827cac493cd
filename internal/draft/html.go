package draft

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// lookHTML finds the rows of a page: a table, a list of names and values, or
// elements that repeat; whichever holds the most.
func lookHTML(text string) (*shape, error) {
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	title := oneLine(textOf(doc.Find("head title").First()))
	doc.Find("script, style, noscript, template, nav, header, footer").Remove()
	best := bestTable(doc)
	if best == nil || best.rows < 2 {
		if pairs := labelled(doc); pairs != nil && (best == nil || len(pairs.columns) > 2) {
			best = pairs
		} else if list := repeated(doc); list != nil && (best == nil || list.rows > best.rows) {
			best = list
		}
	}
	if best == nil {
		return nil, errors.New("the page holds no table and no list; if a browser shows one, it is made by a program in the page: use crawl kind browser, or look for the address that the program asks")
	}
	best.ext, best.title, best.next = ".html", title, nextLink(doc)
	return best, nil
}

// nextLink is a selector of the link to the next page of a list, or "".
func nextLink(doc *goquery.Document) string {
	for _, s := range []string{"a[rel=next]", "a.next", "li.next a", "a[aria-label=Next]"} {
		if a := doc.Find(s); a.Length() > 0 && leads(a.AttrOr("href", "")) {
			return s
		}
	}
	return ""
}

// bestTable is the table of a page with the most cells, together with others
// that no selector tells from it.
func bestTable(doc *goquery.Document) *shape {
	var best *goquery.Selection
	cells := 0
	doc.Find("table").Each(func(_ int, t *goquery.Selection) {
		if rows, width := grid(t); len(rows)*width > cells {
			best, cells = t, len(rows)*width
		}
	})
	if best == nil {
		return nil
	}
	at := selectorOf(doc, best)
	s := &shape{input: []pair{{"type", "html"}}}
	if at != "table" {
		s.input = append(s.input, pair{"rows", quote(at + " tr")})
	}
	byName := map[string]*column{}
	doc.Find(at).Each(func(i int, t *goquery.Selection) {
		rows, width := grid(t)
		if len(rows) == 0 {
			return
		}
		one := &shape{}
		one.fromRows(rows, width)
		if len(one.input) > 0 && len(s.columns) == 0 {
			s.input = append(s.input, one.input...) // no header
		}
		s.rows += one.rows
		for _, c := range one.columns {
			if known := byName[c.name]; known != nil {
				known.values, known.rows = append(known.values, c.values...), known.rows+c.rows
				continue
			}
			s.many = s.many || i > 0
			byName[c.name] = c
			s.columns = append(s.columns, c)
		}
	})
	if link := best.Find("td a[href]").FilterFunction(func(_ int, a *goquery.Selection) bool { return leads(a.AttrOr("href", "")) }).First(); link.Length() > 0 {
		s.links = append(s.links, Link{Select: at + " td a", Href: link.AttrOr("href", "")})
	}
	s.cut = func(n int) []byte { return cutTable(best, n) }
	return s
}

// grid is the cells of a table that holds rows of data: all rows as wide as
// the widest.
func grid(t *goquery.Selection) (rows [][]string, width int) {
	if t.Find("table").Length() > 0 {
		return nil, 0 // it lays the page out
	}
	var trs []*goquery.Selection
	t.Find("tr").Each(func(_ int, tr *goquery.Selection) {
		var row []string
		tr.ChildrenFiltered("td,th").Each(func(_ int, c *goquery.Selection) { row = append(row, textOf(c)) })
		if len(row) > 0 && len(rows) < rowsMost {
			row = narrow(row)
			rows, trs = append(rows, row), append(trs, tr)
			width = max(width, len(row))
		}
	})
	if len(rows) < 2 || width < 2 || trs[1].ChildrenFiltered("td").Length() == 0 || isLabelled(trs) {
		return nil, 0
	}
	for i := range rows {
		for len(rows[i]) < width {
			rows[i] = append(rows[i], "")
		}
	}
	return rows, width
}

// cutTable is a page with the first rows of a table alone.
func cutTable(t *goquery.Selection, n int) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<meta charset=\"utf-8\">\n%s\n", openTag(t))
	bad := false
	t.Find("tr").EachWithBreak(func(i int, tr *goquery.Selection) bool {
		out, err := goquery.OuterHtml(tr)
		bad = bad || err != nil
		b.WriteString(strings.TrimSpace(out) + "\n")
		return i < n
	})
	if bad {
		return nil
	}
	b.WriteString("</table>\n")
	return []byte(b.String())
}

func openTag(t *goquery.Selection) string {
	tag := "<table"
	for _, name := range []string{"id", "class"} {
		if v, ok := t.Attr(name); ok {
			tag += fmt.Sprintf(" %s=%q", name, html.EscapeString(v))
		}
	}
	return tag + ">"
}

func leads(href string) bool {
	href = strings.TrimSpace(href)
	return href != "" && !strings.HasPrefix(href, "#") && !strings.HasPrefix(href, "mailto:") && !strings.HasPrefix(href, "javascript:")
}

var plainName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)

// selectorOf is a selector that finds an element and no other of the page, as
// far as its id, its classes and those around it tell.
func selectorOf(doc *goquery.Document, e *goquery.Selection) string {
	tag := goquery.NodeName(e)
	if doc.Find(tag).Length() == 1 {
		return tag
	}
	try := []string{}
	if id := e.AttrOr("id", ""); plainName.MatchString(id) {
		try = append(try, tag+"#"+id)
	}
	for _, class := range strings.Fields(e.AttrOr("class", "")) {
		if plainName.MatchString(class) {
			try = append(try, tag+"."+class)
		}
	}
	for _, s := range try {
		if doc.Find(s).Length() == 1 {
			return s
		}
	}
	for up := e.Parent(); up.Length() > 0; up = up.Parent() {
		if id := up.AttrOr("id", ""); plainName.MatchString(id) && doc.Find("#"+id+" "+tag).Length() == 1 {
			return "#" + id + " " + tag
		}
	}
	if len(try) > 0 {
		return try[0]
	}
	return tag
}

// isLabelled says of the rows of a table that each holds a name and its value.
func isLabelled(trs []*goquery.Selection) bool {
	pairs, known := 0, 0
	for _, tr := range trs {
		cells := tr.ChildrenFiltered("td,th")
		if cells.Length() != 2 {
			return false
		}
		first := textOf(cells.First())
		if goquery.NodeName(cells.First()) == "th" && goquery.NodeName(cells.Last()) == "td" || strings.HasSuffix(first, ":") {
			pairs++
		}
		if knownWord(first) {
			known++
		}
	}
	return pairs == len(trs) || known*2 > len(trs) && len(trs) > 2
}

// labelled reads a page about one thing: names and values in a list of terms
// or in a table of two columns.
func labelled(doc *goquery.Document) *shape {
	var best *shape
	take := func(at string, columns []*column) {
		if len(columns) >= 2 && (best == nil || len(columns) > len(best.columns)) {
			best = &shape{input: []pair{{"type", "html"}, {"rows", quote(at)}}, columns: columns, rows: 1}
		}
	}
	doc.Find("dl").Each(func(_ int, dl *goquery.Selection) {
		var columns []*column
		labels := textsOf(dl.Find("dt"))
		dl.Find("dt").Each(func(_ int, dt *goquery.Selection) {
			if dd := dt.NextFiltered("dd"); dd.Length() > 0 {
				columns = addLabelled(columns, labels, textOf(dt), textOf(dd), "dt%s + dd")
			}
		})
		take(selectorOf(doc, dl), columns)
	})
	doc.Find("table").Each(func(_ int, t *goquery.Selection) {
		var trs []*goquery.Selection
		t.Find("tr").Each(func(_ int, tr *goquery.Selection) { trs = append(trs, tr) })
		if len(trs) < 2 || !isLabelled(trs) {
			return
		}
		var columns []*column
		labels := textsOf(t.Find("td:first-child, th:first-child"))
		for _, tr := range trs {
			cells := tr.ChildrenFiltered("td,th")
			css := "tr:has(" + goquery.NodeName(cells.First()) + ":first-child%s) td:last-child"
			columns = addLabelled(columns, labels, textOf(cells.First()), textOf(cells.Last()), css)
		}
		take(selectorOf(doc, t), columns)
	})
	return best
}

var plainLabel = regexp.MustCompile(`^[\p{L}\p{N} _/.-]+$`)

// addLabelled adds a column for a label that is plain enough to be written in
// a selector.
func addLabelled(columns []*column, labels []string, label, value, css string) []*column {
	label = strings.TrimSpace(strings.TrimRight(label, ": "))
	if !plainLabel.MatchString(label) {
		return columns
	}
	holds := 0
	for _, other := range labels {
		if strings.Contains(strings.ToLower(other), strings.ToLower(label)) {
			holds++
		}
	}
	which := ":contains('" + label + "')"
	if holds > 1 { // it is a part of another label
		which = ":matches(^\\s*" + regexp.QuoteMeta(label) + "\\s*:?\\s*$)"
	}
	c := &column{name: label, label: label, css: fmt.Sprintf(css, which)}
	c.add(value)
	return append(columns, c)
}

func textsOf(s *goquery.Selection) []string {
	return s.Map(func(_ int, e *goquery.Selection) string { return textOf(e) })
}

// repeated finds elements of one kind beside each other, like the entries of
// a list.
func repeated(doc *goquery.Document) *shape {
	var best []*goquery.Selection
	at := ""
	doc.Find("ul, ol, div, section, main, article, tbody, body").Each(func(_ int, parent *goquery.Selection) {
		groups := map[string][]*goquery.Selection{}
		parent.Children().Each(func(_ int, c *goquery.Selection) {
			if textOf(c) != "" && goquery.NodeName(c) != "tr" {
				groups[kindOf(c)] = append(groups[kindOf(c)], c)
			}
		})
		for kind, group := range groups {
			if len(group) < 3 || kind == "p" || kind == "br" || kind == "a" {
				continue
			}
			if len(group) > len(best) || len(group) == len(best) && kind < at {
				best, at = group, selectorOf(doc, parent)+" > "+kind
			}
		}
	})
	if best == nil {
		return nil
	}
	s := &shape{input: []pair{{"type", "html"}, {"rows", quote(at)}}, rows: len(best)}
	byCSS := map[string]*column{}
	for _, e := range best {
		values := map[string][]string{}
		e.Find("*").Each(func(_ int, inner *goquery.Selection) {
			text := textOf(inner)
			if text == "" || inner.Children().Length() > 0 && ownText(inner) == "" {
				return
			}
			css := kindOf(inner)
			if byCSS[css] == nil {
				byCSS[css] = &column{name: css, css: css, label: labelOf(inner)}
				s.columns = append(s.columns, byCSS[css])
			}
			values[css] = append(values[css], text)
		})
		for css, v := range values {
			byCSS[css].add(v...)
		}
		if link := e.Find("a[href]").First(); link.Length() > 0 && len(s.links) == 0 && leads(link.AttrOr("href", "")) {
			s.links = append(s.links, Link{Select: at + " a", Href: link.AttrOr("href", "")})
		}
	}
	if len(s.columns) == 0 { // entries of text alone
		c := &column{name: "#text", label: "name"}
		for _, e := range best {
			c.add(textOf(e))
		}
		s.columns = append(s.columns, c)
	}
	return s
}

// kindOf is an element's tag and its first class.
func kindOf(e *goquery.Selection) string {
	for _, class := range strings.Fields(e.AttrOr("class", "")) {
		if plainName.MatchString(class) {
			return goquery.NodeName(e) + "." + class
		}
	}
	return goquery.NodeName(e)
}

// labelOf is what an element says of itself: its class, or that it is a heading.
func labelOf(e *goquery.Selection) string {
	if class := strings.Fields(e.AttrOr("class", "")); len(class) > 0 {
		return class[0]
	}
	switch tag := goquery.NodeName(e); tag {
	case "h1", "h2", "h3", "h4", "strong", "b", "a":
		return "name"
	case "address":
		return "address"
	default:
		return tag
	}
}

func ownText(e *goquery.Selection) string {
	var b strings.Builder
	for _, n := range e.Nodes {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.TextNode {
				b.WriteString(c.Data)
			}
		}
	}
	return strings.TrimSpace(b.String())
}

// textOf is the text of an element with single blanks.
func textOf(e *goquery.Selection) string {
	var b strings.Builder
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		if n.Type == html.ElementNode && blocks[n.Data] {
			b.WriteByte(' ')
		}
		for c := n.FirstChild; c != nil && depth < 500; c = c.NextSibling {
			walk(c, depth+1)
		}
		if n.Type == html.ElementNode && blocks[n.Data] {
			b.WriteByte(' ')
		}
	}
	for _, n := range e.Nodes {
		walk(n, 0)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

var blocks = map[string]bool{
	"br": true, "p": true, "div": true, "li": true, "ul": true, "ol": true, "td": true, "th": true, "tr": true,
	"table": true, "h1": true, "h2": true, "h3": true, "h4": true, "h5": true, "h6": true, "dt": true, "dd": true,
}
