package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/tripoint-data/tripoint/parsers"
	"github.com/tripoint-data/tripoint/record"
)

// maxProblemsKept bounds the problems that a run remembers by their words;
// all are counted.
const maxProblemsKept = 1000

// Parse reads a source's newest captures out of the archive into the store.
// It needs no network. Records that do not pass the source's gate are not
// taken: the last good ones stand, and the error says why.
func (h *House) Parse(ctx context.Context, src *Source) (record.Run, error) {
	run, err := h.begin(ctx, "parse", src.ID)
	if err != nil {
		return run, err
	}
	last, err := h.lastRecords(ctx, src.ID)
	if err != nil {
		return run, h.end(ctx, &run, err)
	}
	load, err := h.Store.Begin(ctx, src.ID, run.ID, src.Full)
	if err != nil {
		return run, h.end(ctx, &run, err)
	}
	count, problems, err := h.parseInto(ctx, src, load, last)
	run.Read, run.Records, run.Merged, run.Problems = count.Read, count.Records, count.Merged, count.Problems
	err = commit(ctx, load, err)
	if saved := h.Runs.SaveProblems(context.WithoutCancel(ctx), run.ID, problems); err == nil {
		err = saved
	}
	h.progress(Progress{Stage: "parse", Source: src.ID, Done: run.Records, Ended: true})
	return run, h.end(ctx, &run, err)
}

func (h *House) parseInto(ctx context.Context, src *Source, load Load, last int) (parsers.Count, []record.Problem, error) {
	var (
		count    parsers.Count
		problems []record.Problem
		seen     = newTally(src.Gate)
		batch    = make([]record.Record, 0, 256)
	)
	units, err := h.units(ctx, src)
	if err != nil {
		return count, nil, err
	}
	for _, u := range units {
		for r, err := range parsers.Read(ctx, src.Format, src.Parse, u, src.Unpack, &count) {
			if spoilt := (*record.Problem)(nil); errors.As(err, &spoilt) {
				if len(problems) < maxProblemsKept {
					problems = append(problems, *spoilt)
				}
				continue
			}
			if err != nil {
				return count, problems, fmt.Errorf("%s: %w", src.ID, err)
			}
			src.mark(r)
			seen.add(r)
			if batch = append(batch, r); len(batch) == cap(batch) {
				if err := load.Put(ctx, batch...); err != nil {
					return count, problems, err
				}
				batch = batch[:0]
				h.progress(Progress{Stage: "parse", Source: src.ID, Done: count.Records})
			}
		}
	}
	if err := load.Put(ctx, batch...); err != nil {
		return count, problems, err
	}
	if err := seen.judge(count, last); err != nil {
		return count, problems, fmt.Errorf("%s: %w", src.ID, err)
	}
	return count, problems, nil
}

// lastRecords is the number of records of a source's last good parse.
func (h *House) lastRecords(ctx context.Context, source string) (int, error) {
	for run, err := range h.Runs.Runs(ctx) {
		if err != nil {
			return 0, err
		}
		if run.Stage == "parse" && run.Source == source && (run.Status == "done" || run.Status == "partly") {
			return run.Records, nil
		}
	}
	return 0, nil
}

// mark says of invented records that they are.
func (s *Source) mark(r record.Record) {
	if s.Synthetic == nil || !s.Synthetic.MatchString(r.Ref().ID) {
		return
	}
	switch r := r.(type) {
	case *record.Patent:
		r.Synthetic = true
	case *record.Party:
		r.Synthetic = true
	case *record.Shipment:
		r.Synthetic = true
	}
}

// units gathers what one parse reads: a capture each or, for a joined format,
// the newest good capture of every file as one unit. Of a full set only the
// requests of its newest crawl count.
func (h *House) units(ctx context.Context, src *Source) ([]record.Unit, error) {
	var captures []record.Capture
	newest := ""
	for c, err := range h.Archive.Captures(ctx, src.ID) {
		if err != nil {
			return nil, err
		}
		captures = append(captures, c)
		newest = max(newest, c.Run)
	}
	var parts []record.Part
	for _, c := range captures {
		if src.Full && c.Run != newest {
			continue
		}
		parts = append(parts, record.Part{
			Name: partName(c), Capture: c,
			Open: func() (io.ReadCloser, error) { return h.Archive.Body(ctx, c.SHA256) },
		})
	}
	if len(parts) == 0 {
		return nil, fmt.Errorf("%s: nothing is archived yet: run tripoint crawl %s", src.ID, src.ID)
	}
	if src.Format.Joined {
		return []record.Unit{h.joined(src, parts)}, nil
	}
	units := make([]record.Unit, len(parts))
	for i, p := range parts {
		units[i] = record.Unit{Parts: []record.Part{p}, Temp: h.Temp, Origin: record.Origin{
			Source: src.ID, URL: p.Capture.URL, SHA256: p.Capture.SHA256, Fetched: p.Capture.Fetched,
		}}
	}
	return units, nil
}

// joined is the unit of a joined format. Its hash is that of its manifest:
// name, address and hash of each part, a line each.
func (h *House) joined(src *Source, parts []record.Part) record.Unit {
	u := record.Unit{Parts: parts, Temp: h.Temp, Origin: record.Origin{Source: src.ID}}
	manifest := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(manifest, "%s\t%s\t%s\n", p.Name, p.Capture.URL, p.Capture.SHA256)
		if p.Capture.Fetched.After(u.Origin.Fetched) {
			u.Origin.Fetched = p.Capture.Fetched
		}
	}
	u.Origin.URL = parts[0].Capture.URL
	u.Origin.SHA256 = hex.EncodeToString(manifest.Sum(nil))
	return u
}

// partName is a capture's file name: its own, else the end of its address.
func partName(c record.Capture) string {
	if c.Name != "" {
		return c.Name
	}
	addr, _, _ := strings.Cut(c.URL, "?")
	if base := path.Base(addr); base != "/" && base != "." {
		return base
	}
	return "body"
}
