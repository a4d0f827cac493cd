package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/parsers"
	"github.com/tripoint-data/tripoint/record"
)

// differencesTold bounds what is said of one fixture: after a row too many
// every further line differs.
const differencesTold = 5

// runFixtures parses a source's own fixtures and compares the records, without
// their origins, with the wanted ones. Paths are relative to the source file.
// All that differs is returned, each with the file and line of what was wanted.
func runFixtures(ctx context.Context, s *config.Source, f parsers.Format, fn parsers.Func, unpack parsers.Unpack) error {
	var faults []error
	for i, t := range s.Tests {
		fixture, fixtureErr := readBeside(s, fmt.Sprintf("tests[%d].fixture", i), t.Fixture)
		want, wantErr := readBeside(s, fmt.Sprintf("tests[%d].want", i), t.Want)
		if err := errors.Join(fixtureErr, wantErr); err != nil {
			faults = append(faults, err)
			continue
		}
		got, err := parseFixture(ctx, s, path.Join(path.Dir(s.File), t.Fixture), fixture, f, fn, unpack)
		faults = append(faults, err)
		if err == nil {
			faults = append(faults, compareLines(path.Join(path.Dir(s.File), t.Want), want, got))
		}
	}
	return errors.Join(faults...)
}

// updateFixtures writes the wanted records of source files anew.
func updateFixtures(ctx context.Context, files []string) error {
	if len(files) == 0 {
		return usagef("--update needs the files of the sources whose wanted records are written anew")
	}
	for _, file := range files {
		dir := filepath.Dir(file)
		s, err := config.ReadSource(os.DirFS(dir), filepath.Base(file))
		if err != nil {
			return usage(err)
		}
		f, fn, unpack, err := buildParser(s)
		if err != nil {
			return usage(err)
		}
		for i, t := range s.Tests {
			body, err := readBeside(s, fmt.Sprintf("tests[%d].fixture", i), t.Fixture)
			if err != nil {
				return usage(err)
			}
			got, err := parseFixture(ctx, s, t.Fixture, body, f, fn, unpack)
			if err == nil && t.Want == "" {
				err = s.Faultf(fmt.Sprintf("tests[%d].want", i), "is missing")
			}
			if err != nil {
				return usage(err)
			}
			if err := replaceFile(filepath.Join(dir, filepath.FromSlash(t.Want)), got); err != nil {
				return fmt.Errorf("%s: %w", t.Want, bare(err))
			}
		}
	}
	return nil
}

// readBeside reads a file that a source names, beside the source.
func readBeside(s *config.Source, key, name string) ([]byte, error) {
	if name == "" {
		return nil, s.Faultf(key, "is missing")
	}
	text, err := fs.ReadFile(s.Home, path.Join(path.Dir(s.File), name))
	if err != nil {
		return nil, s.Faultf(key, "%s: %v", name, bare(err))
	}
	return text, nil
}

// parseFixture reads a fixture into the lines of its records. Its problems are
// returned all at once.
func parseFixture(ctx context.Context, s *config.Source, name string, body []byte, f parsers.Format, fn parsers.Func, unpack parsers.Unpack) ([]byte, error) {
	u := record.Unit{Origin: record.Origin{Source: s.ID}, Parts: []record.Part{{
		Name: path.Base(name),
		Open: func() (io.ReadCloser, error) { return memory{bytes.NewReader(body)}, nil },
	}}}
	var (
		got    bytes.Buffer
		faults []error
	)
	for r, err := range parsers.Read(ctx, f, fn, u, unpack, &parsers.Count{}) {
		var problem *record.Problem
		switch {
		case errors.As(err, &problem):
			faults = append(faults, fmt.Errorf("%s: %w", path.Join(path.Dir(name), problem.Origin.Locator), problem.Err))
			continue
		case err != nil:
			return nil, errors.Join(append(faults, fmt.Errorf("%s: %w", name, err))...)
		}
		withoutOrigin(r)
		line, err := record.Marshal(r)
		if err != nil {
			return nil, err
		}
		got.Write(append(line, '\n'))
	}
	return got.Bytes(), errors.Join(faults...)
}

// compareLines says at which lines of a file of records others came out.
func compareLines(name string, want, got []byte) error {
	wantLines, gotLines := recordLines(want), recordLines(got)
	var faults []error
	for n := range max(len(wantLines), len(gotLines)) {
		var what string
		switch {
		case n >= len(gotLines):
			what = fmt.Sprintf("the fixture gives no such record:\n  want %s", wantLines[n])
		case n >= len(wantLines):
			what = fmt.Sprintf("the fixture gives one more record:\n  got  %s", gotLines[n])
		case !bytes.Equal(wantLines[n], gotLines[n]):
			what = fmt.Sprintf("the fixture gives another record%s:\n  want %s\n  got  %s", differing(wantLines[n], gotLines[n]), wantLines[n], gotLines[n])
		default:
			continue
		}
		faults = append(faults, config.Fault{File: name, Line: n + 1, What: what})
	}
	if more := len(faults) - differencesTold; more > 0 {
		faults = append(faults[:differencesTold], fmt.Errorf("%s: and %d more lines differ", name, more))
	}
	return errors.Join(faults...)
}

func recordLines(text []byte) [][]byte {
	text = bytes.TrimSuffix(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\n"))
	if len(text) == 0 {
		return nil
	}
	return bytes.Split(text, []byte("\n"))
}

// differing names the fields in which two records differ.
func differing(want, got []byte) string {
	var a, b map[string]any
	if json.Unmarshal(want, &a) != nil || json.Unmarshal(got, &b) != nil {
		return ""
	}
	var names []string
	for _, m := range []map[string]any{a, b} {
		for name := range m {
			if !reflect.DeepEqual(a[name], b[name]) && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 {
		return ", written in another way"
	}
	slices.SortFunc(names, cmp.Compare)
	return " (" + strings.Join(names, ", ") + ")"
}

func withoutOrigin(r record.Record) {
	switch r := r.(type) {
	case *record.Patent:
		r.Origin = nil
	case *record.Party:
		r.Origin = nil
	case *record.Shipment:
		r.Origin = nil
	}
}

// jsonNames are the names of a record's fields in their order, without what
// every record has.
func jsonNames(r record.Record) []string {
	if r == nil {
		return nil
	}
	var out []string
	t := reflect.TypeOf(r).Elem()
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name != "" && name != "-" && name != "kind" && name != "origin" && name != "also_from" && name != "synthetic" {
			out = append(out, name)
		}
	}
	return out
}
