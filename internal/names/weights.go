package names

import (
	"math"
	"strconv"
	"strings"
	"sync"

	"github.com/tripoint-data/tripoint/config/tables"
)

// counts are the embedded token counts as weights: a word that many names
// have says less than a rare one.
var counts = sync.OnceValue(func() map[string]float32 {
	total := 1
	weights := map[string]float32{}
	for line := range strings.Lines(tables.TokenCounts()) {
		name, count, ok := strings.Cut(strings.TrimSpace(line), " ")
		n, err := strconv.Atoi(count)
		if !ok || err != nil || n < 1 {
			continue
		}
		if name == "names" {
			total = n
			continue
		}
		weights[name] = idf(n, total)
	}
	return weights
})

// idf falls from 1 for a word seen once to 0.4 for one that is everywhere.
func idf(count, total int) float32 {
	w := 1 - math.Log(float64(max(count, 1)))/math.Log(float64(max(total, 2)))
	return float32(max(0.4, min(1, 0.25+w)))
}

// weigh is the weight of a distinctive word.
func weigh(w *rawWord) float32 {
	if len(w.text) == 1 {
		return 0.3
	}
	weight := float32(1)
	if w.entry.weight > 0 {
		weight = w.entry.weight
	}
	if len(w.text) == 2 {
		weight = min(weight, 0.7)
	}
	return weight
}
