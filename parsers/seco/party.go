package seco

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/record"
)

var objects = map[string]record.PartyType{"vessel": record.Vessel, "aircraft": record.Aircraft}

// party makes the party of a target.
func (s *shared) party(t *target) (*record.Party, error) {
	subject, kind := t.Entity, record.Organization
	switch {
	case t.Individual != nil:
		subject, kind = t.Individual, record.Individual
	case t.Object != nil:
		subject, kind = t.Object, objects[t.Object.ObjectType]
	case subject == nil:
		return nil, errors.New("is no individual, entity or object")
	}
	p := &record.Party{Type: kind}
	// The main identity names the party; the others are further names of it.
	slices.SortStableFunc(subject.Identities, func(a, b identity) int {
		return cmp.Compare(b.Main, a.Main) // true before false
	})
	for i := range subject.Identities {
		if err := s.identity(p, &subject.Identities[i]); err != nil {
			return nil, err
		}
	}
	if p.Name == "" {
		return nil, errors.New("has no name")
	}
	for _, id := range t.Foreign {
		addID(p, "Foreign identifier", id, "")
	}
	for _, o := range subject.Others {
		statedID(p, text(o))
	}
	p.Remarks = joined(" ", subject.Justifications...)
	slices.Sort(p.Countries)
	l, err := s.listing(t)
	if err != nil {
		return nil, err
	}
	p.Lists = []record.Listing{l}
	return p, nil
}

func (s *shared) identity(p *record.Party, i *identity) error {
	if err := addNames(p, i.Names); err != nil {
		return err
	}
	if p.Type == record.Individual {
		for _, d := range i.Births {
			if birth := d.text(); birth != "" {
				p.Births = addNew(p.Births, birth)
			}
		}
	}
	for _, a := range i.Addresses {
		if at := s.address(a); at != (record.Address{}) {
			p.Addresses = addNew(p.Addresses, at)
			if at.Country != "" {
				p.Countries = addNew(p.Countries, at.Country)
			}
		}
	}
	for _, c := range i.Nationalities {
		switch code := c.code(); {
		case code == "":
		case p.Type == record.Individual:
			p.Nationalities = addNew(p.Nationalities, code)
		default:
			p.Countries = addNew(p.Countries, code)
		}
	}
	for _, d := range i.Documents {
		issuer, _ := tables.Country(text(d.Issuer))
		addID(p, documentType(d.Type), d.Number, issuer)
	}
	return nil
}

// address is the place with what the address says itself.
func (s *shared) address(a address) record.Address {
	at := s.places[a.PlaceID]
	box := text(a.Box)
	if box != "" {
		box = "P.O. Box " + box
	}
	careOf := text(a.CareOf)
	if careOf != "" {
		careOf = "c/o " + careOf
	}
	out := record.Address{
		Street:     joined(", ", careOf, a.Details, box),
		City:       cmp.Or(text(a.Location), text(at.Location)),
		State:      cmp.Or(text(a.Area), text(at.Area)),
		PostalCode: text(a.Zip),
		Country:    cmp.Or(a.Country.code(), at.Country.code()),
	}
	out.Text = joined(", ", out.Street, out.City, out.State, out.PostalCode, out.Country)
	return out
}

func (c country) code() string {
	code, ok := tables.Country(text(c.Code))
	if !ok {
		code, _ = tables.Country(text(c.Text))
	}
	return code
}

// text is the date as far as it is known: 1962-05-03, 1962-05, 1962.
func (d date) text() string {
	out := text(d.Year)
	for _, n := range []string{text(d.Month), text(d.Day)} {
		if out == "" || n == "" {
			break
		}
		if len(n) == 1 {
			n = "0" + n
		}
		out += "-" + n
	}
	if out != "" && d.Calendar != "" && d.Calendar != "Gregorian" {
		out += " (" + text(d.Calendar) + " calendar)"
	}
	return out
}

// documentType is passport → Passport, diplomatic-passport → Diplomatic passport.
func documentType(s string) string {
	s = strings.ReplaceAll(text(s), "-", " ")
	if s == "" {
		return "Identity document"
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// stated are the numbers that stand in other-information, one to an element.
// What else stands there is not kept: it holds telephone numbers and mailboxes.
var stated = []struct {
	kind string
	text *regexp.Regexp
}{
	{"IMO number", regexp.MustCompile(`(?i)^IMO(?: number)? ?: ?(\d{7})\.?$`)},
	{"Tax number", regexp.MustCompile(`(?i)^(?:taxpayer identification|tax registration|tax identification) number ?: ?([\d/ -]{5,})\.?$`)},
	{"Registration number", regexp.MustCompile(`(?i)^(?:(?:state|business|main state) )?registration number ?: ?([\p{L}\d/ -]*\d{4}[\p{L}\d/ -]*)\.?$`)},
}

func statedID(p *record.Party, s string) {
	for _, k := range stated {
		if m := k.text.FindStringSubmatch(s); m != nil {
			addID(p, k.kind, m[1], "")
			return
		}
	}
}

func addID(p *record.Party, kind, value, country string) {
	if value = text(value); value != "" {
		p.IDs = addNew(p.IDs, record.Identifier{Type: kind, Value: value, Country: country})
	}
}

// listing reads programmes and dates. The newest modification says whether the
// target stands.
func (s *shared) listing(t *target) (record.Listing, error) {
	l := record.Listing{Code: "CH-SECO", NativeID: text(t.SSID), Status: record.Current}
	for _, set := range append([]string{t.Set}, t.Sets...) {
		if says := s.sets[text(set)]; says != "" {
			l.Programs = addNew(l.Programs, says)
		}
	}
	var newest record.Date
	for _, m := range t.Modifications {
		published, err := dateOf(m.Published)
		if err != nil {
			return l, err
		}
		effective, err := dateOf(m.Effective)
		if err != nil {
			return l, err
		}
		when := cmp.Or(effective, published)
		switch m.Type {
		case "listed":
			addDate(&l, "listed", published)
			addDate(&l, "effective", effective)
		case "de-listed":
			addDate(&l, "removed", when)
		default: // amended
			addDate(&l, "amended", when)
		}
		if when > newest { // of one day the first: the file has the newest first
			newest = when
			l.Status = record.Current
			if m.Type == "de-listed" {
				l.Status = record.Removed
			}
		}
	}
	return l, nil
}

func dateOf(s string) (record.Date, error) {
	d, err := record.ParseDate("2006-01-02", s)
	if err != nil {
		return "", fmt.Errorf("modification: %w", err)
	}
	return d, nil
}

func addDate(l *record.Listing, event string, d record.Date) {
	if d != "" {
		l.Dates = addNew(l.Dates, record.ListDate{Event: event, Date: d, Basis: "publisher"})
	}
}

func addNew[T comparable](list []T, v T) []T {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}

func english(list []labelled) string {
	for _, l := range list {
		if l.Lang == "eng" {
			return text(l.Text)
		}
	}
	if len(list) > 0 {
		return text(list[0].Text)
	}
	return ""
}

// text is a text with single blanks.
func text(s string) string { return strings.Join(strings.Fields(s), " ") }

func joined(with string, parts ...string) string {
	var filled []string
	for _, p := range parts {
		if p = text(p); p != "" {
			filled = append(filled, p)
		}
	}
	return strings.Join(filled, with)
}
