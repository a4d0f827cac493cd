package names

import (
	"math/bits"
	"strings"
)

// cutEnd meets the last words of a name that was cut off with the word or the
// phrase that they begin: RESEARCH INST with RESEARCH INSTITUTE. turned: b is
// the name that was cut.
func (al *alignment) cutEnd(turned bool) {
	cut, whole, usedCut, usedWhole := al.a, al.b, al.usedA, al.usedB
	if turned {
		cut, whole, usedCut, usedWhole = al.b, al.a, al.usedB, al.usedA
	}
	if !cut.Cut {
		return
	}
	for from := max(0, len(cut.Tokens)-cutWords); from < len(cut.Tokens); from++ {
		if usedCut>>from != 0 {
			continue
		}
		for j := range whole.Tokens {
			u := &whole.Tokens[j]
			if usedWhole&(1<<j) != 0 || u.Kind == Number || !begins(cut.Tokens[from:], u.Written) {
				continue
			}
			p := pair{^(1<<from - 1) & (1<<len(cut.Tokens) - 1), 1 << j, 0.95, 2 * u.Weight, cutOff}
			if turned {
				p.a, p.b = p.b, p.a
			}
			al.meet(p)
			return
		}
	}
}

// cutWords is how many words at the end of a cut name may be the beginning of
// one.
const cutWords = 3

// begins says that a phrase begins with words of which the last is cut.
func begins(ts []Token, phrase string) bool {
	for i := range ts {
		rest, ok := strings.CutPrefix(phrase, ts[i].Written)
		if !ok || ts[i].Kind == Number {
			return false
		}
		if i < len(ts)-1 {
			if rest, ok = strings.CutPrefix(rest, " "); !ok {
				return false
			}
		}
		phrase = rest
	}
	return true
}

// longestRun is how many words in a row are compared as one.
const longestRun = 4

// runs meets the words in a row that are left between words that met, where
// both rows are the same letters cut otherwise: SINA BIOMEDICAL with
// SINABIO MEDICAL.
func (al *alignment) runs() {
	for i := 0; i < len(al.a.Tokens); {
		run := runAt(al.usedA, i, len(al.a.Tokens))
		if run == 0 {
			i++
			continue
		}
		for j := 0; j < len(al.b.Tokens); {
			other := runAt(al.usedB, j, len(al.b.Tokens))
			if other == 0 {
				j++
				continue
			}
			if alike := al.sameLetters(i, run, j, other); alike > 0 {
				maskA, maskB := uint32(1<<run-1)<<i, uint32(1<<other-1)<<j
				al.meet(pair{maskA, maskB, alike, 2 * min(weightOf(al.a, maskA), weightOf(al.b, maskB)), joined})
				break
			}
			j += other
		}
		i += run
	}
}

// runAt is how many words in a row, from the one at i, met nothing.
func runAt(used uint32, i, n int) int {
	return min(bits.TrailingZeros32(used>>i), n-i)
}

func weightOf(n *Name, mask uint32) float32 {
	var sum float32
	for m := mask; m != 0; m &= m - 1 {
		sum += n.Tokens[bits.TrailingZeros32(m)].Weight
	}
	return sum
}

// sameLetters says how alike two rows of words are, cut otherwise; 0 where
// they are not.
func (al *alignment) sameLetters(i, run, j, other int) float32 {
	if run > longestRun || other > longestRun || run == 1 && other == 1 {
		return 0
	}
	if lettersApart(al.a.lettersOf(i, run), al.b.lettersOf(j, other)) > mostSlips {
		return 0
	}
	var spaceA, spaceB [48]byte
	x, y := squash(spaceA[:0], al.a.Tokens[i:i+run]), squash(spaceB[:0], al.b.Tokens[j:j+other])
	short, long := min(len(x), len(y)), max(len(x), len(y))
	if short < 6 || long > len(spaceA) {
		return 0
	}
	if string(x) == string(y) {
		return 0.98
	}
	limit := 0
	switch {
	case run == other:
	case short >= 12:
		limit = 2
	case short >= 8:
		limit = 1
	}
	if long-short > limit {
		return 0
	}
	if d := edits(string(x), string(y), limit); d <= limit {
		return 0.98 - 0.1*float32(d)
	}
	return 0
}

// lettersOf are the letters of a row of words.
func (n *Name) lettersOf(i, run int) (letters uint32) {
	for k := range n.Tokens[i : i+run] {
		letters |= n.Tokens[i+k].letters
	}
	return letters
}

// squash appends words without the blanks between them; a number makes the row
// too short to be compared.
func squash(out []byte, ts []Token) []byte {
	for i := range ts {
		if ts[i].Kind == Number {
			return nil
		}
		for k := range len(ts[i].Written) {
			if c := ts[i].Written[k]; c != ' ' {
				out = append(out, c)
			}
		}
	}
	return out
}

// together meets one word with several in a row that make it up: HAIKANGWEISHI
// with HAI KANG WEI SHI. turned: the one word is b's.
func (al *alignment) together(turned bool) {
	one, many, usedOne, usedMany := al.a, al.b, &al.usedA, &al.usedB
	if turned {
		one, many, usedOne, usedMany = al.b, al.a, &al.usedB, &al.usedA
	}
	for i := range one.Tokens {
		t := &one.Tokens[i]
		if *usedOne&(1<<i) != 0 || t.Kind == Number || len(t.Written) < 4 {
			continue
		}
		whole := t.Written
		for j := range many.Tokens {
			if w := many.Tokens[j].Written; w[0] != whole[0] || len(w) >= len(whole)+1 {
				continue
			}
			rest, k := whole, j
			var mask uint32
			var weight float32
			for k < len(many.Tokens) && *usedMany&(1<<k) == 0 && many.Tokens[k].Kind != Number {
				next, ok := strings.CutPrefix(rest, many.Tokens[k].Written)
				if !ok {
					break
				}
				mask |= 1 << k
				weight += many.Tokens[k].Weight
				rest = next
				k++
			}
			alike := float32(0.98)
			if rest != "" || k-j < 2 {
				if !al.nearlyJoined(many, *usedMany, whole, j) {
					continue
				}
				mask, weight, alike = 3<<j, many.Tokens[j].Weight+many.Tokens[j+1].Weight, nearlyJoined
			}
			m := 2 * max(t.Weight, min(weight, 1))
			if turned {
				al.meet(pair{mask, 1 << i, alike, m, joined})
			} else {
				al.meet(pair{1 << i, mask, alike, m, joined})
			}
			break
		}
	}
}

// nearlyJoined is how alike a word is to two in a row that are it but for a
// letter.
const nearlyJoined = 0.88

// nearlyJoined says that whole is two words of many in a row but for a letter.
func (al *alignment) nearlyJoined(many *Name, used uint32, whole string, j int) bool {
	if len(whole) < 8 || j+1 >= len(many.Tokens) || used&(3<<j) != 0 {
		return false
	}
	x, y := many.Tokens[j].Written, many.Tokens[j+1].Written
	if len(x) < 2 || len(y) < 2 || len(x)+len(y) > len(whole)+1 || len(x)+len(y) < len(whole)-1 || x[0] != whole[0] {
		return false
	}
	return edits(whole, x+y, 1) <= 1
}
