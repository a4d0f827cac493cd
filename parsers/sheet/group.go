package sheet

import (
	"context"
	"fmt"
	"iter"

	"github.com/tripoint-data/tripoint/record"
)

// maxGroup bounds the rows of one party: the longest real one has some hundreds.
const maxGroup = 10_000

// Groups yields rows that follow each other and have the same value in a
// column. An error stands beside the one row that it spoils; one whose line
// is 0 ends the file.
func Groups(ctx context.Context, part record.Part, f Form, key string) iter.Seq2[[]Row, error] {
	return func(yield func([]Row, error) bool) {
		var group []Row
		send := func() bool {
			rows := group
			group = nil
			return len(rows) == 0 || yield(rows, nil)
		}
		for row, err := range Rows(ctx, part, f) {
			if err == nil && row.Get(key) == "" {
				err = fmt.Errorf("a row without %s", key)
			}
			if err != nil {
				if row.Line == 0 && !send() || !yield([]Row{row}, err) {
					return
				}
				continue
			}
			if len(group) > 0 && group[0].Get(key) != row.Get(key) && !send() {
				return
			}
			if len(group) == maxGroup {
				yield([]Row{{}}, fmt.Errorf("more than %d rows have the %s %.80s", maxGroup, key, row.Get(key)))
				return
			}
			group = append(group, row)
		}
		send()
	}
}

// Parties reads the parts of a unit whose rows are parties by groups: party
// makes one of a group and says, row by row, what spoilt a row. Further rows
// of a party count as united with its first.
func Parties(ctx context.Context, u record.Unit, f Form, key string, party func([]Row) (*record.Party, []error)) iter.Seq2[record.Record, error] {
	return func(yield func(record.Record, error) bool) {
		for _, part := range u.Parts {
			for rows, err := range Groups(ctx, part, f, key) {
				if err != nil && rows[0].Line == 0 {
					yield(nil, fmt.Errorf("%s: %s: %w", f.Room, part.Name, err))
					return
				}
				if err != nil {
					if !yield(nil, record.Problemf(u.At(At(part, rows[0].Line)), "%s: %w", f.Room, err)) {
						return
					}
					continue
				}
				p, spoilt := party(rows)
				good := 0
				for i, err := range spoilt {
					switch {
					case err == nil:
						good++
					case !yield(nil, record.Problemf(u.At(At(part, rows[i].Line)), "%s: %w", f.Room, err)):
						return
					}
				}
				if good == 0 {
					continue
				}
				at := At(part, rows[0].Line)
				if last := rows[len(rows)-1].Line; last > rows[0].Line {
					at = fmt.Sprintf("%s-%d", at, last)
				}
				p.Origin = u.At(at)
				if !yield(p, nil) {
					return
				}
				for range good - 1 {
					if !yield(nil, record.ErrMerged) {
						return
					}
				}
			}
		}
	}
}
