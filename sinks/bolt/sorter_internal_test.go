package bolt

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tripoint-data/tripoint/record"
)

// TestSorter sorts through so many runs that they are merged on the way.
func TestSorter(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	s := newSorter(t.TempDir(), "test")
	s.limit = 1 << 10
	var want []string
	for i := range 10_000 {
		key := fmt.Sprintf("%03d", r.IntN(300))
		want = append(want, fmt.Sprintf("%s %06d", key, i)) // equal keys stay in order
		if err := s.add([]byte(key), fmt.Appendf(nil, "%06d", i)); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(want)
	if len(s.runs) < 2 || s.made <= maxRuns {
		t.Fatalf("%d runs of %d: the test does not merge", len(s.runs), s.made)
	}
	for range 2 {
		i := 0
		for p, err := range s.all() {
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprintf("%s %s", p.key, p.value); i >= len(want) || got != want[i] {
				t.Fatalf("pair %d is %q", i, got)
			}
			i++
		}
		if i != len(want) {
			t.Fatalf("%d of %d pairs", i, len(want))
		}
	}
}

// TestNameIndex gathers names with room for few of them at a time.
func TestNameIndex(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	x := newNameIndex(t.TempDir(), "names")
	x.limit, x.sorter.limit = 4<<10, 2<<10
	want := map[string][]uint64{}
	for n := range uint64(20_000) {
		name := fmt.Sprintf("NAME %d", r.IntN(3000)*r.IntN(2))
		want[name+"\x00CN"] = append(want[name+"\x00CN"], n<<2)
		if err := x.add(n, &record.Shipment{Shipper: &record.Trader{Name: name, Country: "CN", Address: "AT " + name}}); err != nil {
			t.Fatal(err)
		}
	}
	last := []byte{}
	seen := 0
	for b, err := range x.blocks(blockEncoder()) {
		if err != nil {
			t.Fatal(err)
		}
		c := cutter{b: b}
		c.text()
		list, postings := c.section(), cutter{b: c.section()}
		for l, err := range lines(list) {
			if err != nil {
				t.Fatal(err)
			}
			in := cutter{b: postings.bytes(l.postings)}
			if got := in.postings(); !slices.Equal(got, want[string(l.key)]) || l.count != uint64(len(got)) || l.mask != 1 {
				t.Fatalf("%q: %d postings, count %d, mask %d", l.key, len(got), l.count, l.mask)
			}
			if bytes.Compare(last, l.key) >= 0 || string(l.address) != "AT "+string(l.key[:len(l.key)-3]) {
				t.Fatalf("%q after %q at %q", l.key, last, l.address)
			}
			last = bytes.Clone(l.key)
			seen++
		}
	}
	if seen != len(want) || x.distinct != seen {
		t.Errorf("%d of %d names, %d counted", seen, len(want), x.distinct)
	}
}
