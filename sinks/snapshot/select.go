package snapshot

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// selection decides what of the input a snapshot shows: nothing suppressed,
// nothing of a source that may not be passed on, and no judgement that rests
// on what is left out.
type selection struct {
	sources    []SourceInfo // sorted by id
	byID       map[string]SourceInfo
	private    bool
	demo       bool
	inventors  bool
	suppressed map[string]bool     // kind:id and bare ids
	hidden     map[record.Ref]bool // left out so far, but for shipments of a hidden source
}

func newSelection(in Input, opt Options) *selection {
	s := &selection{
		sources: slices.Clone(in.Sources), byID: make(map[string]SourceInfo), private: in.Private, demo: in.Demo,
		inventors: opt.Inventors, suppressed: make(map[string]bool), hidden: make(map[record.Ref]bool),
	}
	slices.SortFunc(s.sources, func(a, b SourceInfo) int { return strings.Compare(a.ID, b.ID) })
	for i, src := range s.sources {
		s.sources[i].Fetched = src.Fetched.UTC()
		s.byID[src.ID] = src
	}
	for _, x := range in.Suppress {
		s.suppressed[x.ID] = true
	}
	return s
}

// shows says whether a source's facts may stand in the snapshot.
func (s *selection) shows(src SourceInfo) bool {
	return s.private || strings.EqualFold(src.Redistribute, "yes")
}

func (s *selection) showsID(id string) bool { return s.shows(s.byID[id]) }

// out says whether the record behind a ref is left out.
func (s *selection) out(r record.Ref) bool {
	if s.suppressed[r.String()] || s.suppressed[r.ID] || s.hidden[r] {
		return true
	}
	if r.Kind == record.KindShipment { // its id begins with its source: nothing to remember
		source, _, ok := strings.Cut(r.ID, "/")
		return ok && !s.showsID(source)
	}
	return false
}

func (s *selection) outID(kind record.Kind, id string) bool {
	return id != "" && s.out(record.Ref{Kind: kind, ID: id})
}

// take returns the record as the snapshot shows it, or nil. The record handed
// in is not changed.
func (s *selection) take(r record.Record, st *statistics) (record.Record, error) {
	if synthetic(r) && !s.demo {
		return nil, fmt.Errorf("%s is generated data: it belongs in a demo snapshot only", r.Ref())
	}
	shown, source := s.show(r)
	if shown != nil {
		return shown, nil
	}
	ref := r.Ref()
	switch {
	case s.suppressed[ref.String()] || s.suppressed[ref.ID]:
		st.Suppressed++
	case source != "":
		st.LeftOut[source]++
	default:
		st.RestingOnLeftOut++
	}
	if !s.out(ref) { // else its id says so already
		s.hidden[ref] = true
	}
	return nil, nil
}

func synthetic(r record.Record) bool {
	switch r := r.(type) {
	case *record.Party:
		return r.Synthetic
	case *record.Patent:
		return r.Synthetic
	case *record.Shipment:
		return r.Synthetic
	case *record.Tag:
		return r.Synthetic
	case *record.Link:
		return r.Synthetic
	case *record.Finding:
		return r.Synthetic
	case *record.Decision:
		return r.Synthetic
	}
	return false
}

// show is the record without what is left out, or nil and the source that
// may not be passed on.
func (s *selection) show(r record.Record) (record.Record, string) {
	if s.out(r.Ref()) {
		if r.Ref().Kind == record.KindShipment {
			source, _, _ := strings.Cut(r.Ref().ID, "/")
			return nil, source
		}
		return nil, ""
	}
	switch r := r.(type) {
	case *record.Party:
		return s.fact(r, r.Origin)
	case *record.Shipment:
		return s.fact(r, r.Origin)
	case *record.Patent:
		if len(r.Inventors) > 0 && !s.inventors {
			p := *r
			p.Inventors = nil
			r = &p
		}
		return s.fact(r, r.Origin)
	case *record.Tag:
		if s.outID(record.KindPatent, r.Patent) {
			return nil, ""
		}
		t := *r
		t.Why = s.why(r.Why)
		return &t, ""
	case *record.Link:
		l := *r
		l.Why = s.why(r.Why)
		if s.out(r.A) || s.out(r.B) || documents(r.Why) > 0 && documents(l.Why) == 0 {
			return nil, "" // a name that only documents left out have is theirs
		}
		return &l, ""
	case *record.Decision:
		if s.outID(record.KindLink, r.Link) || s.linkEndOut(r.Link) {
			return nil, ""
		}
	case *record.Finding:
		if f := s.finding(r); f != nil {
			return f, ""
		}
		return nil, ""
	}
	return r, ""
}

func (s *selection) fact(r record.Record, o *record.Origin) (record.Record, string) {
	source := "unknown"
	if o != nil && o.Source != "" {
		source = o.Source
	}
	if s.showsID(source) {
		return r, ""
	}
	return nil, source
}

// linkEndOut says whether a link's id names a party that is left out: the link
// itself may be gone while the decision on it stands.
func (s *selection) linkEndOut(id string) bool {
	for part := range strings.SplitSeq(id, "/") {
		if ref, err := record.ParseRef(part); err == nil && s.out(ref) {
			return true
		}
	}
	return false
}

// documents counts the evidence that points at patents and shipments.
func documents(list []record.Why) (n int) {
	for _, w := range list {
		if w.Ref != nil && (w.Ref.Kind == record.KindPatent || w.Ref.Kind == record.KindShipment) {
			n++
		}
	}
	return n
}

func (s *selection) why(in []record.Why) []record.Why {
	return without(in, func(w record.Why) bool { return w.Ref != nil && s.out(*w.Ref) })
}

// without is a list without what is to go. The list itself is not changed,
// and returned where nothing goes.
func without[T any](in []T, goes func(T) bool) []T {
	if !slices.ContainsFunc(in, goes) {
		return in
	}
	return slices.DeleteFunc(slices.Clone(in), goes)
}
