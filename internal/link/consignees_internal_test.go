package link

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
)

// TestConsignees: spellings of one consignee are counted once, whoever stands in
// for others apart, and sisters stay two.
func TestConsignees(t *testing.T) {
	d := &draft{}
	for name, country := range map[string]string{
		"ZEVLORADO DISTRIBUTION S.A.":                    "EC",
		"ZEVLORADO DISTRIBUTION SA":                      "EC",
		"ZEVLORDO DISTRIBUTION S.A.":                     "EC", // one letter is missing
		"ZEVLORADO  DISTRIBUTION, S. A.":                 "EC",
		"ZEVLORADO DISTRIBUTION SA.":                     "PE",
		"ZEVLORADO CONSTRUCTION S.A.":                    "EC",
		"PARVEXIN TRADING COMPANY LIMITED OF":            "EC", // cut at 35 letters
		"PARVEXIN TRADING COMPANY LIMITED":               "EC",
		"LINACO VIET NAM TECHNOLOGY DEVELOPMENT COMPANY": "EC",
		"LINACO VIETNAM TECHNOLOGY DEVELOPME":            "EC",
		"PARVEXIN FACTORY 54":                            "EC",
		"PARVEXIN FACTORY 55":                            "EC",
		"BLUE FREIGHT FORWARDERS":                        "EC",
		"TO THE ORDER OF BANK DEMOVIA":                   "",
		"N/A":                                            "EC",
	} {
		d.shipments = append(d.shipments, &moved{shipment: &record.Shipment{Consignee: &record.Trader{Name: name, Country: country}}, role: suppliedBy})
	}
	d.summarize()
	got := map[string]int{}
	for _, c := range d.finding.Consignees {
		if len(c.Names) != c.Count {
			t.Errorf("%d are named %q", c.Count, c.Names)
		}
		got[c.Country+" "+c.Kind] = c.Count
	}
	if diff := cmp.Diff(map[string]int{"EC ": 6, "PE ": 1, "EC forwarder": 1, " order_party": 1}, got); diff != "" {
		t.Errorf("(-want +got):\n%s%+v", diff, d.finding.Consignees)
	}
}
