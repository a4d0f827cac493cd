package snapshot

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
)

// TestStatistics: what is counted once is counted once, however many documents,
// tags and lists it has.
func TestStatistics(t *testing.T) {
	st := newStatistics(false)
	listed := func(codes ...string) (out []record.Listing) {
		for i, code := range codes {
			out = append(out, record.Listing{Code: code, Status: []record.ListStatus{record.Removed, record.Current}[i%2]})
		}
		return out
	}
	for _, r := range []record.Record{
		&record.Party{ID: "a", Lists: listed("A", "B", "B")},
		&record.Party{ID: "b", Lists: listed("A")},
		&record.Party{ID: "c", Lists: []record.Listing{{Code: "C"}}},
		&record.Patent{ID: "US1A1", ApplicationNumber: "1"},
		&record.Patent{ID: "US2", ApplicationNumber: "1"},
		&record.Patent{ID: "US3", ApplicationNumber: "3"},
		&record.Patent{ID: "US4"},
		&record.Patent{ID: "US5"},
		&record.Tag{ID: "US1A1/2024/ai", Patent: "US1A1", Edition: "2024"},
		&record.Tag{ID: "US1A1/2024/ai.dl", Patent: "US1A1", Edition: "2024"},
		&record.Tag{ID: "US2/2022/ai", Patent: "US2", Edition: "2022"},
		&record.Tag{ID: "US2/2024/ai", Patent: "US2", Edition: "2024"},
		&record.Tag{ID: "US5/2022/ai", Patent: "US5", Edition: "2022"},
		&record.Link{ID: "1", Relation: record.SameEntity, Band: record.Certain},
		&record.Link{ID: "2", Relation: record.Related, Basis: "brand", Band: record.Probable},
		&record.Link{ID: "3", Relation: record.SameEntity, Basis: "decision", Band: record.Certain},
	} {
		st.add(r)
	}
	type counts struct {
		Parties, Patents, Inventions, TaggedPatents, TaggedInventions int
		ByList, ByStatus, PatentsBy, InventionsBy, Relations          map[string]int
	}
	got := counts{
		st.Parties, st.Patents, st.Inventions, st.PatentsWithTags, st.InventionsWithTags,
		st.PartiesByList, st.PartiesByStatus, st.PatentsByEdition, st.InventionsByEdition, st.LinksByRelation,
	}
	want := counts{
		3, 5, 4, 3, 2,
		map[string]int{"A": 2, "B": 1, "C": 1},
		map[string]int{"current": 1, "removed": 1, "unknown": 1},
		map[string]int{"2022": 2, "2024": 2},
		map[string]int{"2022": 2, "2024": 1},
		map[string]int{"same_entity": 2, "related, brand": 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
