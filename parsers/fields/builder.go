package fields

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// builder gathers the values of one row.
type builder struct {
	options *Options
	unit    *record.Unit
	ending  string // of a target like ids.*

	party   record.Party
	listing record.Listing
	address record.Address

	patent record.Patent

	shipment                                        record.Shipment
	estimated                                       record.Date // of arrival
	shipper, consignee, notify                      record.Trader
	receipt, lading, unlading, destination, transit record.Place
	good                                            record.Good
}

// finish makes the record of what was gathered.
func (b *builder) finish(row cells, ordinal int, at *record.Origin) (record.Record, error) {
	switch b.options.Record {
	case "party":
		return b.finishParty(at)
	case "patent":
		return b.finishPatent(at)
	}
	return b.finishShipment(row, ordinal, at)
}

func (b *builder) finishParty(at *record.Origin) (*record.Party, error) {
	p, l := b.party, b.listing
	if p.Name == "" {
		return nil, errors.New("name is missing")
	}
	if l.Code == "" {
		l.Code = b.options.List
	}
	if l.Code == "" {
		return nil, errors.New("list is missing")
	}
	if l.Status == "" {
		l.Status = b.status(l.Dates)
	}
	if b.address != (record.Address{}) {
		a := b.address
		if a.Text == "" {
			a.Text = joined(a.Street, a.City, a.State, a.PostalCode, a.Country)
		}
		if a.Country != "" && !slices.Contains(p.Countries, a.Country) {
			p.Countries = append(p.Countries, a.Country)
		}
		p.Addresses = append([]record.Address{a}, p.Addresses...)
	}
	// Where a party has one country, addresses that name none are there.
	if len(p.Countries) == 1 {
		for i := range p.Addresses {
			if p.Addresses[i].Country == "" {
				p.Addresses[i].Country = p.Countries[0]
			}
		}
	}
	slices.Sort(p.Countries)
	p.Lists = []record.Listing{l}
	p.Origin = at
	return &p, nil
}

// status is how an entry stands: as the options say, removed where it was
// taken off by the day of the capture, and expired where its end was before it.
// Where that day is unknown, a removal has been and an end has not.
func (b *builder) status(dates []record.ListDate) record.ListStatus {
	if b.options.Status != "" {
		return record.ListStatus(b.options.Status)
	}
	fetched := b.unit.Origin.Fetched
	status, today := record.Current, record.DateOf(fetched)
	for _, d := range dates {
		switch {
		case d.Event == "removed" && (fetched.IsZero() || d.Date <= today): // which says more than its end
			return record.Removed
		case d.Event == "expires" && d.Date < today:
			status = record.Expired
		}
	}
	return status
}

func (b *builder) finishPatent(at *record.Origin) (*record.Patent, error) {
	p := b.patent
	if p.Country == "" {
		p.Country = "US"
	}
	if p.ID == "" {
		if p.PublicationNumber == "" {
			return nil, errors.New("id is missing")
		}
		p.ID = record.CanonicalPatentID(p.Country + p.PublicationNumber + p.KindCode)
	}
	p.Origin = at
	return &p, nil
}

func (b *builder) finishShipment(row cells, ordinal int, at *record.Origin) (*record.Shipment, error) {
	s := b.shipment
	s.Shipper, s.Consignee = named(b.shipper), named(b.consignee)
	if b.notify.Name != "" {
		s.Notify = []record.Trader{b.notify}
	}
	s.Receipt, s.Lading, s.Unlading, s.Destination = filled(b.receipt), filled(b.lading), filled(b.unlading), filled(b.destination)
	if b.transit != (record.Place{}) {
		s.Transit = []record.Place{b.transit}
	}
	if b.good != (record.Good{}) {
		s.Goods = []record.Good{b.good}
	}
	if s.Arrived == "" && b.estimated != "" {
		s.Arrived, s.ArrivedBasis = b.estimated, "estimated"
	}
	key, err := b.key(row, ordinal)
	if err != nil {
		return nil, err
	}
	source := b.unit.Origin.Source
	if source == "" {
		source = "fields"
	}
	s.ID = source + "/" + month(s.Arrived, s.Departed) + "/" + key
	s.Origin = at
	return &s, nil
}

// key is the publisher's key where the mapping names its columns, else the
// hash of the row and its place among the rows.
func (b *builder) key(row cells, ordinal int) (string, error) {
	if len(b.options.Key) == 0 {
		sum := sha256.Sum256(row.raw())
		return hex.EncodeToString(sum[:8]) + "-" + strconv.Itoa(ordinal), nil
	}
	var parts []string
	for _, name := range b.options.Key {
		v := strings.TrimSpace(strings.Join(row.column(name), " "))
		if v == "" {
			return "", fmt.Errorf("key column %s is empty", name)
		}
		parts = append(parts, strings.NewReplacer("/", "_", " ", "_").Replace(v))
	}
	return strings.Join(parts, "-"), nil
}

// month is that of arrival, else of departure: 202305, or 000000.
func month(dates ...record.Date) string {
	for _, d := range dates {
		if len(d) == len("2006-01-02") {
			return string(d[:4] + d[5:7])
		}
	}
	return "000000"
}

// named is a party that the row names. An address alone, or the country that
// every row of a sheet has, is nobody.
func named(t record.Trader) *record.Trader {
	if t.Name == "" {
		return nil
	}
	return &t
}

func filled[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

func joined(parts ...string) string {
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return strings.Join(parts, ", ")
}
