package draft

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:embed words.txt
var wordsText string

// phrase is a name that columns have and what it stands for.
type phrase struct {
	target string
	words  string // folded, parted by blanks
}

// lexicon is what columns are called, by the kind of record.
type lexicon struct {
	phrases      map[string][]phrase
	sides, parts []phrase
	known        map[string]bool // all phrases
}

var loadWords = sync.OnceValue(func() *lexicon {
	l := &lexicon{phrases: map[string][]phrase{}, known: map[string]bool{}}
	for line := range strings.Lines(wordsText) {
		head, list, ok := strings.Cut(strings.TrimSpace(line), ":")
		kind, target, _ := strings.Cut(head, " ")
		if !ok || strings.HasPrefix(head, "#") {
			continue
		}
		for _, words := range strings.Split(list, ";") {
			p := phrase{target, fold(words)}
			switch kind {
			case "side":
				l.sides = append(l.sides, p)
			case "part":
				l.parts = append(l.parts, p)
			default:
				l.phrases[kind] = append(l.phrases[kind], p)
			}
			if p.words != "" {
				l.known[p.words] = true
			}
		}
	}
	return l
})

// knownWord says that a text is what some column is called.
func knownWord(s string) bool {
	l, words := loadWords(), fold(s)
	if l.known[words] {
		return true
	}
	target, _ := l.side(words)
	return target != ""
}

// fold brings a name to small letters without accents, its words parted by
// blanks: Street_Address and streetAddress are street address.
func fold(s string) string {
	var b strings.Builder
	last := rune(0)
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
			continue
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			b.WriteByte(' ')
		case unicode.IsUpper(r) && unicode.IsLower(last):
			b.WriteByte(' ')
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteRune(unicode.ToLower(r))
		}
		last = r
	}
	return strings.Join(strings.Fields(norm.NFC.String(b.String())), " ")
}

// match finds what a column's name stands for in a kind of record, and how
// well it fits: more words of the name accounted for fit better.
func (l *lexicon) match(kind, name string) (target string, score float64) {
	words := fold(name)
	if at := strings.LastIndexByte(name, '.'); at >= 0 && kind != "" { // a path: its end says most
		if t, s := l.match(kind, name[at+1:]); s >= 1 {
			return t, s
		}
	}
	for _, p := range l.phrases[kind] {
		if s := fit(words, p.words); s > score {
			target, score = p.target, s
		}
	}
	if kind == "shipment" {
		if t, s := l.side(words); s > score {
			target, score = t, s
		}
	}
	return target, score
}

// fit is 1 for the same words, and less the more words of the name a phrase
// leaves out.
func fit(name, phrase string) float64 {
	switch {
	case phrase == "":
		return 0
	case name == phrase:
		return 1
	case !strings.Contains(" "+name+" ", " "+phrase+" "):
		return 0
	}
	of, in := len(strings.Fields(name)), len(strings.Fields(phrase))
	if in == 1 && len([]rune(phrase)) < 3 {
		return 0 // a short word alone means too much
	}
	return 0.9 * float64(in) / float64(of)
}

// side puts a side and a part together: importador direccion. What belongs to
// a side and is no part that a record has, as a telephone, is none.
func (l *lexicon) side(words string) (target string, score float64) {
	for _, s := range l.sides {
		rest, ok := cutWords(words, s.words)
		if !ok {
			continue
		}
		for _, p := range l.parts {
			if rest == p.words {
				return s.target + "." + p.target, 1
			}
			if f := 0.95 * fit(rest, p.words); f > score {
				target, score = s.target+"."+p.target, f
			}
		}
	}
	if score < 0.4 {
		return "", 0
	}
	return target, score
}

// cutWords takes a phrase out of a name, and the small words beside it.
func cutWords(name, phrase string) (rest string, ok bool) {
	before, after, ok := strings.Cut(" "+name+" ", " "+phrase+" ")
	if !ok {
		return "", false
	}
	words := strings.Fields(before + " " + after)
	words = slices.DeleteFunc(words, func(w string) bool {
		return slices.Contains([]string{"de", "del", "la", "el", "of", "the", "du", "des", "de l", "s", "party"}, w)
	})
	return strings.Join(words, " "), true
}

// place is where a target stands among those of a kind of record: names first.
func (l *lexicon) place(kind, target string) int {
	if target == "addresses.country" {
		target = "addresses.postal_code"
	}
	at := slices.IndexFunc(l.phrases[kind], func(p phrase) bool { return p.target == target })
	if at < 0 && kind == "shipment" && !strings.Contains(target, ".") || target == "" {
		return len(l.phrases[kind])
	}
	return at
}

// contrary says that a word of a column's name speaks against what the others
// say: an e-mail address is no address.
func contrary(label, target string, score float64) bool {
	if at := strings.LastIndexByte(label, '.'); at >= 0 { // an object of something else
		for _, w := range strings.Fields(fold(label[:at])) {
			if slices.Contains([]string{"birth", "document", "documents", "parent", "agent", "contact"}, w) && target != "births" {
				return true
			}
		}
	}
	if score == 1 {
		return false
	}
	for _, w := range strings.Fields(fold(label)) {
		switch w {
		case "phone", "telephone", "tel", "telefono", "fax", "email", "mail", "correo", "website", "strength", "rate", "tax", "percentage", "check", "digit", "gender", "freight", "flete", "insurance", "seguro":
			return true
		case "date", "fecha", "datum", "дата", "year", "month":
			if !isDate(target) && target != "births" {
				return true
			}
		case "first", "second", "third", "fourth":
			if target == "name" {
				return true
			}
		case "type", "tipo", "typ":
			if target != "type" && target != "mode" && target != "flow" {
				return true
			}
		case "id", "code", "codigo", "cod", "number", "no":
			if strings.HasSuffix(target, "name") || strings.HasSuffix(target, "port") || target == "title" || strings.HasSuffix(target, "description") {
				return true
			}
		}
	}
	return false
}
