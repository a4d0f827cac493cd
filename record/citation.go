package record

import (
	"regexp"
	"slices"
)

var citation = regexp.MustCompile(`(?i)\b([0-9]{1,3})\s*F\.?\s*R\.?\s*([0-9]{2,6})\b`)

// Citations takes the Federal Register citations out of a text, in one
// spelling: "68 F.R. 38290 6/27/03 71 F.R. 38843" is 68 FR 38290, 71 FR 38843.
// A text that cites in another way gives none.
func Citations(s string) []string {
	var out []string
	for _, m := range citation.FindAllStringSubmatch(s, -1) {
		if c := m[1] + " FR " + m[2]; !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}
