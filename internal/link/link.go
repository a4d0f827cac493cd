// Package link says which names in documents may be which listed parties, and
// gathers what follows from it: links, clusters of parties, findings.
//
// An Index holds the parties' names; Match finds the parties that a mention
// may be. Links streams all links of a store, Findings all findings. Every
// link says which word met which, what spoke against it, and by which tables.
// It knows names, addresses and identifiers only: no ownership.
package link

import (
	"context"
	"errors"
	"iter"

	"github.com/tripoint-data/tripoint/record"
)

// Facts is what links and findings are made of: the store, or anything that
// reads like it.
type Facts interface {
	Get(ctx context.Context, r record.Ref) (record.Record, error)
	Scan(ctx context.Context, k record.Kind, prefix string) iter.Seq2[record.Record, error]
	Names(ctx context.Context) iter.Seq2[record.NameUse, error]
	Uses(ctx context.Context, name, country string) iter.Seq2[record.Use, error]
}

// Options are the settings of linking. The zero value is ready for use.
type Options struct {
	// Postings bounds how many names one word may lead to before it must be
	// seen together with another. Default 200.
	Postings int
	// LeadDays is how long after a delivery an onward movement may leave to be
	// a lead. Default 180.
	LeadDays int
	// Shared bounds how many parties may share an address for it to relate
	// them: an agent's address relates nobody. Default 12.
	Shared int
	// Most bounds how many links a name, a listed party or a brand may have; its
	// links say how many there would be. Default 100.
	Most int
	// MostMoved bounds how many shipments, onward leads and candidates a finding
	// has; its limits say how many there are. Default 10000.
	MostMoved int
	// Diversion are countries, as codes, on the way to which findings look for
	// goods of the Common High Priority List, beside Russia and Belarus.
	Diversion []string
}

func (o Options) withDefaults() Options {
	if o.Postings <= 0 {
		o.Postings = 200
	}
	if o.LeadDays <= 0 {
		o.LeadDays = 180
	}
	if o.Shared <= 0 {
		o.Shared = 12
	}
	if o.Most <= 0 {
		o.Most = 100
	}
	if o.MostMoved <= 0 {
		o.MostMoved = 10_000
	}
	return o
}

// spoilt says whether an error of a stream spoils one record only: such a
// record is left out here, its parser has reported it.
func spoilt(err error) bool {
	var p *record.Problem
	return errors.As(err, &p)
}
