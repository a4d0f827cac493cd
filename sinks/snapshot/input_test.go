package snapshot

import (
	"context"
	"iter"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// memory is an input in memory, of one row a record.
type memory []record.Record

func (m memory) ScanOf(_ context.Context, kind record.Kind, prefix string, keep func(record.Ref, string) bool) iter.Seq2[record.Record, error] {
	return func(yield func(record.Record, error) bool) {
		for _, r := range m {
			ref := r.Ref()
			source, _ := readFrom(r)
			if ref.Kind == kind && strings.HasPrefix(ref.ID, prefix) && keep(ref, source) && !yield(r, nil) {
				return
			}
		}
	}
}

// rows is an input of several rows a record, which stand side by side in the
// order in which they are believed.
type rows memory

func (m rows) ScanOf(ctx context.Context, kind record.Kind, prefix string, keep func(record.Ref, string) bool) iter.Seq2[record.Record, error] {
	return func(yield func(record.Record, error) bool) {
		var all record.Record
		for r := range memory(m).ScanOf(ctx, kind, prefix, keep) {
			if all != nil && all.Ref() == r.Ref() {
				switch a := all.(type) {
				case *record.Party:
					a.Unite(r.(*record.Party))
				case *record.Patent:
					a.Fill(r.(*record.Patent))
				}
				continue
			}
			if all != nil && !yield(all, nil) {
				return
			}
			all = r
		}
		if all != nil {
			yield(all, nil)
		}
	}
}
