package link_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/record"
)

func shipped(id, shipper, goods string) *record.Shipment {
	return &record.Shipment{ID: "made/202201/" + id, Shipper: &record.Trader{Name: shipper, Country: "VN"}, Goods: []record.Good{{Description: goods}}}
}

// TestBrand: who ships goods with a party's own distinctive name in their text
// is related to it, not the same; ordinary words and those that stand in for
// others relate nobody.
func TestBrand(t *testing.T) {
	camera := &record.Party{
		ID: "L:CAMERA", Type: record.Organization, Name: "Ningbo Qorvana Optical Technology Co., Ltd.",
		Aliases: []record.Alias{{Name: "Qorvana"}, {Name: "NQO"}, {Name: "Zelquista", Quality: "weak"}, {Name: "Digital"}, {Name: "Ningbo"}},
	}
	galaxy := &record.Party{ID: "L:GALAXY", Type: record.Organization, Name: "Galaxy"}
	person := &record.Party{ID: "L:PERSON", Type: record.Individual, Name: "Torskovan"}
	records := []record.Record{
		camera, galaxy, person,
		shipped("1", "VELTARA IMPEX", "CAMERA QORVANA, NEW"),
		shipped("2", "VELTARA IMPEX", "RECORDER brand: qorvana"),
		shipped("3", "VELTARA IMPEX", "CHAIRS"),
		shipped("4", "BLUE FREIGHT LOGISTICS", "CAMERA QORVANA"),
		shipped("5", "NINGBO QORVANA OPTICAL TECHNOLOGY CO LTD", "CAMERA QORVANA"),
		shipped("6", "ORDA TRADING", "NQO NINGBO ZELQUISTA DIGITAL TORSKOVAN QORVANATION"),
		shipped("7", "N/A", "CAMERA QORVANA"),
		&record.Shipment{ID: "made/202201/8", Shipper: trader("HALTARA SHOP", "VN"), Goods: []record.Good{{Description: "CAMERA", Brand: "Qorvana"}}},
		&record.Shipment{ID: "made/202201/9", Shipper: trader("TAKEN BACK", "VN"), Status: "Deleted", Goods: []record.Good{{Description: "QORVANA"}}},
	}
	for i := range 60 { // an ordinary word stands in the goods of many
		records = append(records, shipped(fmt.Sprint("g", i), "STRANGER "+pair(i), "GALAXY PATTERN FABRIC"))
	}
	got := map[string]string{}
	for l, err := range link.Links(t.Context(), &world{records: records}, link.Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		if l.Relation == record.Related {
			got[l.A.ID+" "+l.B.ID] = fmt.Sprint(l.Basis, " ", l.Band, " ", l.Why[0].Text)
			if i := slices.IndexFunc(l.Why, func(w record.Why) bool { return w.Ref != nil && w.Ref.Kind == record.KindShipment }); i < 0 {
				t.Errorf("%s does not say where", l.ID)
			}
		}
	}
	want := map[string]string{
		"VELTARA IMPEX/VN L:CAMERA": "brand review “qorvana”, a name of the party, stands in the goods of 2 shipments by it",
		"HALTARA SHOP/VN L:CAMERA":  "brand probable “qorvana”, a name of the party, is the brand that 1 shipment by it declares",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestBrandMany: of very many that ship a brand the most active are related, and
// the links say so.
func TestBrandMany(t *testing.T) {
	records := []record.Record{&record.Party{ID: "L:Q", Type: record.Organization, Name: "Qorvana"}}
	for i := range 45 {
		records = append(records, shipped(fmt.Sprintf("a%02d", i), "STRANGER "+pair(i), "QORVANA"))
	}
	records = append(records, shipped("b", "STRANGER "+pair(40), "QORVANA"))
	links := 0
	for l, err := range link.Links(t.Context(), &world{records: records}, link.Options{Most: 10}) {
		if err != nil {
			t.Fatal(err)
		}
		if links++; !strings.Contains(l.Why[len(l.Why)-1].Text, "45 ship goods with it, of whom the 10 that ship most are linked") {
			t.Errorf("%s says %+v", l.ID, l.Why)
		}
		if links == 1 && !strings.Contains(l.A.ID, pair(40)) {
			t.Errorf("first is %s", l.ID)
		}
	}
	if links != 10 {
		t.Errorf("%d links", links)
	}
}
