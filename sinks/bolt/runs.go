package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	bolt "go.etcd.io/bbolt"

	"github.com/tripoint-data/tripoint/record"
)

// The bounds of what is kept of problems: a run's record counts them all.
const (
	maxProblems    = 1000 // of one run
	maxProblemRuns = 200  // the runs that have any, newest first
)

// SaveRun keeps a run, or replaces the one with its id.
func (s *Store) SaveRun(_ context.Context, r record.Run) error {
	if err := checkID(r.ID); err != nil {
		return fmt.Errorf("store: run: %w", err)
	}
	v, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("store: run %s: %w", r.ID, err)
	}
	key := binary.BigEndian.AppendUint64(nil, uint64(r.Started.UnixNano())^1<<63)
	key = append(key, r.ID...)
	return s.update(func(tx *bolt.Tx) error {
		runs, keys := tx.Bucket(bucketRuns), tx.Bucket(bucketRunKeys)
		if old := keys.Get([]byte(r.ID)); old != nil && !bytes.Equal(old, key) {
			if err := runs.Delete(old); err != nil {
				return err
			}
		}
		return errors.Join(keys.Put([]byte(r.ID), key), runs.Put(key, v))
	})
}

// Runs yields the runs, those that started last first.
func (s *Store) Runs(ctx context.Context) iter.Seq2[record.Run, error] {
	return func(yield func(record.Run, error) bool) {
		var from []byte
		for more := true; more; {
			var batch []record.Run
			err := s.view(func(tx *bolt.Tx) (err error) {
				batch, from, err = runsBefore(tx, from)
				return err
			})
			more = from != nil
			if err = errors.Join(err, ctx.Err()); err != nil {
				yield(record.Run{}, err)
				return
			}
			for _, r := range batch {
				if !yield(r, nil) {
					return
				}
			}
		}
	}
}

// runsBefore reads some runs downwards from a key; nil is the newest.
func runsBefore(tx *bolt.Tx, from []byte) (batch []record.Run, next []byte, err error) {
	c := tx.Bucket(bucketRuns).Cursor()
	k, v := c.Last()
	if from != nil {
		if k, v = c.Seek(from); !bytes.Equal(k, from) { // it was moved meanwhile
			k, v = c.Prev()
		}
	}
	for ; k != nil; k, v = c.Prev() {
		if len(batch) == idsPerTx {
			return batch, bytes.Clone(k), nil
		}
		var r record.Run
		if err := json.Unmarshal(v, &r); err != nil {
			return nil, nil, fmt.Errorf("store: a run is damaged: %w", err)
		}
		batch = append(batch, r)
	}
	return batch, nil, nil
}

// problem is a record.Problem as it is kept.
type problem struct {
	Origin record.Origin `json:"origin"`
	Error  string        `json:"error"`
}

// SaveProblems keeps problems of a run after those that it has, as far as
// there is room: the first thousand of a run, of the newest two hundred runs
// that had any.
func (s *Store) SaveProblems(_ context.Context, run string, problems []record.Problem) error {
	if err := checkID(run); err != nil {
		return fmt.Errorf("store: run: %w", err)
	}
	if len(problems) == 0 {
		return nil
	}
	return s.update(func(tx *bolt.Tx) error {
		b, err := problemsOf(tx, run)
		if err == nil && b == nil {
			b, err = newProblems(tx, run)
		}
		if err != nil {
			return err
		}
		for _, p := range problems {
			if b.Sequence() >= maxProblems {
				return nil
			}
			v, err := json.Marshal(problem{p.Origin, p.Err.Error()})
			if err != nil {
				return err
			}
			n, err := b.NextSequence()
			if err != nil {
				return err
			}
			if err := b.Put(sequence(n), v); err != nil {
				return err
			}
		}
		return nil
	})
}

// problemsOf finds the bucket of a run's problems; it is named by a number
// that only grows, and the run.
func problemsOf(tx *bolt.Tx, run string) (found *bolt.Bucket, err error) {
	all := tx.Bucket(bucketProblems)
	err = all.ForEachBucket(func(k []byte) error {
		if string(k[8:]) == run {
			found = all.Bucket(k)
		}
		return nil
	})
	return found, err
}

// newProblems makes the bucket of one more run, in place of the oldest one
// where there are enough.
func newProblems(tx *bolt.Tx, run string) (*bolt.Bucket, error) {
	all := tx.Bucket(bucketProblems)
	var names [][]byte
	if err := all.ForEachBucket(func(k []byte) error { names = append(names, bytes.Clone(k)); return nil }); err != nil {
		return nil, err
	}
	for ; len(names) >= maxProblemRuns; names = names[1:] {
		if err := all.DeleteBucket(names[0]); err != nil {
			return nil, err
		}
	}
	n, err := all.NextSequence()
	if err != nil {
		return nil, err
	}
	return all.CreateBucket(append(sequence(n), run...))
}

// Problems yields the problems that were kept of a run, in their order.
func (s *Store) Problems(_ context.Context, run string) iter.Seq2[record.Problem, error] {
	return func(yield func(record.Problem, error) bool) {
		var list []record.Problem
		err := s.view(func(tx *bolt.Tx) error {
			b, err := problemsOf(tx, run)
			if err != nil || b == nil {
				return err
			}
			return b.ForEach(func(_, v []byte) error {
				var p problem
				if err := json.Unmarshal(v, &p); err != nil {
					return fmt.Errorf("store: a problem of run %s is damaged: %w", run, err)
				}
				list = append(list, record.Problem{Origin: p.Origin, Err: errors.New(p.Error)})
				return nil
			})
		})
		if err != nil {
			yield(record.Problem{}, err)
			return
		}
		for _, p := range list {
			if !yield(p, nil) {
				return
			}
		}
	}
}

// Artefact returns a table that was kept under a name, or an error that is
// record.ErrNotFound.
func (s *Store) Artefact(_ context.Context, name string) (b []byte, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		v := tx.Bucket(bucketArtefacts).Get([]byte(name))
		if v == nil {
			return fmt.Errorf("artefact %s: %w", name, record.ErrNotFound)
		}
		if b, err = decoder().DecodeAll(v, nil); err != nil {
			return fmt.Errorf("store: artefact %s is damaged: %w", name, err)
		}
		return nil
	})
	return b, err
}

// SaveArtefact keeps a table under a name, in place of the one there.
func (s *Store) SaveArtefact(_ context.Context, name string, b []byte) error {
	if err := checkID(name); err != nil {
		return fmt.Errorf("store: artefact: %w", err)
	}
	packed := encoder().EncodeAll(b, nil)
	return s.update(func(tx *bolt.Tx) error { return tx.Bucket(bucketArtefacts).Put([]byte(name), packed) })
}
