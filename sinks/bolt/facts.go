package bolt

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/tripoint-data/tripoint/record"
)

// A read transaction ends after so many ids or bytes: a long one would keep
// bbolt from using its pages again.
const (
	idsPerTx   = 512
	bytesPerTx = 4 << 20
)

// viewer sees the rows that are visible in one transaction.
type viewer struct {
	tx    *bolt.Tx
	heads map[string]uint64
}

func (v *viewer) head(source []byte) uint64 {
	if n, ok := v.heads[string(source)]; ok {
		return n
	}
	if v.heads == nil {
		v.heads = map[string]uint64{}
	}
	n := uint64(0)
	if b := v.tx.Bucket(bucketHeads).Get(source); len(b) >= 8 {
		n = binary.BigEndian.Uint64(b)
	}
	v.heads[string(source)] = n
	return n
}

// sourceRow is the visible row of one source, as it lies in the transaction.
type sourceRow struct {
	source     string
	gen        uint64
	key, value []byte
}

func (r sourceRow) deleted() bool { return len(r.value) > 0 && r.value[0]&flagDeleted != 0 }

// group is all visible rows of one id, and where the cursor went on to.
type group struct {
	id          []byte
	rows        []sourceRow
	stale       [][]byte // keys of rows that are not visible
	next, value []byte
}

// group reads the rows of the id that the cursor stands on.
func (v *viewer) group(c *bolt.Cursor, k, value []byte) (g group, err error) {
	for ; k != nil; k, value = c.Next() {
		id, source, gen, err := splitKey(k)
		if err != nil {
			return g, err
		}
		if g.id == nil {
			g.id = id
		} else if !bytes.Equal(g.id, id) {
			break
		}
		if gen > v.head(source) {
			g.stale = append(g.stale, k)
			continue
		}
		r := sourceRow{string(source), gen, k, value}
		if n := len(g.rows); n > 0 && g.rows[n-1].source == r.source {
			g.stale = append(g.stale, g.rows[n-1].key)
			g.rows[n-1] = r // generations ascend
		} else {
			g.rows = append(g.rows, r)
		}
	}
	g.next, g.value = k, value
	return g, nil
}

// found is one id with its rows, copied out of their transaction.
type found struct {
	id   string
	rows []sourceRow
}

func (g group) copy() (f found, size int) {
	f.id = string(g.id)
	for _, r := range g.rows {
		if !r.deleted() {
			r.key, r.value = nil, bytes.Clone(r.value)
			size += len(r.value)
			f.rows = append(f.rows, r)
		}
	}
	return f, size
}

// read unites the rows of an id in the order in which sources are believed.
func (s *Store) read(kind record.Kind, f found) (record.Record, error) {
	slices.SortStableFunc(f.rows, func(a, b sourceRow) int {
		return cmp.Or(cmp.Compare(s.rank[a.source], s.rank[b.source]), cmp.Compare(a.source, b.source))
	})
	var first record.Record
	var parties []*record.Party
	var patents []*record.Patent
	for _, sr := range f.rows {
		r, err := parseRow(sr.value)
		if err != nil {
			return nil, err
		}
		rec, err := decodeRecord(kind, r.json)
		if err != nil {
			return nil, err
		}
		switch rec := rec.(type) {
		case *record.Party:
			parties = append(parties, rec)
		case *record.Patent:
			patents = append(patents, rec)
		}
		if first == nil {
			first = rec
		}
	}
	switch {
	case parties != nil:
		return record.UniteReadings(parties), nil
	case patents != nil:
		return record.FillReadings(patents), nil
	}
	return first, nil
}

// Get returns the record that a ref points at, united over its sources, or an
// error that is record.ErrNotFound.
func (s *Store) Get(_ context.Context, ref record.Ref) (record.Record, error) {
	if ref.Kind == record.KindShipment {
		r, err := s.getShipment(ref.ID)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", ref, err)
		}
		return r, nil
	}
	f, err := s.find(ref)
	if err != nil {
		return nil, err
	}
	return s.read(ref.Kind, f)
}

func (s *Store) find(ref record.Ref) (f found, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		if b := tx.Bucket([]byte(ref.Kind)); b != nil && slices.Contains(factKinds, ref.Kind) {
			c := b.Cursor()
			k, value := c.Seek(append([]byte(ref.ID), 0))
			v := viewer{tx: tx}
			g, err := v.group(c, k, value)
			if err != nil {
				return err
			}
			if string(g.id) == ref.ID {
				f, _ = g.copy()
			}
		}
		return nil
	})
	if err == nil && len(f.rows) == 0 {
		err = fmt.Errorf("%s: %w", ref, record.ErrNotFound)
	}
	return f, err
}

// Scan yields the records of a kind whose ids begin with prefix, in ascending
// order of ids. It reads in short transactions: each record is whole as it
// stood when it was reached, and what a load commits meanwhile is seen from
// there on. A month of shipments is seen as it stood when it was reached.
func (s *Store) Scan(ctx context.Context, kind record.Kind, prefix string) iter.Seq2[record.Record, error] {
	return s.ScanOf(ctx, kind, prefix, nil)
}

// ScanOf is Scan without the rows that keep refuses: it is asked once for each
// source's row of each record, before they are united. A record without a row
// that is kept is not yielded.
func (s *Store) ScanOf(ctx context.Context, kind record.Kind, prefix string, keep func(r record.Ref, source string) bool) iter.Seq2[record.Record, error] {
	if kind == record.KindShipment {
		return s.scanShipments(ctx, prefix, keep)
	}
	return func(yield func(record.Record, error) bool) {
		for from := []byte(prefix); from != nil; {
			var batch []found
			err := s.view(func(tx *bolt.Tx) (err error) {
				batch, from, err = scanBatch(tx, kind, from, prefix)
				return err
			})
			for _, f := range batch {
				if err != nil {
					break
				}
				if err = ctx.Err(); err != nil {
					break
				}
				if keep != nil {
					ref := record.Ref{Kind: kind, ID: f.id}
					f.rows = slices.DeleteFunc(f.rows, func(r sourceRow) bool { return !keep(ref, r.source) })
				}
				if len(f.rows) == 0 {
					continue
				}
				var r record.Record
				if r, err = s.read(kind, f); err == nil && !yield(r, nil) {
					return
				}
			}
			if err != nil {
				yield(nil, err)
				return
			}
		}
	}
}

func scanBatch(tx *bolt.Tx, kind record.Kind, from []byte, prefix string) (batch []found, next []byte, err error) {
	b := tx.Bucket([]byte(kind))
	if b == nil || !slices.Contains(factKinds, kind) {
		return nil, nil, fmt.Errorf("store: there is no kind %q to scan", kind)
	}
	v := viewer{tx: tx}
	c := b.Cursor()
	k, value := c.Seek(from)
	for size := 0; k != nil && bytes.HasPrefix(k, []byte(prefix)); {
		if len(batch) >= idsPerTx || size > bytesPerTx {
			return batch, bytes.Clone(k), nil
		}
		g, err := v.group(c, k, value)
		if err != nil {
			return nil, nil, err
		}
		k, value = g.next, g.value
		if f, n := g.copy(); len(f.rows) > 0 {
			batch, size = append(batch, f), size+n
		}
	}
	return batch, nil, nil
}

// Sighting is one load that had a fact.
type Sighting struct {
	Source string
	Run    string
	At     time.Time
}

// Seen returns the first and the last load that had a fact. A source that is
// loaded in full has all its rows in its newest load, unless they are absent
// from it; a source that grows was last seen to have a row when it changed.
// Of a shipment the load that wrote its month is known.
func (s *Store) Seen(_ context.Context, ref record.Ref) (first, last Sighting, err error) {
	if ref.Kind == record.KindShipment {
		return s.seenShipment(ref)
	}
	f, err := s.find(ref)
	if err != nil {
		return first, last, err
	}
	err = s.view(func(tx *bolt.Tx) error {
		heads, err := loadHeads(tx)
		if err != nil {
			return err
		}
		for _, sr := range f.rows {
			r, err := parseRow(sr.value)
			if err != nil {
				return err
			}
			end := sr.gen
			if r.last > 0 {
				end = r.last
			} else if h := heads[sr.source]; h.Mode == Full {
				end = h.Generation
			}
			a, err := sighting(tx, r.first)
			if err != nil {
				return err
			}
			b, err := sighting(tx, end)
			if err != nil {
				return err
			}
			if first.At.IsZero() || a.At.Before(first.At) {
				first = a
			}
			if b.At.After(last.At) || last.At.IsZero() {
				last = b
			}
		}
		return nil
	})
	return first, last, err
}

func (s *Store) seenShipment(ref record.Ref) (first, last Sighting, err error) {
	r, err := s.getShipment(ref.ID)
	if err != nil {
		return first, last, fmt.Errorf("%s: %w", ref, err)
	}
	months, err := s.catalogue(r.ID)
	if err != nil || len(months) == 0 {
		return first, last, err
	}
	err = s.view(func(tx *bolt.Tx) error {
		first, err = sighting(tx, months[len(months)-1].Generation)
		return err
	})
	return first, first, err
}

func sighting(tx *bolt.Tx, gen uint64) (Sighting, error) {
	var l loaded
	if v := tx.Bucket(bucketLoads).Get(binary.BigEndian.AppendUint64(nil, gen)); v != nil {
		if err := json.Unmarshal(v, &l); err != nil {
			return Sighting{}, fmt.Errorf("store: load %d is damaged: %w", gen, err)
		}
	}
	return Sighting{l.Source, l.Run, l.At}, nil
}

// Counts returns how many records there are of each kind.
func (s *Store) Counts(context.Context) (map[record.Kind]int, error) {
	counts := map[record.Kind]int{}
	err := s.view(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketCounts).ForEach(func(k, v []byte) error {
			if n := binary.BigEndian.Uint64(v); n > 0 {
				counts[record.Kind(k)] = int(n)
			}
			return nil
		})
	})
	return counts, err
}

// Watermark is the newest time at which anything that was loaded was fetched.
func (s *Store) Watermark(context.Context) (newest time.Time, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		heads, err := loadHeads(tx)
		for _, h := range heads {
			if h.Fetched.After(newest) {
				newest = h.Fetched
			}
		}
		return err
	})
	return newest, err
}
