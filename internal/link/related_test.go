package link_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/record"
)

func related(t *testing.T, records ...record.Record) map[string]*record.Link {
	t.Helper()
	out := map[string]*record.Link{}
	for l, err := range link.Links(t.Context(), &world{records: records}, link.Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		if l.Relation == record.Related {
			out[strings.TrimPrefix(l.A.ID, "L:")+" "+strings.TrimPrefix(l.B.ID, "L:")+" "+l.Basis] = l
		}
	}
	return out
}

// TestDeclaredParent: an entry that declares whose subsidiary it is, or which
// are its own, is related to those; one that names somebody otherwise is
// related by that; and ordinary words relate nobody.
func TestDeclaredParent(t *testing.T) {
	for _, tt := range []struct{ remarks, want string }{
		{"A subsidiary of Talvari Holding Company and operates from its address", "CHILD TALVARI declared_parent"},
		{"(Qorvix LLC is a wholly-owned subsidiary of the Talvari Holding Co., Ltd.)", "CHILD TALVARI declared_parent"},
		{"Parent company: Talvari Holding Company; Type of entity: company", "CHILD TALVARI declared_parent"},
		{"Subordinate to Talvari Holding Company (designated in 2009)", "CHILD TALVARI declared_parent"},
		{"Subsidiaries: Ordinary Exports, Talvari Holding Company", "CHILD TALVARI declared_parent"},
		{"It is a subordinate entity of Talvari Holding Company", "CHILD TALVARI declared_parent"},
		{"subordinate institution: Talvari Holding Company", "CHILD TALVARI declared_parent"},
		{"Talvari Holding Company is the parent company of Qorvix LLC.", "CHILD TALVARI declared_parent"},
		{"Qorvix LLC is the parent company of Talvari Holding Company.", "CHILD TALVARI declared_parent"},
		{"Majority owned by Talvari Holding Company", "CHILD TALVARI declared_parent"},
		{"Linked To: TALVARI HOLDING COMPANY.", "CHILD TALVARI named_in_entry"},
		{"Linked To: TALVARI HOLDING COMPANY; subsidiary of Talvari Holding Company", "CHILD TALVARI declared_parent"},
		{"Owned by Torsko Demo Ivanen", "CHILD PERSON named_in_entry"},
		{"Subsidiary of Talvari Shipping", ""},
		{"Somebody is the parent company of Talvari Holding Company.", ""},
		{"and any successor, sub-unit, or subsidiary thereof", ""},
		{"Transactions Prohibited For Persons Owned or Controlled By U.S. Financial Institutions", ""},
		{"Subsidiary of Holding Company", ""},
		{"Parent company: unknown", ""},
	} {
		t.Run(tt.remarks, func(t *testing.T) {
			got := related(
				t,
				&record.Party{ID: "L:CHILD", Type: record.Organization, Name: "Qorvix LLC", Remarks: tt.remarks},
				&record.Party{ID: "L:TALVARI", Type: record.Organization, Name: "Talvari Holding Company"},
				&record.Party{ID: "L:PERSON", Type: record.Individual, Name: "TORSKO, Demo Ivanen"},
				&record.Party{ID: "L:DELTA", Type: record.Organization, Name: "Delta Holding Company"},
			)
			var keys []string
			for key, l := range got {
				keys = append(keys, key)
				if named := l.B.ID == "L:TALVARI"; len(l.Why) == 0 || named && !strings.Contains(strings.ToLower(l.Why[0].Text), "“talvari holding co") || strings.Contains(l.Why[0].Text, "operates") || l.Why[0].Ref == nil || l.Why[0].Ref.ID != "L:CHILD" {
					t.Errorf("why %+v", l.Why)
				}
			}
			if strings.Join(keys, ",") != tt.want {
				t.Errorf("%q, want %q", keys, tt.want)
			}
		})
	}
}

// TestBases: two parties that several things relate have one link, which is
// the same whichever entry says them, and gives all reasons.
func TestBases(t *testing.T) {
	at := []record.Address{{Text: "555 Qianmo Road, Hangzhou", City: "Hangzhou"}}
	parent := &record.Party{ID: "L:A", Type: record.Organization, Name: "Talvari Holding Company", Addresses: at}
	child := &record.Party{ID: "L:B", Type: record.Organization, Name: "Qorvix LLC", Addresses: at, Remarks: "Linked To: TALVARI HOLDING COMPANY; a subsidiary of Talvari Holding Company."}
	got := related(t, parent, child)["A B declared_parent"]
	if got == nil {
		t.Fatal("no link")
	}
	var kinds []string
	for _, w := range got.Why {
		kinds = append(kinds, w.Kind)
	}
	if diff := cmp.Diff([]string{"remark", "remark", "address"}, kinds); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
