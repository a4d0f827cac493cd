package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/parsers"
	"github.com/tripoint-data/tripoint/record"
)

func (a *app) parseCmd() *cobra.Command {
	var format, source string
	cmd := &cobra.Command{
		Use:   "parse [--format F FILE|- … | --source ID|FILE.yaml FILE … | SOURCE …]",
		Short: "Read files into records, or replay the archive into the store",
		Long: `With --format or --source, files become records as JSON lines on standard output;
problems are JSON lines on standard error, as are warnings of unread columns and
of values that no table knows; the last line there is the summary. The files of a
joined format (ofac-csv, ams-csv) are read as one unit, others each by itself.
Exit 3 if a record was spoilt, 1 if a file is empty or not of the format.

Without them the newest captures of the sources named (of all, if none is) are
read out of the archive into the store, without any network.

Formats: ` + strings.Join(formatNames(), ", "),
		Example: `  tripoint parse --format ofac-csv cons_prim.csv cons_alt.csv cons_add.csv cons_comments.csv
  tripoint parse --format ppubs-json - < documents.json
  tripoint parse us-ita-csl`,
		RunE: func(cmd *cobra.Command, args []string) error {
			dashes := 0
			for _, name := range args {
				if name == "-" {
					dashes++
				}
			}
			switch {
			case format != "" && source != "":
				return usagef("--format and --source exclude each other")
			case cmd.Flags().Changed("format") && format == "", cmd.Flags().Changed("source") && source == "":
				return usagef("--format or --source is empty; see %s --help", cmd.CommandPath())
			case dashes > 1:
				return usagef("- stands for standard input and can be named once")
			case format == "" && source == "":
				return a.stage(cmd.Context(), args, parseStage)
			case len(args) == 0:
				return usagef("name the files to parse, or - for standard input")
			case format != "":
				f, err := parsers.Lookup(format)
				if err != nil {
					return usage(err)
				}
				fn, err := f.New(nil)
				if err != nil {
					return usagef("format %s needs a source file: use --source FILE.yaml (%w)", format, err)
				}
				return a.parseFiles(cmd.Context(), "", f, fn, parsers.Unpack{}, args)
			}
			src, err := a.lookupSource(source)
			if err != nil {
				return err
			}
			f, fn, unpack, err := buildParser(src)
			if err != nil {
				return usage(err)
			}
			return a.parseFiles(cmd.Context(), src.ID, f, fn, unpack, args)
		},
	}
	cmd.Flags().StringVar(&format, "format", "", "format of the files")
	cmd.Flags().StringVar(&source, "source", "", "source whose mapping reads the files: an id or a YAML file")
	return cmd
}

func formatNames() []string {
	var names []string
	for _, f := range parsers.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// lookupSource finds a source by its id or reads it from a YAML file.
func (a *app) lookupSource(name string) (*config.Source, error) {
	if strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml") {
		dir, file := ".", filepath.ToSlash(filepath.Clean(name)) // faults name the file as it was given
		if !fs.ValidPath(file) {
			dir, file = filepath.Dir(name), filepath.Base(name)
		}
		s, err := config.ReadSource(os.DirFS(dir), file)
		return s, usage(err)
	}
	all, err := config.Catalogue(os.DirFS(a.dir))
	if s := all[name]; s != nil {
		return s, nil
	}
	if err != nil {
		return nil, usage(err)
	}
	return nil, usagef("no source is named %q; tripoint check lists them", name)
}

// parseFiles prints the records of files. It judges nothing but the exit code.
func (a *app) parseFiles(ctx context.Context, source string, f parsers.Format, fn parsers.Func, unpack parsers.Unpack, names []string) error {
	var parts []record.Part
	for _, name := range names {
		p, err := a.filePart(source, name)
		if err != nil {
			return err
		}
		parts = append(parts, p)
	}
	temp, err := os.MkdirTemp("", "tripoint-parse-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	units := [][]record.Part{parts}
	if !f.Joined {
		units = nil
		for _, p := range parts {
			units = append(units, []record.Part{p})
		}
	}
	var (
		count parsers.Count
		audit record.Audit
		fatal []error
	)
	for _, parts := range units {
		u := record.Unit{Parts: parts, Temp: temp, Audit: &audit, Origin: record.Origin{
			Source: source, URL: parts[0].Capture.URL, SHA256: parts[0].Capture.SHA256,
		}}
		if err := a.parseUnit(ctx, u, f, fn, unpack, &count); err != nil {
			fatal = append(fatal, err)
		}
	}
	if err := errors.Join(fatal...); err != nil {
		a.report(err)
	}
	for _, w := range warnings(&audit) {
		if err := a.errLine(map[string]string{"warning": w}); err != nil {
			return err
		}
	}
	if err := a.errLine(count); err != nil {
		return err
	}
	switch {
	case len(fatal) > 0:
		return &exit{exitFailed, nil}
	case count.Problems > 0:
		return &exit{exitPartly, nil}
	}
	return nil
}

// warnings says what a parse left unread, and which values no table knows: a
// line each. They spoil nothing.
func warnings(audit *record.Audit) []string {
	if audit == nil {
		return nil
	}
	var lines []string
	if n := len(audit.Unread); n > 0 {
		lines = append(lines, fmt.Sprintf("%s unread: %s; map them, or name them under ignore", plural(n, "source field"), strings.Join(audit.Unread, ", ")))
	}
	for _, field := range slices.Sorted(maps.Keys(audit.Misses)) {
		lines = append(lines, fmt.Sprintf("%s: unknown in %s: %s; add them to the field's table, or to absent where they mean none",
			field, plural(audit.Missed[field], "row"), strings.Join(audit.Misses[field], ", ")))
	}
	for _, note := range slices.Sorted(maps.Keys(audit.Notes)) {
		lines = append(lines, fmt.Sprintf("%d %s", audit.Notes[note], note))
	}
	if audit.More > 0 {
		lines = append(lines, fmt.Sprintf("and %d more unread fields and unknown values", audit.More))
	}
	return lines
}

// problemLine is a problem on standard error.
type problemLine struct {
	Problem string         `json:"problem"`
	Origin  *record.Origin `json:"origin,omitempty"`
}

func (a *app) parseUnit(ctx context.Context, u record.Unit, f parsers.Format, fn parsers.Func, unpack parsers.Unpack, count *parsers.Count) error {
	for r, err := range parsers.Read(ctx, f, fn, u, unpack, count) {
		if spoilt := (*record.Problem)(nil); errors.As(err, &spoilt) {
			if err := a.errLine(problemLine{spoilt.Err.Error(), &spoilt.Origin}); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		line, err := record.Marshal(r)
		if err != nil {
			return err
		}
		if _, err := a.out.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}

// filePart is a local file, or standard input for "-", as a part to parse.
// Its address is its bare name: a record never tells where a disk keeps it.
func (a *app) filePart(source, name string) (record.Part, error) {
	if name == "-" {
		text, err := io.ReadAll(a.in)
		if err != nil {
			return record.Part{}, fmt.Errorf("standard input: %w", err)
		}
		sum := sha256.Sum256(text)
		return record.Part{
			Name:    "-",
			Capture: record.Capture{Source: source, URL: "-", SHA256: hex.EncodeToString(sum[:]), Size: int64(len(text))},
			Open:    func() (io.ReadCloser, error) { return memory{bytes.NewReader(text)}, nil },
		}, nil
	}
	f, size, err := openFile(name)
	if err != nil {
		return record.Part{}, err
	}
	defer f.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return record.Part{}, fmt.Errorf("%s: %w", name, bare(err))
	}
	base := filepath.Base(name)
	return record.Part{
		Name:    base,
		Capture: record.Capture{Source: source, URL: "file:" + base, Name: base, SHA256: hex.EncodeToString(hash.Sum(nil)), Size: size},
		Open: func() (io.ReadCloser, error) {
			f, size, err := openFile(name)
			if err != nil {
				return nil, err
			}
			return sized{f, size}, nil
		},
	}, nil
}
