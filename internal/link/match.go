package link

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

// What evidence beside the name adds or takes.
const (
	countryConflict = 0.15
	sameAddress     = 0.08
	sameID          = 0.30
	capWeakAlias    = 0.77 // a name that the publisher itself calls weak
	capPerson       = 0.77 // a person by name alone
	capAbroad       = 0.77 // listed parties of different countries
)

// Method names the way links are made, with the hash of its tables.
func Method() string { return "link/1 " + names.Method() }

// Match returns the parties that a mention may be, strongest first: one link a
// party, by its best name, in the bands certain, probable and review. It is
// pure after Build and safe for many goroutines. A mention of an order party
// (TO THE ORDER OF …) matches nobody, and Screen shows whom it names; forwarders
// and banks stand in for others and match only parties of their own trade.
func (x *Index) Match(m record.Mention) []record.Link {
	return x.match(m, m.Ref(), func(*record.Party) bool { return true })
}

// found is the best name of one party.
type found struct {
	party int32
	alias int32
	value float64
	ids   bool // an identifier agrees
}

func (x *Index) match(m record.Mention, ref record.Ref, want func(*record.Party) bool) []record.Link {
	n := names.Parse(m.Name, string(m.Type))
	if n.Order {
		return nil
	}
	return x.matchName(n, m, ref, want)
}

// matchName is match for a name that is read already, an order party's too.
func (x *Index) matchName(n *names.Name, m record.Mention, ref record.Ref, want func(*record.Party) bool) []record.Link {
	if n.Refused != "" || !x.built {
		return nil
	}
	floor := leastBare
	if m.Address != "" || len(m.IDs) > 0 {
		floor = least
	}
	var best []found
	x.find(n, string(m.Type), floor, func(h hit) {
		a := &x.aliases[h.alias]
		if !want(x.parties[a.party]) {
			return
		}
		f := found{a.party, h.alias, h.value, false}
		f.value, f.ids = x.weigh(f, m, nil)
		i := slices.IndexFunc(best, func(g found) bool { return g.party == f.party })
		switch {
		case i < 0:
			best = append(best, f)
		case f.value > best[i].value || f.value == best[i].value && f.alias < best[i].alias:
			best[i] = f
		}
	})
	if len(best) == 0 {
		return nil
	}
	var links []record.Link
	for _, f := range best {
		band := record.Band(names.BandOf(f.value))
		if band == record.Weak || n.Stands != "" && x.aliases[f.alias].name.Stands == "" {
			continue
		}
		links = append(links, x.link(f, n, m, ref, band))
	}
	slices.SortFunc(links, func(a, b record.Link) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	return links
}

// sameKind says that two identifiers of one value may be one: a tax number is
// no passport, and a country's number is not another's. A caller who does not
// know the type writes "as given"; a register has many names.
func sameKind(a, b record.Identifier) bool {
	from := register(a)
	return (a.Type == "as given" || strings.EqualFold(a.Type, b.Type) || from != "" && from == register(b)) && (a.Country == "" || b.Country == "" || a.Country == b.Country)
}

// weigh adds what stands beside the names: country, address, identifiers. why
// collects it in words where it is not nil.
func (x *Index) weigh(f found, m record.Mention, why *[]record.Why) (value float64, ids bool) {
	p, a := x.parties[f.party], &x.aliases[f.alias]
	say := func(kind, text string, weight float64) {
		if why != nil {
			ref := p.Ref()
			*why = append(*why, record.Why{Kind: kind, Text: text, Weight: round(weight), Ref: &ref})
		}
	}
	value = f.value
	address := false
	for _, id := range m.IDs {
		key := idKey(id)
		if key != "" && slices.ContainsFunc(p.IDs, func(o record.Identifier) bool { return idKey(o) == key && sameKind(id, o) }) {
			value += sameID
			ids = true
			say("identifier", id.Type+" "+id.Value+" agrees", sameID)
			break
		}
	}
	if m.Address != "" && value >= least {
		if key := addressKey(record.Address{Text: m.Address}); key != "" {
			address = slices.ContainsFunc(p.Addresses, func(o record.Address) bool { return addressKey(o) == key })
		}
		if address {
			value += sameAddress
			say("address", "the address agrees with a listed one: "+m.Address, sameAddress)
		}
	}
	if m.Country != "" && len(p.Countries) > 0 && !slices.Contains(p.Countries, m.Country) {
		value -= countryConflict
		say("country", m.Country+" is none of the party's countries", -countryConflict)
	}
	if a.weak && !ids && !address && value > capWeakAlias {
		say("alias", "the publisher calls this name weak", capWeakAlias-value)
		value = capWeakAlias
	}
	if p.Type == record.Individual && !ids && value > capPerson {
		say("person", "a person by name alone is for review", capPerson-value)
		value = capPerson
	}
	return max(0, min(float64(int(value*1000+0.5))/1000, 1)), ids
}

// link writes a match out, with all that spoke for and against it.
func (x *Index) link(f found, n *names.Name, m record.Mention, ref record.Ref, band record.Band) record.Link {
	p, a := x.parties[f.party], &x.aliases[f.alias]
	l := record.Link{Relation: record.SameEntity, Score: f.value, Band: band, Method: Method(), Synthetic: p.Synthetic}
	l.ID, l.A, l.B = record.LinkID(record.SameEntity, ref, p.Ref())
	if a.name.Type == names.Person && n.Type != names.Person {
		n = names.Parse(m.Name, names.Person)
	}
	score := names.Compare(n, a.name)
	text := "met the name “" + a.name.Written + "”"
	if a.kind != "" {
		text = "met the " + a.kind + " “" + a.name.Written + "”"
	}
	party := p.Ref()
	l.Why = append(l.Why, record.Why{Kind: "alias", Text: text, Weight: score.Value, Ref: &party, Method: l.Method})
	for _, r := range score.Why {
		l.Why = append(l.Why, record.Why{Kind: r.Kind, Text: r.Text, Field: "name", Weight: round(r.Weight)})
	}
	if n.CareOf != "" {
		l.Why = append(l.Why, record.Why{Kind: "name", Text: "also names " + n.CareOf, Field: "name"})
	}
	x.weigh(found{f.party, f.alias, score.Value, false}, m, &l.Why)
	return l
}

func round(v float64) float64 {
	if v < 0 {
		return -round(-v)
	}
	return float64(int(v*1000+0.5)) / 1000
}
