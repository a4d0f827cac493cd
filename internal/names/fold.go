package names

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxRunes bounds a name: longer texts are no names and are refused.
const maxRunes = 512

// Fold brings a text to the letters that are compared: one width, repaired
// bytes and scripts, no accents, Latin letters. Case and punctuation stay.
func Fold(s string) string {
	folded, _ := fold(s)
	return folded
}

// fold is Fold and also returns the distinctive Han characters of s, the
// native key by which two Chinese spellings are told apart.
func fold(s string) (folded, native string) {
	if isASCII(s) {
		if strings.IndexByte(s, '&') >= 0 && strings.IndexByte(s, ';') >= 0 {
			s = html.UnescapeString(s)
		}
		if isASCII(s) {
			return s, ""
		}
	}
	s = html.UnescapeString(strings.ToValidUTF8(s, " "))
	s = norm.NFKC.String(repairBytes(s))
	s = repairScripts(s)
	return transliterate(s)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// cp1252 has the letters that Windows puts where Latin-1 has control codes.
var cp1252 = map[rune]byte{
	'€': 0x80, '‚': 0x82, 'ƒ': 0x83, '„': 0x84, '…': 0x85, '†': 0x86, '‡': 0x87, 'ˆ': 0x88, '‰': 0x89, 'Š': 0x8a,
	'‹': 0x8b, 'Œ': 0x8c, 'Ž': 0x8e, '‘': 0x91, '’': 0x92, '“': 0x93, '”': 0x94, '•': 0x95, '–': 0x96, '—': 0x97,
	'˜': 0x98, '™': 0x99, 'š': 0x9a, '›': 0x9b, 'œ': 0x9c, 'ž': 0x9e, 'Ÿ': 0x9f,
}

// repairBytes undoes UTF-8 that was read as Windows-1252, run by run: a run
// of foreign letters whose bytes are valid UTF-8 was meant as that.
func repairBytes(s string) string {
	if !strings.ContainsAny(s, "ÂÃÄÅÆÐÑØÙâãäåæçèéê") {
		return s
	}
	var out strings.Builder
	var run []byte
	start := 0
	flush := func(end int) {
		if len(run) > 1 && utf8.Valid(run) {
			out.Write(run)
		} else {
			out.WriteString(s[start:end])
		}
		run = run[:0]
	}
	for i, r := range s {
		b, ok := cp1252[r]
		if !ok && r >= 0x80 && r <= 0xff {
			b, ok = byte(r), true
		}
		if ok {
			if len(run) == 0 {
				start = i
			}
			run = append(run, b)
			continue
		}
		if len(run) > 0 {
			flush(i)
		}
		out.WriteRune(r)
	}
	if len(run) > 0 {
		flush(len(s))
	}
	return out.String()
}

// lookalikes are the Cyrillic letters that look like Latin ones.
var lookalikes = map[rune]rune{
	'А': 'A', 'В': 'B', 'Е': 'E', 'К': 'K', 'М': 'M', 'Н': 'H', 'О': 'O', 'Р': 'P', 'С': 'C', 'Т': 'T', 'У': 'Y', 'Х': 'X', 'І': 'I', 'Ѕ': 'S', 'Ј': 'J',
	'а': 'a', 'е': 'e', 'о': 'o', 'р': 'p', 'с': 'c', 'у': 'y', 'х': 'x', 'і': 'i', 'ѕ': 's', 'ј': 'j', 'к': 'k', 'м': 'm', 'н': 'h', 'т': 't', 'в': 'b',
}

var lookalikesBack = func() map[rune]rune {
	m := make(map[rune]rune, len(lookalikes))
	for cyrillic, latin := range lookalikes {
		m[latin] = cyrillic
	}
	return m
}()

// repairScripts makes words of mixed Cyrillic and Latin letters words of one
// script: Latin where the Cyrillic letters all look Latin, else Cyrillic. A
// word of look-alikes only becomes Latin where no other word is Cyrillic.
func repairScripts(s string) string {
	var cyrillic, latin, foreign bool // foreign: a Cyrillic letter with no Latin look
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic = true
			if _, ok := lookalikes[r]; !ok {
				foreign = true
			}
		case unicode.Is(unicode.Latin, r):
			latin = true
		}
	}
	if !cyrillic || !latin {
		return s
	}
	var out, word []rune
	flush := func() {
		out = append(out, repairWord(word, foreign)...)
		word = word[:0]
	}
	for _, r := range s {
		if unicode.IsLetter(r) {
			word = append(word, r)
			continue
		}
		flush()
		out = append(out, r)
	}
	flush()
	return string(out)
}

func repairWord(word []rune, foreign bool) []rune {
	var cyrillic, latin, only int
	for _, r := range word {
		switch {
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
			if _, ok := lookalikes[r]; !ok {
				only++
			}
		case unicode.Is(unicode.Latin, r):
			latin++
		}
	}
	table := lookalikes
	switch {
	case cyrillic == 0, latin == 0 && (only > 0 || foreign):
		return word
	case latin > 0 && only > 0:
		table = lookalikesBack
	}
	out := make([]rune, len(word))
	for i, r := range word {
		if to, ok := table[r]; ok {
			r = to
		}
		out[i] = r
	}
	return out
}
