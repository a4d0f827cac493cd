package link

import (
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/internal/names"
)

// How many words the first letters, or three in a row, may lead to: what more
// words have says nothing.
const (
	mostHeads = 6
	mostGrams = 300
)

// byHead takes the one distinctive word of a name for the first letters of a
// longer one, where few words begin so.
func (s *search) byHead() {
	if len(s.words) != 1 || len(s.name.Tokens) < 2 || s.typ == names.Person {
		return
	}
	w := s.words[0].Written
	if len(w) < 3 || len(w) > 5 {
		return
	}
	for _, p := range s.x.heads.find(hashOf(byHead, w)) {
		s.word(int32(uint32(p)), s.words[0])
	}
}

// bySpelling follows words that are one letter away, and words that sound the
// same.
func (s *search) bySpelling() {
	for i, t := range s.words {
		if i == 6 {
			return
		}
		if limit := s.soundLimit(); limit > 0 {
			if sound := names.Sound(t.Written); len(sound) >= 3 {
				s.take(s.x.table.find(hashOf(bySound, sound)), limit)
			}
		}
		if len(t.Written) < 4 || len(t.Written) > 32 {
			continue
		}
		s.similar = s.similar[:0]
		names.EachShorter(t.Written, 1, func(h uint64) bool {
			for _, p := range s.x.near.find(uint32(h >> 32)) {
				if w := int32(uint32(p)); !slices.Contains(s.similar, w) {
					s.similar = append(s.similar, w)
				}
			}
			return false
		})
		for _, w := range s.similar {
			if s.alike(w, t) {
				s.word(w, t)
			}
		}
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

func (s *search) alike(word int32, ours *names.Token) bool {
	w := &s.x.words[word]
	return ours.Alike(w.text, w.letters, s.typ != names.Organization)
}

// word notes the aliases with a word of the index that is near to one of ours.
func (s *search) word(id int32, ours *names.Token) {
	w := &s.x.words[id]
	if w.text == ours.Written || w.posting == noPosting {
		return
	}
	if p := s.x.posts.at(w.posting); len(p.ids) <= s.x.options.Postings*mostSieved {
		s.sieve.MeetNear(ours, w.text)
		s.sift(p)
	}
}

// byGrams is the last resort for long words: the words of the index that
// share most rows of three letters and are as near as a long word may be, or
// go on where a cut word ends.
func (s *search) byGrams() {
	const longest, keep = 2, 4
	tried := 0
	for _, t := range s.words {
		if len(t.Written) < 7 || len(t.Written) > 40 || tried == longest {
			continue
		}
		tried++
		need := uint8(max(2, (len(t.Written)-2)*2/5))
		s.similar = s.similar[:0]
		for i := 0; i+3 <= len(t.Written); i++ {
			for _, p := range s.x.grams.find(hashOf(byGram, t.Written[i:i+3])) {
				w := uint32(p)
				if s.shared[w]++; s.shared[w] == 1 {
					s.similar = append(s.similar, int32(w))
				}
			}
		}
		near := s.similar[:0]
		for _, w := range s.similar {
			if s.shared[w] >= need {
				near = append(near, w)
			}
			s.shared[w] = 0
		}
		slices.Sort(near)
		kept := 0
		for _, w := range near {
			if s.alike(w, t) || strings.HasPrefix(s.x.words[w].text, t.Written) {
				s.word(w, t)
				if kept++; kept == keep {
					break
				}
			}
		}
	}
}
