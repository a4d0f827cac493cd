package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

func (a *app) compareCmd() *cobra.Command {
	var file, schema string
	cmd := &cobra.Command{
		Use:   `compare "A" "B" | compare --csv FILE|-`,
		Short: "Say how alike two names are, and why",
		Long: `Compare two names, or the columns name1 and name2 of a CSV file (a column schema
may say organization, person, vessel or aircraft; where it is empty, --schema
holds). The score ranks in 0–1 and is
no probability; the band is certain, probable, review or weak. A name that is
empty or nothing but a legal form scores 0.`,
		Example: `  tripoint compare "HANGZHOU HIKVISION DIGITAL TECH CO LTD" "Hangzhou Hikvision Digital Technology Co., Ltd."
  tripoint compare --csv pairs.csv --json`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case schema != "" && !slices.Contains(schemas, schema):
				return usagef("--schema %q is unknown: use one of %s", schema, strings.Join(schemas, ", "))
			case file == "" && len(args) != 2:
				return usagef("give two names, or --csv FILE")
			case file != "" && len(args) > 0:
				return usagef("names and --csv exclude each other")
			}
			if err := a.useCounts(); err != nil {
				return err
			}
			if file == "" {
				return a.printCompared(compareNames(args[0], args[1], schema))
			}
			return a.compareCSV(file, schema)
		},
	}
	cmd.Flags().StringVar(&file, "csv", "", "CSV file with columns name1, name2, or - for standard input")
	cmd.Flags().StringVar(&schema, "schema", "", "what the names are of: organization, person, vessel, aircraft")
	return cmd
}

var schemas = []string{names.Organization, names.Person, names.Vessel, names.Aircraft}

// compared is the answer to one pair.
type compared struct {
	Name1 string       `json:"name1"`
	Name2 string       `json:"name2"`
	Score float64      `json:"score"`
	Band  record.Band  `json:"band"`
	Why   []record.Why `json:"why"`
}

func compareNames(name1, name2, schema string) compared {
	typ := cmp.Or(schema, names.Organization)
	s := names.Compare(names.Parse(name1, typ), names.Parse(name2, typ))
	c := compared{name1, name2, s.Value, record.Band(s.Band), []record.Why{}}
	for _, w := range s.Why {
		c.Why = append(c.Why, record.Why{Kind: w.Kind, Text: w.Text, Weight: math.Round(w.Weight*1000) / 1000})
	}
	return c
}

// typeOf reads the schemas that name-pair sets use as types of parties. What
// is none of them is "".
func typeOf(schema string) string {
	switch strings.ToLower(strings.TrimSpace(schema)) {
	case "organization", "organisation", "company", "legalentity", "publicbody":
		return names.Organization
	case "person", "individual":
		return names.Person
	case "vessel", "ship":
		return names.Vessel
	case "aircraft", "airplane":
		return names.Aircraft
	}
	return ""
}

func (a *app) compareCSV(file, schema string) error {
	in, err := a.input(file)
	if err != nil {
		return err
	}
	defer in.Close()
	rows, err := newTable(file, in)
	if err != nil {
		return err
	}
	columns, err := rows.columns("name1", "name2")
	if err != nil {
		return usage(err)
	}
	n, schemaAt := 0, rows.at("schema")
	for row, err := range rows.all() {
		if err != nil {
			return err
		}
		n++
		kind := schema
		if schemaAt >= 0 && strings.TrimSpace(row[schemaAt]) != "" {
			if kind = typeOf(row[schemaAt]); kind == "" {
				return fmt.Errorf("%s: row %d: schema %q is unknown: use one of %s", file, n, row[schemaAt], strings.Join(schemas, ", "))
			}
		}
		if err := a.printCompared(compareNames(row[columns[0]], row[columns[1]], kind)); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) printCompared(c compared) error {
	if a.json {
		return a.line(c)
	}
	fmt.Fprintf(a.out, "%.3f  %-8s  %s | %s\n", c.Score, c.Band, cutName(c.Name1), cutName(c.Name2))
	for _, w := range c.Why {
		fmt.Fprintf(a.out, "  %+.2f  %-10s %s\n", w.Weight, w.Kind, cutName(w.Text))
	}
	return nil
}
