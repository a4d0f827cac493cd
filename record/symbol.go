package record

import (
	"regexp"
	"strings"
)

// A class symbol in the spellings of the sources: G06V40/45, G06V 40/45,
// G06V 40/45 20220101, G06V  40/45 (20220101), G06V40/45;G06V0040450000.
var (
	symbolSlash = regexp.MustCompile(`^([A-HY][0-9]{2}[A-Z])[\s\x{00a0}]*0*([0-9]{1,4})[\s\x{00a0}]*/[\s\x{00a0}]*([0-9]{2,6})(?:[^0-9].*)?$`)
	symbolFlat  = regexp.MustCompile(`^([A-HY][0-9]{2}[A-Z])([0-9]{4})([0-9]{6})$`)
	symbolShort = regexp.MustCompile(`^[A-HY]([0-9]{2}([A-Z])?)?$`)
)

// Symbol brings a CPC or IPC symbol to the form G06V40/45 — subclass, main
// group without leading zeros, slash, subgroup — dropping version dates. A
// section, class or subclass alone (G06V) is kept. It says false for a text
// that is no symbol.
func Symbol(s string) (string, bool) {
	s = strings.ToUpper(strings.TrimSpace(strings.ReplaceAll(s, "\u00a0", " ")))
	if m := symbolSlash.FindStringSubmatch(s); m != nil {
		return m[1] + m[2] + "/" + m[3], true
	}
	if m := symbolFlat.FindStringSubmatch(s); m != nil {
		group := strings.TrimLeft(m[2], "0")
		sub := strings.TrimRight(m[3], "0")
		if group == "" {
			return "", false
		}
		for len(sub) < 2 {
			sub += "0"
		}
		return m[1] + group + "/" + sub, true
	}
	if symbolShort.MatchString(s) {
		return s, true
	}
	return "", false
}
