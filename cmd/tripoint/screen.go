package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

// screening is what the flags of screen ask for.
type screening struct {
	names                                       []string // in place of a file
	file, column, country, address, id, against string
	kind                                        string
	lists                                       []string
	threshold                                   float64
	failOnMatch                                 bool
}

func (a *app) screenCmd() *cobra.Command {
	var s screening
	cmd := &cobra.Command{
		Use:   "screen NAME … | --csv FILE|- --column NAME",
		Short: "Screen names against the listed parties",
		Long: `Screen names, or a column of names in a CSV file, against the listed parties of
the latest snapshot, or of a file of parties as JSON lines. Columns with a
country, an address or an identifier are taken as evidence where they are named.
With --json each row gives a line {"row", "name", "matches": [{id, name, score,
band, why}]}, in order, and one that names nobody who could be searched for says
why in "not_screened"; births, countries and how the entry of each list stands
are with a match where they are known. What was screened against what is written
to screening.json in the current folder.

None found means: none in these lists at this threshold.`,
		Example: `  tripoint screen "Hangzhou Hikvision Digital"
  tripoint screen --csv customers.csv --column NAME --country COUNTRY --json
  tripoint screen --csv - --column name --against parties.jsonl --fail-on-match`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			s.names = args
			switch columns := s.column + s.country + s.address + s.id; {
			case len(args) > 0 && s.file+columns != "":
				return usagef("either names, or --csv and its columns: both cannot be screened at once")
			case len(args) == 0 && (s.file == "" || s.column == ""):
				return usagef("name whom to screen, or a file with --csv and its column of names with --column")
			case s.kind != "" && !slices.Contains(partyTypes, record.PartyType(s.kind)):
				return usagef("--type %q is none: use organization, person, vessel or aircraft", s.kind)
			}
			if !(s.threshold >= 0 && s.threshold <= 1) { // a NaN is neither
				return usagef("--threshold must be between 0 and 1")
			}
			if s.file == "-" && s.against == "-" {
				return usagef("- stands for standard input: --csv and --against cannot both be read from it")
			}
			return a.screen(cmd.Context(), s)
		},
	}
	f := cmd.Flags()
	f.StringVar(&s.file, "csv", "", "CSV file with a header, or - for standard input")
	f.StringVar(&s.column, "column", "", "column with the names")
	f.StringVar(&s.country, "country", "", "column with the countries (codes or names)")
	f.StringVar(&s.address, "address", "", "column with the addresses")
	f.StringVar(&s.id, "id", "", "column with identifiers: registration or tax numbers, tickers")
	f.StringVar(&s.kind, "type", "", "what bears the names: organization, person, vessel or aircraft; any of them where none is said")
	f.StringVar(&s.against, "against", "", "parties as JSON lines, in place of the latest snapshot's")
	f.StringSliceVar(&s.lists, "lists", nil, "only these lists: codes or their beginnings (US, US-BIS-EL)")
	f.Float64Var(&s.threshold, "threshold", 0, "least score of a match, within the review band and above")
	f.BoolVar(&s.failOnMatch, "fail-on-match", false, "exit 4 where a row has a match")
	return cmd
}

// partyTypes are what --type may say.
var partyTypes = []record.PartyType{record.Organization, record.Individual, record.Vessel, record.Aircraft}

// screened is the answer to one row; the first row below the header is 1.
type screened struct {
	Row     int        `json:"row"`
	Name    string     `json:"name"`
	Matches []link.Hit `json:"matches"`
	Refused string     `json:"not_screened,omitempty"` // why there was no search
}

func (a *app) screen(ctx context.Context, s screening) error {
	if err := a.useCounts(); err != nil {
		return err
	}
	report := &screeningReport{At: a.now().UTC(), Engine: version(), Method: names.Method(), Names: s.names, Column: s.column, Type: s.kind, Threshold: max(s.threshold, link.Least), Only: s.lists, Lists: []*listAge{}}
	index, err := a.screeningIndex(ctx, s, report)
	if err != nil {
		return err
	}
	if report.Parties == 0 { // no row could have a match, and none would mean anything
		return usagef("there is no party to screen against%s", onWhich(s.lists))
	}
	read, hash := s.given(), sha256.New()
	if s.file != "" {
		in, err := a.input(s.file)
		if err != nil {
			return err
		}
		defer in.Close()
		rows, err := newTable(s.file, io.TeeReader(in, hash))
		if err != nil {
			return err
		}
		if read, err = s.mentions(rows, report); err != nil {
			return usage(err)
		}
	}
	for chunk, err := range batches(read, 512) {
		if err != nil {
			return err
		}
		for _, row := range s.matchAll(index, chunk, report.Rows) {
			report.Rows++
			switch {
			case len(row.Matches) > 0:
				report.Matched++
			case row.Refused != "":
				report.NotScreened++
			}
			if err := a.printScreened(row); err != nil {
				return err
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if s.file != "" {
		report.Input = &inputHash{s.file, hex.EncodeToString(hash.Sum(nil))}
	}
	if err := report.write(); err != nil {
		return err
	}
	if !a.json {
		fmt.Fprintf(a.out, "%d of %d rows have a match", report.Matched, report.Rows)
		if report.NotScreened > 0 {
			fmt.Fprintf(a.out, ", %d not screened", report.NotScreened)
		}
		if report.Rows > report.Matched+report.NotScreened {
			fmt.Fprint(a.out, "; for the others: none found in these lists at this threshold")
		}
		fmt.Fprintln(a.out, ". See screening.json.")
	}
	if s.failOnMatch && report.Matched > 0 {
		return &exit{exitMatched, nil}
	}
	return nil
}

// given are the names of the command line as mentions.
func (s screening) given() iter.Seq2[record.Mention, error] {
	return func(yield func(record.Mention, error) bool) {
		for _, name := range s.names {
			if !yield(record.Mention{Name: name, Type: record.PartyType(s.kind)}, nil) {
				return
			}
		}
	}
}

// mentions reads the rows of a file as mentions.
func (s screening) mentions(rows *table, report *screeningReport) (iter.Seq2[record.Mention, error], error) {
	places := map[string]int{}
	for flag, column := range map[string]string{"name": s.column, "country": s.country, "address": s.address, "id": s.id} {
		if column == "" {
			continue
		}
		at, err := rows.columns(column)
		if err != nil {
			return nil, err
		}
		places[flag] = at[0]
	}
	return func(yield func(record.Mention, error) bool) {
		for row, err := range rows.all() {
			cell := func(flag string) string {
				if at, ok := places[flag]; ok && err == nil {
					return strings.TrimSpace(row[at])
				}
				return ""
			}
			m := record.Mention{Name: cell("name"), Address: cell("address"), Type: record.PartyType(s.kind)}
			if country := cell("country"); country != "" {
				known := false
				if m.Country, known = tables.Country(country); !known { // a word that is no country speaks neither for nor against
					report.UnknownCountries++
				}
			}
			if id := cell("id"); id != "" {
				m.IDs = []record.Identifier{{Type: "as given", Value: id}}
			}
			if !yield(m, err) || err != nil {
				return
			}
		}
	}, nil
}

// matchAll screens some rows on all processors, in order.
func (s screening) matchAll(index *link.Index, chunk []record.Mention, before int) []screened {
	out := make([]screened, len(chunk))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	const share = 32
	for from := 0; from < len(chunk); from += share {
		g.Go(func() error {
			for i := from; i < min(from+share, len(chunk)); i++ {
				hits, refused := index.Screen(chunk[i])
				out[i] = screened{before + i + 1, chunk[i].Name, []link.Hit{}, refused}
				for _, hit := range hits {
					if hit.Band != record.Weak && hit.Score >= s.threshold {
						out[i].Matches = append(out[i].Matches, hit)
					}
				}
			}
			return nil
		})
	}
	_ = g.Wait() // the work returns no error
	return out
}

// screeningIndex reads the parties that are screened against.
func (a *app) screeningIndex(ctx context.Context, s screening, report *screeningReport) (*link.Index, error) {
	index := link.NewIndex(link.Options{})
	add := func(p *record.Party) {
		if onLists(p, s.lists) {
			index.Add(p)
			report.addParty(p)
		}
	}
	if s.against != "" {
		in, err := a.input(s.against)
		if err != nil {
			return nil, err
		}
		defer in.Close()
		hash := sha256.New()
		err = lines(s.against, io.TeeReader(in, hash), func(n int, line []byte) error {
			p := &record.Party{}
			err := record.Decode(line, p)
			if err == nil && (p.ID == "" || p.Name == "") {
				err = errors.New("a party needs id and name")
			}
			if err != nil {
				return fmt.Errorf("%s:%d: %w", s.against, n, err)
			}
			add(p)
			return nil
		})
		if err != nil {
			return nil, err
		}
		report.Against = &inputHash{s.against, hex.EncodeToString(hash.Sum(nil))}
		index.Build()
		return index, nil
	}
	p, err := a.published()
	if err != nil {
		return nil, err
	}
	for r, err := range p.scan(record.KindParty) {
		if err != nil {
			return nil, err
		}
		if party, ok := r.(*record.Party); ok {
			add(party)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	index.Build()
	return index, report.addSnapshot(p)
}

func onWhich(lists []string) string {
	if len(lists) == 0 {
		return ""
	}
	return " on the lists " + strings.Join(lists, ", ") + ": tripoint stats names those that there are"
}

// onLists says whether a party stands on one of the lists asked for.
func onLists(p *record.Party, lists []string) bool {
	for _, want := range lists {
		for _, l := range p.Lists {
			if codeStarts(l.Code, want) {
				return true
			}
		}
	}
	return len(lists) == 0
}

// batches hands on a stream some items at a time.
func batches[T any](all iter.Seq2[T, error], size int) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		batch := make([]T, 0, size)
		for item, err := range all {
			if err != nil {
				if len(batch) == 0 || yield(batch, nil) {
					yield(nil, err)
				}
				return
			}
			if batch = append(batch, item); len(batch) == size {
				if !yield(batch, nil) {
					return
				}
				batch = batch[:0]
			}
		}
		if len(batch) > 0 {
			yield(batch, nil)
		}
	}
}
