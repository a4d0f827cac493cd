package link

import (
	"context"
	"slices"

	"github.com/tripoint-data/tripoint/record"
)

// readPatents finds the patents that name a linked entity.
func (g *gathering) readPatents(ctx context.Context) error {
	for r, err := range g.facts.Scan(ctx, record.KindPatent, "") {
		if err != nil {
			if spoilt(err) {
				continue
			}
			return err
		}
		p, ok := r.(*record.Patent)
		if !ok {
			continue
		}
		var tags []*record.Tag
		read := false
		for _, naming := range namings(p) {
			ref := record.Mention{Name: naming.name, Country: naming.country}.Ref()
			for _, n := range g.strong[ref] {
				if !read {
					if tags, err = g.tagsOf(ctx, p.ID); err != nil {
						return err
					}
					read = true
				}
				g.draft(n.cluster).invention(p, naming, n, tags)
			}
			for _, n := range g.review[ref] {
				if g.isStrong(ref, n.cluster) {
					continue
				}
				c := g.draft(n.cluster).candidate(n)
				if seen := p.Ref().String(); !slices.Contains(c.Seen, seen) {
					c.Count++
					if len(c.Seen) < seenAtMost {
						c.Seen = append(c.Seen, seen)
					}
				}
			}
		}
	}
	return nil
}

func (g *gathering) tagsOf(ctx context.Context, patent string) ([]*record.Tag, error) {
	var out []*record.Tag
	for r, err := range g.facts.Scan(ctx, record.KindTag, patent+"/") {
		if err != nil {
			if spoilt(err) {
				continue
			}
			return nil, err
		}
		if t, ok := r.(*record.Tag); ok {
			out = append(out, t)
		}
	}
	return out, nil
}

// invention adds a document to its invention: documents with one application
// number are one.
func (d *draft) invention(p *record.Patent, naming naming, n named, tags []*record.Tag) {
	key := p.ApplicationNumber
	if key == "" {
		key = p.ID
	}
	v := d.inventions[key]
	if v == nil {
		v = &record.Invention{ApplicationNumber: p.ApplicationNumber, Title: p.Title, Documents: []record.InventionPaper{}, Roles: []string{}, NamedAs: []string{}, Link: n.link.ID}
		d.inventions[key] = v
	}
	if v.Title == "" { // an assignment's record may come first, and has none
		v.Title = p.Title
	}
	if !slices.ContainsFunc(v.Documents, func(o record.InventionPaper) bool { return o.ID == p.ID }) {
		v.Documents = append(v.Documents, record.InventionPaper{ID: p.ID, Published: p.Published, Granted: p.Granted})
		slices.SortFunc(v.Documents, func(a, b record.InventionPaper) int { // application, then grant
			return compare(paperDate(a), paperDate(b), a.ID, b.ID)
		})
		ref := p.Ref()
		d.why = append(d.why, record.Why{Kind: "patent", Text: p.ID + " names “" + naming.name + "” as " + naming.role, Ref: &ref})
		d.why = append(d.why, n.why("patents", naming.role)...)
	}
	v.Roles = insert(v.Roles, naming.role)
	v.NamedAs = insert(v.NamedAs, naming.name)
	for _, t := range tags {
		v.Tags = insert(v.Tags, t.ID)
		if t.Edition > v.Edition { // areas of the newest edition; the tags say the others
			v.Edition, v.Areas = t.Edition, nil
		}
		if t.Edition == v.Edition {
			v.Areas = insert(v.Areas, t.Area)
		}
	}
	d.finding.Synthetic = d.finding.Synthetic || p.Synthetic
}

func paperDate(p record.InventionPaper) string {
	if p.Granted != "" {
		return string(p.Granted)
	}
	return string(p.Published)
}

// insert puts s into a sorted list once.
func insert(list []string, s string) []string {
	i, found := slices.BinarySearch(list, s)
	if found {
		return list
	}
	return slices.Insert(list, i, s)
}

// compare orders by pairs of texts in turn.
func compare(pairs ...string) int {
	for i := 0; i+1 < len(pairs); i += 2 {
		switch {
		case pairs[i] < pairs[i+1]:
			return -1
		case pairs[i] > pairs[i+1]:
			return 1
		}
	}
	return 0
}
