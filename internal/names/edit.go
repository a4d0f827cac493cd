package names

import "strings"

// edits is the number of edits (insert, delete, replace, swap neighbours)
// between a and b, or limit+1 where there are more than limit.
func edits(a, b string, limit int) int {
	if len(a) > len(b) {
		a, b = b, a
	}
	for len(a) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(b)-len(a) > limit || limit <= 0 && len(b) > 0 {
		return limit + 1
	}
	if len(a) == 0 {
		return len(b)
	}
	const width = 48
	if len(b) >= width {
		return limit + 1
	}
	var rows [3][width]uint8
	for j := range len(b) + 1 {
		rows[0][j] = uint8(j)
	}
	for i := 1; i <= len(a); i++ {
		row, prev, before := &rows[i%3], &rows[(i-1)%3], &rows[(i+1)%3]
		row[0] = uint8(i)
		best := row[0]
		for j := 1; j <= len(b); j++ {
			cost := uint8(1)
			if a[i-1] == b[j-1] {
				cost = 0
			}
			v := min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				v = min(v, before[j-2]+1)
			}
			row[j] = v
			best = min(best, v)
		}
		if int(best) > limit {
			return limit + 1
		}
	}
	return min(int(rows[len(a)%3][len(b)]), limit+1)
}

// Alike says that a folded word is so few edits from the token's that
// Similarity may meet them. Persons' names may lie further apart. letters are
// the word's Letters: by them most words are none.
func (t *Token) Alike(word string, letters uint32, person bool) bool {
	a, b := t.Written, word
	if len(a) > len(b) {
		a, b = b, a
	}
	limit := budget(len(a), len(b), person)
	return limit > 0 && len(b)-len(a) <= limit && lettersApart(t.letters, letters) <= limit && edits(a, b, limit) <= limit
}

// Letters are the letters that stand in a folded word.
func Letters(word string) uint32 { return lettersOf(word) }

// likeness bounds how alike Similarity may take two words that are not the
// same.
func likeness(a, b string) float32 {
	if len(a) > len(b) {
		a, b = b, a
	}
	if strings.HasPrefix(b, a) {
		return 1
	}
	limit := budget(len(a), len(b), false)
	if d := edits(a, b, limit); d <= limit {
		alike := 1 - float32(d)*editCost/float32(len(b))
		if len(b) >= 8 { // or two words in a row that are one of that length
			alike = max(alike, nearlyJoined)
		}
		return alike
	}
	return 1
}

// skeleton is what is left of a word by ear: consonants, the like-sounding
// ones as one, doubled ones once.
func skeleton(w string, out []byte) []byte {
	out = out[:0]
	for i := range len(w) {
		c := w[i]
		switch c {
		case 'a', 'e', 'i', 'o', 'u', 'y', 'h', 'w', '\'':
			continue
		case 'c', 'q':
			c = 'k'
		case 'z':
			c = 's'
		case 'j':
			c = 'g'
		case 'v', 'p':
			c = 'b'
		case 'd':
			c = 't'
		}
		if len(out) == 0 || out[len(out)-1] != c {
			out = append(out, c)
		}
	}
	return out
}

// soundAlike says that two words have one skeleton of at least three sounds.
func soundAlike(a, b string) bool {
	var x, y [32]byte
	if len(a) > len(x) || len(b) > len(y) {
		return false
	}
	s, t := skeleton(a, x[:]), skeleton(b, y[:])
	return len(s) >= 3 && string(s) == string(t)
}

// Sound is what is left of a folded word by ear, for an index by sound.
func Sound(w string) string {
	var space [32]byte
	if len(w) > len(space) {
		return ""
	}
	return string(skeleton(w, space[:]))
}

// Abjad says that the vowels of a name's words are not to be relied on.
func Abjad(n *Name) bool { return len(n.Tokens) > 0 && n.Tokens[0].abjad }
