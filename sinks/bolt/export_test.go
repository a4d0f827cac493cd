package bolt

import "github.com/tripoint-data/tripoint/record"

// EncodeBlock lets the benchmark write a block by itself.
func EncodeBlock(keys []string, rows []*record.Shipment) []byte {
	w := newBlockWriter()
	for i, s := range rows {
		w.add(keys[i], s)
	}
	return w.encode(blockEncoder())
}

// DecodeBlock reads it again.
func DecodeBlock(b []byte) (n int, err error) {
	r, err := newBlockReader(b)
	for ok := err == nil; ok; n++ {
		_, ok = r.read(&record.Shipment{})
	}
	return n - 1, err
}
