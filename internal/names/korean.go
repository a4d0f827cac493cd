package names

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// koreanFamilies are the names of families whose usual spelling is not that of
// their sound: in the North, and in the South.
var koreanFamilies = map[string][2]string{
	"이": {"ri", "lee"}, "박": {"pak", "park"}, "최": {"choe", "choi"}, "정": {"jong", "jung"}, "조": {"jo", "cho"}, "임": {"rim", "lim"},
	"유": {"ryu", "yoo"}, "노": {"ro", "roh"}, "나": {"ra", "na"}, "양": {"ryang", "yang"}, "오": {"o", "oh"}, "우": {"u", "woo"}, "안": {"an", "ahn"},
	"신": {"sin", "shin"}, "심": {"sim", "shim"}, "윤": {"yun", "yoon"}, "문": {"mun", "moon"}, "구": {"ku", "koo"}, "주": {"ju", "joo"}, "김": {"kim", "kim"},
	"강": {"kang", "kang"}, "권": {"kwon", "kwon"}, "곽": {"kwak", "kwak"},
}

// koreanLong are the families' names of two syllables.
var koreanLong = []string{"남궁", "황보", "제갈", "사공", "선우", "독고"}

// readKorean reads a person's name of two to four syllables of Hangul: the
// family's name, then the syllables of the given one, which Latin letters part
// or join as they please. A longer name, or one with other letters, it leaves.
func (n *Name) readKorean(s string) bool {
	name := strings.Join(strings.Fields(norm.NFC.String(s)), "")
	count := 0
	for _, r := range name {
		if r < 0xac00 || r > 0xd7a3 {
			return false
		}
		count++
	}
	if count < 2 || count > 4 {
		return false
	}
	family := string([]rune(name)[:1])
	for _, long := range koreanLong {
		if count > 2 && strings.HasPrefix(name, long) {
			family = long
		}
	}
	spelt, known := koreanFamilies[family]
	if !known {
		spelt = koreanSpellings(family)
	}
	n.addHangul(spelt)
	for _, r := range strings.TrimPrefix(name, family) {
		n.addHangul(koreanSpellings(string(r)))
	}
	n.Native = name
	return true
}

func (n *Name) addHangul(spelt [2]string) {
	n.add(Token{Text: spelt[0], Written: spelt[1], Weight: 1, hangul: true})
}

// koreanSpellings are syllables as lists of the North write them, and by the
// Revised Romanization of the South.
func koreanSpellings(syllables string) (spelt [2]string) {
	for _, r := range syllables {
		south := hangul(r)
		spelt[1] += south
		spelt[0] += northern.Replace(south)
	}
	return spelt
}

var northern = strings.NewReplacer("ng", "ng", "eo", "o", "eu", "u", "kk", "kk", "tt", "tt", "pp", "pp", "g", "k", "d", "t", "b", "p")

// koreanSound is what is left of the spellings of a Korean name by ear: the
// vowels that are written o, u, eo or eu are one, and so are hard and soft
// consonants.
func koreanSound(w string) string {
	w = koreanEar.Replace(w)
	switch {
	case len(w) > 1 && strings.ContainsRune("lry", rune(w[0])) && w[1] == 'i', len(w) > 1 && strings.ContainsRune("lr", rune(w[0])) && w[1] == 'y':
		return w[1:] // Ri, Lee and Yi, Ryu and Yoo
	case len(w) > 1 && strings.ContainsRune("lr", rune(w[0])):
		return "n" + w[1:] // Ro and Noh
	}
	return w
}

var koreanEar = strings.NewReplacer(
	"rh", "r", "ark", "ak", "ng", "ng",
	"yeo", "yo", "yoo", "yo", "you", "yo", "yu", "yo", "yae", "ye",
	"woo", "o", "weo", "wo", "wu", "o", "wae", "we", "oe", "we", "oi", "we",
	"eui", "i", "ui", "i", "ee", "i",
	"eoh", "o", "oh", "o", "uh", "o", "eo", "o", "eu", "o", "oo", "o", "ou", "o", "u", "o",
	"ae", "e", "ai", "e", "ay", "e", "ah", "a",
	"ch", "j", "jj", "j", "sh", "s", "ss", "s", "kk", "k", "g", "k", "tt", "t", "d", "t", "pp", "p", "b", "p",
)

// syllables meets a word in Latin letters with the two last syllables of a name
// in Hangul: Jongsik. turned: the Hangul is b's.
func (al *alignment) syllables(turned bool) {
	korean, latin, used, usedLatin := al.a, al.b, al.usedA, al.usedB
	if turned {
		korean, latin, used, usedLatin = al.b, al.a, al.usedB, al.usedA
	}
	from := len(korean.Tokens) - 2
	if from < 1 || !korean.Tokens[0].hangul || latin.Tokens[0].hangul || used>>from != 0 {
		return
	}
	given := koreanEar.Replace(korean.Tokens[from].Written + korean.Tokens[from+1].Written)
	for i := range latin.Tokens {
		if w := latin.Tokens[i].Written; usedLatin&(1<<i) == 0 && len(w) > 3 && koreanEar.Replace(w) == given {
			p := pair{3 << from, 1 << i, koreanAlike, 2, joined}
			if turned {
				p.a, p.b = p.b, p.a
			}
			al.meet(p)
			return
		}
	}
}

// koreanAlike is how alike two spellings of Korean syllables are that sound the
// same.
const koreanAlike = 0.95
