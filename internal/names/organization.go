package names

import (
	"slices"
	"strings"
)

// stopwords are left out of organizations' names.
var stopwords = map[string]bool{
	"the": true, "of": true, "and": true, "for": true, "des": true, "y": true,
	"et": true, "und": true, "e": true, "die": true, "das": true, "in": true, "ve": true, "va": true, "imeni": true, "im": true,
}

// shortForms are the short legal forms that are no words of their own.
var shortForms = map[string]bool{"co": true, "ltd": true, "inc": true, "llc": true, "plc": true, "srl": true, "jsc": true}

// particles weigh nothing, but may be written together with their neighbours.
var particles = map[string]bool{"de": true, "la": true, "le": true, "du": true, "del": true, "der": true, "van": true, "von": true, "al": true, "el": true}

// readOrganization types the words of an organization's or a vessel's name.
func (n *Name) readOrganization(ws []rawWord) {
	x := lexicon()
	ws = n.unwrap(x, heal(x, mergeSingles(x, unglue(x, ws))))
	if n.Refused != "" {
		return
	}
	if n.Type == Vessel {
		ws = trimVessel(ws)
	}
	if len(ws) == 0 {
		n.Refused = "no name in it"
		return
	}
	whole := ws
	body, tail := n.takeForms(x, ws)
	n.Address = tail
	body = n.cutAddress(x, body)
	n.Tokens = make([]Token, 0, len(body))
	for i := 0; i < len(body); {
		before := len(n.Tokens)
		next := i + n.readWord(x, body, i)
		if body[i].glued && before > 0 && len(n.Tokens) > before {
			n.Tokens[before].Glued = true
		}
		i = next
	}
	n.dropRepeated()
	n.dropFragment()
	n.markEchoes(whole)
	if len(n.Tokens) == 1 && n.Tokens[0].Kind == Number && len(n.Tokens[0].Text) >= 3 { // 11420 CORP: the number is the name
		n.Tokens[0].Kind, n.Tokens[0].Weight = Distinctive, 0.8
	}
	if len(n.Tokens) == 0 && n.Refused == "" && len(n.Forms) == 0 { // a name of stopwords only is still a name
		for _, w := range body {
			n.add(Token{Text: w.text, Written: w.text, Weight: weigh(&w)})
		}
	}
}

// dropRepeated leaves out a name's own word or number where it stands once
// more, as in brackets behind the name.
func (n *Name) dropRepeated() {
	if n.Type == Vessel {
		return
	}
	for i := len(n.Tokens) - 1; i > 0; i-- {
		t := &n.Tokens[i]
		if t.Kind != Number && (t.Kind != Distinctive || len(t.Written) < 3) {
			continue
		}
		for j := range i {
			if n.Tokens[j].hash == t.hash && n.Tokens[j].Kind == t.Kind {
				n.Tokens = slices.Delete(n.Tokens, i, i+1)
				break
			}
		}
	}
}

// dropFragment leaves out the one or two letters that a name which was cut off
// ends in: they may begin any word.
func (n *Name) dropFragment() {
	if last := len(n.Tokens) - 1; n.Cut && last > 0 && len(n.Tokens[last].Written) <= 2 && n.Tokens[last].Kind == Distinctive {
		n.Tokens = n.Tokens[:last]
	}
}

// readWord types the word at i, or the phrase that begins there, and returns
// how many words it took.
func (n *Name) readWord(x *lexicons, ws []rawWord, i int) int {
	w := ws[i].text
	if p, ok := findPhrase(ws, i, false); ok {
		n.addWord(p.word, joinWords(ws[i:i+len(p.words)]))
		return len(p.words)
	}
	if p, ok := findPhrase(ws, i, true); ok && i > 0 && (len(p.words[0]) > 3 || shortForms[p.words[0]]) {
		n.form(p) // a form in the middle says what it says at the end
		return len(p.words)
	}
	if (w == "no" || w == "number" || w == "nr" || w == "num") && i+1 < len(ws) {
		if value, took := number(ws, i+1); took > 0 {
			n.addWord(word{value, Number, 0.5}, value)
			return 1 + took
		}
	}
	if value, took := number(ws, i); took > 0 {
		n.addWord(word{value, Number, 0.5}, joinWords(ws[i:i+took]))
		return took
	}
	if ws[i].entry.particle && len(ws) > 1 {
		n.addWord(word{w, Particle, 0.02}, w)
		return 1
	}
	if ws[i].entry.stop {
		return 1
	}
	if e := ws[i].entry; e.known && len(ws) > 1 {
		n.addWord(e.word, ws[i].written())
		return 1
	}
	n.add(Token{Text: w, Written: w, Weight: weigh(&ws[i]), seen: ws[i].entry.weight > 0, lone: ws[i].entry.known})
	return 1
}

func (n *Name) addWord(w word, written string) {
	n.add(Token{Text: w.text, Written: written, Kind: w.kind, Weight: w.weight})
}

func (w *rawWord) written() string {
	if w.typed != "" {
		return w.typed
	}
	return w.text
}

func joinWords(ws []rawWord) string {
	if len(ws) == 1 {
		return ws[0].written()
	}
	parts := make([]string, len(ws))
	for i := range ws {
		parts[i] = ws[i].written()
	}
	return strings.Join(parts, " ")
}

// findPhrase finds the longest phrase at i: a legal form, or words with one
// meaning.
func findPhrase(ws []rawWord, i int, legal bool) (*phrase, bool) {
	if ws[i].entry.phrases == nil { // most words begin none
		return nil, false
	}
	return matchPhrase(ws[i].entry.phrases, ws, i, func(p *phrase) bool { return (p.word.kind == Legal) == legal })
}

func matchPhrase(list []phrase, ws []rawWord, i int, want func(*phrase) bool) (*phrase, bool) {
next:
	for k := range list {
		p := &list[k]
		if !want(p) || i+len(p.words) > len(ws) {
			continue
		}
		for j, w := range p.words {
			if ws[i+j].text != w {
				continue next
			}
		}
		return p, true
	}
	return nil, false
}

// takeForms takes the legal forms off both ends, and off the middle where an
// address or another form follows. It never takes the last word left.
func (n *Name) takeForms(x *lexicons, ws []rawWord) (body []rawWord, tail string) {
	for len(ws) > 0 { // in front
		p, ok := matchPhrase(ws[0].entry.phrases, ws, 0, func(p *phrase) bool {
			return p.word.kind == Legal && (p.front || len(p.words) > 1)
		})
		if !ok || len(p.words) == len(ws) && len(p.words) == 1 {
			break
		}
		n.form(p)
		ws = ws[len(p.words):]
	}
	if n.Cut && len(ws) > 2 {
		ws = ws[:len(ws)-cutPhrase(ws)]
	}
	for {
		ws = trimTies(ws)
		took := false
		for l := min(6, len(ws)); l > 0 && !took; l-- {
			if p, ok := findPhrase(ws, len(ws)-l, true); ok && len(p.words) == l {
				n.form(p)
				ws = ws[:len(ws)-l]
				took = true
				n.Cut = false // nothing is missing behind it
			}
		}
		if !took {
			break
		}
	}
	for i := 1; i < len(ws); i++ { // run into what follows
		p, ok := findPhrase(ws, i, true)
		if !ok || !strongForm(p) {
			continue
		}
		rest := ws[i+len(p.words):]
		if len(rest) > 0 && n.isAddress(ws[:i], rest, goesOn(p)) {
			n.form(p)
			n.Cut = false // if anything is missing, then of the address
			body, _ := n.takeForms(x, ws[:i])
			return body, joinWords(rest)
		}
	}
	return ws, ""
}

func (n *Name) form(p *phrase) {
	n.Forms = append(n.Forms, p.word.text)
	n.classes |= p.class
}

// trimTies drops an & or of left hanging before a form that was taken.
func trimTies(ws []rawWord) []rawWord {
	for len(ws) > 1 {
		switch ws[len(ws)-1].text {
		case "and", "und", "et", "y", "of":
			ws = ws[:len(ws)-1]
		default:
			return ws
		}
	}
	return ws
}

// cutPhrase is how many words at the end of a name that was cut off are the
// beginning of a legal form.
func cutPhrase(ws []rawWord) int {
	for l := min(4, len(ws)-1); l > 0; l-- {
		end := ws[len(ws)-l:]
		if l == 1 && (end[0].entry.known || end[0].entry.formAlone()) {
			continue
		}
	next:
		for _, p := range end[0].entry.phrases {
			if p.word.kind != Legal || len(p.words) < l || len(p.words) == l && end[l-1].text == p.words[l-1] {
				continue
			}
			for i, w := range end {
				if w.text != p.words[i] && (i < l-1 || !strings.HasPrefix(p.words[i], w.text)) {
					continue next
				}
			}
			return l
		}
	}
	for _, form := range []string{"company", "corporation", "limited", "incorporated", "ltd", "llc", "gmbh", "ltda", "private"} {
		if w := ws[len(ws)-1].text; len(w) < len(form) && strings.HasPrefix(form, w) {
			return 1
		}
	}
	return 0
}

// strongForm says that a form is one wherever it stands.
func strongForm(p *phrase) bool {
	return len(p.words) > 1 || len(p.words[0]) > 2 || p.words[0] == "co"
}

// unglue parts a legal form from what stands against it: SiemensAG,
// LTDKAMPALA. Only long forms are sought before other letters.
func unglue(x *lexicons, ws []rawWord) []rawWord {
	for i := 0; i < len(ws); i++ {
		w := ws[i]
		if len(w.text) < 6 || w.entry.known || w.entry.phrases != nil {
			continue
		}
		if head, tail := gluedForm(ws, i); head != "" {
			ws = slices.Insert(slices.Clone(ws), i+1, rawWord{text: tail, upper: w.upper, entry: x.entry(tail)})
			ws[i].text, ws[i].entry = head, x.entry(head)
		}
	}
	return ws
}

// Forms that are known when they are run into another word: behind it, before
// it at the head of a name (LLCALABUGA), before it elsewhere.
var (
	gluedBehind = []string{"limited", "gmbh", "coltd", "ltd", "llc", "jsc"}
	gluedFirst  = []string{"llc", "jsc", "ojsc", "pjsc", "cjsc", "ooo", "oao"}
	gluedBefore = []string{"gmbh", "coltd", "ltd", "llc", "jsc"}
)

// gluedForm parts ws[i] where a legal form was run into it.
func gluedForm(ws []rawWord, i int) (head, tail string) {
	w := ws[i].text
	if i == 0 {
		for _, form := range gluedFirst {
			if rest, ok := strings.CutPrefix(w, form); ok && len(rest) >= 3 {
				return form, rest
			}
		}
	}
	for _, form := range gluedBehind {
		if rest, ok := strings.CutSuffix(w, form); ok && len(rest) >= 3 {
			return rest, form
		}
	}
	if i > 0 {
		for _, form := range gluedBefore {
			if rest, ok := strings.CutPrefix(w, form); ok && len(rest) >= 4 {
				return form, rest
			}
		}
	}
	if i+1 < len(ws) && (ws[i+1].text == "ltd" || ws[i+1].text == "limited") { // ALABUGAPTE LTD
		if end := w[len(w)-3:]; end == "pte" || end == "pvt" || end == "pty" {
			return w[:len(w)-3], end
		}
	}
	return "", ""
}

// mergeSingles makes one word of single letters in a row (J P MORGAN, L & H).
func mergeSingles(x *lexicons, ws []rawWord) []rawWord {
	single := func(i int) bool {
		return i < len(ws) && len(ws[i].text) == 1 && ws[i].text[0] >= 'a'
	}
	some := false
	for i := range ws {
		some = some || single(i) && (single(i+1) || single(i+2))
	}
	if !some {
		return ws
	}
	out := make([]rawWord, 0, len(ws))
	for i := 0; i < len(ws); {
		w := ws[i]
		if !single(i) {
			out = append(out, w)
			i++
			continue
		}
		i++
		for {
			if single(i) {
				w.text += ws[i].text
				i++
			} else if i < len(ws) && ws[i].text == "and" && single(i+1) {
				w.text += ws[i+1].text
				i += 2
			} else {
				break
			}
		}
		w.entry = x.entry(w.text)
		out = append(out, w)
	}
	return out
}

func trimVessel(ws []rawWord) []rawWord {
	if len(ws) > 1 {
		switch ws[0].text {
		case "mv", "mt", "ss", "ms", "fv", "hms", "uss", "mts", "vessel", "tanker":
			return ws[1:]
		}
	}
	return ws
}
