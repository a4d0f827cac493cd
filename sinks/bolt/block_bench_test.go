package bolt_test

import (
	"testing"

	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/bolt"
)

func BenchmarkBlock(b *testing.B) {
	c := newCorpus(1)
	const bills = 8192
	var keys []string
	var list []*record.Shipment
	rows := 0
	for i := range bills {
		s, n := c.bill("us-ams", "202007", i)
		keys, list, rows = append(keys, s.ID[len("us-ams/202007/"):]), append(list, s), rows+n
	}
	block := bolt.EncodeBlock(keys, list)
	b.Run("encode", func(b *testing.B) {
		for b.Loop() {
			bolt.EncodeBlock(keys, list)
		}
		b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
		b.ReportMetric(float64(len(block))/float64(rows), "B/row")
		b.ReportMetric(float64(bills)/float64(rows), "bills/row")
	})
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			if n, err := bolt.DecodeBlock(block); n != bills || err != nil {
				b.Fatal(n, err)
			}
		}
		b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}
