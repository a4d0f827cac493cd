package link

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

// partyLinks streams the links of parties with parties. A link is the store's
// where neither of its parties was touched. Where one was, the entries of both
// are read anew: either may lead to the link.
func (l *Linking) partyLinks(ctx context.Context) iter.Seq2[*record.Link, error] {
	return func(yield func(*record.Link, error) bool) {
		touched, err := l.touchedParties(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		anew := func(link *record.Link) bool { return touched == nil || touched[link.A.ID] || touched[link.B.ID] }
		beside := map[string]bool{}
		for i := range l.pairs {
			link := &l.pairs[i]
			if anew(link) {
				beside[link.A.ID], beside[link.B.ID] = true, true
			} else if !yield(link, nil) {
				return
			}
		}
		some := l.parties
		if touched != nil {
			some = slices.DeleteFunc(slices.Clone(some), func(p *record.Party) bool { return !touched[p.ID] && !beside[p.ID] })
		}
		if l.tally.Sought = len(some); len(some) == 0 {
			return
		}
		for link, err := range l.index().partiesOf(each(ctx, some), anew) {
			if !yield(link, err) || err != nil {
				return
			}
		}
	}
}

// touchedParties are the ids of the parties whose entries may lead elsewhere
// than the last time; nil: of all.
func (l *Linking) touchedParties(ctx context.Context) (map[string]bool, error) {
	if l.last == nil {
		return nil, nil
	}
	touched := maps.Clone(l.changed)
	for ref := range l.again {
		if ref.Kind == record.KindParty {
			touched[ref.ID] = true
		}
	}
	if l.touch == nil {
		return touched, nil
	}
	rest := slices.DeleteFunc(slices.Clone(l.parties), func(p *record.Party) bool { return touched[p.ID] })
	i := 0
	for hit, err := range inOrder(each(ctx, rest), l.touch.party) {
		if err != nil {
			return nil, err
		}
		if hit {
			touched[rest[i].ID] = true
		}
		i++
	}
	return touched, nil
}

// sought is a mention to be linked.
type sought struct {
	mention
	known bool // the last linking knew it as it is
	twice bool // it was sought as a name of shipments already
}

// nameLinks streams the links of the names of shipments.
func (l *Linking) nameLinks(ctx context.Context) iter.Seq2[*record.Link, error] {
	return l.matchAll(func(yield func(sought, error) bool) {
		patents := map[record.Ref]*patentName{}
		for m, err := range patentMentions(ctx, l.facts) {
			if err != nil {
				yield(sought{}, err)
				return
			}
			p := &patentName{mention: m}
			patents[m.ref], l.patents = p, append(l.patents, p)
		}
		for m, err := range nameMentions(ctx, l.facts) {
			if err != nil {
				yield(sought{}, err)
				return
			}
			if m.ships {
				l.shippers++
			}
			s := sought{mention: m}
			if p := patents[m.ref]; p == nil {
				s.known = l.note(&m, inShipments)
			} else {
				s.known = l.note(&m, inBoth)
				p.shipped, p.known = true, s.known
			}
			if !yield(s, nil) {
				return
			}
		}
	})
}

// patentLinks streams the links of the names of patents. The names of
// shipments come first: they know what patents say of the same name too.
func (l *Linking) patentLinks(ctx context.Context) iter.Seq2[*record.Link, error] {
	return l.matchAll(func(yield func(sought, error) bool) {
		for p, err := range each(ctx, l.patents) {
			if err != nil {
				yield(sought{}, err)
				return
			}
			if !p.shipped {
				p.known = l.note(&p.mention, inPatents)
			}
			if !yield(sought{p.mention, p.known, p.shipped}, nil) {
				return
			}
		}
	})
}

// note keeps a mention for the next linking, and says whether the last one
// knew it as it is.
func (l *Linking) note(m *mention, way byte) bool {
	l.tally.Names++
	if strings.Contains(m.ref.ID[len(m.Name)+1:], "/") {
		l.unsure = true // the country is none, and the ref may be another name's too
	}
	s := m.sum(way)
	l.next.sums = append(l.next.sums, s)
	return l.last.knows(s) && !l.again[m.ref]
}

// matchAll links mentions on all processors, in their order.
func (l *Linking) matchAll(all iter.Seq2[sought, error]) iter.Seq2[*record.Link, error] {
	return func(yield func(*record.Link, error) bool) {
		for links, err := range inOrder(all, l.linksOf) {
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range links {
				if !yield(&links[i], nil) {
					return
				}
			}
		}
	}
}

// linksOf are the links of one mention: the last ones, unless something can
// have changed.
func (l *Linking) linksOf(s sought) []record.Link {
	if s.known && (l.touch == nil || !l.touch.name(names.Parse(s.Name, string(s.Type)), string(s.Type))) {
		return l.names[s.ref]
	}
	if !s.twice {
		l.matched.Add(1)
	}
	return l.options.nearest(l.index().match(s.Mention, s.ref, mentioned))
}
