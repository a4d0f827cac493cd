package link

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

// inward is a delivery by an entity to a consignee that may ship on.
type inward struct {
	draft *draft
	moved *moved
	to    *names.Name // the consignee
	codes []string    // its HS6
}

// lane is a way between two countries with what goes on it: a base rate is
// counted for each.
type lane struct{ from, to string }

type rate struct {
	of    map[string]bool
	doing map[string]map[string]bool // by what is done: an HS6, or brand: and the cluster
}

// readLeads finds possible onward movements: a consignee of an entity that
// itself ships the same HS6, or the entity's brand, to a third country soon
// after. Banks, forwarders and order parties lead nowhere.
func (g *gathering) readLeads(ctx context.Context) error {
	byKey := map[string][]inward{}
	for _, d := range g.building {
		g.goods(d)
		for _, m := range d.shipments {
			if c := m.shipment.Consignee; m.role == suppliedBy && c != nil {
				if n := names.Parse(c.Name, ""); n.Refused == "" && standing(n) == "" {
					byKey[n.Key()] = append(byKey[n.Key()], inward{d, m, n, hs6(m.shipment)})
				}
			}
		}
	}
	if len(byKey) == 0 {
		return nil
	}
	rates := map[lane]*rate{}
	for use, err := range g.facts.Names(ctx) {
		if err != nil {
			if spoilt(err) {
				continue
			}
			return err
		}
		if !slices.Contains(use.Roles, record.RoleShipper) {
			continue
		}
		n := names.Parse(use.Name, "")
		into := byKey[n.Key()]
		if n.Refused != "" || len(into) == 0 {
			continue
		}
		if err := g.follow(ctx, use, n, into, rates); err != nil {
			return err
		}
	}
	return g.rate(ctx, rates)
}

// follow looks at all that a consignee shipped under one of its spellings. Of
// the deliveries that an onward shipment may follow the last one counts.
func (g *gathering) follow(ctx context.Context, use record.NameUse, n *names.Name, into []inward, rates map[lane]*rate) error {
	into = slices.DeleteFunc(slices.Clone(into), func(in inward) bool {
		c := in.moved.shipment.Consignee
		return c.Country != "" && use.Country != "" && c.Country != use.Country || names.Similarity(n, in.to) < names.Threshold
	})
	for u, err := range g.facts.Uses(ctx, use.Name, use.Country) {
		if err != nil {
			if spoilt(err) {
				continue
			}
			return err
		}
		if u.Role != record.RoleShipper {
			continue
		}
		r, err := g.facts.Get(ctx, u.Shipment)
		if errors.Is(err, record.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		onward, ok := r.(*record.Shipment)
		if !ok || withdrawn(onward) {
			continue
		}
		best := map[*draft]record.OnwardLead{}
		for _, in := range into {
			lead, ok := g.lead(in, onward)
			if old, known := best[in.draft]; ok && (!known || lead.Days < old.Days || lead.Days == old.Days && lead.Inward < old.Inward) {
				best[in.draft] = lead
			}
		}
		for d, lead := range best {
			d.lead(lead, g.options.MostMoved)
			way := lane{lead.From, lead.To}
			if rates[way] == nil {
				rates[way] = &rate{map[string]bool{}, map[string]map[string]bool{}}
			}
			rates[way].doing[doing(lead, d.id)] = map[string]bool{}
		}
	}
	return nil
}

// lead keeps a lead. Where there are too many, the soonest stay.
func (d *draft) lead(l record.OnwardLead, most int) {
	d.finding.OnwardLeads = append(d.finding.OnwardLeads, l)
	if d.leads++; len(d.finding.OnwardLeads) >= 2*most {
		d.keepSoonest(most)
	}
}

func (d *draft) keepSoonest(most int) {
	leads := d.finding.OnwardLeads
	if len(leads) > most {
		slices.SortFunc(leads, func(a, b record.OnwardLead) int {
			return cmp.Or(cmp.Compare(a.Days, b.Days), compare(a.Inward, b.Inward, a.Onward, b.Onward))
		})
		d.finding.OnwardLeads = slices.Clone(leads[:most])
	}
}

func doing(l record.OnwardLead, cluster string) string {
	if l.Basis == "hs6" {
		return l.HS6
	}
	return "brand:" + cluster
}

// lead compares a delivery with a later shipment of its consignee.
func (g *gathering) lead(in inward, onward *record.Shipment) (record.OnwardLead, bool) {
	s := in.moved.shipment
	came, left := latest(s), first(onward)
	if came == "" || left == "" || s.ID == onward.ID {
		return record.OnwardLead{}, false
	}
	days := int(left.Time().Sub(came.Time()).Hours() / 24)
	from, to := ends(onward)
	if from == "" {
		from = s.Consignee.Country
	}
	if days < 0 || days > g.options.LeadDays || to == "" || to == from || to == s.Consignee.Country || g.isHome(in, to) {
		return record.OnwardLead{}, false
	}
	lead := record.OnwardLead{
		Consignee: s.Consignee.Name, Inward: s.ID, Onward: onward.ID, From: from, To: to, Days: days,
		WeightIn: s.WeightKg, WeightOut: onward.WeightKg,
	}
	for _, code := range hs6(onward) {
		if slices.Contains(in.codes, code) {
			lead.Basis, lead.HS6 = "hs6", code
			return lead, true
		}
	}
	brands := g.brands(in.draft.id)
	if slices.ContainsFunc(onward.Goods, func(good record.Good) bool { return carries(good, brands) }) {
		lead.Basis = "brand"
		return lead, true
	}
	return lead, false
}

// isHome says that a country is the entity's own: goods that go back there are
// no lead to a third country.
func (g *gathering) isHome(in inward, country string) bool {
	if sh := in.moved.shipment.Shipper; sh != nil && sh.Country == country {
		return true
	}
	return slices.ContainsFunc(g.members[in.draft.id], func(p *record.Party) bool { return slices.Contains(p.Countries, country) })
}

func latest(s *record.Shipment) record.Date {
	if s.Arrived != "" {
		return s.Arrived
	}
	return s.Departed
}

func first(s *record.Shipment) record.Date {
	if s.Departed != "" {
		return s.Departed
	}
	return s.Arrived
}

// ends are the countries that a shipment goes from and to: of the parties,
// else of the places.
func ends(s *record.Shipment) (from, to string) {
	if s.Shipper != nil {
		from = s.Shipper.Country
	}
	if from == "" && s.Lading != nil {
		from = s.Lading.Country
	}
	if s.Consignee != nil {
		to = s.Consignee.Country
	}
	for _, p := range []*record.Place{s.Destination, s.Unlading} {
		if to == "" && p != nil {
			to = p.Country
		}
	}
	return from, to
}

// hs6 are the six-digit headings of a shipment's goods.
func hs6(s *record.Shipment) []string {
	var out []string
	for _, g := range s.Goods {
		for _, code := range []string{g.HS, g.HSInText} {
			if len(code) >= 6 {
				out = insert(out, code[:6])
			}
		}
	}
	return out
}

// rate counts how ordinary each lead is: of all shippers on its lane, how many
// do the same. One pass over all shipments, only where there are leads.
func (g *gathering) rate(ctx context.Context, rates map[lane]*rate) error {
	if len(rates) == 0 {
		return nil
	}
	brands := map[string][]string{}
	for id := range g.building {
		brands["brand:"+id] = g.brands(id)
	}
	for r, err := range g.facts.Scan(ctx, record.KindShipment, "") {
		if err != nil {
			if spoilt(err) {
				continue
			}
			return err
		}
		s, ok := r.(*record.Shipment)
		if !ok || s.Shipper == nil || withdrawn(s) {
			continue
		}
		from, to := ends(s)
		way := rates[lane{from, to}]
		if way == nil {
			continue
		}
		shipper := names.Parse(s.Shipper.Name, "").Key()
		way.of[shipper] = true
		codes := hs6(s)
		for what, who := range way.doing {
			if slices.Contains(codes, what) || slices.ContainsFunc(s.Goods, func(good record.Good) bool { return carries(good, brands[what]) }) {
				who[shipper] = true
			}
		}
	}
	for id, d := range g.building {
		if d.keepSoonest(g.options.MostMoved); d.leads > len(d.finding.OnwardLeads) {
			d.finding.Limits = append(d.finding.Limits, fmt.Sprintf("%d possible onward movements, of which the %d soonest are listed", d.leads, len(d.finding.OnwardLeads)))
		}
		leads := d.finding.OnwardLeads
		slices.SortFunc(leads, func(a, b record.OnwardLead) int { return compare(a.Inward, b.Inward, a.Onward, b.Onward) })
		leads = slices.CompactFunc(leads, func(a, b record.OnwardLead) bool { return a.Inward == b.Inward && a.Onward == b.Onward })
		for i := range leads {
			way := rates[lane{leads[i].From, leads[i].To}]
			leads[i].BaseRate = record.BaseRate{Doing: len(way.doing[doing(leads[i], id)]), Of: len(way.of)}
		}
		d.finding.OnwardLeads = leads
		if len(leads) > 0 {
			d.finding.Limits = append(d.finding.Limits, "onward leads are possible onward movements, not shown to be the same goods")
		}
	}
	return nil
}
