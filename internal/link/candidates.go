package link

import (
	"slices"
	"strings"
	"sync"

	"github.com/tripoint-data/tripoint/internal/names"
)

// hit is an alias and how alike it is.
type hit struct {
	alias int32
	value float64
}

// search is one name's way through the index: each source of candidates is
// tried in the order of its price, and the dear ones only where the cheap
// ones found nothing good.
type search struct {
	x       *Index
	name    *names.Name
	person  *names.Name // the same text read as a person's name, made when first needed
	typ     string
	stamp   []uint32 // per alias: the search that saw it last
	now     uint32
	hits    []hit
	best    float64
	mark    mark
	apart   int // how many marks may lie apart on both sides
	words   []*names.Token
	similar []int32
}

// The marks that may lie apart: a word met exactly leaves the others to be
// near, a near word has some apart itself.
const (
	apartExact = 4
	apartNear  = 6
)

var searches = sync.Pool{New: func() any { return &search{} }}

// find gathers the aliases that may be n, best first within a party left to
// the caller.
func (x *Index) find(n *names.Name, typ string, yield func(hit)) {
	s := searches.Get().(*search)
	defer searches.Put(s)
	if s.x != x || len(s.stamp) < len(x.aliases) {
		s.x, s.stamp, s.now = x, make([]uint32, len(x.aliases)), 0
	}
	s.now++
	if s.now == 0 {
		clear(s.stamp)
		s.now = 1
	}
	s.name, s.person, s.typ, s.hits, s.best = n, nil, typ, s.hits[:0], 0
	s.run()
	for _, h := range s.hits {
		yield(h)
	}
	s.name, s.person, s.x = nil, nil, x
}

func (s *search) run() {
	n := s.name
	s.words, s.mark, s.apart = s.words[:0], markOf(n), 64
	var space [128]byte
	squash := space[:0]
	for i := range n.Tokens {
		if t := &n.Tokens[i]; t.Kind == names.Distinctive {
			s.words = append(s.words, t)
			squash = append(squash, t.Written...)
		}
	}
	s.try(s.x.table.find(hashOf(byKey, n.Key())), s.x.options.Postings)
	if len(squash) > 0 {
		s.try(s.x.table.find(hashOf(bySquash, string(squash))), s.x.options.Postings)
	}
	s.apart = apartExact
	s.byWords()
	s.byPairs()
	if s.best >= names.Threshold {
		return
	}
	s.apart = 64
	s.byInitials()
	s.byHead()
	s.apart = apartNear
	s.bySpelling()
	if s.best == 0 {
		s.byGrams()
	}
	clear(s.words)
}

// try scores the aliases of a posting that were not seen yet.
func (s *search) try(posting []uint64, limit int) {
	for _, p := range posting[:min(len(posting), limit)] {
		s.score(int32(uint32(p)))
	}
}

const least = 0.55 // what is worth keeping: evidence beside the name may lift it

func (s *search) score(id int32) {
	if s.stamp[id] == s.now {
		return
	}
	if s.apart < 64 && s.mark.far(s.x.marks[id], s.apart) {
		return // not stamped: a nearer way may lead here again
	}
	s.stamp[id] = s.now
	a := &s.x.aliases[id]
	n := s.name
	if a.name.Type != n.Type && s.typ == "" && a.name.Type == names.Person {
		if s.person == nil {
			s.person = names.Parse(n.Written, names.Person)
		}
		n = s.person
	}
	if s.typ != "" && a.name.Type != "" && a.name.Type != s.typ {
		return
	}
	value := names.Similarity(n, a.name)
	if value >= least {
		s.hits = append(s.hits, hit{id, value})
		s.best = max(s.best, value)
	}
}

// byWords follows the distinctive words, the rarest first. A word that very
// many names have leads on only together with a second one.
func (s *search) byWords() {
	type posting struct {
		pairs []uint64
	}
	var space [16]posting
	list := space[:0]
	for _, t := range s.words {
		if len(list) < cap(list)-1 {
			if p := s.x.table.find(hashOf(byWord, t.Text)); len(p) > 0 {
				list = append(list, posting{p})
			}
			if t.Text != t.Written {
				if p := s.x.table.find(hashOf(byWord, t.Written)); len(p) > 0 {
					list = append(list, posting{p})
				}
			}
		}
	}
	slices.SortFunc(list, func(a, b posting) int { return len(a.pairs) - len(b.pairs) })
	for i, p := range list {
		if len(p.pairs) <= s.x.options.Postings/4 || i == 0 && len(p.pairs) <= s.x.options.Postings {
			s.try(p.pairs, len(p.pairs))
			continue
		}
		for _, q := range list[i+1:] {
			s.both(p.pairs, q.pairs)
		}
	}
}

// both tries the aliases that two long postings share.
func (s *search) both(short, long []uint64) {
	const most = 20000
	if len(short) > most {
		return
	}
	found := 0
	base := long[0] &^ 0xffffffff
	for _, p := range short {
		if _, ok := slices.BinarySearch(long, base|p&0xffffffff); ok {
			s.score(int32(uint32(p)))
			if found++; found >= s.x.options.Postings {
				return
			}
		}
	}
}

// byPairs follows words that are written apart here and as one there, and the
// sound of words spelt without vowels.
func (s *search) byPairs() {
	tokens := s.name.Tokens
	limit := s.x.options.Postings / 8
	for i := range tokens {
		if i+1 < len(tokens) && (tokens[i].Kind == names.Distinctive || tokens[i+1].Kind == names.Distinctive) {
			s.try(s.x.table.find(hashOf(byWord, tokens[i].Written, tokens[i+1].Written)), limit)
		}
	}
}

func (s *search) byInitials() {
	if len(s.name.Tokens) <= 2 {
		for _, t := range s.words {
			if len(t.Written) >= 3 && len(t.Written) <= 6 {
				s.try(s.x.table.find(hashOf(byInitial, t.Written)), 16)
			}
		}
	}
	if n := len(s.name.Tokens); n >= 3 {
		initials := make([]byte, 0, 8)
		for i := range min(n, 6) {
			initials = append(initials, s.name.Tokens[i].Written[0])
		}
		s.try(s.x.table.find(hashOf(byWord, string(initials))), 16)
	}
}

// byHead takes the one distinctive word of a name for the first letters of a
// longer one, where few words begin so.
func (s *search) byHead() {
	const few = 6
	if len(s.words) != 1 || len(s.name.Tokens) < 2 || s.typ == names.Person {
		return
	}
	w := s.words[0].Written
	if len(w) < 3 || len(w) > 5 {
		return
	}
	if posting := s.x.heads.find(hashOf(byHead, w)); len(posting) <= few {
		for _, p := range posting {
			s.word(int32(uint32(p)), w)
		}
	}
}

// bySpelling follows words that are one letter away, and words that sound the
// same.
func (s *search) bySpelling() {
	for i, t := range s.words {
		if i == 6 {
			return
		}
		s.try(s.x.table.find(hashOf(byWord, t.Written)), 8)
		if limit := s.soundLimit(); limit > 0 {
			if sound := names.Sound(t.Written); len(sound) >= 3 {
				s.try(s.x.table.find(hashOf(bySound, sound)), limit)
			}
		}
		if len(t.Written) < 4 || len(t.Written) > 32 {
			continue
		}
		eachDelete(t.Written, func(h uint32) {
			for _, p := range s.x.near.find(h) {
				s.word(int32(uint32(p)), t.Written)
			}
		})
	}
}

// soundLimit is how far sounds are followed: far for persons and for names
// without sure vowels, a little where the index has such names.
func (s *search) soundLimit() int {
	switch {
	case names.Abjad(s.name), s.typ == names.Person:
		return s.x.options.Postings
	case s.x.abjad:
		return s.x.options.Postings / 8
	}
	return 0
}

// word tries the aliases with a word of the index that is near to one of ours.
func (s *search) word(id int32, ours string) {
	w := s.x.words[id]
	if w == ours {
		return
	}
	posting := s.x.table.find(hashOf(byWord, w))
	if len(posting) <= s.x.options.Postings/2 {
		s.try(posting, len(posting))
	}
}

// byGrams is the last resort for long words: the words of the index that
// share most rows of three letters.
func (s *search) byGrams() {
	const longest, most, keep = 2, 300, 4
	tried := 0
	for _, t := range s.words {
		if len(t.Written) < 7 || len(t.Written) > 40 || tried == longest {
			continue
		}
		tried++
		s.similar = s.similar[:0]
		for i := 0; i+3 <= len(t.Written); i++ {
			posting := s.x.grams.find(hashOf(byGram, t.Written[i:i+3]))
			if len(posting) > most {
				continue
			}
			for _, p := range posting {
				s.similar = append(s.similar, int32(uint32(p)))
			}
		}
		slices.Sort(s.similar)
		need := max(2, (len(t.Written)-2)*2/5)
		kept := 0
		for i := 0; i < len(s.similar) && kept < keep; {
			j := i
			for j < len(s.similar) && s.similar[j] == s.similar[i] {
				j++
			}
			if w := s.x.words[s.similar[i]]; j-i >= need && len(w) <= len(t.Written)*3/2 && len(w)*3/2 >= len(t.Written) || j-i >= 4 && strings.HasPrefix(w, t.Written) {
				s.word(s.similar[i], t.Written)
				kept++
			}
			i = j
		}
	}
}
