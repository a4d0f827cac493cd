package ecfr

import (
	"regexp"
	"strings"
	"sync"

	"github.com/tripoint-data/tripoint/config/tables"
)

// legalForms are the forms that follow a name after a comma, folded.
var legalForms = sync.OnceValue(func() map[string]bool {
	forms := map[string]bool{"jr": true, "sr": true, "ii": true, "iii": true, "fsue": true, "fgup": true, "pe": true}
	for _, e := range tables.LegalForms() {
		for _, w := range e.Words {
			forms[foldForm(w)] = true
		}
	}
	return forms
})

// foldForm drops all but letters and blanks: Co., Ltd. is co ltd.
func foldForm(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '.', r == '\'', r == '’':
			return -1
		case r == '&', r == '/', r == '-', r == ',', r == '(', r == ')':
			return ' '
		}
		return r
	}, strings.ToLower(s))
	return strings.Join(strings.Fields(s), " ")
}

var (
	// addressWord is a word that begins or stands in a street or a place and
	// in no organization's name.
	addressWord = regexp.MustCompile(`(?i)\b(?:streets?|str|st|roads?|rd|avenue|ave?|boulevard|blvd|blv|lane|ln|drive|highway|hwy|expressway|embankment|nab|naberezhnaya|prospekt?|prosp|ul|ulitsa|ulica|pereulok|proezd|proyezd|shosse|ploshchad|bld|bldg|building|blok|block|room|rm|floor|fl|suite|ste|unit|flat|apt|apartment|office|litera?|korp(?:us)?|tower|house|mansion|plaza|p\.?\s?o\.? box|post box|box|poste restante|c/o|near|opp|opposite|behind|plot|shop|shops|warehouse|villa|gate|district|dist|township|village|town|city|county|province|prefecture|oblast|obl|raion|region|republic of|zone|free ?zone|freezone|industrial (?:area|park|zone|city)|science park|tech(?:nology)? park|jalan|jln|lorong|taman|rue|via|calle|carrer|avenida|av|rua|praca|strasse|straat|weg|platz|mah|mahallesi|mahalle|mh|cad|caddesi|cd|sok|sokak|sk|bulvar[iı]|square|sq|circle|crossing|bazaar|market|airport|port|harbou?r|quarter|km|mkr|microdistrict|pgt|pos|gorod|no)\b|\b(?:of|k|d|g|pr|per|pl)\.`)
	// certain is what only an address begins with: a number, a box, a room.
	certain = regexp.MustCompile(`(?i)^(?:no\.?\s*\d|#|\d|p\.?\s?o\.? box|post box|room |rm\.? |suite |unit |flat|floor |building |bldg|block |c/o|address:|ul\.|d\.|apt\.? |office |shop |plot |house )`)
	// orgWord is a word of an organization's name.
	orgWord = regexp.MustCompile(`(?i)\b(?:academy|association|bank|branch|bureau|cent(?:er|re)|chinese|college|committee|company|concern|corporation|corp|department|directorate|division|enterprise|establishment|factory|faculty|foundation|group|holding|institut[eo]?|institution|laborator(?:y|ies)|llc|ltd|limited|ministry|organi[sz]ation|plant|production|research|school|sciences?|service|society|trading|union|university|works|zavod|joint[ -]stock|ao|oao|pao|zao|ooo|npo|npp|jsc|pjsc|ojsc|kb|okb|design)\b`)
)

// maxCuts bounds how far into a text the end of a name is looked for.
const maxCuts = 40

// nameAndAddress cuts a text into the name at its beginning and the address
// after it; "" where there is none. It is not ok where what follows the name
// may belong to either: then the name is as short as it can be.
func nameAndAddress(s string) (name, address string, ok bool) { return cutName(s, false) }

// cutName is nameAndAddress; sentence says that the name ends with a full
// stop where an address follows.
func cutName(s string, sentence bool) (name, address string, ok bool) {
	if head, tail, cut := strings.Cut(s, "\n"); cut { // the name has its own line
		n, a, ok := cutName(head, sentence)
		if a != "" {
			a += "\n"
		}
		return n, a + tail, ok
	}
	s = strings.TrimSpace(s)
	unsure := ""
	for at, n := 0, 0; ; n++ {
		i := nextCut(s, at, sentence)
		if i < 0 {
			break
		}
		left, right := s[:i], strings.TrimLeft(s[i+1:], " ")
		if s[i] == '.' {
			left = s[:i+1]
		}
		if n == maxCuts {
			return left, "", false
		}
		piece := right
		if j := nextComma(right); j >= 0 {
			piece = right[:j]
		}
		at = i + 1
		switch {
		case s[i] == ',' && (isForm(piece) || isUnit(left, piece)):
		case unsure != "" && startsAddress(right):
			return unsure, "", false
		case startsAddress(right):
			return left, right, true
		case s[i] == ',' && unsure == "":
			unsure = left
		}
	}
	if unsure != "" {
		return unsure, "", false
	}
	return s, "", true
}

// An institute of an academy or a corporation stands after a comma in the
// name: Academy of Sciences, Institute of Physics.
var (
	whole = regexp.MustCompile(`(?i)\b(?:academy|universit(?:y|ies)|corporation|institute|ministry|group|enterprise)\b`)
	unit  = regexp.MustCompile(`(?i)\b(?:institut(?:e|ion)|branch|laborator(?:y|ies)|academy|department|faculty|bureau|cent(?:er|re) for|service cent(?:er|re)|test cent(?:er|re))\b`)
)

func isUnit(left, piece string) bool {
	return whole.MatchString(left) && unit.MatchString(piece) && !addressWord.MatchString(unit.ReplaceAllString(piece, ""))
}

// nextCut is where a name may end: at a comma outside brackets, or at a full
// stop after which a sentence or a number begins; -1 is nowhere.
func nextCut(s string, from int, sentence bool) int {
	return outside(s, func(i int) bool {
		switch {
		case i < from:
			return false
		case s[i] == ',':
			return true
		case s[i] != '.' || i+2 >= len(s) || s[i+1] != ' ' || strings.HasSuffix(strings.ToLower(s[:i]), " no"):
			return false
		}
		return certain.MatchString(s[i+2:]) || sentence && !initials.MatchString(s[:i]) && startsAddress(s[i+2:])
	})
}

// initials are letters before a full stop that ends no sentence: Sergey V.
var initials = regexp.MustCompile(`(?:^|[\s(])(?:[A-Za-z]\.)*[A-Z]$`)

func nextComma(s string) int {
	return outside(s, func(i int) bool { return s[i] == ',' || s[i] == ';' })
}

// outside is the first byte outside brackets that is wanted, or -1.
func outside(s string, wanted func(i int) bool) int {
	depth := 0
	for i := range len(s) {
		switch {
		case s[i] == '(':
			depth++
		case s[i] == ')':
			depth = max(0, depth-1)
		case depth == 0 && wanted(i):
			return i
		}
	}
	return -1
}

// isForm says that a piece after a comma is a legal form, or begins with one
// and goes on with brackets or another sentence: Ltd. (CGTC), Ltd. Room 5.
func isForm(piece string) bool {
	if head, _, ok := strings.Cut(piece, ". "); ok && !strings.Contains(head, "(") {
		piece = head
	}
	head, tail, _ := strings.Cut(piece, "(")
	if forms := legalForms(); forms[foldForm(head)] {
		return tail == "" || strings.HasSuffix(strings.TrimSpace(tail), ")")
	}
	return false
}

// startsAddress says that a text begins an address: with a number or a word
// of streets, or that it is no more than a place and its country.
func startsAddress(s string) bool {
	if certain.MatchString(s) {
		return true
	}
	piece := s
	if j := nextComma(s); j >= 0 {
		piece = s[:j]
	}
	if orgWord.MatchString(piece) {
		return false
	}
	if strings.ContainsAny(piece, "0123456789") || addressWord.MatchString(piece) {
		return true
	}
	first, _, _ := strings.Cut(s, ";")
	pieces := strings.Split(first, ",")
	return len(pieces) <= 4 && countryAtEnd(first) != "" && !orgWord.MatchString(first)
}

// endings are words whose full stop belongs to them.
var endings = regexp.MustCompile(`(?i)(?:^|[\s,(&])(?:ltd|ltda|co|inc|corp|bhd|bros|st[iİ]|jr|sr|intl|int'l|dept|mfg|tech|univ|pte|pvt|doc|tic|san|[A-ZÀ-Ž]|(?:[A-Za-z]\.)+[A-Za-z])\.$`)

// endOfName drops what ends a name's sentence, and no full stop of its own.
func endOfName(s string) string {
	s = strings.Trim(oneLine(s), " ,;:")
	if strings.HasSuffix(s, ".") && !endings.MatchString(s) {
		s = strings.TrimRight(s, ". ")
	}
	return s
}
