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
			for _, flag := range []string{"list", "country", "area", "since", "as-of"} {
				if f := cmd.Flags().Lookup(flag); f.Changed && f.Value.String() == "" {
					return usagef("--%s is empty: leave it out to ask for all", flag)
				}
			}
			if most < 0 {
				return usagef("--most must not be negative")
			}
			if err := want.check(); err != nil {
				return usage(err)
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

// rankText is what a finding stands in its place for. Inventions are told a
// second time only where some of them are outside CET.
func rankText(f *record.Finding) string {
	r := rank(f)
	parts := []string{fmt.Sprintf("%d of 3 domains", r[0])}
	for i, noun := range []string{"list entry", "CET invention", "shipment", "invention", "candidate"} {
		switch n, tagged := r[i+1], r[2]; {
		case n == 0, noun == "invention" && n == tagged:
		case noun == "invention" && tagged > 0:
			parts = append(parts, plural(n, noun)+" in all")
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
