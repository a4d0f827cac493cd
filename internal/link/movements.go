package link

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

// The roles of an entity in a shipment.
const (
	suppliedBy = "supplied_by"
	suppliedTo = "supplied_to"
)

// moved is a shipment as it concerns an entity.
type moved struct {
	shipment *record.Shipment
	role     string // supplied_by, supplied_to
	as       string // the role in the document: shipper, consignee, notify
	name     named
}

// sighting is a place where a linked name was seen.
type sighting struct {
	shipment record.Ref
	draft    *draft
	role, as string
	name     named
}

// addUses notes the shipments that a linked name stands in.
func (g *gathering) addUses(ctx context.Context, d *draft, n named) error {
	for use, err := range g.facts.Uses(ctx, n.name, n.country) {
		if err != nil {
			if spoilt(err) {
				continue
			}
			return err
		}
		role := suppliedTo
		if use.Role == record.RoleShipper {
			role = suppliedBy
		}
		d.note(sighting{use.Shipment, d, role, use.Role, n}, g.options.MostMoved)
	}
	return nil
}

// note keeps a shipment to be read. Where there are too many, the newest stay.
func (d *draft) note(s sighting, most int) {
	if d.seen[s.key()] {
		return
	}
	d.seen[s.key()] = true
	d.noted = append(d.noted, s)
	if d.mentions++; len(d.noted) >= 2*most {
		d.keepNewest(most)
	}
}

func (s sighting) key() string { return s.role + " " + s.shipment.ID }

// month is when a shipment was, by its id: source/yyyymm/key.
func (s sighting) month() string {
	_, rest, _ := strings.Cut(s.shipment.ID, "/")
	return rest[:min(len(rest), 6)]
}

func (d *draft) keepNewest(most int) {
	if len(d.noted) <= most {
		return
	}
	slices.SortFunc(d.noted, func(a, b sighting) int { return compare(b.month(), a.month(), a.key(), b.key()) })
	for _, s := range d.noted[most:] {
		delete(d.seen, s.key())
	}
	d.noted = slices.Clone(d.noted[:most])
}

// readNoted reads the shipments that were noted, in the order of their ids:
// neighbours lie in one block of the store.
func (g *gathering) readNoted(ctx context.Context) error {
	var noted []sighting
	for _, d := range g.building {
		if d.keepNewest(g.options.MostMoved); d.mentions > len(d.noted) {
			d.finding.Limits = append(d.finding.Limits, fmt.Sprintf("%d mentions in shipments: the newest %d are read, and all counts are of these", d.mentions, len(d.noted)))
		}
		noted = append(noted, d.noted...)
		d.noted = nil
	}
	slices.SortFunc(noted, func(a, b sighting) int {
		return compare(a.shipment.ID, b.shipment.ID, a.draft.id, b.draft.id, a.role, b.role)
	})
	for _, n := range noted {
		r, err := g.facts.Get(ctx, n.shipment)
		if errors.Is(err, record.ErrNotFound) {
			continue // replaced since the dictionary was read
		}
		if err != nil {
			return err
		}
		s, ok := r.(*record.Shipment)
		switch {
		case ok && withdrawn(s):
			n.draft.withdrawn++
		case ok:
			n.draft.shipments = append(n.draft.shipments, &moved{s, n.role, n.as, n.name})
		}
	}
	return nil
}

// readShipments writes the movements of every draft in the order of ids.
func (g *gathering) readShipments(ctx context.Context) error {
	for id, d := range g.building {
		if err := ctx.Err(); err != nil {
			return err
		}
		slices.SortFunc(d.shipments, func(a, b *moved) int { return compare(a.shipment.ID, b.shipment.ID, a.role, b.role) })
		linked := map[string]bool{}
		for _, m := range d.shipments {
			s := m.shipment
			v := record.Movement{Shipment: s.ID, Role: m.role, NamedAs: m.name.name, Link: m.name.link.ID, Departed: s.Departed, Arrived: s.Arrived}
			if s.Consignee != nil {
				v.Consignee, v.Country = s.Consignee.Name, s.Consignee.Country
			}
			other := s.Consignee
			if m.role == suppliedTo {
				if other = s.Shipper; other != nil {
					v.Shipper = other.Name
				}
			}
			if other != nil {
				v.Masked = standing(names.Parse(other.Name, ""))
			}
			for _, p := range g.members[id] {
				for i := range p.Lists {
					v.Periods = append(v.Periods, period(&p.Lists[i], s))
				}
			}
			d.finding.Shipments = append(d.finding.Shipments, v)
			d.finding.Synthetic = d.finding.Synthetic || s.Synthetic
			if !linked[m.name.link.ID] {
				linked[m.name.link.ID] = true
				ref := s.Ref()
				d.why = append(d.why, m.name.why("shipments", m.as)...)
				d.why = append(d.why,
					record.Why{Kind: "shipment", Text: "“" + m.name.name + "” stands first in " + s.ID, Ref: &ref})
			}
		}
	}
	return nil
}

// period places a shipment against the effective date of one list entry, by
// departure, else by arrival.
func period(l *record.Listing, s *record.Shipment) record.Period {
	p := record.Period{List: l.Code, Effective: l.Effective(), Period: "unknown"}
	date := s.Departed
	p.Basis = "departed"
	if date == "" {
		date, p.Basis = s.Arrived, "arrived"
		if s.ArrivedBasis != "" {
			p.Basis += ", " + s.ArrivedBasis
		}
	}
	switch {
	case date == "" || p.Effective == "":
		p.Basis = ""
	case date < p.Effective:
		p.Period = "before"
	default:
		p.Period = "after"
	}
	return p
}

// withdrawn says that the customs took a document back: it moved nothing.
func withdrawn(s *record.Shipment) bool { return strings.EqualFold(s.Status, "deleted") }

// summarize counts consignees, goods and routes.
func (d *draft) summarize() {
	named := consignees{}
	routes := map[string]*record.Route{}
	for _, m := range d.shipments {
		s := m.shipment
		route := record.Route{Receipt: s.Receipt, Lading: s.Lading, Transit: s.Transit, Unlading: s.Unlading, Destination: s.Destination}
		if key := routeKey(route); key != "" {
			if routes[key] == nil {
				routes[key] = &route
			}
			routes[key].Count++
		}
		if m.role != suppliedBy || s.Consignee == nil {
			continue
		}
		named.add(s.Consignee)
	}
	d.finding.Consignees = named.count()
	for _, key := range slices.Sorted(maps.Keys(routes)) {
		d.finding.Routes = append(d.finding.Routes, *routes[key])
	}
	slices.SortStableFunc(d.finding.Routes, func(a, b record.Route) int { return b.Count - a.Count })
}

func routeKey(r record.Route) string {
	var b strings.Builder
	write := func(p *record.Place) {
		if p != nil {
			b.WriteString(p.Port + "\x01" + p.Country)
		}
		b.WriteByte(0)
	}
	write(r.Receipt)
	write(r.Lading)
	for i := range r.Transit {
		write(&r.Transit[i])
	}
	b.WriteByte(2)
	write(r.Unlading)
	write(r.Destination)
	if strings.Trim(b.String(), "\x00\x02") == "" {
		return ""
	}
	return b.String()
}
