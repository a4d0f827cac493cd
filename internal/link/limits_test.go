package link_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/record"
)

// TestMostLinks: a name that very many parties bear has a bounded number of
// links, the nearest, which say how many there would be; so have the parties.
func TestMostLinks(t *testing.T) {
	var records []record.Record
	for i := range 40 {
		records = append(records, &record.Party{
			ID: fmt.Sprintf("L%02d:%02d", i, i), Type: record.Organization, Name: "QORVANA OPTICAL TECHNOLOGY CO LTD", Lists: []record.Listing{{Code: fmt.Sprint("L", i)}},
		})
	}
	records = append(records, shipped("1", "QORVANA OPTICAL TECHNOLOGY", ""))
	perName, perParty := 0, map[string]int{}
	for l, err := range link.Links(t.Context(), &world{records: records}, link.Options{Most: 7}) {
		if err != nil {
			t.Fatal(err)
		}
		said := l.Why[len(l.Why)-1]
		if l.A.Kind == record.KindName {
			perName++
			if said.Kind != "limit" || said.Text != "40 listed parties are near enough, of whom the 7 nearest are linked" {
				t.Errorf("%s says %+v", l.ID, said)
			}
			continue
		}
		perParty[l.A.ID]++
		if said.Kind != "limit" || said.Text != "39 listed parties are near enough, of whom the 7 nearest are linked" {
			t.Errorf("%s says %+v", l.ID, said)
		}
	}
	total := 0
	for _, n := range perParty {
		total += n
	}
	if perName != 7 || total > 40*7 || total < 40*7/2 {
		t.Errorf("%d links of the name, %d between parties", perName, total)
	}
}

// TestMostMoved: an entity that very many shipments name is known by the newest,
// and its finding says so.
func TestMostMoved(t *testing.T) {
	records := []record.Record{qorvana()}
	for i := range 30 {
		s := shipped("", "QORVANA OPTICAL TECHNOLOGY CO LTD", "")
		s.Shipper.Country = "CN"
		s.ID, s.Consignee = fmt.Sprintf("made/%d/%02d", 202201+i%6, i), trader("HALTARA SHOP", "VN")
		s.Goods = []record.Good{{HS: "854231"}}
		records = append(records, s)
	}
	for i := range 30 { // the consignee ships on
		records = append(records, &record.Shipment{
			ID: fmt.Sprintf("on/202207/%02d", i), Shipper: trader("HALTARA SHOP", "VN"), Consignee: trader("PARVEX "+pair(i), "US"),
			Departed: "2022-07-15", Goods: []record.Good{{HS: "854231"}},
		})
	}
	for _, r := range records[1:31] {
		r.(*record.Shipment).Arrived = "2022-06-01"
	}
	for i := range 30 {
		records = append(records, shipped(fmt.Sprint("c", i), "QORVANA HOLDING "+pair(i), ""))
	}
	f := findingOf(t, link.Options{MostMoved: 10}, records...)
	if len(f.Shipments) != 10 || len(f.OnwardLeads) != 10 || len(f.Candidates) > 10 {
		t.Errorf("%d shipments, %d leads, %d candidates", len(f.Shipments), len(f.OnwardLeads), len(f.Candidates))
	}
	for _, m := range f.Shipments {
		if m.Shipment < "made/202205" {
			t.Errorf("%s is not of the newest", m.Shipment)
		}
	}
	limits := strings.Join(f.Limits, "\n")
	for _, want := range []string{
		"30 mentions in shipments: the newest 10 are read, and all counts are of these",
		"30 possible onward movements, of which the 10 soonest are listed",
	} {
		if !strings.Contains(limits, want) {
			t.Errorf("no %q in %s", want, limits)
		}
	}
	t.Logf("%d candidates: %s", len(f.Candidates), limits)
}
