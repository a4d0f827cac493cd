package archive

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/tripoint-data/tripoint/record"
)

// PruneOptions say what a prune keeps besides what it is told to.
type PruneOptions struct {
	Newest int                    // of the good captures of each request, so many stay, and what renewed the newest
	AsOf   map[string][]time.Time // by source: what Captures yielded at these times stays
	Before time.Time              // what was fetched since stays; nothing for that reason where zero
	DryRun bool                   // say what would go and change nothing
	Gone   func(record.Capture)   // is told each capture that goes; may be nil
}

// Pruned is what a prune took away, or would take.
type Pruned struct {
	Captures int   `json:"captures"`
	Bytes    int64 `json:"bytes"`    // on the disk
	Segments int   `json:"segments"` // that were written anew, or left out as a whole
	Kept     int   `json:"kept"`     // captures
}

// Prune takes captures out of the archive: those that keep does not want and
// that its options do not hold. What a kept capture rests on stays with it: the
// body that a revisit refers to, the capture that a 304 renews. No Keep may be
// under way, and who reads beside it must open the archive again.
//
// The segments that lose something are copied without it to new ones, under
// temporary names until they are whole. A file dropped then lists the old ones:
// from the moment it is there they count as gone, and whoever writes next
// removes them. So a prune that is killed leaves all there was, or what it was
// to leave.
func (a *Archive) Prune(ctx context.Context, keep func(record.Capture) bool, o PruneOptions) (Pruned, error) {
	out, err := a.prune(ctx, keep, o)
	if err != nil {
		return out, fmt.Errorf("archive: prune: %w", err)
	}
	return out, nil
}

func (a *Archive) prune(ctx context.Context, keep func(record.Capture) bool, o PruneOptions) (Pruned, error) {
	if a.readOnly {
		return Pruned{}, errors.New("opened for reading only")
	}
	segments, err := listSegments(a.dir)
	if err != nil {
		return Pruned{}, err
	}
	l, err := a.survey(ctx, segments, keep, o)
	if err != nil {
		return Pruned{}, err
	}
	a.mu.RLock()
	l.hold(o, a.index.bodies)
	a.mu.RUnlock()
	out, old, err := l.judge(ctx, segments, o)
	if err != nil || o.DryRun || len(old) == 0 {
		return out, err
	}
	err = errors.Join(a.packed.pause(), a.plain.pause())
	if err == nil {
		err = a.replace(ctx, l, old)
	}
	if now, listErr := listSegments(a.dir); listErr != nil {
		err = errors.Join(err, listErr)
	} else if err = errors.Join(err, a.Rebuild()); err == nil {
		err = errors.Join(a.packed.resume(now), a.plain.resume(now))
	}
	return out, err
}

// ledger is every capture of the archive, in the order of the segments.
type ledger struct {
	entries []entry
	byID    map[string]int      // the first entry with an id
	broken  map[uint32]bool     // segments that cannot be read to their end: they stay as they are
	groups  map[[2]string][]int // good captures and 304s of each request, by source and key
}

type entry struct {
	at         place
	length     int64
	id, refers string // ids of the record and of the one that it refers to
	sum        [sha256.Size]byte
	when       int64
	renews     bool
	keep       bool
	twice      bool // the same capture stands before: a prune was killed
}

// survey reads the heads of all captures.
func (a *Archive) survey(ctx context.Context, segments []segment, keep func(record.Capture) bool, o PruneOptions) (*ledger, error) {
	l := &ledger{byID: map[string]int{}, broken: map[uint32]bool{}, groups: map[[2]string][]int{}}
	for _, s := range segments {
		_, err := scanUntil(s, 0, func(at place, length int64, h header, c record.Capture) error {
			n := len(l.entries)
			e := entry{at: at, length: length, id: h.id, refers: h.refers, when: c.Fetched.UnixNano(), renews: c.Status == http.StatusNotModified}
			e.sum, _ = digest(c.SHA256) // the scan has seen that it is one
			if _, e.twice = l.byID[h.id]; !e.twice {
				l.byID[h.id] = n
				e.keep = keep(c) || !o.Before.IsZero() && !c.Fetched.Before(o.Before)
				if e.renews || c.Status >= 200 && c.Status <= 299 {
					group := [2]string{c.Source, c.Request.Key()}
					l.groups[group] = append(l.groups[group], n)
				}
			}
			l.entries = append(l.entries, e)
			return ctx.Err()
		})
		if errors.Is(err, errBroken) {
			a.log.Warn("archive segment is damaged and stays as it is", "segment", s.path, "error", err)
			l.broken[s.number] = true
		} else if err != nil {
			return nil, err
		}
	}
	return l, nil
}

// hold keeps the newest captures of each request, and what kept ones rest on.
func (l *ledger) hold(o PruneOptions, bodies map[[sha256.Size]byte]place) {
	for key, group := range l.groups {
		slices.SortStableFunc(group, func(i, j int) int { return cmp.Compare(l.entries[j].when, l.entries[i].when) })
		if o.Newest > 0 {
			l.newest(group, math.MaxInt64, o.Newest)
		}
		for _, t := range o.AsOf[key[0]] {
			l.newest(group, t.UnixNano(), 1)
		}
	}
	for i := range l.entries {
		e := &l.entries[i]
		if l.broken[e.at.number()] {
			e.keep, e.twice = true, false
		}
		if e.keep && e.refers != "" {
			l.rest(e, bodies)
		}
	}
}

// newest keeps the n newest good captures of a request at a time, and the 304
// that renewed the newest. The group is sorted, the newest first.
func (l *ledger) newest(group []int, at int64, n int) {
	good, renewed := 0, false
	for _, i := range group {
		e := &l.entries[i]
		switch {
		case e.when > at:
		case !e.renews:
			e.keep = true
			if good++; good == n {
				return
			}
		case good == 0 && !renewed:
			e.keep, renewed = true, true
		}
	}
}

// rest keeps what a kept revisit rests on: the record that it refers to, which
// may refer to another, and the one that the index has its body from.
func (l *ledger) rest(e *entry, bodies map[[sha256.Size]byte]place) {
	if at, ok := bodies[e.sum]; ok {
		if i, ok := slices.BinarySearchFunc(l.entries, at, func(e entry, at place) int { return cmp.Compare(e.at, at) }); ok {
			l.entries[i].keep, l.entries[i].twice = true, false
		}
	}
	for e.refers != "" {
		next, ok := l.byID[e.refers]
		if !ok || l.entries[next].keep { // then its own turn keeps what it rests on
			return
		}
		e = &l.entries[next]
		e.keep = true
	}
}

// judge says what goes and from which segments.
func (l *ledger) judge(ctx context.Context, segments []segment, o PruneOptions) (out Pruned, old []segment, err error) {
	byNumber := map[uint32]segment{}
	for _, s := range segments {
		byNumber[s.number] = s
	}
	r := reader{}
	defer r.close()
	for _, e := range l.entries {
		if e.keep && !e.twice {
			out.Kept++
			continue
		}
		s := byNumber[e.at.number()]
		if len(old) == 0 || old[len(old)-1].number != s.number {
			old = append(old, s)
		}
		out.Bytes += e.length
		if e.twice {
			continue
		}
		out.Captures++
		if o.Gone != nil {
			r.dir = filepath.Dir(s.path)
			_, c, err := r.capture(e.at)
			if err != nil {
				return out, nil, err
			}
			o.Gone(c)
		}
		if err := ctx.Err(); err != nil {
			return out, nil, err
		}
	}
	out.Segments = len(old)
	return out, old, nil
}

// replace copies what is kept of segments to new ones and drops the old.
func (a *Archive) replace(ctx context.Context, l *ledger, old []segment) (err error) {
	var fresh []*copied
	defer func() {
		for _, c := range fresh {
			err = errors.Join(err, c.discard())
		}
	}()
	for _, form := range []*stream{a.packed, a.plain} {
		var to *copied
		for _, s := range old {
			if s.packed != form.packed {
				continue
			}
			entries := l.of(s.number)
			if len(entries) == 0 {
				continue
			}
			if to == nil || to.size >= form.limit {
				if to, err = a.newCopy(form, time.Unix(0, entries[0].when)); err != nil {
					return err
				}
				fresh = append(fresh, to)
			}
			if err := to.take(ctx, s, entries); err != nil {
				return err
			}
		}
	}
	for _, c := range fresh {
		if err := c.sync(); err != nil {
			return err
		}
	}
	a.reached("copied")
	for _, c := range fresh {
		if err := os.Rename(c.file.Name(), filepath.Join(a.dir, c.name)); err != nil {
			return err
		}
		a.reached("renamed one")
	}
	fresh = nil
	if err := syncDir(a.dir); err != nil {
		return err
	}
	a.reached("renamed")
	if err := writeDropped(a.dir, old); err != nil {
		return err
	}
	a.reached("listed")
	return a.drop(old)
}

// of returns the entries of a segment that stay.
func (l *ledger) of(number uint32) (out []entry) {
	from, _ := slices.BinarySearchFunc(l.entries, newPlace(number, 0), func(e entry, at place) int { return cmp.Compare(e.at, at) })
	for _, e := range l.entries[from:] {
		if e.at.number() != number {
			break
		}
		if e.keep && !e.twice {
			out = append(out, e)
		}
	}
	return out
}

// copied is a new segment under a temporary name.
type copied struct {
	file *os.File
	name string // that it will have
	size int64
}

func (a *Archive) newCopy(form *stream, date time.Time) (*copied, error) {
	name := form.numbers.take(form.packed)
	f, err := os.Create(filepath.Join(a.dir, prunePrefix+name))
	if err != nil {
		return nil, err
	}
	c := &copied{file: f, name: name}
	out := &countWriter{w: f}
	info := func(w io.Writer) error { return writeInfo(w, name, date) }
	if form.packed {
		err = gzipped(out, info)
	} else {
		err = info(out)
	}
	c.size = out.n
	if err != nil {
		return nil, errors.Join(err, c.discard())
	}
	return c, nil
}

// take copies records as they are.
func (c *copied) take(ctx context.Context, s segment, entries []entry) error {
	in, err := os.Open(s.path)
	if err != nil {
		return err
	}
	defer in.Close()
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := io.Copy(c.file, io.NewSectionReader(in, e.at.offset(), e.length))
		if c.size += n; err == nil && n != e.length {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return fmt.Errorf("segment %s at %d: %w", s.name(), e.at.offset(), err)
		}
	}
	return nil
}

func (c *copied) sync() error { return errors.Join(c.file.Sync(), c.file.Close()) }

func (c *copied) discard() error {
	_ = c.file.Close() // may be closed already
	err := os.Remove(c.file.Name())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}
