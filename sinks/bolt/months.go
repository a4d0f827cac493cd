package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

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
	names    *nameIndex
	distinct int
}

// packing is a block that a goroutine packs.
type packing struct {
	block *blockWriter
	done  chan []byte
}

func newMonthWriter(path, scratch string) (*monthWriter, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	db, err := bolt.Open(path, 0o644, &bolt.Options{NoSync: true, NoGrowSync: true, NoFreelistSync: true, FreelistType: bolt.FreelistMapType})
	if err != nil {
		return nil, err
	}
	w := &monthWriter{path: path, db: db, block: newBlockWriter(), names: newNameIndex(scratch)}
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
	go func() { p.done <- p.block.encode(blockEncoder()) }()
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
	n := uint32(0)
	for b, e := range w.names.blocks() {
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
	return size, errors.Join(err, syncDir(filepath.Dir(w.path)))
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

// files are the month files that are open. A file that was replaced while it
// is read stays readable to its reader.
type files struct {
	mu   sync.Mutex
	open map[string]*monthFile
}

// idleFiles is how many files stay open while nobody reads them.
const idleFiles = 32

type monthFile struct {
	db   *bolt.DB
	refs int
}

func (f *files) acquire(path string) (*monthFile, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if m := f.open[path]; m != nil {
		m.refs++
		return m, nil
	}
	db, err := bolt.Open(path, 0, &bolt.Options{ReadOnly: true, Timeout: lockWait})
	if err != nil {
		return nil, fmt.Errorf("store: %s: %w", path, err)
	}
	if err := whole(db); err != nil {
		return nil, errors.Join(fmt.Errorf("store: %w", err), db.Close())
	}
	if f.open == nil {
		f.open = map[string]*monthFile{}
	}
	m := &monthFile{db: db, refs: 1}
	f.open[path] = m
	return m, nil
}

func (f *files) release(m *monthFile) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	m.refs--
	if len(f.open) <= idleFiles {
		return nil
	}
	var errs []error
	for path, m := range f.open {
		if m.refs == 0 {
			delete(f.open, path)
			errs = append(errs, m.db.Close())
		}
	}
	return errors.Join(errs...)
}

func (f *files) close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var errs []error
	for path, m := range f.open {
		delete(f.open, path)
		errs = append(errs, m.db.Close())
	}
	return errors.Join(errs...)
}

// numbered calls fn with the n-th value of a bucket, which fn must not keep.
func (m *monthFile) numbered(bucket []byte, n uint32, fn func([]byte) error) error {
	return view(m.db, func(tx *bolt.Tx) error {
		b := tx.Bucket(bucket)
		if b == nil {
			return errBlock
		}
		v := b.Get(binary.BigEndian.AppendUint32(nil, n))
		if v == nil {
			return errBlock
		}
		return fn(v)
	})
}

// count is how many values a bucket has.
func (m *monthFile) count(bucket []byte) (n uint32, err error) {
	err = view(m.db, func(tx *bolt.Tx) error {
		b := tx.Bucket(bucket)
		if b == nil {
			return errBlock
		}
		if k, _ := b.Cursor().Last(); len(k) == 4 {
			n = binary.BigEndian.Uint32(k) + 1
		}
		return nil
	})
	return n, err
}

// search returns the number of the last value whose first key is not above
// key, or 0; first reads the first key of a value.
func (m *monthFile) search(bucket []byte, key string, first func([]byte) (string, error)) (at, count uint32, err error) {
	if count, err = m.count(bucket); err != nil {
		return 0, 0, err
	}
	lo, hi := uint32(0), count
	for lo < hi {
		mid := (lo + hi) / 2
		var k string
		if err := m.numbered(bucket, mid, func(b []byte) (err error) { k, err = first(b); return err }); err != nil {
			return 0, 0, err
		}
		if k <= key {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return max(lo, 1) - 1, count, nil
}

func (m *monthFile) block(n uint32) (r *blockReader, err error) {
	err = m.numbered(bucketBlocks, n, func(b []byte) error {
		r, err = newBlockReader(b)
		return err
	})
	return r, err
}

func (m *monthFile) keys(n uint32) (keys []string, err error) {
	err = m.numbered(bucketBlocks, n, func(b []byte) error {
		keys, _, err = blockKeys(b)
		return err
	})
	return keys, err
}

// get returns the shipment with a key, or record.ErrNotFound.
func (m *monthFile) get(key string) (*record.Shipment, error) {
	at, count, err := m.search(bucketBlocks, key, blockFirst)
	if err != nil {
		return nil, err
	}
	if count == 0 {
		return nil, record.ErrNotFound
	}
	keys, err := m.keys(at)
	if err != nil {
		return nil, err
	}
	i, ok := slices.BinarySearch(keys, key)
	if !ok {
		return nil, record.ErrNotFound
	}
	r, err := m.block(at)
	if err != nil {
		return nil, err
	}
	var s record.Shipment
	for range i + 1 {
		s = record.Shipment{}
		if _, ok := r.read(&s); !ok {
			return nil, errors.Join(errBlock, r.err)
		}
	}
	// A row of its own, which does not hold the block's texts in memory.
	var w rowWriter
	own := &record.Shipment{}
	return own, new(rowReader).read(w.write(&s), own)
}

// keyed is a shipment with its key, and without its id.
type keyed struct {
	key string
	*record.Shipment
}

// scan yields the shipments from a key on.
func (m *monthFile) scan(from string) iter.Seq2[keyed, error] {
	return func(yield func(keyed, error) bool) {
		at, count, err := m.search(bucketBlocks, from, blockFirst)
		for ; err == nil && at < count; at++ {
			var r *blockReader
			if r, err = m.block(at); err != nil {
				break
			}
			for {
				s := &record.Shipment{}
				key, ok := r.read(s)
				if !ok {
					err = r.err
					break
				}
				if key >= from && !yield(keyed{key, s}, nil) {
					return
				}
			}
		}
		if err != nil {
			yield(keyed{}, err)
		}
	}
}
