package parsers

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/record"
)

// gathering holds the parties of a unit, row by row, under the ids that their
// rows ask for.
type gathering struct {
	order  []string
	rows   map[string][]*record.Party
	merged int // set by united
}

// maxRows bounds the rows of one party: the longest real one has 60.
const maxRows = 10_000

func (g *gathering) add(p *record.Party) error {
	if g.rows == nil {
		g.rows = map[string][]*record.Party{}
	}
	id, _ := PartyID(p)
	if _, ok := g.rows[id]; !ok {
		g.order = append(g.order, id)
	}
	if len(g.rows[id]) == maxRows {
		return fmt.Errorf("more than %d rows are one party, %s: the name or the number of a row is not read from the right place", maxRows, id)
	}
	g.rows[id] = append(g.rows[id], p)
	return nil
}

// united yields one party an id and counts the rows that went into others.
func (g *gathering) united() iter.Seq[*record.Party] {
	return func(yield func(*record.Party) bool) {
		for _, id := range g.order {
			rows := g.rows[id]
			out := settle(id, rows)
			g.merged += len(rows) - len(out)
			for _, p := range out {
				if !yield(p) {
					return
				}
			}
		}
	}
}

// settle makes parties of the rows under one id. Rows under a permanent id
// are one party whatever they say. Rows of one name and country that disagree
// on what they are get their address added to the id, and where they still
// disagree, what they say of themselves.
func settle(id string, rows []*record.Party) []*record.Party {
	if _, permanent := PartyID(rows[0]); permanent || !quarrel(rows) {
		return []*record.Party{unite(id, rows)}
	}
	var out []*record.Party
	for _, there := range group(rows, func(p *record.Party) string { return withAddress(id, p) }) {
		if !quarrel(there.rows) {
			out = append(out, unite(there.id, there.rows))
			continue
		}
		for _, same := range group(there.rows, func(p *record.Party) string { return there.id + "/" + selfWords(p) }) {
			out = append(out, unite(same.id, same.rows))
		}
	}
	return out
}

type rowsOfID struct {
	id   string
	rows []*record.Party
}

// group sorts rows under the ids that key gives them, in the order of first
// appearance.
func group(rows []*record.Party, key func(*record.Party) string) []rowsOfID {
	var out []rowsOfID
	at := map[string]int{}
	for _, p := range rows {
		id := key(p)
		i, ok := at[id]
		if !ok {
			i = len(out)
			at[id] = i
			out = append(out, rowsOfID{id: id})
		}
		out[i].rows = append(out[i].rows, p)
	}
	return out
}

// selfWords is what a row says of itself that others can disagree with.
func selfWords(p *record.Party) string {
	words := append([]string{string(p.Type)}, p.Births...)
	for _, n := range p.IDs {
		words = append(words, n.Type, n.Value)
	}
	return fold(strings.Join(words, " "))
}

func unite(id string, rows []*record.Party) *record.Party {
	p := rows[0]
	for _, q := range rows[1:] {
		p.Unite(q)
	}
	p.ID = id
	return p
}

// PartyID is the id that a row of a list asks for, and whether it is its
// publisher's own and permanent: US-OFAC:30946. Where the publisher has none
// that lasts, it is the list's code, the name and the country:
// US-BIS-EL:HANGZHOU HIKVISION DIGITAL TECHNOLOGY CO., LTD./CN. The country is
// that of the first address that has one, since that is where a publisher
// enters a party. Of a list of the user's own the number stands behind them:
// its source file says that the number is the party's, where those of the
// known lists are numbers of rows, or change with a notice.
func PartyID(p *record.Party) (id string, permanent bool) {
	var l record.Listing
	if len(p.Lists) > 0 {
		l = p.Lists[0]
	}
	list, _ := tables.ListByCode(l.Code)
	if list.PermanentID && l.NativeID != "" {
		return list.IDPrefix + ":" + l.NativeID, true
	}
	id = l.Code + ":" + fold(p.Name)
	if c := homeCountry(p); c != "" {
		id += "/" + c
	}
	if l.NativeID != "" && tables.OwnList(l.Code) {
		id += "/" + l.NativeID
	}
	return id, false
}

func homeCountry(p *record.Party) string {
	for _, a := range p.Addresses {
		if a.Country != "" {
			return a.Country
		}
	}
	if len(p.Countries) > 0 {
		return p.Countries[0]
	}
	return ""
}

func withAddress(id string, p *record.Party) string {
	for _, a := range p.Addresses {
		text := a.Text
		if text == "" {
			text = strings.Join([]string{a.Street, a.City, a.State, a.PostalCode}, " ")
		}
		if text = fold(text); text != "" {
			return id + "/" + text
		}
	}
	return id
}

// fold brings a text to NFKC and upper case with single blanks. Punctuation
// stays: it tells names apart.
func fold(s string) string {
	return strings.Join(strings.Fields(strings.ToUpper(norm.NFKC.String(s))), " ")
}

// quarrel says that two of the rows cannot be one party.
func quarrel(rows []*record.Party) bool {
	for i, p := range rows {
		for _, q := range rows[i+1:] {
			if disagree(p, q) {
				return true
			}
		}
		if i == 100 { // a name this common is compared with its first hundred rows
			break
		}
	}
	return false
}

// disagree says that both rows know a type, a birth or a number of one kind,
// and that nothing of it is the same.
func disagree(p, q *record.Party) bool {
	if p.Type != "" && q.Type != "" && p.Type != q.Type {
		return true
	}
	if len(p.Births) > 0 && len(q.Births) > 0 && !slices.ContainsFunc(p.Births, func(b string) bool {
		return slices.ContainsFunc(q.Births, func(c string) bool { return strings.HasPrefix(b, c) || strings.HasPrefix(c, b) })
	}) {
		return true
	}
	for _, a := range p.IDs {
		known, same := false, false
		for _, b := range q.IDs {
			if a.Type == b.Type && a.Country == b.Country {
				known = true
				same = same || slices.Contains(p.IDs, b)
			}
		}
		if known && !same {
			return true
		}
	}
	return false
}
