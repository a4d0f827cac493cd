package snapshot

import (
	"strings"
	"unicode/utf8"
)

// csvGuard describes guard in datapackage.json.
const csvGuard = "a ' stands before every text, and every element of a joined list, that begins with = + - @ TAB CR LF NUL or their full-width forms, with or without ' before it; take one ' away to have the text back; number columns are exempt"

// joint stands between the elements of a list in one cell.
const joint = " | "

// guard puts a ' before a text that a spreadsheet would take for a formula.
// A text that begins with ' and such a sign gets another one, so that taking
// one away always gives the text back.
func guard(s string) string {
	if formula(s) {
		return "'" + s
	}
	return s
}

// unguard takes away what guard added.
func unguard(s string) string {
	if strings.HasPrefix(s, "'") && formula(s) {
		return s[1:]
	}
	return s
}

func formula(s string) bool {
	s = strings.TrimLeft(s, "'")
	if s == "" {
		return false
	}
	if s[0] < utf8.RuneSelf {
		return strings.IndexByte("=+-@\t\r\n\x00", s[0]) >= 0
	}
	r, _ := utf8.DecodeRuneInString(s)
	switch r {
	case '＝', '＋', '－', '＠', '\ufeff': // a byte order mark hides what follows
		return true
	}
	return false
}

// guardList joins a list into one cell, each element guarded.
func guardList(list []string) string {
	var b strings.Builder
	for _, s := range list {
		if s == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(joint)
		}
		b.WriteString(guard(s))
	}
	return b.String()
}
