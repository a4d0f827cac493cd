package link

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/tripoint-data/tripoint/record"
)

// Linking makes the links of a store. Given what the last one left behind, it
// makes anew only what can have changed since and takes the others from the
// store: the links are the same, byte for byte, as if all were made anew.
// Start with NewLinking.
type Linking struct {
	facts   Facts
	options Options
	last    *memory // nil: all is made anew
	next    *memory
	ended   bool
	unsure  bool // what is left behind would be no good
	tally   Tally
	matched atomic.Int64

	parties  []*record.Party
	index    func() *Index
	touch    *touch              // nil: no party changed
	changed  map[string]bool     // parties that are new, other than they were, or gone
	again    map[record.Ref]bool // what decisions were on
	names    map[record.Ref][]record.Link
	pairs    []record.Link // of parties with parties
	patents  []*patentName
	shippers int // distinct names of shippers
}

// Tally is how much a linking had to do.
type Tally struct {
	Whole   bool // all was made anew
	Parties int  // how many there are
	Changed int  // of them new, other than they were, or gone
	Sought  int  // sought among the others anew
	Names   int  // distinct names of documents
	Matched int  // of them matched anew
}

// patentName is a name on patents.
type patentName struct {
	mention
	shipped, known bool // it stands in shipments too, and was known there
}

// NewLinking links by facts. engine says which program it is: another one may
// match in another way, and one that is "" always does. last is what Memory
// gave the last time; where it is nil, cannot be read or was made in another
// way, all is made anew.
func NewLinking(facts Facts, options Options, engine string, last []byte) *Linking {
	options = options.withDefaults()
	l := &Linking{facts: facts, options: options, next: &memory{How: fmt.Sprintf("%s %+v %s", Method(), options, engine)}}
	if m, err := decodeMemory(last); err == nil && m.How == l.next.How && engine != "" {
		l.last = m
	}
	return l
}

// Memory is what to hand to the next linking, once the store holds the links
// as they were streamed. It is nil where Links has not ended well.
func (l *Linking) Memory() ([]byte, error) {
	if !l.ended || l.unsure {
		return nil, nil
	}
	return l.next.encode()
}

// Tally says how much Links had to do.
func (l *Linking) Tally() Tally {
	l.tally.Matched = int(l.matched.Load())
	return l.tally
}

// Links streams all links, decisions applied: parties with parties, then the
// names of shipments, then those of patents, then what decisions alone made.
func (l *Linking) Links(ctx context.Context) iter.Seq2[*record.Link, error] {
	return func(yield func(*record.Link, error) bool) {
		if err := l.links(ctx, func(link *record.Link) bool { return yield(link, nil) }); err != nil {
			yield(nil, fmt.Errorf("link: %w", err))
		}
	}
}

func (l *Linking) links(ctx context.Context, yield func(*record.Link) bool) error {
	decisions, err := collect[*record.Decision](ctx, l.facts, record.KindDecision)
	if err == nil {
		decisions, err = reopen(ctx, l.facts, decisions)
	}
	if err != nil {
		return fmt.Errorf("decisions: %w", err)
	}
	last := lastDecisions(decisions)
	l.next.Decided = slices.Sorted(maps.Keys(last))
	if err := l.readParties(ctx); err != nil {
		return fmt.Errorf("parties: %w", err)
	}
	if err := l.readLast(ctx); err != nil {
		return fmt.Errorf("the last links: %w", err)
	}
	sent := map[string]bool{}
	one := map[string]bool{} // links of names that are strong, or decided to be one entity
	for id, d := range last {
		one[id] = d.Verdict == Same
	}
	known := func(id string) bool { return one[id] }
	for _, links := range []iter.Seq2[*record.Link, error]{l.partyLinks(ctx), l.nameLinks(ctx), l.patentLinks(ctx), l.brandLinks(ctx, known)} {
		for link, err := range links {
			if err != nil {
				return err
			}
			if sent[link.ID] {
				continue
			}
			sent[link.ID] = true
			d := last[link.ID]
			delete(last, link.ID)
			if link = decided(link, d); link == nil {
				continue
			}
			if link.Relation == record.SameEntity && link.A.Kind == record.KindName && strong(link.Band) {
				one[link.ID] = true
			}
			if l.next.Links++; !yield(link) {
				return nil
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(last)) {
		if link := newLink(last[id]); link != nil && !sent[id] {
			if l.next.Links++; !yield(link) {
				return nil
			}
		}
	}
	l.ended = true
	return nil
}

// readParties reads the parties as they are.
func (l *Linking) readParties(ctx context.Context) (err error) {
	if l.parties, err = collect[*record.Party](ctx, l.facts, record.KindParty); err != nil {
		return err
	}
	l.tally.Parties = len(l.parties)
	l.index = sync.OnceValue(func() *Index { return indexOf(l.parties, l.options) })
	type lined struct {
		line string
		err  error
	}
	for p, err := range inOrder(each(ctx, l.parties), func(p *record.Party) lined {
		line, err := partyLine(p)
		return lined{line, err}
	}) {
		if err == nil {
			err = p.err
		}
		if err != nil {
			return err
		}
		l.next.parties = append(l.next.parties, p.line)
	}
	return nil
}

// mostChanged is which part of the parties may have changed for it to be
// quicker to see what that can touch than to make all anew: one in so many.
const mostChanged = 20

// readLast finds what has changed since the last linking, and reads its links.
// Where it is of no use, last is nil.
func (l *Linking) readLast(ctx context.Context) error {
	ok, err := l.compare(ctx)
	if !ok {
		l.last, l.names, l.pairs = nil, nil, nil
	}
	l.tally.Whole = l.last == nil
	return err
}

func (l *Linking) compare(ctx context.Context) (ok bool, err error) {
	if l.last == nil {
		return false, nil
	}
	before, after, err := l.last.changes(l.parties, l.next.parties)
	if err != nil {
		return false, nil // it is damaged: all is made anew
	}
	l.changed = map[string]bool{}
	for _, p := range slices.Concat(before, after) {
		l.changed[p.ID] = true
	}
	if l.tally.Changed = len(l.changed); l.tally.Changed*mostChanged > len(l.parties) {
		return false, nil
	}
	if len(l.changed) > 0 {
		if l.touch = newTouch(before, after, l.index()); l.touch == nil {
			return false, nil
		}
	}
	l.again = map[record.Ref]bool{}
	for _, id := range l.last.Decided { // a new decision is applied to what stands
		if _, a, b, ok := parseLinkID(id); ok {
			l.again[a] = true
			if a.Kind == record.KindParty { // a name's link is the name's
				l.again[b] = true
			}
		}
	}
	return l.readLinks(ctx)
}

// readLinks reads the links that the last linking made. That there are as many
// as it made says that they are its own.
func (l *Linking) readLinks(ctx context.Context) (ok bool, err error) {
	l.names = map[record.Ref][]record.Link{}
	count := 0
	for r, err := range l.facts.Scan(ctx, record.KindLink, "") {
		if err != nil {
			if spoilt(err) {
				continue
			}
			return false, err
		}
		link, ok := r.(*record.Link)
		if !ok {
			continue
		}
		if count++; link.A.Kind == record.KindParty {
			l.pairs = append(l.pairs, *link)
		} else if !l.again[link.A] && link.Relation == record.SameEntity {
			l.names[link.A] = append(l.names[link.A], *link)
		}
	}
	return count == l.last.Links, nil
}
