package main

import (
	"bufio"
	"bytes"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/record"
)

// TestPrintFinding: a finding shows what it is ranked by, who stands in for the
// other side, the codes of goods, and what goes to a country of diversion.
func TestPrintFinding(t *testing.T) {
	f := &record.Finding{
		Entity: record.Entity{Name: "Qorvana Optical", Countries: []string{"CN"}, Parties: []string{"L:QORVANA/CN"}},
		Lists:  []record.Listing{{Code: "US-BIS-EL"}, {Code: "UN-SC"}},
		Shipments: []record.Movement{
			{Shipment: "made/1", Role: "supplied_by", Masked: "forwarder"},
			{Shipment: "made/2", Role: "supplied_by", Masked: "forwarder"},
			{Shipment: "made/3", Role: "supplied_to", Masked: "order_party"},
		},
		Goods: &record.GoodsByBasis{
			Shipped: []string{"LENSES"}, BrandInText: []string{"QORVANA LENSES"},
			Codes: []record.GoodsCode{{HS6: "854231", Basis: "shipped", Tier: "1"}, {HS6: "900211", Basis: "shipped"}, {HS6: "848620", Basis: "supplied_to", Tier: "4A"}},
		},
	}
	for _, id := range []string{"1", "2", "3", "4", "5", "6", "7"} {
		f.HighPriority = append(f.HighPriority, record.HighPriority{Shipment: "made/" + id, HS6: "854231", Tier: "1", Via: "transit", Country: "RU"})
	}
	var out bytes.Buffer
	a := &app{out: bufio.NewWriter(&out), dir: "."}
	a.printFinding(f, "")
	if err := a.out.Flush(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\n          masked, the other side is not named: forwarder 2, order party 1\n",
		"\n goods    shipped: HS 854231 (high priority, tier 1), 900211\n          supplied to: HS 848620 (high priority, tier 4A)\n          brand in text: 1 text without an HS code\n",
		"\n priority HS 854231, tier 1 of the Common High Priority List, transit RU: made/1\n",
		"made/5\n          … 2 more\n",
		"\n rank     2 of 3 domains · 2 list entries · 3 shipments\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
}
