package link

import (
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// registered is the score of two parties that a register gives one number:
// enough to be one entity under any names, less than a name that agrees too.
const registered = 0.85

// mostRegistered bounds how many parties may have a number: one that more have
// was filed wrongly.
const mostRegistered = 3

// register says which register gave an identifier, of those whose numbers have
// a check digit and are given once: "" of all others. Publishers name one in
// many ways.
func register(i record.Identifier) string {
	typ := strings.ToLower(i.Type)
	switch {
	case strings.Contains(typ, "uscc"), strings.Contains(typ, "unified social credit"):
		return "USCC"
	case typ == "lei", strings.Contains(typ, "legal entity identifier"):
		return "LEI"
	case typ == "imo", strings.HasPrefix(typ, "imo number"):
		return "IMO"
	}
	return ""
}

// sameRegistered finds p on other lists by the numbers of registers.
func (x *Index) sameRegistered(p *record.Party) []record.Link {
	var out []record.Link
	for _, id := range p.IDs {
		from, key := register(id), idKey(id)
		if from == "" || key == "" {
			continue
		}
		posting := x.places.find(hashOf(byID, key))
		if len(posting) > mostRegistered {
			continue
		}
		for _, at := range posting {
			q := x.parties[uint32(at)]
			has := func(o record.Identifier) bool { return register(o) == from && idKey(o) == key }
			if q == p || !alikeTypes(q.Type, p.Type) || !otherList(p, q) || !slices.ContainsFunc(q.IDs, has) {
				continue
			}
			first := p.Ref() // the same from either side
			if q.ID < p.ID {
				first = q.Ref()
			}
			l := record.Link{
				Relation: record.SameEntity, Score: registered, Band: record.Probable, Method: Method(), Synthetic: p.Synthetic || q.Synthetic,
				Why: []record.Why{{Kind: "identifier", Text: "both have the " + from + " " + key, Field: "ids", Weight: registered, Ref: &first}},
			}
			l.ID, l.A, l.B = record.LinkID(record.SameEntity, p.Ref(), q.Ref())
			if !slices.ContainsFunc(out, func(o record.Link) bool { return o.ID == l.ID }) {
				out = append(out, l)
			}
		}
	}
	return out
}
