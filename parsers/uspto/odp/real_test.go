package odp

import (
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/parsers/uspto/usptotest"
	"github.com/tripoint-data/tripoint/record"
)

// TestReal holds what is read of the portal's answers against what stands in
// them.
func TestReal(t *testing.T) {
	battery := func(r []*record.Patent) bool {
		app, grant := r[0], r[1]
		return app.ID == "US20210210819A1" && app.Published == "2021-07-08" && app.Granted == "" &&
			grant.ID == "US11646472" && grant.Granted == "2023-05-09" && grant.ApplicationNumber == app.ApplicationNumber &&
			len(app.CPC)+len(app.CPCAdditional) == 20 && app.LegalStatus == "Patented Case" && app.StatusAsOf == "2023-04-19" &&
			app.Applicants[0] == record.Person{Name: "PolyPlus Battery Company", City: "Berkeley", State: "CA", Country: "US"} &&
			app.Inventors[1] == record.Person{Name: "Katz; Bruce D.", City: "Moraga", State: "CA", Country: "US"}
	}
	for _, tt := range []struct {
		folder, ids string
		check       func(r []*record.Patent) bool
	}{
		{"search_patents", "US20240362478A1", func(r []*record.Patent) bool {
			a := r[0].Assignments
			return len(r[0].Inventors) == 11 && len(a) == 1 && a[0].ReelFrame == "066803/0720" && strings.Count(a[0].Assignor, ";") == 10 &&
				a[0].Assignee == "SHANGHAI ARTIFICIALINTELLIGENCE INNOVATION CENTER" && a[0].Executed == "2024-03-01" && r[0].CPC[0] == "G06N3/08"
		}},
		{"get_patent", "US20210210819A1 US11646472", battery},
		{"get_patent_meta_data", "US20210210819A1 US11646472", battery},
		{"get_patent_assignment", "US15000001X0", func(r []*record.Patent) bool {
			a := r[0].Assignments
			return len(a) == 3 && a[0].Recorded == "2016-04-19" && a[0].ReelFrame == "038323/0190" && a[2].Assignor == "YI, IN-SUN" &&
				a[2].Executed == "2016-01-21" && r[0].ApplicationNumber == "15000001" && r[0].Document == ""
		}},
	} {
		r := usptotest.Parse(t, parser(t), tt.folder, usptotest.SharedFile(t, "odp", tt.folder, "response.json"))
		var ids []string
		for _, p := range r.Patents {
			usptotest.Sound(t, p)
			ids = append(ids, p.ID)
		}
		if r.Err != nil || len(r.Problems) > 0 || strings.Join(ids, " ") != tt.ids || !tt.check(r.Patents) {
			t.Errorf("%s: %v %v %v: %+v", tt.folder, ids, r.Problems, r.Err, r.Patents)
		}
	}
	for _, folder := range []string{"search_bulk_products", "get_bulk_product"} {
		r := usptotest.Parse(t, parser(t), folder, usptotest.SharedFile(t, "odp", folder, "response.json"))
		if r.Err == nil || !strings.Contains(r.Err.Error(), "bulkDataProductBag") {
			t.Errorf("%s: %+v", folder, r)
		}
	}
}
