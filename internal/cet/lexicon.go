package cet

import (
	"cmp"
	"slices"
)

// owner says for which target a phrase speaks, and how. A negative speaks for
// nothing: it hides its words from the other phrases of its target.
type owner struct {
	target   int
	grade    grade
	negative bool
}

// lexicon finds all phrases in a text in one pass: a trie over tokens, as
// Aho–Corasick without failure links, which phrases of a few words do not need.
type lexicon struct {
	words   *vocabulary
	next    map[edge]int32
	ends    map[int32]int32 // node → phrase
	phrases []phrase
	longest int // tokens of the longest phrase
}

type edge struct{ node, token int32 }

type phrase struct {
	text   string
	words  int
	owners []owner
}

func newLexicon() *lexicon {
	return &lexicon{words: newVocabulary(), next: map[edge]int32{}, ends: map[int32]int32{}}
}

// add enters a phrase; it says false for one without words.
func (x *lexicon) add(text string, o owner) bool {
	tokens := x.words.learn(text)
	if len(tokens) == 0 {
		return false
	}
	x.longest = max(x.longest, len(tokens))
	node := int32(0)
	for _, t := range tokens {
		n, ok := x.next[edge{node, t}]
		if !ok {
			n = int32(len(x.next)) + 1
			x.next[edge{node, t}] = n
		}
		node = n
	}
	i, ok := x.ends[node]
	if !ok {
		i = int32(len(x.phrases))
		x.ends[node] = i
		x.phrases = append(x.phrases, phrase{text: text, words: len(tokens)})
	}
	if p := &x.phrases[i]; !slices.Contains(p.owners, o) {
		p.owners = append(p.owners, o)
	}
	return true
}

// span is a phrase found at words start … end-1.
type span struct {
	phrase     int32
	start, end int
}

// spoken is a phrase of a target that a text shows.
type spoken struct {
	target int
	phrase int32
	grade  grade
	area   bool // counts for its area as a whole, where no better phrase overlaps it
}

// find returns what a text says for each target, each phrase once, ordered.
// hides names the targets whose negatives bind a target: itself and its area.
func (x *lexicon) find(text string, hides func(target int) (int, int)) []spoken {
	tokens := x.words.read(text)
	var spans []span
	masks := map[int][]span{}
	for i := range tokens {
		node := int32(0)
		for j := i; j < len(tokens); j++ {
			if tokens[j] == unknown {
				break
			}
			next, ok := x.next[edge{node, tokens[j]}]
			if !ok {
				break
			}
			node = next
			p, ok := x.ends[node]
			if !ok {
				continue
			}
			s := span{p, i, j + 1}
			spans = append(spans, s)
			for _, o := range x.phrases[p].owners {
				if o.negative {
					masks[o.target] = append(masks[o.target], s)
				}
			}
		}
	}
	heard, family := map[int][]said{}, map[int][]said{}
	for _, s := range spans {
		for _, o := range x.phrases[s.phrase].owners {
			own, area := hides(o.target)
			if !o.negative && !x.hidden(s, masks[own]) && !x.hidden(s, masks[area]) {
				heard[o.target] = append(heard[o.target], said{s, o.grade})
				family[area] = append(family[area], said{s, o.grade})
			}
		}
	}
	together := map[int]map[int32]bool{} // of each area, the phrases that count for the whole of it
	for area, all := range family {
		together[area] = map[int32]bool{}
		for _, s := range apart(all) {
			together[area][s.phrase] = true
		}
	}
	var out []spoken
	for target, all := range heard {
		_, area := hides(target)
		for _, s := range apart(all) {
			out = append(out, spoken{target, s.phrase, s.grade, together[area][s.phrase]})
		}
	}
	slices.SortFunc(out, func(a, b spoken) int {
		return cmp.Or(cmp.Compare(a.target, b.target), cmp.Compare(a.phrase, b.phrase), cmp.Compare(b.grade, a.grade))
	})
	return slices.CompactFunc(out, func(a, b spoken) bool { return a.target == b.target && a.phrase == b.phrase })
}

// said is a phrase of one target where it stands.
type said struct {
	span
	grade grade
}

// apart drops phrases that overlap a better one: "gas turbine engine" is one
// witness, not three. The spans come ordered by start.
func apart(all []said) []said {
	out := all[:0]
	for _, s := range all {
		if n := len(out); n > 0 && s.start < out[n-1].end {
			last := &out[n-1]
			if s.grade > last.grade || s.grade == last.grade && s.end-s.start > last.end-last.start {
				*last = s
			}
			continue
		}
		out = append(out, s)
	}
	return out
}

// hidden says whether a mask, ordered by start, overlaps s.
func (x *lexicon) hidden(s span, masks []span) bool {
	first, _ := slices.BinarySearchFunc(masks, s.start-x.longest, func(m span, at int) int { return cmp.Compare(m.start, at) })
	for _, m := range masks[first:] {
		if m.start >= s.end {
			return false
		}
		if m.end > s.start {
			return true
		}
	}
	return false
}
