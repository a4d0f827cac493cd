package names

// Trait is so little of a name that the traits of all names with one word can
// lie beside each other in memory. By it a Sieve drops most names that share
// one word with another and no more: it tells what is left without that word.
type Trait struct {
	bits       uint64 // a bit for each word that is not the name's own, or loose
	head, tail uint32 // of the first distinctive word as in a Cell; the last byte of tail is its length
	letters    uint32 // of the first distinctive word
	others     uint32 // of the second
	initials   uint32 // the first letters of all words
	words      uint8  // distinctive words
	counts     uint8  // of them not loose, and trades
	classes    class
	flags      traitFlag
}

type traitFlag uint8

const (
	traitCut    traitFlag = 1 << iota // its end may have been cut off
	traitLoose                        // own words that may meet otherwise stand in it too
	traitAlways                       // a name that is always looked at
)

// ownWeight is the least weight of words that are counted as a name's own.
const ownWeight = 0.95

func traitBit(hash uint64) uint64 { return 1 << (hash >> 7 & 63) }

// Trait is what a Sieve looks at: the name without its words from ≤ i < to.
func (n *Name) Trait(from, to int) Trait {
	t := Trait{classes: n.classes}
	if n.person || n.Clipped || Abjad(n) {
		t.flags = traitAlways
		return t
	}
	if n.Cut {
		t.flags = traitCut
	}
	own, trades := 0, 0
	for i := range n.Tokens {
		w := &n.Tokens[i]
		if i >= from && i < to {
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
		if n.loose(i) {
			t.bits |= traitBit(w.hash)
			t.flags |= traitLoose
		} else {
			own++
		}
		switch t.words {
		case 0:
			c := cellOf(w)
			t.head, t.tail, t.letters = c.head, c.tail&0xffffff|uint32(c.length)<<24, c.letters
		case 1:
			t.others = w.letters
		}
		t.words++
	}
	t.counts = uint8(min(own, 15)<<4 | min(trades, 15))
	return t
}

func (t *Trait) own() int    { return int(t.counts >> 4) }
func (t *Trait) trades() int { return int(t.counts & 15) }

// cell is the first distinctive word.
func (t *Trait) cell() Cell {
	return Cell{head: t.head, tail: t.tail & 0xffffff, letters: t.letters, length: uint8(t.tail >> 24)}
}

// loose says that a distinctive word may meet others than its like: a lighter
// one, one that an abbreviation stands for, one that may be meant for a word
// of a table, alone or with its neighbour.
func (n *Name) loose(i int) bool {
	t := &n.Tokens[i]
	if t.Weight < ownWeight || t.echo || len(t.Text) != len(t.Written) {
		return true
	}
	x := lexicon()
	return x.nearTable(t.Written, t.letters) ||
		i > 0 && x.nearRow(n.Tokens[i-1].Written, t.Written) || i+1 < len(n.Tokens) && x.nearRow(t.Written, n.Tokens[i+1].Written)
}
