package bolt

import (
	"errors"
	"path/filepath"

	bolt "go.etcd.io/bbolt"

	"github.com/tripoint-data/tripoint/record"
)

// EncodeBlock lets the benchmark write a block by itself.
func EncodeBlock(keys []string, rows []*record.Shipment) []byte {
	w := newBlockWriter()
	for i, s := range rows {
		w.add(keys[i], s)
	}
	return w.encode(blockEncoder(), blockEncoder())
}

// DecodeBlock reads it again.
func DecodeBlock(b []byte) (n int, err error) {
	r, err := newBlockReader(b, nil)
	for ok := err == nil; ok; n++ {
		_, ok = r.read(&record.Shipment{})
	}
	return n - 1, err
}

// LimitSize lets the main file grow no further than n bytes, as a full disk
// does; 0 lifts the limit.
func (s *Store) LimitSize(n int) { s.db.MaxSize = n }

// Leftovers counts the rows and files that no reader can see.
func (s *Store) Leftovers() (n int, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		for _, kind := range factKinds {
			v := viewer{tx: tx}
			c := tx.Bucket([]byte(kind)).Cursor()
			for k, value := c.First(); k != nil; {
				g, err := v.group(c, k, value)
				if err != nil {
					return err
				}
				k, value = g.next, g.value
				n += len(g.stale)
				for _, r := range g.rows {
					if r.deleted() {
						n++
					}
				}
			}
		}
		return nil
	})
	months, err2 := s.catalogue("")
	paths, err3 := filepath.Glob(filepath.Join(s.dir, "shipments", "*", "*.db"))
	scratch, err4 := filepath.Glob(filepath.Join(s.dir, "loads", "*"))
	return n + len(paths) - len(months) + len(scratch), errors.Join(err, err2, err3, err4)
}
