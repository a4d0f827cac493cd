package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"iter"
	"os"
	"slices"

	bolt "go.etcd.io/bbolt"

	"github.com/tripoint-data/tripoint/record"
)

// rowsPerTx bounds a write transaction: bbolt holds every page that it
// touches in memory.
const rowsPerTx = 8192

// applier commits one load. Its rows are written beside those they replace,
// in transactions of bounded size; one last transaction makes them visible.
// The commit lock is held, so heads do not move.
type applier struct {
	s      *Store
	l      *Load
	heads  map[string]head
	delta  Delta
	counts map[record.Kind]int
	months []monthChange

	tx      *bolt.Tx
	puts    int
	written bool
	garbage *sorter // kind 0x00 key of rows to remove when the load stands
}

func (a *applier) apply(ctx context.Context) error {
	err := a.s.view(func(tx *bolt.Tx) (err error) {
		a.written = tx.Bucket(bucketUnswept).Get([]byte(a.l.source)) != nil
		a.heads, err = loadHeads(tx)
		return err
	})
	if err == nil && a.written { // what a failed load left would become visible
		err = a.s.sweepSource(a.l.source)
		a.written = false
	}
	if err == nil {
		err = a.buildMonths(ctx)
	}
	if err == nil {
		err = a.putFacts(ctx)
	}
	if err == nil && a.l.mode == Full {
		err = a.markAbsent(ctx)
	}
	if err == nil {
		err = a.flush()
	}
	if err != nil {
		return err
	}
	return a.s.update(a.show)
}

// show is the one write that makes the load visible.
func (a *applier) show(tx *bolt.Tx) error {
	h := a.heads[a.l.source]
	h.Generation, h.Mode = a.l.gen, a.l.mode
	for k := range a.l.kinds {
		if !slices.Contains(h.Kinds, k) {
			h.Kinds = append(h.Kinds, k)
		}
	}
	slices.Sort(h.Kinds)
	if a.l.fetched.After(h.Fetched) {
		h.Fetched = a.l.fetched
	}
	about, err := json.Marshal(loaded{a.l.source, a.l.run, a.l.mode, a.s.opt.Now().UTC(), a.delta})
	if err != nil {
		return err
	}
	errs := []error{
		h.put(tx, a.l.source),
		tx.Bucket(bucketLoads).Put(binary.BigEndian.AppendUint64(nil, a.l.gen), about),
	}
	catalogue := tx.Bucket(bucketCatalogue)
	for _, m := range a.months {
		errs = append(errs, m.show(catalogue))
	}
	for kind, n := range a.counts {
		errs = append(errs, addCount(tx, kind, n))
	}
	return errors.Join(errs...)
}

// write returns the transaction that rows are put in.
func (a *applier) write() (*bolt.Tx, error) {
	if a.puts >= rowsPerTx {
		if err := a.flush(); err != nil {
			return nil, err
		}
	}
	if a.tx == nil {
		tx, err := a.s.db.Begin(true)
		if err != nil {
			return nil, err
		}
		a.tx = tx
	}
	return a.tx, nil
}

// flush commits what was put, and only rolls back where nothing was.
func (a *applier) flush() error {
	if a.tx == nil {
		return nil
	}
	tx, puts := a.tx, a.puts
	a.tx, a.puts = nil, 0
	if puts == 0 {
		return tx.Rollback()
	}
	a.written = true
	if err := tx.Bucket(bucketUnswept).Put([]byte(a.l.source), nil); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// put writes a row of this load; old is the key of the row that it replaces.
func (a *applier) put(tx *bolt.Tx, kind record.Kind, id []byte, r row, old []byte) error {
	key := factKey(id, a.l.source, a.l.gen)
	if err := tx.Bucket([]byte(kind)).Put(key, r.append(nil)); err != nil {
		return err
	}
	a.puts++
	for _, k := range [][]byte{old, key} {
		if k == nil || bytes.Equal(k, key) && !r.deleted {
			continue
		}
		if err := a.garbage.add(append([]byte(kind+"\x00"), k...), nil); err != nil {
			return err
		}
	}
	return nil
}

// putFacts compares every fact of the load with what is there.
func (a *applier) putFacts(ctx context.Context) error {
	for f, err := range united(a.l.facts.all()) {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		tx, err := a.write()
		if err != nil {
			return err
		}
		if err := a.putFact(tx, f); err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) putFact(tx *bolt.Tx, f fact) error {
	v := viewer{tx: tx}
	c := tx.Bucket([]byte(f.kind)).Cursor()
	k, val := c.Seek(append(slices.Clone(f.id), 0))
	own, others, err := a.look(&v, c, k, val, f.id)
	if err != nil {
		return err
	}
	if own == nil {
		a.delta.Added++
		if !others {
			a.counts[f.kind]++
		}
		return a.put(tx, f.kind, f.id, row{first: a.l.gen, json: f.json}, nil)
	}
	old, err := parseRow(own.value)
	if err != nil {
		return err
	}
	if a.l.mode == Grow && f.kind == record.KindPatent {
		if f.json, err = uniteJSON(f.kind, old.json, f.json); err != nil {
			return err
		}
	}
	if old.last == 0 {
		if bytes.Equal(old.json, f.json) {
			a.delta.Unchanged++
			return nil
		}
		same, err := sameContent(f.kind, old.json, f.json)
		if err != nil {
			return err
		}
		if same {
			a.delta.Unchanged++
			a.delta.Changed--
		}
	}
	a.delta.Changed++
	return a.put(tx, f.kind, f.id, row{first: old.first, json: f.json}, bytes.Clone(own.key))
}

// look finds this source's row of an id, and whether another source has one.
func (a *applier) look(v *viewer, c *bolt.Cursor, k, val, id []byte) (own *sourceRow, others bool, err error) {
	g, err := v.group(c, k, val)
	if err != nil || !bytes.Equal(g.id, id) {
		return nil, false, err
	}
	for i := range g.rows {
		if g.rows[i].deleted() {
			continue
		}
		if g.rows[i].source == a.l.source {
			own = &g.rows[i]
		} else {
			others = true
		}
	}
	return own, others, nil
}

// markAbsent walks over the source's rows beside the load's: what the load
// does not have is marked or, for a judgement, removed.
func (a *applier) markAbsent(ctx context.Context) error {
	for _, kind := range factKinds {
		if !a.l.kinds[kind] && !slices.Contains(a.heads[a.l.source].Kinds, kind) {
			continue
		}
		next, stop := iter.Pull2(united(a.l.facts.all()))
		err := a.markKind(ctx, kind, next)
		stop()
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) markKind(ctx context.Context, kind record.Kind, next func() (fact, error, bool)) error {
	var now fact
	var err error
	more := true
	// has says whether the load has an id; ids are asked in ascending order.
	has := func(id []byte) bool {
		for more && err == nil && (now.kind < kind || now.kind == kind && bytes.Compare(now.id, id) < 0) {
			now, err, more = next()
		}
		return more && now.kind == kind && bytes.Equal(now.id, id)
	}
	from := []byte{}
	for from != nil {
		var absent []missing
		e := a.s.view(func(tx *bolt.Tx) (e error) {
			absent, from, e = a.absent(tx, kind, from, has)
			return e
		})
		if e = errors.Join(e, err, ctx.Err()); e != nil {
			return e
		}
		for _, m := range absent {
			if err := a.drop(kind, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// missing is a row that the load does not have.
type missing struct {
	id, key []byte
	row     row
	others  bool
}

func (a *applier) absent(tx *bolt.Tx, kind record.Kind, from []byte, has func([]byte) bool) (list []missing, next []byte, err error) {
	v := viewer{tx: tx}
	c := tx.Bucket([]byte(kind)).Cursor()
	k, val := c.Seek(from)
	for n := 0; k != nil; n++ {
		if n == 4*idsPerTx {
			return list, bytes.Clone(k), nil
		}
		g, err := v.group(c, k, val)
		if err != nil {
			return nil, nil, err
		}
		k, val = g.next, g.value
		m := missing{id: g.id}
		for _, r := range g.rows {
			if r.source != a.l.source {
				m.others = m.others || !r.deleted()
			} else if !r.deleted() {
				m.key = r.key
				if m.row, err = parseRow(r.value); err != nil {
					return nil, nil, err
				}
			}
		}
		if m.key != nil && m.row.last == 0 && !has(m.id) {
			m.id, m.key, m.row.json = bytes.Clone(m.id), bytes.Clone(m.key), bytes.Clone(m.row.json)
			list = append(list, m)
		}
	}
	return list, nil, nil
}

func (a *applier) drop(kind record.Kind, m missing) error {
	tx, err := a.write()
	if err != nil {
		return err
	}
	a.delta.Absent++
	switch kind {
	case record.KindParty:
		if m.row.json, err = notInLatest(m.row.json); err != nil {
			return err
		}
		m.row.last = a.heads[a.l.source].Generation
	case record.KindPatent:
		m.row.last = a.heads[a.l.source].Generation
	default:
		m.row = row{deleted: true}
		if !m.others {
			a.counts[kind]--
		}
	}
	return a.put(tx, kind, m.id, m.row, m.key)
}

// undo removes what a failed load has written.
func (a *applier) undo() error {
	var errs []error
	if a.tx != nil {
		errs = append(errs, a.tx.Rollback())
	}
	for _, m := range a.months {
		if m.new != nil {
			errs = append(errs, os.Remove(a.s.path(*m.new)))
		}
	}
	if a.written {
		errs = append(errs, a.s.sweepSource(a.l.source))
	}
	return errors.Join(errs...)
}

// sweep removes what the load has replaced.
func (a *applier) sweep() error {
	var errs []error
	for _, m := range a.months {
		if m.old != nil {
			errs = append(errs, a.s.files.remove(a.s.path(*m.old)))
		}
	}
	if !a.written {
		return errors.Join(errs...)
	}
	var keys [][]byte
	for p, err := range a.garbage.all() {
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		if keys = append(keys, bytes.Clone(p.key)); len(keys) == rowsPerTx {
			errs, keys = append(errs, a.s.remove(keys)), keys[:0]
		}
	}
	errs = append(errs, a.s.remove(keys))
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return a.s.update(func(tx *bolt.Tx) error { return tx.Bucket(bucketUnswept).Delete([]byte(a.l.source)) })
}
