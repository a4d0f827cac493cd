package names

import "math/bits"

// Trait is so little of a name that a whole index of them stays near the
// processor. By it a Sieve drops most of the names that share one word with
// another and no more.
type Trait struct {
	letters [2]uint32 // of its first own word, and of all others
	bits    uint64
}

// A trait has a bit for each word that is not the name's own, and behind them
// some counts.
const (
	traitOwn    = 48      // where the number of its own words stands
	traitTrades = 52      // where the number of its trades stands
	traitMost   = 15      // of each
	traitCut    = 1 << 61 // its end may have been cut off
	traitLoose  = 1 << 62 // own words that may meet otherwise stand in it too
	traitAlways = 1 << 63 // a name that is always looked at
	heaviest    = 0.5     // of the words that are not a name's own
	ownWeight   = 0.95    // lighter words are not counted as its own
)

func traitBit(hash uint64) uint64 { return 1 << ((hash >> 7) % traitOwn) }

// Trait is what a Sieve looks at.
func (n *Name) Trait() Trait {
	if n.person || n.Clipped || Abjad(n) {
		return Trait{bits: traitAlways}
	}
	var t Trait
	if n.Cut {
		t.bits = traitCut
	}
	own, trades, words := 0, 0, 0
	for i := range n.Tokens {
		w := &n.Tokens[i]
		if w.Kind != Distinctive {
			t.bits |= traitBit(w.hash)
			if w.Kind == Generic {
				trades++
			}
			continue
		}
		t.letters[min(words, 1)] |= w.letters
		words++
		if w.own() && !w.nearTable() {
			own++
		} else {
			t.bits |= traitBit(w.hash) | traitLoose
		}
	}
	t.bits |= uint64(min(own, traitMost))<<traitOwn | uint64(min(trades, traitMost))<<traitTrades
	return t
}

// own says that a word is sure to be one that the name alone has.
func (t *Token) own() bool {
	return t.Kind == Distinctive && t.Weight >= ownWeight && !t.echo && !t.formish && len(t.Text) == len(t.Written)
}

// nearTable says that the word may meet one of a table: such words are few.
func (t *Token) nearTable() bool {
	x := lexicon()
	return x.heads[t.Written] || !t.seen && x.near.has(t.Written)
}

// Sieve holds what of a name is set against traits.
type Sieve struct {
	own    [8]sieved
	owns   int
	others [maxWords]other
	other  int
	floor  float32
	theirs float32 // how much of its price a word costs that the name has not
	off    bool

	// What Meet prepares.
	hope  float32
	rest  [8]sieved // the own words beside the one met
	rests int
	loose bool // one of them may meet a word of a table
}

type sieved struct {
	token   *Token
	letters uint32
	apart   int // edits
	loose   bool
}

type other struct {
	bit          uint64
	weight, cost float32
	trade        bool
	next         bool // stands beside the one before: they may be written as one
	cut          bool // may begin another
}

// Sieve prepares a name for a search: what cannot reach floor is dropped.
func (n *Name) Sieve(s *Sieve, floor float64) {
	s.owns, s.other, s.floor = 0, 0, float32(floor)
	s.off, s.theirs = n.person || n.Clipped || Abjad(n), 1
	if n.Cut {
		s.theirs = cutCost
	}
	last := -2
	end := len(n.Tokens) // words from here on may begin any other
	if n.Cut {
		end -= 3
	}
	for i := range n.Tokens {
		t := &n.Tokens[i]
		if t.Kind == Distinctive {
			if s.owns == len(s.own) {
				s.off = true
				return
			}
			loose := i >= end || !t.own() || t.nearTable()
			s.own[s.owns] = sieved{t, t.letters, max(1, min(mostEdits, len(t.Written)/4)), loose}
			s.owns++
			continue
		}
		s.others[s.other] = other{traitBit(t.hash), t.Weight, leastCost[t.Kind], t.Kind == Generic, last == i-1, i >= end}
		s.other++
		last = i
	}
}

// mayMeet says by their letters whether two words may be alike, or one a part
// of the other.
func (w *sieved) mayMeet(letters uint32) bool {
	x, y := bits.OnesCount32(w.letters&^letters), bits.OnesCount32(letters&^w.letters)
	return x <= 1 || y <= 1 || x <= w.apart && y <= w.apart
}

// Meet prepares for names that meet the searched one in a word of its own.
func (s *Sieve) Meet(met *Token) {
	s.hope, s.rests, s.loose = 2*max(met.Weight, 1), 0, false
	for i := range s.own[:s.owns] {
		if w := &s.own[i]; w.token != met {
			s.rest[s.rests] = *w
			s.rests++
			s.loose = s.loose || w.loose
		}
	}
}

// Passes says whether a name that meets the searched one in the word last
// prepared for may reach the floor.
func (s *Sieve) Passes(t *Trait) bool {
	if s.off || t.bits&traitAlways != 0 {
		return true
	}
	ours := float32(1)
	if t.bits&traitCut != 0 {
		ours = cutCost
	}
	theirs := max(0, int(t.bits>>traitOwn&traitMost)-1) // own words beside the one met
	hope, cost := s.hope, float32(0)
	may := s.loose
	for i := range s.rest[:s.rests] {
		w := &s.rest[i]
		if w.loose || (theirs > 0 || t.bits&traitLoose != 0) && (w.mayMeet(t.letters[0]) || w.mayMeet(t.letters[1])) {
			may = true
			hope += 2
		} else {
			cost += leastCost[Distinctive] * ownWeight * ours
		}
	}
	if !may {
		cost += leastCost[Distinctive] * ownWeight * s.theirs * float32(theirs)
	}
	trades := int(t.bits >> traitTrades & traitMost) // that the searched name has not
	var missed *other
	rows, clash := t.bits&traitCut != 0, false
	if rows { // its last words may begin one of ours
		hope += 2 * heaviest
	}
	for i := range s.others[:s.other] {
		o := &s.others[i]
		switch {
		case t.bits&o.bit != 0:
			hope += 2 * o.weight
			if o.trade {
				trades--
			}
			missed = nil
		case o.next && missed != nil: // the two may be one word there
			hope += 2 * (o.weight + missed.weight)
			cost -= missed.cost * ours
			missed, rows = nil, true
		case o.cut:
			hope += 2 * max(o.weight, heaviest)
			missed, rows = nil, true
		default:
			cost += o.cost * ours
			clash = clash || o.trade
			missed = o
		}
	}
	if trades > 0 && !rows && !may {
		cost += leastCost[Generic] * s.theirs * float32(trades)
		if clash {
			cost += tradeClash
		}
	}
	return hope >= s.floor*(hope+cost)
}
