package link

import (
	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

// Candidates are the ids of the parties that a search for a name looks at,
// however it judges them.
func (x *Index) Candidates(m record.Mention) map[string]bool {
	n := names.Parse(m.Name, string(m.Type))
	if n.Refused != "" || n.Order {
		return nil
	}
	var s search
	s.begin(x, n, string(m.Type), leastBare)
	s.run()
	out := map[string]bool{}
	for alias, seen := range s.stamp {
		if seen == s.now {
			out[x.parties[x.aliases[alias].party].ID] = true
		}
	}
	return out
}
