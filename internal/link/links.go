package link

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"runtime"
	"slices"
	"sync"

	"github.com/tripoint-data/tripoint/record"
)

// Links streams all links of a store, decisions applied, in one order
// whatever the number of processors: parties with parties, then the names of
// shipments, then those of patents, then what decisions alone made.
func Links(ctx context.Context, facts Facts, options Options) iter.Seq2[*record.Link, error] {
	return func(yield func(*record.Link, error) bool) {
		x, err := IndexOf(ctx, facts, options)
		if err != nil {
			yield(nil, err)
			return
		}
		var all []*record.Decision
		for r, err := range facts.Scan(ctx, record.KindDecision, "") {
			if d, ok := r.(*record.Decision); ok && err == nil {
				all = append(all, d)
			} else if err != nil && !spoilt(err) {
				yield(nil, fmt.Errorf("link: decisions: %w", err))
				return
			}
		}
		if all, err = reopen(ctx, facts, all); err != nil {
			yield(nil, fmt.Errorf("link: decisions: %w", err))
			return
		}
		last := lastDecisions(all)
		sent := map[string]bool{}
		send := func(l *record.Link) bool {
			if sent[l.ID] {
				return true
			}
			sent[l.ID] = true
			d := last[l.ID]
			delete(last, l.ID)
			if l = decided(l, d); l == nil {
				return true
			}
			return yield(l, nil)
		}
		for l, err := range x.Parties(ctx) {
			if err != nil {
				yield(nil, fmt.Errorf("link: parties: %w", err))
				return
			}
			if !send(l) {
				return
			}
		}
		for _, mentions := range []iter.Seq2[mention, error]{nameMentions(ctx, facts), patentMentions(ctx, facts)} {
			for l, err := range x.matchAll(mentions) {
				if err != nil {
					yield(nil, fmt.Errorf("link: %w", err))
					return
				}
				if !send(l) {
					return
				}
			}
		}
		for _, id := range slices.Sorted(maps.Keys(last)) {
			if l := newLink(last[id]); l != nil && !sent[id] && !yield(l, nil) {
				return
			}
		}
	}
}

// IndexOf builds the index of a store's parties.
func IndexOf(ctx context.Context, facts Facts, options Options) (*Index, error) {
	x := NewIndex(options)
	for r, err := range facts.Scan(ctx, record.KindParty, "") {
		if err != nil {
			if spoilt(err) {
				continue
			}
			return nil, fmt.Errorf("link: parties: %w", err)
		}
		if p, ok := r.(*record.Party); ok {
			x.Add(p)
		}
	}
	x.Build()
	return x, nil
}

// mention is a distinct name as it stands in the store: its ref keeps the
// country of the dictionary, also where the country may not count.
type mention struct {
	record.Mention
	ref record.Ref
}

// nameMentions are the distinct names of shipments. The country beside a name
// counts for shippers only: a consignee's is where the goods go.
func nameMentions(ctx context.Context, facts Facts) iter.Seq2[mention, error] {
	return func(yield func(mention, error) bool) {
		for use, err := range facts.Names(ctx) {
			if err != nil {
				if spoilt(err) {
					continue
				}
				yield(mention{}, fmt.Errorf("names: %w", err))
				return
			}
			m := mention{Mention: record.Mention{Name: use.Name, Country: use.Country, Address: use.Address}}
			m.ref = m.Ref()
			if !slices.Contains(use.Roles, record.RoleShipper) {
				m.Country = ""
			}
			if !yield(m, nil) {
				return
			}
		}
	}
}

// patentMentions are the distinct applicants and assignees of patents.
func patentMentions(ctx context.Context, facts Facts) iter.Seq2[mention, error] {
	return func(yield func(mention, error) bool) {
		seen := map[record.Ref]bool{}
		for r, err := range facts.Scan(ctx, record.KindPatent, "") {
			if err != nil {
				if spoilt(err) {
					continue
				}
				yield(mention{}, fmt.Errorf("patents: %w", err))
				return
			}
			p, ok := r.(*record.Patent)
			if !ok {
				continue
			}
			for _, n := range namings(p) {
				m := mention{Mention: record.Mention{Name: n.name, Country: n.country}}
				m.ref = m.Ref()
				if n.name == "" || seen[m.ref] {
					continue
				}
				seen[m.ref] = true
				if !yield(m, nil) {
					return
				}
			}
		}
	}
}

// batch is how many mentions are matched at once.
const batch = 2048

// matchAll matches mentions on all processors and yields the links in the
// mentions' order.
func (x *Index) matchAll(mentions iter.Seq2[mention, error]) iter.Seq2[*record.Link, error] {
	return func(yield func(*record.Link, error) bool) {
		var list []mention
		found := make([][]record.Link, batch)
		flush := func() bool {
			workers := runtime.GOMAXPROCS(0)
			var group sync.WaitGroup
			for w := range workers {
				group.Go(func() {
					for i := w; i < len(list); i += workers {
						m := list[i]
						found[i] = x.match(m.Mention, m.ref, mentioned)
					}
				})
			}
			group.Wait()
			for i := range list {
				for k := range found[i] {
					if !yield(&found[i][k], nil) {
						return false
					}
				}
			}
			list = list[:0]
			return true
		}
		for m, err := range mentions {
			if err != nil {
				yield(nil, err)
				return
			}
			if list = append(list, m); len(list) == batch && !flush() {
				return
			}
		}
		flush()
	}
}

// mentioned says that a party can be a trader or an applicant: vessels and
// aircraft are neither.
func mentioned(p *record.Party) bool {
	return p.Type != record.Vessel && p.Type != record.Aircraft
}
