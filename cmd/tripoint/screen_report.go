package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/snapshot"
)

// inputHash names a file by its hash.
type inputHash struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
}

// screeningReport is screening.json: what was screened against what, so that
// it can be shown later.
type screeningReport struct {
	At               time.Time   `json:"at"`
	Engine           string      `json:"engine"`
	Method           string      `json:"method"`
	Input            *inputHash  `json:"input,omitempty"`
	Column           string      `json:"column,omitempty"`
	Names            []string    `json:"names,omitempty"` // of the command line, in place of a file
	Type             string      `json:"type,omitempty"`  // of what bears the names, where it was said
	Against          *inputHash  `json:"against,omitempty"`
	Snapshot         string      `json:"snapshot,omitempty"`
	Sources          []sourceAge `json:"sources,omitempty"`
	Lists            []*listAge  `json:"lists"`
	Only             []string    `json:"only_lists,omitempty"`
	Threshold        float64     `json:"threshold"`
	Parties          int         `json:"parties"`
	Rows             int         `json:"rows"`
	NotScreened      int         `json:"rows_not_screened"`           // no name in them, nothing but a legal form, or longer than any name
	UnknownCountries int         `json:"unknown_countries,omitempty"` // cells that name no country: read as none
	Matched          int         `json:"rows_with_a_match"`
}

// sourceAge is which version of a source was screened against, and how old it
// was then.
type sourceAge struct {
	ID       string    `json:"id"`
	SHA256   string    `json:"sha256,omitempty"`
	Fetched  time.Time `json:"fetched,omitzero"`
	AgeHours float64   `json:"age_hours"`
}

// listAge is which parties of a list were screened against, and how old the
// newest reading of them was then.
type listAge struct {
	Code     string    `json:"code"`
	Parties  int       `json:"parties"`
	Fetched  time.Time `json:"fetched,omitzero"` // absent where the input does not say
	AgeHours float64   `json:"age_hours,omitempty"`
}

func (r *screeningReport) addParty(p *record.Party) {
	r.Parties++
	for _, l := range p.Lists {
		at, found := slices.BinarySearchFunc(r.Lists, l.Code, func(a *listAge, code string) int { return strings.Compare(a.Code, code) })
		if !found {
			r.Lists = slices.Insert(r.Lists, at, &listAge{Code: l.Code})
		}
		age := r.Lists[at]
		age.Parties++
		if p.Origin != nil && p.Origin.Fetched.After(age.Fetched) {
			age.Fetched, age.AgeHours = p.Origin.Fetched, r.At.Sub(p.Origin.Fetched).Hours()
		}
	}
}

func (r *screeningReport) addSnapshot(p *published) error {
	r.Snapshot = p.version.Version
	sources, _, err := snapshot.Sources(p.dir, p.version.Version)
	for _, s := range sources {
		r.Sources = append(r.Sources, sourceAge{s.ID, s.SHA256, s.Fetched, r.At.Sub(s.Fetched).Hours()})
	}
	return err
}

func (r *screeningReport) write() error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	const name = "screening.json"
	if err := replaceFile(name, append(text, '\n')); err != nil {
		return fmt.Errorf("%s: %w", name, bare(err))
	}
	return nil
}
