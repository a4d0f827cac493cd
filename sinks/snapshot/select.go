package snapshot

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// selection decides what of the input a snapshot shows: nothing suppressed,
// no row of a source that may not be passed on, and no judgement that rests on
// what is left out.
type selection struct {
	sources    []SourceInfo // sorted by id
	byID       map[string]SourceInfo
	private    bool
	demo       bool
	inventors  bool
	suppressed map[string]bool     // kind:id and bare ids: whether it hid anything
	hidden     map[record.Ref]bool // left out so far, whole or in part, but for shipments of a hidden source
	stats      *statistics
}

func newSelection(in Input, opt Options, stats *statistics) *selection {
	s := &selection{
		sources: slices.Clone(in.Sources), byID: make(map[string]SourceInfo), private: in.Private, demo: in.Demo,
		inventors: opt.Inventors, suppressed: make(map[string]bool), hidden: make(map[record.Ref]bool), stats: stats,
	}
	slices.SortFunc(s.sources, func(a, b SourceInfo) int { return strings.Compare(a.ID, b.ID) })
	for i, src := range s.sources {
		s.sources[i].Fetched = src.Fetched.UTC()
		s.byID[src.ID] = src
	}
	for _, x := range in.Suppress {
		s.suppressed[x.ID] = false
	}
	return s
}

// shows says whether a source's facts may stand in the snapshot.
func (s *selection) shows(src SourceInfo) bool {
	return s.private || strings.EqualFold(src.Redistribute, "yes")
}

func (s *selection) showsID(id string) bool { return s.shows(s.byID[id]) }

// keep says whether a source's row of a record may stand in the snapshot. A
// fact that loses a row stands by its other rows, the judgements on it do not:
// they saw the row.
func (s *selection) keep(r record.Ref, source string) bool {
	fact := r.Kind == record.KindParty || r.Kind == record.KindPatent || r.Kind == record.KindShipment
	if !fact || s.showsID(source) || s.withdrawn(r) {
		return true
	}
	s.stats.LeftOut[source]++
	s.hide(r)
	return false
}

// withdrawn says whether a record is suppressed.
func (s *selection) withdrawn(r record.Ref) bool {
	is := false
	for _, name := range []string{r.String(), r.ID} {
		if _, ok := s.suppressed[name]; ok {
			s.suppressed[name], is = true, true
		}
	}
	return is
}

// idle are the suppressions that have hidden nothing.
func (s *selection) idle(all []Suppressed) []Suppressed {
	return without(all, func(x Suppressed) bool { return s.suppressed[x.ID] })
}

// hide remembers that a record is left out, unless its id says so.
func (s *selection) hide(r record.Ref) {
	if !s.out(r) {
		s.hidden[r] = true
	}
}

// out says whether the record behind a ref is left out, whole or in part.
func (s *selection) out(r record.Ref) bool {
	if s.withdrawn(r) || s.hidden[r] {
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
func (s *selection) take(r record.Record) (record.Record, error) {
	if synthetic(r) && !s.demo {
		return nil, fmt.Errorf("%s is generated data: it belongs in a demo snapshot only", r.Ref())
	}
	if shown := s.show(r); shown != nil {
		return shown, nil
	}
	if s.withdrawn(r.Ref()) {
		s.stats.Suppressed++
	} else {
		s.stats.RestingOnLeftOut++
	}
	s.hide(r.Ref())
	return nil, nil
}

// tells says whether a delta may tell that a record of the parent has gone:
// not of one that the snapshot would not show if it were still there.
func (s *selection) tells(line []byte, kind record.Kind) (bool, error) {
	r := record.New(kind)
	if err := json.Unmarshal(line, r); err != nil { // an older program may have known other keys
		return false, record.Plain(err)
	}
	ok := !s.out(r.Ref()) && s.show(r) != nil
	if source, fact := readFrom(r); fact {
		ok = ok && s.showsID(source)
	}
	for _, o := range record.Origins(r) {
		ok = ok && s.showsID(o.Source)
	}
	if !ok {
		s.hide(r.Ref())
	}
	return ok, nil
}

// readFrom is the source of a fact.
func readFrom(r record.Record) (source string, fact bool) {
	var o *record.Origin
	switch r := r.(type) {
	case *record.Party:
		o = r.Origin
	case *record.Patent:
		o = r.Origin
	case *record.Shipment:
		o = r.Origin
	default:
		return "", false
	}
	if o == nil {
		return "", true
	}
	return o.Source, true
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

// show is the record without what is left out, or nil.
func (s *selection) show(r record.Record) record.Record {
	if s.withdrawn(r.Ref()) {
		return nil
	}
	switch r := r.(type) {
	case *record.Patent:
		if len(r.Inventors) > 0 && !s.inventors {
			p := *r
			p.Inventors = nil
			return &p
		}
	case *record.Tag:
		if s.outID(record.KindPatent, r.Patent) {
			return nil
		}
		t := *r
		t.Why = s.why(r.Why)
		return &t
	case *record.Link:
		l := *r
		l.Why = s.why(r.Why)
		if s.out(r.A) || s.out(r.B) || documents(r.Why) > 0 && documents(l.Why) == 0 {
			return nil // a name that only documents left out have is theirs
		}
		return &l
	case *record.Decision:
		if s.outID(record.KindLink, r.Link) || s.linkEndOut(r.Link) {
			return nil
		}
	case *record.Finding:
		if f := s.finding(r); f != nil {
			return f
		}
		return nil
	}
	return r
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
