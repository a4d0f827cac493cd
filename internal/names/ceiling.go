package names

import "math/bits"

// Cell is one word of an outline, small enough that a name's are few lines of
// the processor's cache.
type Cell struct {
	word    uint32 // hash of its meaning
	head    uint32 // its first four letters, the first lowest
	tail    uint32 // its last four letters, the last lowest
	letters uint32
	length  uint8
	kind    Kind
	flags   uint8
	parts   uint8 // of its weight, rounded up
}

// weightParts is how finely an outline knows weights.
const weightParts = 128

func (c *Cell) weight() float32 { return float32(c.parts) * (1.0 / weightParts) }

// cost is what it costs at least to leave the word over.
func (c *Cell) cost() float32 {
	switch {
	case c.flags&cellEcho != 0:
		return echoCost
	case c.kind == Distinctive:
		return leastCost[Distinctive] * float32(c.parts-1) * (1.0 / weightParts)
	}
	return leastCost[c.kind]
}

const (
	cellWord  uint8 = 1 << iota // distinctive
	cellTrade                   // a line of business
	cellRigid                   // meets nothing but its like
	cellAbjad                   // its vowels are not to be relied on
	cellCut                     // its name may have been cut off
	cellEcho                    // its name's own initials, or may be a slip of a form: costs little
)

// leastCost is what a word costs at least that is left over; a distinctive
// one so many times its weight.
var leastCost = [...]float32{Distinctive: 1.6, Generic: 0.6, Weak: 0.1, Contrast: 1.4, Country: 1, City: 0.15, Number: 0.5, Legal: 0}

// Outline appends the outline of a name to cells: all that Ceiling looks at,
// without a pointer. A person's outline is empty.
func (n *Name) Outline(cells []Cell) []Cell {
	if n.person {
		return cells
	}
	for i := range n.Tokens {
		t := &n.Tokens[i]
		c := cellOf(t)
		if n.Cut {
			c.flags |= cellCut
		}
		cells = append(cells, c)
	}
	return cells
}

func cellOf(t *Token) Cell {
	c := Cell{word: uint32(t.hash ^ t.hash>>32), letters: t.letters, length: uint8(min(len(t.Written), 255)), kind: t.Kind}
	c.parts = uint8(t.Weight*weightParts) + 1
	switch t.Kind {
	case Distinctive:
		c.flags |= cellWord
	case Generic, Weak, Contrast:
		c.flags |= cellTrade
	case Number, Particle:
		c.flags |= cellRigid
	}
	for k := range min(len(t.Written), 4) {
		c.head |= uint32(t.Written[k]) << (8 * k)
		c.tail |= uint32(t.Written[len(t.Written)-1-k]) << (8 * k)
	}
	if t.echo || t.formish {
		c.flags |= cellEcho
	}
	if t.abjad {
		c.flags |= cellAbjad
	}
	return c
}

// Fetch reads both ends of an outline and returns a number that means nothing.
// Outlines of a large index lie far apart in memory: to fetch some dozens one
// after the other, before Ceiling looks at any, is to wait for them together.
func Fetch(cells []Cell) uint32 {
	if len(cells) == 0 {
		return 0
	}
	return cells[0].word ^ cells[len(cells)-1].word
}

// ceiling is the state of one Ceiling.
type ceiling struct {
	a, b           []Cell
	usedA, usedB   uint32 // words that meet their like
	mayA, mayB     uint32 // words left over that may meet another way
	wordA, wordB   uint32 // distinctive words
	rigidA, rigidB uint32
	row            bool    // a row of words may meet one
	alike          float32 // how alike words may be that are not the same
}

// Ceiling is a score that two names cannot exceed, seen from their outlines
// alone. It is cheap, so that most pairs of a large index need no alignment:
// words that may meet in any way but by being the same count as if they did.
func Ceiling(a, b []Cell) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 1
	}
	c := ceiling{a: a, b: b}
	met, distinct := c.same()
	leftA, leftB := c.usedA^(1<<len(a)-1), c.usedB^(1<<len(b)-1)
	if leftA != 0 && leftB != 0 {
		if leftA&c.wordA|leftB&c.wordB != 0 {
			c.near(leftA&^c.rigidA, leftB&^c.rigidB)
		}
		cutEndOf(a, b, leftA, leftB, &c.mayA, &c.mayB, &c.row)
		cutEndOf(b, a, leftB, leftA, &c.mayB, &c.mayA, &c.row)
		runsOf(a, b, leftA, leftB, &c.mayA, &c.mayB, &c.row)
		rowsOf(a, b, leftA, leftB, &c.mayA, &c.mayB, &c.row)
		rowsOf(b, a, leftB, leftA, &c.mayB, &c.mayA, &c.row)
		initialsOf(a, b, leftA, leftB, &c.mayA, &c.mayB, &c.row)
		initialsOf(b, a, leftB, leftA, &c.mayB, &c.mayA, &c.row)
	}
	one, other := sum(a, leftA, c.mayA), sum(b, leftB, c.mayB)
	cut := (a[0].flags|b[0].flags)&cellCut != 0
	if a[0].flags&cellCut != 0 { // what the other has may have been cut off
		other.cost *= cutCost
	}
	if b[0].flags&cellCut != 0 {
		one.cost *= cutCost
	}
	if !distinct && one.may&other.may&cellWord == 0 && (one.left|other.left)&cellWord != 0 && !cut {
		return capWeak
	}
	left := one.cost + other.cost
	if one.left&other.left&cellTrade != 0 {
		left += tradeClash
	}
	hope := one.hope + other.hope
	alike := c.alike
	if c.row { // a word weighs as much as the row it meets
		hope *= 2
		alike = 1
	}
	if met+hope == 0 {
		return 0
	}
	return float64((met + hope*alike) / (met + hope + left))
}

// same meets words with their like, as an alignment does, and sorts the words
// out.
func (c *ceiling) same() (met float32, distinct bool) {
	var seen uint64 // most words of b are none of a's: one look says so
	for i := range c.a {
		t := &c.a[i]
		seen |= 1 << (t.word & 63)
		c.wordA |= uint32(t.flags&cellWord) << i
		c.rigidA |= uint32(t.flags&cellRigid/cellRigid) << i
	}
	for j := range c.b {
		u := &c.b[j]
		c.wordB |= uint32(u.flags&cellWord) << j
		c.rigidB |= uint32(u.flags&cellRigid/cellRigid) << j
		if seen>>(u.word&63)&1 == 0 {
			continue
		}
		for i := range c.a {
			t := &c.a[i]
			if t.word != u.word || c.usedA&(1<<i) != 0 || (t.kind == Number) != (u.kind == Number) {
				continue
			}
			if t.kind == u.kind {
				met += t.weight() + u.weight()
				distinct = distinct || t.kind == Distinctive
			} else {
				met += 2 * min(t.weight(), u.weight())
			}
			c.usedA |= 1 << i
			c.usedB |= 1 << j
			break
		}
	}
	return met, distinct
}

// near marks the words left over that may be alike, of which one at least is
// distinctive.
func (c *ceiling) near(leftA, leftB uint32) {
	for m := leftA; m != 0; m &= m - 1 {
		i := bits.TrailingZeros32(m)
		t := &c.a[i]
		others := leftB
		if c.wordA&(1<<i) == 0 {
			others &= c.wordB
		}
		for k := others; k != 0; k &= k - 1 {
			j := bits.TrailingZeros32(k)
			u := &c.b[j]
			// Words that both have letters of their own must be few edits apart.
			x, y := t.letters&^u.letters, u.letters&^t.letters
			if x != 0 && y != 0 && (t.flags|u.flags)&cellAbjad == 0 && (bits.OnesCount32(x) > mostEdits || bits.OnesCount32(y) > mostEdits) {
				continue
			}
			if alike := mayBeAlike(t, u); alike > 0 {
				c.mayA |= 1 << i
				c.mayB |= 1 << j
				c.alike = max(c.alike, alike)
			}
		}
	}
}

// mayBeAlike bounds how alike two words can be; 0 where they cannot meet.
func mayBeAlike(t, u *Cell) float32 {
	if (t.flags|u.flags)&cellAbjad != 0 {
		return 1
	}
	if t.length > u.length {
		t, u = u, t
	}
	if t.length >= 3 && t.letters&^u.letters == 0 && (t.head^u.head)<<(8*(4-min(t.length, 4))) == 0 { // begins it
		return 1
	}
	limit, alike := budget(int(t.length), int(u.length), false), 1-editCost/float32(u.length)
	if (t.flags^u.flags)&cellWord != 0 { // a slip of a table's word weighs as little as that
		limit, alike = tableBudget(int(t.length), int(u.length)), 1
	}
	if limit > 0 && int(u.length-t.length) <= limit && lettersApart(t.letters, u.letters) <= limit && (limit > 1 || u.length < 5 || endsMeet(t, u)) {
		return alike
	}
	return 0
}

// endsMeet says that two words begin alike or end alike, as words that are one
// edit apart do: it falls into one half of them. t is not the longer one.
func endsMeet(t, u *Cell) bool {
	most := uint32(1<<16 - 1) // two letters
	if t.length >= 7 {
		most = 1<<24 - 1
	}
	return (t.head^u.head)&most == 0 || (t.tail^u.tail)&most == 0
}

// rowsOf marks a word that may be written as several in a row on the other
// side, and these.
func rowsOf(one, many []Cell, leftOne, leftMany uint32, mayOne, mayMany *uint32, row *bool) {
	starts := leftMany & (leftMany >> 1)
	if starts == 0 {
		return
	}
	var firsts uint32
	for m := leftOne; m != 0; m &= m - 1 {
		firsts |= letterOf(byte(one[bits.TrailingZeros32(m)].head))
	}
	for ; starts != 0; starts &= starts - 1 {
		j := bits.TrailingZeros32(starts)
		if firsts&letterOf(byte(many[j].head)) == 0 {
			continue
		}
		for m := leftOne; m != 0; m &= m - 1 {
			i := bits.TrailingZeros32(m)
			t := &one[i]
			x, y := &many[j], &many[j+1]
			if byte(t.head) != byte(x.head) || t.length < 4 || int(x.length)+int(y.length) > int(t.length)+1 ||
				bits.OnesCount32(x.letters&^t.letters) > 1 || bits.OnesCount32(y.letters&^t.letters) > 1 {
				continue
			}
			*row = true
			*mayOne |= 1 << i
			for k := j; k < len(many) && leftMany&(1<<k) != 0 && bits.OnesCount32(many[k].letters&^t.letters) <= 1; k++ {
				*mayMany |= 1 << k
			}
		}
	}
}

// cutEndOf marks the last words of a name that was cut off, and what they may
// begin on the other side.
func cutEndOf(cut, whole []Cell, leftCut, leftWhole uint32, mayCut, mayWhole *uint32, row *bool) {
	if cut[0].flags&cellCut == 0 {
		return
	}
	for i := len(cut) - 1; i >= max(0, len(cut)-cutWords) && leftCut>>i&1 != 0; i-- {
		t := &cut[i]
		for m := leftWhole; m != 0; m &= m - 1 {
			j := bits.TrailingZeros32(m)
			if u := &whole[j]; t.length <= u.length && (t.head^u.head)<<(8*(4-min(t.length, 4))) == 0 {
				*row = true
				*mayCut |= leftCut &^ (1<<i - 1)
				*mayWhole |= 1 << j
			}
		}
	}
}

// runsOf marks the words left over in a row on both sides that may be the same
// letters, cut otherwise.
func runsOf(a, b []Cell, leftA, leftB uint32, mayA, mayB *uint32, row *bool) {
	if leftA&(leftA>>1)|leftB&(leftB>>1) == 0 {
		return
	}
	for i := 0; i < len(a); {
		run := runAt(^leftA, i, len(a))
		if run == 0 {
			i++
			continue
		}
		letters := lettersIn(a[i : i+run])
		for j := 0; j < len(b); {
			other := runAt(^leftB, j, len(b))
			if other == 0 {
				j++
				continue
			}
			if run+other > 2 && run <= longestRun && other <= longestRun && lettersApart(letters, lettersIn(b[j:j+other])) <= 2 {
				*row = true
				*mayA |= (1<<run - 1) << i
				*mayB |= (1<<other - 1) << j
			}
			j += other
		}
		i += run
	}
}

func lettersIn(cells []Cell) uint32 {
	var letters uint32
	for i := range cells {
		letters |= cells[i].letters
	}
	return letters
}

// initialsOf marks a word that may be the initials of the other side's words.
func initialsOf(one, many []Cell, leftOne, leftMany uint32, mayOne, mayMany *uint32, row *bool) {
	if bits.OnesCount32(leftMany) < 3 {
		return
	}
	for m := leftOne; m != 0; m &= m - 1 {
		i := bits.TrailingZeros32(m)
		t := &one[i]
		if t.length < 3 || t.length > 6 || bits.OnesCount32(leftMany) < int(t.length) {
			continue
		}
		var letters uint32
		for k := leftMany; k != 0; k &= k - 1 {
			letters |= letterOf(byte(many[bits.TrailingZeros32(k)].head))
		}
		if t.letters&^letters == 0 {
			*row = true
			*mayOne |= 1 << i
			*mayMany |= leftMany
		}
	}
}

// sums is what the words left over amount to.
type sums struct {
	hope      float32 // the weight of those that may meet
	cost      float32 // of the others
	may, left uint8   // the flags of both
}

func sum(cells []Cell, left, may uint32) sums {
	var s sums
	for m := left; m != 0; m &= m - 1 {
		i := bits.TrailingZeros32(m)
		c := &cells[i]
		if may&(1<<i) != 0 {
			s.hope += c.weight()
			s.may |= c.flags
		} else {
			s.cost += c.cost()
			if s.left |= c.flags; c.flags&cellEcho != 0 {
				s.left &^= cellWord
			}
		}
	}
	return s
}
