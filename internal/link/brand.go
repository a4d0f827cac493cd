package link

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

// A brand is a listed party's name of one word of its own, which goods can
// carry. An ordinary word that is somebody's name stands in the goods of very
// many: of more than one shipper in mostOfAll, and more than leastMany.
const (
	leastBrand   = 5 // letters
	mostOfAll    = 100
	leastMany    = 50
	mostCarriers = 10_000 // shippers of one brand that are counted one by one

	brandDeclared = 0.8  // in a column of its own
	brandWritten  = 0.65 // in the text of goods
)

// brandsOf are the names of a party that goods can carry.
func brandsOf(p *record.Party) []string {
	if p.Type != record.Organization && p.Type != "" {
		return nil
	}
	var out []string
	for _, a := range append([]record.Alias{{Name: p.Name}}, p.Aliases...) {
		n := names.Parse(a.Name, names.Organization)
		if a.Quality == "weak" || n.Refused != "" || len(n.Tokens) != 1 {
			continue
		}
		if t := n.Tokens[0]; len(t.Written) >= leastBrand && distinctive(t.Written) && !slices.Contains(out, t.Written) {
			out = append(out, t.Written)
		}
	}
	return out
}

// distinctive says whether a word is a name's own beside others: alone, any
// word is taken for one.
func distinctive(word string) bool {
	n := names.Parse("Zqxqz "+word, names.Organization)
	return len(n.Tokens) == 2 && n.Tokens[1].Kind == names.Distinctive
}

// wordsOf yields the words of a text of goods, folded.
func wordsOf(text string) iter.Seq[string] {
	return strings.FieldsFuncSeq(strings.ToLower(names.Fold(text)), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
	})
}

// carries says that a line of goods has one of the brands, as a whole word.
func carries(good record.Good, brands []string) bool {
	if len(brands) == 0 {
		return false
	}
	for w := range wordsOf(good.Brand + " " + good.Description) {
		if slices.Contains(brands, w) {
			return true
		}
	}
	return false
}

// carrier is a shipper of goods with a brand.
type carrier struct {
	written, declared int // shipments
	first             record.Ref
	synthetic         bool
}

// carriers are the shippers of a brand.
type carriers struct {
	by   map[record.Ref]*carrier
	more int // beyond mostCarriers
}

// carried is a shipment with a brand.
type carried struct {
	shipment *record.Shipment
	brands   map[string]bool // whether a column of its own declares it
}

// brandLinks streams the links of shippers with the parties whose brands their
// goods carry. Goods may be anybody's any day: all shipments are read each
// time, if any listed party has a brand. known says which names are linked as
// one entity with a party already.
func (l *Linking) brandLinks(ctx context.Context, known func(id string) bool) iter.Seq2[*record.Link, error] {
	return func(yield func(*record.Link, error) bool) {
		owners := map[string][]*record.Party{}
		for _, p := range l.parties {
			for _, b := range brandsOf(p) {
				owners[b] = append(owners[b], p)
			}
		}
		if len(owners) == 0 {
			return
		}
		found, err := l.carriers(ctx, owners)
		if err != nil {
			yield(nil, fmt.Errorf("shipments: %w", err))
			return
		}
		for _, brand := range slices.Sorted(maps.Keys(found)) {
			c := found[brand]
			if n := len(c.by); n+c.more > max(leastMany, l.shippers/mostOfAll) {
				continue
			}
			for _, p := range owners[brand] {
				for _, link := range l.linksOfBrand(brand, p, c, known) {
					if !yield(link, nil) {
						return
					}
				}
			}
		}
	}
}

// carriers finds who ships goods with which brand.
func (l *Linking) carriers(ctx context.Context, owners map[string][]*record.Party) (map[string]*carriers, error) {
	found := map[string]*carriers{}
	look := func(s *record.Shipment) carried { return carried{s, brandsIn(s, owners)} }
	for c, err := range inOrder(shipments(ctx, l.facts), look) {
		if err != nil {
			return nil, err
		}
		if len(c.brands) == 0 {
			continue
		}
		ref := record.Mention{Name: c.shipment.Shipper.Name, Country: c.shipment.Shipper.Country}.Ref()
		for brand, declared := range c.brands {
			if found[brand] == nil {
				found[brand] = &carriers{by: map[record.Ref]*carrier{}}
			}
			found[brand].add(ref, c.shipment, declared)
		}
	}
	return found, nil
}

func (c *carriers) add(ref record.Ref, s *record.Shipment, declared bool) {
	one := c.by[ref]
	if one == nil {
		if len(c.by) >= mostCarriers {
			c.more++
			return
		}
		one = &carrier{first: s.Ref()}
		c.by[ref] = one
	}
	if declared {
		one.declared++
	} else {
		one.written++
	}
	one.synthetic = one.synthetic || s.Synthetic
}

// shipments streams those that name a shipper and were not taken back.
func shipments(ctx context.Context, facts Facts) iter.Seq2[*record.Shipment, error] {
	return func(yield func(*record.Shipment, error) bool) {
		for r, err := range facts.Scan(ctx, record.KindShipment, "") {
			if err != nil {
				if spoilt(err) {
					continue
				}
				yield(nil, err)
				return
			}
			if s, ok := r.(*record.Shipment); ok && s.Shipper != nil && len(s.Goods) > 0 && !withdrawn(s) && !yield(s, nil) {
				return
			}
		}
	}
}

// brandsIn are the brands that a shipment's goods carry.
func brandsIn(s *record.Shipment, owners map[string][]*record.Party) map[string]bool {
	var out map[string]bool
	note := func(text string, declared bool) {
		for w := range wordsOf(text) {
			if len(owners[w]) == 0 {
				continue
			}
			if out == nil {
				n := names.Parse(s.Shipper.Name, "")
				if n.Refused != "" || standing(n) != "" {
					return // who stands in for others ships anything
				}
				out = map[string]bool{}
			}
			out[w] = out[w] || declared
		}
	}
	for _, g := range s.Goods {
		note(g.Description, false)
		note(g.Brand, true)
	}
	return out
}

// linksOfBrand are the links of those that ship a brand most with its party.
func (l *Linking) linksOfBrand(brand string, p *record.Party, c *carriers, known func(string) bool) []*record.Link {
	list := slices.SortedFunc(maps.Keys(c.by), func(a, b record.Ref) int {
		x, y := c.by[a], c.by[b]
		return cmp.Or(cmp.Compare(y.written+y.declared, x.written+x.declared), cmp.Compare(a.ID, b.ID))
	})
	list = slices.DeleteFunc(list, func(ref record.Ref) bool {
		id, _, _ := record.LinkID(record.SameEntity, ref, p.Ref())
		return known(id)
	})
	all := len(list) + c.more
	var out []*record.Link
	party := p.Ref()
	for _, ref := range list[:min(len(list), l.options.Most)] {
		one := c.by[ref]
		link := &record.Link{Relation: record.Related, Basis: brandOf, Score: brandWritten, Method: Method(), Synthetic: p.Synthetic || one.synthetic}
		text := "“" + brand + "”, a name of the party, stands in the goods of " + several(one.written+one.declared) + " by it"
		if one.declared > 0 {
			link.Score = brandDeclared
			text = "“" + brand + "”, a name of the party, is the brand that " + several(one.declared) + " by it " + map[bool]string{true: "declares", false: "declare"}[one.declared == 1]
		}
		link.Band = record.Band(names.BandOf(link.Score))
		link.ID, link.A, link.B = record.LinkID(record.Related, ref, party)
		link.Why = []record.Why{
			{Kind: "brand", Text: text, Field: "goods", Weight: link.Score, Ref: &party},
			{Kind: "shipment", Text: "the first is " + one.first.ID, Ref: &one.first},
		}
		if all > l.options.Most {
			link.Why = append(link.Why, record.Why{Kind: "limit", Text: fmt.Sprintf("%d ship goods with it, of whom the %d that ship most are linked", all, l.options.Most)})
		}
		out = append(out, link)
	}
	return out
}

func several(shipments int) string {
	if shipments == 1 {
		return "1 shipment"
	}
	return fmt.Sprintf("%d shipments", shipments)
}
