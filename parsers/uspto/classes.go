package uspto

import (
	"regexp"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// Symbols reads CPC or IPC symbols, written one by one or with semicolons
// between them, in the order of the document and each once. What is no symbol
// (the Locarno class of a design) is left out.
func Symbols(texts ...string) []string {
	return distinct(texts, record.Symbol)
}

// USPC reads classes of the former national scheme: 166/280.2, 257/E21.219,
// D15/28. The class 1/1 of newer documents is a placeholder and left out.
func USPC(texts ...string) []string {
	return distinct(texts, func(s string) (string, bool) {
		s = strings.ToUpper(strings.ReplaceAll(Absent(s), " ", ""))
		return s, s != "1/1" && uspc.MatchString(s)
	})
}

var uspc = regexp.MustCompile(`^(?:[0-9]{1,3}|D[0-9]{1,2}|PLT|G9B)/[0-9A-Z][0-9A-Z.]*$`)

func distinct(texts []string, read func(string) (string, bool)) []string {
	var out []string
	seen := map[string]bool{}
	for _, text := range texts {
		for part := range strings.SplitSeq(text, ";") {
			if v, ok := read(part); ok && !seen[v] {
				seen[v] = true
				out = append(out, v)
			}
		}
	}
	return out
}

// FixedUSPC reads a class as the XML writes it, by columns: three of the
// class, three of the subclass, then its decimals or letters ("D 6588" is
// D6/588, "345952000" 345/952, "257E21219" 257/E21.219, "D14138AD" D14/138AD).
func FixedUSPC(s string) string {
	if len(s) < 4 {
		return ""
	}
	trim := func(s string) string { return strings.TrimLeft(strings.ReplaceAll(s, " ", ""), "0") }
	class := trim(s[:3])
	if rest, ok := strings.CutPrefix(class, "D"); ok {
		class = "D" + trim(rest)
	}
	rest := s[3:]
	if len(rest) <= 3 {
		return class + "/" + trim(rest)
	}
	sub, tail := trim(rest[:3]), strings.ReplaceAll(rest[3:], " ", "")
	if tail = strings.TrimRight(tail, "0"); tail == "" {
		return class + "/" + sub
	}
	if tail[0] >= '0' && tail[0] <= '9' {
		tail = "." + tail
	}
	return class + "/" + sub + tail
}

// FixedIPC reads an IPC symbol by columns: four of the subclass, three of the
// main group, then the subgroup ("G06F 1516" is G06F15/16).
func FixedIPC(s string) string {
	if len(s) < 8 || strings.Contains(s, "/") {
		return s
	}
	return s[:4] + strings.TrimSpace(s[4:7]) + "/" + strings.TrimSpace(s[7:])
}
