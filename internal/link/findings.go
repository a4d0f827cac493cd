package link

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/tripoint-data/tripoint/record"
)

// What every finding says of its own limits.
var limits = []string{
	"names, addresses and identifiers only: no ownership data, no rule on owned companies is applied",
	"a possible link, not a verdict: each link says what spoke for and against it",
	"what no source at hand holds is not shown; absence of data is not absence of trade",
}

// named is a name in documents that is linked to clusters.
type named struct {
	name, country string
	cluster       string
	link          *record.Link
}

// why says by which link the name counts, and by which decision where one made
// it count.
func (n named) why(where, role string) []record.Why {
	ref := n.link.Ref()
	out := []record.Why{{Kind: "link", Text: "“" + n.name + "” in " + where + ": " + string(n.link.Band), Weight: n.link.Score, Ref: &ref, Method: n.link.Method}}
	if n.link.Basis == "decision" && len(n.link.Why) > 0 {
		d := n.link.Why[0]
		out = append(out, record.Why{Kind: d.Kind, Text: role + " " + n.name + ": " + d.Text, Ref: d.Ref})
	}
	return out
}

// gathering is all that findings are made of, by cluster.
type gathering struct {
	options  Options
	facts    Facts
	members  map[string][]*record.Party
	strong   map[record.Ref][]named // certain and probable
	review   map[record.Ref][]named
	byParty  map[string][]*record.Link // related and same_entity links between parties
	carriers map[string][]*record.Link // names related to a cluster
	cluster  map[string]string
	building map[string]*draft
}

// draft is a finding under way.
type draft struct {
	id         string
	finding    record.Finding
	shipments  []*moved
	withdrawn  int             // documents that the customs took back
	noted      []sighting      // shipments to read
	mentions   int             // in shipments
	seen       map[string]bool // shipments by role and id, of those to read
	leads      int             // onward leads, also those that are not listed
	inventions map[string]*record.Invention
	candidates map[string]*record.Candidate
	why        []record.Why
}

// Findings streams the findings of a store: one for each entity that a patent
// or a shipment names, or that has candidates, in the order of ids. Links are
// read from the store as Links made them; decisions made since are applied.
func Findings(ctx context.Context, facts Facts, options Options) iter.Seq2[*record.Finding, error] {
	return func(yield func(*record.Finding, error) bool) {
		g := &gathering{options: options.withDefaults(), facts: facts}
		for _, step := range []func(context.Context) error{g.readLinks, g.readNames, g.readNoted, g.readPatents, g.readShipments, g.readLeads} {
			if err := step(ctx); err != nil {
				yield(nil, fmt.Errorf("findings: %w", err))
				return
			}
		}
		for _, id := range slices.Sorted(maps.Keys(g.building)) {
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			f := g.finish(g.building[id])
			if len(f.Inventions)+len(f.Shipments)+len(f.Candidates) == 0 {
				continue // all that named it was taken back
			}
			if !yield(f, nil) {
				return
			}
		}
	}
}

// readLinks reads parties, links and decisions, and joins clusters.
func (g *gathering) readLinks(ctx context.Context) error {
	parties, err := collect[*record.Party](ctx, g.facts, record.KindParty)
	if err != nil {
		return err
	}
	links, err := collect[*record.Link](ctx, g.facts, record.KindLink)
	if err != nil {
		return err
	}
	decisions, err := collect[*record.Decision](ctx, g.facts, record.KindDecision)
	if err != nil {
		return err
	}
	if decisions, err = reopen(ctx, g.facts, decisions); err != nil {
		return err
	}
	links = Decide(links, decisions)
	persons := map[string]bool{}
	for _, p := range parties {
		persons[p.ID] = p.Type == record.Individual
	}
	g.cluster = Clusters(parties, links)
	g.members = members(parties, g.cluster)
	g.strong, g.review, g.byParty = map[record.Ref][]named{}, map[record.Ref][]named{}, map[string][]*record.Link{}
	g.building, g.carriers = map[string]*draft{}, map[string][]*record.Link{}
	apart := g.decidedApart(decisions)
	for _, l := range links {
		name, party := l.A, l.B
		switch {
		case l.A.Kind == record.KindParty && l.B.Kind == record.KindParty:
			g.byParty[l.A.ID] = append(g.byParty[l.A.ID], l)
			g.byParty[l.B.ID] = append(g.byParty[l.B.ID], l)
			continue
		case l.A.Kind == record.KindParty:
			name, party = l.B, l.A
		}
		id, ok := g.cluster[party.ID]
		if ok && name.Kind == record.KindName && l.Relation == record.Related {
			g.carriers[id] = append(g.carriers[id], l)
			continue
		}
		if !ok || name.Kind != record.KindName || l.Relation != record.SameEntity {
			continue
		}
		text, country := splitName(name.ID)
		n := named{text, country, id, l}
		if apart[name.String()+"\x00"+id] && l.Basis != "decision" {
			continue
		}
		if persons[party.ID] && l.Basis != "decision" {
			continue // a person by name alone never enters a finding
		}
		if strong(l.Band) {
			g.strong[name] = keepBest(g.strong[name], n)
		} else if l.Band == record.Review {
			g.review[name] = keepBest(g.review[name], n)
		}
	}
	return nil
}

// decidedApart are the names that were decided to be other than a party: they
// are other than its whole entity.
func (g *gathering) decidedApart(decisions []*record.Decision) map[string]bool {
	apart := map[string]bool{}
	for _, d := range lastDecisions(decisions) {
		if relation, name, party, ok := parseLinkID(d.Link); ok && relation == record.SameEntity && d.Verdict == Different && name.Kind == record.KindName {
			apart[name.String()+"\x00"+g.cluster[party.ID]] = true
		}
	}
	return apart
}

// keepBest keeps one link of a name to each cluster, the strongest.
func keepBest(list []named, n named) []named {
	i := slices.IndexFunc(list, func(o named) bool { return o.cluster == n.cluster })
	switch {
	case i < 0:
		return append(list, n)
	case n.link.Score > list[i].link.Score:
		list[i] = n
	}
	return list
}

// splitName reads NAME/COUNTRY: the country has two letters or none.
func splitName(id string) (name, country string) {
	for i := len(id) - 1; i >= 0 && i >= len(id)-3; i-- {
		if id[i] == '/' {
			return id[:i], id[i+1:]
		}
	}
	return id, ""
}

func collect[T record.Record](ctx context.Context, facts Facts, kind record.Kind) ([]T, error) {
	var out []T
	for r, err := range facts.Scan(ctx, kind, "") {
		if err != nil {
			if spoilt(err) {
				continue
			}
			return nil, err
		}
		if v, ok := r.(T); ok {
			out = append(out, v)
		}
	}
	return out, nil
}

func (g *gathering) draft(cluster string) *draft {
	d := g.building[cluster]
	if d == nil {
		d = &draft{id: cluster, seen: map[string]bool{}, inventions: map[string]*record.Invention{}, candidates: map[string]*record.Candidate{}}
		g.building[cluster] = d
	}
	return d
}

// readNames finds the linked names that shipments have, and the candidates.
func (g *gathering) readNames(ctx context.Context) error {
	for use, err := range g.facts.Names(ctx) {
		if err != nil {
			if spoilt(err) {
				continue
			}
			return err
		}
		ref := record.Mention{Name: use.Name, Country: use.Country}.Ref()
		for _, n := range g.strong[ref] {
			if err := g.addUses(ctx, g.draft(n.cluster), n); err != nil {
				return err
			}
		}
		for _, n := range g.review[ref] {
			if g.isStrong(ref, n.cluster) {
				continue
			}
			c := g.draft(n.cluster).candidate(n)
			c.Count += use.Count
			for u, err := range g.facts.Uses(ctx, use.Name, use.Country) {
				if err != nil {
					return err
				}
				if len(c.Seen) == seenAtMost {
					break
				}
				c.Seen = append(c.Seen, u.Shipment.String())
			}
		}
	}
	return nil
}

// seenAtMost is how many places a candidate shows; its count has them all.
const seenAtMost = 5

func (g *gathering) isStrong(ref record.Ref, cluster string) bool {
	return slices.ContainsFunc(g.strong[ref], func(n named) bool { return n.cluster == cluster })
}

func (d *draft) candidate(n named) *record.Candidate {
	c := d.candidates[n.link.ID]
	if c == nil {
		c = &record.Candidate{Name: n.name, Country: n.country, Score: n.link.Score, Link: n.link.ID}
		d.candidates[n.link.ID] = c
	}
	return c
}

// finish puts a finding together.
func (g *gathering) finish(d *draft) *record.Finding {
	f := &d.finding
	f.ID = d.id
	list := g.members[d.id]
	f.Entity = record.Entity{Parties: []string{}}
	f.Lists = []record.Listing{}
	inside := map[string]bool{}
	for _, p := range list {
		inside[p.ID] = true
		if f.Entity.Name == "" {
			f.Entity.Name, f.Entity.Type = p.Name, p.Type
		}
		f.Entity.Parties = append(f.Entity.Parties, p.ID)
		f.Entity.Countries = append(f.Entity.Countries, p.Countries...)
		f.Lists = append(f.Lists, p.Lists...)
		f.Synthetic = f.Synthetic || p.Synthetic
		ref := p.Ref()
		f.Why = append(f.Why, record.Why{Kind: "party", Text: "listed as “" + p.Name + "”", Ref: &ref})
	}
	slices.Sort(f.Entity.Countries)
	f.Entity.Countries = slices.Compact(f.Entity.Countries)
	g.relate(f, inside)
	for _, key := range slices.Sorted(maps.Keys(d.inventions)) {
		f.Inventions = append(f.Inventions, *d.inventions[key])
	}
	for _, id := range slices.Sorted(maps.Keys(d.candidates)) {
		f.Candidates = append(f.Candidates, *d.candidates[id])
	}
	slices.SortStableFunc(f.Candidates, func(a, b record.Candidate) int { return cmp.Compare(b.Score, a.Score) })
	if n, most := len(f.Candidates), g.options.MostMoved; n > most {
		f.Candidates = f.Candidates[:most]
		f.Limits = append(f.Limits, fmt.Sprintf("%d candidates, of which the %d nearest are listed", n, most))
	}
	d.summarize()
	slices.SortFunc(d.why, func(a, b record.Why) int {
		return compare(a.Kind, b.Kind, a.Text, b.Text, a.Ref.String(), b.Ref.String())
	})
	f.Why = append(f.Why, slices.CompactFunc(d.why, func(a, b record.Why) bool { return a.Text == b.Text && *a.Ref == *b.Ref })...)
	f.Limits = append(slices.Clone(limits), f.Limits...)
	if d.withdrawn > 0 {
		f.Limits = append(f.Limits, fmt.Sprintf("%d documents of status Deleted are left out", d.withdrawn))
	}
	return f
}

// relate adds why the members are one entity, and who else is related.
func (g *gathering) relate(f *record.Finding, inside map[string]bool) {
	seen := map[string]bool{}
	for _, id := range f.Entity.Parties {
		for _, l := range g.byParty[id] {
			if seen[l.ID] {
				continue
			}
			seen[l.ID] = true
			ref := l.Ref()
			outer := other(l, record.Ref{Kind: record.KindParty, ID: id})
			switch {
			case inside[l.A.ID] && inside[l.B.ID]:
				if l.Relation == record.SameEntity && strong(l.Band) {
					f.Why = append(f.Why, record.Why{Kind: "link", Text: l.A.ID + " and " + l.B.ID + " are one entity: " + string(l.Band), Weight: l.Score, Ref: &ref, Method: l.Method})
				}
			case l.Relation == record.Related:
				f.Related = append(f.Related, record.RelatedTo{Party: outer.ID, Name: g.nameOf(outer.ID), Basis: l.Basis, Link: l.ID})
			}
		}
	}
	for _, l := range g.carriers[f.ID] {
		if g.isStrong(l.A, f.ID) {
			continue // it counts as the entity itself
		}
		name, _ := splitName(l.A.ID)
		if r := (record.RelatedTo{Name: name, Basis: l.Basis, Link: l.ID}); !slices.ContainsFunc(f.Related, func(o record.RelatedTo) bool { return o.Party == "" && o.Name == name && o.Basis == r.Basis }) {
			f.Related = append(f.Related, r)
		}
	}
	slices.SortFunc(f.Related, func(a, b record.RelatedTo) int {
		if (a.Party == "") != (b.Party == "") { // the listed first
			return -compare(a.Party, b.Party)
		}
		return compare(a.Party, b.Party, a.Name, b.Name, a.Basis, b.Basis)
	})
}

func (g *gathering) nameOf(party string) string {
	for _, p := range g.members[g.cluster[party]] {
		if p.ID == party {
			return p.Name
		}
	}
	return party
}

// brands are the names of a cluster that goods can carry.
func (g *gathering) brands(cluster string) []string {
	var out []string
	for _, p := range g.members[cluster] {
		out = append(out, brandsOf(p)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
