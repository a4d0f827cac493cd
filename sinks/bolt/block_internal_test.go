package bolt

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
)

// oddShipment draws every field from a few odd values, absent ones included.
func oddShipment(r *rand.Rand) *record.Shipment {
	texts := []string{"", "", "MAEU123456789", "0007", "A\x00B", "\x01", "\x02", "Größe", "x.csv:812 y.csv:90", "9f86d081884c7d65", strings.Repeat("9", 40), "КOMP", "000", "0"}
	text := func() string { return texts[r.IntN(len(texts))] }
	floats := []float64{0, 0, 1, -1, 0.1, 1234.56, 59739.9, 131704 * pound, math.Pi, math.MaxFloat64, math.Inf(1), math.Copysign(0, -1), 1e-9, 1 << 60}
	float := func() float64 { return floats[r.IntN(len(floats))] }
	trader := func() record.Trader { return record.Trader{Name: text(), Address: text(), Country: text()} }
	traderAt := func() *record.Trader {
		if r.IntN(3) == 0 {
			return nil
		}
		t := trader()
		return &t
	}
	place := func() *record.Place {
		if r.IntN(3) == 0 {
			return nil
		}
		return &record.Place{Port: text(), Country: text()}
	}
	s := &record.Shipment{
		MasterBill: text(), HouseBill: text(), Shipper: traderAt(), Consignee: traderAt(), Flow: text(), Reporter: text(),
		Carrier: text(), Vessel: text(), Voyage: text(), Mode: text(), Departed: record.Date(text()), Arrived: record.Date(text()), ArrivedBasis: text(),
		Receipt: place(), Lading: place(), Unlading: place(), Destination: place(), OriginCountry: text(),
		WeightKg: float(), Status: text(), Synthetic: r.IntN(2) == 0,
	}
	for range r.IntN(4) {
		s.Containers = append(s.Containers, text())
		s.Notify = append(s.Notify, trader())
		s.Transit = append(s.Transit, record.Place{Port: text()})
		s.Goods = append(s.Goods, record.Good{
			Description: text(), HS: text(), HSInText: text(), Container: text(), Brand: text(),
			Manufacturer: text(), Quantity: float(), Unit: text(), ValueUSD: float(),
		})
	}
	if r.IntN(5) == 0 {
		s.Notify = []record.Trader{}
	}
	if r.IntN(4) > 0 {
		s.Origin = &record.Origin{Source: text(), URL: text(), SHA256: text(), Locator: text(), Parser: text()}
		switch r.IntN(3) {
		case 0:
			s.Origin.Fetched = time.Unix(r.Int64N(1e10), r.Int64N(1e9)).UTC()
		case 1:
			s.Origin.Fetched = time.Unix(r.Int64N(1e10), 0).In(time.FixedZone("", -5*3600))
		}
	}
	return s
}

func FuzzShipments(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed, uint16(seed*30))
	}
	f.Fuzz(func(t *testing.T, seed uint64, n uint16) {
		r := rand.New(rand.NewPCG(seed, 7))
		var want []*record.Shipment
		var w rowWriter
		var rr rowReader
		b := newBlockWriter()
		for i := range int(n%300) + 1 {
			s := oddShipment(r)
			want = append(want, s)
			var back record.Shipment
			if err := rr.read(w.write(s), &back); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(s, &back); diff != "" {
				t.Fatalf("row (-want +got):\n%s", diff)
			}
			b.add(string(rune('a'+i)), s)
		}
		block := b.encode(encoder(), encoder())
		rd, err := newBlockReader(block, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range want {
			var got record.Shipment
			key, ok := rd.read(&got)
			if !ok || key != string(rune('a'+i)) {
				t.Fatalf("row %d: key %q, %v", i, key, rd.err)
			}
			if diff := cmp.Diff(s, &got); diff != "" {
				t.Fatalf("row %d (-want +got):\n%s", i, diff)
			}
		}
		// A block with a damaged byte is an error or other rows, never a panic.
		block[r.IntN(len(block))] ^= byte(1 + r.IntN(255))
		if rd, err := newBlockReader(block, nil); err == nil {
			for ok := true; ok; {
				_, ok = rd.read(&record.Shipment{})
			}
		}
	})
}

func FuzzBlockReader(f *testing.F) {
	b := newBlockWriter()
	b.add("1", &record.Shipment{Containers: []string{"MAEU1234567"}, Shipper: &record.Trader{Name: "N"}, WeightKg: 7})
	f.Add(b.encode(encoder(), encoder()))
	f.Fuzz(func(_ *testing.T, in []byte) {
		if len(in) > 1<<16 {
			return
		}
		_, _ = blockFirst(in)
		rd, err := newBlockReader(in, nil)
		for ok := err == nil; ok; {
			_, ok = rd.read(&record.Shipment{})
		}
		_ = new(rowReader).read(in, &record.Shipment{})
		if r, err := parseRow(in); err == nil {
			_, _ = decodeRecord(record.KindPatent, r.json)
		}
	})
}

func TestPattern(t *testing.T) {
	for _, tt := range []struct {
		in, pattern string
		numbers     int
	}{
		{"MAEU1234567", "MAEU\x00", 1},
		{"a.csv:812 b.csv:090", "a.csv:\x00 b.csv:\x01\x03", 2},
		{"", "", 0},
		{"x\x01", "\x02x\x01", 0},
		{strings.Repeat("9", 19), "\x00\x00", 2},
	} {
		p, n := pattern(nil, nil, tt.in)
		if string(p) != tt.pattern || len(n) != tt.numbers || gaps(string(p)) != tt.numbers {
			t.Errorf("pattern(%q) = %q, %v", tt.in, p, n)
		}
		if back, ok := unpattern(nil, string(p), n); !ok || string(back) != tt.in {
			t.Errorf("unpattern(%q) = %q, %v; want %q", p, back, ok, tt.in)
		}
	}
}
