// Package pipeline holds the stages in their order: crawl, parse, classify,
// link. A stage reads what the one before it left behind and can be run alone,
// and again; repeated, it changes nothing.
//
// Start with House, the rooms that the stages work on, and Source, one source
// with its crawler and parser made.
package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"time"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/parsers"
	"github.com/tripoint-data/tripoint/record"
)

// Source is one source as the stages need it.
type Source struct {
	ID      string
	Full    bool // an absent row is not in the latest file; else rows are only added
	Crawler fetch.Crawler
	Format  parsers.Format
	Parse   parsers.Func
	Unpack  parsers.Unpack
	Roles   []string            // of the captures that are parsed; empty: all
	Vars    map[string][]string // loop variables and their values
	Foreach *Foreach
	// Synthetic matches the ids of invented records; nil where none is.
	Synthetic *regexp.Regexp
	Gate      Gate
}

// Foreach fans a crawl out over the names of parties in the store.
type Foreach struct {
	Countries, Lists []string // narrow the parties; empty: all
	As               string   // the variable that gets each name
}

// House is the rooms that the stages work on.
type House struct {
	Archive   Archive
	Store     Store
	Frontiers Frontiers
	Runs      Runs
	Now       func() time.Time
	Temp      string // a folder for joins on disk
	Engine    string // which program it is: another one links all anew; "": each time
	// Diversion are countries on the way to which findings look for goods of the
	// Common High Priority List, beside Russia and Belarus.
	Diversion []string
	// Linked is told how much a linking had to do; it may be nil.
	Linked func(link.Tally)
	// Progress is told how far a stage is; it may be nil.
	Progress func(Progress)
}

// Progress is how far a stage is over one source.
type Progress struct {
	Stage, Source string
	Done          int // captures kept, records read, patents tagged, names linked
	Bytes         int64
	Ended         bool
}

// Archive keeps captures and gives them back.
type Archive interface {
	Keep(context.Context, record.Capture, io.Reader) error
	Last(ctx context.Context, source string, r record.Request) (record.Capture, error)
	Captures(ctx context.Context, source string) iter.Seq2[record.Capture, error]
	Body(ctx context.Context, sha256 string) (io.ReadCloser, error)
}

// Store holds records and takes loads of them.
type Store interface {
	link.Facts
	// Begin opens a load. Full: what is absent from it is not in the latest
	// file, or, for judgements, no longer there.
	Begin(ctx context.Context, source, run string, full bool) (Load, error)
	// Artefact returns a table that was kept under a name.
	Artefact(ctx context.Context, name string) ([]byte, error)
	SaveArtefact(ctx context.Context, name string, b []byte) error
}

// Load is records on their way into the store, invisible until Commit.
type Load interface {
	Put(context.Context, ...record.Record) error
	Commit(context.Context) (Delta, error)
	Abort() error
}

// Delta is what a load changed.
type Delta struct{ Added, Changed, Unchanged, Absent int }

// Frontiers opens the queue of a source's crawl.
type Frontiers interface {
	Frontier(ctx context.Context, source, run string) (Frontier, error)
}

// Frontier is a crawl's queue.
type Frontier interface {
	fetch.Frontier
	Resumed() bool // an earlier run was left unfinished: this one goes on with it
	Clear(context.Context) error
	Close() error
}

// Runs remembers the runs of stages and what went wrong in them.
type Runs interface {
	SaveRun(context.Context, record.Run) error
	SaveProblems(ctx context.Context, run string, problems []record.Problem) error
	Runs(context.Context) iter.Seq2[record.Run, error]
}

// begin notes a run as running.
func (h *House) begin(ctx context.Context, stage, source string) (record.Run, error) {
	now := h.Now().UTC()
	run := record.Run{
		ID:     fmt.Sprintf("%s-%s-%s", now.Format("20060102T150405.000Z"), stage, source),
		Source: source, Stage: stage, Started: now, Status: "running",
	}
	return run, h.Runs.SaveRun(ctx, run)
}

// end notes how a run ended. It outlives a cancelled context.
func (h *House) end(ctx context.Context, run *record.Run, err error) error {
	run.Ended = h.Now().UTC()
	var partial *fetch.Partial
	switch {
	case errors.As(err, &partial):
		run.Status, run.Error = "partly", err.Error()
	case err != nil:
		run.Status, run.Error = "failed", err.Error()
	case run.Problems > 0:
		run.Status = "partly"
	default:
		run.Status = "done"
	}
	if saved := h.Runs.SaveRun(context.WithoutCancel(ctx), *run); err == nil {
		err = saved
	}
	return err
}

func (h *House) progress(p Progress) {
	if h.Progress != nil {
		h.Progress(p)
	}
}
