package snapshot

import (
	"context"
	"fmt"
	"iter"
	"testing"

	"github.com/tripoint-data/tripoint/record"
)

// many is an input of n shipments, made as they are read.
type many int

func (m many) ScanOf(_ context.Context, kind record.Kind, _ string, _ func(record.Ref, string) bool) iter.Seq2[record.Record, error] {
	return func(yield func(record.Record, error) bool) {
		for i := range int(m) {
			if kind != record.KindShipment || !yield(&record.Shipment{
				ID: fmt.Sprintf("us-ams/202007/%09d", i), MasterBill: fmt.Sprintf("SEAU%08d", i), Containers: []string{"MSCU1234567"},
				Shipper: &record.Trader{Name: "ORCHID OPTICS CO LTD", Address: "1 HARBOUR ROAD, HANGZHOU", Country: "CN"}, Consignee: &record.Trader{Name: "TALLY IMPORTS INC", Country: "US"},
				Flow: "import", Reporter: "US", Vessel: "KESTREL STAR", Mode: "sea", Arrived: "2020-07-26", Lading: &record.Place{Port: "Shanghai", Country: "CN"}, Unlading: &record.Place{Port: "Los Angeles, California", Country: "US"},
				Goods:  []record.Good{{Description: "DIGITAL CAMERAS AND CAMCORDERS", HS: "852589", Container: "MSCU1234567", Quantity: 12, Unit: "CTN"}},
				Origin: &record.Origin{Source: "us-ams", Locator: fmt.Sprint("h.csv:", i), Parser: "ams-csv/1"},
			}, nil) {
				return
			}
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	const rows = 20_000
	b.ReportAllocs()
	for b.Loop() {
		in := input(nil)
		in.Records = many(rows)
		if _, _, err := Write(context.Background(), b.TempDir(), in, Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
