// Package archive keeps captures as they came, in WARC 1.1 segments (ISO
// 28500) that describe themselves and that any WARC reader can read.
//
// Start with Open, then Keep, Last, Captures and Body.
//
// A folder holds numbered segments of two forms, each appended to by one
// stream:
//
//	000001.warc.gz  one gzip member a record: pages, JSON, XML, CSV, revisits
//	000002.warc     plain: bodies that are compressed already, so that a ZIP stays seekable
//	dropped         segments that a prune has left behind; see dropped.go
//	index           where the newest captures and the bodies lie; see index.go
//	lock            held by the one writer
//
// Every record carries its record.Capture as JSON in the extension field
// WARC-Tripoint-Capture, so the index can always be rebuilt from the segments.
// A body that the archive has is not written again: a revisit refers to it.
package archive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/tripoint-data/tripoint/record"
)

// Options say how an archive is opened.
type Options struct {
	ReadOnly     bool         // takes no lock and writes nothing; may be open beside the writer
	SegmentBytes int64        // a segment that reaches this size is followed by a new one; 1 GiB where 0
	Log          *slog.Logger // nothing is logged where nil
}

// Archive is an open archive. Its methods may be called by many goroutines.
type Archive struct {
	dir      string
	readOnly bool
	log      *slog.Logger
	lock     *os.File

	packed, plain *stream // .warc.gz, .warc

	mu     sync.RWMutex
	index  *index
	coming map[[sha256.Size]byte]chan struct{} // bodies that are being kept: closed when they are, or were not

	steps func(string) // of a test that kills a prune
}

// Open opens the archive in dir; a writer makes the folder where it is
// missing, cuts off what an earlier writer left half written, and is refused
// while another writer has it open.
func Open(dir string, o Options) (*Archive, error) {
	a := &Archive{dir: dir, readOnly: o.ReadOnly, log: o.Log, coming: map[[sha256.Size]byte]chan struct{}{}}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	if o.SegmentBytes <= 0 {
		o.SegmentBytes = 1 << 30
	}
	if err := a.open(o.SegmentBytes); err != nil {
		if a.lock != nil {
			err = errors.Join(err, a.lock.Close())
		}
		return nil, fmt.Errorf("archive: %w", err)
	}
	return a, nil
}

func (a *Archive) open(limit int64) (err error) {
	if !a.readOnly {
		if err := os.MkdirAll(a.dir, 0o755); err != nil {
			return err
		}
		if a.lock, err = lockFile(filepath.Join(a.dir, "lock")); err != nil {
			return fmt.Errorf("%s is open in another process: %w", a.dir, err)
		}
		if err := errors.Join(sweep(a.dir), a.finishDrop()); err != nil {
			return err
		}
	}
	segments, err := listSegments(a.dir)
	if err != nil {
		return err
	}
	if a.index, err = loadIndex(a.dir, segments); err != nil {
		a.log.Warn("archive index is rebuilt", "dir", a.dir, "reason", err)
		a.index = newIndex()
	}
	limit = min(limit, maxBody)
	numbers := &counter{dir: a.dir}
	a.packed = &stream{numbers: numbers, limit: limit, packed: true}
	a.plain = &stream{numbers: numbers, limit: limit}
	live := map[bool]uint32{} // the newest segment of each form: the only one that may end in half a record
	for _, s := range segments {
		live[s.packed] = s.number
		numbers.last = max(numbers.last, s.number)
	}
	for _, s := range segments {
		if err := a.catchUp(s, live[s.packed] == s.number); err != nil {
			return err
		}
	}
	if a.readOnly {
		return nil
	}
	return errors.Join(a.packed.resume(segments), a.plain.resume(segments))
}

// catchUp reads what the index does not know of a segment yet. A writer cuts
// off the record that was being written when the last one was killed; where
// more than half a record would be lost, it is set aside first.
func (a *Archive) catchUp(s segment, live bool) error {
	end, damage := scan(s, a.index.lengths[s.name()], a.index.add)
	a.index.lengths[s.name()] = end
	switch {
	case damage == nil:
		return nil
	case !errors.Is(damage, errBroken):
		return damage
	case !live:
		a.log.Error("archive segment is damaged: what follows is not read; restore it from a backup", "segment", s.path, "offset", end, "error", damage)
		return nil
	case a.readOnly:
		a.log.Debug("archive segment ends in a broken record", "segment", s.path, "offset", end, "error", damage)
		return nil
	}
	a.log.Warn("archive segment is cut", "segment", s.path, "offset", end, "bytes", s.size-end, "error", damage)
	half := errors.Is(damage, io.ErrUnexpectedEOF)
	if half {
		more, err := recordsAfter(s, end)
		if err != nil {
			return err
		}
		half = !more
	}
	if !half {
		if err := copyTail(s.path, end); err != nil {
			return err
		}
	}
	return truncate(s.path, end)
}

// Close writes the index and lets go of the lock. No Keep may be under way.
func (a *Archive) Close() error {
	if a.readOnly {
		return nil
	}
	err := errors.Join(a.packed.close(), a.plain.close())
	if err == nil {
		a.mu.RLock()
		err = a.saveIndex()
		a.mu.RUnlock()
	}
	if err = errors.Join(err, a.lock.Close()); err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	return nil
}

// Keep stores a capture and returns when it is durable. SHA256 and Size are
// filled in where absent; a body that does not fit them is refused. A capture
// of status 304 has no body and renews the last good one.
func (a *Archive) Keep(ctx context.Context, c record.Capture, body io.Reader) error {
	if err := a.keep(ctx, c, body); err != nil {
		return fmt.Errorf("archive: %s: %w", c.URL, err)
	}
	return nil
}

func (a *Archive) keep(ctx context.Context, c record.Capture, body io.Reader) error {
	switch {
	case a.readOnly:
		return errors.New("opened for reading only")
	case c.Source == "" || c.URL == "" || c.Fetched.IsZero():
		return errors.New("a capture needs its source, address and time")
	case ctx.Err() != nil:
		return ctx.Err()
	}
	p, err := spool(a.dir, c, body)
	if err != nil {
		return err
	}
	defer p.close()
	if p.size >= maxBody {
		return fmt.Errorf("the body has %d bytes, more than %d", p.size, int64(maxBody))
	}

	if c.Status != http.StatusNotModified {
		defer a.claim(p.sum)()
	}
	h := header{kind: typeResponse, date: c.Fetched, uri: c.URL}
	switch earlier, err := a.refersTo(&c, p); {
	case err != nil:
		return err
	case earlier != nil:
		h.kind, h.refersTo = typeRevisit, earlier
	case c.Rendered || !strings.HasPrefix(c.URL, "http"):
		h.kind = typeResource
	}
	h.id = recordID(c)

	s := a.packed
	if h.kind != typeRevisit && isCompressed(p.head) {
		s = a.plain
	}
	write := func(w io.Writer) error { return writeRecord(w, h, c, p) }
	if s.packed {
		write = func(w io.Writer) error { return gzipped(w, func(w io.Writer) error { return writeRecord(w, h, c, p) }) }
		if p.size <= inMemory { // compress before the turn to append
			buf := bodies.Get().(*bytes.Buffer)
			defer bodies.Put(buf)
			buf.Reset()
			if err := write(buf); err != nil {
				return err
			}
			write = func(w io.Writer) error { _, err := w.Write(buf.Bytes()); return err }
		}
	}
	at, err := s.append(c.Fetched, write)
	if err != nil {
		return err
	}
	a.mu.Lock() // only now: what others refer to is durable
	a.index.add(at, h, c)
	a.mu.Unlock()
	return nil
}

// claim waits until no other Keep is about to write the same body: pages that
// say the same often come together. The returned function lets go of it.
func (a *Archive) claim(sum [sha256.Size]byte) func() {
	for {
		a.mu.Lock()
		other := a.coming[sum]
		if _, known := a.index.bodies[sum]; known {
			a.mu.Unlock()
			return func() {}
		}
		if other == nil {
			break
		}
		a.mu.Unlock()
		<-other
	}
	defer a.mu.Unlock()
	ended := make(chan struct{})
	a.coming[sum] = ended
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.coming, sum)
		close(ended)
	}
}

// refersTo completes c from its body and returns the earlier capture that has
// the same body, if there is one.
func (a *Archive) refersTo(c *record.Capture, p *payload) (*record.Capture, error) {
	if c.Status == http.StatusNotModified {
		if p.size > 0 {
			return nil, fmt.Errorf("a 304 has no body, this one has %d bytes", p.size)
		}
		base, _, err := a.last(c.Source, c.Request)
		if err != nil {
			return nil, fmt.Errorf("a 304 renews an earlier capture: %w", err)
		}
		c.SHA256, c.Size = base.SHA256, base.Size
		return &base, nil
	}
	sum := hex.EncodeToString(p.sum[:])
	switch {
	case c.SHA256 != "" && !strings.EqualFold(c.SHA256, sum):
		return nil, fmt.Errorf("the body has hash %s, not %s", sum, c.SHA256)
	case c.Size != 0 && c.Size != p.size:
		return nil, fmt.Errorf("the body has %d bytes, not %d", p.size, c.Size)
	}
	c.SHA256, c.Size = sum, p.size
	a.mu.RLock()
	at, ok := a.index.bodies[p.sum]
	a.mu.RUnlock()
	if !ok {
		return nil, nil
	}
	if p.told { // nothing is written: what the caller says is checked here
		if err := p.copyTo(io.Discard); err != nil {
			return nil, err
		}
	}
	_, earlier, err := a.capture(at)
	return &earlier, err
}

// Last returns the newest good capture of a request: of a 2xx answer, its
// Fetched, Run and validators renewed by a later 304. It returns
// record.ErrNotFound where there is none.
func (a *Archive) Last(_ context.Context, source string, r record.Request) (record.Capture, error) {
	c, renewed, err := a.last(source, r)
	if err != nil {
		return record.Capture{}, fmt.Errorf("archive: last capture of %s: %w", r.URL, err)
	}
	return renew(c, renewed), nil
}

// last returns the newest good capture as it was kept, and the 304 that
// renewed it, if there is one.
func (a *Archive) last(source string, r record.Request) (record.Capture, *record.Capture, error) {
	a.mu.RLock()
	m, ok := a.index.sources[source][r.Key()]
	a.mu.RUnlock()
	if !ok || m.good == 0 {
		return record.Capture{}, nil, record.ErrNotFound
	}
	return a.resolve(m, a.capture)
}

// resolve reads the one or two records that a mark points at.
func (a *Archive) resolve(m mark, read func(place) (header, record.Capture, error)) (record.Capture, *record.Capture, error) {
	_, c, err := read(m.good)
	if err != nil || m.renewed == 0 || m.renewedAt < m.goodAt {
		return c, nil, err
	}
	_, r, err := read(m.renewed)
	return c, &r, err
}

// renew returns c as the 304 r leaves it.
func renew(c record.Capture, r *record.Capture) record.Capture {
	if r == nil {
		return c
	}
	c.Fetched, c.Run = r.Fetched, r.Run
	if r.ETag != "" {
		c.ETag = r.ETag
	}
	if r.LastModified != "" {
		c.LastModified = r.LastModified
	}
	return c
}
