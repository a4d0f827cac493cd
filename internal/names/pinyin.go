package names

import "strings"

// The syllables that Chinese words are spelt with: an initial and a final.
// Some that no word has are allowed still, which does little harm here.
var (
	initials = []string{"zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r", "z", "c", "s", "y", "w"}
	finals   = []string{
		"iang", "iong", "uang", "ang", "eng", "ong", "ing", "ian", "iao", "uan", "uai", "ai", "ei", "ao", "ou", "an", "en", "ia", "ie", "iu", "in", "ua", "uo", "ui", "un", "ue", "er", "a", "o", "e", "i", "u",
	}
)

// isPinyin says that a folded word can be read as Chinese syllables in a row.
func isPinyin(w string) bool { return len(w) <= 24 && syllables(w, 0) }

func syllables(w string, read int) bool {
	if w == "" {
		return read > 0
	}
	start := 0
	for _, s := range initials {
		if len(w) > len(s) && w[:len(s)] == s {
			start = len(s)
			break
		}
	}
	if start == 0 && w[0] != 'a' && w[0] != 'e' && w[0] != 'o' {
		return false
	}
	first := byte(0)
	if start > 0 {
		first = w[0]
	}
	for _, s := range finals {
		switch {
		case strings.IndexByte("jqx", first) >= 0 && s[0] != 'i' && s[0] != 'u',
			strings.IndexByte("gkhfw", first) >= 0 && s[0] == 'i' && start == 1,
			strings.IndexByte("zcsr", first) >= 0 && s[0] == 'i' && s != "i":
			continue
		}
		if end := start + len(s); len(w) >= end && w[start:end] == s && syllables(w[end:], read+1) {
			return true
		}
	}
	return false
}
