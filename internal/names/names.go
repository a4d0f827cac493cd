// Package names says how alike two names are. It knows strings only: Parse
// folds a name once (scripts, legal forms, abbreviations, numbers), Compare
// aligns two parsed names word by word and explains the score.
//
// The score ranks in 0–1 and is no probability. Bands are one fixed table,
// and the lower edge of Probable is the one threshold used everywhere.
package names

import (
	"math/bits"
	"strings"
	"unicode/utf8"
)

// The types of names, as records call them. Any other type is compared as an
// organization.
const (
	Organization = "organization"
	Person       = "person"
	Vessel       = "vessel"
	Aircraft     = "aircraft"
)

// Token is one word of a name, typed.
type Token struct {
	Text    string  // its meaning: abbreviations and translations written out
	Written string  // as the name has it, folded
	Kind    Kind    //
	Weight  float32 // what it adds when it meets its like
	Glued   bool    // written as one with the word before
	hash    uint64
	letters uint32 // which letters stand in it, for a quick no
	echo    bool   // the initials of the words before it
	seen    bool   // the counts know it: no slip of another word
	lone    bool   // an ordinary word that is the whole name
	formish bool   // stands where a legal form may, and may be a slip of one
	abjad   bool   // its vowels are not to be relied on
	hangul  bool   // of a Korean person's name, read by syllables
}

// Name is a name read once, ready to be compared any number of times. It does
// not change and is safe for many goroutines.
type Name struct {
	Written string // as handed in
	Type    string
	Tokens  []Token  // without legal forms
	Forms   []string // legal forms, never part of the score's sum
	Native  string   // distinctive Han characters, or a Korean person's name
	Refused string   // why it can match nothing; "" where it can
	Order   bool     // TO THE ORDER OF …: the rest is an order party
	Stands  string   // forwarder, bank: the trade of a party that stands in for others
	Address string   // an address run into the name
	CareOf  string   // whom the name says to ask for
	Cut     bool     // as long as manifests cut: the end may be missing
	Clipped bool     // more words than are compared
	classes class
	person  bool
	forms   [2]string // where Forms begins
	key     string
	order   uint64 // of key, to compare either way round the same
}

// cutLength is where manifests cut names off. A blank that is the last letter
// is often lost on the way.
const cutLength = 35

// Parse reads a name of a type. It never fails: what cannot be compared is
// Refused, with the reason.
func Parse(s, typ string) *Name {
	n := &Name{Written: s, Type: typ, person: typ == Person}
	if utf8.RuneCountInString(s) > maxRunes {
		n.Refused = "longer than any name"
		return n
	}
	folded, native := fold(s)
	n.Native = native
	if whole := utf8.RuneCountInString(strings.TrimSpace(s)); !n.person {
		n.Cut = whole == cutLength || whole == cutLength-1
	}
	n.Forms = n.forms[:0]
	sc := scanners.Get().(*scanner)
	defer sc.free()
	sc.scan(folded)
	lexicon().look(sc.words)
	switch {
	case n.person && n.readKorean(s):
	case n.person:
		n.readPerson(sc.words)
	default:
		n.readOrganization(sc.words)
	}
	if !isASCII(s) && isAbjad(s) {
		for i := range n.Tokens {
			n.Tokens[i].abjad = true
		}
	}
	if n.Refused == "" && len(n.Tokens) == 0 {
		n.Refused = "nothing but a legal form"
		if len(n.Forms) == 0 {
			n.Refused = "no name in it"
		}
	}
	n.markFormish()
	n.key = n.makeKey()
	n.order = orderOf(n.key)
	return n
}

// orderOf is FNV-1a: the same in every run, as the order of comparing must be.
func orderOf(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// Key is the name's words without legal forms and places, sorted: names with
// one key differ at most in order, place and legal form.
func (n *Name) Key() string { return n.key }

// isAbjad says that a text is in a script whose spelling by Latin letters
// leaves the vowels open: Arabic and Hebrew, and also Kana and Hangul.
func isAbjad(s string) bool {
	for _, r := range s {
		if r >= 0x590 && r <= 0x6ff || r >= 0x3041 && r <= 0x30ff || r >= 0xac00 && r <= 0xd7a3 {
			return true
		}
	}
	return false
}

func (n *Name) add(t Token) {
	if len(n.Tokens) == maxWords {
		n.Clipped = true
		return
	}
	t.hash = orderOf(t.Text)
	t.letters = lettersOf(t.Written)
	n.Tokens = append(n.Tokens, t)
}

func lettersOf(s string) uint32 {
	var m uint32
	for i := range len(s) {
		m |= letterOf(s[i])
	}
	return m
}

func letterOf(c byte) uint32 {
	if c >= 'a' && c <= 'z' {
		return 1 << (c - 'a')
	}
	return 1 << (26 + c%6)
}

// lettersApart bounds the edits between two words from below, cheaply.
func lettersApart(a, b uint32) int {
	return max(bits.OnesCount32(a&^b), bits.OnesCount32(b&^a))
}
