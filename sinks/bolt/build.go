package bolt

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"strings"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/sync/errgroup"

	"github.com/tripoint-data/tripoint/record"
)

// monthChange is what a load does to one month: new nil drops it, old nil
// brings it.
type monthChange struct{ old, new *Month }

func (m monthChange) show(catalogue *bolt.Bucket) error {
	if m.new == nil {
		return catalogue.Delete([]byte(m.old.key()))
	}
	b, err := json.Marshal(m.new)
	if err != nil {
		return err
	}
	return catalogue.Put([]byte(m.new.key()), b)
}

// buildMonths writes the files of every month that the load touches. One
// month's dictionary is written while the next one's blocks are packed.
func (a *applier) buildMonths(ctx context.Context) (err error) {
	var ends errgroup.Group
	ends.SetLimit(1)
	defer func() { err = errors.Join(err, ends.Wait()) }()
	all, err := a.s.catalogue(a.l.source + "/")
	if err != nil {
		return err
	}
	old := map[string]*Month{}
	for _, m := range all {
		if m.Source == a.l.source {
			old[m.Month] = &m
		}
	}
	rows := newPeeker(lastRows(a.l.ships.all()))
	defer rows.stop()
	for rows.ok {
		if rows.err != nil {
			return rows.err
		}
		month, _, err := splitShipment(a.l.source, string(rows.item.key))
		if err != nil {
			return err
		}
		if err := a.buildMonth(ctx, month, old[month], rows, &ends); err != nil {
			return err
		}
		delete(old, month)
	}
	if err := ends.Wait(); err != nil {
		return err
	}
	if a.l.mode == Full {
		for _, m := range old {
			a.delta.Absent += m.Rows
			a.counts[record.KindShipment] -= m.Rows
			a.months = append(a.months, monthChange{old: m})
		}
	}
	return nil
}

// lastRows keeps the last row of each id.
func lastRows(pairs iter.Seq2[pair, error]) iter.Seq2[pair, error] {
	return func(yield func(pair, error) bool) {
		var now pair
		for p, err := range pairs {
			if err != nil {
				yield(pair{}, err)
				return
			}
			if len(now.key) > 0 && !bytes.Equal(now.key, p.key) && !yield(now, nil) {
				return
			}
			now.key, now.value = append(now.key[:0], p.key...), append(now.value[:0], p.value...)
		}
		if len(now.key) > 0 {
			yield(now, nil)
		}
	}
}

// peeker looks one ahead in a stream.
type peeker[T any] struct {
	item T
	err  error
	ok   bool
	next func() (T, error, bool)
	stop func()
}

func newPeeker[T any](seq iter.Seq2[T, error]) *peeker[T] {
	p := &peeker[T]{}
	p.next, p.stop = iter.Pull2(seq)
	p.advance()
	return p
}

func (p *peeker[T]) advance() { p.item, p.err, p.ok = p.next() }

// buildMonth merges a month's staged rows with its present file into a new
// one, which is dropped again where it would say the same. The file is ended
// among ends, one after the other.
func (a *applier) buildMonth(ctx context.Context, month string, old *Month, rows *peeker[pair], ends *errgroup.Group) (err error) {
	now := Month{Source: a.l.source, Month: month, Generation: a.l.gen}
	w, err := newMonthWriter(a.s.path(now), a.l.dir, month)
	if err != nil {
		return err
	}
	m := merger{ctx: ctx, w: w, prefix: now.key() + "/", rows: rows, full: a.l.mode == Full, delta: &a.delta, changed: old == nil}
	if old == nil {
		err = m.merge(func(func(keyed, error) bool) {})
	} else {
		err = a.s.with(old.key(), func(_ Month, f *monthFile) error { return m.merge(f.scan("")) })
	}
	if err != nil || !m.changed {
		return errors.Join(err, w.discard())
	}
	ends.Go(func() error {
		size, err := w.finish()
		if err != nil {
			return errors.Join(err, w.discard())
		}
		now.Bytes, now.Rows, now.Names = size, w.rows, w.distinct
		a.months = append(a.months, monthChange{old, &now})
		a.counts[record.KindShipment] += now.Rows
		if old != nil {
			a.counts[record.KindShipment] -= old.Rows
		}
		return nil
	})
	return nil
}

// merger merges staged rows with a month's file.
type merger struct {
	ctx     context.Context
	w       *monthWriter
	prefix  string
	rows    *peeker[pair]
	full    bool
	delta   *Delta
	changed bool
	reader  rowReader
	writer  rowWriter
}

func (m *merger) merge(file iter.Seq2[keyed, error]) error {
	old := newPeeker(file)
	defer old.stop()
	for n := 0; ; n++ {
		if n%4096 == 0 {
			if err := m.ctx.Err(); err != nil {
				return err
			}
		}
		if err := errors.Join(m.rows.err, old.err); err != nil {
			return err
		}
		key, more := "", false
		if m.rows.ok {
			key, more = strings.CutPrefix(string(m.rows.item.key), m.prefix)
		}
		var err error
		switch {
		case !more && !old.ok:
			return nil
		case !more || old.ok && old.item.key < key: // only in the file
			if m.full {
				m.delta.Absent++
				m.changed = true
			} else {
				err = m.w.add(old.item.key, old.item.Shipment)
			}
			old.advance()
		case !old.ok || key < old.item.key: // only in the load
			m.delta.Added++
			m.changed = true
			err = m.put(key)
			m.rows.advance()
		default:
			if err = m.compare(old.item.Shipment); err == nil {
				err = m.put(key)
			}
			old.advance()
			m.rows.advance()
		}
		if err != nil {
			return err
		}
	}
}

// put adds the staged row to the file.
func (m *merger) put(key string) error {
	s := &record.Shipment{}
	if err := m.reader.read(m.rows.item.value, s); err != nil {
		return err
	}
	return m.w.add(key, s)
}

// compare counts a staged row that is in the file too.
func (m *merger) compare(old *record.Shipment) error {
	if bytes.Equal(m.writer.write(old), m.rows.item.value) {
		m.delta.Unchanged++
		return nil
	}
	m.changed = true
	s := &record.Shipment{}
	if err := m.reader.read(m.rows.item.value, s); err != nil {
		return err
	}
	at := old.Origin
	s.Origin, old.Origin = nil, nil
	was := bytes.Clone(m.writer.write(old))
	if bytes.Equal(was, m.writer.write(s)) {
		m.delta.Unchanged++
	} else {
		m.delta.Changed++
	}
	old.Origin = at
	return nil
}
