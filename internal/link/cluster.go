package link

import (
	"slices"

	"github.com/tripoint-data/tripoint/record"
)

// clusters joins parties that are one entity: union-find over ids, the
// smallest id of a cluster is its name.
type clusters map[string]string

func (c clusters) find(id string) string {
	for {
		up, ok := c[id]
		if !ok || up == id {
			return id
		}
		if next, ok := c[up]; ok {
			c[id] = next // the way gets shorter as it is walked
		}
		id = up
	}
}

func (c clusters) join(a, b string) {
	a, b = c.find(a), c.find(b)
	if b < a {
		a, b = b, a
	}
	if a != b {
		c[b] = a
	}
}

// Clusters maps every party to the smallest id of its cluster: parties are
// one entity where a chain of same_entity links of the bands certain and
// probable joins them.
func Clusters(parties []*record.Party, links []*record.Link) map[string]string {
	c := clusters{}
	for _, l := range links {
		if l.Relation == record.SameEntity && l.A.Kind == record.KindParty && l.B.Kind == record.KindParty && strong(l.Band) {
			c.join(l.A.ID, l.B.ID)
		}
	}
	out := make(map[string]string, len(parties))
	for _, p := range parties {
		out[p.ID] = c.find(p.ID)
	}
	return out
}

func strong(b record.Band) bool { return b == record.Certain || b == record.Probable }

// members lists the parties of each cluster, both in the order of ids.
func members(parties []*record.Party, of map[string]string) map[string][]*record.Party {
	out := map[string][]*record.Party{}
	for _, p := range parties {
		id := of[p.ID]
		out[id] = append(out[id], p)
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b *record.Party) int {
			if a.ID < b.ID {
				return -1
			}
			return 1
		})
	}
	return out
}
