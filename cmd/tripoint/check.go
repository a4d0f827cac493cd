package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tripoint-data/tripoint/config"
)

func (a *app) checkCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "check [SOURCE|FILE.yaml …]",
		Short: "Check sources without any network, and list them",
		Long: `Read the sources named, or all shipped ones and those in the folder sources/,
make their crawlers and parsers, run their own fixtures, and name every fault with
its file and line. Nothing is fetched, and no tripoint.yaml is needed.`,
		Example: "  tripoint check sources/my-list.yaml",
		RunE: func(cmd *cobra.Command, args []string) error {
			agent, err := a.newAgent(&config.Config{})
			if err != nil {
				return err
			}
			var (
				sources []*config.Source
				faults  []error
			)
			if len(args) == 0 {
				all, err := config.Catalogue(os.DirFS(a.dir))
				faults = append(faults, err)
				for _, id := range slices.Sorted(maps.Keys(all)) {
					sources = append(sources, all[id])
				}
			}
			for _, name := range args {
				s, err := a.lookupSource(name)
				if err != nil {
					faults = append(faults, err)
					continue
				}
				sources = append(sources, s)
			}
			var sound []*config.Source
			for _, s := range sources {
				_, err := build(s, agent)
				if err == nil {
					err = runFixtures(cmd.Context(), s)
				}
				if err != nil {
					faults = append(faults, err)
					continue
				}
				sound = append(sound, s)
			}
			return errors.Join(a.printSources(sound), usage(errors.Join(faults...)))
		},
	}
}

func (a *app) printSources(sources []*config.Source) error {
	if a.json {
		for _, s := range sources {
			err := a.line(map[string]string{
				"id": s.ID, "domain": s.Domain, "crawl": s.Crawl.Kind, "format": s.Parse.Format, "terms": s.Terms.AutomatedAccess, "title": s.Title,
			})
			if err != nil {
				return err
			}
		}
		return nil
	}
	if len(sources) == 0 {
		return nil
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, strings.ToUpper("id\tdomain\tcrawl\tformat\tterms\ttitle"))
	for _, s := range sources {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", s.ID, s.Domain, s.Crawl.Kind, s.Parse.Format, s.Terms.AutomatedAccess, s.Title)
	}
	return w.Flush()
}
