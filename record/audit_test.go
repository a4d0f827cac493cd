package record_test

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
)

func TestAudit(t *testing.T) {
	var a record.Audit
	for range 2 { // two units of one run
		a.Rows += 3
		a.Leave("Colour")
		a.Filled("name", 3)
		a.Filled("countries", 0)
		a.Miss("countries", "Ruritania", 2)
	}
	want := record.Audit{
		Rows: 6, Unread: []string{"Colour"}, Fill: map[string]int{"name": 6, "countries": 0},
		Misses: map[string][]string{"countries": {"Ruritania"}}, Missed: map[string]int{"countries": 4},
	}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var sum record.Audit
	sum.Add(&a)
	sum.Add(&record.Audit{Rows: 1, Unread: []string{"Shape", "Colour"}, Misses: map[string][]string{"mode": {"MULE"}}, Missed: map[string]int{"mode": 1}, Notes: map[string]int{"left open": 3}, More: 2})
	sum.Add(nil)
	want.Rows, want.Unread, want.More = 7, []string{"Colour", "Shape"}, 2
	want.Notes = map[string]int{"left open": 3}
	want.Misses["mode"], want.Missed["mode"] = []string{"MULE"}, 1
	if diff := cmp.Diff(want, sum); diff != "" {
		t.Errorf("added up (-want +got):\n%s", diff)
	}
	(*record.Audit)(nil).Note("x", 1)
	(*record.Audit)(nil).Leave("x")
	(*record.Audit)(nil).Filled("x", 1)
	(*record.Audit)(nil).Miss("x", "y", 1)
}

// However much a file holds that nobody reads, an audit stays small.
func TestAuditIsBounded(t *testing.T) {
	var a record.Audit
	for i := range 1000 {
		a.Leave(strconv.Itoa(i))
		a.Miss("countries", strconv.Itoa(i), 1)
	}
	if len(a.Unread) != 100 || len(a.Misses["countries"]) != 100 || a.Missed["countries"] != 1000 || a.More != 1800 {
		t.Errorf("%d unread, %d misses of %d rows, %d more", len(a.Unread), len(a.Misses["countries"]), a.Missed["countries"], a.More)
	}
}
