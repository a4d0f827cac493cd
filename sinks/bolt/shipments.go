package bolt

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path/filepath"
	"strings"

	bolt "go.etcd.io/bbolt"

	"github.com/tripoint-data/tripoint/record"
)

// Month says what the store holds of one source and month; it is a line of
// the catalogue.
type Month struct {
	Source     string `json:"source"`
	Month      string `json:"month"` // yyyymm; 000000: undated
	Rows       int    `json:"rows"`
	Names      int    `json:"names"` // distinct pairs of name and country
	Bytes      int64  `json:"bytes"`
	Generation uint64 `json:"generation"`
}

func (m Month) key() string { return m.Source + "/" + m.Month }

func (s *Store) path(m Month) string {
	return filepath.Join(s.dir, "shipments", folder(m.Source), fmt.Sprintf("%s.%d.db", m.Month, m.Generation))
}

// catalogue returns the months whose shipments' ids may begin with a prefix,
// in ascending order of those ids.
func (s *Store) catalogue(prefix string) (months []Month, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketCatalogue).ForEach(func(k, v []byte) error {
			if key := string(k) + "/"; !strings.HasPrefix(key, prefix) && !strings.HasPrefix(prefix, key) {
				return nil
			}
			m, err := parseMonth(v)
			months = append(months, m)
			return err
		})
	})
	return months, err
}

func parseMonth(v []byte) (m Month, err error) {
	if err := json.Unmarshal(v, &m); err != nil {
		return m, fmt.Errorf("store: the catalogue is damaged: %w", err)
	}
	return m, nil
}

// with hands a month's file to fn as it stands now; record.ErrNotFound where
// the month is not there.
func (s *Store) with(key string, fn func(Month, *monthFile) error) (err error) {
	for range 3 { // a commit may replace the file between the two steps
		var m Month
		err = s.view(func(tx *bolt.Tx) error {
			v := tx.Bucket(bucketCatalogue).Get([]byte(key))
			if v == nil {
				return record.ErrNotFound
			}
			m, err = parseMonth(v)
			return err
		})
		if err != nil {
			return err
		}
		var f *monthFile
		if f, err = s.files.acquire(s.path(m)); err == nil {
			return errors.Join(fn(m, f), s.files.release(f))
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return err
}

// getShipment looks an id up in the month that it names.
func (s *Store) getShipment(id string) (r *record.Shipment, err error) {
	for i := 0; i+8 < len(id); i++ { // a source's name may have slashes itself
		if id[i] != '/' || id[i+7] != '/' || !isMonth(id[i+1:i+7]) {
			continue
		}
		err := s.with(id[:i+7], func(_ Month, f *monthFile) (err error) {
			r, err = s.files.get(f, id[i+8:])
			return err
		})
		if err == nil {
			r.ID = id
			return r, nil
		}
		if !errors.Is(err, record.ErrNotFound) {
			return nil, err
		}
	}
	return nil, record.ErrNotFound
}

func (s *Store) scanShipments(ctx context.Context, prefix string, keep func(record.Ref, string) bool) iter.Seq2[record.Record, error] {
	return func(yield func(record.Record, error) bool) {
		months, err := s.catalogue(prefix)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, m := range months {
			of := yield
			if keep != nil {
				of = func(r record.Record, err error) bool {
					return err == nil && !keep(r.Ref(), m.Source) || yield(r, err)
				}
			}
			if !s.scanMonth(ctx, m.key(), prefix, of) {
				return
			}
		}
	}
}

func (s *Store) scanMonth(ctx context.Context, month, prefix string, yield func(record.Record, error) bool) bool {
	from, _ := strings.CutPrefix(prefix, month+"/")
	if len(prefix) <= len(month) {
		from = ""
	}
	on := true
	err := s.with(month, func(_ Month, f *monthFile) error {
		for k, err := range f.scan(from) {
			if err = errors.Join(err, ctx.Err()); err != nil {
				return err
			}
			if !strings.HasPrefix(k.key, from) {
				return nil
			}
			k.ID = month + "/" + k.key
			if on = yield(k.Shipment, nil); !on {
				return nil
			}
		}
		return nil
	})
	if on && err != nil && !errors.Is(err, record.ErrNotFound) { // dropped while we came to it
		yield(nil, err)
		return false
	}
	return on
}

// Months yields what the store holds of shipments, by source and month.
func (s *Store) Months(context.Context) iter.Seq2[Month, error] {
	return func(yield func(Month, error) bool) {
		months, err := s.catalogue("")
		if err != nil {
			yield(Month{}, err)
			return
		}
		for _, m := range months {
			if !yield(m, nil) {
				return
			}
		}
	}
}

// Drop removes the shipments of one source and month.
func (s *Store) Drop(_ context.Context, source, month string) error {
	s.commit.Lock()
	defer s.commit.Unlock()
	var m Month
	err := s.update(func(tx *bolt.Tx) (err error) {
		b := tx.Bucket(bucketCatalogue)
		v := b.Get([]byte(source + "/" + month))
		if v == nil {
			return fmt.Errorf("shipments of %s in %s: %w", source, month, record.ErrNotFound)
		}
		if m, err = parseMonth(v); err != nil {
			return err
		}
		return errors.Join(b.Delete([]byte(m.key())), addCount(tx, record.KindShipment, -m.Rows))
	})
	if err != nil {
		return err
	}
	return s.sweepFiles()
}

// sweepFiles removes the month files that the catalogue does not name.
func (s *Store) sweepFiles() error {
	months, err := s.catalogue("")
	if err != nil {
		return err
	}
	wanted := map[string]bool{}
	for _, m := range months {
		wanted[s.path(m)] = true
	}
	paths, err := filepath.Glob(filepath.Join(escapeGlob(s.dir), "shipments", "*", "*.db"))
	for _, p := range paths {
		if !wanted[p] {
			err = errors.Join(err, s.files.remove(p))
			s.opt.Log.Debug("store swept a file", "path", p)
		}
	}
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return nil
}

func escapeGlob(s string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(s)
}

// Names yields the distinct pairs of name and country in all shipments, in
// ascending order of names, then countries. It sees the months as they stand
// when it starts.
func (s *Store) Names(ctx context.Context) iter.Seq2[record.NameUse, error] {
	return func(yield func(record.NameUse, error) bool) {
		runs, done, err := s.nameRuns()
		defer done()
		if err != nil {
			yield(record.NameUse{}, err)
			return
		}
		var now *nameSum
		for p, err := range merge(runs) {
			if err = errors.Join(err, ctx.Err()); err != nil {
				yield(record.NameUse{}, err)
				return
			}
			if now == nil || now.key != string(p.key) {
				if now != nil && !yield(now.use(), nil) {
					return
				}
				now = &nameSum{key: string(p.key)}
			}
			if err := now.add(p.value); err != nil {
				yield(record.NameUse{}, err)
				return
			}
		}
		if now != nil {
			yield(now.use(), nil)
		}
	}
}

// nameRuns opens the dictionaries of all months.
func (s *Store) nameRuns() (runs []*run, done func(), err error) {
	var held []*monthFile
	done = func() {
		for _, f := range held {
			_ = s.files.release(f) // read only: nothing is lost
		}
	}
	months, err := s.catalogue("")
	for _, m := range months {
		err := s.with(m.key(), func(now Month, _ *monthFile) error {
			f, err := s.files.acquire(s.path(now))
			if err == nil {
				held = append(held, f)
				r := &run{at: len(runs)}
				r.next, r.close = iter.Pull2(f.names())
				runs = append(runs, r)
			}
			return err
		})
		if err != nil && !errors.Is(err, record.ErrNotFound) {
			for _, r := range runs {
				r.close()
			}
			return nil, done, err
		}
	}
	return runs, done, err
}

// nameSum sums one name over months.
type nameSum struct {
	key, address string
	mask         byte
	count        uint64
}

func (n *nameSum) add(v []byte) error {
	c := cutter{b: v}
	mask, count := c.bytes(1), c.uvarint()
	if c.err != nil {
		return c.err
	}
	n.mask |= mask[0]
	n.count += count
	if n.address == "" {
		n.address = string(c.b)
	}
	return nil
}

func (n *nameSum) use() record.NameUse {
	u := record.NameUse{Address: n.address, Count: int(n.count)}
	u.Name, u.Country, _ = strings.Cut(n.key, "\x00")
	for _, i := range []int{1, 2, 0} { // consignee, notify, shipper
		if n.mask&(1<<i) != 0 {
			u.Roles = append(u.Roles, roles[i])
		}
	}
	return u
}

// Uses yields where a name stands, in ascending order of shipments.
func (s *Store) Uses(ctx context.Context, name, country string) iter.Seq2[record.Use, error] {
	return func(yield func(record.Use, error) bool) {
		months, err := s.catalogue("")
		if err != nil {
			yield(record.Use{}, err)
			return
		}
		for _, m := range months {
			on := true
			err := s.with(m.key(), func(_ Month, f *monthFile) error {
				postings, err := f.uses([]byte(name + "\x00" + country))
				if err != nil {
					return err
				}
				return f.resolve(postings, func(key string, role byte) error {
					if on = yield(record.Use{Shipment: record.Ref{Kind: record.KindShipment, ID: m.key() + "/" + key}, Role: roles[role]}, nil); !on {
						return errStop
					}
					return ctx.Err()
				})
			})
			if !on {
				return
			}
			if err != nil && !errors.Is(err, record.ErrNotFound) {
				yield(record.Use{}, err)
				return
			}
		}
	}
}

// errStop ends a walk that has no more to tell.
var errStop = errors.New("stop")

// resolve calls fn with the key and role of every posting.
func (m *monthFile) resolve(postings []uint64, fn func(key string, role byte) error) error {
	var keys []string
	at := uint64(1) << 62
	for _, p := range postings {
		number, role := p>>2, byte(p&3)
		if n := number / blockRows; n != at {
			var err error
			if keys, err = m.keys(uint32(n)); err != nil {
				return err
			}
			at = n
		}
		if i := number % blockRows; i >= uint64(len(keys)) || int(role) >= len(roles) {
			return errBlock
		} else if err := fn(keys[i], role); err != nil {
			return err
		}
	}
	return nil
}
