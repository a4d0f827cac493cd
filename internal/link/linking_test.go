package link_test

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/record"
)

// chance makes a store that changes at random. Its words are few and near to
// each other, so that every bound of the index is reached.
type chance struct {
	*rand.Rand
	world
	parties   map[string]*record.Party
	shipments map[string][]*record.Shipment // by month
	patents   map[string]*record.Patent
	decisions map[string]*record.Decision
	links     []*record.Link
	bound     bool // many words share three letters
	made      int
}

func pick[T any](c *chance, list []T) T { return list[c.IntN(len(list))] }

var (
	chanceWords  = strings.Fields("VARTEK VARTEC VARTEKO KANGWEI KANGVEI HAISHI HAI SHI ZHONGXIN ZHONG XIN LEXRON LEXRONE TALVAR TALVARI TALVARIS TAL MORDAN MORDANTEKNIKA MORDANTEKNIK MORDANTECHNIKA STRELSAUOPTIKA STRELSAUOPTICA STRELSAU STREL GALVOX GAL КАМЕРА ВЕКТОР 海康 威视 中芯 شركة نورا نور حسن")
	chanceTrades = strings.Fields("TECHNOLOGY TRADING LOGISTICS ELECTRONICS GROUP INTL BANK 54 55 HANGZHOU MOSCOW")
	chanceForms  = []string{"CO LTD", "LLC", "INC", "", "OOO"}
	chancePeople = strings.Fields("Karim Kareem Hasan Hassan Zevlori Zevlory Nora Noor Ivanen")
	chanceStreet = []string{"", "555 Qianmo Road, Hangzhou", "No. 555 Qianmo Rd, Hangzhou, China", "12 Fuhua Street, Shenzhen", "7 Ulitsa Lenina 7, Moscow"}
	chanceLands  = []string{"", "CN", "RU", "IR"}
)

func (c *chance) name() string {
	var parts []string
	for range 1 + c.IntN(2) {
		w := pick(c, chanceWords)
		if c.bound && c.IntN(2) == 0 { // about as many as a row of three letters may lead to
			w = fmt.Sprintf("%sEXTR%s", pick(c, syllables), pick(c, syllables)+pick(c, syllables))
		}
		parts = append(parts, strings.ToUpper(w))
	}
	for range c.IntN(3) {
		parts = append(parts, pick(c, chanceTrades))
	}
	return strings.TrimSpace(strings.Join(append(parts, pick(c, chanceForms)), " "))
}

func (c *chance) person() string {
	return pick(c, chancePeople) + " " + pick(c, chancePeople) + " " + pick(c, chancePeople)
}

func (c *chance) party(id string) *record.Party {
	p := &record.Party{ID: id, Type: record.Organization, Name: c.name(), Lists: []record.Listing{{Code: pick(c, []string{"A", "B", "C"})}}}
	if c.IntN(8) == 0 {
		p.Type, p.Name, p.Births = record.Individual, c.person(), []string{pick(c, []string{"1970-03-14", "1970"})}
	}
	for range c.IntN(3) {
		p.Aliases = append(p.Aliases, record.Alias{Name: c.name(), Quality: pick(c, []string{"", "", "weak"})})
	}
	if street := pick(c, chanceStreet); street != "" {
		p.Addresses = []record.Address{{Text: street}}
	}
	if land := pick(c, chanceLands); land != "" {
		p.Countries = []string{land}
	}
	if c.IntN(6) == 0 {
		p.IDs = []record.Identifier{{Type: pick(c, []string{"tax", "USCC"}), Value: fmt.Sprint(1000000 + c.IntN(9))}}
	}
	if c.IntN(5) == 0 {
		p.Remarks = pick(c, []string{"Linked to: ", "Subsidiary of "}) + c.name() + "."
	}
	return p
}

func (c *chance) trader() *record.Trader {
	name := c.name()
	if c.IntN(3) == 0 {
		if p := c.parties[fmt.Sprintf("L:%03d", c.IntN(160))]; p != nil {
			name = p.Name
		}
	}
	if c.IntN(4) == 0 {
		name = spoil(name+" TRADING", c.Rand)
	}
	return &record.Trader{Name: name, Country: pick(c, chanceLands), Address: pick(c, chanceStreet)}
}

func (c *chance) month(m string) {
	c.shipments[m] = nil
	for range 20 + c.IntN(20) {
		c.made++
		s := &record.Shipment{ID: fmt.Sprintf("bills/%s/%d", m, c.made), Shipper: c.trader(), Consignee: c.trader()}
		if c.IntN(3) == 0 {
			s.Goods = []record.Good{{Description: "PARTS OF " + pick(c, chanceWords)}}
		}
		c.shipments[m] = append(c.shipments[m], s)
	}
}

// change makes one change of a random kind.
func (c *chance) change() {
	switch id := fmt.Sprintf("L:%03d", c.IntN(160)); c.IntN(7) {
	case 0, 1:
		c.parties[id] = c.party(id) // new, or another one
	case 2:
		delete(c.parties, id)
	case 3:
		if p := c.parties[id]; p != nil {
			other := *p
			other.Countries = []string{pick(c, chanceLands[1:])}
			c.parties[id] = &other
		}
	case 4:
		m := fmt.Sprintf("2020%02d", 1+c.IntN(6))
		if delete(c.shipments, m); c.IntN(3) > 0 {
			c.month(m)
		}
	case 5:
		p := &record.Patent{ID: fmt.Sprintf("US%d", 9000000+c.IntN(9)), Applicants: []record.Person{{Name: c.trader().Name, Country: "CN"}}}
		if c.patents[p.ID] = p; c.IntN(3) == 0 {
			delete(c.patents, p.ID)
		}
	case 6:
		d := &record.Decision{ID: fmt.Sprint(c.IntN(5)), Verdict: pick(c, []string{link.Same, link.Different, link.Unsure}), By: "an analyst"}
		if delete(c.decisions, d.ID); len(c.links) > 0 && c.IntN(3) > 0 {
			d.Link = pick(c, c.links).ID
			c.decisions[d.ID] = d
		}
	}
}

// facts are the records as they stand.
func (c *chance) facts() *world {
	w := &world{}
	for _, p := range c.parties {
		w.records = append(w.records, p)
	}
	for _, list := range c.shipments {
		for _, s := range list {
			w.records = append(w.records, s)
		}
	}
	for _, p := range c.patents {
		w.records = append(w.records, p)
	}
	for _, d := range c.decisions {
		w.records = append(w.records, d)
	}
	for _, l := range c.links {
		w.records = append(w.records, l)
	}
	slices.SortFunc(w.records, func(a, b record.Record) int { return cmp.Compare(a.Ref().String(), b.Ref().String()) })
	return w
}

// sorted collects links as the store has them.
func sorted(t testing.TB, l *link.Linking) (list []*record.Link, text string) {
	t.Helper()
	for l, err := range l.Links(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, l)
	}
	slices.SortFunc(list, func(a, b *record.Link) int { return cmp.Compare(a.ID, b.ID) })
	var out bytes.Buffer
	for _, l := range list {
		line, err := record.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(line)
	}
	return list, out.String()
}

// TestLinkingAgain: after any changes, what is linked on the memory of the
// last linking equals what is linked anew, byte for byte.
func TestLinkingAgain(t *testing.T) {
	var all, kept, again, names int
	for seed := range uint64(8) {
		c := &chance{
			Rand: rand.New(rand.NewPCG(seed, 1)), bound: seed%4 == 3, parties: map[string]*record.Party{}, shipments: map[string][]*record.Shipment{},
			patents: map[string]*record.Patent{}, decisions: map[string]*record.Decision{},
		}
		for range 400 {
			id := fmt.Sprintf("L:%03d", c.IntN(160))
			c.parties[id] = c.party(id)
		}
		for m := range 4 {
			c.month(fmt.Sprintf("2020%02d", m+1))
		}
		options := link.Options{Postings: []int{200, 16, 40, 9}[seed%4], Shared: 3, Most: []int{100, 3}[seed%2]}
		var memory []byte
		for step := range 12 {
			for range c.IntN(5) {
				c.change()
			}
			l := link.NewLinking(c.facts(), options, "test", memory)
			links, got := sorted(t, l)
			if _, want := sorted(t, link.NewLinking(c.facts(), options, "test", nil)); got != want {
				t.Fatalf("seed %d, step %d, %+v: linked again is not linked anew:\n%s", seed, step, l.Tally(), firstDiff(got, want))
			}
			c.links = links
			var err error
			if memory, err = l.Memory(); err != nil || memory == nil {
				t.Fatalf("seed %d, step %d: memory of %d bytes, %v", seed, step, len(memory), err)
			}
			if all++; !l.Tally().Whole {
				kept++
				names += l.Tally().Names
				again += l.Tally().Matched
			}
		}
	}
	t.Logf("%d of %d linkings took links from the store: %d of %d names were matched anew", kept, all, again, names)
	if kept < all/2 || again > names*9/10 {
		t.Errorf("too little was taken from the store for this test to say anything")
	}
}

func firstDiff(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "again: " + a[i] + "\nanew:  " + b[i]
		}
	}
	return fmt.Sprintf("%d lines, %d lines", len(a), len(b))
}
