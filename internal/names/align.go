package names

import (
	"math/bits"
	"strings"
)

// pair is a meeting of words: a run of a's with a run of b's.
type pair struct {
	a, b   uint32 // the words, as bits
	alike  float32
	weight float32 // of both sides
	how    how
}

// how says by what two words meet.
type how uint8

const (
	exact how = iota
	joined
	spelling
	sound
	initial
	shortened
	cutOff
	acronym
	head // the first letters only: HIK for HIKVISION
)

var howNames = [...]string{"", " (joined)", " (spelling)", " (sound)", " (initial)", " (short form)", " (cut)", " (acronym)", " (first letters)"}

// alignment is how two names meet, word by word. It lives on the stack.
type alignment struct {
	a, b         *Name
	usedA, usedB uint32
	pairs        [maxWords]pair
	met          int // pairs in use
}

func (al *alignment) meet(p pair) {
	al.usedA |= p.a
	al.usedB |= p.b
	al.pairs[al.met] = p
	al.met++
}

// align pairs the words of two names: the same, then words written apart or
// together, then near ones best first, then short forms and acronyms.
func (al *alignment) align(a, b *Name) {
	al.a, al.b, al.usedA, al.usedB, al.met = a, b, 0, 0, 0
	al.same()
	if al.done() {
		return
	}
	al.cutEnd(false)
	al.cutEnd(true)
	al.runs()
	al.together(false)
	al.together(true)
	if al.done() {
		return
	}
	if a.person {
		al.syllables(false)
		al.syllables(true)
	}
	al.near()
	if !a.person {
		al.initials(false)
		al.initials(true)
	}
}

func (al *alignment) done() bool {
	return bits.OnesCount32(al.usedA) == len(al.a.Tokens) || bits.OnesCount32(al.usedB) == len(al.b.Tokens)
}

func (al *alignment) same() {
	for _, written := range []bool{true, false} { // first what is written alike too
		for i := range al.a.Tokens {
			t := &al.a.Tokens[i]
			if al.usedA&(1<<i) != 0 {
				continue
			}
			for j := range al.b.Tokens {
				u := &al.b.Tokens[j]
				if t.hash == u.hash && al.usedB&(1<<j) == 0 && t.Text == u.Text && (t.Kind == Number) == (u.Kind == Number) && (!written || t.Written == u.Written) {
					w := t.Weight + u.Weight
					if t.Kind != u.Kind { // one side's trade is the other's brand
						w = 2 * min(t.Weight, u.Weight)
					}
					al.meet(pair{1 << i, 1 << j, 1, w, exact})
					break
				}
			}
		}
	}
}

// near meets the words left over that are close in spelling or sound, best
// first.
func (al *alignment) near() {
	for {
		var best pair
		var bestValue float32
		for i := range al.a.Tokens {
			if al.usedA&(1<<i) != 0 {
				continue
			}
			t := &al.a.Tokens[i]
			for j := range al.b.Tokens {
				if al.usedB&(1<<j) != 0 {
					continue
				}
				u := &al.b.Tokens[j]
				if t.Written[0] != u.Written[0] && !t.abjad && !u.abjad && lettersApart(t.letters, u.letters) > mostEdits {
					continue
				}
				alike, by := al.nearness(t, u, i, j)
				weight := t.Weight + u.Weight
				if t.Kind != u.Kind && by == spelling { // a slip of a word that says little
					weight = 2 * min(t.Weight, u.Weight)
				}
				if value := alike * weight; value > bestValue {
					bestValue = value
					best = pair{1 << i, 1 << j, alike, weight, by}
				}
			}
		}
		if bestValue == 0 {
			return
		}
		al.meet(best)
	}
}

func (al *alignment) nearness(t, u *Token, i, j int) (float32, how) {
	if t.hangul != u.hangul && len(t.Written) > 1 && len(u.Written) > 1 {
		if koreanSound(t.Written) == koreanSound(u.Written) {
			return koreanAlike, sound
		}
		return 0, exact
	}
	if t.Kind == Number || u.Kind == Number || t.Kind == Particle || u.Kind == Particle {
		return 0, exact
	}
	person := al.a.person
	if person && (len(t.Written) == 1 || len(u.Written) == 1) {
		if t.Written[0] == u.Written[0] {
			return 0.75, initial
		}
		return 0, exact
	}
	if t.Kind != Distinctive && u.Kind != Distinctive { // table words: known and different
		return 0, exact
	}
	x, y := t.Written, u.Written
	if len(x) > len(y) {
		x, y = y, x
	}
	if t.Kind != u.Kind && !person {
		if limit := tableBudget(len(x), len(y)); limit > 0 && len(y)-len(x) <= limit && lettersApart(t.letters, u.letters) <= limit && !t.seen && !u.seen {
			if d := edits(x, y, limit); d <= limit {
				return 1 - float32(d)*tableEditCost/float32(len(y)), spelling
			}
		}
	} else if limit := budget(len(x), len(y), person); limit > 0 && len(y)-len(x) <= limit && lettersApart(t.letters, u.letters) <= limit {
		if d := edits(x, y, limit); d <= limit {
			return 1 - float32(d)*editCost/float32(len(y)), spelling
		}
	}
	if (person || t.abjad || u.abjad) && soundAlike(x, y) {
		if t.abjad != u.abjad || x[0] == y[0] || !person {
			return 0.8, sound
		}
		return 0.75, sound
	}
	if person {
		return 0, exact
	}
	return al.shortForm(t, u, i, j, x, y)
}

// shortForm meets a cut or abbreviated word with the whole one.
func (al *alignment) shortForm(t, u *Token, i, j int, x, y string) (float32, how) {
	if len(x) < 3 || !strings.HasPrefix(y, x) {
		return 0, exact
	}
	short, long, last, name := t, u, i == len(al.a.Tokens)-1, al.a
	if len(t.Written) > len(u.Written) {
		short, long, last, name = u, t, j == len(al.b.Tokens)-1, al.b
	}
	switch {
	case name.Cut && last:
		return 0.95, cutOff
	case long.Kind == Generic || long.Kind == Weak || long.Kind == Contrast:
		return 0.9, shortened
	case len(x) < 6 && len(y) >= len(x)+3 && t.Kind == Distinctive && u.Kind == Distinctive:
		return 0.75, head
	case short.Kind == Distinctive && len(x) >= 6 && len(x)*4 >= len(y)*3:
		return 0.75, shortened
	}
	return 0, exact
}

// editCost is what an edit takes of two words' likeness, as a share of the
// longer one's letters.
const editCost = 1.1

// tableEditCost is editCost where one of the words is in a table and the other
// is nowhere: the slip of the pen is sure.
const tableEditCost = 0.6

// tableBudget is how many edits a word may lie apart from a table's.
func tableBudget(short, long int) int {
	switch {
	case long < 4 || short < 3:
		return 0
	case long < shortestHealed:
		return 1
	}
	return mostSlips
}

// mostEdits is how many edits two words may lie apart, however long they are.
const mostEdits = 3

// budget is how many edits two words of such lengths may lie apart.
func budget(short, long int, person bool) int {
	switch {
	case person && short >= 3 && long < 8:
		return 1
	case person:
		return min(long/4, mostEdits)
	case long < 5 || short < 4:
		return 0
	}
	return min(long/5, mostEdits)
}

// initials meets a short word with the initials of a whole row of words: a weak
// channel, which alone never passes the threshold.
func (al *alignment) initials(turned bool) {
	one, many, usedOne, usedMany := al.a, al.b, al.usedA, al.usedB
	if turned {
		one, many, usedOne, usedMany = al.b, al.a, al.usedB, al.usedA
	}
	for i := range one.Tokens {
		t := &one.Tokens[i]
		if usedOne&(1<<i) != 0 || len(t.Written) < 3 || len(t.Written) > 6 || len(many.Tokens) < len(t.Written) {
			continue
		}
	start:
		for j := 0; j+len(t.Written) <= len(many.Tokens); j++ {
			var mask uint32
			var weight float32
			for k := range len(t.Written) {
				u := &many.Tokens[j+k]
				if usedMany&(1<<(j+k)) != 0 || u.Written[0] != t.Written[k] {
					continue start
				}
				mask |= 1 << (j + k)
				weight += u.Weight
			}
			p := pair{1 << i, mask, 0.8, t.Weight + min(weight, 1), acronym}
			if turned {
				p.a, p.b = p.b, p.a
			}
			al.meet(p)
			return
		}
	}
}
