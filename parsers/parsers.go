// Package parsers turns captured bytes into records. One folder below it
// reads one format; formats.go is the table of them.
//
// Start with Lookup, which finds a Format by its name, and Read, which unpacks
// a unit, runs the parser over it, gives parties their ids and counts what it
// sees. No parser reads the network.
package parsers

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// Func reads the records of one unit. A *record.Problem spoils one record and
// the stream goes on; any other error ends it.
type Func = func(context.Context, record.Unit) iter.Seq2[record.Record, error]

// Format is one format that can be parsed.
type Format struct {
	Name    string // as in parse.format: ofac-csv
	Version string // changes whenever the same bytes give other records
	Joined  bool   // all files of a source make one unit
	// Members are the patterns of the files that are wanted of an archive,
	// where the source names none; nil takes all.
	Members []string
	// New makes the parser. decode fills the format's options from the source's
	// parse block and is nil where there is none.
	New func(decode func(any) error) (Func, error)
}

// Parser is the name under which a format's records carry it: name/version.
func (f Format) Parser() string { return f.Name + "/" + f.Version }

// Lookup finds a format by its name.
func Lookup(name string) (Format, error) {
	names := make([]string, 0, len(formats))
	for _, f := range formats {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	return Format{}, fmt.Errorf("format %q is unknown: use one of %s", name, strings.Join(names, ", "))
}

// Count says what Read saw. Read counts source rows, good or bad: it is
// Records + Merged + the Problems that stand for a row.
type Count struct {
	Read     int `json:"read"`
	Records  int `json:"records"`
	Merged   int `json:"merged"`
	Problems int `json:"problems"`
}

// Add adds the counts of another unit.
func (n *Count) Add(m Count) {
	n.Read += m.Read
	n.Records += m.Records
	n.Merged += m.Merged
	n.Problems += m.Problems
}

// Read unpacks a unit and yields its records. Patents and shipments pass
// through as they come. Parties are held until the unit ends, since any later
// row may belong to an earlier party: a list fits in memory. They are then
// yielded in the order of their first rows, each with its id, united of all
// its rows and without the contacts of a private person. Problems pass at
// once. Where the stream ends in an error, what was read before it is yielded
// first.
func Read(ctx context.Context, f Format, fn Func, u record.Unit, unpack Unpack, n *Count) iter.Seq2[record.Record, error] {
	return func(yield func(record.Record, error) bool) {
		u.Origin.Parser = f.Parser()
		parts, done, err := unpack.open(u, f.Members)
		defer done()
		if err != nil {
			yield(nil, fmt.Errorf("%s: %w", f.Name, err))
			return
		}
		u.Parts = parts
		var parties gathering
		var failed error
		for r, err := range fn(ctx, u) {
			var problem *record.Problem
			switch {
			case errors.Is(err, record.ErrMerged):
				n.Read++
				n.Merged++
			case errors.As(err, &problem):
				n.Problems++
				if !besides(err) {
					n.Read++
				}
				if !yield(nil, err) {
					return
				}
			case err != nil:
				failed = err
			default:
				if p, ok := r.(*record.Party); ok {
					if failed = parties.add(p); failed == nil {
						n.Read++
					}
					break
				}
				n.Read++
				n.Records++
				if !yield(r, nil) {
					return
				}
			}
			if failed != nil {
				break
			}
		}
		for p := range parties.united() {
			withoutContacts(p)
			n.Records++
			if !yield(p, nil) {
				return
			}
		}
		n.Merged += parties.merged
		if failed != nil {
			yield(nil, failed)
		}
	}
}

// besides says that a problem stands beside the source rows and not for one of
// them, as a row of a secondary table that joins nothing does.
func besides(err error) bool {
	var b interface{ Besides() bool }
	return errors.As(err, &b) && b.Besides()
}
