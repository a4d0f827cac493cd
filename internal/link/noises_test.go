package link_test

import (
	"cmp"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/internal/names"
)

// noise is one way in which manifests write a name otherwise than a list does.
// It returns "" where a name has nothing to be spoilt so.
type noise struct {
	kind   string
	places bool // the places of the name are lost
	spoil  func(name string, r *rand.Rand) string
}

var noises = []noise{
	{"capitals", false, func(name string, _ *rand.Rand) string { return name }},
	{"cut at 35", true, func(name string, _ *rand.Rand) string {
		if len(name) <= 35 || !isFirm(name[:strings.LastIndexByte(name[:36], ' ')]) { // else nothing is left by which to know it
			return ""
		}
		return name[:35]
	}},
	{"abbreviated", false, abbreviate},
	{"city dropped", true, dropCity},
	{"form dropped", false, dropForm},
	{"one typing error", false, func(name string, r *rand.Rand) string { return mistype(name, r) }},
	{"two typing errors", false, func(name string, r *rand.Rand) string {
		if len(name) < 15 {
			return ""
		}
		return mistype(mistype(name, r), r)
	}},
	{"words swapped", false, swapWords},
	{"word split", false, splitWord},
	{"words joined", false, joinWords},
	{"address run in", false, func(name string, r *rand.Rand) string {
		roads := []string{"NO 555 QIANMO ROAD BINJIANG DISTRICT", "ROOM 1201 BLDG 3 FUHUA RD SHENZHEN 518000", "12 LENINA STREET MOSCOW 127083", "P.O. BOX 42340 DUBAI U.A.E."}
		return name + " " + roads[r.IntN(len(roads))]
	}},
	{"transliterated otherwise", false, respell},
}

// short are abbreviations that manifests use, of the words that they shorten.
var short = map[string]string{
	"TECHNOLOGY": "TECH", "TECHNOLOGIES": "TECHS", "INTERNATIONAL": "INTL", "TRADING": "TRDG", "ELECTRONICS": "ELEC",
	"ELECTRONIC": "ELEC", "COMPANY": "COMP", "LIMITED": "LTD", "CORPORATION": "CORP", "INDUSTRY": "IND", "INDUSTRIAL": "INDL", "DEVELOPMENT": "DEV",
	"SERVICES": "SVCS", "MANUFACTURING": "MFG", "EQUIPMENT": "EQUIP", "ENGINEERING": "ENGRG", "COMMUNICATIONS": "COMM", "COMMUNICATION": "COMM",
	"GROUP": "GRP", "INSTITUTE": "INST", "RESEARCH": "RES", "SCIENTIFIC": "SCI", "SCIENCE": "SCI", "SCIENCES": "SCI", "IMPORT": "IMP", "EXPORT": "EXP", "SYSTEMS": "SYS",
	"AVIATION": "AVN", "LABORATORY": "LAB", "UNIVERSITY": "UNIV", "DEPARTMENT": "DEPT", "ASSOCIATION": "ASSN", "GENERAL": "GEN", "LOGISTICS": "LOG",
}

var wholeWords = regexp.MustCompile(`[A-Z]+`)

// abbreviate shortens whole words: nobody writes ELECA for ELECTRONICA.
func abbreviate(name string, _ *rand.Rand) string {
	return changed(name, wholeWords.ReplaceAllStringFunc(name, func(w string) string { return cmp.Or(short[w], w) }))
}

func changed(name, other string) string {
	if other == name {
		return ""
	}
	return other
}

var cityWords = func() map[string]bool {
	m := map[string]bool{}
	for _, e := range tables.Places() {
		if e.Role == "country" { // branches of one group are told apart by these
			continue
		}
		for _, w := range e.Words {
			m[strings.ToUpper(w)] = true
		}
	}
	return m
}()

// dropCity leaves out a place in front or in brackets, where a word of the
// name's own is left.
func dropCity(name string, _ *rand.Rand) string {
	f := strings.Fields(name)
	f = slices.DeleteFunc(f, func(w string) bool { return cityWords[strings.Trim(w, "(),.")] })
	rest := strings.Join(f, " ")
	if rest == name || !isFirm(rest) {
		return ""
	}
	return rest
}

func dropForm(name string, _ *rand.Rand) string {
	rest := name
	for {
		next := strings.TrimRight(rest, " .,")
		for _, form := range []string{" CO", " LTD", " LIMITED", " COMPANY", " CORPORATION", " INC", " LLC", " CORP", " JSC", " OOO", " GMBH", " FZE", " PVT", " (PVT"} {
			next = strings.TrimSuffix(next, form)
		}
		if next == rest {
			return changed(name, rest)
		}
		rest = next
	}
}

// mistype makes one slip of the pen among the letters.
func mistype(name string, r *rand.Rand) string {
	b := []byte(name)
	for range 100 {
		i := r.IntN(len(b) - 1)
		if b[i] < 'A' || b[i] > 'Z' || b[i+1] < 'A' || b[i+1] > 'Z' {
			continue
		}
		switch other := byte('A' + r.IntN(26)); r.IntN(4) {
		case 0:
			return string(slices.Delete(b, i, i+1))
		case 1:
			return string(slices.Insert(b, i, other))
		case 2:
			b[i] = other
			return string(b)
		default:
			b[i], b[i+1] = b[i+1], b[i]
			return string(b)
		}
	}
	return ""
}

// swapWords changes two words that stand side by side and are neither a legal
// form nor one place of several words.
func swapWords(name string, r *rand.Rand) string {
	words := map[string]bool{}
	for _, t := range names.Parse(name, names.Organization).Tokens {
		place := t.Kind == names.City || t.Kind == names.Country
		for _, w := range strings.Fields(strings.ToUpper(t.Written)) {
			words[w] = !place || w == strings.ToUpper(t.Written)
		}
	}
	f := strings.Fields(name)
	var at []int
	for i := range len(f) - 1 {
		if words[f[i]] && words[f[i+1]] && strings.Trim(f[i]+f[i+1], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
			at = append(at, i)
		}
	}
	if len(at) == 0 || len(words) < 2 {
		return ""
	}
	i := at[r.IntN(len(at))]
	f[i], f[i+1] = f[i+1], f[i]
	return strings.Join(f, " ")
}

// splitWord writes the longest word as two.
func splitWord(name string, r *rand.Rand) string {
	f := strings.Fields(name)
	longest := 0
	for i := range f {
		if len(f[i]) > len(f[longest]) {
			longest = i
		}
	}
	w := f[longest]
	if len(w) < 7 || strings.Trim(w, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return ""
	}
	i := 3 + r.IntN(len(w)-5)
	f[longest] = w[:i] + " " + w[i:]
	return strings.Join(f, " ")
}

// joinWords runs the first two words into one.
func joinWords(name string, _ *rand.Rand) string {
	f := strings.Fields(name)
	if len(f) < 3 || strings.Trim(f[0]+f[1], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || len(f[0]) < 3 || len(f[1]) < 3 {
		return ""
	}
	return f[0] + strings.Join(f[1:], " ")
}

var respellings = [][2]string{
	{"SKIY", "SKY"}, {"SKAYA", "SKAIA"}, {"IY", "Y"}, {"KH", "H"}, {"YA", "IA"}, {"YU", "IU"}, {"OU", "U"}, {"EE", "I"}, {"TS", "TZ"}, {"DJ", "J"}, {"OY", "OI"}, {"IYE", "IE"}, {"EV", "EW"},
}

// respell writes the first row of letters that scripts leave open otherwise,
// in a word of the name's own.
func respell(name string, _ *rand.Rand) string {
	f := strings.Fields(name)
	own := ownWords(name)
	for i, w := range f {
		if !own[w] {
			continue
		}
		for _, s := range respellings {
			if strings.Contains(w, s[0]) && len(w) > 4 {
				f[i] = strings.Replace(w, s[0], s[1], 1)
				return strings.Join(f, " ")
			}
		}
	}
	return ""
}

// ownWords are the words of a name that no table knows.
func ownWords(name string) map[string]bool {
	own := map[string]bool{}
	for _, t := range names.Parse(name, names.Organization).Tokens {
		if t.Kind == names.Distinctive {
			own[strings.ToUpper(t.Written)] = true
		}
	}
	return own
}

// stranger makes a firm that shares all with a listed one but its own words.
func stranger(name string, r *rand.Rand) string {
	f := strings.Fields(name)
	own := ownWords(name)
	some := false
	for i, w := range f {
		bare := strings.Map(func(c rune) rune {
			if c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
				return c
			}
			return -1
		}, w)
		if own[bare] {
			f[i], some = madeWord(r), true
		}
	}
	if !some {
		return ""
	}
	return strings.Join(f, " ")
}

// madeWord is a word such as firms take for their own.
func madeWord(r *rand.Rand) string {
	list := []string{
		"HAI", "KANG", "XIN", "JIN", "LONG", "TAI", "DA", "FU", "GUO", "HUA", "MING", "YUAN", "SHENG", "BO", "RUI", "LIAN", "XING", "HENG", "YI", "TONG", "DE", "LI", "ZHENG", "AN", "YANG",
		"VEK", "TOR", "NOV", "PROM", "STROY", "MASH", "ROS", "TEH", "ARM", "SIB", "VOST", "AL", "NAS", "KAR", "BAR", "DAN", "MER", "SAN", "VIT", "LEX", "NEX", "TRI", "OM", "ZAR",
	}
	half := len(list) / 2
	if r.IntN(2) == 0 {
		list = list[:half]
	} else {
		list = list[half:]
	}
	var w string
	for range 2 + r.IntN(2) {
		w += list[r.IntN(len(list))]
	}
	return w
}
