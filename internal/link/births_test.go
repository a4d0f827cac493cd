package link_test

import (
	"testing"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/record"
)

// TestBirths: two persons of one name are lifted out of review by a full date
// of birth that both have, and by nothing less, however long it is written.
func TestBirths(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want record.Band
	}{
		{"1970-03-14", "1970-03-14", record.Probable},
		{"1970-03-14", "1970-03-15", record.Review},
		{"1970", "1970", record.Review},
		{"circa 1970", "circa 1970", record.Review},
		{"1969 - 1971", "1969 - 1971", record.Review},
		{"1970-13-14", "1970-13-14", record.Review},
	} {
		t.Run(tt.a, func(t *testing.T) {
			x := link.NewIndex(link.Options{})
			for list, born := range map[string]string{"A": tt.a, "B": tt.b} {
				x.Add(&record.Party{ID: list, Type: record.Individual, Name: "Karim Hasan Zevlori", Births: []string{born}, Lists: []record.Listing{{Code: list}}})
			}
			x.Build()
			links := 0
			for l, err := range x.Parties(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				if links++; l.Band != tt.want {
					t.Errorf("band %s, want %s: %+v", l.Band, tt.want, l.Why)
				}
			}
			if links != 1 {
				t.Errorf("%d links, want 1", links)
			}
		})
	}
}
