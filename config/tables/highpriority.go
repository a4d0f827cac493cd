package tables

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed highpriority.tsv
var highPriorityTSV string

// highPriority is the tier of each heading.
var highPriority = sync.OnceValue(func() map[string]string {
	tiers := map[string]string{}
	for line := range strings.Lines(highPriorityTSV) {
		if tier, codes, ok := strings.Cut(line, "\t"); ok && line[0] != '#' {
			for _, code := range strings.Fields(codes) {
				tiers[code] = tier
			}
		}
	}
	return tiers
})

// HighPriority is the tier of the Common High Priority List on which a code of
// the Harmonized System stands, by its first six digits: 1, 2, 3A, 3B, 4A or
// 4B, or "" where it does not stand on it.
func HighPriority(hs string) string {
	if len(hs) < 6 {
		return ""
	}
	return highPriority()[hs[:6]]
}
