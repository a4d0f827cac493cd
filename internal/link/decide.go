package link

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// The verdicts of decisions.
const (
	Same      = "same"
	Different = "different"
	Unsure    = "unsure"
)

// Decide lets analysts' decisions win over the scores: same makes a link
// certain with basis decision (also one that no score had made), different
// removes it, unsure puts it to review. Of several decisions on one link the
// last made counts. The links come back sorted by id.
func Decide(links []*record.Link, decisions []*record.Decision) []*record.Link {
	last := lastDecisions(decisions)
	out := make([]*record.Link, 0, len(links)+len(last))
	for _, l := range links {
		d := last[l.ID]
		delete(last, l.ID)
		if l = decided(l, d); l != nil {
			out = append(out, l)
		}
	}
	for _, d := range last {
		if l := newLink(d); l != nil {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(a, b *record.Link) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

func lastDecisions(decisions []*record.Decision) map[string]*record.Decision {
	last := map[string]*record.Decision{}
	for _, d := range decisions {
		old := last[d.Link]
		if old == nil || d.Made.After(old.Made) || d.Made.Equal(old.Made) && d.ID > old.ID {
			last[d.Link] = d
		}
	}
	return last
}

// decided is l after a decision, or nil where the decision removes it. l
// itself is not changed.
func decided(l *record.Link, d *record.Decision) *record.Link {
	if d == nil || l.Relation != record.SameEntity || slices.ContainsFunc(l.Why, func(w record.Why) bool { return w.Ref != nil && *w.Ref == d.Ref() }) {
		return l
	}
	changed := *l
	switch d.Verdict {
	case Same:
		changed.Basis, changed.Band, changed.Score = "decision", record.Certain, 1
	case Unsure:
		changed.Basis, changed.Band = "decision", record.Review
	case Different:
		return nil
	default:
		return l
	}
	changed.Why = append(decisionWhy(d, "by name only "+string(l.Band)), l.Why...)
	return &changed
}

// decisionWhy says what was decided beside what the name alone gave, then who
// decided it.
func decisionWhy(d *record.Decision, byName string) []record.Why {
	text := d.Verdict + " by decision"
	if d.Source != "" {
		text += " (source: " + d.Source + ")"
	}
	who := "decided by " + d.By
	if !d.Made.IsZero() {
		who += " on " + string(record.DateOf(d.Made))
	}
	if d.Note != "" {
		who += ": " + d.Note
	}
	ref := d.Ref()
	return []record.Why{
		{Kind: "decision", Text: text + ", " + byName, Weight: 1, Ref: &ref},
		{Kind: "decision", Text: who, Ref: &ref},
	}
}

// newLink is the link that a decision alone makes.
func newLink(d *record.Decision) *record.Link {
	relation, a, b, ok := parseLinkID(d.Link)
	if !ok || relation != record.SameEntity || d.Verdict != Same && d.Verdict != Unsure {
		return nil
	}
	l := &record.Link{Relation: relation, Basis: "decision", Score: 1, Band: record.Certain, Method: Method(), Synthetic: d.Synthetic}
	l.ID, l.A, l.B = record.LinkID(relation, a, b)
	if d.Verdict == Unsure {
		l.Score, l.Band = 0, record.Review
	}
	l.Why = decisionWhy(d, "by name only no link")
	return l
}

// parseLinkID reads relation/a/b back. Names and ids may hold slashes, kinds
// do not: b begins at the last "/party:".
func parseLinkID(id string) (relation string, a, b record.Ref, ok bool) {
	relation, rest, ok := strings.Cut(id, "/")
	at := strings.LastIndex(rest, "/"+string(record.KindParty)+":")
	if !ok || at < 0 {
		return "", a, b, false
	}
	a, errA := parseRef(rest[:at])
	b, errB := parseRef(rest[at+1:])
	return relation, a, b, errA == nil && errB == nil
}

// parseRef is record.ParseRef without its trimming: a name's country may be
// empty and its blanks are its own.
func parseRef(s string) (record.Ref, error) {
	kind, id, ok := strings.Cut(s, ":")
	if !ok || id == "" || kind != string(record.KindName) && kind != string(record.KindParty) {
		return record.Ref{}, fmt.Errorf("%q is no party and no name", s)
	}
	return record.Ref{Kind: record.Kind(kind), ID: id}, nil
}
