package record

import (
	"errors"
	"fmt"
	"time"
)

// ErrNotFound is returned where a record that was asked for is not there.
var ErrNotFound = errors.New("not found")

// ErrMerged is yielded in place of a record where a source row was united
// with an earlier one: the row counts as read and merged.
var ErrMerged = errors.New("row united with an earlier one")

// Problem spoils one record and not the stream it stands in.
type Problem struct {
	Origin Origin
	Err    error
}

// Error says where and what.
func (p *Problem) Error() string {
	if p.Origin.Locator == "" {
		return p.Err.Error()
	}
	return p.Origin.Locator + ": " + p.Err.Error()
}

// Unwrap returns what spoilt the record.
func (p *Problem) Unwrap() error { return p.Err }

// Problemf makes a Problem at a place.
func Problemf(at *Origin, format string, args ...any) *Problem {
	return &Problem{Origin: *at, Err: fmt.Errorf(format, args...)}
}

// Fault is one fault of a configuration: the path of keys that leads to it
// (crawl.paginate.step) and what is wrong.
type Fault struct {
	Path string
	Err  error
}

// Error is path: what.
func (f *Fault) Error() string {
	if f.Path == "" {
		return f.Err.Error()
	}
	return f.Path + ": " + f.Err.Error()
}

// Where is the fault's path.
func (f *Fault) Where() string { return f.Path }

// Unwrap returns what is wrong.
func (f *Fault) Unwrap() error { return f.Err }

// Faultf makes a Fault at a path of keys.
func Faultf(path, format string, args ...any) *Fault {
	return &Fault{Path: path, Err: fmt.Errorf(format, args...)}
}

// Run is one run of a stage over a source.
type Run struct {
	ID       string    `json:"id"`
	Source   string    `json:"source"`
	Stage    string    `json:"stage"` // crawl, parse, classify, decide, link, find, snapshot; tell: its error is what was told and still is so
	Started  time.Time `json:"started"`
	Ended    time.Time `json:"ended,omitzero"`
	Status   string    `json:"status"` // running, done, partly, failed, unchanged; stopped by a signal, killed: the next run goes on
	Requests int       `json:"requests,omitempty"`
	Captures int       `json:"captures,omitempty"`
	Bytes    int64     `json:"bytes,omitempty"`
	Read     int       `json:"read,omitempty"`
	Records  int       `json:"records,omitempty"`
	Merged   int       `json:"merged,omitempty"`
	Problems int       `json:"problems,omitempty"`
	Error    string    `json:"error,omitempty"`
	Audit    *Audit    `json:"audit,omitempty"` // of a parse: what it left unread, and did not know
}
