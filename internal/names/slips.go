package names

import (
	"slices"
	"strings"
)

// addTypos makes long table words known with one letter missing, so that a
// slip of the pen does not make a trade look distinctive.
func (x *lexicons) addTypos() {
	add := func(spelling string) {
		for _, typo := range slips(spelling) {
			if _, known := x.words[typo]; known || x.phrases[typo] != nil {
				continue
			}
			if meant, twice := x.slips[typo]; !twice || spelling < meant {
				x.slips[typo] = spelling
			}
		}
	}
	for spelling, w := range x.words {
		if w.kind != Country && w.kind != City && len(spelling) >= 6 {
			add(spelling)
		}
	}
	for first, list := range x.phrases {
		if len(first) >= 7 && slices.ContainsFunc(list, func(p phrase) bool { return len(p.words) == 1 && p.word.kind == Legal }) {
			add(first)
		}
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
	x.near, x.heads, x.nearForms, x.pieced = &nearSet{}, map[string]bool{}, map[uint64]bool{}, map[string][]uint64{}
	for w, v := range x.words {
		masks := x.pieces(w)
		if v.text != w {
			masks = append(masks, x.pieces(v.text)...)
		}
		if len(masks) > 0 {
			x.pieced[w] = masks
		}
		if v.kind == Number || v.kind == Particle {
			continue
		}
		for l := 3; l < len(w); l++ {
			x.heads[w[:l]] = true
		}
		x.near.add(w)
		if len(w) <= longestHealed {
			x.lengths[len(w)] = append(x.lengths[len(w)], spelled{w, lettersOf(w)})
		}
	}
	for w, e := range x.entries {
		if len(w) <= longestShort && e.formAlone() {
			EachShorter(w, 1, func(h uint64) bool { x.nearForms[h] = true; return false })
		}
	}
}

// pieces are the bits of the words of the tables that run together to a word,
// a mask for each way.
func (x *lexicons) pieces(w string) (masks []uint64) {
	for l := 3; l+3 <= len(w); l++ {
		head, one := x.words[w[:l]]
		tail, two := x.words[w[l:]]
		if one && two {
			masks = append(masks, traitBit(orderOf(head.text))|traitBit(orderOf(tail.text)))
		}
	}
	return masks
}

// beginnings are the bits of the words of the tables that a word begins with.
func (x *lexicons) beginnings(w string) (bits uint64) {
	for l := 3; l+1 < len(w) && x.heads[w[:l]]; l++ {
		if v, known := x.words[w[:l+1]]; known {
			bits |= traitBit(orderOf(v.text))
		}
	}
	return bits
}

// rowBit is the bit of the word of the tables that two are in a row: all where
// that is not sure, 0 where there is none.
func (x *lexicons) rowBit(a, b string) uint64 {
	var space [longestHealed]byte
	if len(a)+len(b) > len(space) {
		return 0
	}
	whole := append(append(space[:0], a...), b...)
	if e := x.entries[string(whole)]; e != nil && e.known {
		return traitBit(orderOf(e.word.text))
	}
	if x.nearTable(string(whole), 1) {
		return ^uint64(0)
	}
	return 0
}

// nearTable says that a word is one of the tables but for some slips.
func (x *lexicons) nearTable(w string, slips int) bool {
	if !x.near.within(w, slips) {
		return false
	}
	letters := lettersOf(w)
	for l := max(len(w)-slips, 0); l <= min(len(w)+slips, longestHealed); l++ {
		limit := min(slips, tableBudget(min(len(w), l), max(len(w), l)))
		if slices.ContainsFunc(x.lengths[l], func(t spelled) bool {
			return lettersApart(letters, t.letters) <= limit && edits(w, t.text, limit) <= limit
		}) {
			return true
		}
	}
	return false
}

// spelled is a word with its letters.
type spelled struct {
	text    string
	letters uint32
}

// mostSlips is how many edits a word may lie apart from a table's, however
// long they are.
const mostSlips = 2

// nearSet has the words of the tables without some of their letters: by it a
// word that may be a slip of one is known at once. It says yes a little too
// often, never no in error.
type nearSet [1 << 16]uint64

func (s *nearSet) add(w string) {
	edits := tableBudget(len(w), len(w)+1) // a slip may be a letter longer
	EachShorter(w, edits, func(h uint64) bool {
		h += uint64(edits)
		for range 2 {
			s[h>>48] |= 1 << (h >> 42 & 63)
			h *= mixer
		}
		return false
	})
}

// within says that a word may be one in the set but for some slips.
func (s *nearSet) within(w string, slips int) bool {
	for edits := 1; edits <= mostSlips; edits++ {
		if len(w) >= 3 && EachShorter(w, min(edits, slips), func(h uint64) bool {
			h += uint64(edits)
			if s[h>>48]>>(h>>42&63)&1 == 0 {
				return false
			}
			h *= mixer
			return s[h>>48]>>(h>>42&63)&1 != 0
		}) {
			return true
		}
	}
	return false
}

const (
	base  = 0x100000001b3
	mixer = 0x9e3779b97f4a7c15
)

var powers = func() (p [longestShortened + 1]uint64) {
	p[0] = 1
	for i := range longestShortened {
		p[i+1] = p[i] * base
	}
	return p
}()

// longestShortened is how long a word may be that is shortened.
const longestShortened = 32

// EachShorter yields hashes of a word and of it without each letter, or each up
// to two, until one is wanted. Words that are an edit apart have one of those
// without a letter in common. A word of more than 32 letters has none.
func EachShorter(w string, most int, wanted func(uint64) bool) bool {
	n := len(w)
	if n > longestShortened {
		return false
	}
	var heads [longestShortened + 1]uint64 // hashes of the first letters
	for i := range n {
		heads[i+1] = heads[i]*base + uint64(w[i])
	}
	tail := func(i int) uint64 { return heads[n] - heads[i]*powers[n-i] }
	if wanted(heads[n] * mixer) {
		return true
	}
	for i := range n {
		if most > 0 && wanted((heads[i]*powers[n-i-1]+tail(i+1))*mixer) {
			return true
		}
		for j := i + 1; j < n && most > 1; j++ {
			middle := heads[j] - heads[i+1]*powers[j-i-1]
			if wanted(((heads[i]*powers[j-i-1]+middle)*powers[n-j-1] + tail(j+1)) * mixer) {
				return true
			}
		}
	}
	return false
}

// longestShort is how many letters a legal form has of which a slip is not
// known without the other name: LTD, GMBH.
const longestShort = 5

// markFormish finds the words in front and at the end that may be slips of a
// short legal form: only the other name's form can tell.
func (n *Name) markFormish() {
	if n.person {
		return
	}
	for i := range n.Tokens {
		t := &n.Tokens[i]
		if i > 0 && i < len(n.Tokens)-2 || t.Kind != Distinctive || t.seen || len(t.Written) < 2 {
			continue
		}
		if len(t.Written) <= longestShort+1 {
			near := lexicon().nearForms
			t.formish = EachShorter(t.Written, 1, func(h uint64) bool { return near[h] })
		}
		for k := range longForms {
			f := &longForms[k]
			t.formish = t.formish || lettersApart(t.letters, f.letters) <= mostEdits && slipOfLong(t.Written, f.word)
		}
	}
}

// slipOfLong says that a word is few edits from a long word of a form.
func slipOfLong(w, form string) bool {
	limit := tableBudget(min(len(w), len(form)), max(len(w), len(form)))
	return len(w) >= 5 && len(form) > longestShort && edits(w, form, limit) <= limit
}

// slipOfForm says that a formish word is a slip of a word of the forms.
func slipOfForm(w string, forms []string) bool {
	for _, f := range forms {
		for f != "" {
			var form string
			form, f, _ = strings.Cut(f, " ")
			if slipOfLong(w, form) {
				return true
			}
			if len(form) <= longestShort && edits(w, form, 1) == 1 && (len(form) > 2 || len(w) > 2 || len(form) == 2 && w[0] == form[1] && w[1] == form[0]) {
				return true
			}
		}
	}
	return false
}
