package link

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"

	"github.com/tripoint-data/tripoint/record"
)

// Links streams all links of a store, decisions applied, in one order
// whatever the number of processors: parties with parties, then the names of
// shipments, then those of patents, then what decisions alone made.
func Links(ctx context.Context, facts Facts, options Options) iter.Seq2[*record.Link, error] {
	return NewLinking(facts, options, "", nil).Links(ctx)
}

// IndexOf builds the index of a store's parties.
func IndexOf(ctx context.Context, facts Facts, options Options) (*Index, error) {
	parties, err := collect[*record.Party](ctx, facts, record.KindParty)
	if err != nil {
		return nil, fmt.Errorf("link: %w", err)
	}
	return indexOf(parties, options), nil
}

func indexOf(parties []*record.Party, options Options) *Index {
	x := NewIndex(options)
	for _, p := range parties {
		x.Add(p)
	}
	x.Build()
	return x
}

// mention is a distinct name as it stands in the store: its ref keeps the
// country of the dictionary, also where the country may not count.
type mention struct {
	record.Mention
	ref   record.Ref
	ships bool // as a shipper
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
			if m.ships = slices.Contains(use.Roles, record.RoleShipper); !m.ships {
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

// batch is how many items are worked on at once.
const batch = 2048

// inOrder works on items on all processors and yields the results in the
// items' order.
func inOrder[T, R any](items iter.Seq2[T, error], work func(T) R) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		var list []T
		results := make([]R, batch)
		flush := func() bool {
			workers := runtime.GOMAXPROCS(0)
			var group sync.WaitGroup
			for w := range workers {
				group.Go(func() {
					for i := w; i < len(list); i += workers {
						results[i] = work(list[i])
					}
				})
			}
			group.Wait()
			for i := range list {
				if !yield(results[i], nil) {
					return false
				}
			}
			list = list[:0]
			return true
		}
		for item, err := range items {
			if err != nil {
				var none R
				yield(none, err)
				return
			}
			if list = append(list, item); len(list) == batch && !flush() {
				return
			}
		}
		flush()
	}
}

// each is a list as a stream that ends with its context.
func each[T any](ctx context.Context, list []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, item := range list {
			if err := ctx.Err(); err != nil {
				var none T
				yield(none, err)
				return
			}
			if !yield(item, nil) {
				return
			}
		}
	}
}

// mentioned says that a party can be a trader or an applicant: vessels and
// aircraft are neither.
func mentioned(p *record.Party) bool {
	return p.Type != record.Vessel && p.Type != record.Aircraft
}
