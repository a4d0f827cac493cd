package bolt_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/tripoint-data/tripoint/record"
)

// corpus makes shipments in the measured shapes of US rows: names drawn with
// p ∝ 1/(k+150)^1.3, their lengths, what is missing how often, 1.56
// containers a bill.
type corpus struct {
	r                    *rand.Rand
	consignees, shippers traders
	goods                []string
	vessels, ports       []string
	carriers             []string
}

type traders struct {
	all []record.Trader
	sum []float64
}

var words = strings.Fields(`GLOBAL OCEAN PACIFIC STAR UNITED TRADING LOGISTICS IMPORT EXPORT INDUSTRIAL FURNITURE TEXTILE ELECTRONICS PLASTIC
STEEL GLASS PAPER FOODS MARINE AUTO PARTS HOME GARDEN TOYS SPORT SHOE GARMENT TOOLS PUMP VALVE CABLE LIGHT LED CAMERA SECURITY MEDICAL CHEMICAL RUBBER TIRE WOOD
FLOOR TILE STONE KITCHEN BATH PET TRAVEL BAG LUGGAGE PRINT PACK BOX METAL ALLOY MOTOR BIKE BATTERY SOLAR WIND POWER TECH DIGITAL SMART NOVA ORION DELTA SUMMIT RIVER
GOLDEN DRAGON LOTUS TIGER EAGLE FALCON BRIDGE HARBOR NORTH SOUTH EAST WEST NEW CENTRAL ROYAL PRIME FIRST BEST GRAND GREEN BLUE RED`)

func (c *corpus) words(n int, extra int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		if c.r.IntN(100) < extra { // a word of its own
			for range 3 + c.r.IntN(8) {
				b.WriteByte("AEIOUBCDFGHKLMNPRSTVWXYZAEIONRST"[c.r.IntN(32)])
			}
		} else {
			b.WriteString(words[c.r.IntN(len(words))])
		}
	}
	return b.String()
}

func (c *corpus) traders(n int, countries []string) (t traders) {
	suffix := []string{" LTD", " CO LTD", " INC", " LLC", " CORP", " GMBH", "", "", ""}
	var sum float64
	for k := range n {
		country := countries[c.r.IntN(len(countries))]
		t.all = append(t.all, record.Trader{
			Name:    c.words(2+c.r.IntN(3), 50) + suffix[c.r.IntN(len(suffix))],
			Address: fmt.Sprintf("%d %s, %s %05d", 1+c.r.IntN(9999), c.words(2+c.r.IntN(3), 40), c.words(1, 30), c.r.IntN(100000)),
			Country: country,
		})
		sum += 1 / math.Pow(float64(k+150), 1.3)
		t.sum = append(t.sum, sum)
	}
	return t
}

func (t traders) draw(r *rand.Rand) *record.Trader {
	x := r.Float64() * t.sum[len(t.sum)-1]
	lo, hi := 0, len(t.sum)-1
	for lo < hi {
		if mid := (lo + hi) / 2; t.sum[mid] < x {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	v := t.all[lo]
	return &v
}

func newCorpus(seed uint64) *corpus {
	c := &corpus{r: rand.New(rand.NewPCG(seed, 1))}
	c.consignees = c.traders(128_448, []string{"US"})
	c.shippers = c.traders(150_000, []string{"CN", "CN", "CN", "VN", "IN", "KR", "DE", "IT", "TW", "HK"})
	for range 60_000 {
		c.goods = append(c.goods, c.words(int(1+8*math.Exp(c.r.NormFloat64()*0.8)), 35))
	}
	for range 400 {
		c.vessels = append(c.vessels, c.words(2, 40))
		c.ports = append(c.ports, c.words(1, 80)+", "+c.words(1, 50))
	}
	for range 120 {
		c.carriers = append(c.carriers, string([]byte{byte('A' + c.r.IntN(26)), byte('A' + c.r.IntN(26)), byte('A' + c.r.IntN(26)), 'U'}))
	}
	return c
}

var fetched = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// bill is the n-th bill of a month. Rows is how many source rows it stands for.
func (c *corpus) bill(source, month string, n int) (s *record.Shipment, rows int) {
	r := c.r
	number := 2020072700000 + int64(n)*3 + int64(r.IntN(3))
	carrier := c.carriers[int(math.Abs(r.NormFloat64())*30)%len(c.carriers)]
	day := record.Date(fmt.Sprintf("%s-%s-%02d", month[:4], month[4:], 1+n/40000%28))
	lading := record.Place{Port: c.ports[int(math.Abs(r.NormFloat64())*60)%len(c.ports)]}
	unlading := record.Place{Port: c.ports[int(math.Abs(r.NormFloat64())*20)%len(c.ports)], Country: "US"}
	s = &record.Shipment{
		ID:         fmt.Sprintf("%s/%s/%d", source, month, number),
		MasterBill: fmt.Sprintf("%s%09d", carrier, r.IntN(1e9)),
		Flow:       "import", Reporter: "US", Mode: "sea", Carrier: carrier,
		Vessel: c.vessels[int(math.Abs(r.NormFloat64())*60)%len(c.vessels)], Voyage: fmt.Sprintf("%03dE", r.IntN(300)),
		Arrived: day, Lading: &lading, Unlading: &unlading,
		WeightKg: float64(100+r.IntN(40000)) * 0.45359237,
		Status:   "New",
		Origin: &record.Origin{
			Source: source, URL: "https://manifests.example/ams_2020.zip", SHA256: strings.Repeat("ab", 32), Parser: "ams-csv/1", Fetched: fetched,
			Locator: fmt.Sprintf("ams__header_2020.csv:%d ams__shipper_2020.csv:%d ams__consignee_2020.csv:%d", n+2, n*4/5+2, n*9/10+2),
		},
	}
	if r.Float64() < 0.3 {
		s.HouseBill = fmt.Sprintf("%s%08d", carrier, r.IntN(1e8))
	}
	if r.Float64() > 0.214 {
		s.Shipper = c.shippers.draw(r)
	}
	if r.Float64() > 0.155 {
		s.Consignee = c.consignees.draw(r)
		if r.Float64() < 0.6 {
			s.Notify = []record.Trader{*s.Consignee}
		}
	}
	rows = 1
	for r.Float64() < 0.36 && rows < 40 { // mean 1.56
		rows++
	}
	for range rows {
		s.Containers = append(s.Containers, fmt.Sprintf("%s%07d", carrier, r.IntN(1e7)))
	}
	description := c.goods[int(math.Pow(r.Float64(), 2.5)*float64(len(c.goods)))]
	for i := range rows {
		g := record.Good{Description: description, Container: s.Containers[i], Quantity: float64(1 + r.IntN(2000)), Unit: "CTN"}
		if r.Float64() > 0.576 {
			g.HS = fmt.Sprintf("%06d", 392000+int(math.Abs(r.NormFloat64())*500))
		}
		if r.Float64() > 0.54 {
			g.ValueUSD = float64(r.IntN(90000))
		}
		s.Goods = append(s.Goods, g)
	}
	return s, rows
}
