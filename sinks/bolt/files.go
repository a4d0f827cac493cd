package bolt

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"
	bolt "go.etcd.io/bbolt"

	"github.com/tripoint-data/tripoint/record"
)

// whole says whether a bbolt file is as long as its own meta page says: to
// read beyond the end of a mapped file ends the process. What is no bbolt
// file is left for bbolt to say.
func whole(path string) (err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // or for the caller to say
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	head := make([]byte, 128<<10) // two pages of any size
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return err
	}
	info, err := f.Stat() // after the read: a file that grows does so before its meta page
	if err != nil {
		return err
	}
	if want := boltSize(head[:n]); info.Size() < want {
		return fmt.Errorf("%s is cut short: it has %d of %d bytes; restore it from a backup, or parse the archive into a new store", path, info.Size(), want)
	}
	return nil
}

// notEmptied refuses a main file without a byte in it beside shipments, which
// are there only where it once was whole: bbolt would make an empty store of it.
func notEmptied(path string) error {
	info, err := os.Stat(path)
	if err != nil || info.Size() > 0 {
		return nil // or for the caller to say
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(path), "shipments")); err != nil {
		return nil
	}
	return fmt.Errorf("%s has become empty: %s", path, cure)
}

// boltSize reads from a bbolt file's newest meta page where its pages end.
// A meta page is, behind 16 bytes of page header: magic, version, page size,
// flags (4 bytes each), root (16), freelist, end, transaction, FNV-1a (8 each).
func boltSize(head []byte) (size int64) {
	newest := uint64(0)
	for at := 0; at+80 <= len(head); at += 1024 {
		m := head[at+16 : at+80]
		sum := fnv.New64a()
		_, _ = sum.Write(m[:56]) // never fails
		if binary.NativeEndian.Uint32(m) != 0xED0CDAED || binary.NativeEndian.Uint64(m[56:]) != sum.Sum64() {
			continue
		}
		if tx := binary.NativeEndian.Uint64(m[48:]); tx >= newest {
			newest = tx
			size = int64(binary.NativeEndian.Uint64(m[40:])) * int64(binary.NativeEndian.Uint32(m[8:]))
		}
	}
	return size
}

// files are the month files that are open. A file that was replaced while it
// is read stays readable to its reader.
type files struct {
	mu   sync.Mutex
	open map[string]*monthFile

	caching sync.Mutex
	cache   []*cachedBlock // least recently used first
	pieces  pieces
	clock   uint64
}

// idleFiles is how many files may be open before those that nobody reads are
// closed, down to half as many, the longest unread first. A name may stand in
// every month of every source.
const idleFiles = 256

type monthFile struct {
	db   *bolt.DB
	refs int
	used uint64 // when, by the clock of the files
	gone bool   // the file was removed: its space is free when it is closed

	pieces *pieces

	once sync.Once
	z    *zstd.Decoder // knows the texts of the first block
	err  error
}

// shared returns the decoder of all blocks but the first.
func (m *monthFile) shared() (*zstd.Decoder, error) {
	m.once.Do(func() {
		var texts []byte
		m.err = m.numbered(bucketBlocks, 0, func(b []byte) (err error) {
			texts, err = blockTexts(b)
			return err
		})
		if m.err == nil && len(texts) > 0 {
			m.z = newDecoder(zstd.WithDecoderDictRaw(sharedID, texts))
		}
	})
	return m.z, m.err
}

func (f *files) acquire(path string) (*monthFile, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.clock++
	if m := f.open[path]; m != nil {
		m.refs++
		m.used = f.clock
		return m, nil
	}
	if err := whole(path); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	db, err := bolt.Open(path, 0, &bolt.Options{ReadOnly: true, Timeout: lockWait})
	if err != nil {
		return nil, fmt.Errorf("store: %s: %w", path, err)
	}
	if f.open == nil {
		f.open = map[string]*monthFile{}
	}
	m := &monthFile{db: db, refs: 1, used: f.clock, pieces: &f.pieces}
	f.open[path] = m
	return m, nil
}

func (f *files) release(m *monthFile) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	m.refs--
	return f.closeIdle()
}

// closeIdle closes files that nobody reads: those that are gone and, where too
// many are open, those that were not read for the longest time.
func (f *files) closeIdle() error {
	var idle []string
	keep := len(f.open)
	if keep > idleFiles {
		keep = idleFiles / 2
	}
	for path, m := range f.open {
		if m.refs == 0 {
			idle = append(idle, path)
		}
	}
	slices.SortFunc(idle, func(a, b string) int { return cmp.Compare(f.open[a].used, f.open[b].used) })
	var errs []error
	for _, path := range idle {
		if m := f.open[path]; m.gone || len(f.open) > keep {
			delete(f.open, path)
			f.pieces.forget(m)
			errs = append(errs, m.db.Close())
		}
	}
	return errors.Join(errs...)
}

// remove removes a file, which stays readable to its readers.
func (f *files) remove(path string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if m := f.open[path]; m != nil {
		m.gone = true
	}
	return errors.Join(os.Remove(path), f.closeIdle())
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
	var z *zstd.Decoder
	if n > 0 {
		if z, err = m.shared(); err != nil {
			return nil, err
		}
	}
	err = m.numbered(bucketBlocks, n, func(b []byte) error {
		r, err = newBlockReader(b, z)
		return err
	})
	return r, err
}

func (m *monthFile) keys(n uint32) ([]string, error) {
	return kept(m.pieces, piece{m, true, n}, func() (keys []string, size int, err error) {
		err = m.numbered(bucketBlocks, n, func(b []byte) error {
			keys, _, err = blockKeys(b)
			return err
		})
		for i := range keys {
			size += len(keys[i]) + 16
		}
		return keys, size, err
	})
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
