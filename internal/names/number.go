package names

import "strconv"

func itoa(n int) string { return strconv.Itoa(n) }

var ones = map[string]int{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13,
	"fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
	"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
}

var tens = map[string]int{"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}

var romans = map[string]int{
	"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11, "xii": 12, "xiii": 13, "xiv": 14, "xv": 15,
	"xvi": 16, "xvii": 17, "xviii": 18, "xix": 19, "xx": 20, "xxi": 21, "xxii": 22, "xxiii": 23, "xxv": 25, "xxx": 30,
}

// numeral has every number word and Roman numeral.
var numeral = func() map[string]bool {
	m := map[string]bool{}
	for _, table := range []map[string]int{ones, tens, romans} {
		for w := range table {
			m[w] = true
		}
	}
	return m
}()

// number reads a number at ws[i]: digits, ordinals, number words (forty four)
// and Roman numerals that do not begin the name and are written in capitals.
// It returns how many words it took; 0 where there is none.
func number(ws []rawWord, i int) (value string, n int) {
	w := ws[i].text
	if w[0] >= '0' && w[0] <= '9' {
		digits := 0
		for digits < len(w) && w[digits] >= '0' && w[digits] <= '9' {
			digits++
		}
		if rest := w[digits:]; rest == "" || rest == "st" || rest == "nd" || rest == "rd" || rest == "th" {
			for digits > 1 && w[0] == '0' {
				w, digits = w[1:], digits-1
			}
			return w[:digits], 1
		}
		return "", 0
	}
	if len(w) > 11 || !ws[i].entry.numeral {
		return "", 0
	}
	if v, ok := tens[w]; ok {
		if i+1 < len(ws) {
			if unit, ok := ones[ws[i+1].text]; ok && unit < 10 {
				return itoa(v + unit), 2
			}
			if next := ws[i+1].text; len(next) == 1 && next[0] >= '1' && next[0] <= '9' {
				return itoa(v + int(next[0]-'0')), 2
			}
		}
		return itoa(v), 1
	}
	if v, ok := ones[w]; ok {
		return itoa(v), 1
	}
	if v, ok := romans[w]; ok && i > 0 && ws[i].upper && !ws[i].join && (i+1 == len(ws) || !ws[i+1].join) {
		if len(w) > 1 && (w != "xi" || i+1 == len(ws) || ws[i+1].text != "an") || len(w) == 1 && lastBeforeForm(ws, i) {
			return itoa(v), 1
		}
	}
	return "", 0
}

// lastBeforeForm says whether nothing but a legal form follows: the place
// where a lone V or X is a numeral (Partners V L.P.).
func lastBeforeForm(ws []rawWord, i int) bool {
	if i < 2 {
		return false
	}
	if i+1 == len(ws) {
		return true
	}
	for _, p := range ws[i+1].entry.phrases {
		if p.word.kind == Legal {
			return true
		}
	}
	return false
}
