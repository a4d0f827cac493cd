package bolt

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/tripoint-data/tripoint/record"
)

// fields is what walks over a shipment: the same walk writes and reads it, as
// a row (row.go) and as columns of a block (block.go), so that the forms
// cannot drift apart. Writers look at what they are handed, readers set it.
type fields interface {
	text(column, *string)
	number(column, *float64)
	size(column, uint64) uint64
	trader(column, *record.Trader)
	place(column, *record.Place)
	origin(column, *record.Origin)
}

// column names one field of a shipment.
type column int

const (
	colMaster column = iota
	colHouse
	colContainers
	colContainer
	colShipper
	colShipperAt
	colConsignee
	colConsigneeAt
	colNotify
	colNotifyAt
	colFlow
	colReporter
	colCarrier
	colVessel
	colVoyage
	colMode
	colDeparted
	colArrived
	colArrivedBasis
	colReceipt
	colReceiptAt
	colLading
	colLadingAt
	colUnlading
	colUnladingAt
	colDestination
	colDestinationAt
	colTransit
	colTransitAt
	colOriginCountry
	colGoods
	colDescription
	colHS
	colHSInText
	colGoodIn
	colGoodContainer
	colBrand
	colManufacturer
	colQuantity
	colUnit
	colValue
	colWeight
	colStatus
	colSynthetic
	colOrigin
	colOriginAt
	colLocator
	colTraderName
	colTraderAddress
	colTraderCountry
	colPlacePort
	colPlaceCountry
	colOriginSource
	colOriginURL
	colOriginSHA
	colOriginParser
	colOriginFetched
	columns
)

// walk visits every field of a shipment but its id, which is the key.
func walk(f fields, s *record.Shipment) {
	f.text(colMaster, &s.MasterBill)
	f.text(colHouse, &s.HouseBill)
	for i := range list(f, colContainers, &s.Containers) {
		f.text(colContainer, &s.Containers[i])
	}
	if t := held(f, colShipper, &s.Shipper); t != nil {
		f.trader(colShipperAt, t)
	}
	if t := held(f, colConsignee, &s.Consignee); t != nil {
		f.trader(colConsigneeAt, t)
	}
	for i := range list(f, colNotify, &s.Notify) {
		f.trader(colNotifyAt, &s.Notify[i])
	}
	f.text(colFlow, &s.Flow)
	f.text(colReporter, &s.Reporter)
	f.text(colCarrier, &s.Carrier)
	f.text(colVessel, &s.Vessel)
	f.text(colVoyage, &s.Voyage)
	f.text(colMode, &s.Mode)
	f.text(colDeparted, (*string)(&s.Departed))
	f.text(colArrived, (*string)(&s.Arrived))
	f.text(colArrivedBasis, &s.ArrivedBasis)
	walkPlace(f, colReceipt, colReceiptAt, &s.Receipt)
	walkPlace(f, colLading, colLadingAt, &s.Lading)
	walkPlace(f, colUnlading, colUnladingAt, &s.Unlading)
	walkPlace(f, colDestination, colDestinationAt, &s.Destination)
	for i := range list(f, colTransit, &s.Transit) {
		f.place(colTransitAt, &s.Transit[i])
	}
	f.text(colOriginCountry, &s.OriginCountry)
	for i := range list(f, colGoods, &s.Goods) {
		walkGood(f, s.Containers, &s.Goods[i])
	}
	f.number(colWeight, &s.WeightKg)
	f.text(colStatus, &s.Status)
	synthetic := uint64(0)
	if s.Synthetic {
		synthetic = 1
	}
	s.Synthetic = f.size(colSynthetic, synthetic) == 1
	if o := held(f, colOrigin, &s.Origin); o != nil {
		f.origin(colOriginAt, o)
		f.text(colLocator, &o.Locator)
	}
}

func walkPlace(f fields, c, at column, p **record.Place) {
	if p := held(f, c, p); p != nil {
		f.place(at, p)
	}
}

func walkGood(f fields, containers []string, g *record.Good) {
	f.text(colDescription, &g.Description)
	f.text(colHS, &g.HS)
	f.text(colHSInText, &g.HSInText)
	// A good's container is mostly one of the bill's: its place there is enough.
	near := containers[:min(len(containers), 64)]
	switch i := f.size(colGoodIn, uint64(slices.Index(near, g.Container)+1)); {
	case i == 0:
		f.text(colGoodContainer, &g.Container)
	case i <= uint64(len(near)):
		g.Container = near[i-1]
	}
	f.text(colBrand, &g.Brand)
	f.text(colManufacturer, &g.Manufacturer)
	f.number(colQuantity, &g.Quantity)
	f.text(colUnit, &g.Unit)
	f.number(colValue, &g.ValueUSD)
}

// list visits a list's length; a reader gets a list of that length.
func list[T any](f fields, c column, l *[]T) []T {
	n := uint64(0)
	if *l != nil {
		n = uint64(len(*l)) + 1
	}
	if n = f.size(c, n); n > 0 && *l == nil {
		*l = make([]T, n-1)
	}
	return *l
}

// held visits whether something is there; a reader gets an empty one.
func held[T any](f fields, c column, p **T) *T {
	n := uint64(0)
	if *p != nil {
		n = 1
	}
	if n = f.size(c, n); n > 0 && *p == nil {
		*p = new(T)
	}
	return *p
}

// stamp writes a moment with its offset from UTC; the zero time is "".
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	_, offset := t.Zone()
	b := binary.BigEndian.AppendUint64(make([]byte, 0, 16), uint64(t.Unix()))
	b = binary.BigEndian.AppendUint32(b, uint32(t.Nanosecond()))
	return string(binary.BigEndian.AppendUint32(b, uint32(offset)))
}

// moment reads what stamp wrote.
func moment(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if len(s) != 16 {
		return time.Time{}, errBlock
	}
	b := []byte(s)
	t := time.Unix(int64(binary.BigEndian.Uint64(b)), int64(binary.BigEndian.Uint32(b[8:]))).UTC()
	if offset := int32(binary.BigEndian.Uint32(b[12:])); offset != 0 {
		t = t.In(time.FixedZone("", int(offset)))
	}
	return t, nil
}
