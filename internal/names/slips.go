package names

import (
	"maps"
	"math/bits"
	"slices"
)

// addTypos makes long table words known with a slip of the pen, so that it does
// not make a trade look distinctive. Of two words with one slip the first by
// the alphabet has it.
func (x *lexicons) addTypos() {
	typos, forms := map[string]word{}, map[string]phrase{} // apart, so that no slip of a slip is made
	unknown := func(typo string) bool {
		_, known := x.words[typo]
		return !known && x.phrases[typo] == nil
	}
	for _, spelling := range slices.Sorted(maps.Keys(x.words)) {
		w := x.words[spelling]
		if len(spelling) < 6 || w.kind == Country || w.kind == City {
			continue
		}
		for _, typo := range slips(spelling) {
			if _, twice := typos[typo]; !twice && unknown(typo) {
				typos[typo] = w
			}
		}
	}
	for _, first := range slices.Sorted(maps.Keys(x.phrases)) {
		for _, p := range x.phrases[first] {
			if len(p.words) != 1 || p.word.kind != Legal || len(first) < 7 {
				continue
			}
			for _, typo := range slips(first) {
				if _, twice := forms[typo]; !twice && unknown(typo) {
					forms[typo] = phrase{[]string{typo}, p.word, p.class, p.front}
				}
			}
		}
	}
	for typo, w := range typos {
		x.slips[typo] = true
		x.words[typo] = w
	}
	for typo, p := range forms {
		x.phrases[typo] = []phrase{p}
	}
}

// slips are a word's spellings with two neighbours swapped and, of long words,
// with one letter missing.
func slips(w string) []string {
	var out []string
	for i := range len(w) {
		if len(w) >= 8 {
			out = append(out, w[:i]+w[i+1:])
		}
		if i+1 < len(w) && w[i] != w[i+1] {
			out = append(out, w[:i]+w[i+1:i+2]+w[i:i+1]+w[i+2:])
		}
	}
	return out
}

// addNear gathers what a word is like that may be meant for one of the tables.
func (x *lexicons) addNear() {
	x.near, x.heads, x.pieced = map[uint64]bool{}, map[string]bool{}, map[string]bool{}
	for w, v := range x.words {
		if x.splits(w) || x.splits(v.text) {
			x.pieced[w] = true
		}
		if v.kind == Number || v.kind == Particle || x.slips[w] {
			continue
		}
		for l := 3; l < len(w); l++ {
			x.heads[w[:l]] = true
		}
		if len(w) <= longestHealed {
			x.long[len(w)] = append(x.long[len(w)], longWord{w, lettersOf(w)})
		}
		if len(w) >= 4 {
			EachSlip(w, func(h uint64) bool {
				x.near[h] = true
				x.nearly[h>>50] |= 1 << (h >> 44 & 63)
				return false
			})
		}
	}
}

// splits says that a word is two of the tables run together.
func (x *lexicons) splits(w string) bool {
	for l := 3; l+3 <= len(w); l++ {
		_, head := x.words[w[:l]]
		_, tail := x.words[w[l:]]
		if head && tail && !x.slips[w[:l]] && !x.slips[w[l:]] {
			return true
		}
	}
	return false
}

// nearTable says that a word may be meant for one of the tables, or for several
// run together: such words are few.
func (x *lexicons) nearTable(w string, letters uint32) bool {
	if x.heads[w] || x.beginsWord(w) || x.oneSlip(w) {
		return true
	}
	for l := max(len(w)-mostEdits, twoSlips-mostEdits); l <= min(len(w)+mostEdits, longestHealed); l++ {
		limit := budget(min(len(w), l), max(len(w), l), false)
		if limit < 2 || max(l-len(w), len(w)-l) > limit {
			continue
		}
		for i := range x.long[l] {
			if t := &x.long[l][i]; bits.OnesCount32(letters&^t.letters) <= limit && lettersApart(letters, t.letters) <= limit && edits(w, t.text, limit) <= limit {
				return true
			}
		}
	}
	return false
}

// nearRow says that two words in a row may be meant for one of the tables.
func (x *lexicons) nearRow(a, b string) bool { return x.rowBit(a, b) != 0 }

// oneSlip says that a word is one edit from one of the tables.
func (x *lexicons) oneSlip(w string) bool {
	return len(w) >= 4 && EachSlip(w, func(h uint64) bool {
		return x.nearly[h>>50]>>(h>>44&63)&1 != 0 && x.near[h] // the map seldom need be asked
	})
}

// beginsWord says that a word begins with one of the tables.
func (x *lexicons) beginsWord(w string) bool {
	for l := 3; l+1 < len(w) && x.heads[w[:l]]; l++ {
		if _, known := x.words[w[:l+1]]; known {
			return true
		}
	}
	return false
}

// twoSlips is how long a word is that may be more than one edit from another.
const twoSlips = 10

// longWord is a word of the tables, for those that may be meant by one of about
// twoSlips letters.
type longWord struct {
	text    string
	letters uint32
}

// EachSlip yields hashes of a word and of it without each of its letters, until
// one is wanted: words that have one of them in common are an edit apart. They
// are polynomials of the letters, so that one follows from the other.
func EachSlip(w string, wanted func(uint64) bool) bool {
	const base, inverse, mix = 0x9e3779b97f4a7c15, 0xf1de83e19937733d, 0xbf58476d1ce4e5b9
	var whole uint64
	for i := range len(w) {
		whole = whole*base + uint64(w[i])
	}
	if wanted(whole * mix) {
		return true
	}
	tail, power := uint64(0), uint64(1) // of the letters behind the one left out
	for i := len(w) - 1; i >= 0; i-- {
		next := tail + uint64(w[i])*power
		if wanted(((whole-next)*inverse + tail) * mix) {
			return true
		}
		tail, power = next, power*base
	}
	return false
}
