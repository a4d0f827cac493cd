package link

import (
	"math/bits"
	"slices"
)

// table maps hashes to numbers: sorted pairs with a directory of their leading
// bits, eight bytes a pair and one look to find them.
type table struct {
	pairs []uint64 // hash<<32 | number
	top   []uint32 // where each leading part begins
	shift uint
	some  []uint64 // a bit for each longer leading part that some hash has: most hashes sought are not there
	fine  uint
}

func (t *table) add(hash uint32, number int32) {
	t.pairs = append(t.pairs, uint64(hash)<<32|uint64(uint32(number)))
}

// build sorts the pairs; after it the table is read only. Postings longer than
// most lead nowhere and are dropped; 0 keeps all.
func (t *table) build(most int) {
	slices.Sort(t.pairs)
	t.pairs = slices.Compact(t.pairs)
	if most > 0 {
		t.dropLong(most)
	}
	t.pairs = slices.Clone(t.pairs)
	width := max(1, bits.Len(uint(len(t.pairs))))
	width = min(width, 24)
	t.shift = uint(32 - width)
	t.top = make([]uint32, 1<<width+1)
	t.fine = t.shift - min(t.shift, 3)
	t.some = make([]uint64, max(1, 1<<(32-t.fine)/64))
	for _, p := range t.pairs {
		bit := uint32(p>>32) >> t.fine
		t.some[bit/64] |= 1 << (bit % 64)
	}
	at := 0
	for i := range t.top {
		for at < len(t.pairs) && uint64(uint32(t.pairs[at]>>32)>>t.shift) < uint64(i) {
			at++
		}
		t.top[i] = uint32(at)
	}
}

func (t *table) dropLong(most int) {
	kept := t.pairs[:0]
	for i := 0; i < len(t.pairs); {
		end := i + 1
		for end < len(t.pairs) && t.pairs[end]>>32 == t.pairs[i]>>32 {
			end++
		}
		if end-i <= most {
			kept = append(kept, t.pairs[i:end]...)
		}
		i = end
	}
	t.pairs = kept
}

// find returns the pairs of a hash.
func (t *table) find(hash uint32) []uint64 {
	if len(t.pairs) == 0 {
		return nil
	}
	if bit := hash >> t.fine; t.some[bit/64]>>(bit%64)&1 == 0 {
		return nil
	}
	lo, hi := t.top[hash>>t.shift], t.top[hash>>t.shift+1]
	for lo < hi && uint32(t.pairs[lo]>>32) < hash {
		lo++
	}
	end := lo
	if hi-lo > 64 { // a long posting: find its end by halving
		n, _ := slices.BinarySearch(t.pairs[lo:hi], (uint64(hash)+1)<<32)
		return t.pairs[lo : lo+uint32(n)]
	}
	for end < hi && uint32(t.pairs[end]>>32) == hash {
		end++
	}
	return t.pairs[lo:end]
}

// The ways a hash is made, kept apart by their seeds.
const (
	byKey     = 'k' // all words but place and form, sorted
	byWord    = 'w'
	bySquash  = 's' // the distinctive words in one
	byRest    = 'p' // the ordinary words of a name that has no other
	byLess    = 'l' // the same but for one
	bySlip    = 't' // the ordinary words beside one that may be misspelt
	byInitial = 'i'
	bySound   = 'e'
	byGram    = 'g'
	byHead    = 'h'
	byAddress = 'a'
	byID      = 'n'
)

// hashOf is FNV-1a folded to 32 bits, the parts run together.
func hashOf(way byte, parts ...string) uint32 {
	h := uint64(14695981039346656037)
	h = (h ^ uint64(way)) * 1099511628211
	for _, p := range parts {
		for i := range len(p) {
			h = (h ^ uint64(p[i])) * 1099511628211
		}
	}
	h ^= h >> 32
	h *= 0x9e3779b97f4a7c15
	return uint32(h >> 32)
}
