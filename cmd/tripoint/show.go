package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/snapshot"
)

func (a *app) showCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "show REF …",
		Short: "Print records of the latest snapshot",
		Long: `Print records by their references (kind:id): party, patent, shipment, tag, link,
finding or decision. A patent is shown with its CET tags and what they rest on.`,
		Example: `  tripoint show patent:US20200334450A1
  tripoint show party:US-OFAC:30946 --json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var refs []record.Ref
			for _, arg := range args {
				ref, err := record.ParseRef(arg)
				if err != nil {
					return usage(err)
				}
				refs = append(refs, ref)
			}
			p, err := a.published()
			if err != nil {
				return err
			}
			for _, ref := range refs {
				if err := a.show(p, ref); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func (a *app) show(p *published, ref record.Ref) error {
	r, err := p.get(ref)
	if err != nil {
		return err
	}
	if a.json {
		line, err := record.Marshal(r)
		if err != nil {
			return err
		}
		_, err = a.out.Write(append(line, '\n'))
		return err
	}
	if f, ok := r.(*record.Finding); ok {
		a.printFinding(f, p.demoMark())
		return nil
	}
	fmt.Fprintln(a.out, ref)
	if err := a.printFields(r); err != nil {
		return err
	}
	if patent, ok := r.(*record.Patent); ok {
		return a.printTags(p, patent.ID)
	}
	return nil
}

// printFields prints a record's keys and values, a line each.
func (a *app) printFields(r record.Record) error {
	line, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	text := strings.TrimSuffix(strings.TrimPrefix(string(line), "{\n"), "\n}")
	_, err = fmt.Fprintln(a.out, text)
	return err
}

// printTags prints what a patent is tagged with, and on what each tag rests.
func (a *app) printTags(p *published, patent string) error {
	for r, err := range snapshot.Scan(p.dir, p.version.Version, record.KindTag, patent+"/") {
		if err != nil {
			return err
		}
		t, ok := r.(*record.Tag)
		if !ok {
			continue
		}
		name := t.Subfield
		if name == "" {
			name = t.Area
		}
		fmt.Fprintf(a.out, "\nCET %s  %s  score %.2f  (not an export classification)\n", t.Edition, name, t.Score)
		for _, w := range t.Why {
			fmt.Fprintf(a.out, "  %-8s %s\n", w.Kind, w.Text)
		}
	}
	return nil
}
