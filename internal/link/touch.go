package link

import (
	"maps"
	"slices"
	"sync"

	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

// touch says which names a change of parties can touch.
//
// What a search finds depends on the postings that it reads, and on nothing
// else of the index. So a search through the changed parties alone, as they
// were and as they are, without any bound and to its last step, meets every
// posting that the change can have made longer or shorter: a name for which it
// notes nothing reads the same postings as before, and finds the same.
//
// Two things in an index are no postings of the changed parties alone. Rows of
// three letters lead nowhere when very many words have them: rows that may
// have crossed that bound are kept in grams. And one name without sure vowels
// makes sounds followed for all: newTouch tells it.
type touch struct {
	x        *Index
	searches sync.Pool
	grams    map[uint32]bool
}

// noFloor is a floor that every score reaches: a search drops nothing before it
// is noted.
const noFloor = -1

// newTouch takes what changed parties were and are, and the index of all
// parties as they are. It is nil where the change can touch every name.
func newTouch(before, after []*record.Party, all *Index) *touch {
	t := &touch{x: NewIndex(Options{Postings: 1 << 24, Shared: 1 << 24})}
	t.searches.New = func() any { return &search{} }
	for _, p := range before {
		t.x.Add(p)
	}
	was := t.x.abjad
	t.x.abjad = false
	for _, p := range after {
		t.x.Add(p)
	}
	if is := t.x.abjad; was != is && !abjadBeside(all, after) {
		return nil
	}
	t.x.abjad = true
	t.grams = crossed(t.x, all)
	t.x.build(0, 0) // without bounds
	return t
}

// abjadBeside says whether parties beside some have names without sure vowels.
func abjadBeside(all *Index, some []*record.Party) bool {
	changed := map[string]bool{}
	for _, p := range some {
		changed[p.ID] = true
	}
	return slices.ContainsFunc(all.aliases, func(a alias) bool {
		return !changed[all.parties[a.party].ID] && names.Abjad(a.name)
	})
}

// crossed are the rows of three letters in changed words that very many words
// may have now and had not before, or the other way round. How many had them
// before is known within bounds only: a changed word may be that of unchanged
// parties too.
func crossed(changed, all *Index) map[uint32]bool {
	least, most := map[uint32]int{}, map[uint32]int{}
	eachGram(changed.words, func(h uint32) { most[h]++ })
	eachGram(all.words, func(h uint32) {
		if most[h] > 0 {
			least[h]++
		}
	})
	maps.DeleteFunc(most, func(h uint32, n int) bool {
		return least[h]-n > mostGrams || least[h]+n <= mostGrams
	})
	out := map[uint32]bool{}
	for h := range most {
		out[h] = true
	}
	return out
}

// eachGram yields the rows of three letters of words that are indexed by them,
// each once a word.
func eachGram(words []indexWord, yield func(uint32)) {
	var seen []uint32
	for _, word := range words {
		w := word.text
		if len(w) < leastGrams {
			continue
		}
		seen = seen[:0]
		for i := 0; i+3 <= len(w); i++ {
			if h := hashOf(byGram, w[i:i+3]); !slices.Contains(seen, h) {
				seen = append(seen, h)
				yield(h)
			}
		}
	}
}

// leastGrams is how long a word must be to be found by rows of three letters.
const leastGrams = 7

// name says whether what matches a name may have changed.
func (t *touch) name(n *names.Name, typ string) bool {
	if n.Refused != "" || n.Order {
		return false
	}
	if len(t.grams) > 0 {
		for i := range n.Tokens {
			met := false
			eachGram([]indexWord{{text: n.Tokens[i].Written}}, func(h uint32) { met = met || t.grams[h] })
			if met {
				return true
			}
		}
	}
	s := t.searches.Get().(*search)
	defer t.searches.Put(s)
	s.begin(t.x, n, typ, noFloor)
	s.run()
	s.name, s.person, s.hits = nil, nil, s.hits[:0]
	return slices.Contains(s.stamp, s.now)
}

// party says whether what is linked to an unchanged party by its own entry may
// have changed.
func (t *touch) party(p *record.Party) bool {
	for m := range ownMentions(p) {
		if t.name(names.Parse(m.Name, string(m.Type)), string(m.Type)) {
			return true
		}
	}
	for _, key := range addressKeys(p) {
		if len(t.x.places.find(hashOf(byAddress, key))) > 0 {
			return true
		}
	}
	for _, id := range p.IDs {
		if key := idKey(id); key != "" && register(id) != "" && len(t.x.places.find(hashOf(byID, key))) > 0 {
			return true
		}
	}
	return slices.ContainsFunc(claimsOf(p), func(c claim) bool {
		return slices.ContainsFunc(c.names, func(name string) bool {
			return slices.ContainsFunc(entityTypes, func(typ string) bool {
				n := names.Parse(name, typ)
				return n.Refused == "" && len(t.x.table.find(hashOf(byKey, n.Key()))) > 0
			})
		})
	})
}
