package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"path"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/parsers"
	"github.com/tripoint-data/tripoint/record"
)

// runFixtures parses a source's own fixtures and compares the records, without
// their origins, with the wanted ones. Paths are relative to the source file.
func runFixtures(ctx context.Context, s *config.Source) error {
	f, fn, unpack, err := buildParser(s)
	if err != nil {
		return err
	}
	for i, t := range s.Tests {
		if err := runFixture(ctx, s, t, f, fn, unpack); err != nil {
			return fmt.Errorf("%s: tests[%d]: %w", s.File, i, err)
		}
	}
	return nil
}

func runFixture(ctx context.Context, s *config.Source, t config.Test, f parsers.Format, fn parsers.Func, unpack parsers.Unpack) error {
	dir := path.Dir(s.File)
	body, err := fs.ReadFile(s.Home, path.Join(dir, t.Fixture))
	if err != nil {
		return fmt.Errorf("fixture %s: %w", t.Fixture, bare(err))
	}
	want, err := fs.ReadFile(s.Home, path.Join(dir, t.Want))
	if err != nil {
		return fmt.Errorf("want %s: %w", t.Want, bare(err))
	}
	u := record.Unit{Origin: record.Origin{Source: s.ID}, Parts: []record.Part{{
		Name: path.Base(t.Fixture),
		Open: func() (io.ReadCloser, error) { return memory{bytes.NewReader(body)}, nil },
	}}}
	var got bytes.Buffer
	for r, err := range parsers.Read(ctx, f, fn, u, unpack, &parsers.Count{}) {
		if err != nil {
			return fmt.Errorf("fixture %s: %w", t.Fixture, err)
		}
		withoutOrigin(r)
		line, err := record.Marshal(r)
		if err != nil {
			return err
		}
		got.Write(append(line, '\n'))
	}
	gotLines, wantLines := bytes.Split(got.Bytes(), []byte("\n")), bytes.Split(want, []byte("\n"))
	for n := range max(len(gotLines), len(wantLines)) {
		switch {
		case n >= len(gotLines) || n < len(wantLines) && !bytes.Equal(gotLines[n], wantLines[n]):
			return fmt.Errorf("%s:%d: the fixture gives another record:\n  want %s\n  got  %s", t.Want, n+1, at(wantLines, n), at(gotLines, n))
		case n >= len(wantLines):
			return fmt.Errorf("%s:%d: the fixture gives one more record:\n  got  %s", t.Want, n+1, at(gotLines, n))
		}
	}
	return nil
}

func at(lines [][]byte, n int) []byte {
	if n < len(lines) {
		return lines[n]
	}
	return []byte("nothing")
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
