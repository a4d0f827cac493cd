package sinktest

import (
	"testing"

	"github.com/tripoint-data/tripoint/record"
)

func testShipments(t *testing.T, f *fixture) {
	f.load("s-2", true, shipment("s-2/202001/1", "X"))
	d := f.load("s", true, shipment("s/202002/9", "X"), shipment("s/202001/1", "X"), shipment("s/202001/10", "Y"), shipment("s/000000/x/y", "Z"), shipment("s/202001/1", "LAST"))
	f.want("delta", Delta{Added: 4}, d)
	f.want("all", "s-2/202001/1 s/000000/x/y s/202001/1 s/202001/10 s/202002/9", f.ids(record.KindShipment, ""))
	f.want("a source", "s/000000/x/y s/202001/1 s/202001/10 s/202002/9", f.ids(record.KindShipment, "s/"))
	f.want("a month", "s/202001/1 s/202001/10", f.ids(record.KindShipment, "s/202001"))
	f.want("a key", "s/202001/10", f.ids(record.KindShipment, "s/202001/10"))
	f.want("the last of one id", "LAST", f.get(record.KindShipment, "s/202001/1").(*record.Shipment).Consignee.Name)
	f.want("replaced", Delta{Added: 1, Absent: 3, Unchanged: 1}, f.load("s", true, shipment("s/202002/9", "X"), shipment("s/202001/3", "X")))
	f.want("after", "s-2/202001/1 s/202001/3 s/202002/9", f.ids(record.KindShipment, ""))
	counts, err := f.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f.want("counts", map[record.Kind]int{record.KindShipment: 3}, counts)
	f.reopen()
	f.want("reopened", "s-2/202001/1 s/202001/3 s/202002/9", f.ids(record.KindShipment, ""))
}

func testNames(t *testing.T, f *fixture) {
	a, b := shipment("s/202001/1", "MACROQUIL"), shipment("s/202002/1", "MACROQUIL")
	a.Notify = []record.Trader{{Name: "MACROQUIL", Country: "EC"}, {Name: "macroquil"}, {}}
	f.load("s", true, a, b, shipment("s/202002/2", ""))
	var names []record.NameUse
	for n, err := range f.Names(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, n)
	}
	f.want("names", []record.NameUse{
		{Name: "HIK TECHNOLOGY", Country: "CN", Roles: []string{record.RoleShipper}, Count: 3},
		{Name: "MACROQUIL", Country: "EC", Address: "1 QUAY", Roles: []string{record.RoleConsignee, record.RoleNotify}, Count: 3},
		{Name: "macroquil", Roles: []string{record.RoleNotify}, Count: 1},
	}, names)
	var uses []record.Use
	for u, err := range f.Uses(t.Context(), "MACROQUIL", "EC") {
		if err != nil {
			t.Fatal(err)
		}
		uses = append(uses, u)
	}
	f.want("uses", []record.Use{{Shipment: a.Ref(), Role: record.RoleConsignee}, {Shipment: a.Ref(), Role: record.RoleNotify}, {Shipment: b.Ref(), Role: record.RoleConsignee}}, uses)
	for u, err := range f.Uses(t.Context(), "MACROQUIL", "") {
		t.Errorf("a use without the country: %v, %v", u, err)
	}
}
