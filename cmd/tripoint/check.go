package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

func (a *app) checkCmd() *cobra.Command {
	var update bool
	cmd := &cobra.Command{
		Use:   "check [SOURCE|FILE.yaml …]",
		Short: "Check sources without any network, and list them",
		Long: `Read the sources named, or all shipped ones and those in the folder sources/,
make their crawlers and parsers, run their own fixtures, and name every fault with
its file and line. Nothing is fetched, and no tripoint.yaml is needed.

With --update the records that the fixtures of a FILE.yaml give now are written
down as those that are wanted. Look at what has changed in them.`,
		Example: "  tripoint check sources/my-list.yaml",
		RunE: func(cmd *cobra.Command, args []string) error {
			agent, err := a.newAgent(&config.Config{})
			if err != nil {
				return err
			}
			if update {
				if err := updateFixtures(cmd.Context(), args); err != nil {
					return err
				}
			}
			sources, faults := a.toCheck(args)
			var sound []*config.Source
			for _, s := range sources {
				if err := checkSource(cmd.Context(), s, agent); err != nil {
					faults = append(faults, err)
					continue
				}
				sound = append(sound, s)
			}
			return errors.Join(a.printSources(sound), usage(errors.Join(faults...)))
		},
	}
	cmd.Flags().BoolVar(&update, "update", false, "write down what the fixtures of FILE.yaml give now")
	return cmd
}

// toCheck reads the sources named, or all there are. Those that cannot be read
// are left to the faults.
func (a *app) toCheck(names []string) (sources []*config.Source, faults []error) {
	if len(names) == 0 {
		all, err := config.Catalogue(os.DirFS(a.dir))
		for _, id := range slices.Sorted(maps.Keys(all)) {
			sources = append(sources, all[id])
		}
		return sources, []error{err}
	}
	for _, name := range names {
		s, err := a.lookupSource(name)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		sources = append(sources, s)
	}
	return sources, faults
}

// checkSource finds all that is wrong with a source and can be known without
// its publisher, in the order of the lines.
func checkSource(ctx context.Context, s *config.Source, agent *fetch.Agent) error {
	_, err := build(s, agent)
	err = errors.Join(err, checkVars(s), checkRoles(s), checkFill(s))
	if f, fn, unpack, unmade := buildParser(s); unmade == nil {
		err = errors.Join(err, runFixtures(ctx, s, f, fn, unpack))
	}
	var own, others []error // of the source's file, and of its fixtures
	for _, e := range config.All(err) {
		if f := (config.Fault{}); errors.As(e, &f) && f.File == s.File {
			own = append(own, e)
			continue
		}
		others = append(others, e)
	}
	slices.SortStableFunc(own, func(a, b error) int { return cmp.Compare(lineOf(a), lineOf(b)) })
	return errors.Join(append(own, others...)...)
}

func lineOf(err error) int {
	var f config.Fault
	errors.As(err, &f)
	return f.Line
}

// checkVars refuses addresses with variables that nothing gives a value.
func checkVars(s *config.Source) error {
	var crawl map[string]any
	if err := s.Crawl.Decode(&crawl); err != nil {
		return nil // the crawler has said so
	}
	given := slices.Collect(maps.Keys(s.Crawl.Vars))
	if s.Crawl.Foreach != nil {
		given = append(given, s.Crawl.Foreach.As)
	}
	if paginate, ok := crawl["paginate"].(map[string]any); ok {
		given = append(given, fmt.Sprint(paginate["param"]))
	}
	if session, ok := crawl["session"].(map[string]any); ok {
		take, _ := session["take"].(map[string]any)
		given = slices.AppendSeq(given, maps.Keys(take))
	}
	var faults []error
	for _, key := range []string{"start", "files"} {
		addresses, _ := crawl[key].([]any)
		for i, address := range addresses {
			for _, name := range fetch.Template(fmt.Sprint(address)).Names() {
				if !slices.Contains(given, name) {
					faults = append(faults, s.Faultf(fmt.Sprintf("crawl.%s[%d]", key, i), "{%s} has no value: give it one under vars", name))
				}
			}
		}
	}
	return errors.Join(faults...)
}

// checkRoles refuses roles that the crawl gives to no answer: nothing would
// ever be parsed.
func checkRoles(s *config.Source) error {
	var crawl map[string]any
	if err := s.Crawl.Decode(&crawl); err != nil {
		return nil // the crawler has said so
	}
	role, _ := crawl["role"].(string)
	follow, _ := crawl["follow"].([]any)
	if role == "" && (s.Crawl.Kind == "site" || s.Crawl.Kind == "browser" || len(follow) > 0) {
		role = "list"
	}
	known := []string{role}
	for _, f := range follow {
		f, _ := f.(map[string]any)
		role, ok := f["role"].(string)
		if !ok {
			role = "detail"
		}
		known = append(known, role)
	}
	var faults []error
	for i, role := range s.Parse.Roles {
		if role == "" || !slices.Contains(known, role) {
			faults = append(faults, s.Faultf(fmt.Sprintf("parse.roles[%d]", i), "the crawl gives no answer the role %q", role))
		}
	}
	return errors.Join(faults...)
}

// checkFill refuses a gate on a field that no record of the domain has: it
// would hold back every run.
func checkFill(s *config.Source) error {
	r := map[string]record.Record{"watchlists": &record.Party{}, "patents": &record.Patent{}, "manifests": &record.Shipment{}}[s.Domain]
	known := jsonNames(r)
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(s.Assert.Fill)) {
		if !slices.Contains(known, name) {
			faults = append(faults, s.Faultf("assert.fill."+name, "is no field of a %s: use one of %s", r.Ref().Kind, strings.Join(known, ", ")))
		}
	}
	return errors.Join(faults...)
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
