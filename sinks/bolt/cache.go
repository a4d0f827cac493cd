package bolt

import (
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// cachedBlock is a block that was read for single rows of it: who asks for
// one shipment mostly asks for its neighbours next.
type cachedBlock struct {
	file *monthFile
	n    uint32
	keys []string
	rows [][]byte // as rowWriter writes them
}

// cachedBlocks is how many of them are kept, of some megabytes each.
const cachedBlocks = 8

// rows returns a block's rows for reading single ones.
func (f *files) rows(m *monthFile, n uint32) (*cachedBlock, error) {
	f.caching.Lock()
	defer f.caching.Unlock()
	if i := slices.IndexFunc(f.cache, func(b *cachedBlock) bool { return b.file == m && b.n == n }); i >= 0 {
		b := f.cache[i]
		f.cache = append(slices.Delete(f.cache, i, i+1), b)
		return b, nil
	}
	r, err := m.block(n)
	if err != nil {
		return nil, err
	}
	b := &cachedBlock{file: m, n: n, keys: make([]string, 0, len(r.keys)), rows: make([][]byte, 0, len(r.keys))}
	var w rowWriter
	for {
		var s record.Shipment
		key, ok := r.read(&s)
		if !ok {
			break
		}
		b.keys = append(b.keys, strings.Clone(key))
		b.rows = append(b.rows, slices.Clone(w.write(&s)))
	}
	if r.err != nil {
		return nil, r.err
	}
	if len(f.cache) == cachedBlocks {
		f.cache = slices.Delete(f.cache, 0, 1)
	}
	f.cache = append(f.cache, b)
	return b, nil
}

// get returns the shipment with a key in a month, or record.ErrNotFound.
func (f *files) get(m *monthFile, key string) (*record.Shipment, error) {
	at, count, err := m.search(bucketBlocks, key, blockFirst)
	if err != nil {
		return nil, err
	}
	if count == 0 {
		return nil, record.ErrNotFound
	}
	b, err := f.rows(m, at)
	if err != nil {
		return nil, err
	}
	i, ok := slices.BinarySearch(b.keys, key)
	if !ok {
		return nil, record.ErrNotFound
	}
	s := &record.Shipment{}
	return s, new(rowReader).read(b.rows[i], s)
}
