package link_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/record"
)

// TestTouch: a party that changes can change the links of names and parties
// that are not linked to it, by crossing a bound of the index. Each case has a
// link that the change takes away or words anew.
func TestTouch(t *testing.T) {
	org := func(id, name string, more ...string) *record.Party {
		p := &record.Party{ID: id, Type: record.Organization, Name: name, Lists: []record.Listing{{Code: id}}}
		for _, a := range more {
			p.Aliases = append(p.Aliases, record.Alias{Name: a})
		}
		return p
	}
	at := func(p *record.Party, address string) *record.Party {
		p.Addresses = []record.Address{{Text: address}}
		return p
	}
	numbered := func(p *record.Party) *record.Party {
		p.IDs = []record.Identifier{{Type: "USCC", Value: "91330000733796106P"}}
		return p
	}
	series := func(n int, format string, of ...any) (out []string) {
		for i := range n {
			out = append(out, fmt.Sprintf(format, append(slices.Clone(of), pair(i))...))
		}
		return out
	}
	each := func(list []string) (out []*record.Party) {
		for i, name := range list {
			out = append(out, org(fmt.Sprintf("S:%03d", i), name))
		}
		return out
	}
	trades := func(format string) (out []string) {
		for _, trade := range benchTrades {
			out = append(out, fmt.Sprintf(format, trade))
		}
		return out
	}
	for _, tt := range []struct {
		name    string
		options link.Options
		parties []*record.Party
		sought  string
		change  *record.Party
	}{
		{"first letters of too many words", link.Options{}, []*record.Party{org("K", "KANDORVEX TRADING")}, "KAN TRADING", org("Z", "ORDINARY", series(8, "KAN%s TRADING")...)},
		// One of the series begins with a city (WEIHAI) and is two words.
		{"three letters of too many words", link.Options{}, append(each(series(298, "%sLEXTRIQ LLC")), org("T", "TALEXTRIMON LLC")), "TBLEXTRIMUN LLC", org("Z", "GOLEXTRIWU LLC")},
		{"three letters of too many words no more", link.Options{}, append(each(series(298, "%sLEXTRIQ LLC")), org("T", "TALEXTRIMON LLC"), org("Z", "GOLEXTRIWU LLC")), "TBLEXTRIMUN LLC", org("Z", "ORDINARY PLAIN LLC")},
		{"a register's number", link.Options{}, []*record.Party{numbered(org("A", "VARTEK")), numbered(org("B", "MORDAN")), numbered(org("C", "KANGVEI"))}, "", numbered(org("Z", "LEXRON"))},
		{"a name that an entry declares its parent", link.Options{}, []*record.Party{{ID: "A", Name: "VARTEK", Remarks: "Subsidiary of LEXRON and others."}}, "", org("Z", "LEXRON")},
		{"a sound", link.Options{}, []*record.Party{org("A", "شركة نورا")}, "KHURSHADOL TRADING", org("Z", "KHORSHEDOL TRADING")},
		{"a word of too many names", link.Options{Postings: 8}, []*record.Party{org("V", "VARTEK TRADING")}, "VARTEK LOGISTIC", org("Z", "ORDINARY", series(12, "VARTEK %s LLC")...)},
		{"ordinary words of too many names", link.Options{Postings: 8}, []*record.Party{org("K", "PERU MARINE INSURANCE BANK")}, "PERU MARINE INSURANCE", org("A", "ORDINARY", trades("PERU MARINE INSURANCE %s")...)},
		{"an address of one more", link.Options{}, []*record.Party{at(org("A", "VARTEK"), "555 Qianmo Road, Hangzhou"), at(org("B", "LEXRON"), "No. 555 Qianmo Rd, Hangzhou")}, "", at(org("Z", "TALVARI"), "555 Qianmo Rd, Hangzhou")},
		{"a name that an entry names", link.Options{}, []*record.Party{{ID: "A", Name: "VARTEK", Remarks: "Linked to: LEXRON."}}, "", org("Z", "LEXRON")},
		{"the first name without sure vowels", link.Options{}, []*record.Party{org("K", "KHORSHEDOL TRADING")}, "KHURSHADOL TRADING", org("Z", "شركة نورا")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &chance{parties: map[string]*record.Party{}}
			for i, name := range generate(40, 5) {
				c.parties[fmt.Sprint(i)] = org(fmt.Sprint("F:", i), name)
			}
			for _, p := range tt.parties {
				c.parties[p.ID] = p
			}
			c.shipments = map[string][]*record.Shipment{"202001": {{ID: "bills/202001/1", Shipper: &record.Trader{Name: tt.sought}}}}
			first := link.NewLinking(c.facts(), tt.options, "test", nil)
			var before string
			c.links, before = sorted(t, first)
			memory, err := first.Memory()
			if err != nil {
				t.Fatal(err)
			}
			c.parties[tt.change.ID] = tt.change
			again := link.NewLinking(c.facts(), tt.options, "test", memory)
			_, got := sorted(t, again)
			_, want := sorted(t, link.NewLinking(c.facts(), tt.options, "test", nil))
			if got != want {
				t.Errorf("linked again is not linked anew: %s", firstDiff(got, want))
			}
			if before == want {
				t.Errorf("the change changes nothing: %q", before)
			}
			if again.Tally().Whole != (tt.name == "the first name without sure vowels") {
				t.Errorf("%+v", again.Tally())
			}
		})
	}
}

// pair is a made-up word for a number.
func pair(i int) string { return strings.ToUpper(syllables[i%36] + syllables[i/36]) }

// TestDecisionWithdrawn: a link that a decision took away is back once it is
// withdrawn, also where only the second of its parties leads to it.
func TestDecisionWithdrawn(t *testing.T) {
	first := &record.Party{ID: "A:1", Type: record.Organization, Name: "MORDANTEKNIKA LLC", Aliases: []record.Alias{{Name: "VARTEK TALVARI", Quality: "weak"}}, Lists: []record.Listing{{Code: "A"}}}
	second := &record.Party{ID: "B:1", Type: record.Organization, Name: "VARTEK TALVARI", Lists: []record.Listing{{Code: "B"}}}
	id, _, _ := record.LinkID(record.SameEntity, first.Ref(), second.Ref())
	c := &chance{parties: map[string]*record.Party{first.ID: first, second.ID: second}, decisions: map[string]*record.Decision{}}
	for i, name := range generate(40, 5) {
		p := &record.Party{ID: fmt.Sprint("F:", i), Type: record.Organization, Name: name, Lists: []record.Listing{{Code: "F"}}}
		c.parties[p.ID] = p
	}
	var memory []byte
	for step, decided := range []bool{false, true, false, true} {
		clear(c.decisions)
		if decided {
			c.decisions["d"] = &record.Decision{ID: "d", Link: id, Verdict: link.Different, By: "an analyst"}
		}
		l := link.NewLinking(c.facts(), link.Options{}, "test", memory)
		links, got := sorted(t, l)
		if c.links = links; strings.Contains(got, id) == decided {
			t.Errorf("step %d, decided %t: %s", step, decided, got)
		}
		if l.Tally().Whole != (step == 0) {
			t.Errorf("step %d: %+v", step, l.Tally())
		}
		var err error
		if memory, err = l.Memory(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestNotItsLinks: where the store has not the links that the last linking made,
// all are made anew.
func TestNotItsLinks(t *testing.T) {
	c := &chance{parties: map[string]*record.Party{"L:QORVANA/CN": qorvana()}, shipments: map[string][]*record.Shipment{}}
	c.shipments["1"] = []*record.Shipment{shipped("1", "QORVANA OPTICAL TECHNOLOGY", ""), shipped("2", "QORVANA", "")}
	first := link.NewLinking(c.facts(), link.Options{}, "test", nil)
	links, want := sorted(t, first)
	memory, err := first.Memory()
	if err != nil || len(links) != 2 {
		t.Fatal(len(links), err)
	}
	for _, kept := range [][]*record.Link{links, links[:1], nil} {
		c.links = kept
		again := link.NewLinking(c.facts(), link.Options{}, "test", memory)
		if _, got := sorted(t, again); got != want || again.Tally().Whole != (len(kept) < 2) {
			t.Errorf("of %d links kept: %+v\n%s", len(kept), again.Tally(), got)
		}
	}
}
