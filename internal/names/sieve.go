package names

import "math/bits"

// Sieve holds what of a name is set against traits.
type Sieve struct {
	name   *Name
	own    [maxWords]sieved
	owns   int
	others [maxWords]other
	other  int
	floor  float32
	theirs float32 // how much of its price a word costs that the name has not
	off    bool
	firm   bool // the searched name is no person's
	class  class

	// What Meet prepares.
	weight, alike float32           // of the word met
	rest          [maxWords]*sieved // the own words beside it
	rests         int
	initials      uint32 // of the words beside it
	words         int    // their number
}

// sieved is a distinctive word.
type sieved struct {
	token *Token
	cell  Cell
	at    int    // its place in the name
	known bool   // whether loose is known: most are never asked
	loose uint64 // bits of the words of the tables that it may be; all where that is not sure
}

// other is any other word.
type other struct {
	cell         Cell
	bit          uint64
	row          uint64 // of the word that it is with the one before it; all where that is not sure
	weight, cost float32
	trade        bool
	next         bool     // stands beside the one before
	pieces       []uint64 // of the words that it may be written as
	cut          bool     // may begin another
}

// Sieve prepares a name for a search: what cannot reach floor is dropped.
func (n *Name) Sieve(s *Sieve, floor float64) {
	s.name, s.owns, s.other, s.floor, s.class = n, 0, 0, float32(floor)-sieveSlack, n.classes
	s.off, s.firm, s.theirs = n.person || n.Clipped || Abjad(n), n.Type == Organization, 1
	if n.Cut {
		s.theirs = cutCost
	}
	x := lexicon()
	last, end := -2, len(n.Tokens)
	if n.Cut { // words from here on may begin any other
		end -= cutWords
	}
	for i := range n.Tokens {
		t := &n.Tokens[i]
		if t.Kind == Distinctive {
			s.own[s.owns] = sieved{token: t, cell: cellOf(t), at: i}
			if i >= end {
				s.own[s.owns].known, s.own[s.owns].loose = true, ^uint64(0)
			}
			s.owns++
			continue
		}
		o := &s.others[s.other]
		*o = other{cell: cellOf(t), bit: traitBit(t.hash), weight: t.Weight, cost: leastCost[t.Kind], trade: t.Kind == Generic, next: last == i-1, pieces: x.pieced[t.Written], cut: i >= end}
		if o.next {
			o.row = x.rowBit(n.Tokens[last].Written, t.Written)
		}
		s.other++
		last = i
	}
}

// sieveSlack is more than scores and weights are rounded by.
const sieveSlack = 0.004

// Meet prepares for names that have a word of the searched one, or all its own
// words: nil.
func (s *Sieve) Meet(met *Token) {
	weight := float32(1)
	if met != nil {
		weight = met.Weight
	}
	s.meet(met, weight, 1)
}

// MeetNear prepares for names that have another word in place of one of the
// searched name's.
func (s *Sieve) MeetNear(met *Token, word string) {
	s.meet(met, met.Weight, likeness(met.Written, word))
}

func (s *Sieve) meet(met *Token, weight, alike float32) {
	s.weight, s.alike, s.rests, s.initials, s.words = weight, alike, 0, 0, s.other
	for i := range s.others[:s.other] {
		s.initials |= letterOf(byte(s.others[i].cell.head))
	}
	for i := range s.own[:s.owns] {
		w := &s.own[i]
		if met == nil || w.token == met {
			continue
		}
		s.rest[s.rests] = w
		s.rests++
		s.words++
		s.initials |= letterOf(byte(w.cell.head))
	}
}

// tally is what a Sieve adds up: the weight that may meet, how much of it as
// far as it may be alike, and what the rest costs.
type tally struct {
	hope, gain, cost float32
	ones             float32 // words of ours that may each meet one of theirs
	loose            float32 // of them such that may meet a trade
	row              bool    // one may meet several of theirs
}

func (y *tally) may(alike float32) {
	y.hope += 2
	y.gain += 2 * alike
}

// Passes says whether a name that meets the searched one in the word last
// prepared for may reach the floor.
func (s *Sieve) Passes(t *Trait) bool {
	switch {
	case t.flags&traitPerson != 0 && s.firm:
		return false
	case s.off || t.flags&(traitAlways|traitPerson) != 0:
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
	met := float32(t.met) / traitMet
	y := tally{hope: 2 * max(s.weight, met)} // a word weighs as much as a row that it meets
	y.gain = y.hope - (s.weight+met)*(1-s.alike)
	if t.flags&traitCut != 0 { // its last words may begin one of ours
		y.may(1)
		y.row = true
	}
	if s.mayBeInitials(t) {
		y.may(1)
		y.row, ours = true, 0
	}
	for _, w := range s.rest[:s.rests] {
		if alike := s.meets(w, t, &y); alike > 0 {
			y.may(alike)
		} else {
			y.cost += leastCost[Distinctive] * w.token.Weight * ours
		}
	}
	trades, clash := s.meetOthers(t, ours, &y)
	if !y.row {
		y.cost += leastCost[Distinctive] * theirs * max(0, float32(t.own)/traitOwn-y.ones)
		if trades -= y.loose; trades > 0 {
			y.cost += leastCost[Generic] * theirs * trades
			if clash {
				y.cost += tradeClash
			}
		}
	}
	return y.gain >= floor*(y.hope+y.cost)
}

// meetOthers adds up the words that are not the searched name's own. It returns
// how many trades the other name has beside, and whether a trade is left.
func (s *Sieve) meetOthers(t *Trait, ours float32, y *tally) (trades float32, clash bool) {
	trades = float32(t.tail >> 29)
	var missed *other
	for i := range s.others[:s.other] {
		o := &s.others[i]
		switch {
		case t.bits&o.bit != 0:
			y.hope += 2 * o.weight
			y.gain += 2 * o.weight
			if o.trade {
				trades--
			}
			missed = nil
		case o.cut || o.mayBePieces(t) || t.flags&traitLoose != 0 && t.mayMeet(&o.cell):
			y.may(1)
			y.row, missed = true, nil
		case o.next && missed != nil && (t.bits&o.row != 0 || t.mayBeRow(&missed.cell, &o.cell)):
			y.may(1)
			y.cost -= missed.cost * ours
			y.row, missed = true, nil
		default:
			y.cost += o.cost * ours
			clash = clash || o.trade
			missed = o
		}
	}
	return trades, clash
}

// meets bounds how alike a word of the searched name may be to one of the
// other's, or to several that it is written as there.
func (s *Sieve) meets(w *sieved, t *Trait, y *tally) float32 {
	c, words := &w.cell, t.words()
	switch {
	case c.length >= 3 && c.length <= 6 && c.letters&^t.initials == 0: // their initials
		y.row = true
		return 1
	case words > 2:
		y.row = true
		return 1
	case words == 2 && lettersMayMeet(c.letters, t.others):
		y.row = true
		return 1
	case s.looseWith(w) == ^uint64(0):
		y.ones++
		y.loose++
		return 1
	case w.loose&t.bits != 0:
		y.row = true
		return 1
	case t.bits&traitBit(w.token.hash) != 0:
		y.ones++
		return 1
	case words == 0:
		return 0
	}
	return s.meetsFirst(c, t, y)
}

func (s *Sieve) looseWith(w *sieved) uint64 {
	if !w.known {
		w.known, w.loose = true, s.name.loose(w.at)
	}
	return w.loose
}

// mayBeInitials says whether a word of the other name may be the initials of
// the searched one's.
func (s *Sieve) mayBeInitials(t *Trait) bool {
	n := t.cell().length
	return s.words >= 3 && (t.words() > 0 && n >= 3 && n <= 6 && t.letters&^s.initials == 0 ||
		t.words() > 1 && bits.OnesCount32(t.others) <= 6 && t.others&^s.initials == 0)
}

// meetsFirst is meets for the first distinctive word of the other name.
func (s *Sieve) meetsFirst(c *Cell, t *Trait, y *tally) float32 {
	d := t.cell()
	switch {
	case c.length < d.length && s.words > 1 && bits.OnesCount32(c.letters&^d.letters) <= 1 && letterOf(byte(d.head))&s.initials != 0, // a part of theirs
		c.length > d.length && bits.OnesCount32(d.letters&^c.letters) <= 1 && letterOf(byte(c.head))&t.initials != 0:
		y.row = true
		return 1
	}
	alike := mayBeAlike(c, &d)
	if c.length == d.length && c.head == d.head && c.tail&traitLetters == d.tail {
		alike = 1
	}
	if alike > 0 {
		y.ones++
		if t.flags&traitLoose != 0 || c.parts < ownParts { // a lighter word loses less by not being the same
			alike = 1
		}
	}
	return alike
}

// ownParts is 0.95, the weight from which a word counts as weighing 1.
const ownParts = 121

// mayMeet says whether a word that is not the searched name's own may meet a
// loose one of the other's.
func (t *Trait) mayMeet(c *Cell) bool {
	d := t.cell()
	return t.words() > 1 || mayBeAlike(c, &d) > 0 || byte(c.head) == byte(d.head) && bits.OnesCount32(d.letters&^c.letters) <= 1 // with its neighbour
}

// mayBeRow says whether a distinctive word may be two others in a row.
func (t *Trait) mayBeRow(a, b *Cell) bool {
	letters := a.letters | b.letters
	d := t.cell()
	return t.words() > 2 || t.words() == 2 && lettersApart(t.others, letters) <= 1 ||
		t.words() > 0 && byte(d.head) == byte(a.head) && lettersApart(d.letters, letters) <= 1
}

func (o *other) mayBePieces(t *Trait) bool {
	for _, mask := range o.pieces {
		if t.bits&mask == mask {
			return true
		}
	}
	return false
}

// lettersMayMeet says by their letters whether two words may be alike, or one a
// part of the other.
func lettersMayMeet(a, b uint32) bool {
	x, y := bits.OnesCount32(a&^b), bits.OnesCount32(b&^a)
	return min(x, y) <= 1 || max(x, y) <= mostEdits
}
