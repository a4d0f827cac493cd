package link_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/record"
)

// findingOf links records and returns the one finding that there must be.
func findingOf(t *testing.T, options link.Options, records ...record.Record) *record.Finding {
	t.Helper()
	facts := &world{records: records}
	for l, err := range link.Links(t.Context(), facts, options) {
		if err != nil {
			t.Fatal(err)
		}
		facts.records = append(facts.records, l)
	}
	var found *record.Finding
	for f, err := range link.Findings(t.Context(), facts, options) {
		if err != nil || found != nil {
			t.Fatal(f, err)
		}
		found = f
	}
	if found == nil {
		t.Fatal("no finding")
	}
	return found
}

func qorvana() *record.Party {
	return &record.Party{
		ID: "L:QORVANA/CN", Type: record.Organization, Name: "Qorvana Optical Technology Co., Ltd.", Countries: []string{"CN"},
		Aliases: []record.Alias{{Name: "Qorvana"}}, Lists: []record.Listing{{Code: "L", Status: record.Current}},
	}
}

func trader(name, country string) *record.Trader { return &record.Trader{Name: name, Country: country} }

// TestGoods: goods are told apart by what makes them the entity's, with their
// codes; a code of the Common High Priority List is an attribute, and stands
// out only on the way to a country of diversion.
func TestGoods(t *testing.T) {
	const name = "QORVANA OPTICAL TECHNOLOGY CO LTD"
	bill := func(id string, s record.Shipment) *record.Shipment {
		s.ID = "made/202201/" + id
		return &s
	}
	chips := []record.Good{{Description: "INTEGRATED CIRCUITS", HS: "85423900"}, {Description: "MORE CIRCUITS 854239", HSInText: "854239"}}
	records := []record.Record{
		qorvana(),
		bill("1", record.Shipment{Shipper: trader(name, "CN"), Consignee: trader("VELTARA IMPEX", "KZ"), Goods: chips}),
		bill("2", record.Shipment{Shipper: trader(name, "CN"), Consignee: trader("VELTARA IMPEX", "KZ"), Goods: chips, Transit: []record.Place{{Country: "RU"}}}),
		bill("3", record.Shipment{
			Shipper: trader(name, "CN"), Consignee: trader("VELTARA LOGISTICS", "AM"), Destination: &record.Place{Country: "RU"},
			Goods: []record.Good{{Description: "QORVANA CAMERAS HS 852589", HSInText: "852589", Manufacturer: name}, {Description: "CHAIRS", HS: "940179"}},
		}),
		bill("4", record.Shipment{Shipper: trader("BLUE FREIGHT", "DE"), Consignee: trader(name, "CN"), Goods: []record.Good{{HS: "848620"}}}),
		bill("5", record.Shipment{Shipper: trader(name, "CN"), Consignee: trader("ORDA IMPEX", "AE"), Goods: []record.Good{{HS: "854231"}, {Brand: "x"}}}),
	}
	codes := []record.GoodsCode{
		{HS6: "852589", Basis: "brand_in_text", InText: true, Tier: "3A", Shipments: 1},
		{HS6: "852589", Basis: "declared_manufacturer", InText: true, Tier: "3A", Shipments: 1},
		{HS6: "852589", Basis: "shipped", InText: true, Tier: "3A", Shipments: 1},
		{HS6: "854231", Basis: "shipped", Tier: "1", Shipments: 1},
		{HS6: "854239", Basis: "shipped", Tier: "1", Shipments: 2},
		{HS6: "940179", Basis: "shipped", Shipments: 1},
		{HS6: "848620", Basis: "supplied_to", Tier: "4A", Shipments: 1},
	}
	priority := []record.HighPriority{
		{Shipment: "made/202201/2", Role: "supplied_by", HS6: "854239", Tier: "1", Country: "RU", Via: "transit"},
		{Shipment: "made/202201/3", Role: "supplied_by", HS6: "852589", Tier: "3A", InText: true, Country: "RU", Via: "destination"},
	}
	for _, tt := range []struct {
		diversion []string
		want      []record.HighPriority
	}{
		{nil, priority},
		{[]string{"AE"}, append(priority[:2:2], record.HighPriority{Shipment: "made/202201/5", Role: "supplied_by", HS6: "854231", Tier: "1", Country: "AE", Via: "consignee"})},
	} {
		f := findingOf(t, link.Options{Diversion: tt.diversion}, records...)
		if diff := cmp.Diff(codes, f.Goods.Codes); diff != "" {
			t.Errorf("codes (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(tt.want, f.HighPriority); diff != "" {
			t.Errorf("diversion %v (-want +got):\n%s", tt.diversion, diff)
		}
		if len(f.Goods.BrandInText) != 1 || len(f.Goods.DeclaredManufacturer) != 1 {
			t.Errorf("goods %+v", f.Goods)
		}
		masked := map[string]string{}
		for _, m := range f.Shipments {
			masked[m.Shipment] = m.Masked + " " + m.Shipper
		}
		want := map[string]string{"made/202201/1": " ", "made/202201/2": " ", "made/202201/3": "forwarder ", "made/202201/4": "forwarder BLUE FREIGHT", "made/202201/5": " "}
		if diff := cmp.Diff(want, masked); diff != "" {
			t.Errorf("masked (-want +got):\n%s", diff)
		}
	}
}
