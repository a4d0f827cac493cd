package main

import (
	"fmt"
	"slices"
	"strings"

	configcet "github.com/tripoint-data/tripoint/config/cet"
	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/internal/cet"
	"github.com/tripoint-data/tripoint/record"
)

// findingFilter is what the flags of findings ask for.
type findingFilter struct {
	list, country, area, since, asOf string
	cet, ships                       bool
}

// check says what of it nothing can answer to.
func (w findingFilter) check() error {
	for _, date := range []struct{ flag, value string }{{"--since", w.since}, {"--as-of", w.asOf}} {
		if _, err := record.ParseDate("2006-01-02", date.value); err != nil {
			return fmt.Errorf("%s %q is no date: write YYYY-MM-DD", date.flag, date.value)
		}
	}
	_, known := tables.ListByCode(strings.ToUpper(w.list))
	switch {
	case w.since != "" && w.asOf != "" && w.since > w.asOf:
		return fmt.Errorf("--since %s is later than --as-of %s: nothing lies between", w.since, w.asOf)
	case w.country != "" && tables.CountryName(strings.ToUpper(w.country)) == "":
		return fmt.Errorf("--country %q is no country: write its two letters, CN", w.country)
	case w.list != "" && !known && !slices.ContainsFunc(tables.ListCodes(), func(code string) bool { return codeStarts(code, w.list) }):
		return fmt.Errorf("--list %q is no list's code, nor the beginning of one: use for example US, US-BIS-EL, UN", w.list)
	}
	return checkArea(w.area)
}

// checkArea says whether some edition knows an area or subfield.
func checkArea(id string) error {
	if id == "" {
		return nil
	}
	for _, edition := range configcet.Editions() {
		l, err := cet.LoadRules(configcet.FS(), edition)
		if err != nil {
			return err
		}
		if l.Name(strings.ToLower(id)) != "" {
			return nil
		}
	}
	return fmt.Errorf("--area %q is no area or subfield of any edition: use for example ai, data_cyber.identity_biometrics", id)
}

// takes says whether a finding is asked for. It leaves out of it what is dated
// after the as-of date, and one that nothing names then is no finding.
func (w findingFilter) takes(f *record.Finding) bool {
	w.cutAfter(f)
	switch {
	case len(f.Lists) == 0,
		len(f.Inventions)+len(f.Shipments)+len(f.Candidates) == 0,
		w.list != "" && !slices.ContainsFunc(f.Lists, func(l record.Listing) bool { return codeStarts(l.Code, w.list) }),
		w.country != "" && !slices.Contains(f.Entity.Countries, strings.ToUpper(w.country)),
		w.cet && taggedInventions(f) == 0,
		w.ships && len(f.Shipments) == 0,
		w.area != "" && !slices.ContainsFunc(f.Inventions, w.inArea),
		w.since != "" && newest(f) < record.Date(w.since):
		return false
	}
	return true
}

// codeStarts says whether a list's code is, or begins with, the parts asked for.
func codeStarts(code, want string) bool {
	want = strings.ToUpper(want)
	return code == want || strings.HasPrefix(code, want+"-")
}

func (w findingFilter) inArea(i record.Invention) bool {
	area := strings.ToLower(w.area)
	return slices.Contains(i.Areas, area) ||
		slices.ContainsFunc(i.Tags, func(tag string) bool { return strings.HasSuffix(tag, "/"+area) })
}

// cutAfter takes out what is dated after the as-of date. Sums over shipments
// cannot be cut, so they go where a shipment went.
func (w findingFilter) cutAfter(f *record.Finding) {
	if w.asOf == "" {
		return
	}
	day := record.Date(w.asOf)
	gone := map[record.Ref]bool{}
	f.Lists = slices.DeleteFunc(f.Lists, func(l record.Listing) bool { return l.Effective() > day })
	before := len(f.Shipments)
	f.Shipments = slices.DeleteFunc(f.Shipments, func(m record.Movement) bool {
		late := movedOn(m) > day
		gone[record.Ref{Kind: record.KindShipment, ID: m.Shipment}] = late
		return late
	})
	for n := range f.Shipments {
		f.Shipments[n].Periods = slices.DeleteFunc(f.Shipments[n].Periods, func(p record.Period) bool { return p.Effective > day })
	}
	if len(f.Shipments) < before {
		f.Consignees, f.Goods, f.Routes, f.OnwardLeads, f.Candidates = nil, nil, nil, nil, nil
		f.HighPriority = slices.DeleteFunc(f.HighPriority, func(h record.HighPriority) bool {
			return gone[record.Ref{Kind: record.KindShipment, ID: h.Shipment}]
		})
		f.Limits = append(f.Limits, "sums over shipments are not made as of a date")
	}
	for n := range f.Inventions {
		w.cutInvention(&f.Inventions[n], day, gone)
	}
	f.Inventions = slices.DeleteFunc(f.Inventions, func(i record.Invention) bool { return len(i.Documents) == 0 })
	f.Why = slices.DeleteFunc(f.Why, func(why record.Why) bool { return why.Ref != nil && gone[*why.Ref] })
}

func (w findingFilter) cutInvention(i *record.Invention, day record.Date, gone map[record.Ref]bool) {
	i.Documents = slices.DeleteFunc(i.Documents, func(d record.InventionPaper) bool {
		late := max(d.Published, d.Granted) > day
		if late {
			gone[record.Ref{Kind: record.KindPatent, ID: d.ID}] = true
			i.Tags = slices.DeleteFunc(i.Tags, func(tag string) bool { return strings.HasPrefix(tag, d.ID+"/") })
		}
		return late
	})
	i.Areas = slices.DeleteFunc(i.Areas, func(area string) bool {
		return !slices.ContainsFunc(i.Tags, func(tag string) bool { return areaOf(tag) == area })
	})
}

// areaOf is the area of a tag, patent/edition/area-or-subfield.
func areaOf(tag string) string {
	area, _, _ := strings.Cut(tag[strings.LastIndex(tag, "/")+1:], ".")
	return area
}

func movedOn(m record.Movement) record.Date {
	if m.Departed != "" {
		return m.Departed
	}
	return m.Arrived
}

// newest is the newest date of a finding.
func newest(f *record.Finding) record.Date {
	var day record.Date
	for _, l := range f.Lists {
		for _, d := range l.Dates {
			day = max(day, d.Date)
		}
	}
	for _, i := range f.Inventions {
		for _, d := range i.Documents {
			day = max(day, d.Published, d.Granted)
		}
	}
	for _, m := range f.Shipments {
		day = max(day, movedOn(m))
	}
	return day
}
