package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/archive"
	"github.com/tripoint-data/tripoint/sinks/snapshot"
)

func (a *app) pruneCmd() *cobra.Command {
	var (
		cited, dry bool
		older      age
	)
	cmd := &cobra.Command{
		Use:   "prune --keep-cited",
		Short: "Take captures out of the archive that nothing rests on any more",
		Long: `Take captures out of the archive. What stays: every capture that a record cites,
in the store or in a published snapshot; the newest of each request, from which
a parse starts; all of a crawl that has not ended; and with --older, whatever
was fetched since. The files of the archive that lose something are copied
without it, so as much room must be free as stays of them.

The evidence of what is cited stands afterwards as before; an older state of a
page that no record cites is gone for good.`,
		Example: `  tripoint prune --keep-cited --dry-run
  tripoint prune --keep-cited --older 90d`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cited {
				return usagef("prune takes captures away for good: say --keep-cited, which keeps all that records rest on, and --dry-run to see what would go")
			}
			h, err := a.open(cmd.Context())
			if err != nil {
				return err
			}
			return errors.Join(a.prune(cmd.Context(), h, time.Duration(older), dry), h.close())
		},
	}
	cmd.Flags().BoolVar(&cited, "keep-cited", false, "keep what records cite, here and in all published snapshots")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "say what would go and change nothing")
	cmd.Flags().Var(&older, "older", "take only what was fetched longer ago, as 90d")
	return cmd
}

func (a *app) prune(ctx context.Context, h *house, older time.Duration, dry bool) error {
	c, err := a.citations(ctx, h)
	if err != nil {
		return err
	}
	o := archive.PruneOptions{Newest: 1, AsOf: c.asOf, DryRun: dry}
	if older > 0 {
		o.Before = a.now().Add(-older)
	}
	var told error
	if dry {
		o.Gone = func(c record.Capture) {
			if a.json {
				told = errors.Join(told, a.line(c))
				return
			}
			fmt.Fprintf(a.out, "%s  %s  %s\n", c.Fetched.UTC().Format("2006-01-02 15:04:05Z"), c.Source, c.URL)
		}
	}
	out, err := h.archive.Prune(ctx, c.cites, o)
	if err = errors.Join(err, told); err != nil {
		return err
	}
	if a.json {
		return a.line(out)
	}
	did := "removed"
	if dry {
		did = "would remove"
	}
	stay := "stay"
	if out.Kept == 1 {
		stay = "stays"
	}
	fmt.Fprintf(a.out, "%s %s of %d bytes from %s; %s %s\n", did, plural(out.Captures, "capture"), out.Bytes, plural(out.Segments, "file"), plural(out.Kept, "capture"), stay)
	return nil
}

// citations are the captures that records rest on.
type citations struct {
	bodies     map[string]bool        // hashes
	renewals   map[renewal]bool       // 304s whose time a record gives as that of its fetch
	asOf       map[string][]time.Time // when the files of joined units were the newest, by source
	unfinished map[string]bool        // runs of crawls that the next crawl goes on with
}

func newCitations() *citations {
	return &citations{bodies: map[string]bool{}, renewals: map[renewal]bool{}, asOf: map[string][]time.Time{}, unfinished: map[string]bool{}}
}

type renewal struct {
	sha256 string
	at     int64
}

// cites says whether a capture is cited, or belongs to a crawl that goes on.
func (c *citations) cites(one record.Capture) bool {
	if one.Status == 304 {
		return c.unfinished[one.Run] || c.renewals[renewal{one.SHA256, one.Fetched.UnixNano()}]
	}
	return c.unfinished[one.Run] || c.bodies[one.SHA256]
}

// add notes what a record rests on. A joined unit has the hash of the list of
// its files: they are those that were the newest when the last of them came.
func (c *citations) add(r record.Record) {
	for _, o := range record.Origins(r) {
		if !isJoined(o.Parser) {
			c.bodies[o.SHA256] = true
			c.renewals[renewal{o.SHA256, o.Fetched.UnixNano()}] = true
		} else if !slices.ContainsFunc(c.asOf[o.Source], o.Fetched.Equal) {
			c.asOf[o.Source] = append(c.asOf[o.Source], o.Fetched)
		}
	}
}

// citations reads every fact in the store and in the published snapshots.
func (a *app) citations(ctx context.Context, h *house) (*citations, error) {
	c := newCitations()
	facts := []record.Kind{record.KindPatent, record.KindParty, record.KindShipment}
	for _, kind := range facts {
		for r, err := range h.store.Scan(ctx, kind, "") {
			if err != nil {
				return nil, err
			}
			c.add(r)
		}
	}
	dir := a.data(h.cfg, snapshotsDir)
	versions, err := snapshot.Versions(dir)
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		if _, err := os.Stat(filepath.Join(dir, v.Version)); errors.Is(err, fs.ErrNotExist) {
			continue // withdrawn: it cites nothing any more
		}
		for _, kind := range facts {
			for r, err := range snapshot.Read(dir, v.Version, kind) {
				if err := errors.Join(err, ctx.Err()); err != nil {
					return nil, err
				}
				c.add(r)
			}
		}
	}
	ended := map[string]bool{} // sources whose last crawl that ended was seen
	for r, err := range h.store.Runs(ctx) {
		switch {
		case err != nil:
			return nil, err
		case r.Stage != "crawl" || ended[r.Source]:
		case r.Status == "done" || r.Status == "partly":
			ended[r.Source] = true
		default:
			c.unfinished[r.ID] = true
		}
	}
	return c, nil
}

// age is a time in days or as Go writes durations: 90d, 36h.
type age time.Duration

// String is the age as it is written.
func (g *age) String() string {
	if d := time.Duration(*g); d == 0 || d%(24*time.Hour) != 0 {
		return d.String()
	}
	return fmt.Sprintf("%dd", time.Duration(*g)/(24*time.Hour))
}

// Set reads an age.
func (g *age) Set(s string) error {
	var d time.Duration
	var err error
	if days, ok := strings.CutSuffix(s, "d"); ok {
		var n int
		n, err = strconv.Atoi(days)
		d = time.Duration(n) * 24 * time.Hour
		if n > 36500 {
			err = strconv.ErrRange
		}
	} else {
		d, err = time.ParseDuration(s)
	}
	if err != nil || d <= 0 {
		return errors.New("write an age as 90d or 36h")
	}
	*g = age(d)
	return nil
}

// Type is what the help calls an age.
func (g *age) Type() string { return "age" }
