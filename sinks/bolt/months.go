package bolt

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"runtime"

	"github.com/klauspost/compress/zstd"
	bolt "go.etcd.io/bbolt"

	"github.com/tripoint-data/tripoint/record"
)

// The buckets of a month's file. Blocks and names are numbered from 0; every
// block but the last has blockRows rows, so that the n-th shipment of a month
// is in block n/blockRows.
var (
	bucketBlocks = []byte("blocks")
	bucketNames  = []byte("names")
)

// blocksPerTx bounds what a month's writer keeps in memory before it commits.
const blocksPerTx = 32

// monthWriter writes one month's file: shipments in ascending order of keys,
// then the dictionary of their names. Nobody reads the file before the
// catalogue names it.
type monthWriter struct {
	path     string
	db       *bolt.DB
	tx       *bolt.Tx
	block    *blockWriter
	idle     []*blockWriter
	pending  []packing
	blocks   uint32
	rows     int
	texts    *zstd.Encoder // packs against the texts of the first block, nil before it
	names    *nameIndex
	distinct int
}

// packing is a block that a goroutine packs.
type packing struct {
	block *blockWriter
	done  chan []byte
}

func newMonthWriter(path, scratch, month string) (*monthWriter, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	db, err := bolt.Open(path, 0o644, &bolt.Options{NoSync: true, NoGrowSync: true, NoFreelistSync: true, FreelistType: bolt.FreelistMapType})
	if err != nil {
		return nil, err
	}
	w := &monthWriter{path: path, db: db, block: newBlockWriter(), names: newNameIndex(scratch, "names-"+month)}
	err = db.Update(func(tx *bolt.Tx) error {
		for _, name := range [][]byte{bucketBlocks, bucketNames} {
			if _, err := tx.CreateBucket(name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, w.discard())
	}
	return w, nil
}

func (w *monthWriter) add(key string, s *record.Shipment) error {
	if err := w.names.add(uint64(w.rows), s); err != nil {
		return err
	}
	w.rows++
	w.block.add(key, s)
	if len(w.block.keys) < blockRows {
		return nil
	}
	return w.flush()
}

// flush hands the block to a goroutine that packs it, and writes the oldest
// one when enough are being packed.
func (w *monthWriter) flush() error {
	p := packing{w.block, make(chan []byte, 1)}
	if w.texts == nil {
		first := p.block.encode(blockEncoder(), blockEncoder())
		shared, err := blockTexts(first)
		if err != nil {
			return err
		}
		if w.texts = blockEncoder(); len(shared) > 0 {
			w.texts = newEncoder(zstd.SpeedBetterCompression, zstd.WithEncoderDictRaw(sharedID, shared))
		}
		p.done <- first
	} else {
		go func() { p.done <- p.block.encode(blockEncoder(), w.texts) }()
	}
	w.pending = append(w.pending, p)
	if n := len(w.idle); n > 0 {
		w.block, w.idle = w.idle[n-1], w.idle[:n-1]
	} else {
		w.block = newBlockWriter()
	}
	if len(w.pending) <= runtime.GOMAXPROCS(0) {
		return nil
	}
	return w.settle()
}

// settle writes the oldest block that is being packed.
func (w *monthWriter) settle() error {
	p := w.pending[0]
	w.pending = w.pending[1:]
	b := <-p.done
	p.block.reset()
	w.idle = append(w.idle, p.block)
	if err := w.put(bucketBlocks, w.blocks, b); err != nil {
		return err
	}
	w.blocks++
	return nil
}

func (w *monthWriter) put(bucket []byte, n uint32, b []byte) (err error) {
	if w.tx == nil {
		if w.tx, err = w.db.Begin(true); err != nil {
			return err
		}
	}
	k := w.tx.Bucket(bucket)
	k.FillPercent = 0.95
	if err := k.Put(binary.BigEndian.AppendUint32(nil, n), b); err != nil {
		return err
	}
	if n%blocksPerTx < blocksPerTx-1 {
		return nil
	}
	return w.commit()
}

func (w *monthWriter) commit() error {
	if w.tx == nil {
		return nil
	}
	tx := w.tx
	w.tx = nil
	return tx.Commit()
}

// finish writes what is left and makes the file durable. It returns its size.
func (w *monthWriter) finish() (size int64, err error) {
	if len(w.block.keys) > 0 {
		err = w.flush()
	}
	for err == nil && len(w.pending) > 0 {
		err = w.settle()
	}
	n := uint32(0) // a month has a block before it has a name: texts is set
	for b, e := range w.names.blocks(w.texts) {
		if err = errors.Join(err, e); err != nil {
			break
		}
		if err = w.put(bucketNames, n, b); err != nil {
			break
		}
		n++
	}
	w.distinct = w.names.distinct
	if err = errors.Join(err, w.commit()); err != nil {
		return 0, err
	}
	// bbolt lets a file grow ahead of its pages: what follows them is cut off.
	err = w.db.View(func(tx *bolt.Tx) error { size = tx.Size(); return nil })
	if err = errors.Join(err, w.db.Close()); err != nil {
		return 0, err
	}
	f, err := os.OpenFile(w.path, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	err = errors.Join(f.Truncate(size), f.Sync(), f.Close())
	for dir, up := w.path, 0; up < 3 && err == nil; up++ { // the source's folder may be new too
		dir = filepath.Dir(dir)
		err = syncDir(dir)
	}
	return size, err
}

// discard removes a file that is not wanted.
func (w *monthWriter) discard() error {
	for _, p := range w.pending {
		<-p.done
	}
	var err error
	if w.tx != nil {
		err = w.tx.Rollback()
	}
	return errors.Join(err, w.db.Close(), os.Remove(w.path))
}
