package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func (a *app) statsCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "stats",
		Short: "Count what the latest snapshot holds",
		Long: `Count shipments, patents, inventions (all, and those tagged CET), tags, listed
parties (distinct, by list and as they stand), links and findings of the latest
snapshot.`,
		Example: "  tripoint stats",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			p, err := a.published()
			if err != nil {
				return err
			}
			name := filepath.Join(p.dir, p.version.Version, "statistics.json")
			text, err := os.ReadFile(name)
			if err != nil {
				return fmt.Errorf("%s: %w", name, bare(err))
			}
			var counts map[string]any
			if err := json.Unmarshal(text, &counts); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			if a.json {
				return a.line(counts)
			}
			w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
			fmt.Fprintf(w, "snapshot\t%s\n", p.version.Version)
			for _, key := range slices.Sorted(maps.Keys(counts)) {
				parts, ok := counts[key].(map[string]any)
				if !ok {
					fmt.Fprintf(w, "%s\t%v\n", key, counts[key])
					continue
				}
				for _, part := range slices.Sorted(maps.Keys(parts)) {
					fmt.Fprintf(w, "%s\t%v\t%s\n", key, parts[part], part)
				}
			}
			return w.Flush()
		},
	}
}
