package bolt

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"

	"github.com/klauspost/compress/zstd"
)

var errBlock = errors.New("store: a block of shipments cannot be read: the file is damaged; drop the month and parse it again")

// A section is a piece of a block: as it is, compressed, or one byte repeated.
const (
	sectionRaw = iota
	sectionPacked
	sectionSame
)

func appendSection(b, raw []byte, z *zstd.Encoder) []byte {
	mode, body := sectionRaw, raw
	if len(raw) > 1 && same(raw) {
		mode, body = sectionSame, raw[:1]
	} else if len(raw) >= 48 {
		if packed := z.EncodeAll(raw, nil); len(packed) < len(raw) {
			mode, body = sectionPacked, packed
		}
	}
	b = binary.AppendUvarint(b, uint64(len(raw))<<2|uint64(mode))
	if mode == sectionPacked {
		b = binary.AppendUvarint(b, uint64(len(body)))
	}
	return append(b, body...)
}

func same(b []byte) bool {
	for _, c := range b {
		if c != b[0] {
			return false
		}
	}
	return true
}

// maxSection bounds what a section may unfold to.
const maxSection = 1 << 28

// cutter takes a block apart. Its first error stays.
type cutter struct {
	b      []byte
	err    error
	z      *zstd.Decoder // knows the month's shared texts; nil where there are none
	keep   bool          // gather the texts that are read
	shared []byte
}

func (c *cutter) uvarint() uint64 {
	v, n := binary.Uvarint(c.b)
	if n <= 0 {
		c.err, c.b = errBlock, nil
		return 0
	}
	c.b = c.b[n:]
	return v
}

func (c *cutter) bytes(n uint64) []byte {
	if n > uint64(len(c.b)) {
		c.err, c.b = errBlock, nil
		return nil
	}
	b := c.b[:n]
	c.b = c.b[n:]
	return b
}

func (c *cutter) section() []byte {
	v := c.uvarint()
	n, mode := v>>2, v&3
	if n > maxSection {
		c.err = errBlock
		return nil
	}
	switch mode {
	case sectionRaw:
		return c.bytes(n)
	case sectionSame:
		if one := c.bytes(1); len(one) == 1 {
			return slices.Repeat(one, int(n))
		}
	case sectionPacked:
		packed := c.bytes(c.uvarint())
		if c.err != nil {
			return nil
		}
		z := c.z
		if z == nil {
			z = decoder()
		}
		raw, err := z.DecodeAll(packed, make([]byte, 0, n))
		if err == nil && uint64(len(raw)) == n {
			return raw
		}
	}
	c.err = errBlock
	return nil
}

// appendSizes writes whole numbers as planes of bytes: all lowest bytes, then
// all second ones. The planes of small numbers cost nothing.
func appendSizes(b []byte, v []uint64, z *zstd.Encoder) []byte {
	var top uint64
	for _, n := range v {
		top |= n
	}
	width := 0
	for ; top > 0; top >>= 8 {
		width++
	}
	b = append(binary.AppendUvarint(b, uint64(len(v))), byte(width))
	plane := make([]byte, len(v))
	for p := range width {
		for i, n := range v {
			plane[i] = byte(n >> (8 * p))
		}
		b = appendSection(b, plane, z)
	}
	return b
}

func (c *cutter) sizes() []uint64 {
	n, width := c.uvarint(), c.bytes(1)
	if c.err != nil || n > maxSection/8 || width[0] > 8 {
		c.err = errBlock
		return nil
	}
	var planes [8][]byte
	for p := range width[0] {
		planes[p] = c.section()
		if uint64(len(planes[p])) != n {
			c.err = errBlock
			return nil
		}
	}
	v := make([]uint64, n)
	for p, plane := range planes[:width[0]] {
		for i, x := range plane {
			v[i] |= uint64(x) << (8 * p)
		}
	}
	return v
}

// appendTexts writes texts as a dictionary in order of first sight: 0 is the
// next new text, n the n-th old one. The texts are packed by their own encoder.
func appendTexts(b []byte, v []string, z, texts *zstd.Encoder) []byte {
	seen := make(map[string]uint64, min(len(v), 1024))
	codes := make([]uint64, len(v))
	var lengths []uint64
	var pool []byte
	last := uint64(0)
	for i, s := range v {
		if i > 0 && s == v[i-1] { // most columns change seldom
			codes[i] = last
			continue
		}
		if n, ok := seen[s]; ok {
			codes[i], last = n, n
			continue
		}
		last = uint64(len(seen) + 1)
		seen[s] = last
		lengths = append(lengths, uint64(len(s)))
		pool = append(pool, s...)
	}
	b = appendSizes(b, codes, z)
	b = appendSizes(b, lengths, z)
	return appendSection(b, pool, texts)
}

func (c *cutter) texts() []string {
	codes, lengths, pool := c.sizes(), c.sizes(), string(c.section())
	if c.keep {
		c.shared = append(c.shared, pool...)
	}
	dictionary := make([]string, len(lengths))
	for i, n := range lengths {
		if n > uint64(len(pool)) {
			c.err = errBlock
			return nil
		}
		dictionary[i], pool = pool[:n], pool[n:]
	}
	v := make([]string, len(codes))
	next := uint64(0)
	for i, n := range codes {
		if n == 0 {
			next++
			n = next
		}
		if n > next || n > uint64(len(dictionary)) {
			c.err = errBlock
			return nil
		}
		v[i] = dictionary[n-1]
	}
	return v
}

// appendNumbers writes numbers of any size: how many bytes each takes, and
// the bytes.
func appendNumbers(b []byte, v []uint64, z *zstd.Encoder) []byte {
	lengths, pool := make([]byte, len(v)), make([]byte, 0, 4*len(v))
	for i, n := range v {
		for ; n > 0; n >>= 8 {
			pool = append(pool, byte(n))
			lengths[i]++
		}
	}
	return appendSection(appendSection(b, lengths, z), pool, z)
}

func (c *cutter) numbers() []uint64 {
	lengths, pool := c.section(), c.section()
	v := make([]uint64, len(lengths))
	for i, n := range lengths {
		if n > 8 || int(n) > len(pool) {
			c.err = errBlock
			return nil
		}
		for j := range n {
			v[i] |= uint64(pool[j]) << (8 * j)
		}
		pool = pool[n:]
	}
	return v
}

func zigzag(n int64) uint64   { return uint64(n<<1) ^ uint64(n>>63) }
func unzigzag(n uint64) int64 { return int64(n>>1) ^ -int64(n&1) }

// A float is written as a whole number and how to come back from it: divided
// by a power of ten, multiplied by the weight of a pound, or its bits.
const (
	scalePound = 10
	scaleBits  = 11
	pound      = 0.45359237
)

var tens = [10]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9}

// scales are tried in this order: a weight in pounds has eight decimals in kg.
var scales = [...]byte{0, 1, 2, 3, scalePound, 4, 5, 6, 7, 8, 9}

func scaled(f float64) (scale byte, n uint64) {
	for _, scale := range scales {
		x := f
		if scale == scalePound {
			x /= pound
		} else {
			x *= tens[scale]
		}
		if x = math.Round(x); math.Abs(x) < 1<<53 {
			n := zigzag(int64(x))
			if math.Float64bits(unscaled(scale, n)) == math.Float64bits(f) {
				return scale, n
			}
		}
	}
	return scaleBits, math.Float64bits(f)
}

func unscaled(scale byte, n uint64) float64 {
	switch {
	case scale < scalePound:
		return float64(unzigzag(n)) / tens[scale]
	case scale == scalePound:
		return float64(unzigzag(n)) * pound
	}
	return math.Float64frombits(n)
}

func appendFloats(b []byte, v []float64, z *zstd.Encoder) []byte {
	scales, numbers := make([]byte, len(v)), make([]uint64, len(v))
	for i, f := range v {
		scales[i], numbers[i] = scaled(f)
	}
	return appendNumbers(appendSection(b, scales, z), numbers, z)
}

func (c *cutter) floats() []float64 {
	scales, numbers := c.section(), c.numbers()
	if len(scales) != len(numbers) {
		c.err = errBlock
		return nil
	}
	v := make([]float64, len(scales))
	for i, s := range scales {
		v[i] = unscaled(s, numbers[i])
	}
	return v
}
