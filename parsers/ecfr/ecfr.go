// Package ecfr reads the lists of parties that stand as tables in the
// supplements to Part 744 of the Export Administration Regulations, from the
// XML of the Electronic Code of Federal Regulations: the Entity List
// (Supplement No. 4), the Unverified List (No. 6) and the Military End-User
// List (No. 7).
//
// Start with New. A row gives one Party without an id. Its cell runs name,
// other names and addresses together; cell.go parts them.
package ecfr

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/record"
)

// Options are the parse block of a source of the format ecfr-xml.
type Options struct {
	List string `yaml:"list"` // the one list to read; all where it is empty
}

// supplements are the numbers of the supplements to Part 744 and their lists.
var supplements = map[string]string{"4": "US-BIS-EL", "6": "US-BIS-UVL", "7": "US-BIS-MEU"}

// New returns the parser of the supplements.
func New(decode func(any) error) (func(context.Context, record.Unit) iter.Seq2[record.Record, error], error) {
	var o Options
	if decode != nil {
		if err := decode(&o); err != nil {
			return nil, err
		}
	}
	codes := slices.Sorted(maps.Values(supplements))
	if o.List != "" && !slices.Contains(codes, o.List) {
		return nil, record.Faultf("list", "%q stands in no supplement: write one of %s", o.List, strings.Join(codes, ", "))
	}
	return o.parse, nil
}

func (o Options) parse(ctx context.Context, u record.Unit) iter.Seq2[record.Record, error] {
	return func(yield func(record.Record, error) bool) {
		for _, part := range u.Parts {
			r := reading{Options: o, unit: u, part: part, yield: yield, unknown: map[string]bool{}}
			err := r.read(ctx)
			if errors.Is(err, errStop) {
				return
			}
			if err != nil {
				yield(nil, fmt.Errorf("ecfr: %s: %w", part.Name, err))
				return
			}
		}
	}
}

// errStop ends the reading of a part whose reader was told to stop.
var errStop = errors.New("stop")

// reading is the reading of one part.
type reading struct {
	Options
	unit    record.Unit
	part    record.Part
	yield   func(record.Record, error) bool
	unknown map[string]bool // countries that were told of
	n       int             // rows of parties
}

func (r *reading) read(ctx context.Context) error {
	rc, err := r.part.Open()
	if err != nil {
		return err
	}
	defer rc.Close()
	in := bufio.NewReader(rc)
	if head, _ := in.Peek(512); len(bytes.TrimSpace(head)) > 0 && bytes.TrimSpace(head)[0] == '{' {
		return titles(in)
	}
	found := false
	err = tablesOf(in, func(supplement string, t row) error {
		code, ok := supplements[supplement]
		if !ok || r.List != "" && r.List != code {
			return nil
		}
		if found = true; ctx.Err() != nil {
			return ctx.Err()
		}
		return r.row(code, t)
	})
	switch {
	case err != nil:
		return err
	case !found && r.List != "":
		return fmt.Errorf("this is not Part 744: no table of %s stands in it", r.List)
	case !found:
		return errors.New("this is not Part 744: none of its Supplements No. 4, 6 and 7 stands in it")
	}
	return nil
}

// titles passes over the publisher's list of titles, which a crawl fetches
// for the newest date: it names no party.
func titles(in io.Reader) error {
	var doc struct {
		Titles []struct {
			Number int `json:"number"`
		} `json:"titles"`
	}
	if err := json.NewDecoder(io.LimitReader(in, 4<<20)).Decode(&doc); err != nil {
		return fmt.Errorf("neither Part 744 nor the list of titles: %w", record.Plain(err))
	}
	if len(doc.Titles) == 0 {
		return errors.New("JSON that is not the list of titles")
	}
	return nil
}

// row yields the party of a row.
func (r *reading) row(code string, t row) error {
	entity := t.cell[entityColumn]
	if entity == "" || strings.Contains(strings.ToLower(entity), "[reserved]") {
		return nil
	}
	r.n++
	at := r.unit.At(fmt.Sprintf("%s#%s/%d", r.part.Name, code, r.n))
	if t.fault != "" {
		return r.say(record.Problemf(at, "ecfr: %s", t.fault))
	}
	home, ok := tables.Country(t.country)
	if !ok && !r.unknown[t.country] {
		r.unknown[t.country] = true
		if err := r.say(record.Problemf(at, "ecfr: %w", besides{fmt.Errorf("country %.60q is not known: add the spelling to config/tables/countries.tsv", t.country)})); err != nil {
			return err
		}
	}
	c := partCell(entity, home)
	if c.name == "" {
		return r.say(record.Problemf(at, "ecfr: no name in %.80q", entity))
	}
	p := &record.Party{Name: c.name, Addresses: c.addresses, Remarks: strings.Join(c.remarks, "; "), Origin: at}
	for _, a := range c.aliases {
		p.AddAlias(a)
	}
	if home != "" {
		p.Countries = []string{home}
	}
	for _, a := range p.Addresses {
		if a.Country != "" && !slices.Contains(p.Countries, a.Country) {
			p.Countries = append(p.Countries, a.Country)
		}
	}
	slices.Sort(p.Countries)
	p.Lists = []record.Listing{{
		Code: code, Status: record.Current, Notices: record.Citations(t.cell[citationColumn]),
		LicenseRequirement: t.cell[requirementColumn], LicenseReviewPolicy: t.cell[policyColumn],
	}}
	if c.doubt != "" {
		if err := r.say(record.Problemf(at, "ecfr: %w", besides{fmt.Errorf("%s: %.120q stands whole in the remarks", c.doubt, entity)})); err != nil {
			return err
		}
	}
	if !r.yield(p, nil) {
		return errStop
	}
	return nil
}

func (r *reading) say(problem *record.Problem) error {
	if !r.yield(nil, problem) {
		return errStop
	}
	return nil
}

// besides marks a problem that stands beside a record and not for it.
type besides struct{ error }

func (besides) Besides() bool { return true }

// Unwrap returns what is wrong.
func (b besides) Unwrap() error { return b.error }
