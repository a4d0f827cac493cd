package record

import (
	"cmp"
	"slices"
	"strings"
)

// Unite adds to p what q knows of the same party: lists, aliases, addresses,
// identifiers and dates are united, in p's order and without repetition, as
// are the clauses of remarks, and a single value that p lacks is taken from
// q. Origins and ids stay p's.
func (p *Party) Unite(q *Party) {
	fill(&p.Type, q.Type)
	fill(&p.Name, q.Name)
	p.Remarks = uniteRemarks(p.Remarks, q.Remarks)
	aliases := q.Aliases
	if q.Name != p.Name && q.Name != "" {
		aliases = append([]Alias{{Name: q.Name}}, aliases...)
	}
	for _, a := range aliases {
		if a.Name != p.Name && !slices.ContainsFunc(p.Aliases, func(b Alias) bool { return b.Name == a.Name }) {
			p.Aliases = append(p.Aliases, a)
		}
	}
	for _, l := range q.Lists {
		i := slices.IndexFunc(p.Lists, func(k Listing) bool { return k.Code == l.Code && k.NativeID == l.NativeID })
		if i < 0 { // a publisher's id may change with a notice: one entry a list is enough
			i = slices.IndexFunc(p.Lists, func(k Listing) bool { return k.Code == l.Code })
		}
		if i < 0 {
			p.Lists = append(p.Lists, l)
			continue
		}
		p.Lists[i].unite(l)
	}
	p.Addresses = union(p.Addresses, q.Addresses)
	p.Countries = union(p.Countries, q.Countries)
	slices.Sort(p.Countries)
	p.IDs = union(p.IDs, q.IDs)
	p.Births = union(p.Births, q.Births)
	p.Nationalities = union(p.Nationalities, q.Nationalities)
	p.Titles = union(p.Titles, q.Titles)
	p.Synthetic = p.Synthetic || q.Synthetic
}

// UniteReadings makes one party of what several sources say of it, the source
// that is believed most first. An entry that its source no longer has gives
// nothing to one that stands in another source, and a reading whose entries all
// are such gives nothing at all. It is nil of no readings.
func UniteReadings(readings []*Party) *Party {
	stands := map[string]bool{}
	for _, p := range readings {
		for _, l := range p.Lists {
			stands[l.Code] = stands[l.Code] || l.Status == Current
		}
	}
	var all *Party
	for _, p := range readings {
		had := len(p.Lists)
		p.Lists = slices.DeleteFunc(p.Lists, func(l Listing) bool { return l.Status == NotInLatestFile && stands[l.Code] })
		switch {
		case had > 0 && len(p.Lists) == 0:
		case all == nil:
			all = p
		default:
			all.Unite(p)
			all.AlsoFrom = also(all.AlsoFrom, all.Origin, p.Origin)
		}
	}
	return all
}

// FillReadings makes one patent of what several sources say of a document, the
// source that is believed most first. It is nil of no readings.
func FillReadings(readings []*Patent) *Patent {
	if len(readings) == 0 {
		return nil
	}
	all := readings[0]
	for _, p := range readings[1:] {
		all.Fill(p)
		all.AlsoFrom = also(all.AlsoFrom, all.Origin, p.Origin)
	}
	return all
}

// also adds where one more source was read.
func also(from []Origin, first, more *Origin) []Origin {
	if more == nil || first != nil && *first == *more || slices.Contains(from, *more) {
		return from
	}
	return append(from, *more)
}

// Origins are the places where a fact was read, that of the source that is
// believed most first. A judgement has none.
func Origins(r Record) []Origin {
	var first *Origin
	var more []Origin
	switch r := r.(type) {
	case *Patent:
		first, more = r.Origin, r.AlsoFrom
	case *Party:
		first, more = r.Origin, r.AlsoFrom
	case *Shipment:
		first = r.Origin
	}
	if first == nil {
		return more
	}
	return append([]Origin{*first}, more...)
}

var unmarked = strings.NewReplacer(":", "", "(", "", ")", "")

// uniteRemarks adds to remarks the clauses of others that they lack. Clauses
// stand between semicolons; two publishers write one with a colon or in
// brackets and without.
func uniteRemarks(p, q string) string {
	if p == "" || q == "" || p == q {
		return cmp.Or(p, q)
	}
	bare := func(clause string) string { return strings.Trim(unmarked.Replace(clause), " .;") }
	have := map[string]bool{"": true}
	for clause := range strings.SplitSeq(p, "; ") {
		have[bare(clause)] = true
	}
	for clause := range strings.SplitSeq(q, "; ") {
		if b := bare(clause); !have[b] {
			have[b] = true
			p = strings.TrimRight(p, " ;") + "; " + clause
		}
	}
	return p
}

func (l *Listing) unite(m Listing) {
	fill(&l.NativeID, m.NativeID)
	l.Programs = union(l.Programs, m.Programs)
	l.Dates = union(l.Dates, m.Dates)
	l.Notices = union(l.Notices, m.Notices)
	fill(&l.Status, m.Status)
	if m.Status == Current { // one row that stands keeps the entry standing
		l.Status = Current
	}
	fill(&l.LicenseRequirement, m.LicenseRequirement)
	fill(&l.LicenseReviewPolicy, m.LicenseReviewPolicy)
	fill(&l.SourceURL, m.SourceURL)
}

// Fill takes from q what p lacks: another source's reading of the same
// document, for example a search hit beside the full text.
func (p *Patent) Fill(q *Patent) {
	fill(&p.Document, q.Document)
	fill(&p.PublicationNumber, q.PublicationNumber)
	fill(&p.KindCode, q.KindCode)
	fill(&p.Country, q.Country)
	fill(&p.ApplicationNumber, q.ApplicationNumber)
	fill(&p.Title, q.Title)
	fill(&p.Abstract, q.Abstract)
	fill(&p.FirstClaim, q.FirstClaim)
	fillAll(&p.Assignees, q.Assignees)
	fillAll(&p.Applicants, q.Applicants)
	fillAll(&p.Inventors, q.Inventors)
	p.Assignments = union(p.Assignments, q.Assignments)
	fill(&p.Filed, q.Filed)
	fill(&p.Published, q.Published)
	fill(&p.Granted, q.Granted)
	if q.StatusAsOf > p.StatusAsOf {
		p.LegalStatus, p.StatusAsOf = q.LegalStatus, q.StatusAsOf
	}
	fill(&p.LegalStatus, q.LegalStatus)
	fillAll(&p.CPC, q.CPC)
	fillAll(&p.CPCAdditional, q.CPCAdditional)
	fillAll(&p.IPC, q.IPC)
	fillAll(&p.USPC, q.USPC)
	fill(&p.FamilyID, q.FamilyID)
	p.Synthetic = p.Synthetic || q.Synthetic
}

func fill[T comparable](p *T, q T) {
	var zero T
	if *p == zero {
		*p = q
	}
}

func fillAll[T any](p *[]T, q []T) {
	if len(*p) == 0 {
		*p = q
	}
}

func union[T comparable](a, b []T) []T {
	for _, v := range b {
		if !slices.Contains(a, v) {
			a = append(a, v)
		}
	}
	return a
}
