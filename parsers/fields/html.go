package fields

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// maxPage bounds a page, which is held in memory.
const maxPage = 64 << 20

// readHTML reads the rows of a page. The columns of a table are named by its
// first row of th cells, or by its first row at all.
func (s *session) readHTML(in *bufio.Reader, row rowFunc) error {
	page, err := io.ReadAll(io.LimitReader(in, maxPage+1))
	switch {
	case err != nil:
		return err
	case len(page) > maxPage:
		return fmt.Errorf("a page of more than %d MiB", maxPage>>20)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(utf8Text(string(page))))
	if err != nil {
		return fmt.Errorf("not HTML: %w", err)
	}
	o := s.mapping.options.Input
	headings := map[*html.Node]map[string]int{}
	n := 0
	for _, node := range doc.FindMatcher(o.Rows.Selector).Nodes {
		element := goquery.NewDocumentFromNode(node).Selection
		tds := element.ChildrenFiltered("td")
		r := htmlRow{element: element}
		if node.Data == "tr" {
			table := element.Closest("table")
			if table.Length() == 0 {
				continue
			}
			index, ok := headings[table.Nodes[0]]
			if !ok {
				if index, err = s.headings(table, o); err != nil {
					return err
				}
				headings[table.Nodes[0]] = index
			}
			if index == nil || tds.Length() == 0 || isHeader(element, o) {
				continue
			}
			r.index = index
			tds.Each(func(_ int, td *goquery.Selection) { r.cells = append(r.cells, textOf(td)) })
		}
		n++
		if err := row("#"+strconv.Itoa(n), r, nil); err != nil {
			return err
		}
	}
	if n == 0 {
		return errors.New("the page has no rows where the mapping looks for them, or no table with its columns: it was changed, or it is another page")
	}
	return nil
}

// headings names the columns of a table. It returns nil for a table that has
// none of the columns that the mapping reads: pages hold other tables too.
func (s *session) headings(table *goquery.Selection, o Input) (map[string]int, error) {
	names := o.Columns
	if len(names) == 0 {
		table.Find("tr").First().ChildrenFiltered("th,td").Each(func(_ int, cell *goquery.Selection) { names = append(names, textOf(cell)) })
	}
	index := map[string]int{}
	for i, name := range names {
		if _, twice := index[name]; !twice {
			index[name] = i
		}
	}
	has := func(name string) bool { _, ok := columnAt(index, len(names), name); return ok }
	reads, some := false, false
	for _, f := range s.mapping.fields {
		for _, name := range f.rule.From {
			reads, some = true, some || has(name)
		}
	}
	if reads && !some {
		return nil, nil
	}
	s.header = names
	if err := s.wantColumns(has); err != nil {
		return nil, err
	}
	s.noteColumns(names)
	return index, nil
}

// isHeader says that a row of td cells is the first of a table that has no th
// and whose columns no one names.
func isHeader(row *goquery.Selection, o Input) bool {
	if len(o.Columns) > 0 || o.Header != nil && !*o.Header {
		return false
	}
	table := row.Closest("table")
	return table.Find("th").Length() == 0 && table.Find("tr").First().Nodes[0] == row.Nodes[0]
}

// htmlRow is a row of a table, or any element.
type htmlRow struct {
	element *goquery.Selection
	index   map[string]int
	cells   []string
}

func (r htmlRow) column(name string) []string {
	i, ok := columnAt(r.index, len(r.cells), name)
	if !ok || i >= len(r.cells) {
		return nil
	}
	return []string{r.cells[i]}
}

func (r htmlRow) css(sel Selector, attr string) []string {
	var out []string
	r.element.FindMatcher(sel.Selector).Each(func(_ int, e *goquery.Selection) {
		if attr == "" {
			out = append(out, textOf(e))
		} else if v, ok := e.Attr(attr); ok {
			out = append(out, v)
		}
	})
	return out
}

func (r htmlRow) json(Path) []string    { return nil }
func (r htmlRow) within(string) []cells { return nil }
func (r htmlRow) raw() []byte           { return []byte(textOf(r.element)) }

// textOf is the text of an element with single blanks; line breaks and blocks
// part words, inline elements do not.
func textOf(e *goquery.Selection) string {
	var b strings.Builder
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		switch {
		case depth > 500:
			return
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
			return
		case n.Type == html.ElementNode:
			switch n.Data {
			case "script", "style":
				return
			case "br", "p", "div", "li", "ul", "ol", "td", "th", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6":
				b.WriteByte(' ')
				defer b.WriteByte(' ')
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, depth+1)
		}
	}
	for _, n := range e.Nodes {
		walk(n, 0)
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(b.String(), "\u00a0", " ")), " ")
}
