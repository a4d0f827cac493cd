package link

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

// The bases of related links, the plainest first.
const (
	declaredParent = "declared_parent"
	namedInEntry   = "named_in_entry"
	sharedAddress  = "shared_address"
	brandOf        = "brand"
)

// claim is what an entry says of another party: one of these names, the first
// that somebody listed bears.
type claim struct {
	basis string
	says  string // with %, where the name stands
	names []string
}

// phrases are what entries say of others. A name ends with its clause.
var phrases = []struct {
	says, basis string
	re          *regexp.Regexp
}{
	{"the entry says that it is under “%”", declaredParent, regexp.MustCompile(`(?i)\b(?:subsidiar(?:y|ies) of|subordinate (?:(?:institute|institution|entity|unit) )?(?:of|to)|(?:owned|controlled) by|parent company:)\s+` + clause)},
	{"the entry says that “%” is under it", declaredParent, regexp.MustCompile(`(?i)\b(?:subsidiaries:|subordinate (?:institution|entity):?)\s+` + clause)},
	{"the entry names “%”", namedInEntry, regexp.MustCompile(`(?i)\blinked to:?\s+` + clause)},
}

// clause is where a name stands, and perhaps more behind it.
const clause = `([^.;()\n]{4,160})`

// telling says whether a text may say anything of others.
var telling = regexp.MustCompile(`(?i)linked to|subsidiar|subordinate|(?:owned|controlled) by|parent company`)

// parentOf says of two names which is whose parent: one of them is the entry's.
var parentOf = regexp.MustCompile(`(?i)([^.;()\n]{4,160}?) is (?:a|the) parent company of ` + clause)

// behind ends a name in the midst of its clause.
var behind = regexp.MustCompile(`(?i)\s*(?:,| and | which | that | who | operat| locat| based | in | for | under | through | was | is | has | – | - ).*$`)

// claimsOf reads what an entry says of others, in its remarks and in aliases
// that are none.
func claimsOf(p *record.Party) []claim {
	var out []claim
	texts := []string{p.Remarks}
	for _, a := range p.Aliases {
		texts = append(texts, a.Name)
	}
	for _, text := range texts {
		if !telling.MatchString(text) {
			continue
		}
		for _, phrase := range phrases {
			for _, m := range phrase.re.FindAllStringSubmatch(text, 16) {
				if strings.HasPrefix(phrase.says, "the entry says that “") { // several may stand there
					for one := range strings.SplitSeq(m[1], ",") {
						if !strings.HasPrefix(one, "of ") && !strings.HasPrefix(one, "to ") { // a subordinate entity of
							out = append(out, claim{phrase.basis, phrase.says, spellings(one)})
						}
					}
					continue
				}
				out = append(out, claim{phrase.basis, phrase.says, spellings(m[1])})
			}
		}
		for _, m := range parentOf.FindAllStringSubmatch(text, 16) {
			switch {
			case anyNamed(p, spellings(m[2])):
				out = append(out, claim{declaredParent, phrases[0].says, spellings(m[1])})
			case anyNamed(p, spellings(m[1])):
				out = append(out, claim{declaredParent, phrases[1].says, spellings(m[2])})
			}
		}
	}
	return out
}

// spellings are what a clause may name: all of it, or what stands before the
// first word that goes on.
func spellings(clause string) []string {
	whole := strings.TrimSpace(clause)
	if rest, ok := strings.CutPrefix(strings.ToLower(whole), "the "); ok {
		whole = whole[len(whole)-len(rest):]
	}
	if short := strings.TrimSpace(behind.ReplaceAllString(whole, "")); short != whole && len(short) >= 4 {
		return []string{whole, short}
	}
	return []string{whole}
}

// anyNamed says whether an entry bears one of the names.
func anyNamed(p *record.Party, list []string) bool {
	return slices.ContainsFunc(list, func(name string) bool {
		n := names.Parse(name, names.Organization)
		same := func(s string) bool {
			own := names.Parse(s, names.Organization)
			return own.Key() == n.Key() && names.BandOf(names.Similarity(n, own)) == names.Certain
		}
		return n.Refused == "" && (same(p.Name) || slices.ContainsFunc(p.Aliases, func(a record.Alias) bool { return same(a.Name) }))
	})
}

// related finds the parties that share an address with p or are named in its
// entry. Those that are the same entity are not related to themselves. Two
// parties have one link, of the plainest basis and with all reasons, the same
// whichever of them it is found from.
func (x *Index) related(p *record.Party, same map[record.Ref]bool) []record.Link {
	claims := claimsOf(p)
	said := x.saysOf(p, claims)
	var out []record.Link
	seen := map[*record.Party]bool{p: true}
	add := func(q *record.Party) {
		if seen[q] || same[q.Ref()] {
			return
		}
		seen[q] = true
		first, second := p, q
		if q.ID < p.ID {
			first, second = q, p
		}
		says := map[*record.Party]map[*record.Party][]reason{p: said, q: x.saysOf(q, claimsOf(q))}
		all := slices.Concat(says[first][second], says[second][first], x.addressesOf(first, second))
		slices.SortStableFunc(all, func(a, b reason) int { return cmp.Compare(a.rank(), b.rank()) })
		l := record.Link{Relation: record.Related, Basis: all[0].basis, Score: all[0].why.Weight, Band: record.Probable, Method: Method(), Synthetic: p.Synthetic || q.Synthetic}
		l.ID, l.A, l.B = record.LinkID(record.Related, p.Ref(), q.Ref())
		for _, r := range all {
			l.Why = append(l.Why, r.why)
		}
		out = append(out, l)
	}
	for _, key := range addressKeys(p) {
		for _, at := range x.sharing(key) {
			if q := x.parties[uint32(at)]; slices.Contains(addressKeys(q), key) {
				add(q)
			}
		}
	}
	for _, c := range claims {
		list, _ := x.named(c)
		for _, q := range list {
			add(q)
		}
	}
	return out
}

// reason is one thing that relates two parties.
type reason struct {
	basis string
	why   record.Why
}

func (r reason) rank() int {
	return slices.Index([]string{declaredParent, namedInEntry, sharedAddress}, r.basis)
}

// saysOf is what an entry says of others.
func (x *Index) saysOf(p *record.Party, claims []claim) map[*record.Party][]reason {
	out := map[*record.Party][]reason{}
	ref := p.Ref()
	for _, c := range claims {
		list, name := x.named(c)
		for _, q := range list {
			text := strings.ReplaceAll(c.says, "%", name)
			basis := c.basis
			if !corporate(p) || !corporate(q) { // no parent is a person or a ship
				basis = namedInEntry
			}
			r := reason{basis, record.Why{Kind: "remark", Text: text, Field: "remarks", Weight: 0.9, Ref: &ref}}
			if q != p && !slices.ContainsFunc(out[q], func(o reason) bool { return o.basis == r.basis && o.why.Text == text }) {
				out[q] = append(out[q], r)
			}
		}
	}
	return out
}

// corporate says that a party may have a parent and be one.
func corporate(p *record.Party) bool { return p.Type == record.Organization || p.Type == "" }

// named are the parties that a claim is about, and the name that it has for
// them.
func (x *Index) named(c claim) (list []*record.Party, name string) {
	for _, name := range c.names {
		if list := x.exactly(name); len(list) > 0 && len(list) <= x.options.Shared { // what more bear names nobody
			for _, shorter := range c.names {
				if len(shorter) < len(name) && slices.Equal(x.exactly(shorter), list) {
					name = shorter
				}
			}
			return list, name
		}
	}
	return nil, ""
}

// addressesOf are the addresses that relate two parties.
func (x *Index) addressesOf(p, q *record.Party) []reason {
	var out []reason
	ref := p.Ref()
	theirs := addressKeys(q)
	for _, key := range addressKeys(p) {
		posting := x.sharing(key)
		if !slices.Contains(theirs, key) || len(posting) == 0 {
			continue
		}
		city, street, _ := strings.Cut(key, "|")
		text := "both have the address " + street + ", " + city + ", which " + strconv.Itoa(len(posting)) + " listed parties have"
		out = append(out, reason{sharedAddress, record.Why{Kind: "address", Text: text, Field: "addresses", Weight: 0.8, Ref: &ref}})
	}
	return out
}

// sharing are the parties at an address; nobody at one that an agent lends to
// many.
func (x *Index) sharing(key string) []uint64 {
	posting := x.places.find(hashOf(byAddress, key))
	if len(posting) > x.options.Shared {
		return nil
	}
	return posting
}

func addressKeys(p *record.Party) []string {
	var out []string
	for _, a := range p.Addresses {
		if key := addressKey(a); key != "" && !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	return out
}

// entityTypes are what a name in an entry's remarks may be the name of.
var entityTypes = []string{names.Organization, names.Person}

// exactly returns the parties that have a name with the same words, one of
// which is their own.
func (x *Index) exactly(name string) []*record.Party {
	var out []*record.Party
	for _, typ := range entityTypes {
		n := names.Parse(name, typ)
		if n.Refused != "" || !slices.ContainsFunc(n.Tokens, func(t names.Token) bool { return t.Kind == names.Distinctive }) {
			continue
		}
		for _, at := range x.table.find(hashOf(byKey, n.Key())) {
			a := x.aliases[uint32(at)]
			if p := x.parties[a.party]; !a.weak && names.BandOf(names.Similarity(n, a.name)) == names.Certain && !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}
