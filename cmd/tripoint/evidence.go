package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tripoint-data/tripoint/internal/pipeline"
	"github.com/tripoint-data/tripoint/parsers"
	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/archive"
)

func (a *app) evidenceCmd() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "evidence REF",
		Short: "Trace a record or finding to the captured files it came from",
		Long: `Print the chain from a finding, link, tag or fact down to the captured file and
the place in it, and check the file's hash against the archive. With --bundle the
chain, its records, the captured files and their hashes are put into one ZIP.`,
		Example: `  tripoint evidence patent:US20200334450A1
  tripoint evidence patent:US20200334450A1 --bundle proof.zip`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("bundle") && file == "" {
				return usagef("--bundle is empty: name the file to write")
			}
			ref, err := record.ParseRef(args[0])
			if err != nil {
				return usage(err)
			}
			if ref.Kind == record.KindName {
				return usagef("%s: a name is no record: ask for the link or finding that rests on it", ref)
			}
			p, err := a.published()
			if err != nil {
				return err
			}
			store, err := archive.Open(a.data(p.cfg, archiveDir), archive.Options{ReadOnly: true, Log: a.log})
			if err != nil {
				return err
			}
			t := &trace{app: a, from: p, archive: store, seen: map[record.Ref]bool{}, hashes: map[string]string{}}
			if file != "" {
				t.bundle = &bundle{}
			}
			err = t.follow(cmd.Context(), ref, 0)
			if file != "" && err == nil {
				err = t.bundle.write(cmd.Context(), t, ref, file)
			}
			return errors.Join(err, t.verdict(), store.Close())
		},
	}
	cmd.Flags().StringVar(&file, "bundle", "", "put it all into this ZIP file")
	return cmd
}

// maxFacts bounds the facts that a finding is traced to on one screen.
const maxFacts = 200

// trace follows references down to captures.
type trace struct {
	*app
	from    *published
	archive *archive.Archive
	seen    map[record.Ref]bool
	hashes  map[string]string // what the archive said of a capture
	bundle  *bundle           // nil where none is wanted
	facts   int
	broken  int
}

// step is one line of the chain in JSON.
type step struct {
	Ref     string         `json:"ref"`
	Depth   int            `json:"depth"`
	Says    string         `json:"says,omitempty"`
	Origin  *record.Origin `json:"origin,omitempty"`
	Capture string         `json:"capture,omitempty"` // the hash agrees, or what is wrong
	Also    []readAt       `json:"also,omitempty"`    // where other sources say something of it
}

// readAt is a place where a fact was read.
type readAt struct {
	Origin  record.Origin `json:"origin"`
	Capture string        `json:"capture"`
}

func (t *trace) follow(ctx context.Context, ref record.Ref, depth int) error {
	if t.seen[ref] || t.facts >= maxFacts || ref.Kind == record.KindName {
		return ctx.Err()
	}
	t.seen[ref] = true
	r, err := t.from.get(ref)
	if err != nil {
		if depth > 0 && errors.Is(err, record.ErrNotFound) {
			return t.tell(step{Ref: ref.String(), Depth: depth, Says: "left out of this snapshot"}, nil)
		}
		return err
	}
	s := step{Ref: ref.String(), Depth: depth, Says: says(r)}
	for i, o := range record.Origins(r) {
		if i == 0 {
			t.facts++
			s.Origin, s.Capture = &o, t.check(ctx, &o)
			continue
		}
		s.Also = append(s.Also, readAt{o, t.check(ctx, &o)})
	}
	if err := t.tell(s, r); err != nil {
		return err
	}
	for _, next := range leads(r) {
		if err := t.follow(ctx, next, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// check re-hashes the capture that a fact was read from.
func (t *trace) check(ctx context.Context, o *record.Origin) string {
	if said, ok := t.hashes[o.SHA256]; ok {
		return said
	}
	said, err := "the hash agrees with the archive", error(nil)
	if isJoined(o.Parser) {
		said = "the hash is that of the list of its files, and theirs agree with the archive"
		err = t.rehashUnit(ctx, o)
	} else {
		t.bundle.capture(record.Capture{Source: o.Source, URL: o.URL, SHA256: o.SHA256, Fetched: o.Fetched})
		err = t.rehash(ctx, o.SHA256)
	}
	switch {
	case errors.Is(err, record.ErrNotFound):
		t.broken++
		said = "the archive does not have it"
	case err != nil:
		t.broken++
		said = err.Error()
	}
	t.hashes[o.SHA256] = said
	return said
}

// rehash reads a body out of the archive and compares its hash.
func (t *trace) rehash(ctx context.Context, want string) error {
	body, err := t.archive.Body(ctx, want)
	if err != nil {
		return err
	}
	hash := sha256.New()
	_, err = io.Copy(hash, body)
	if err = errors.Join(err, body.Close()); err != nil || hex.EncodeToString(hash.Sum(nil)) != want {
		return errors.New("the archive's bytes do not have this hash")
	}
	return nil
}

// rehashUnit lists the files of a joined unit again, as they were when it was
// read, and re-hashes each of them.
func (t *trace) rehashUnit(ctx context.Context, o *record.Origin) error {
	var files []record.Capture
	for c, err := range t.archive.Captures(ctx, o.Source) {
		if err != nil {
			return err
		}
		files = append(files, c)
	}
	if pipeline.Manifest(files) != o.SHA256 { // newer ones took the places of some
		var err error
		if files, err = t.archive.AsOf(ctx, o.Source, o.Fetched); err != nil {
			return err
		}
	}
	if pipeline.Manifest(files) != o.SHA256 {
		return errors.New("the archive does not have all of its files")
	}
	for _, c := range files {
		t.bundle.capture(c)
		if err := t.rehash(ctx, c.SHA256); err != nil {
			return err
		}
	}
	return nil
}

// isJoined says whether a parser (format/version) reads several files as one
// unit, whose hash is that of its manifest.
func isJoined(parser string) bool {
	name, _, _ := strings.Cut(parser, "/")
	f, err := parsers.Lookup(name)
	return err == nil && f.Joined
}

func (t *trace) tell(s step, r record.Record) error {
	if err := t.bundle.pass(s, r); err != nil {
		return err
	}
	if t.json {
		return t.line(s)
	}
	pad := strings.Repeat("  ", s.Depth)
	fmt.Fprintf(t.out, "%s%s\n", pad, s.Ref)
	if s.Says != "" {
		for line := range strings.Lines(s.Says) {
			fmt.Fprintf(t.out, "%s  %s\n", pad, strings.TrimRight(line, "\n"))
		}
	}
	if s.Origin != nil {
		for _, at := range append([]readAt{{*s.Origin, s.Capture}}, s.Also...) {
			fmt.Fprintf(t.out, "%s  read by %s at %s\n%s  of %s\n%s  fetched %s, sha256 %s: %s\n",
				pad, at.Origin.Parser, at.Origin.Locator, pad, at.Origin.URL, pad, at.Origin.Fetched.Format("2006-01-02 15:04:05Z"), at.Origin.SHA256, at.Capture)
		}
	}
	return nil
}

// verdict fails where a capture did not stand up to its hash.
func (t *trace) verdict() error {
	if t.facts >= maxFacts {
		cut := fmt.Sprintf("… the first %d facts; ask for one of them to go on", maxFacts)
		if t.json {
			return t.line(step{Says: cut})
		}
		fmt.Fprintln(t.out, cut)
	}
	if t.broken > 0 {
		return fmt.Errorf("%d captures are missing from the archive or do not have their hashes", t.broken)
	}
	return nil
}

// says puts into words what a judgement rests on.
func says(r record.Record) string {
	var lines []string
	add := func(why []record.Why) {
		for _, w := range why {
			line := w.Kind + ": " + w.Text + inField(w)
			if w.Weight != 0 {
				line += fmt.Sprintf(" (%+.2f)", w.Weight)
			}
			lines = append(lines, line)
		}
	}
	switch r := r.(type) {
	case *record.Finding:
		lines = append(lines, r.Entity.Name)
		add(r.Why)
	case *record.Link:
		lines = append(lines, fmt.Sprintf("%s, %s, score %.2f, %s", r.Relation, r.Band, r.Score, r.Method))
		add(r.Why)
	case *record.Tag:
		lines = append(lines, fmt.Sprintf("%s %s, score %.2f", r.Edition, r.Area, r.Score))
		add(r.Why)
	case *record.Decision:
		lines = append(lines, fmt.Sprintf("%s by %s (%s): %s", r.Verdict, r.By, r.Source, r.Note))
	case *record.Party:
		lines = append(lines, r.Name)
	case *record.Patent:
		lines = append(lines, r.Title)
	}
	return strings.Join(lines, "\n")
}

// leads are the records that a judgement rests on.
func leads(r record.Record) []record.Ref {
	var refs []record.Ref
	of := func(kind record.Kind, ids ...string) {
		for _, id := range ids {
			if id != "" {
				refs = append(refs, record.Ref{Kind: kind, ID: id})
			}
		}
	}
	fromWhy := func(why []record.Why) {
		for _, w := range why {
			if w.Ref != nil {
				refs = append(refs, *w.Ref)
			}
		}
	}
	switch r := r.(type) {
	case *record.Finding:
		of(record.KindParty, r.Entity.Parties...)
		for _, i := range r.Inventions {
			of(record.KindLink, i.Link)
			for _, d := range i.Documents {
				of(record.KindPatent, d.ID)
			}
		}
		for _, m := range r.Shipments {
			of(record.KindLink, m.Link)
			of(record.KindShipment, m.Shipment)
		}
		for _, l := range r.OnwardLeads {
			of(record.KindShipment, l.Inward, l.Onward)
		}
		for _, related := range r.Related {
			of(record.KindLink, related.Link)
		}
		fromWhy(r.Why)
	case *record.Link:
		refs = append(refs, r.A, r.B)
		fromWhy(r.Why)
	case *record.Tag:
		of(record.KindPatent, r.Patent)
	case *record.Decision:
		of(record.KindLink, r.Link)
	}
	return refs
}
