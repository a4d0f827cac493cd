package bolt

import (
	"bytes"
	"errors"
	"iter"

	"github.com/tripoint-data/tripoint/record"
)

// fact is one staged fact. It is valid until the next one is asked for.
type fact struct {
	kind record.Kind
	id   []byte
	json []byte
}

// united yields staged facts in ascending order of kind and id, those with
// one id united.
func united(pairs iter.Seq2[pair, error]) iter.Seq2[fact, error] {
	return func(yield func(fact, error) bool) {
		var now fact
		var key []byte
		for p, err := range pairs {
			if err == nil && key != nil && bytes.Equal(key, p.key) {
				if now.json, err = uniteJSON(now.kind, now.json, p.value); err == nil {
					continue
				}
			}
			if err != nil {
				yield(fact{}, err)
				return
			}
			if key != nil && !yield(now, nil) {
				return
			}
			key = append(key[:0], p.key...)
			kind, id, ok := bytes.Cut(key, []byte{0})
			if !ok {
				yield(fact{}, errors.New("store: a staged record cannot be read"))
				return
			}
			now = fact{record.Kind(kind), id, append([]byte(nil), p.value...)}
		}
		if key != nil {
			yield(now, nil)
		}
	}
}

// uniteJSON unites an earlier and a later row of one source: a party's rows
// are united, the later reading of a patent leads unless only the earlier one
// has text, and of any other kind the later row stands.
func uniteJSON(kind record.Kind, earlier, later []byte) ([]byte, error) {
	if kind != record.KindParty && kind != record.KindPatent || bytes.Equal(earlier, later) {
		return bytes.Clone(later), nil
	}
	a, err := decodeRecord(kind, earlier)
	if err != nil {
		return nil, err
	}
	b, err := decodeRecord(kind, later)
	if err != nil {
		return nil, err
	}
	switch a := a.(type) {
	case *record.Party:
		a.Unite(b.(*record.Party))
		return encodeRecord(a)
	case *record.Patent:
		b := b.(*record.Patent)
		if hasText(a) && !hasText(b) { // a search hit after the full document
			a, b = b, a
		}
		b.Fill(a)
		return encodeRecord(b)
	}
	return encodeRecord(b)
}

func hasText(p *record.Patent) bool { return p.Abstract != "" || p.FirstClaim != "" }

// sameContent says whether two rows differ in their origins only.
func sameContent(kind record.Kind, x, y []byte) (bool, error) {
	var plain [2][]byte
	for i, b := range [][]byte{x, y} {
		r, err := decodeRecord(kind, b)
		if err != nil {
			return false, err
		}
		switch r := r.(type) {
		case *record.Patent:
			r.Origin = nil
		case *record.Party:
			r.Origin = nil
		}
		if plain[i], err = encodeRecord(r); err != nil {
			return false, err
		}
	}
	return bytes.Equal(plain[0], plain[1]), nil
}

// notInLatest marks the entries of a party that its source's newest full load
// does not have. It is no delisting: what is expired or removed stays so.
func notInLatest(b []byte) ([]byte, error) {
	r, err := decodeRecord(record.KindParty, b)
	if err != nil {
		return nil, err
	}
	p := r.(*record.Party)
	for i := range p.Lists {
		if l := &p.Lists[i]; l.Status == record.Current || l.Status == "" {
			l.Status = record.NotInLatestFile
		}
	}
	return encodeRecord(p)
}
