package names

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/tripoint-data/tripoint/config/tables"
)

// Kind says what part a word plays in a name.
type Kind uint8

// The kinds of words. Only Distinctive words can carry a match.
const (
	Distinctive Kind = iota
	Generic          // a line of business: technology, trading
	Weak             // says next to nothing: group, international
	Contrast         // tells sisters apart: bank, trust, university
	Country
	City // a city or region
	Number
	Particle // al, bin, van
	Title
	Legal
)

var kindNames = [...]string{"distinctive", "generic", "generic", "generic", "place", "place", "numeric", "particle", "title", "legal"}

// String is the kind in the words of reports.
func (k Kind) String() string { return kindNames[k] }

// word is what the tables say of a spelling.
type word struct {
	text   string // the meaning, one spelling for all
	kind   Kind
	weight float32
}

// phrase is a spelling of several words, or a legal form of one.
type phrase struct {
	words []string
	word  word
	class class
	front bool // also stands in front of a name
}

// lexicons are the tables, folded and indexed; they do not change.
type lexicons struct {
	words     map[string]word
	phrases   map[string][]phrase // by first word, longest first
	persons   map[string]word
	wraps     map[string][]phrase // order, careof, behalf by first word
	hollow    map[string]bool     // placeholders, words joined by blanks
	address   map[string]bool
	trades    map[string]string // forwarder, bank
	native    nativeWords
	slips     map[string]string // spellings that are slips of the pen, and what was meant
	tails     triples           // the last letters of words that are healed
	fronts    triples           // the first letters of cities
	near      *nearSet
	lengths   [longestHealed + 1][]spelled // the words that near has, by their length
	heads     map[string]bool              // the first letters of words
	pieced    map[string][]uint64          // the pieces of words that are two of the tables run together
	nearForms map[uint64]bool              // short legal forms without one letter
	method    string
	entries   map[string]*entry // all of the above, by one look
}

// entry is all that the tables say of one spelling.
type entry struct {
	word     word
	known    bool // in word
	phrases  []phrase
	wraps    []phrase
	trade    string
	address  bool
	stop     bool
	meant    string // what was meant, where it is no spelling but a slip of the pen
	in       []part // the phrases of several words that it is a word of
	inForm   bool   // a long word of a legal form of several
	particle bool
	hollow   bool    // begins a placeholder
	numeral  bool    // a number word or a Roman numeral
	weight   float32 // as a distinctive word, where the counts know it
}

// part is a word's place in a phrase.
type part struct {
	of *phrase
	at int
}

var unknown = &entry{}

func (x *lexicons) entry(w string) *entry {
	if e, ok := x.entries[w]; ok {
		return e
	}
	return unknown
}

// gather makes the entries out of the tables and the weights of words.
func (x *lexicons) gather(weights map[string]float32) {
	x.entries = make(map[string]*entry, len(x.words)+len(x.phrases))
	at := func(w string) *entry {
		e := x.entries[w]
		if e == nil {
			e = &entry{}
			x.entries[w] = e
		}
		return e
	}
	for w, v := range x.words {
		e := at(w)
		e.word, e.known = v, true
	}
	for w, meant := range x.slips {
		at(w).meant = meant
	}
	for _, w := range slices.Sorted(maps.Keys(x.phrases)) {
		v := x.phrases[w]
		at(w).phrases = v
		for i := range v {
			p := &v[i]
			for k, word := range p.words {
				if len(p.words) > 1 {
					at(word).in = append(at(word).in, part{p, k})
					at(word).inForm = at(word).inForm || p.word.kind == Legal && len(word) >= shortestHealed
				}
			}
		}
	}
	for w, v := range x.wraps {
		at(w).wraps = v
	}
	for w, v := range x.trades {
		at(w).trade = v
	}
	for w := range x.address {
		at(w).address = true
	}
	for w := range x.hollow {
		first, _, _ := strings.Cut(w, " ")
		at(first).hollow = true
	}
	for w := range numeral {
		at(w).numeral = true
	}
	for w, weight := range weights {
		at(w).weight = weight
	}
	for w := range stopwords {
		at(w).stop = true
	}
	for w := range particles {
		at(w).particle = true
	}
}

// nativeWords are the words of scripts without blanks.
type nativeWords struct {
	spelling map[string]string
	longest  int
}

// class is the set of legal classes that a name's forms have.
type class uint8

const (
	classAny class = 1 << iota
	classLLC
	classJSC
	classLP
	classNGO
	classCoop
	classState
	classBank
)

var classes = map[string]class{"any": classAny, "llc": classLLC, "jsc": classJSC, "lp": classLP, "ngo": classNGO, "coop": classCoop, "soe": classState, "fin": classBank}

// nativeForms are what a legal form in Han, Kana or Hangul is written as.
var nativeForms = map[string]string{"any": "company", "llc": "llc", "jsc": "jsc", "lp": "limited partnership", "soe": "soe"}

var roles = map[string]struct {
	kind   Kind
	weight float32
}{"": {Generic, 0.35}, "weak": {Weak, 0.12}, "contrast": {Contrast, 0.45}, "country": {Country, 0.5}}

// nativeLexicon is read while the others are still being folded.
var nativeLexicon = sync.OnceValue(func() nativeWords {
	n := nativeWords{spelling: map[string]string{}}
	add := func(spelling, as string) {
		if spelling == "" || !isNative(spelling) {
			return
		}
		if _, known := n.spelling[spelling]; !known {
			n.spelling[spelling] = as
			n.longest = max(n.longest, utf8.RuneCountInString(spelling))
		}
	}
	for _, e := range tables.LegalForms() {
		for _, w := range e.Words {
			add(w, nativeForms[e.Name])
		}
	}
	for _, e := range append(tables.OrgWords(), tables.Places()...) {
		for _, w := range e.Words {
			add(w, strings.ReplaceAll(e.Name, " ", ""))
		}
	}
	return n
})

func isNative(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return eastAsian(r)
}

// shipped are the folded tables, read once.
var shipped = sync.OnceValue(func() *lexicons {
	x := &lexicons{
		words: map[string]word{}, phrases: map[string][]phrase{}, persons: map[string]word{}, wraps: map[string][]phrase{},
		hollow: map[string]bool{}, address: map[string]bool{}, trades: map[string]string{}, slips: map[string]string{}, native: nativeLexicon(),
	}
	for _, e := range tables.LegalForms() {
		for _, w := range e.Words {
			x.addPhrase(w, word{kind: Legal}, classes[e.Name], e.Role == "front")
		}
	}
	for _, e := range tables.OrgWords() {
		r := roles[e.Role]
		x.addWords(e, word{strings.ReplaceAll(e.Name, " ", ""), r.kind, r.weight})
	}
	for _, e := range tables.Places() {
		w := word{strings.ReplaceAll(e.Name, " ", ""), City, 0.4}
		if e.Role == "country" {
			w.kind, w.weight = Country, 0.5
		}
		x.addWords(e, w)
	}
	for _, e := range tables.PersonWords() {
		w := word{e.Name, Distinctive, 1}
		switch e.Name {
		case "particle":
			w.kind, w.weight = Particle, 0.1
		case "title":
			w.kind, w.weight = Title, 0
		}
		for _, spelling := range e.Words {
			v := w
			if w.kind == Particle {
				v.text = spelling
			}
			if _, known := x.persons[spelling]; !known {
				x.persons[spelling] = v
			}
		}
	}
	x.addAddressWords()
	x.addTypos()
	x.gather(shippedCounts())
	x.addNear()
	x.addEnds()
	x.method = hashTables(tables.TokenCounts())
	return x
})

func (x *lexicons) addAddressWords() {
	for _, e := range tables.AddressWords() {
		for _, w := range e.Words {
			ws := plainWords(w)
			switch {
			case len(ws) == 0:
			case e.Name == "address":
				x.address[strings.Join(ws, " ")] = true
			case e.Name == "placeholder":
				x.hollow[strings.Join(ws, " ")] = true
			case e.Name == "forwarder", e.Name == "bank":
				x.trades[strings.Join(ws, " ")] = e.Name
			default:
				x.wraps[ws[0]] = insertPhrase(x.wraps[ws[0]], phrase{words: ws, word: word{text: e.Name}})
			}
		}
	}
}

func (x *lexicons) addWords(e tables.Entry, w word) {
	for _, spelling := range append([]string{w.text}, e.Words...) {
		if isNative(spelling) {
			continue
		}
		ws := plainWords(spelling)
		switch len(ws) {
		case 0:
		case 1:
			if _, known := x.words[ws[0]]; !known {
				x.words[ws[0]] = w
			}
		default:
			x.phrases[ws[0]] = insertPhrase(x.phrases[ws[0]], phrase{words: ws, word: w})
		}
	}
}

func (x *lexicons) addPhrase(spelling string, w word, c class, front bool) {
	if isNative(spelling) {
		return
	}
	ws := plainWords(spelling)
	if len(ws) == 0 {
		return
	}
	w.text = strings.Join(ws, " ")
	x.phrases[ws[0]] = insertPhrase(x.phrases[ws[0]], phrase{ws, w, c, front})
	for _, v := range formSpellings(ws) {
		x.phrases[v[0]] = insertPhrase(x.phrases[v[0]], phrase{v, w, c, front || len(v) < len(ws)})
	}
}

// formSpellings are a legal form of several words with these shortened (JOINT
// STOCK COMP), and with the first two run together (JOINTSTOCK COMPANY).
func formSpellings(ws []string) (out [][]string) {
	if len(ws) < 2 {
		return nil
	}
	shorts := map[string][]string{"company": {"comp", "co"}, "limited": {"ltd"}, "corporation": {"corp"}}
	all := [][]string{ws}
	for i, w := range ws {
		for _, other := range all[:len(all):len(all)] {
			for _, v := range shorts[w] {
				other = slices.Clone(other)
				other[i] = v
				all = append(all, other)
			}
		}
	}
	out = all[1:]
	if joined := ws[0] + ws[1]; len(joined) >= 8 {
		out = append(out, append([]string{joined}, ws[2:]...))
	}
	return out
}

// insertPhrase keeps the longest first and lets the first reading of a
// spelling stand; a second line may allow it in front.
func insertPhrase(list []phrase, p phrase) []phrase {
	key := strings.Join(p.words, " ")
	at := len(list)
	for i, q := range list {
		if strings.Join(q.words, " ") == key && (q.word.kind == Legal) == (p.word.kind == Legal) {
			list[i].front = q.front || p.front
			return list
		}
		if at == len(list) && len(q.words) < len(p.words) {
			at = i
		}
	}
	list = append(list, phrase{})
	copy(list[at+1:], list[at:])
	list[at] = p
	return list
}

// plainWords folds a table's spelling as a name's words are.
func plainWords(s string) []string {
	var sc scanner
	sc.scan(foldPlain(s))
	out := make([]string, len(sc.words))
	for i, w := range sc.words {
		out[i] = w.text
	}
	return out
}

// hashTables names the way of comparing by all tables, with some counts in
// the place of the shipped ones.
func hashTables(counts string) string {
	h := sha256.New()
	for _, t := range tables.NameTables() {
		if t == tables.TokenCounts() {
			t = counts
		}
		h.Write([]byte(t))
		h.Write([]byte{0})
	}
	return "names/1 " + hex.EncodeToString(h.Sum(nil))[:12]
}

// Method names the way of comparing with a hash of all its tables; it stands
// on every link that was made so.
func Method() string { return lexicon().method }
