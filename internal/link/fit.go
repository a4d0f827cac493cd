package link

import (
	"context"
	"errors"
	"fmt"

	"github.com/tripoint-data/tripoint/internal/names"
)

// FitCounts counts in how many of the distinct names of shipments each word
// stands, as names.UseCounts takes it, and says how many names counted. On the
// lists a word of the trade looks rare; what is rare, shipments say.
func FitCounts(ctx context.Context, facts Facts) (text string, distinct int, err error) {
	var c names.Counter
	last := ""
	for use, err := range facts.Names(ctx) {
		if err != nil {
			if spoilt(err) {
				continue
			}
			return "", 0, fmt.Errorf("link: names: %w", err)
		}
		if use.Name == last { // beside another country
			continue
		}
		if last = use.Name; c.Add(use.Name) {
			distinct++
		}
	}
	if distinct == 0 {
		return "", 0, errors.New("link: no shipment in the store names anybody: parse manifests first")
	}
	return c.Text(), distinct, nil
}
