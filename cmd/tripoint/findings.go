package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/record"
)

// findingFilter is what the flags of findings ask for.
type findingFilter struct {
	list, country, area, since, asOf string
	cet, ships                       bool
}

func (a *app) findingsCmd() *cobra.Command {
	var want findingFilter
	most := 20
	cmd := &cobra.Command{
		Use:   "findings",
		Short: "Listed parties, the CET patents they are named on, and what they ship",
		Long: `Print the findings of the latest snapshot, one for each listed entity that is
named on a patent or a bill, ranked by what is known: how many of the domains
meet (listed, named on CET patents, shipping), then how many list entries, CET
inventions and shipments there are, as each finding's rank says. A finding is a
possible link, never a verdict.`,
		Example: `  tripoint findings --list US --country CN --cet --ships
  tripoint findings --area ai --since 2022-01-01 --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for flag, date := range map[string]string{"--since": want.since, "--as-of": want.asOf} {
				if _, err := record.ParseDate("2006-01-02", date); err != nil {
					return usagef("%s %q is no date: write YYYY-MM-DD", flag, date)
				}
			}
			if len(want.country) != 2 && want.country != "" {
				return usagef("--country %q is no country: write its two letters, CN", want.country)
			}
			if most < 0 {
				return usagef("--most must not be negative")
			}
			_, known := tables.ListByCode(strings.ToUpper(want.list))
			if want.list != "" && !known && !slices.ContainsFunc(tables.ListCodes(), func(code string) bool { return codeStarts(code, want.list) }) {
				return usagef("--list %q is no list's code, nor the beginning of one: use for example US, US-BIS-EL, UN", want.list)
			}
			p, err := a.published()
			if err != nil {
				return err
			}
			found, err := p.findings(want)
			if err != nil {
				return err
			}
			if a.json {
				return a.printRecords(found)
			}
			a.printFindings(found, most, p.demoMark())
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&want.list, "list", "", "only those on a list: a code or its beginning (US, US-BIS-EL)")
	f.StringVar(&want.country, "country", "", "only those of a country (ISO 3166-1 alpha-2)")
	f.BoolVar(&want.cet, "cet", false, "only those named on a patent with a CET tag")
	f.BoolVar(&want.ships, "ships", false, "only those named on a bill or declaration")
	f.StringVar(&want.area, "area", "", "only those named on a patent of an area or subfield (ai, data_cyber.identity_biometrics)")
	f.StringVar(&want.since, "since", "", "only those with a listing, document or shipment on or after a date")
	f.StringVar(&want.asOf, "as-of", "", "leave out what is dated after a date")
	f.IntVar(&most, "most", most, "how many to print on a screen; 0 for all")
	return cmd
}

func (p *published) findings(want findingFilter) ([]*record.Finding, error) {
	var found []*record.Finding
	for r, err := range p.scan(record.KindFinding) {
		if err != nil {
			return nil, err
		}
		if f, ok := r.(*record.Finding); ok && want.takes(f) {
			found = append(found, f)
		}
	}
	slices.SortStableFunc(found, func(a, b *record.Finding) int {
		return cmp.Or(-slices.Compare(rank(a), rank(b)), cmp.Compare(a.ID, b.ID))
	})
	return found, nil
}

// rank is what orders findings, the weightiest part first: how many of the
// three domains meet, then how many list entries, inventions and shipments
// there are. rankText shows it.
func rank(f *record.Finding) []int {
	meets := 1 // it is listed
	if taggedInventions(f) > 0 {
		meets++
	}
	if len(f.Shipments) > 0 {
		meets++
	}
	return []int{meets, len(f.Lists), taggedInventions(f), len(f.Shipments), len(f.Inventions), len(f.Candidates)}
}

// rankText is what a finding stands in its place for.
func rankText(f *record.Finding) string {
	r := rank(f)
	parts := []string{fmt.Sprintf("%d of 3 domains", r[0])}
	for i, noun := range []string{"list entry", "CET invention", "shipment", "invention", "candidate"} {
		switch n := r[i+1]; {
		case n == 0:
		case n > 1 && noun == "list entry":
			parts = append(parts, fmt.Sprintf("%d list entries", n))
		default:
			parts = append(parts, plural(n, noun))
		}
	}
	return strings.Join(parts, " · ")
}

func taggedInventions(f *record.Finding) int {
	n := 0
	for _, i := range f.Inventions {
		if len(i.Tags) > 0 {
			n++
		}
	}
	return n
}

// takes says whether a finding is asked for. It leaves out of it what is dated
// after the as-of date.
func (w findingFilter) takes(f *record.Finding) bool {
	w.cutAfter(f)
	switch {
	case len(f.Lists) == 0,
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
	return slices.Contains(i.Areas, w.area) ||
		slices.ContainsFunc(i.Tags, func(tag string) bool { return strings.HasSuffix(tag, "/"+w.area) })
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

func (a *app) printRecords(found []*record.Finding) error {
	for _, f := range found {
		line, err := record.Marshal(f)
		if err != nil {
			return err
		}
		if _, err := a.out.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) printFindings(found []*record.Finding, most int, demo string) {
	if len(found) == 0 {
		fmt.Fprintln(a.out, "None found in the latest snapshot for what was asked.")
		return
	}
	for i, f := range found {
		if most > 0 && i == most {
			fmt.Fprintf(a.out, "… and %d more: --most 0 prints all\n", len(found)-most)
			return
		}
		a.printFinding(f, demo)
	}
}

// shortTitle is a list's short title (its code where the tables do not know
// it), its effect and its authority, in a few words each.
func shortTitle(code string) (title, effect, cite string) {
	l, ok := tables.ListByCode(code)
	if !ok {
		return code, "", ""
	}
	return l.Short, l.EffectText, l.Cite
}
