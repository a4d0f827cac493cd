package ams

import (
	"fmt"
	"slices"
	"time"

	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/parsers/manifest"
	"github.com/tripoint-data/tripoint/record"
)

// shipment says of the bill what its rows say.
func (j *joiner) shipment() (*record.Shipment, error) {
	b := &j.bill
	if b.broken != nil {
		return nil, b.broken
	}
	h := b.rows[header][0].cells
	arrived, basis, err := manifest.Arrived(date, h[hActual], h[hEstimated])
	if err != nil {
		return nil, err
	}
	s := &record.Shipment{
		ID:           manifest.ID(j.unit, "ams", arrived, b.id),
		Shipper:      trader(b.rows[shipper]),
		Consignee:    trader(b.rows[consignee]),
		Flow:         "import",
		Reporter:     "US",
		Carrier:      h[hCarrier],
		Vessel:       h[hVessel],
		Mode:         manifest.Mode(h[hMode]),
		Arrived:      arrived,
		ArrivedBasis: basis,
		Receipt:      j.place(h[hReceipt]),
		Lading:       j.place(h[hLading]),
		Unlading:     j.place(h[hUnlading]),
		WeightKg:     manifest.Kilograms(h[hWeight], h[hWeightUnit]),
		Status:       h[hStatus],
		Origin:       j.unit.At(j.locator()),
	}
	if s.Unlading != nil && s.Unlading.Country == "" {
		s.Unlading.Country = "US" // goods are unladen where the manifest is filed
	}
	s.Destination = j.place(h[hDestination])
	if foreign := j.place(h[hForeign]); foreign != nil { // the goods leave again
		if s.Destination != nil {
			s.Transit = []record.Place{*s.Destination}
		}
		s.Destination = foreign
	}
	if rows := b.rows[billgen]; len(rows) > 0 {
		c := rows[0].cells
		s.MasterBill, s.HouseBill, s.Voyage = c[bMaster], c[bHouse], c[bVoyage]
	}
	for _, r := range b.rows[notifyparty] {
		if t := partyOf(r); t != nil && !slices.Contains(s.Notify, *t) {
			s.Notify = append(s.Notify, *t)
		}
	}
	s.Goods = j.goods(h[hUnit])
	s.Containers = j.containers()
	return s, nil
}

// date reads a calendar date of the extracts: 2020-07-26, with or without a
// time of day behind it, or 20200726.
func date(s string) (record.Date, error) {
	if s == "" {
		return "", nil
	}
	day := s
	if len(day) > 10 && (day[10] == ' ' || day[10] == 'T') {
		day = day[:10]
	}
	if len(day) == 8 {
		day = day[:4] + "-" + day[4:6] + "-" + day[6:]
	}
	if len(day) == 10 {
		if _, err := time.Parse(time.DateOnly, day); err == nil && day[:4] >= "1900" {
			return record.Date(day), nil
		}
	}
	return "", fmt.Errorf("%q is no date of the form 2020-07-26", s)
}

// place is a port as the document names it, with the country that its text
// gives away.
func (j *joiner) place(text string) *record.Place {
	if text == "" {
		return nil
	}
	p, ok := j.places[text]
	if !ok {
		p.Port, p.Country = tables.Port(text)
		if len(j.places) > 1<<14 {
			clear(j.places)
		}
		j.places[text] = p
	}
	if p.Port == "" {
		return nil
	}
	return &p
}

// trader is the first party that is named; others of the same role are older
// readings of it.
func trader(rows []row) *record.Trader {
	for _, r := range rows {
		if t := partyOf(r); t != nil {
			return t
		}
	}
	return nil
}

// partyOf is the party of a row, or nil where it names none. Its country is
// the one in its address, never a port's.
func partyOf(r row) *record.Trader {
	c := r.cells
	if c[pName] == "" {
		return nil
	}
	return &record.Trader{Name: c[pName], Address: manifest.Address(c[pStreet:pCountry]...), Country: manifest.Country(c[pCountry])}
}

// line is where a bill speaks of goods: a description in a container.
type line struct{ container, sequence, text string }

// goods are the descriptions of the bill, each container's apart, with the
// tariff codes that stand beside them. Repeated lines are dropped.
func (j *joiner) goods(unit string) []record.Good {
	b := &j.bill
	descriptions, codes := b.rows[cargodesc], b.rows[tariff]
	if len(descriptions)+len(codes) == 0 {
		return nil
	}
	clear(j.lines)
	goods := make([]record.Good, 0, len(descriptions))
	for _, r := range descriptions {
		c := r.cells
		key := line{c[gContainer], c[gSequence], c[gText]}
		if _, seen := j.lines[key]; seen {
			continue
		}
		j.lines[key] = len(goods)
		key.text = ""
		if _, seen := j.lines[key]; !seen {
			j.lines[key] = len(goods)
		}
		g := record.Good{Description: c[gText], Container: c[gContainer], Quantity: manifest.Number(c[gPieces])}
		if g.Quantity > 0 {
			g.Unit = unit
		}
		g.HSInText = manifest.HSInText(g.Description)
		goods = append(goods, g)
	}
	for _, r := range codes {
		c := r.cells
		hs, value := manifest.HS(c[gHS]), manifest.Number(c[gValue])
		if hs == "" && value == 0 {
			continue
		}
		key := line{c[gContainer], c[gSequence], "\x00" + hs + " " + c[gValue]}
		if _, seen := j.lines[key]; seen {
			continue
		}
		j.lines[key] = 0
		key.text = ""
		if i, ok := j.lines[key]; ok && goods[i].HS == "" && goods[i].ValueUSD == 0 {
			goods[i].HS, goods[i].ValueUSD = hs, value
			continue
		}
		// A second code for one description, or a code without one.
		goods = append(goods, record.Good{HS: hs, Container: c[gContainer], ValueUSD: value})
	}
	return slices.DeleteFunc(goods, func(g record.Good) bool {
		return g == (record.Good{Container: g.Container})
	})
}

// containers are the bill's containers in the order of their first mention,
// each once, however many share a cell.
func (j *joiner) containers() []string {
	clear(j.boxes)
	var list []string
	for _, t := range [...]int{container, cargodesc, tariff} {
		last := ""
		for _, r := range j.bill.rows[t] {
			cell := r.cells[0] // container_number stands first in all three
			if cell == last {
				continue
			}
			last = cell
			for _, c := range manifest.Containers(cell) {
				if !j.boxes[c] {
					j.boxes[c] = true
					list = append(list, c)
				}
			}
		}
	}
	return list
}
