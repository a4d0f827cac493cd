package link

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/tripoint-data/tripoint/record"
)

// Parties streams the links between parties: same_entity between parties of
// different lists, related by an address that both have or by an entry that
// names the other. The index must hold the same parties.
func (x *Index) Parties(ctx context.Context) iter.Seq2[*record.Link, error] {
	return x.partiesOf(each(ctx, x.parties), func(*record.Link) bool { return true })
}

// partiesOf streams the links that the entries of some parties lead to, as far
// as they are wanted. Where the entries of both lead to one link, the first
// one's is taken.
func (x *Index) partiesOf(some iter.Seq2[*record.Party, error], want func(*record.Link) bool) iter.Seq2[*record.Link, error] {
	return func(yield func(*record.Link, error) bool) {
		seen := map[string]bool{}
		for links, err := range inOrder(some, x.view) {
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range links {
				l := &links[i]
				if seen[l.ID] || !want(l) {
					continue
				}
				seen[l.ID] = true
				if !yield(l, nil) {
					return
				}
			}
		}
	}
}

// view is the links that a party's own entry leads to.
func (x *Index) view(p *record.Party) []record.Link {
	links := x.sameParties(p)
	same := map[record.Ref]bool{}
	for i := range links {
		same[other(&links[i], p.Ref())] = links[i].Band != record.Review
	}
	return slices.Concat(links, x.related(p, same))
}

func other(l *record.Link, r record.Ref) record.Ref {
	if l.A == r {
		return l.B
	}
	return l.A
}

// ownMentions are the names under which a party is sought on other lists.
func ownMentions(p *record.Party) iter.Seq[record.Mention] {
	return func(yield func(record.Mention) bool) {
		m := record.Mention{Name: p.Name, Type: p.Type, IDs: p.IDs}
		if len(p.Addresses) > 0 {
			m.Address = p.Addresses[0].Text
		}
		if len(p.Countries) == 1 {
			m.Country = p.Countries[0]
		}
		if !yield(m) {
			return
		}
		for _, a := range p.Aliases {
			if m.Name = a.Name; a.Quality != "weak" && !yield(m) {
				return
			}
		}
	}
}

// sameParties finds p on other lists. Of its names the one with the strongest
// link counts.
func (x *Index) sameParties(p *record.Party) []record.Link {
	best := map[string]record.Link{}
	var order []string
	for m := range ownMentions(p) {
		for _, l := range x.match(m, p.Ref(), func(q *record.Party) bool { return q != p && alikeTypes(q.Type, p.Type) && otherList(p, q) }) {
			old, known := best[l.ID]
			if !known {
				order = append(order, l.ID)
			}
			if !known || l.Score > old.Score {
				best[l.ID] = x.births(p, abroad(l))
			}
		}
	}
	for _, l := range x.sameRegistered(p) {
		old, known := best[l.ID]
		if !known {
			order = append(order, l.ID)
		}
		if !known || l.Score > old.Score {
			best[l.ID] = l
		}
	}
	out := make([]record.Link, 0, len(order))
	for _, id := range order {
		out = append(out, best[id])
	}
	slices.SortFunc(out, func(a, b record.Link) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID)) })
	out = x.options.nearest(out)
	slices.SortFunc(out, func(a, b record.Link) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// nearest keeps of the links of one name or party, strongest first, as many as
// there may be, and has them say so: a name that everybody bears tells nobody
// apart.
func (o Options) nearest(links []record.Link) []record.Link {
	all := len(links)
	if all <= o.Most {
		return links
	}
	links = links[:o.Most:o.Most]
	for i := range links {
		text := fmt.Sprintf("%d listed parties are near enough, of whom the %d nearest are linked", all, o.Most)
		links[i].Why = append(links[i].Why, record.Why{Kind: "limit", Text: text})
	}
	return links
}

// alikeTypes says that two parties may be of one type: a list that does not say
// what its parties are denies nothing.
func alikeTypes(a, b record.PartyType) bool { return a == b || a == "" || b == "" }

// abroad puts two listed parties of different countries to review: a name
// that a group's companies share must not join them into one.
func abroad(l record.Link) record.Link {
	conflict := slices.ContainsFunc(l.Why, func(w record.Why) bool { return w.Kind == "country" })
	agree := slices.ContainsFunc(l.Why, func(w record.Why) bool { return w.Kind == "identifier" || w.Kind == "address" })
	if conflict && !agree && strong(l.Band) {
		l.Why = append(l.Why, record.Why{Kind: "country", Text: "listed in different countries: for review", Weight: round(capAbroad - l.Score)})
		l.Score, l.Band = capAbroad, record.Review
	}
	return l
}

// births lifts two persons of one name and one full date of birth out of
// review: they are more than a name alone.
func (x *Index) births(p *record.Party, l record.Link) record.Link {
	if p.Type != record.Individual || l.Score < capPerson {
		return l
	}
	ref := other(&l, p.Ref())
	q := x.byID[ref.ID]
	for _, born := range p.Births {
		if isDate(born) && slices.Contains(q.Births, born) {
			l.Score, l.Band = 0.9, record.Probable
			l.Why = append(l.Why, record.Why{Kind: "birth", Text: "both were born on " + born, Weight: 0.9 - capPerson, Ref: &ref})
			break
		}
	}
	return l
}

// isDate says that a date of birth as published is a full one, and no year,
// nor a year about which it was.
func isDate(born string) bool {
	_, err := time.Parse(time.DateOnly, born)
	return err == nil
}

// otherList says that q stands on a list on which p does not.
func otherList(p, q *record.Party) bool {
	for _, l := range q.Lists {
		if !slices.ContainsFunc(p.Lists, func(k record.Listing) bool { return k.Code == l.Code }) {
			return true
		}
	}
	return len(q.Lists) == 0 || len(p.Lists) == 0
}
