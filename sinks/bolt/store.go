// Package bolt is the store: everything that the house knows, in one folder.
//
//	tripoint.db                            facts, judgements, runs, frontier, catalogue
//	shipments/<source>/<yyyymm>.<gen>.db   the shipments of one source and month
//	loads/<gen>/                           scratch of a load that is under way
//
// Start with Open. Records come in by Begin, Load.Put and Load.Commit, and are
// read by Get and Scan. It is the only room that knows bbolt.
package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// schema is the version of the layout; a store of another one is refused.
const schema = 2

// lockWait is how long Open waits for another process to let go.
const lockWait = 2 * time.Second

// ErrSynthetic is returned where a generated record is put into a real store.
var ErrSynthetic = errors.New("a generated (synthetic) record does not belong in a real store")

// Options say how a store is opened.
type Options struct {
	// ReadOnly opens beside other readers and writes nothing.
	ReadOnly bool
	// Synthetic marks a new store as one of generated data. A store is opened
	// only with the mark that it was made with.
	Synthetic bool
	// Order is the order in which sources are believed where two tell of one
	// fact; sources that it does not name follow in alphabetical order.
	Order []string
	// Now dates loads; time.Now where nil.
	Now func() time.Time
	// Log hears of what was swept; nothing is logged where nil.
	Log *slog.Logger
}

// Store is an open store. Its methods may be called by many goroutines.
type Store struct {
	dir   string
	opt   Options
	rank  map[string]int
	db    *bolt.DB
	files files

	commit sync.Mutex // one load commits at a time

	mu        sync.Mutex
	loads     map[string]*Load // by source
	frontiers map[string]*Frontier
}

// Open opens the store in a folder, which is made where there is none, unless
// it is opened read-only. What killed loads have left behind is swept.
func Open(dir string, opt Options) (*Store, error) {
	s := &Store{dir: dir, opt: opt, rank: map[string]int{}, loads: map[string]*Load{}, frontiers: map[string]*Frontier{}}
	for i, source := range opt.Order {
		s.rank[source] = i - len(opt.Order)
	}
	if s.opt.Now == nil {
		s.opt.Now = time.Now
	}
	if s.opt.Log == nil {
		s.opt.Log = slog.New(slog.DiscardHandler)
	}
	if err := s.open(); err != nil {
		return nil, err
	}
	if err := s.prepare(); err != nil {
		return nil, errors.Join(err, s.db.Close())
	}
	return s, nil
}

func (s *Store) open() error {
	path := filepath.Join(s.dir, "tripoint.db")
	if s.opt.ReadOnly {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("store: there is none in %s: run a crawl or parse first", s.dir)
		}
	} else if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	if err := errors.Join(whole(path), notEmptied(path)); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	db, err := bolt.Open(path, 0o644, &bolt.Options{Timeout: lockWait, ReadOnly: s.opt.ReadOnly, FreelistType: bolt.FreelistMapType})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return fmt.Errorf("store %s is in use by another tripoint process: wait until it has ended, or end it", s.dir)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrVersionMismatch),
		err != nil && strings.Contains(err.Error(), "file size too small"):
		return fmt.Errorf("store: %s is damaged or no store (%w): %s", path, err, cure)
	case err != nil:
		return s.fault(err)
	}
	s.db = db
	return nil
}

// prepare makes or checks the buckets and marks, and sweeps.
func (s *Store) prepare() error {
	fresh := false
	err := s.view(func(tx *bolt.Tx) error {
		meta := tx.Bucket(bucketMeta)
		if meta == nil {
			fresh = true
			return nil
		}
		if v := meta.Get(keySchema); len(v) != 4 || binary.BigEndian.Uint32(v) != schema {
			return fmt.Errorf("store %s has another layout than this version of tripoint reads: parse the archive into a new store", s.dir)
		}
		switch synthetic := meta.Get(keySynthetic) != nil; {
		case synthetic && !s.opt.Synthetic:
			return fmt.Errorf("store %s holds the demo's generated data: name another folder for real data", s.dir)
		case !synthetic && s.opt.Synthetic:
			return fmt.Errorf("store %s holds real data: name another folder for the demo", s.dir)
		}
		return nil
	})
	switch {
	case err != nil || s.opt.ReadOnly && !fresh:
		return err
	case s.opt.ReadOnly:
		return fmt.Errorf("store %s is empty: run a crawl or parse first", s.dir)
	case fresh:
		return s.create()
	}
	return s.sweep()
}

func (s *Store) create() error {
	err := s.update(func(tx *bolt.Tx) error {
		for _, name := range buckets() {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		meta := tx.Bucket(bucketMeta)
		if s.opt.Synthetic {
			if err := meta.Put(keySynthetic, []byte{1}); err != nil {
				return err
			}
		}
		return meta.Put(keySchema, binary.BigEndian.AppendUint32(nil, schema))
	})
	if err != nil {
		return err
	}
	return syncDir(s.dir)
}

// Close aborts the loads that are under way, writes what frontiers still
// hold, and closes the store.
func (s *Store) Close() error {
	s.mu.Lock()
	loads, frontiers := s.loads, s.frontiers
	s.loads, s.frontiers = map[string]*Load{}, map[string]*Frontier{}
	s.mu.Unlock()
	var errs []error
	for _, l := range loads {
		errs = append(errs, l.Abort())
	}
	for _, f := range frontiers {
		errs = append(errs, f.Close())
	}
	errs = append(errs, s.files.close(), s.db.Close())
	return errors.Join(errs...)
}

// guard runs what uses a bbolt file. A damaged page makes bbolt panic, or read
// where no memory is: it becomes an error here.
func guard(db *bolt.DB, fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("store: %s is damaged (%v): %s", db.Path(), p, cure)
		}
	}()
	return fn()
}

// cure is what helps where a file is damaged.
const cure = "restore it from a backup, or parse the archive into a new store"

// view runs one short read transaction.
func (s *Store) view(fn func(*bolt.Tx) error) error { return view(s.db, fn) }

func view(db *bolt.DB, fn func(*bolt.Tx) error) error {
	return guard(db, func() error { return db.View(fn) })
}

// update runs one write transaction.
func (s *Store) update(fn func(*bolt.Tx) error) error {
	return s.fault(guard(s.db, func() error { return s.db.Update(fn) }))
}

// fault says a storage error in one line with what to do.
func (s *Store) fault(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, berrors.ErrMaxSizeReached):
		return fmt.Errorf("store: no room left on the disk of %s: nothing was changed; make room and run again: %w", s.dir, err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), strings.HasPrefix(err.Error(), "store"):
		return err
	}
	return fmt.Errorf("store: %w", err)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}
