package bolt

import (
	"bytes"
	"encoding/binary"
	"iter"

	"github.com/klauspost/compress/zstd"

	"github.com/tripoint-data/tripoint/record"
)

// The roles as they stand in a posting and in a mask.
var roles = [...]string{record.RoleShipper, record.RoleConsignee, record.RoleNotify}

// nameIndexBytes is about what a nameIndex holds before it writes a run.
const nameIndexBytes = 32 << 20

// namesPerBlock is how many names a block of the dictionary has.
const namesPerBlock = 1024

// nameIndex gathers the distinct names of a month with where they stand. A
// posting is the shipment's number in the month and the role in it:
// number<<2 | role. Postings stand as differences.
type nameIndex struct {
	held     map[string]*name
	size     int
	limit    int
	sorter   *sorter
	key      []byte
	distinct int
}

type name struct {
	address  string
	mask     byte
	count    uint64
	last     uint64
	postings []byte
}

func newNameIndex(scratch, runs string) *nameIndex {
	return &nameIndex{held: map[string]*name{}, limit: nameIndexBytes, sorter: newSorter(scratch, runs)}
}

func (x *nameIndex) add(number uint64, s *record.Shipment) error {
	if s.Shipper != nil {
		x.use(number<<2, s.Shipper)
	}
	if s.Consignee != nil {
		x.use(number<<2|1, s.Consignee)
	}
	for i := range s.Notify {
		x.use(number<<2|2, &s.Notify[i])
	}
	if x.size < x.limit {
		return nil
	}
	return x.spill()
}

func (x *nameIndex) use(posting uint64, t *record.Trader) {
	if t.Name == "" {
		return
	}
	x.key = append(append(append(x.key[:0], t.Name...), 0), t.Country...)
	n := x.held[string(x.key)]
	if n == nil {
		n = &name{}
		x.held[string(x.key)] = n
		x.size += len(x.key) + 160
	} else if n.last == posting {
		return // notified twice on one bill
	}
	if n.address == "" && t.Address != "" {
		n.address = t.Address
		x.size += len(t.Address)
	}
	before := cap(n.postings)
	n.postings = binary.AppendUvarint(n.postings, posting-n.last)
	x.size += cap(n.postings) - before
	n.last, n.mask = posting, n.mask|1<<(posting&3)
	n.count++
}

func (x *nameIndex) spill() error {
	var v []byte
	for key, n := range x.held {
		v = append(appendText(v[:0], n.address), n.mask)
		v = append(binary.AppendUvarint(v, n.count), n.postings...)
		if err := x.sorter.add([]byte(key), v); err != nil {
			return err
		}
	}
	x.held, x.size = map[string]*name{}, 0
	return nil
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func (c *cutter) text() []byte { return c.bytes(c.uvarint()) }

// blocks yields the blocks of the dictionary in ascending order of names:
//
//	first key; section of (key, address, roles, count, length of postings)…; section of postings
//
// A name's postings are one piece a run: count, differences. z packs the names
// and addresses, most of which the shipments have had already.
func (x *nameIndex) blocks(z *zstd.Encoder) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		if err := x.spill(); err != nil {
			yield(nil, err)
			return
		}
		var w namesWriter
		for p, err := range x.sorter.all() {
			if err == nil && w.entries > 0 && !bytes.Equal(p.key, w.key) {
				w.end()
				x.distinct++
				if w.full() && !yield(w.block(z), nil) {
					return
				}
			}
			if err == nil {
				err = w.add(p)
			}
			if err != nil {
				yield(nil, err)
				return
			}
		}
		if w.entries > 0 {
			w.end()
			x.distinct++
			yield(w.block(z), nil)
		}
	}
}

// namesWriter gathers one block.
type namesWriter struct {
	first, key     []byte
	list, postings []byte
	entries, done  int
	now            name
	start          int // of the present name's postings
}

func (w *namesWriter) add(p pair) error {
	c := cutter{b: p.value}
	address, mask, count := c.text(), c.bytes(1), c.uvarint()
	if c.err != nil {
		return c.err
	}
	if w.entries == w.done { // a new name
		w.entries++
		if w.done == 0 {
			w.first = append(w.first[:0], p.key...)
		}
		w.key, w.now, w.start = append(w.key[:0], p.key...), name{}, len(w.postings)
	}
	if w.now.address == "" {
		w.now.address = string(address)
	}
	w.now.mask |= mask[0]
	w.now.count += count
	w.postings = append(binary.AppendUvarint(w.postings, count), c.b...)
	return nil
}

// end closes the present name.
func (w *namesWriter) end() {
	w.list = appendText(appendText(w.list, string(w.key)), w.now.address)
	w.list = binary.AppendUvarint(append(w.list, w.now.mask), w.now.count)
	w.list = binary.AppendUvarint(w.list, uint64(len(w.postings)-w.start))
	w.done++
}

func (w *namesWriter) full() bool { return w.done >= namesPerBlock || len(w.postings) > 1<<20 }

func (w *namesWriter) block(z *zstd.Encoder) []byte {
	b := appendText(nil, string(w.first))
	b = appendSection(b, w.list, z)
	b = appendSection(b, w.postings, blockEncoder())
	*w = namesWriter{first: w.first[:0], key: w.key[:0], list: w.list[:0], postings: w.postings[:0]}
	return b
}

func namesFirst(b []byte) (string, error) {
	c := cutter{b: b}
	key := c.text()
	return string(key), c.err
}

// nameLine is one line of a block of names.
type nameLine struct {
	key      []byte // name 0x00 country
	address  []byte
	mask     byte
	count    uint64
	postings uint64 // how many bytes
}

// lines yields the lines of a block's first section.
func lines(section []byte) iter.Seq2[nameLine, error] {
	return func(yield func(nameLine, error) bool) {
		c := cutter{b: section}
		for len(c.b) > 0 {
			l := nameLine{key: c.text(), address: c.text()}
			if mask := c.bytes(1); len(mask) == 1 {
				l.mask = mask[0]
			}
			l.count, l.postings = c.uvarint(), c.uvarint()
			if !yield(l, c.err) || c.err != nil {
				return
			}
		}
	}
}

// names yields a month's names as pairs: the key, and the line's other parts.
func (m *monthFile) names() iter.Seq2[pair, error] {
	return func(yield func(pair, error) bool) {
		count, err := m.count(bucketNames)
		var z *zstd.Decoder
		if count > 0 && err == nil {
			z, err = m.shared()
		}
		for n := uint32(0); n < count && err == nil; n++ {
			var list []byte
			err = m.numbered(bucketNames, n, func(b []byte) error {
				c := cutter{b: b, z: z}
				c.text()
				list = bytes.Clone(c.section())
				return c.err
			})
			if err != nil {
				break
			}
			var v []byte
			for l, e := range lines(list) {
				if err = e; err != nil {
					break
				}
				v = binary.AppendUvarint(append(v[:0], l.mask), l.count)
				if !yield(pair{l.key, append(v, l.address...)}, nil) {
					return
				}
			}
		}
		if err != nil {
			yield(pair{}, err)
		}
	}
}

// uses returns the postings of a name in a month.
func (m *monthFile) uses(key []byte) (postings []uint64, err error) {
	at, count, err := m.search(bucketNames, string(key), namesFirst)
	if err != nil || count == 0 {
		return nil, err
	}
	b, err := m.nameBlock(at)
	if err != nil {
		return nil, err
	}
	start := uint64(0)
	for l, err := range lines(b.list) {
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(l.key, key) {
			start += l.postings
			continue
		}
		in := cutter{b: b.postings}
		in.bytes(start)
		in.b = in.bytes(l.postings)
		postings = in.postings()
		return postings, in.err
	}
	return nil, nil
}

// nameBlock is a block of the dictionary, unpacked: its lines and the postings
// that they lead to.
type nameBlock struct{ list, postings []byte }

func (m *monthFile) nameBlock(n uint32) (nameBlock, error) {
	return kept(m.pieces, piece{m, false, n}, func() (block nameBlock, size int, err error) {
		z, err := m.shared()
		if err != nil {
			return block, 0, err
		}
		err = m.numbered(bucketNames, n, func(b []byte) error {
			c := cutter{b: b, z: z}
			c.text()
			block.list = bytes.Clone(c.section())
			block.postings = bytes.Clone(c.section())
			return c.err
		})
		return block, len(block.list) + len(block.postings), err
	})
}

func (c *cutter) postings() (v []uint64) {
	for len(c.b) > 0 && c.err == nil {
		last := uint64(0)
		for range c.uvarint() {
			if c.err != nil {
				return nil
			}
			last += c.uvarint()
			v = append(v, last)
		}
	}
	return v
}
