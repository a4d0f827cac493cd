package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/term"
	"golang.org/x/text/width"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/record"
)

const (
	plainWidth = 120 // of a table that goes to no terminal
	cellMost   = 36  // of a cell in it
	cellNarrow = 12  // of a cell where there are many columns
	cellLeast  = 6   // of a column that is worth its place
)

// showTrial prints what came of a preview.
func (a *app) showTrial(s *config.Source, t *trial) error {
	fill := t.fill()
	if a.json {
		return a.line(struct {
			Source   string              `json:"source"`
			Records  []record.Record     `json:"records"`
			Read     int                 `json:"read"`
			Found    int                 `json:"found"`
			Spoilt   int                 `json:"problem_count"`
			Fill     []fillLine          `json:"fill"`
			Unread   []string            `json:"unread"`
			Misses   map[string][]string `json:"misses"`
			Problems []problemLine       `json:"problems"`
			Requests []requestLine       `json:"requests"`
			Known    int                 `json:"known"` // requests that were not made
		}{s.ID, nonNil(t.records), t.count.Read, t.count.Records, t.count.Problems, fill, nonNil(t.audit.Unread), t.audit.Misses, nonNil(t.problems), nonNil(t.requests()), len(t.queue.waiting)})
	}
	fmt.Fprintf(a.out, "%s: %s (%s → %s)\n\n", s.ID, s.Title, s.Crawl.Kind, s.Parse.Format)
	a.printRecordTable(t.records)
	if len(t.records) > 0 {
		fmt.Fprintf(a.out, "\n%d of %s shown, of %s read.\n\n", len(t.records), plural(t.count.Records, "record"), plural(t.count.Read, "row"))
	}
	if len(fill) > 0 {
		head := "FILLED  FIELD"
		if n := t.spoilt(); n > 0 && t.audit.Rows > 0 { // of these, what stands behind the fault was not read
			head += fmt.Sprintf("  in %s, %d of them spoilt", plural(t.audit.Rows, "row"), n)
		}
		fmt.Fprintln(a.out, head)
		for _, f := range fill {
			fmt.Fprintf(a.out, "%5.1f%%  %s\n", 100*f.Share, f.Field)
		}
		fmt.Fprintln(a.out)
	}
	a.printAudit(t)
	a.printRequests(t.requests(), len(t.queue.waiting))
	return nil
}

func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// fillLine is the share of rows or records that fill a field.
type fillLine struct {
	Field string  `json:"field"`
	Share float64 `json:"share"`
}

// fill is how often each field of the mapping is filled by a row or, where
// nothing is mapped, each field of the records.
func (t *trial) fill() []fillLine {
	counts, of := t.audit.Fill, t.audit.Rows
	if len(counts) == 0 {
		counts, of = t.filled, min(t.count.Records, max(trialRecords, t.limit))
	}
	out := []fillLine{}
	for _, field := range slices.Sorted(maps.Keys(counts)) {
		out = append(out, fillLine{field, float64(counts[field]) / float64(max(of, 1))})
	}
	slices.SortStableFunc(out, func(a, b fillLine) int { return cmp.Compare(b.Share, a.Share) })
	return out
}

func (a *app) printAudit(t *trial) {
	if len(t.audit.Unread) > 0 {
		fmt.Fprintf(a.out, "unread    %s\n          map them, or name them under ignore\n", strings.Join(t.audit.Unread, ", "))
	}
	for _, field := range slices.Sorted(maps.Keys(t.audit.Misses)) {
		values := t.audit.Misses[field]
		shown := make([]string, 0, 5)
		for _, v := range values[:min(5, len(values))] {
			shown = append(shown, fmt.Sprintf("%q", v))
		}
		if more := len(values) - len(shown); more > 0 {
			shown = append(shown, fmt.Sprintf("%d more", more))
		}
		fmt.Fprintf(a.out, "unknown   %s in %s: %s\n          add them to the field's table, or to absent where they mean none\n", field, plural(t.audit.Missed[field], "row"), strings.Join(shown, ", "))
	}
	if t.count.Problems > 0 {
		fmt.Fprintf(a.out, "problems  %d in %s\n", t.count.Problems, plural(t.count.Read, "row"))
		for _, p := range t.problems {
			fmt.Fprintf(a.out, "          %s: %s\n", shownText(p.Origin.Locator), shownText(p.Problem))
		}
		if more := t.count.Problems - len(t.problems); more > 0 {
			fmt.Fprintf(a.out, "          and %d more\n", more)
		}
	}
}

func (a *app) printRequests(requests []requestLine, known int) {
	var bytes int64
	for _, r := range requests {
		bytes += r.Bytes
	}
	fmt.Fprintf(a.out, "requests  %d, %s\n", len(requests), byteCount(bytes))
	for i := 0; i < len(requests); {
		r, times := requests[i], 1
		for i++; i < len(requests) && requests[i] == r; i++ {
			times++
		}
		status := fmt.Sprint(r.Status)
		if r.Status == 0 {
			status = "–"
		}
		line := fmt.Sprintf("          %3s %9s  %s %s", status, byteCount(r.Bytes), r.Method, shownText(r.URL))
		if r.Error != "" {
			line += ": " + shownText(r.Error)
		}
		if times > 1 {
			line += fmt.Sprintf(" (%d times)", times)
		}
		fmt.Fprintln(a.out, line)
	}
	if known > 0 {
		fmt.Fprintf(a.out, "          %d more known and not asked for\n", known)
	}
	fmt.Fprintln(a.out, "Nothing was stored.")
}

func byteCount(n int64) string {
	switch {
	case n >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	case n >= 1e3:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%d B", n)
}

// printRecordTable prints records as a table as wide as the terminal: a column
// for each field that some record fills, wide cells cut.
func (a *app) printRecordTable(records []record.Record) {
	type column struct {
		name  string
		place int
		cells []string
		wide  int
	}
	var columns []*column
	at := map[string]*column{}
	for i, r := range records {
		for _, f := range recordFields(r) {
			c := at[f.name]
			if c == nil {
				c = &column{name: f.name, place: f.place, cells: make([]string, len(records)), wide: textWidth(f.name)}
				at[f.name] = c
				columns = append(columns, c)
			}
			c.cells[i] = shownText(f.value)
			c.wide = max(c.wide, textWidth(c.cells[i]))
		}
	}
	slices.SortStableFunc(columns, func(a, b *column) int { return cmp.Compare(a.place, b.place) })
	room, spare, widest := terminalWidth(), 0, cellMost
	for ; widest > cellNarrow; widest-- { // rather narrow than not there
		spare = room
		for _, c := range columns {
			spare -= min(c.wide, widest) + 2
		}
		if spare >= 0 {
			break
		}
	}
	for _, c := range columns { // what is left goes to the first that want it
		more := max(0, min(c.wide, cellMost)-widest)
		more = max(0, min(more, spare))
		spare -= more
		c.wide = min(c.wide, widest+more)
	}
	var shown []*column
	var left []string
	for _, c := range columns {
		switch {
		case c.wide+2 <= room:
		case room >= max(cellLeast, min(textWidth(c.name), cellMost))+2 && len(left) == 0:
			c.wide = room - 2
		default:
			left = append(left, c.name)
			continue
		}
		room -= c.wide + 2
		shown = append(shown, c)
	}
	for i := -1; i < len(records); i++ {
		var line strings.Builder
		for _, c := range shown {
			cell := strings.ToUpper(c.name)
			if i >= 0 {
				cell = c.cells[i]
			}
			line.WriteString(fitted(cell, c.wide) + "  ")
		}
		if len(records) > 0 {
			fmt.Fprintln(a.out, strings.TrimRight(line.String(), " "))
		}
	}
	if len(left) > 0 {
		fmt.Fprintf(a.out, "and %s; --json shows all\n", strings.Join(left, ", "))
	}
}

func terminalWidth() int {
	if wide, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil && wide > 20 {
		return wide
	}
	return plainWidth
}

// fieldText is one field of a record in one line.
type fieldText struct {
	name, value string
	place       int // among the fields of its kind of record
}

// recordFields are the filled fields of a record as texts: what repeats stands
// side by side, dates of a listing under what they are dates of. Ids made by
// the house, and what every row of a source has, are left out.
func recordFields(r record.Record) []fieldText {
	line, err := record.Marshal(r)
	if err != nil {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.UseNumber()
	var out []fieldText
	places := jsonNames(r)
	event := ""
	walkJSON(dec, "", func(path, value string) {
		top, rest, _ := strings.Cut(path, ".")
		name := path
		switch {
		case top == "kind", top == "origin", top == "also_from", top == "synthetic", top == "id" && r.Ref().Kind != record.KindPatent:
			return
		case path == "lists.dates.event":
			event = value
			return
		case path == "lists.dates.date":
			name = event
		case path == "addresses.country", path == "lists.code", path == "lists.status", top == "lists" && strings.HasPrefix(rest, "dates."):
			return
		case top == "lists":
			name = rest
		case rest == "name" && top != "shipper" && top != "consignee" && top != "notify", rest == "text":
			name = top
		}
		for i := range out {
			if out[i].name == name {
				if !strings.Contains(out[i].value, value) {
					out[i].value += " | " + value
				}
				return
			}
		}
		place := slices.Index(places, top)
		if first := slices.Index([]string{"countries", "type", "name"}, top); first >= 0 {
			place = -1 - first // who it is stands before the rest
		}
		out = append(out, fieldText{name, value, place})
	})
	return out
}

// walkJSON calls fn with each value of a JSON text, its path without indices.
func walkJSON(dec *json.Decoder, name string, fn func(name, value string)) {
	tok, err := dec.Token()
	if err != nil {
		return
	}
	delim, ok := tok.(json.Delim)
	if !ok {
		fn(name, fmt.Sprint(tok))
		return
	}
	for dec.More() {
		inner := name
		if delim == '{' {
			key, err := dec.Token()
			if err != nil {
				return
			}
			inner = strings.TrimPrefix(name+"."+fmt.Sprint(key), ".")
		}
		walkJSON(dec, inner, fn)
	}
	_, _ = dec.Token() // the end of it, which the encoder wrote
}

// shownText is a text in one line that no control character of the web can
// take over a terminal with.
func shownText(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return '·'
	}, s)
}

// fitted is a text cut or filled to a width.
func fitted(s string, wide int) string {
	if n := textWidth(s); n <= wide {
		return s + strings.Repeat(" ", wide-n)
	}
	n := 0
	for i, r := range s {
		w := runeWidth(r)
		if n+w > wide-1 {
			return s[:i] + "…" + strings.Repeat(" ", wide-1-n)
		}
		n += w
	}
	return s
}

func textWidth(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

// runeWidth is how many columns of a terminal a character takes.
func runeWidth(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
