package names

import "math/bits"

// readPerson types the words of a person's name: titles weigh nothing,
// particles little, given names are known by any spelling.
func (n *Name) readPerson(ws []rawWord) {
	x := lexicon()
	if hollow(x, ws, 5) {
		n.Refused = "a placeholder, not a name"
		return
	}
	if len(ws) > 1 { // a legal form after a person's name says nothing of the person
		if p, ok := findPhrase(ws, len(ws)-1, true); ok && len(p.words[0]) > 2 {
			n.form(p)
			ws = ws[:len(ws)-1]
		}
	}
	ws = partInitials(ws)
	for _, w := range ws {
		known, ok := x.persons[w.text]
		switch {
		case ok && known.kind == Title && len(ws) > 2:
			n.add(Token{Text: w.text, Written: w.text, Kind: Title})
		case ok && known.kind == Particle && len(ws) > 1:
			n.add(Token{Text: particle(w.text), Written: w.text, Kind: Particle, Weight: known.weight})
		case ok && known.kind == Distinctive:
			n.add(Token{Text: known.text, Written: w.text, Weight: 1})
		default:
			n.add(Token{Text: w.text, Written: digitsAsLetters(w.text), Weight: 1})
		}
	}
}

// partInitials parts dotted initials (JC, N.N.) again: in a person's name each
// stands for a name of its own.
func partInitials(ws []rawWord) []rawWord {
	out := make([]rawWord, 0, len(ws))
	for _, w := range ws {
		if len(w.text) == 2 && w.upper && lettersOf(w.text)&lettersOf("aeiouy") == 0 {
			out = append(out, rawWord{text: w.text[:1], entry: unknown}, rawWord{text: w.text[1:], entry: unknown})
			continue
		}
		out = append(out, w)
	}
	return out
}

func particle(w string) string {
	switch w {
	case "bin", "ben", "ibn":
		return "bin"
	case "al", "el", "ul", "ur", "ud", "ad", "as", "ash", "az", "an":
		return "al"
	}
	return w
}

// digitsAsLetters reads digits that stand among letters as the letters that
// they look like.
func digitsAsLetters(w string) string {
	letters, digits := 0, 0
	for i := range len(w) {
		if isLetter(w[i]) {
			letters++
		} else {
			digits++
		}
	}
	if digits == 0 || letters == 0 {
		return w
	}
	b := []byte(w)
	for i, c := range b {
		switch c {
		case '0':
			b[i] = 'o'
		case '1':
			b[i] = 'i'
		case '3':
			b[i] = 'e'
		case '4':
			b[i] = 'a'
		case '5':
			b[i] = 's'
		case '9':
			b[i] = 'g'
		}
	}
	return string(b)
}

// persons scores two names of persons: order does not matter; a name that
// only the longer one has costs little, names that both have alone speak
// hard against it.
func (j *judge) persons() float64 {
	var met, mass float64
	strong, full, heard := 0, 0, 0
	fuzzy := false
	for i := range j.met {
		p := &j.pairs[i]
		met += float64(p.weight * p.alike)
		mass += float64(p.weight)
		if p.weight >= 1 {
			full++
			switch t, u := tokenOf(j.a, p.a), tokenOf(j.b, p.b); {
			case p.how == initial || len(t.Written) == 1 && p.how == exact: // a letter is no name
			case p.how == sound && !t.abjad && !u.abjad:
				heard++
				strong++
			default:
				strong++
			}
			fuzzy = fuzzy || p.alike < 0.97
		}
		if j.explain {
			j.say("token", wordsOf(j.a, p.a)+" = "+wordsOf(j.b, p.b)+howNames[p.how], float64(p.weight*p.alike)/2)
		}
	}
	if strong == 0 {
		j.say("gate", "no full name met", -1)
		return 0
	}
	if strong == 1 && heard == 1 {
		j.cap(reviewEdge-0.02, "gate", "one name met, and that by its sound")
	}
	left, right := j.leftNames(j.a, j.usedA), j.leftNames(j.b, j.usedB)
	cost := 0.0
	switch {
	case left > 0 && right > 0:
		cost = 2 * float64(left+right)
	case full == 1: // one name alone against several
		cost = 0.55 * float64(left+right)
	default:
		cost = 0.3 * float64(left+right)
	}
	if cost > 0 || fuzzy {
		j.cap(capProbable, "spelling", "not every name is the same")
	}
	return met / (mass + cost) * j.natives()
}

func (j *judge) leftNames(n *Name, used uint32) int {
	count := 0
	for m := ^used & (1<<len(n.Tokens) - 1); m != 0; m &= m - 1 {
		t := &n.Tokens[bits.TrailingZeros32(m)]
		if t.Kind == Particle || t.Kind == Title {
			continue
		}
		count++
		j.say("against", t.Written+" only in “"+n.Written+"”", -0.5)
	}
	return count
}
