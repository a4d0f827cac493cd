package names

// Trait is so little of a name that the traits of all names with one word can
// lie beside each other in memory. By it a Sieve drops most names that share
// one word with another and no more: it tells what is left without that word.
type Trait struct {
	bits     uint64 // a bit for each word that is not the name's own, or loose
	head     uint32 // of the first distinctive word, as in a Cell
	tail     uint32 // its last three letters; above them its length and the number of trades
	letters  uint32 // of the first distinctive word
	others   uint32 // of the second
	initials uint32 // the first letters of all words
	met      uint8  // weight of the words left aside, in parts of traitMet, rounded up
	own      uint8  // weight of the distinctive words that are not loose, in parts of traitOwn
	classes  class
	flags    uint8 // and the number of distinctive words
}

const (
	traitMet = 64
	traitOwn = 16

	traitWords  uint8 = 3      // how many distinctive words; 3: or more
	traitCut    uint8 = 1 << 2 // its end may have been cut off
	traitLoose  uint8 = 1 << 3 // a distinctive word may meet others than its like
	traitAlways uint8 = 1 << 4 // a name that is always looked at
	traitPerson uint8 = 1 << 5

	traitLetters = 1<<24 - 1
	traitLength  = 1<<5 - 1
	traitTrades  = 1<<3 - 1
)

func traitBit(hash uint64) uint64 { return 1 << (hash >> 7 & 63) }

// Trait is what a Sieve looks at: the name without its words from ≤ i < to.
func (n *Name) Trait(from, to int) Trait {
	t := Trait{classes: n.classes}
	switch {
	case n.person:
		t.flags = traitPerson
		return t
	case n.Clipped || Abjad(n):
		t.flags = traitAlways
		return t
	case n.Cut:
		t.flags = traitCut
	}
	var met, own float32
	words, trades := uint8(0), 0
	for i := range n.Tokens {
		w := &n.Tokens[i]
		if i >= from && i < to {
			met += w.Weight
			continue
		}
		t.initials |= letterOf(w.Written[0])
		if w.Kind == Generic {
			trades++
		}
		if w.Kind != Distinctive {
			t.bits |= traitBit(w.hash)
			continue
		}
		if n.loose(i) != 0 {
			t.bits |= traitBit(w.hash)
			t.flags |= traitLoose
		} else {
			own += w.Weight
		}
		switch words++; {
		case len(w.Written) > traitLength:
			words = max(words, 3) // seen as several: such a word is left to Ceiling
		case words == 1:
			c := cellOf(w)
			t.head, t.tail, t.letters = c.head, c.tail&traitLetters|uint32(c.length)<<24, c.letters
		case words == 2:
			t.others = w.letters
		}
	}
	t.met = uint8(min(met, 1)*traitMet) + 1
	t.own = uint8(min(own*traitOwn, 255))
	t.tail |= uint32(min(trades, traitTrades)) << 29
	t.flags |= min(words, traitWords)
	return t
}

func (t *Trait) words() int { return int(t.flags & traitWords) }

// cell is the first distinctive word.
func (t *Trait) cell() Cell {
	return Cell{head: t.head, tail: t.tail & traitLetters, letters: t.letters, length: uint8(t.tail >> 24 & traitLength)}
}

// loose says that a distinctive word may meet others than its like: the bits of
// those, or all where that is not sure. It is one that an abbreviation stands
// for, or that may be meant for a word of a table or a form, alone or with its
// neighbour.
func (n *Name) loose(i int) uint64 {
	t := &n.Tokens[i]
	x := lexicon()
	if t.echo || t.formish || len(t.Text) != len(t.Written) || x.heads[t.Written] || !t.seen && x.nearTable(t.Written, mostSlips) {
		return ^uint64(0)
	}
	with := x.beginnings(t.Written)
	if i > 0 {
		with |= x.rowBit(n.Tokens[i-1].Written, t.Written)
	}
	if i+1 < len(n.Tokens) {
		with |= x.rowBit(t.Written, n.Tokens[i+1].Written)
	}
	return with
}
