package link

import (
	"slices"
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
	x        *Index
	name     *names.Name
	person   *names.Name // the same text read as a person's name, made when first needed
	typ      string
	stamp    []uint32 // per alias: the search that saw it last
	now      uint32
	hits     []hit
	best     float64
	words    []*names.Token
	outline  []names.Cell
	sieve    names.Sieve
	noted    []uint32 // aliases to judge next
	outlines [64][]names.Cell
	fetched  uint32
	floor    float64 // what is worth keeping
	similar  []int32 // words of the index that were followed
	shared   []uint8 // per word of the index: rows of letters in common; all 0 between uses
}

var searches = sync.Pool{New: func() any { return &search{} }}

// find yields the aliases that may be n, in no order and several of a party:
// the best of each is left to the caller.
func (x *Index) find(n *names.Name, typ string, floor float64, yield func(hit)) {
	s := searches.Get().(*search)
	defer searches.Put(s)
	s.begin(x, n, typ, floor)
	s.run()
	for _, h := range s.hits {
		yield(h)
	}
	s.name, s.person, s.x = nil, nil, x
}

// begin makes the search ready for a name.
func (s *search) begin(x *Index, n *names.Name, typ string, floor float64) {
	if s.x != x || len(s.stamp) < len(x.aliases) {
		s.x, s.stamp, s.now, s.shared = x, make([]uint32, len(x.aliases)), 0, make([]uint8, len(x.words))
	}
	s.now++
	if s.now == 0 {
		clear(s.stamp)
		s.now = 1
	}
	s.name, s.person, s.typ, s.floor, s.hits, s.best = n, nil, typ, floor, s.hits[:0], 0
}

func (s *search) run() {
	n := s.name
	s.outline, s.words = n.Outline(s.outline[:0]), s.words[:0]
	n.Sieve(&s.sieve, s.floor)
	defer func() { clear(s.words) }()
	var space [128]byte
	var spaceAll [192]byte
	squash, all := space[:0], spaceAll[:0]
	for i := range n.Tokens {
		t := &n.Tokens[i]
		for k := range len(t.Written) {
			if c := t.Written[k]; c != ' ' {
				all = append(all, c)
			}
		}
		if t.Kind == names.Distinctive {
			s.words = append(s.words, t)
			squash = append(squash, t.Written...)
		}
	}
	s.take(s.x.table.find(hashOf(byKey, n.Key())), s.x.options.Postings)
	if len(s.words) > 0 {
		s.take(s.x.table.find(hashOf(bySquash, string(squash))), s.x.options.Postings)
	}
	if len(s.words) > 1 {
		if p := s.x.posts.find(hashOf(byWord, string(squash))); len(p.ids) <= s.x.options.Postings*mostSieved {
			s.sieve.Meet(nil)
			s.sift(p)
		}
	}
	s.take(s.x.table.find(hashOf(bySquash, string(all))), s.x.options.Postings)
	s.byOrdinary()
	s.byWords()
	s.byPairs()
	s.judge()
	if s.best >= names.Threshold {
		return
	}
	s.byInitials()
	s.byHead()
	s.bySpelling()
	s.judge()
	if s.best == 0 {
		s.byGrams()
		s.judge()
	}
}

// take notes the aliases of a posting that were not seen yet.
func (s *search) take(posting []uint64, limit int) {
	for _, p := range posting[:min(len(posting), limit)] {
		s.note(uint32(p))
	}
}

// takeWord notes the aliases that have a word.
func (s *search) takeWord(hash uint32, limit int) {
	ids := s.x.posts.find(hash).ids
	for _, id := range ids[:min(len(ids), limit)] {
		s.note(id)
	}
}

// sift notes the aliases of a posting but for those that have nothing else by
// which to be worth a look.
func (s *search) sift(p posting) {
	for i := range p.traits {
		if s.sieve.Passes(&p.traits[i]) {
			s.note(p.ids[i])
		}
	}
}

// mostNoted bounds how many aliases one step of a search may judge, far above
// what names lead to.
const mostNoted = 5000

func (s *search) note(id uint32) {
	if s.stamp[id] != s.now && len(s.noted) < mostNoted {
		s.stamp[id] = s.now
		s.noted = append(s.noted, id)
	}
}

// What is worth keeping: evidence beside the name may lift it, and without
// any a score below review is not published.
const (
	least     = 0.55
	leastBare = 0.615
)

// judge scores the aliases noted. Most fall by the ceiling of their score.
func (s *search) judge() {
	for noted := range slices.Chunk(s.noted, len(s.outlines)) {
		for i, id := range noted {
			s.outlines[i] = s.x.cells[s.x.ends[id]:s.x.ends[id+1]]
			s.fetched ^= names.Fetch(s.outlines[i])
		}
		for i, id := range noted {
			if names.Ceiling(s.outline, s.outlines[i]) >= s.floor {
				s.score(id)
			}
		}
	}
	s.noted = s.noted[:0]
}

func (s *search) score(id uint32) {
	a := &s.x.aliases[id]
	if s.typ != "" && a.name.Type != "" && a.name.Type != s.typ {
		return
	}
	n := s.name
	if a.name.Type != n.Type && s.typ == "" && a.name.Type == names.Person {
		if s.person == nil {
			s.person = names.Parse(n.Written, names.Person)
		}
		n = s.person
	}
	if value := names.Similarity(n, a.name); value >= s.floor {
		s.hits = append(s.hits, hit{int32(id), value})
		s.best = max(s.best, value)
	}
}

// byWords follows the distinctive words, the rarest first. A word that very
// many names have leads on only together with a second one.
func (s *search) byWords() {
	var space [16]wordPosting
	list := space[:0]
	for _, t := range s.words {
		if len(list) < cap(list)-1 {
			if p := s.x.posts.find(hashOf(byWord, t.Text)); len(p.ids) > 0 {
				list = append(list, wordPosting{t, p})
			}
			if t.Text != t.Written {
				if p := s.x.posts.find(hashOf(byWord, t.Written)); len(p.ids) > 0 {
					list = append(list, wordPosting{t, p})
				}
			}
		}
	}
	slices.SortFunc(list, func(a, b wordPosting) int { return len(a.ids) - len(b.ids) })
	for i, p := range list {
		if n := len(p.ids); n <= s.x.options.Postings || i == 0 && n <= s.x.options.Postings*mostSieved {
			s.sieve.Meet(p.word)
			s.sift(p.posting)
			continue
		}
		for _, q := range list[i+1:] {
			s.both(p.ids, q.ids)
		}
	}
}

// wordPosting is where a word of the name leads.
type wordPosting struct {
	word *names.Token
	posting
}

// mostSieved is how many times as many names are looked at where a sieve drops
// most of them.
const mostSieved = 5

// both notes the aliases that two long postings share.
func (s *search) both(short, long []uint32) {
	const most = 20000
	if len(short) > most {
		return
	}
	found := 0
	for _, id := range short {
		if _, ok := slices.BinarySearch(long, id); ok {
			s.note(id)
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
			s.takeWord(hashOf(byWord, tokens[i].Written, tokens[i+1].Written), limit)
		}
	}
}

func (s *search) byInitials() {
	if len(s.name.Tokens) <= 2 {
		for _, t := range s.words {
			if len(t.Written) >= 3 && len(t.Written) <= 6 {
				s.take(s.x.table.find(hashOf(byInitial, t.Written)), 16)
			}
		}
	}
	if n := len(s.name.Tokens); n >= 3 {
		initials := make([]byte, 0, 8)
		for i := range min(n, 6) {
			initials = append(initials, s.name.Tokens[i].Written[0])
		}
		s.takeWord(hashOf(byWord, string(initials)), 16)
	}
}
