package names

import (
	"slices"
	"strings"
)

// unwrap takes off what manifests write around a name: placeholders name
// nobody, TO THE ORDER OF makes an order party of the rest, C/O hides who is
// asked for, ON BEHALF OF hides who acts.
func (n *Name) unwrap(x *lexicons, ws []rawWord) []rawWord {
	if hollow(x, ws, 4) {
		n.Refused = "a placeholder, not a name"
		return nil
	}
	for i := 0; i < len(ws); i++ {
		w := ws[i].text
		if w == "careof" {
			return n.careOf(ws[:i], ws[i+1:])
		}
		if ws[i].entry.wraps == nil {
			continue
		}
		p, ok := matchPhrase(ws[i].entry.wraps, ws, i, func(*phrase) bool { return true })
		if !ok {
			continue
		}
		rest := ws[i+len(p.words):]
		switch {
		case p.word.text == "order" && len(p.words) == 2 && i > 0: // the Order of Lenin
		case p.word.text == "order" && len(rest) > 0:
			n.Order = true
			return n.unwrap(x, rest)
		case p.word.text == "careof" && len(p.words) > 1 && p.words[0] != "c" && i > 0:
			return n.careOf(ws[:i], rest)
		case p.word.text == "behalf" && len(p.words) > 1 && len(rest) > 0, p.word.text == "behalf" && w == "obo" && i > 0 && len(rest) > 0:
			n.CareOf = joinWords(ws[:i])
			return n.unwrap(x, rest)
		}
	}
	n.Stands = standsFor(ws)
	return ws
}

// hollow says that a few words are a placeholder.
func hollow(x *lexicons, ws []rawWord, most int) bool {
	return len(ws) <= most && (len(ws) == 0 || ws[0].entry.hollow) && x.hollow[joinWords(ws)]
}

func (n *Name) careOf(before, after []rawWord) []rawWord {
	n.CareOf = joinWords(after)
	if len(before) == 0 {
		n.Refused = "only whom to ask for, not the party"
		return nil
	}
	n.Stands = standsFor(before)
	return before
}

// standsFor says whether a name is of a trade that stands in for others.
func standsFor(ws []rawWord) string {
	for _, w := range ws {
		if trade := w.entry.trade; trade != "" {
			return trade
		}
	}
	return ""
}

// makeKey joins the words that make the name out, sorted.
func (n *Name) makeKey() string {
	if len(n.Tokens) == 0 {
		return ""
	}
	var space [maxWords]string
	words := space[:0]
	for _, t := range n.Tokens {
		if t.Kind != City && t.Kind != Country && t.Kind != Particle && t.Kind != Title {
			words = append(words, t.Text)
		}
	}
	if len(words) == 0 {
		for _, t := range n.Tokens {
			words = append(words, t.Text)
		}
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

// Cities returns the cities and regions that stand in a text, such as an
// address, in its order, each by one name for all its spellings.
func Cities(text string) []string {
	folded, _ := fold(text)
	sc := scanners.Get().(*scanner)
	defer sc.free()
	sc.scan(folded)
	x := lexicon()
	x.look(sc.words)
	var out []string
	for i := 0; i < len(sc.words); {
		if p, ok := findPhrase(sc.words, i, false); ok {
			if p.word.kind == City {
				out = append(out, p.word.text)
			}
			i += len(p.words)
			continue
		}
		if e := sc.words[i].entry; e.known && e.word.kind == City {
			out = append(out, e.word.text)
		}
		i++
	}
	return out
}
