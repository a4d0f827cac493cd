package names

import (
	"slices"
	"strings"
)

// heal mends what typing and fixed columns do to words that the tables know:
// words split by a blank (TECHN OLOGY), run together (SHENZHENZEVLOR,
// DRAKORTECHNOLOGY) and legal forms with a wrong letter (LIMITHED, CO LFD).
// Words that no table knows stay as they are: to meet those is for Compare.
func heal(x *lexicons, ws []rawWord) []rawWord {
	for i := 0; i < len(ws); i++ {
		if i+1 < len(ws) && x.splitWord(&ws[i], &ws[i+1]) {
			ws = slices.Delete(ws, i+1, i+2)
			continue
		}
		if meant := x.meant(ws, i); meant != "" && meant != ws[i].text {
			ws[i].typed, ws[i].text, ws[i].entry = ws[i].text, meant, x.entry(meant)
			i = max(i-3, -1) // a neighbour may be known by it
			continue
		}
		if ws[i].entry.told() {
			continue
		}
		if head, tail := x.parts(ws[i].text); head != "" {
			ws = slices.Insert(slices.Clone(ws), i+1, rawWord{text: tail, upper: ws[i].upper, glued: true, entry: x.entry(tail)})
			ws[i].text, ws[i].entry = head, x.entry(head)
			continue
		}
	}
	return ws
}

// meant is the word of the tables that ws[i] is a slip of, or "".
func (x *lexicons) meant(ws []rawWord, i int) string {
	e := ws[i].entry
	if e.meant != "" || e.told() {
		return e.meant
	}
	if w := phraseMeant(ws, i); w != "" {
		return w
	}
	return formMeant(ws, i)
}

// phraseMeant is the word by which ws[i] makes a phrase of the tables with the
// words beside it: JOINT STOKC COMPANY, RESEARCH INSTITTUE. Some of them must
// be written right.
func phraseMeant(ws []rawWord, i int) string {
	w := ws[i].text
	if len(w) < 3 || len(w) > longestHealed {
		return ""
	}
	for j := max(0, i-2); j < min(len(ws), i+3); j++ {
		if j == i {
			continue
		}
		for _, in := range ws[j].entry.in {
			words := in.of.words
			k := in.at + i - j
			if k < 0 || k >= len(words) || k > i || i-k+len(words) > len(ws) || words[k] == w {
				continue
			}
			if len(words) == 2 && len(words[k]) < shortestHealed && (ws[j].entry.known || ws[j].entry.formAlone()) {
				continue // the word beside it stands alone too
			}
			if fits(ws[i-k:], words) {
				return words[k]
			}
		}
	}
	return ""
}

// fits says that a name goes on with the words but for slips.
func fits(ws []rawWord, words []string) bool {
	edits := 0
	for k, want := range words {
		w := ws[k].text
		if w == want {
			continue
		}
		if ws[k].entry.known {
			return false
		}
		d := slip(w, want, len(words) > 2)
		if edits += d; d == 0 || edits > 2 {
			return false
		}
	}
	return true
}

// slip is how many edits a word is from that of a table that it is written
// for, or 0: one, or two where the word is long or the phrase is.
func slip(w, want string, sure bool) int {
	limit := 1
	if len(want) > 8 || sure && len(want) > 4 {
		limit = 2
	}
	if len(want) < 4 || len(w)-len(want) > limit || len(want)-len(w) > limit {
		return 0
	}
	if d := edits(w, want, limit); d <= limit {
		return d
	}
	return 0
}

// told says that some table explains the word.
func (e *entry) told() bool {
	return e.known || e.inForm || e.phrases != nil || e.stop || e.particle || e.address || e.wraps != nil
}

const (
	shortestHealed = 6 // letters of a table's word that is put together
	longestHealed  = 24
)

// splitWord puts two words together where only their whole is in a table.
func (x *lexicons) splitWord(a, b *rawWord) bool {
	n := len(a.text) + len(b.text)
	if len(a.text) < 2 || len(b.text) < 2 || n < shortestHealed || n > longestHealed || a.entry.told() && b.entry.told() ||
		!isLetter(a.text[len(a.text)-1]) || !isLetter(b.text[0]) {
		return false
	}
	if l := len(b.text); l >= 3 && !x.tails.has(b.text[l-3:]) { // most words end as none of the tables does
		return false
	}
	var space [longestHealed]byte
	whole := append(append(space[:0], a.text...), b.text...)
	e := x.entries[string(whole)]
	if e == nil || !e.known && !e.inForm && !e.formAlone() {
		return false
	}
	a.text, a.entry = string(whole), e
	return true
}

// formAlone says that the word is a legal form by itself.
func (e *entry) formAlone() bool {
	return slices.ContainsFunc(e.phrases, func(p phrase) bool { return p.word.kind == Legal && len(p.words) == 1 })
}

// parts finds a table's word that another was run into: a trade or a form at
// the end, a city in front.
func (x *lexicons) parts(w string) (head, tail string) {
	const own = 4 // letters that are left for the other word, but for a long one
	if len(w) < own+shortestHealed || len(w) > longestHealed {
		return "", ""
	}
	for i := own - 1; i+shortestHealed <= len(w) && x.tails.has(w[len(w)-3:]); i++ {
		if i < own && len(w)-i < shortestHealed+2 {
			continue
		}
		if e := x.entries[w[i:]]; e != nil && (e.known && e.word.kind != City && e.word.kind != Country || len(w)-i > shortestHealed && e.formAlone()) {
			return w[:i], w[i:]
		}
	}
	for i := len(w) - own; i >= shortestHealed && x.fronts.has(w); i-- {
		if e := x.entries[w[:i]]; e != nil && e.known && e.word.kind == City {
			return w[:i], w[i:]
		}
	}
	for _, tie := range []string{"and", "for"} { // RESEARCHAND
		if head, ok := strings.CutSuffix(w, tie); ok && len(head) >= shortestHealed && x.entry(head).known {
			return head, tie
		}
	}
	return "", ""
}

// triples is a set of rows of three small letters.
type triples [26*26*26/64 + 1]uint64

func triple(w string) uint32 {
	a, b, c := uint32(w[0]-'a'), uint32(w[1]-'a'), uint32(w[2]-'a')
	if max(a, b, c) > 25 {
		return 26*26*26 - 1 // digits and such: zzz stands for them
	}
	return (a*26+b)*26 + c
}

func (t *triples) add(w string) {
	n := triple(w)
	t[n/64] |= 1 << (n % 64)
}

// has says whether the first three letters of w are in the set.
func (t *triples) has(w string) bool {
	n := triple(w)
	return t[n/64]>>(n%64)&1 != 0
}

// addEnds gathers how the words begin and end that heal puts together.
func (x *lexicons) addEnds() {
	for w, e := range x.entries {
		if len(w) >= shortestHealed && (e.known || e.inForm || e.formAlone()) {
			x.tails.add(w[len(w)-3:])
			if e.known && e.word.kind == City {
				x.fronts.add(w)
			}
		}
	}
}

// longForms are words of legal forms that are long enough to be known with a
// wrong letter anywhere; joint and stock only beside each other.
var longForms = func() (forms []struct {
	word    string
	letters uint32
},
) {
	for _, w := range []string{"company", "limited", "corporation", "incorporated", "liability", "private", "aktsionernoe", "aktsionernoye", "obshchestvo", "ogranichennoy", "otvetstvennostyu"} {
		forms = append(forms, struct {
			word    string
			letters uint32
		}{w, lettersOf(w)})
	}
	return forms
}()

// formMeant is the word of a legal form that ws[i] was meant to be, or "".
func formMeant(ws []rawWord, i int) string {
	w := ws[i].text
	switch {
	case len(w) >= 6 && len(w) <= 17:
		letters := lettersOf(w)
		for k := range longForms {
			f := &longForms[k]
			if lettersApart(letters, f.letters) <= 1 && edits(w, f.word, 1) <= 1 {
				return f.word
			}
		}
	case i > 0 && ws[i-1].text == "joint" && edits(w, "stock", 1) <= 1:
		return "stock"
	case i+1 < len(ws) && ws[i+1].text == "stock" && edits(w, "joint", 1) <= 1:
		return "joint"
	case i > 0 && ws[i-1].text == "sdn" && edits(w, "bhd", 1) <= 1:
		return "bhd"
	case i > 0 && i+1 < len(ws) && (len(w) == 2 || i > 1 && len(w) == 3) && edits(w, "co", 1) <= 1 && (ws[i+1].text == "ltd" || ws[i+1].text == "limited"):
		return "co"
	case i > 0 && i == len(ws)-1 && len(w) >= 2 && len(w) <= 4:
		switch prev := &ws[i-1]; {
		case prev.text == "co", prev.text == "company", prev.text == "pvt", prev.text == "pte":
			if edits(w, "ltd", 1) <= 1 {
				return "ltd"
			}
		case prev.entry.known && len(w) > 2 && !strings.ContainsAny(w, "aeiou0123456789") && edits(w, "ltd", 1) <= 1:
			return "ltd"
		}
	}
	return ""
}
