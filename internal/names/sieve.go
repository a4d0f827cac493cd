package names

import "math/bits"

// Sieve holds what of a name is set against traits.
type Sieve struct {
	own    [8]sieved
	owns   int
	others [maxWords]other
	other  int
	floor  float32
	theirs float32 // how much of its price a word costs that the name has not
	off    bool
	class  class

	// What Meet prepares.
	hope, gain float32
	rest       [8]sieved // the own words beside the one met
	rests      int
	initials   uint32 // of the words beside the one met
	words      int    // their number
}

// sieved is a distinctive word.
type sieved struct {
	token *Token
	cell  Cell
	loose bool
}

// other is any other word.
type other struct {
	cell         Cell
	bit          uint64
	row          uint64 // of the word that it is with the one before it; all where that is not sure
	weight, cost float32
	trade        bool
	next         bool // stands beside the one before
	pieced       bool // may be written as two
}

// Sieve prepares a name for a search: what cannot reach floor is dropped.
func (n *Name) Sieve(s *Sieve, floor float64) {
	s.owns, s.other, s.floor, s.class = 0, 0, float32(floor)-sieveSlack, n.classes
	s.off, s.theirs = n.person || n.Clipped || Abjad(n), 1
	if n.Cut {
		s.theirs = cutCost
	}
	x := lexicon()
	last := -2
	for i := range n.Tokens {
		t := &n.Tokens[i]
		if t.Kind == Distinctive {
			if s.owns == len(s.own) {
				s.off = true
				return
			}
			s.own[s.owns] = sieved{t, cellOf(t), n.loose(i)}
			s.owns++
			continue
		}
		o := &s.others[s.other]
		*o = other{cell: cellOf(t), bit: traitBit(t.hash), weight: t.Weight, cost: leastCost[t.Kind], trade: t.Kind == Generic, next: last == i-1, pieced: x.pieced[t.Text] || x.pieced[t.Written]}
		if o.next {
			o.row = x.rowBit(n.Tokens[last].Written, t.Written)
		}
		s.other++
		last = i
	}
}

// rowBit is the bit of the word of the tables that two are in a row; 0 where
// there is none.
func (x *lexicons) rowBit(a, b string) uint64 {
	var space [longestHealed]byte
	if len(a)+len(b) > len(space) {
		return 0
	}
	whole := append(append(space[:0], a...), b...)
	if e := x.entries[string(whole)]; e != nil && e.known {
		return traitBit(orderOf(e.word.text))
	}
	if x.oneSlip(string(whole)) {
		return ^uint64(0)
	}
	return 0
}

// sieveSlack is more than scores are rounded by.
const sieveSlack = 0.001

// Meet prepares for names that have a word of the searched one, or all its own
// words: nil.
func (s *Sieve) Meet(met *Token) { s.meet(met, 2, 1) }

// MeetNear prepares for names that have another word in place of one of the
// searched name's.
func (s *Sieve) MeetNear(met *Token, word string, weight float32) {
	s.meet(met, met.Weight+weight, likeness(met.Written, word))
}

func (s *Sieve) meet(met *Token, weight, alike float32) {
	s.hope, s.gain, s.rests, s.initials, s.words = weight, weight*alike, 0, 0, s.other
	for i := range s.others[:s.other] {
		s.initials |= letterOf(byte(s.others[i].cell.head))
	}
	for i := range s.own[:s.owns] {
		w := &s.own[i]
		if met == nil || w.token == met {
			continue
		}
		s.rest[s.rests] = *w
		s.rests++
		s.words++
		s.initials |= letterOf(byte(w.cell.head))
	}
}

// Passes says whether a name that meets the searched one in the word last
// prepared for may reach the floor.
func (s *Sieve) Passes(t *Trait) bool {
	if s.off || t.flags&traitAlways != 0 {
		return true
	}
	floor := s.floor
	if differ(s.class, t.classes) {
		floor /= formsApart
	}
	ours, theirs := float32(1), s.theirs
	if t.flags&traitCut != 0 {
		ours = cutCost
	}
	hope, gain, cost := s.hope, s.gain, float32(0)
	may := false
	for i := range s.rest[:s.rests] {
		w := &s.rest[i]
		if alike := s.meets(w, t); alike > 0 {
			may = true
			hope += 2
			gain += 2 * alike
		} else {
			cost += leastCost[Distinctive] * ownWeight * ours
		}
	}
	var missed *other
	clash, trades := false, t.trades()
	for i := range s.others[:s.other] {
		o := &s.others[i]
		switch {
		case t.bits&o.bit != 0:
			hope += 2 * o.weight
			gain += 2 * o.weight
			if o.trade {
				trades--
			}
			missed = nil
		case o.pieced || t.flags&traitLoose != 0 && t.mayMeet(&o.cell):
			may = true
			hope += 2
			gain += 2
			missed = nil
		case o.next && missed != nil && (t.bits&o.row != 0 || t.mayBeRow(&missed.cell, &o.cell)):
			may = true
			hope += 2
			gain += 2
			cost -= missed.cost * ours
			missed = nil
		default:
			cost += o.cost * ours
			clash = clash || o.trade
			missed = o
		}
	}
	if !may {
		cost += leastCost[Distinctive] * ownWeight * theirs * float32(t.own())
		if trades > 0 {
			cost += leastCost[Generic] * theirs * float32(trades)
			if clash {
				cost += tradeClash
			}
		}
	}
	return gain >= floor*(hope+cost)
}

// meets bounds how alike a word of the searched name may be to one of the
// other's, or to several that it is written as there.
func (s *Sieve) meets(w *sieved, t *Trait) float32 {
	switch c := &w.cell; {
	case w.loose || t.bits&traitBit(w.token.hash) != 0:
		return 1
	case c.length >= 3 && c.length <= 6 && c.letters&^t.initials == 0: // their initials
		return 1
	case t.words == 0:
		return 0
	case t.words > 2 || t.words == 2 && lettersMayMeet(c.letters, t.others):
		return 1
	default:
		return s.meetsFirst(c, t)
	}
}

// meetsFirst is meets for the first distinctive word of the other name.
func (s *Sieve) meetsFirst(c *Cell, t *Trait) float32 {
	d := t.cell()
	switch {
	case d.length >= 3 && d.length <= 6 && s.words >= 3 && d.letters&^s.initials == 0: // our initials
		return 1
	case c.length < d.length && s.words > 1 && bits.OnesCount32(c.letters&^d.letters) <= 1 && letterOf(byte(d.head))&s.initials != 0: // part of it
		return 1
	case c.length > d.length && bits.OnesCount32(d.letters&^c.letters) <= 1 && letterOf(byte(c.head))&t.initials != 0:
		return 1
	case c.length == d.length && c.head == d.head && c.tail&0xffffff == d.tail:
		return 1
	}
	alike := mayBeAlike(c, &d)
	if alike > 0 && t.flags&traitLoose != 0 { // a lighter word loses less by not being the same
		alike = 1
	}
	return alike
}

// mayMeet says whether a word that is not the searched name's own may meet a
// loose one of the other's.
func (t *Trait) mayMeet(c *Cell) bool {
	d := t.cell()
	return t.words > 1 || mayBeAlike(c, &d) > 0 || byte(c.head) == byte(d.head) && bits.OnesCount32(d.letters&^c.letters) <= 1 // with its neighbour
}

// mayBeRow says whether a distinctive word may be two others in a row.
func (t *Trait) mayBeRow(a, b *Cell) bool {
	letters := a.letters | b.letters
	d := t.cell()
	return t.words > 2 || t.words == 2 && lettersApart(t.others, letters) <= 1 ||
		t.words > 0 && byte(d.head) == byte(a.head) && lettersApart(d.letters, letters) <= 1
}

// lettersMayMeet says by their letters whether two words may be alike, or one a
// part of the other.
func lettersMayMeet(a, b uint32) bool {
	x, y := bits.OnesCount32(a&^b), bits.OnesCount32(b&^a)
	return min(x, y) <= 1 || max(x, y) <= mostEdits
}
