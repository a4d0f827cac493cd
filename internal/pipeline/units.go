package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

// units gathers what one parse reads: a capture each or, for a joined format,
// the newest good capture of every file as one unit. Of a full set only the
// requests count that its last complete crawl, or a later one, was answered:
// one that broke off has not seen what is missing.
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
	// Of two rows with one id the later Put stands: what was fetched last wins.
	slices.SortStableFunc(captures, func(a, b record.Capture) int { return a.Fetched.Compare(b.Fetched) })
	since := ""
	if src.Full {
		var err error
		if since, err = h.complete(ctx, src.ID, newest); err != nil {
			return nil, err
		}
	}
	var parts []record.Part
	for _, c := range captures {
		if c.Run < since || !src.Reads(c.Request) {
			continue
		}
		parts = append(parts, record.Part{
			Name: partName(c), Capture: c,
			Open: func() (io.ReadCloser, error) { return h.Archive.Body(ctx, c.SHA256) },
		})
	}
	if len(parts) == 0 {
		what := "nothing"
		if len(captures) > 0 && len(src.Roles) > 0 {
			what = "no answer of the role " + strings.Join(src.Roles, " or ")
		}
		return nil, fmt.Errorf("%s: %s is archived yet: run tripoint crawl %s", src.ID, what, src.ID)
	}
	if src.Format.Joined {
		return []record.Unit{h.joined(src, parts)}, nil
	}
	units := make([]record.Unit, len(parts))
	for i, p := range parts {
		units[i] = record.Unit{Parts: []record.Part{p}, Temp: h.Temp, Origin: record.Origin{
			Source: src.ID, URL: fetch.Redact(p.Capture.URL), SHA256: p.Capture.SHA256, Fetched: p.Capture.Fetched,
		}}
	}
	return units, nil
}

// Reads says whether the answer to a request holds records: a page that is
// there for its links alone does not.
func (s *Source) Reads(r record.Request) bool {
	return len(s.Roles) == 0 || slices.Contains(s.Roles, r.Role)
}

// complete is the run as which the last complete crawl of a source began: a
// crawl that goes on with a broken one keeps captures under the name of that.
// Where no crawl is known, as in a store that was made anew, it is the newest.
func (h *House) complete(ctx context.Context, source, newest string) (string, error) {
	first, done := newest, false
	for r, err := range h.Runs.Runs(ctx) {
		switch {
		case err != nil:
			return "", err
		case r.Stage != "crawl" || r.Source != source:
		case done && ended(r):
			return first, nil
		case done || r.Status == "done":
			first, done = r.ID, true
		default:
			first = "" // unless an earlier one is complete, all there is counts
		}
	}
	return first, nil
}

// joined is the unit of a joined format.
func (h *House) joined(src *Source, parts []record.Part) record.Unit {
	u := record.Unit{Parts: parts, Temp: h.Temp, Origin: record.Origin{Source: src.ID, URL: fetch.Redact(parts[0].Capture.URL)}}
	captures := make([]record.Capture, len(parts))
	for i, p := range parts {
		captures[i] = p.Capture
		if p.Capture.Fetched.After(u.Origin.Fetched) {
			u.Origin.Fetched = p.Capture.Fetched
		}
	}
	u.Origin.SHA256 = Manifest(captures)
	return u
}

// Manifest is the hash that the records of a joined format carry: of the name,
// address and hash of each of its files, a line each, in alphabetical order.
func Manifest(files []record.Capture) string {
	lines := make([]string, len(files))
	for i, c := range files {
		lines[i] = fmt.Sprintf("%s\t%s\t%s\n", partName(c), c.URL, c.SHA256)
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "")))
	return hex.EncodeToString(sum[:])
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
