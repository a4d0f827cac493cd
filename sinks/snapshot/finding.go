package snapshot

import (
	"fmt"
	"slices"

	"github.com/tripoint-data/tripoint/record"
)

// finding is a finding without what is left out. Where one of the entity's own
// parties is left out, if only in part, the whole finding goes, since lists and
// names of the others cannot be told apart from its own. Sums over shipments go
// with any of them, since they cannot be taken apart either; a limit says so.
func (s *selection) finding(r *record.Finding) *record.Finding {
	if slices.ContainsFunc(r.Entity.Parties, func(id string) bool { return s.outID(record.KindParty, id) }) ||
		s.outID(record.KindParty, r.ID) {
		return nil
	}
	f := *r
	shipment := func(id string) bool { return s.outID(record.KindShipment, id) }
	link := func(id string) bool { return s.outID(record.KindLink, id) }
	f.Why = s.why(r.Why)
	f.Inventions = nil
	for _, i := range r.Inventions {
		i.Documents = without(i.Documents, func(d record.InventionPaper) bool { return s.outID(record.KindPatent, d.ID) })
		i.Tags = without(i.Tags, func(id string) bool { return s.outID(record.KindTag, id) })
		if len(i.Documents) > 0 && !link(i.Link) {
			f.Inventions = append(f.Inventions, i)
		}
	}
	f.Shipments = without(r.Shipments, func(m record.Movement) bool { return shipment(m.Shipment) || link(m.Link) })
	f.HighPriority = without(r.HighPriority, func(h record.HighPriority) bool { return shipment(h.Shipment) })
	f.OnwardLeads = without(r.OnwardLeads, func(o record.OnwardLead) bool { return shipment(o.Inward) || shipment(o.Onward) })
	f.Related = without(r.Related, func(t record.RelatedTo) bool { return s.outID(record.KindParty, t.Party) || link(t.Link) })
	f.Candidates = nil
	for _, c := range r.Candidates {
		if link(c.Link) {
			continue
		}
		seen := without(c.Seen, func(ref string) bool {
			x, err := record.ParseRef(ref)
			return err == nil && s.out(x)
		})
		if len(seen) == 0 && len(c.Seen) > 0 {
			continue
		}
		c.Seen = seen
		f.Candidates = append(f.Candidates, c)
	}
	if n := len(r.Shipments) - len(f.Shipments); n > 0 {
		f.Consignees, f.Goods, f.Routes = nil, nil, nil
		f.Limits = append(slices.Clone(r.Limits), fmt.Sprintf("shipments left out of this snapshot: %d; consignees, goods and routes are not summed up without them", n))
	}
	if n := len(r.Inventions) - len(f.Inventions); n > 0 {
		f.Limits = append(slices.Clone(f.Limits), fmt.Sprintf("inventions left out of this snapshot: %d", n))
	}
	return &f
}
