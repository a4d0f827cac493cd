package csl

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/record"
)

// row is one row of the list, from either format.
type row struct {
	ID, Source, EntityNumber, Type, Name, Title, Notice, StartDate, EndDate, StandardOrder string
	LicenseRequirement, LicensePolicy, CallSign, VesselType, GrossTonnage                  string
	GrossRegisteredTonnage, VesselFlag, VesselOwner, Remarks, SourceListURL, Country       string
	Programs, AltNames, Citizenships, DatesOfBirth, Nationalities, PlacesOfBirth           []string
	Addresses                                                                              []record.Address
	IDs                                                                                    []record.Identifier
}

var partyTypes = map[string]record.PartyType{
	"individual": record.Individual,
	"entity":     record.Organization,
	"vessel":     record.Vessel,
	"aircraft":   record.Aircraft,
}

// party makes the party of a row. today is the day of the capture, by which an
// end date is past or not; "" where it is not known.
func (r *row) party(today record.Date) (*record.Party, error) {
	list, ok := tables.ListByCSLSource(r.Source)
	switch {
	case r.Source == "":
		return nil, errors.New("a row without a source")
	case !ok:
		return nil, fmt.Errorf("source %.80q is on no list of ours: add the name under csl of its list in config/tables/lists.yaml", r.Source)
	case r.Name == "":
		return nil, errors.New("a row without a name")
	}
	p := &record.Party{
		Type:      partyTypes[strings.ToLower(r.Type)],
		Name:      r.Name,
		Addresses: r.Addresses,
		Births:    r.DatesOfBirth,
	}
	listing := record.Listing{
		Code: list.Code, NativeID: r.ID, Programs: r.Programs, Status: record.Current, Notices: notices(r.Notice),
		LicenseRequirement: r.LicenseRequirement, LicenseReviewPolicy: r.LicensePolicy, SourceURL: r.SourceListURL,
	}
	if list.PermanentID && r.EntityNumber != "" {
		listing.NativeID = r.EntityNumber // the publisher's own number; 2019's file has no _id
	}
	if err := dates(&listing, r.StartDate, r.EndDate, today); err != nil {
		return nil, err
	}
	for _, s := range r.AltNames {
		if s != p.Name && !slices.ContainsFunc(p.Aliases, func(a record.Alias) bool { return a.Name == s }) {
			p.Aliases = append(p.Aliases, record.Alias{Name: s})
		}
	}
	if r.Title != "" {
		p.Titles = []string{r.Title}
	}
	for _, s := range append(slices.Clone(r.Nationalities), r.Citizenships...) {
		if c := country(s); c != "" {
			s = c
		}
		if !slices.Contains(p.Nationalities, s) {
			p.Nationalities = append(p.Nationalities, s)
		}
	}
	remarks := r.features(p, &listing)
	p.Remarks = strings.Join(remarks, "; ")
	p.Countries = r.countries()
	p.Lists = []record.Listing{listing}
	return p, nil
}

// features files what stands under ids: identifiers, events of the entry, and
// the rest, which is remarks.
func (r *row) features(p *record.Party, listing *record.Listing) (remarks []string) {
	if r.Remarks != "" {
		remarks = append(remarks, r.Remarks)
	}
	note := func(label, s string) {
		if s != "" {
			remarks = append(remarks, strings.TrimRight(label, ":")+": "+s)
		}
	}
	for _, n := range r.IDs {
		f := tables.OFACFeature(n.Type, n.Value)
		switch {
		case f.Kind == tables.FeatureEvent && slices.Contains(f.Lists, listing.Code):
			if d, err := day(n.Value); err == nil {
				listing.Dates = append(listing.Dates, record.ListDate{Event: f.Event, Date: d, Basis: "publisher"})
				continue
			}
			note(n.Type, n.Value)
		case f.Kind == tables.FeatureID && n.Type != "" && n.Value != "":
			if imo, ok := strings.CutPrefix(n.Value, "IMO "); ok {
				n.Type, n.Value = "IMO", imo
			}
			if !slices.Contains(p.IDs, n) {
				p.IDs = append(p.IDs, n)
			}
		default:
			value := n.Value
			if n.Country != "" {
				value += ", " + n.Country
			}
			note(n.Type, value)
		}
	}
	if r.CallSign != "" {
		p.IDs = append(p.IDs, record.Identifier{Type: "Call Sign", Value: r.CallSign})
	}
	note("Place of birth", strings.Join(r.PlacesOfBirth, " | "))
	note("Standard order", r.StandardOrder)
	note("Vessel type", r.VesselType)
	note("Vessel flag", r.VesselFlag)
	note("Vessel owner", r.VesselOwner)
	note("Gross tonnage", r.GrossTonnage)
	note("Gross registered tonnage", r.GrossRegisteredTonnage)
	return remarks
}

func (r *row) countries() []string {
	var out []string
	add := func(c string) {
		if c != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	for _, a := range r.Addresses {
		add(a.Country)
	}
	for _, s := range split(r.Country) {
		add(country(s))
	}
	slices.Sort(out)
	return out
}

// dates files the start and the end of an entry.
func dates(l *record.Listing, start, end string, today record.Date) error {
	for _, s := range severalDates.Split(start, -1) {
		if s == "" {
			continue
		}
		d, err := day(s)
		if err != nil {
			return fmt.Errorf("start_date: %w", err)
		}
		l.Dates = append(l.Dates, record.ListDate{Event: "effective", Date: d, Basis: "publisher"})
	}
	if end == "" {
		return nil
	}
	d, err := day(end)
	if err != nil {
		return fmt.Errorf("end_date: %w", err)
	}
	l.Dates = append(l.Dates, record.ListDate{Event: "expires", Date: d, Basis: "publisher"})
	if today != "" && d < today {
		l.Status = record.Expired
	}
	return nil
}

var severalDates = regexp.MustCompile(`[;,:\s]+`)

func day(s string) (record.Date, error) {
	for _, layout := range []string{time.DateOnly, "1/2/2006", "1/2/06"} {
		if d, err := record.ParseDate(layout, s); err == nil {
			return d, nil
		}
	}
	return "", fmt.Errorf("%q is no date: want 2006-01-02", s)
}

// notices takes the citations out of a cell. A notice that is cited in another
// way (Vol. 88, No. 151, 08/08/2023) is kept as it stands.
func notices(s string) []string {
	if out := record.Citations(s); out != nil {
		return out
	}
	return split(s)
}

// addressOf reads an address whose last part is the country's code.
func addressOf(s string) record.Address {
	a := record.Address{Text: s}
	last := s[strings.LastIndex(s, ", ")+1:]
	if last = strings.TrimSpace(last); len(last) == 2 && last == strings.ToUpper(last) {
		a.Country = country(last)
	}
	return a
}

// idOf reads "Type, number, country" or "Type, number". A number may hold
// commas; a country is two capital letters at the end.
func idOf(s string) record.Identifier {
	kind, value, _ := strings.Cut(s, ", ")
	n := record.Identifier{Type: strings.TrimSpace(kind), Value: strings.TrimSpace(value)}
	if i := strings.LastIndex(n.Value, ", "); i > 0 {
		if last := n.Value[i+2:]; len(last) == 2 && last == strings.ToUpper(last) && country(last) != "" {
			n.Value, n.Country = n.Value[:i], last
		}
	}
	return n
}

// country is the code of a country, or "".
func country(s string) string {
	c, _ := tables.Country(s)
	return c
}
