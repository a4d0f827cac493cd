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
		{"a sound", link.Options{}, []*record.Party{org("A", "شركة نورا")}, "KHURSHADOL TRADING", org("Z", "KHORSHEDOL TRADING")},
		{"a word of too many names", link.Options{Postings: 8}, []*record.Party{org("V", "VARTEK TRADING")}, "VARTEK LOGISTIC", org("Z", "ORDINARY", series(12, "VARTEK %s LLC")...)},
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
