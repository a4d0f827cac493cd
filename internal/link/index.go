package link

import (
	"strings"
	"sync"

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
	cells   []names.Cell     // the outlines of all aliases, one after the other
	ends    []uint32         // outline i stands from ends[i] to ends[i+1]
	words   []indexWord      // distinctive words, each once
	wordID  map[string]int32 // only while building
	posts   postings         // words → aliases
	table   table            // keys, initials … → aliases
	near    table            // a word without one letter → words
	slips   table            // ordinary words beside a misspelt one → aliases
	heads   table            // the first letters → words
	grams   table            // three letters in a row → words
	places  table            // addresses and identifiers → parties
	abjad   bool             // some name's vowels are not to be relied on
	built   bool
}

// indexWord is a distinctive word of some name.
type indexWord struct {
	text    string
	letters uint32
	posting uint32
}

// noPosting is that of a word which no name has as its own.
const noPosting = ^uint32(0)

// NewIndex returns an empty index.
func NewIndex(options Options) *Index {
	return &Index{ends: []uint32{0}, options: options.withDefaults(), wordID: map[string]int32{}, byID: map[string]*record.Party{}}
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

// idKey is an identifier's value without its punctuation; short ones, and words
// without a digit, identify nobody.
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
	if len(key) < 6 || !strings.ContainsAny(key, "0123456789") {
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
	x.cells = n.Outline(x.cells)
	x.ends = append(x.ends, uint32(len(x.cells)))
	x.table.add(hashOf(byKey, n.Key()), id)
	var squash, all strings.Builder
	initials, own := make([]byte, 0, 8), 0
	for i := range n.Tokens {
		t := &n.Tokens[i]
		if t.Written != "" {
			initials = append(initials, t.Written[0])
		}
		all.WriteString(strings.ReplaceAll(t.Written, " ", ""))
		if t.Glued && (t.Kind == names.Distinctive || n.Tokens[i-1].Kind == names.Distinctive) {
			x.addSpelling(n.Tokens[i-1].Written + t.Written)
		}
		if t.Kind != names.Distinctive {
			continue
		}
		squash.WriteString(t.Written)
		own++
		x.addWord(id, t, i)
		if i+1 < len(n.Tokens) && n.Tokens[i+1].Kind != names.Number { // written as one elsewhere
			x.posts.add(hashOf(byWord, t.Written, n.Tokens[i+1].Written), id, i, i+2)
		}
		if i > 0 && n.Tokens[i-1].Kind != names.Distinctive && n.Tokens[i-1].Kind != names.Number {
			x.posts.add(hashOf(byWord, n.Tokens[i-1].Written, t.Written), id, i-1, i+1)
		}
	}
	if own > 1 { // one word is its own squash
		x.table.add(hashOf(bySquash, squash.String()), id)
	}
	x.table.add(hashOf(bySquash, all.String()), id)
	x.addOrdinary(id, n)
	for l := 3; l <= min(len(initials), 6); l++ {
		x.table.add(hashOf(byInitial, string(initials[:l])), id)
	}
}

func (x *Index) addWord(id int32, t *names.Token, at int) {
	x.posts.add(hashOf(byWord, t.Text), id, at, at+1)
	if t.Written != t.Text {
		x.posts.add(hashOf(byWord, t.Written), id, at, at+1)
	}
	if sound := names.Sound(t.Written); len(sound) >= 3 {
		x.table.add(hashOf(bySound, sound), id)
	}
	x.addSpelling(t.Written)
}

// addSpelling makes a word known by spellings near to it.
func (x *Index) addSpelling(word string) {
	if _, known := x.wordID[word]; known {
		return
	}
	w := int32(len(x.words))
	x.words = append(x.words, indexWord{text: word, letters: names.Letters(word)})
	x.wordID[word] = w
	if len(word) >= 4 && len(word) <= 32 {
		names.EachShorter(word, 1, func(h uint64) bool {
			x.near.add(uint32(h>>32), w)
			return false
		})
	}
	for l := 3; l <= 5 && l+3 <= len(word); l++ {
		x.heads.add(hashOf(byHead, word[:l]), w)
	}
	if len(word) >= 7 {
		for i := 0; i+3 <= len(word); i++ {
			x.grams.add(hashOf(byGram, word[i:i+3]), w)
		}
	}
}

// Build makes the index ready; Add has no effect afterwards.
func (x *Index) Build() {
	if x.built {
		return
	}
	x.build(mostGrams, mostHeads)
}

// build sorts all. grams bounds how many words a row of three letters leads to,
// heads how many the first letters do; 0 is no bound.
func (x *Index) build(grams, heads int) {
	var each sync.WaitGroup
	each.Go(func() { x.posts.build(x.aliases) })
	each.Go(func() {
		x.table.build(0)
		x.near.build(0)
		x.slips.build(0)
		x.grams.build(grams)
		x.heads.build(heads)
		x.places.build(0)
	})
	each.Wait()
	for i := range x.words {
		w := &x.words[i]
		var ok bool
		if w.posting, ok = x.posts.index(hashOf(byWord, w.text)); !ok {
			w.posting = noPosting
		}
	}
	x.wordID = nil
	x.built = true
}

// Size is the number of parties in the index, and of their names that can be
// matched.
func (x *Index) Size() (parties, aliases int) { return len(x.parties), len(x.aliases) }
