package bolt

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"

	"github.com/tripoint-data/tripoint/record"
)

// sweep removes what killed loads have left behind.
func (s *Store) sweep() error {
	if err := os.RemoveAll(filepath.Join(s.dir, "loads")); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	var sources []string
	err := s.view(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketUnswept).ForEach(func(k, _ []byte) error {
			sources = append(sources, string(k))
			return nil
		})
	})
	for _, source := range sources {
		s.opt.Log.Info("store sweeps a load that was ended midway", "source", source)
		err = errors.Join(err, s.sweepSource(source))
	}
	return errors.Join(err, s.sweepFiles())
}

// sweepSource removes a source's rows that are not visible, and tombstones.
func (s *Store) sweepSource(source string) error {
	for _, kind := range factKinds {
		for from := []byte{}; from != nil; {
			var keys [][]byte
			err := s.view(func(tx *bolt.Tx) (err error) {
				keys, from, err = stale(tx, kind, source, from)
				return err
			})
			if err == nil {
				err = s.remove(keys)
			}
			if err != nil {
				return err
			}
		}
	}
	return s.update(func(tx *bolt.Tx) error { return tx.Bucket(bucketUnswept).Delete([]byte(source)) })
}

// stale returns keys to remove, as remove takes them, and where to go on.
func stale(tx *bolt.Tx, kind record.Kind, source string, from []byte) (keys [][]byte, next []byte, err error) {
	v := viewer{tx: tx}
	c := tx.Bucket([]byte(kind)).Cursor()
	k, value := c.Seek(from)
	for k != nil {
		if len(keys) >= rowsPerTx {
			return keys, bytes.Clone(k), nil
		}
		g, err := v.group(c, k, value)
		if err != nil {
			return nil, nil, err
		}
		k, value = g.next, g.value
		for _, r := range g.rows {
			if r.deleted() {
				g.stale = append(g.stale, r.key)
			}
		}
		for _, key := range g.stale {
			if _, of, _, err := splitKey(key); err == nil && string(of) == source {
				keys = append(keys, append([]byte(kind+"\x00"), key...))
			}
		}
	}
	return keys, nil, nil
}

// remove deletes rows by kind 0x00 key in one transaction.
func (s *Store) remove(keys [][]byte) error {
	if len(keys) == 0 {
		return nil
	}
	return s.update(func(tx *bolt.Tx) error {
		for _, k := range keys {
			kind, key, _ := bytes.Cut(k, []byte{0})
			if err := tx.Bucket(kind).Delete(key); err != nil {
				return err
			}
		}
		return nil
	})
}
