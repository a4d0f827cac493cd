package link

import (
	"math/bits"
	"strings"

	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

// alias is one name of a party, read.
type alias struct {
	party int32
	weak  bool // the publisher calls it weak
	kind  string
	name  *names.Name
}

// Index finds the parties that a name may be. Add all parties, Build, then
// Match from any number of goroutines.
type Index struct {
	options Options
	parties []*record.Party
	byID    map[string]*record.Party
	aliases []alias
	marks   []mark           // per alias
	words   []string         // distinctive words, each once
	wordID  map[string]int32 // only while building
	table   table            // keys, words … → aliases
	near    table            // a word without one letter → words
	heads   table            // the first letters → words
	grams   table            // three letters in a row → words
	places  table            // addresses and identifiers → parties
	abjad   bool             // some name's vowels are not to be relied on
	built   bool
}

// NewIndex returns an empty index.
func NewIndex(options Options) *Index {
	return &Index{options: options.withDefaults(), wordID: map[string]int32{}, byID: map[string]*record.Party{}}
}

// maxAliases bounds the names of one party that are indexed.
const maxAliases = 1000

// Add takes a party in. It must not change afterwards.
func (x *Index) Add(p *record.Party) {
	if x.built {
		return // Match may be running: what comes late is not seen
	}
	id := int32(len(x.parties))
	x.parties = append(x.parties, p)
	x.byID[p.ID] = p
	x.addName(id, record.Alias{Name: p.Name}, p.Type)
	for _, a := range p.Aliases[:min(len(p.Aliases), maxAliases)] {
		x.addName(id, a, p.Type)
	}
	for _, a := range p.Addresses {
		if key := addressKey(a); key != "" {
			x.places.add(hashOf(byAddress, key), id)
		}
	}
	for _, i := range p.IDs {
		if key := idKey(i); key != "" {
			x.places.add(hashOf(byID, key), id)
		}
	}
}

// idKey is an identifier's value without its punctuation; short ones identify
// nobody.
func idKey(i record.Identifier) string {
	key := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z':
			return r
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return -1
	}, i.Value)
	if len(key) < 6 {
		return ""
	}
	return key
}

func (x *Index) addName(party int32, a record.Alias, typ record.PartyType) {
	n := names.Parse(a.Name, string(typ))
	if n.Refused != "" {
		return
	}
	id := int32(len(x.aliases))
	x.aliases = append(x.aliases, alias{party, a.Quality == "weak", a.Kind, n})
	x.abjad = x.abjad || names.Abjad(n)
	x.marks = append(x.marks, markOf(n))
	x.table.add(hashOf(byKey, n.Key()), id)
	var squash strings.Builder
	initials := make([]byte, 0, 8)
	for i := range n.Tokens {
		t := &n.Tokens[i]
		if t.Written != "" {
			initials = append(initials, t.Written[0])
		}
		if t.Kind != names.Distinctive {
			continue
		}
		squash.WriteString(t.Written)
		x.addWord(id, t)
		if i+1 < len(n.Tokens) && n.Tokens[i+1].Kind != names.Number { // written as one elsewhere
			x.table.add(hashOf(byWord, t.Written, n.Tokens[i+1].Written), id)
		}
		if i > 0 && n.Tokens[i-1].Kind != names.Distinctive && n.Tokens[i-1].Kind != names.Number {
			x.table.add(hashOf(byWord, n.Tokens[i-1].Written, t.Written), id)
		}
	}
	if squash.Len() > 0 {
		x.table.add(hashOf(bySquash, squash.String()), id)
	}
	for l := 3; l <= min(len(initials), 6); l++ {
		x.table.add(hashOf(byInitial, string(initials[:l])), id)
	}
}

// mark is what is seen of a name at a glance, so that most names need not be
// read: which pairs of letters its distinctive words have, which places and
// trades it names, how many distinctive words it has.
type mark struct {
	pairs  uint64
	trades uint16
	places uint16
	words  uint32
}

func markOf(n *names.Name) mark {
	var m mark
	for i := range n.Tokens {
		t := &n.Tokens[i]
		switch t.Kind {
		case names.Distinctive:
			m.words++
			for k := 1; k < len(t.Written); k++ {
				m.pairs |= 1 << ((uint32(t.Written[k-1])*131 + uint32(t.Written[k])*31) * 2654435761 >> 26)
			}
		case names.Generic, names.Contrast:
			m.trades |= 1 << (hashOf(byWord, t.Text) & 15)
		case names.City, names.Country:
			m.places |= 1 << (hashOf(byWord, t.Text) & 15)
		}
	}
	if names.Abjad(n) {
		m.pairs = 0
	}
	return m
}

// far says at a glance that two names are too far apart to be worth reading:
// each has a distinctive word that the other lacks, or one has a word more
// and nothing else agrees. apart is how many pairs of letters may differ.
func (m mark) far(o mark, apart int) bool {
	if m.pairs == 0 || o.pairs == 0 {
		return false
	}
	mine, others := bits.OnesCount64(m.pairs&^o.pairs), bits.OnesCount64(o.pairs&^m.pairs)
	if mine > apart && others > apart {
		return true
	}
	trades, places := m.trades&o.trades != 0, m.places&o.places != 0
	if !trades && !places && m.trades != 0 && o.trades != 0 && (apart == apartNear || m.words == 1 || o.words == 1) {
		return true // one word, and another trade each
	}
	if apart == apartExact && (trades || places) {
		return false
	}
	return m.words == 1 && o.words > 1 && others >= apart || o.words == 1 && m.words > 1 && mine >= apart
}

func (x *Index) addWord(id int32, t *names.Token) {
	x.table.add(hashOf(byWord, t.Text), id)
	if t.Written != t.Text {
		x.table.add(hashOf(byWord, t.Written), id)
	}
	if sound := names.Sound(t.Written); len(sound) >= 3 {
		x.table.add(hashOf(bySound, sound), id)
	}
	if _, known := x.wordID[t.Written]; known {
		return
	}
	w := int32(len(x.words))
	x.words = append(x.words, t.Written)
	x.wordID[t.Written] = w
	if len(t.Written) >= 4 && len(t.Written) <= 32 {
		eachDelete(t.Written, func(h uint32) { x.near.add(h, w) })
	}
	for l := 3; l <= 5 && l+3 <= len(t.Written); l++ {
		x.heads.add(hashOf(byHead, t.Written[:l]), w)
	}
	if len(t.Written) >= 7 {
		for i := 0; i+3 <= len(t.Written); i++ {
			x.grams.add(hashOf(byGram, t.Written[i:i+3]), w)
		}
	}
}

// eachDelete yields the hashes of w and of w without each of its letters.
func eachDelete(w string, yield func(uint32)) {
	yield(hashOf(byDelete, w))
	for i := range len(w) {
		if i > 0 && w[i] == w[i-1] {
			continue
		}
		yield(hashOf(byDelete, w[:i], w[i+1:]))
	}
}

// Build makes the index ready; Add has no effect afterwards.
func (x *Index) Build() {
	if x.built {
		return
	}
	x.table.build()
	x.near.build()
	x.grams.build()
	x.heads.build()
	x.places.build()
	x.wordID = nil
	x.built = true
}

// Size is the number of parties in the index, and of their names that can be
// matched.
func (x *Index) Size() (parties, aliases int) { return len(x.parties), len(x.aliases) }
