package bolt

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/tripoint-data/tripoint/record"
)

// Mode says what a load is to its source.
type Mode string

// The modes of a load.
const (
	// Full is the whole of the source: what it does not have is absent. An
	// absent party keeps existing with its entries not in the latest file, an
	// absent patent keeps existing, shipments and judgements go.
	Full Mode = "full"
	// Grow adds to the source and replaces what has the same id. What a
	// poorer reading of a patent lacks is filled from the one that was there.
	Grow Mode = "grow"
)

// Delta counts what a load did to the records of its source. A record that
// differs only in its origin is unchanged, and its origin is renewed.
type Delta struct {
	Added     int `json:"added"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
	Absent    int `json:"absent"` // not in this full load, and in the last one
}

// Load is a load of records that is under way: nobody sees them before
// Commit. Many goroutines may Put.
type Load struct {
	s      *Store
	source string
	run    string
	mode   Mode
	gen    uint64
	dir    string

	mu      sync.Mutex
	facts   *sorter // kind 0x00 id → JSON
	ships   *sorter // id → row
	rows    rowWriter
	fetched time.Time
	kinds   map[record.Kind]bool
	err     error // the load is broken
	ended   bool
}

// loaded is one committed load, as it is remembered.
type loaded struct {
	Source string    `json:"source"`
	Run    string    `json:"run"`
	Mode   Mode      `json:"mode"`
	At     time.Time `json:"at"`
	Delta  Delta     `json:"delta"`
}

// head is what is known of a source: its newest load.
type head struct {
	Generation uint64        `json:"generation"`
	Mode       Mode          `json:"mode"`
	Kinds      []record.Kind `json:"kinds,omitempty"`
	Fetched    time.Time     `json:"fetched,omitzero"` // the newest origin that was ever loaded
}

// Begin starts a load of a source. Loads of several sources may be under way
// at once, of one source only one: two that are each the whole of it would
// undo each other.
func (s *Store) Begin(_ context.Context, source, run string, mode Mode) (*Load, error) {
	if err := checkSource(source); err != nil {
		return nil, err
	}
	if mode != Full && mode != Grow {
		return nil, fmt.Errorf("store: load of %s: mode %q is unknown: use full or grow", source, mode)
	}
	l := &Load{s: s, source: source, run: run, mode: mode, kinds: map[record.Kind]bool{}}
	s.mu.Lock()
	other := s.loads[source]
	if other == nil {
		s.loads[source] = l
	}
	s.mu.Unlock()
	if other != nil {
		return nil, fmt.Errorf("store: a load of %s is under way already: wait until it has ended", source)
	}
	if err := l.prepare(); err != nil {
		l.forget()
		return nil, s.fault(err)
	}
	return l, nil
}

// prepare takes the load's generation and makes its scratch.
func (l *Load) prepare() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.s.update(func(tx *bolt.Tx) (err error) {
		l.gen, err = tx.Bucket(bucketMeta).NextSequence()
		return err
	})
	if err != nil {
		return err
	}
	l.dir = filepath.Join(l.s.dir, "loads", strconv.FormatUint(l.gen, 10))
	l.facts, l.ships = newSorter(l.dir, "facts"), newSorter(l.dir, "shipments")
	return os.MkdirAll(l.dir, 0o755)
}

// Put adds records. Of two facts with one id, parties are united, a patent is
// filled from its poorer reading, and of any other the later one stands. A
// record that cannot be kept is told as a *record.Problem, and the others are
// kept; after any other error the load can only be aborted.
func (l *Load) Put(ctx context.Context, recs ...record.Record) error {
	var problems []error
	for _, r := range recs {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := l.put(r)
		var p *record.Problem
		switch {
		case errors.As(err, &p):
			problems = append(problems, err)
		case err != nil:
			return err
		}
	}
	return errors.Join(problems...)
}

func (l *Load) put(r record.Record) error {
	at, synthetic := provenance(r)
	if synthetic && !l.s.opt.Synthetic {
		return fmt.Errorf("store: load of %s: %s: %w", l.source, r.Ref(), ErrSynthetic)
	}
	ref := r.Ref()
	problem := func(err error) error {
		if at == nil {
			at = &record.Origin{Source: l.source, Locator: ref.String()}
		}
		return record.Problemf(at, "store: %w", err)
	}
	if err := checkID(ref.ID); err != nil {
		return problem(err)
	}
	if s, ok := r.(*record.Shipment); ok {
		if err := l.checkShipment(s); err != nil {
			return problem(err)
		}
		return l.stage(ref, at, func() error { return l.ships.add([]byte(s.ID), l.rows.write(s)) })
	}
	b, err := encodeRecord(r)
	if err != nil {
		return problem(err)
	}
	return l.stage(ref, at, func() error { return l.facts.add([]byte(string(ref.Kind)+"\x00"+ref.ID), b) })
}

// stage runs one addition to the sorters.
func (l *Load) stage(ref record.Ref, at *record.Origin, add func() error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.ended:
		return fmt.Errorf("store: load of %s has ended", l.source)
	case l.err != nil:
		return l.err
	}
	l.kinds[ref.Kind] = true
	if at != nil && at.Fetched.After(l.fetched) {
		l.fetched = at.Fetched
	}
	l.err = l.s.fault(add())
	return l.err
}

func (l *Load) checkShipment(s *record.Shipment) error {
	if _, _, err := splitShipment(l.source, s.ID); err != nil {
		return err
	}
	if t := s.Shipper; t != nil && !nameable(t) {
		return fmt.Errorf("shipper %q has a zero byte", t.Name)
	}
	if t := s.Consignee; t != nil && !nameable(t) {
		return fmt.Errorf("consignee %q has a zero byte", t.Name)
	}
	for i := range s.Notify {
		if t := &s.Notify[i]; !nameable(t) {
			return fmt.Errorf("notify party %q has a zero byte", t.Name)
		}
	}
	return nil
}

// nameable says whether a name can be a key of the dictionary.
func nameable(t *record.Trader) bool {
	return strings.IndexByte(t.Name, 0) < 0 && strings.IndexByte(t.Country, 0) < 0
}

// provenance returns where a record was read and whether it was generated.
func provenance(r record.Record) (*record.Origin, bool) {
	switch r := r.(type) {
	case *record.Patent:
		return r.Origin, r.Synthetic
	case *record.Party:
		return r.Origin, r.Synthetic
	case *record.Shipment:
		return r.Origin, r.Synthetic
	case *record.Tag:
		return nil, r.Synthetic
	case *record.Link:
		return nil, r.Synthetic
	case *record.Decision:
		return nil, r.Synthetic
	case *record.Finding:
		return nil, r.Synthetic
	}
	return nil, false
}

// Abort drops the load. It does nothing after Commit.
func (l *Load) Abort() error {
	if !l.end() {
		return nil
	}
	defer l.forget()
	return l.s.fault(os.RemoveAll(l.dir))
}

// end says whether this call ended the load.
func (l *Load) end() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	ended := l.ended
	l.ended = true
	return !ended
}

// forget lets the next load of the source begin.
func (l *Load) forget() {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	if l.s.loads[l.source] == l {
		delete(l.s.loads, l.source)
	}
}

// Commit makes the load visible all at once and ends it. After an error the
// store is as it was.
func (l *Load) Commit(ctx context.Context) (Delta, error) {
	if !l.end() {
		return Delta{}, fmt.Errorf("store: load of %s has ended", l.source)
	}
	defer l.forget()
	s := l.s
	s.commit.Lock()
	defer s.commit.Unlock()
	a := &applier{s: s, l: l, garbage: newSorter(l.dir, "garbage"), counts: map[record.Kind]int{}}
	err := l.err
	if err == nil {
		err = guard(s.db, func() error { return a.apply(ctx) })
	}
	if err != nil {
		if e := errors.Join(guard(s.db, a.undo), os.RemoveAll(l.dir)); e != nil {
			s.opt.Log.Warn("store will sweep a load later", "source", l.source, "error", e)
		}
		return Delta{}, s.fault(err)
	}
	// The load stands. What it replaced is swept now or, if that fails, later.
	if err := errors.Join(guard(s.db, a.sweep), os.RemoveAll(l.dir)); err != nil {
		s.opt.Log.Warn("store will sweep a load later", "source", l.source, "error", err)
	}
	return a.delta, nil
}

// loadHeads reads every source's head.
func loadHeads(tx *bolt.Tx) (map[string]head, error) {
	heads := map[string]head{}
	err := tx.Bucket(bucketHeads).ForEach(func(k, v []byte) (err error) {
		var h head
		if len(v) < 8 {
			return fmt.Errorf("store: the head of %s is damaged", k)
		}
		if err = json.Unmarshal(v[8:], &h); err != nil {
			return fmt.Errorf("store: the head of %s is damaged: %w", k, err)
		}
		heads[string(k)] = h
		return nil
	})
	return heads, err
}

func (h head) put(tx *bolt.Tx, source string) error {
	b, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return tx.Bucket(bucketHeads).Put([]byte(source), append(binary.BigEndian.AppendUint64(nil, h.Generation), b...))
}

func addCount(tx *bolt.Tx, kind record.Kind, n int) error {
	b := tx.Bucket(bucketCounts)
	if v := b.Get([]byte(kind)); len(v) == 8 {
		n += int(binary.BigEndian.Uint64(v))
	}
	return b.Put([]byte(kind), binary.BigEndian.AppendUint64(nil, uint64(max(n, 0))))
}
