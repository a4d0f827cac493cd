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
	x.near, x.heads, x.nearForms = map[uint64]bool{}, map[string]bool{}, map[uint64]bool{}
	for w, v := range x.words {
		if v.kind == Number || v.kind == Particle {
			continue
		}
		for l := 3; l < len(w); l++ {
			x.heads[w[:l]] = true
		}
		if len(w) >= 5 {
			eachSlip(w, func(h uint64) bool { x.near[h] = true; return false })
		}
	}
	for w, e := range x.entries {
		if len(w) <= longestShort && e.formAlone() {
			eachSlip(w, func(h uint64) bool { x.nearForms[h] = true; return false })
		}
	}
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
			t.formish = eachSlip(t.Written, func(h uint64) bool { return near[h] })
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
