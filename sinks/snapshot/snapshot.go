// Package snapshot writes the published dataset: a folder of one version with
// every record in every format, the hashes of all files, the sources with
// their licences, and what changed since the version before. Start with Write;
// Latest and Read are for readers, Check for anyone.
//
//	latest.json             {version, manifest_sha256}, replaced last
//	versions.json           each version once, in the order of first publication
//	20261122T193000Z-1a2b3c4d/
//	    datapackage.json    Frictionless Data Package 2.0
//	    SHA256SUMS          of every other file; its own hash is manifest_sha256
//	    LICENSES.md statistics.json
//	    csv/… jsonl/…       one file a kind
//	    delta/<parent>/…    {op, key, before_hash, after}
//	.staging-*              an export under way, or a killed one; the next sweeps it
//
// A version is named after its content and the newest fetch in its input, so
// that the same input gives the same bytes under the same name, whenever it is
// exported. Where the input is again that of an earlier version, latest.json
// names that one again. One process exports into a folder at a time; demo and
// real, private and public versions each have a folder of their own.
package snapshot

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/tripoint-data/tripoint/record"
)

// Records is where an export reads from.
type Records interface {
	// ScanOf yields the records of a kind in ascending order of their ids, each
	// id once, made of those sources' rows alone that keep does not refuse; it
	// is asked once for each row, before its record is yielded. An export does
	// not sort: it refuses what is out of order.
	ScanOf(ctx context.Context, kind record.Kind, prefix string, keep func(r record.Ref, source string) bool) iter.Seq2[record.Record, error]
}

// Input is what a snapshot is made of. All of it goes into the version's name.
type Input struct {
	Records     Records
	Sources     []SourceInfo
	Watermark   time.Time // the newest fetch in the input, never the time of the export
	CodeVersion string
	ConfigHash  string
	Suppress    []Suppressed
	Demo        bool // every file says that it is DEMO DATA
	Private     bool // sources that may not be passed on are kept: for own use only
	// TokenCounts are the counts of words by which the links were made, as
	// names.UseCounts takes them; "" for those that the program comes with.
	TokenCounts string
}

// SourceInfo is what a snapshot says of a source.
type SourceInfo struct {
	ID           string    `json:"id"`
	Title        string    `json:"title,omitempty"`
	Publisher    string    `json:"publisher,omitempty"`
	URL          string    `json:"url,omitempty"`
	SHA256       string    `json:"sha256,omitempty"` // of the newest capture
	Fetched      time.Time `json:"fetched,omitzero"`
	Licence      string    `json:"licence,omitempty"`
	LicenceURL   string    `json:"licence_url,omitempty"`
	Redistribute string    `json:"redistribute,omitempty"` // yes, no, unknown
	Synthetic    bool      `json:"synthetic,omitempty"`
}

// Suppressed is a record that no snapshot shows: a kind:id, as record.Ref
// writes it, or a bare id.
type Suppressed struct {
	ID     string      `json:"id" yaml:"id"`
	Reason string      `json:"reason" yaml:"reason"`
	Date   record.Date `json:"date" yaml:"date"`
}

// Options choose what is written.
type Options struct {
	// Formats beside jsonl, which readers and deltas need; all where empty.
	Formats []string `yaml:"formats"`
	// Inventors are private persons and left out unless asked for.
	Inventors bool `yaml:"inventors"`
}

// Validate names the formats that are not known.
func (o Options) Validate() error {
	for i, name := range o.Formats {
		if !slices.ContainsFunc(formats, func(f format) bool { return f.name == name }) {
			return record.Faultf(fmt.Sprintf("formats[%d]", i), "%q is no format of snapshots: use %s", name, formatNames())
		}
	}
	return nil
}

// Version is one published version.
type Version struct {
	Version        string    `json:"version"`
	ManifestSHA256 string    `json:"manifest_sha256"` // of its SHA256SUMS
	Watermark      time.Time `json:"watermark"`
	Parent         string    `json:"parent,omitempty"`
	Demo           string    `json:"demo,omitempty"`
	Private        bool      `json:"private,omitempty"`
}

// demoMark stands in every file of a snapshot of generated data.
const demoMark = "DEMO DATA"

// kinds are the kinds of records in the order of their export: facts before
// the judgements that point at them.
var kinds = []struct {
	kind record.Kind
	file string
}{
	{record.KindParty, "parties"},
	{record.KindPatent, "patents"},
	{record.KindShipment, "shipments"},
	{record.KindTag, "tags"},
	{record.KindLink, "links"},
	{record.KindFinding, "findings"},
	{record.KindDecision, "decisions"},
}

// fileOf is a kind's file name without its ending.
func fileOf(kind record.Kind) string {
	for _, k := range kinds {
		if k.kind == kind {
			return k.file
		}
	}
	return ""
}

// kindOf is the kind of records in a file of that name, or "".
func kindOf(file string) record.Kind {
	for _, k := range kinds {
		if k.file == file {
			return k.kind
		}
	}
	return ""
}

// Write publishes a new version in dir and returns it, and those of
// in.Suppress that hid nothing. Where the input is that of a version already
// there, that one is returned and is the latest. Where anything fails, nothing
// is published.
func Write(ctx context.Context, dir string, in Input, opt Options) (Version, []Suppressed, error) {
	v, idle, err := write(ctx, dir, in, opt, createFile)
	if err != nil {
		return Version{}, nil, fmt.Errorf("snapshot: %w", err)
	}
	return v, idle, nil
}
