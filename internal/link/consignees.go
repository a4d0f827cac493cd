package link

import (
	"cmp"
	"maps"
	"slices"

	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

// consignees are those that documents name, by where they are and for whom
// they stand, then by the words of their names: spellings with the same words
// are one.
type consignees map[consigneeGroup]map[string]*consignee

type consigneeGroup struct{ country, kind string }

type consignee struct {
	name      *names.Name
	spellings map[string]int
	count     int
}

func (c consignees) add(t *record.Trader) {
	n := names.Parse(t.Name, "")
	if n.Refused != "" {
		return
	}
	group := consigneeGroup{t.Country, standing(n)}
	if c[group] == nil {
		c[group] = map[string]*consignee{}
	}
	one := c[group][n.Key()]
	if one == nil {
		one = &consignee{name: n, spellings: map[string]int{}}
		c[group][n.Key()] = one
	}
	one.spellings[t.Name]++
	one.count++
}

// count counts the consignees of each group.
func (c consignees) count() []record.Consignees {
	var out []record.Consignees
	for group, named := range c {
		list := distinct(named)
		slices.Sort(list)
		out = append(out, record.Consignees{Country: group.country, Kind: group.kind, Count: len(list), Names: list})
	}
	slices.SortFunc(out, func(a, b record.Consignees) int { return compare(a.Country, b.Country, a.Kind, b.Kind) })
	return out
}

// mostCompared is how many of those that are named most a consignee is compared
// with: a supplier of thousands must not cost their square.
const mostCompared = 300

// distinct are the names of those that are not a spelling of another that more
// documents have: a letter that is missing makes no second consignee. What is
// near such a spelling only stays its own.
func distinct(named map[string]*consignee) []string {
	list := slices.SortedFunc(maps.Values(named), func(a, b *consignee) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.name.Key(), b.name.Key()))
	})
	var out []string
	var alone []*consignee
	for _, one := range list {
		if slices.ContainsFunc(alone, func(o *consignee) bool { return names.Similarity(one.name, o.name) >= names.Threshold }) {
			continue
		}
		if len(alone) < mostCompared {
			alone = append(alone, one)
		}
		out = append(out, slices.MinFunc(slices.Collect(maps.Keys(one.spellings)), func(a, b string) int {
			return cmp.Or(cmp.Compare(one.spellings[b], one.spellings[a]), cmp.Compare(a, b))
		}))
	}
	return out
}
