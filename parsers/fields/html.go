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
	tables := map[*html.Node]htmlTable{}
	n := 0
	for _, node := range doc.FindMatcher(o.Rows.Selector).Nodes {
		element := goquery.NewDocumentFromNode(node).Selection
		r := htmlRow{element: element}
		if node.Data == "tr" {
			at := element.Closest("table")
			if at.Length() == 0 {
				continue
			}
			t, ok := tables[at.Nodes[0]]
			if !ok {
				if t, err = s.table(at, o); err != nil {
					return err
				}
				tables[at.Nodes[0]] = t
			}
			r.index, r.cells = t.index, t.rows[node]
			if r.index == nil || r.cells == nil || node == t.head || element.ChildrenFiltered("td").Length() == 0 {
				continue
			}
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

// htmlTable is a table of a page, with the cells of its rows.
type htmlTable struct {
	index map[string]int // nil: it is none of those that are read
	rows  map[*html.Node][]string
	head  *html.Node // the row of td cells that names the columns
}

// maxSpan bounds the columns that one cell may take, as HTML does.
const maxSpan = 1000

// grid returns the cells of a table's rows as they are shown: a cell that
// spans several columns or rows stands in each of them. A row that is one cell
// across several columns is a heading and has none.
func grid(table *goquery.Selection) map[*html.Node][]string {
	type span struct {
		rows int
		text string
	}
	rows := map[*html.Node][]string{}
	var from []span // by column: the cell that comes down from above
	table.Find("tr").Each(func(_ int, tr *goquery.Selection) {
		if tr.Closest("table").Nodes[0] != table.Nodes[0] {
			return
		}
		var cells []string
		down := func() {
			for len(cells) < len(from) && from[len(cells)].rows > 0 {
				from[len(cells)].rows--
				cells = append(cells, from[len(cells)].text)
			}
		}
		own := tr.ChildrenFiltered("td,th")
		own.Each(func(_ int, cell *goquery.Selection) {
			down()
			text, across, deep := textOf(cell), spanOf(cell, "colspan"), spanOf(cell, "rowspan")
			if own.Length() == 1 && across > 1 && len(cells) == 0 {
				return
			}
			for range across {
				if len(cells) == maxSpan {
					return
				}
				if len(cells) == len(from) {
					from = append(from, span{})
				}
				from[len(cells)] = span{deep - 1, text}
				cells = append(cells, text)
			}
		})
		if cells != nil {
			down()
		}
		rows[tr.Nodes[0]] = cells
	})
	return rows
}

// spanOf is how many columns or rows a cell takes; 0 stands for all that
// follow.
func spanOf(cell *goquery.Selection, attr string) int {
	n, err := strconv.Atoi(strings.TrimSpace(cell.AttrOr(attr, "1")))
	switch {
	case err != nil || n < 0:
		return 1
	case n == 0 && attr == "rowspan", n > 1<<16:
		return 1 << 16
	}
	return max(n, 1)
}

// table names the columns of a table: by the mapping, or by its first row. One
// that has none of the columns that the mapping reads is left alone: pages hold
// other tables too.
func (s *session) table(at *goquery.Selection, o Input) (htmlTable, error) {
	t := htmlTable{rows: grid(at)}
	names := o.Columns
	if len(names) == 0 {
		first := at.Find("tr").FilterFunction(func(_ int, tr *goquery.Selection) bool { return t.rows[tr.Nodes[0]] != nil }).First()
		if first.Length() > 0 {
			names = t.rows[first.Nodes[0]]
		}
		if o.headed() && at.Find("th").Length() == 0 && first.Length() > 0 {
			t.head = first.Nodes[0]
		}
	}
	index := map[string]int{}
	for i, name := range names {
		if _, twice := index[name]; !twice {
			index[name] = i
		}
	}
	own := func(name string) bool { return name == "#text" || name == "#next" || strings.HasPrefix(name, "@") }
	has := func(name string) bool { _, ok := columnAt(index, len(names), name); return ok || own(name) }
	reads, some := false, false
	for _, f := range s.mapping.fields {
		for _, name := range f.rule.From {
			reads, some = reads || !own(name), some || has(name)
		}
	}
	if reads && !some {
		return t, nil
	}
	s.header = names
	if err := s.wantColumns(has); err != nil {
		return t, err
	}
	s.noteColumns(names)
	t.index = index
	return t, nil
}

// htmlRow is a row of a table, or any element.
type htmlRow struct {
	element *goquery.Selection
	index   map[string]int
	cells   []string
}

// column is a cell of a table's row. Any element has its own text as #text, its
// attributes as @name, and the text of the element behind it as #next.
func (r htmlRow) column(name string) []string {
	switch attr, isAttr := strings.CutPrefix(name, "@"); {
	case name == "#text":
		return []string{textOf(r.element)}
	case name == "#next":
		return []string{textOf(r.element.Next())}
	case isAttr:
		return []string{r.element.AttrOr(attr, "")}
	}
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
