package cet

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
)

// longestWord is the longest word, in bytes, that is looked up; what is
// longer is a sequence listing or noise.
const longestWord = 40

// unknown is the token of a word that no phrase uses.
const unknown int32 = -1

// common are the words that patents are mostly made of. A few more or less
// change no tag; knowing them spares half of the stemming.
const common = `a above according also an and are as at based be being been between both by can comprise comprised comprises
comprising configured corresponding disclosed each embodiment embodiments example for formed from further has have having
including includes include in into invention is it its least may member method more not of on one or other per plurality
portion present provide provided provides providing respective said second side such than that the thereby therefrom therein
thereof these they third this those through to two upon when where wherein whereby which while with within without`

// vocabulary gives each stem that occurs in a phrase its token.
type vocabulary struct {
	tokens map[string]int32 // by stem
	forms  map[string]int32 // by word as a phrase has it
	heads  map[string]bool  // first letters of the words: stemming keeps them, so most words of a text need no stemming
}

func newVocabulary() *vocabulary {
	return &vocabulary{tokens: map[string]int32{}, forms: map[string]int32{}, heads: map[string]bool{}}
}

// learn returns the tokens of a phrase, new ones where needed.
func (v *vocabulary) learn(phrase string) []int32 {
	var tokens []int32
	for word := range words(phrase) {
		t, ok := v.forms[word]
		if !ok {
			s := stem(word)
			if t, ok = v.tokens[s]; !ok {
				t = int32(len(v.tokens))
				v.tokens[s] = t
			}
			v.forms[word] = t
			v.heads[head(word)] = true
		}
		tokens = append(tokens, t)
	}
	return tokens
}

// settle ends the learning: the common words that no phrase uses become known
// as unknown.
func (v *vocabulary) settle() {
	for word := range words(common) {
		if _, ok := v.tokens[stem(word)]; !ok {
			v.forms[word] = unknown
		}
	}
}

// dull says whether a word is one of the common ones, or a single letter.
func dull(word string) bool { return len(word) == 1 || commonWords[word] }

var commonWords = func() map[string]bool {
	m := map[string]bool{}
	for word := range words(common) {
		m[word] = true
	}
	return m
}()

// read returns the tokens of a text.
func (v *vocabulary) read(text string) []int32 {
	tokens := make([]int32, 0, len(text)/6+1)
	for word := range words(text) {
		t, ok := v.forms[word]
		if !ok && len(word) <= longestWord && v.heads[head(word)] {
			t, ok = v.tokens[stem(word)]
		}
		if !ok {
			t = unknown
		}
		tokens = append(tokens, t)
	}
	return tokens
}

// words yields the words of a text in small letters: runs of letters and
// digits, so that "pre-trained" is two words.
func words(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start, upper := -1, false
		flush := func(end int) bool {
			if start < 0 {
				return true
			}
			word := text[start:end]
			if upper {
				word = strings.ToLower(word)
			}
			start, upper = -1, false
			return yield(word)
		}
		for i := 0; i < len(text); {
			r, size := rune(text[i]), 1
			if r >= utf8.RuneSelf {
				r, size = utf8.DecodeRuneInString(text[i:])
			}
			switch {
			case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
				if start < 0 {
					start = i
				}
			case r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)):
				if start < 0 {
					start = i
				}
				upper = true
			default:
				if !flush(i) {
					return
				}
			}
			i += size
		}
		flush(len(text))
	}
}

// head is the part of a word that stemming never changes.
func head(word string) string { return word[:min(len(word), 3)] }

// stem brings a word to its stem; words with digits (5g, 3d) stay as they are.
func stem(word string) string {
	if strings.ContainsAny(word, "0123456789") {
		return word
	}
	return english.Stem(word, false)
}
