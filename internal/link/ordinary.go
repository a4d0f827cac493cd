package link

import (
	"math/bits"
	"slices"
	"unicode/utf8"

	"github.com/tripoint-data/tripoint/internal/names"
)

// ordinary is a name seen by its ordinary words: those of the tables, by which
// no search can begin, because too many names have each. All of them together
// are rare, and so are all but one. Words are bits.
type ordinary struct {
	name   *names.Name
	words  uint32 // the ordinary words but for places
	places uint32
	own    uint32 // the name's own words
}

// ordinaryOf reads a name. Its initials that it repeats (Iran Electronics
// Industries IEI) are left aside: others write it without them.
func ordinaryOf(n *names.Name) ordinary {
	o := ordinary{name: n}
	for i := range n.Tokens {
		switch t := &n.Tokens[i]; t.Kind {
		case names.Distinctive:
			if !repeatsInitials(n, t) {
				o.own |= 1 << i
			}
		case names.City, names.Country:
			o.places |= 1 << i
		case names.Particle, names.Title:
		default:
			o.words |= 1 << i
		}
	}
	return o
}

// repeatsInitials says that a word is some of its name's initials in a row.
func repeatsInitials(n *names.Name, t *names.Token) bool {
	if len(n.Tokens) < 2 || len(t.Written) < 3 || len(t.Written) > 6 {
		return false
	}
	rest, inside := t.Written, false
	for i := range len(n.Written) {
		c := n.Written[i] | 0x20 // a letter's small one
		letter := c >= 'a' && c <= 'z' || c >= utf8.RuneSelf
		if letter && !inside && rest != "" && c == rest[0] {
			rest = rest[1:]
		}
		inside = letter
	}
	return rest == ""
}

// units yields the words that may be missing or misspelt, each with what it is
// written as: words run together are one. A number is none: without it the name
// is another's.
func (o *ordinary) units(yield func(words uint32, written string) bool) {
	tokens := o.name.Tokens
	for i := 0; i < len(tokens); {
		from, written := i, tokens[i].Written
		for i++; i < len(tokens) && tokens[i].Glued; i++ {
			written += tokens[i].Written
		}
		words := uint32(1)<<i - 1<<from
		if words&(o.words|o.places|o.own) == words && tokens[from].Kind != names.Number && !yield(words, written) {
			return
		}
	}
}

// without is the hash of the ordinary words but some; places count where little
// else is left. ok is whether enough is.
func (o *ordinary) without(way byte, left uint32) (hash uint32, ok bool) {
	const least = 2
	words := o.words &^ left
	if bits.OnesCount32(words) < least {
		words |= o.places &^ left
	}
	return o.hash(way, words), bits.OnesCount32(words) >= least
}

// slips yields hashes of the ordinary words beside some that are misspelt, each
// with a spelling near to those: places count where there is nothing else.
func (o *ordinary) slips(left uint32, written string, yield func(hash uint32)) {
	words := o.words &^ left
	if words == 0 {
		words = o.places &^ left
	}
	if words == 0 || len(written) < 3 {
		return
	}
	beside := o.hash(bySlip, words)
	names.EachShorter(written, 1, func(shorter uint64) bool {
		yield(uint32((shorter ^ uint64(beside)) * 0x9e3779b97f4a7c15 >> 32))
		return false
	})
}

// hash is that of the meanings of words, in whatever order they stand.
func (o *ordinary) hash(way byte, words uint32) uint32 {
	var space [32]string
	texts := space[:0]
	for ; words != 0; words &= words - 1 {
		texts = append(texts, o.name.Tokens[bits.TrailingZeros32(words)].Text)
	}
	slices.Sort(texts)
	return hashOf(way, texts...)
}

// addOrdinary makes a name that has no word of its own known by all its
// ordinary words, by all but one, and by all beside one that is misspelt.
func (x *Index) addOrdinary(id int32, n *names.Name) {
	o := ordinaryOf(n)
	if o.own != 0 || n.Type == names.Person {
		return
	}
	if h, ok := o.without(byRest, 0); ok {
		x.table.add(h, id)
	}
	for words, written := range o.units {
		if h, ok := o.without(byLess, words); ok {
			x.table.add(h, id)
		}
		o.slips(words, written, func(h uint32) { x.slips.add(h, id) })
	}
}

// byOrdinary follows the ordinary words of a name that has no word of its own,
// or only one, which may be one of them misspelt.
func (s *search) byOrdinary() {
	o := ordinaryOf(s.name)
	if bits.OnesCount32(o.own) > 1 || s.typ == names.Person {
		return
	}
	limit := s.x.options.Postings
	follow := func(hash uint32, ok bool) {
		if ok {
			s.take(s.x.table.find(hash), limit)
		}
	}
	if o.own == 0 {
		follow(o.without(byRest, 0))
		follow(o.without(byLess, 0))
	}
	for words, written := range o.units {
		switch {
		case o.own == 0:
			follow(o.without(byRest, words))
		case words&o.own != 0:
			o.slips(words, written, func(h uint32) { s.take(s.x.slips.find(h), limit) })
		}
	}
}
