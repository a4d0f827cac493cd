package csl

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxRow bounds one row: the longest real one has 60 kB.
const maxRow = 8 << 20

// rowLimit stops a reader that a missing quote lets run on.
type rowLimit struct {
	r io.Reader
	n int
}

func (l *rowLimit) Read(b []byte) (int, error) {
	if l.n > maxRow {
		return 0, fmt.Errorf("a row of more than %d MiB: its end is missing", maxRow>>20)
	}
	n, err := l.r.Read(b)
	l.n += n
	return n, err
}

// readCSV reads the bulk file. Its columns are found by their names, so that
// the older file without _id reads as well.
func readCSV(in io.Reader, name string, yield func(string, row, error) bool) error {
	buffered := bufio.NewReaderSize(in, 64<<10)
	head, _ := buffered.Peek(4 << 10)
	if len(head) >= 3 && string(head[:3]) == "\ufeff" {
		buffered.Discard(3)
		head = head[3:]
	}
	limit := &rowLimit{r: buffered}
	r := csv.NewReader(limit)
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	first, _, _ := strings.Cut(string(head), "\n")
	if strings.Count(first, "\t") > strings.Count(first, ",") {
		r.Comma = '\t'
	}
	record, err := r.Read()
	if err != nil && !isRowFault(err) {
		return err
	}
	header := slices.Clone(record)
	column := map[string]int{}
	for i, h := range header {
		column[strings.ToLower(strings.TrimSpace(h))] = i
	}
	for _, want := range []string{"source", "name", "addresses"} {
		if _, ok := column[want]; !ok {
			return fmt.Errorf("this is no CSV of the Consolidated Screening List: the first row has no column %q", want)
		}
	}
	for rows := 0; ; rows++ {
		limit.n = 0
		cells, err := r.Read()
		if err == io.EOF && rows == 0 {
			return errors.New("there is a header and no row below it: the download was cut short, fetch it again")
		}
		if err == io.EOF {
			return nil
		}
		at := name + ":" + strconv.Itoa(lineOf(r, err))
		switch {
		case err != nil && !isRowFault(err):
			return err
		case err != nil:
			err = fmt.Errorf("a broken row: %w", plain(err))
		case slices.Equal(cells, header):
			err = errors.New("the header stands here a second time")
		case len(cells) != len(header):
			err = fmt.Errorf("%d columns, the header has %d", len(cells), len(header))
		}
		if err != nil {
			if !yield(at, row{}, err) {
				return nil
			}
			continue
		}
		if !yield(at, fromCells(column, cells), nil) {
			return nil
		}
	}
}

// lineOf is the line on which the last row began.
func lineOf(r *csv.Reader, err error) int {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return parse.StartLine
	}
	if err != nil {
		return 0
	}
	line, _ := r.FieldPos(0)
	return line
}

func isRowFault(err error) bool {
	var parse *csv.ParseError
	return errors.As(err, &parse)
}

func plain(err error) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return parse.Err
	}
	return err
}

func fromCells(column map[string]int, cells []string) row {
	get := func(name string) string {
		i, ok := column[name]
		if !ok {
			return ""
		}
		s := strings.TrimSpace(cells[i])
		if !utf8.ValidString(s) {
			s = strings.ToValidUTF8(s, "\ufffd")
		}
		return strings.Clone(s)
	}
	r := row{
		ID: get("_id"), Source: get("source"), EntityNumber: get("entity_number"), Type: get("type"), Name: get("name"), Title: get("title"),
		Notice: get("federal_register_notice"), StartDate: get("start_date"), EndDate: get("end_date"), StandardOrder: get("standard_order"),
		LicenseRequirement: get("license_requirement"), LicensePolicy: get("license_policy"), CallSign: get("call_sign"),
		VesselType: get("vessel_type"), GrossTonnage: get("gross_tonnage"), GrossRegisteredTonnage: get("gross_registered_tonnage"),
		VesselFlag: get("vessel_flag"), VesselOwner: get("vessel_owner"), Remarks: get("remarks"), SourceListURL: get("source_list_url"),
		Programs: split(get("programs")), AltNames: split(get("alt_names")), Citizenships: split(get("citizenships")),
		DatesOfBirth: split(get("dates_of_birth")), Nationalities: split(get("nationalities")), PlacesOfBirth: split(get("places_of_birth")),
		Country: get("country"),
	}
	for _, s := range split(get("addresses")) {
		r.Addresses = append(r.Addresses, addressOf(s))
	}
	for _, s := range split(get("ids")) {
		r.IDs = append(r.IDs, idOf(s))
	}
	return r
}

// split cuts a cell of several values.
func split(s string) []string {
	var out []string
	for _, v := range strings.Split(s, "; ") {
		if v = strings.Trim(v, " ;"); v != "" {
			out = append(out, v)
		}
	}
	return out
}
