// Package sunat reads the weekly files of Peru's customs: dBase tables of
// import declarations (MA), which name the importer, and of their items (MB),
// which name the foreign supplier. A shipment is one series of a declaration.
// Start with New.
//
// A series is published again whenever it is put right: the row with the
// highest FMOD counts, the others are counted as merged. The tables of some
// weeks together are larger than memory: both are sorted by the number of the
// series in runs on disk and read side by side.
package sunat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"github.com/tripoint-data/tripoint/parsers/manifest"
	"github.com/tripoint-data/tripoint/parsers/manifest/runs"
	"github.com/tripoint-data/tripoint/parsers/table"
	"github.com/tripoint-data/tripoint/record"
)

// Version is the parser's: it is part of every record's origin.
const Version = "1"

// New makes the parser. It has no options: decode, where given, may find no key.
func New(decode func(any) error) (func(context.Context, record.Unit) iter.Seq2[record.Record, error], error) {
	if err := manifest.NoOptions(decode); err != nil {
		return nil, err
	}
	return parser{runs.Budget}.parse, nil
}

type parser struct {
	budget int // bytes of memory a table
}

var errStop = errors.New("the reader has enough")

func (p parser) parse(ctx context.Context, unit record.Unit) iter.Seq2[record.Record, error] {
	return func(yield func(record.Record, error) bool) {
		j := joiner{unit: unit}
		j.yield = func(r record.Record, err error) error {
			if !yield(r, err) {
				return errStop
			}
			return nil
		}
		for t := range j.in {
			j.in[t] = runs.New(unit.Temp, p.budget)
			defer j.in[t].Discard()
		}
		if err := j.run(ctx); err != nil && err != errStop {
			yield(nil, fmt.Errorf("sunat: %w", err))
		}
	}
}

// The tables that are read.
const (
	imports   = iota // MA
	suppliers        // MB
	tables
)

// The columns that are read, by table; a cell is found by its place here. Rows
// of both are told apart by the first three and the number of the series, which
// MB calls item.
const (
	mModified = iota
	mName
	mArrived
	mEntered
	mMode
	mOrigin
	mPort
	mHS
	mGoods
	mFOB      = mGoods + 5
	mFreight  = mFOB + 1
	mSafe     = mFOB + 2
	mWeight   = mFOB + 3
	mQuantity = mFOB + 4
	mUnit     = mFOB + 5
)

const (
	sName = iota
	sBrand
)

var columns = [tables]struct {
	number   []string
	cells    []string
	required []string
}{
	imports: {
		number: []string{"CODI_ADUAN", "ANO_PRESE", "NUME_CORRE", "NUME_SERIE"},
		cells: []string{
			"FMOD", "DNOMBRE", "FECH_LLEGA", "FECH_INGSI", "VIA_TRANSP", "PAIS_ORIGE", "PUER_EMBAR", "PART_NANDI",
			"DESC_COMER", "DESC_MATCO", "DESC_USOAP", "DESC_FOPRE", "DESC_OTROS",
			"FOB_DOLPOL", "FLE_DOLAR", "SEG_DOLAR", "PESO_BRUTO", "UNID_FIQTY", "UNID_FIDES",
		},
		required: []string{"FMOD", "DNOMBRE", "FECH_INGSI", "PART_NANDI"},
	},
	suppliers: {
		number:   []string{"CODI_ADUAN", "ANO_PRESE", "NUME_CORRE", "NUME_ITEM"},
		cells:    []string{"NOMB_PROVE", "MARC_COMER"},
		required: []string{"NOMB_PROVE"},
	},
}

// joiner is one parse of one unit.
type joiner struct {
	unit    record.Unit
	yield   func(record.Record, error) error
	in      [tables]*runs.Sorter
	out     [tables]*runs.Merger
	found   [tables]bool
	orphans int // items whose series is not there
	several int // series with several suppliers
}

func (j *joiner) run(ctx context.Context) error {
	for i, part := range j.unit.Parts {
		if err := j.read(ctx, i, part); err != nil {
			return fmt.Errorf("%s: %w", part.Name, err)
		}
	}
	if !j.found[imports] {
		return errors.New("there is no table of imports (MA…DBF), which names the importers: without it there is nothing to join to")
	}
	for t := range j.in {
		var err error
		if j.out[t], err = j.in[t].Merge(); err != nil {
			return err
		}
	}
	if err := j.join(ctx); err != nil {
		return err
	}
	j.unit.Audit.Note("series name several suppliers and get none", j.several)
	j.unit.Audit.Note("items of MB belong to no series of MA: its file is of another week", j.orphans)
	return nil
}

// read sorts one file into its table.
func (j *joiner) read(ctx context.Context, file int, part record.Part) error {
	rc, err := part.Open()
	if err != nil {
		return err
	}
	defer rc.Close()
	d, err := table.NewDBF(rc, charmap.Windows1252)
	if err != nil {
		return err
	}
	t, err := tableOf(d.Columns())
	if err != nil {
		return err
	}
	if t < 0 {
		return j.yield(nil, record.Problemf(j.unit.At(part.Name), "sunat: neither a table of imports (MA) nor of their items (MB); its columns are %s", strings.Join(d.Columns(), ", ")))
	}
	j.found[t] = true
	number, cells := at(d, columns[t].number), at(d, columns[t].cells)
	sorter := j.in[t]
	for {
		err := d.Next()
		if err == io.EOF {
			return nil
		}
		if err == nil && d.Row()%4096 == 0 {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		id, err := idOf(d, number)
		if err != nil {
			if err := j.yield(nil, record.Problemf(j.unit.At(locator(part.Name, d.Row())), "sunat: %w", err)); err != nil {
				return err
			}
			continue
		}
		if err := sorter.Open(id); err != nil {
			return err
		}
		sorter.Number(file)
		sorter.Number(d.Row())
		for _, c := range cells {
			if c < 0 {
				sorter.Number(0)
				continue
			}
			sorter.Text([]byte(manifest.Text(d.Text(c))))
		}
		sorter.Close()
	}
}

// tableOf recognises a table by its columns; -1 is another one. A table that
// lacks a column has changed.
func tableOf(names []string) (int, error) {
	t := -1
	switch {
	case slices.Contains(names, "NUME_SERIE"):
		t = imports
	case slices.Contains(names, "NUME_ITEM"):
		t = suppliers
	default:
		return t, nil
	}
	for _, want := range slices.Concat(columns[t].number, columns[t].required) {
		if !slices.Contains(names, want) {
			return t, fmt.Errorf("there is no column %s: the publisher has changed the table, or it is another one; there are %s", want, strings.Join(names, ", "))
		}
	}
	return t, nil
}

func at(d *table.DBF, names []string) []int {
	out := make([]int, len(names))
	for i, name := range names {
		out[i] = slices.Index(d.Columns(), name)
	}
	return out
}

// idOf is the number of a series: 118-24-123456-1, whether the year has two
// digits or four and the numbers noughts in front or not.
func idOf(d *table.DBF, number []int) ([]byte, error) {
	var parts [4]string
	for i, c := range number {
		s, _, _ := strings.Cut(strings.TrimSpace(d.Text(c)), ".")
		if s == "" || len(s) > 12 || strings.Trim(s, "0123456789") != "" {
			return nil, fmt.Errorf("%s is %q and no number", d.Columns()[c], d.Text(c))
		}
		parts[i] = s
	}
	if n := len(parts[1]); n > 2 {
		parts[1] = parts[1][n-2:]
	}
	widths := [4]int{3, 2, 6, 0}
	for i, s := range parts {
		s = strings.TrimLeft(s, "0")
		parts[i] = strings.Repeat("0", max(0, widths[i]-len(s))) + s
	}
	if parts[3] == "" {
		parts[3] = "0"
	}
	return []byte(strings.Join(parts[:], "-")), nil
}

func locator(name string, row int) string { return name + "#" + strconv.Itoa(row) }
