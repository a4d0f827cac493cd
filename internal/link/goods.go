package link

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

// The bases on which goods are an entity's, beside the roles.
const (
	shippedBy    = "shipped"
	brandInText  = "brand_in_text"
	declaredMade = "declared_manufacturer"
)

// listedAtMost bounds the texts of goods that a finding lists; it says so.
const listedAtMost = 200

// sorting puts goods in order by their basis.
type sorting struct {
	texts map[string]map[string]bool
	codes map[codeKey]*record.GoodsCode
}

type codeKey struct{ hs6, basis string }

// goods sorts what the documents say of goods by its basis.
func (g *gathering) goods(d *draft) {
	brands := g.brands(d.id)
	var parties []*names.Name
	for _, p := range g.members[d.id] {
		parties = append(parties, names.Parse(p.Name, names.Organization))
		for _, a := range p.Aliases {
			parties = append(parties, names.Parse(a.Name, names.Organization))
		}
	}
	s := sorting{map[string]map[string]bool{}, map[codeKey]*record.GoodsCode{}}
	for _, m := range d.shipments {
		counted := map[codeKey]bool{}
		for _, good := range m.shipment.Goods {
			basis := shippedBy
			if m.role == suppliedTo {
				basis = suppliedTo
			}
			s.add(basis, good, counted)
			if carries(good, brands) {
				s.add(brandInText, good, counted)
			}
			if good.Manufacturer != "" {
				maker := names.Parse(good.Manufacturer, names.Organization)
				if slices.ContainsFunc(parties, func(n *names.Name) bool { return names.Similarity(maker, n) >= names.Threshold }) {
					s.add(declaredMade, good, counted)
				}
			}
		}
		d.priority(m, g.options.Diversion)
	}
	by := record.GoodsByBasis{
		Shipped: d.texts(s.texts[shippedBy]), BrandInText: d.texts(s.texts[brandInText]), DeclaredManufacturer: d.texts(s.texts[declaredMade]),
	}
	for _, c := range s.codes {
		by.Codes = append(by.Codes, *c)
	}
	slices.SortFunc(by.Codes, func(a, b record.GoodsCode) int { return compare(a.Basis, b.Basis, a.HS6, b.HS6) })
	if len(by.Shipped)+len(by.BrandInText)+len(by.DeclaredManufacturer)+len(by.Codes) > 0 {
		d.finding.Goods = &by
	}
}

// add files a line of goods: its text, and its heading once a shipment.
func (s *sorting) add(basis string, good record.Good, counted map[codeKey]bool) {
	if text := cmp.Or(good.Description, good.HS); text != "" {
		if s.texts[basis] == nil {
			s.texts[basis] = map[string]bool{}
		}
		s.texts[basis][text] = true
	}
	code, inText := headingOf(good)
	if code == "" {
		return
	}
	key := codeKey{code, basis}
	c := s.codes[key]
	if c == nil {
		c = &record.GoodsCode{HS6: code, Basis: basis, InText: true, Tier: tables.HighPriority(code)}
		s.codes[key] = c
	}
	c.InText = c.InText && inText
	if !counted[key] {
		counted[key] = true
		c.Shipments++
	}
}

// headingOf is the six-digit heading of a line of goods: of the column of its
// own, else of the description.
func headingOf(good record.Good) (hs6 string, inText bool) {
	switch {
	case len(good.HS) >= 6:
		return good.HS[:6], false
	case len(good.HSInText) >= 6:
		return good.HSInText[:6], true
	}
	return "", false
}

// atRisk are the countries that goods of the Common High Priority List are
// looked for on the way to, whatever the user's own list says.
var atRisk = []string{"BY", "RU"}

// priority notes the goods of the Common High Priority List that a shipment
// brings to or through a country of diversion.
func (d *draft) priority(m *moved, diversion []string) {
	country, via := towards(m.shipment, func(c string) bool { return slices.Contains(atRisk, c) || slices.Contains(diversion, c) })
	if country == "" {
		return
	}
	for _, good := range m.shipment.Goods {
		code, inText := headingOf(good)
		tier := tables.HighPriority(code)
		if tier == "" {
			continue
		}
		h := record.HighPriority{Shipment: m.shipment.ID, Role: m.role, HS6: code, Tier: tier, InText: inText, Country: country, Via: via}
		same := func(o record.HighPriority) bool {
			return o.Shipment == h.Shipment && o.Role == h.Role && o.HS6 == h.HS6
		}
		if !slices.ContainsFunc(d.finding.HighPriority, same) {
			d.finding.HighPriority = append(d.finding.HighPriority, h)
		}
	}
}

// towards finds what of a document lies in a wanted country: where the goods
// end, else where they pass.
func towards(s *record.Shipment, want func(country string) bool) (country, via string) {
	for _, at := range []struct {
		place *record.Place
		via   string
	}{{s.Destination, "destination"}, {s.Unlading, "unlading"}} {
		if at.place != nil && want(at.place.Country) {
			return at.place.Country, at.via
		}
	}
	if s.Consignee != nil && want(s.Consignee.Country) {
		return s.Consignee.Country, "consignee"
	}
	for _, p := range s.Transit {
		if want(p.Country) {
			return p.Country, "transit"
		}
	}
	return "", ""
}

// texts lists a set of texts in order, and says so where it lists not all.
func (d *draft) texts(set map[string]bool) []string {
	list := slices.Sorted(maps.Keys(set))
	if len(list) > listedAtMost {
		d.finding.Limits = append(d.finding.Limits, fmt.Sprintf("%d texts of goods, of which %d are listed", len(list), listedAtMost))
		list = list[:listedAtMost]
	}
	return list
}
