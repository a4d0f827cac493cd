package ams

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/tripoint-data/tripoint/parsers/manifest"
	"github.com/tripoint-data/tripoint/parsers/manifest/runs"
	"github.com/tripoint-data/tripoint/record"
)

// row is one row of a table, taken apart.
type row struct {
	file, line int
	cells      []string
}

// bill is what the tables say of one identifier.
type bill struct {
	id     string
	rows   [joined][]row
	raw    [joined][]byte // the last row that was kept, from its cells on
	cells  []string       // of all rows
	size   int            // bytes of all rows
	merged int            // header rows beyond the first
	broken error          // why it is not one bill
}

func (b *bill) reset(id []byte) {
	for t := range b.rows {
		b.rows[t] = b.rows[t][:0]
		b.raw[t] = b.raw[t][:0]
	}
	if cap(b.cells) > 1<<16 { // one huge bill shall not hold its memory
		b.cells = nil
	}
	b.id, b.cells, b.size, b.merged, b.broken = string(id), b.cells[:0], 0, 0, nil
}

// join reads the sorted tables side by side, one bill at a time.
func (j *joiner) join(ctx context.Context) error {
	var id []byte
	orphans := 0
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		least := []byte(nil)
		for _, m := range j.out {
			if row := m.Peek(); row != nil {
				if k := runs.ID(row); least == nil || bytes.Compare(k, least) < 0 {
					least = k
				}
			}
		}
		if least == nil {
			break
		}
		id = append(id[:0], least...)
		j.bill.reset(id)
		for t := range j.out {
			if err := j.gather(t, id); err != nil {
				return err
			}
		}
		if len(j.bill.rows[header]) == 0 {
			if orphans++; orphans <= maxOrphans {
				if err := j.problem(j.locator(), "%w", fmt.Errorf("the identifier %s has no row in the header table", id)); err != nil {
					return err
				}
			}
			continue
		}
		if err := j.emit(); err != nil {
			return err
		}
	}
	if orphans > maxOrphans {
		return j.problem("", "%d more identifiers have no row in the header table", orphans-maxOrphans)
	}
	return nil
}

// gather takes a table's rows of one identifier into the bill.
func (j *joiner) gather(t int, id []byte) error {
	m, b := j.out[t], &j.bill
	for {
		raw := m.Peek()
		if raw == nil || !bytes.Equal(runs.ID(raw), id) {
			return nil
		}
		if err := j.take(t, raw); err != nil {
			return err
		}
		if b.broken == nil && (len(b.rows[t]) > j.rows || b.size > maxBytes) {
			b.broken = fmt.Errorf("the identifier %s has more than %d rows of %s or %d bytes: it stands for many bills", id, j.rows, family[t].name, maxBytes)
		}
		if err := m.Next(); err != nil {
			return err
		}
	}
}

var errScratch = errors.New("the scratch file is damaged")

// take adds one row to the bill, unless it repeats the one before, is of an
// older extract, or the bill is broken already.
func (j *joiner) take(t int, raw []byte) error {
	b := &j.bill
	body := raw[len(b.id)+uvarintLen(len(b.id)):]
	file, k := binary.Uvarint(body)
	if k <= 0 || file >= uint64(len(j.files)) {
		return errScratch
	}
	body = body[k:]
	line, k := binary.Uvarint(body)
	if k <= 0 {
		return errScratch
	}
	body = body[k:]
	seen := len(b.rows[t])
	if t == header && seen > 0 {
		b.merged++
	}
	if seen > 0 && (b.broken != nil || bytes.Equal(body, b.raw[t])) {
		return nil
	}
	if seen > 0 && t != header && t != billgen && j.files[file].stamp != j.files[b.rows[t][0].file].stamp {
		return nil // a newer extract says all of it
	}
	b.raw[t] = append(b.raw[t][:0], body...)
	b.size += len(body)
	from := len(b.cells)
	for s := string(body); s != ""; {
		n, k := 0, 1
		if s[0] < 0x80 {
			n = int(s[0])
		} else {
			var u uint64
			u, k = binary.Uvarint([]byte(s[:min(len(s), binary.MaxVarintLen64)]))
			n = int(u)
		}
		if k <= 0 || n < 0 || n > len(s)-k {
			return errScratch
		}
		b.cells = append(b.cells, manifest.Text(s[k:k+n]))
		s = s[k+n:]
	}
	r := row{int(file), int(line), b.cells[from:len(b.cells):len(b.cells)]}
	if seen > 0 && (t == header || t == billgen) {
		j.unite(t, &b.rows[t][0], r)
		b.cells = b.cells[:from]
		return nil
	}
	b.rows[t] = append(b.rows[t], r)
	return nil
}

// unite fills the gaps of a bill's row from another one. Rows of one extract
// that name two carriers or two master bills are of two bills.
func (j *joiner) unite(t int, first *row, r row) {
	const who = 0 // hCarrier, bMaster
	a, c := first.cells[who], r.cells[who]
	if a != "" && c != "" && a != c && j.files[first.file].stamp == j.files[r.file].stamp {
		what := "carriers"
		if t == billgen {
			what = "master bills"
		}
		j.bill.broken = fmt.Errorf("the identifier %s stands for several bills: it names the %s %s and %s", j.bill.id, what, a, c)
		return
	}
	for i, cell := range r.cells {
		if first.cells[i] == "" {
			first.cells[i] = cell
		}
	}
}

func uvarintLen(n int) int {
	if n < 0x80 {
		return 1
	}
	return 2 // an identifier has at most 64 bytes
}

// locator names the first row that each table has of the bill.
func (j *joiner) locator() string {
	var b strings.Builder
	for _, rows := range j.bill.rows {
		if len(rows) == 0 {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		} else {
			b.Grow(256)
		}
		b.WriteString(j.files[rows[0].file].Name)
		b.WriteByte(':')
		b.WriteString(strconv.Itoa(rows[0].line))
	}
	return b.String()
}

// emit yields the bill's shipment and what its other header rows count as.
func (j *joiner) emit() error {
	b := &j.bill
	s, err := j.shipment()
	if b.broken != nil {
		err = b.broken
	}
	if err != nil {
		n := 1
		if b.broken != nil { // no row of it was united with another
			n, b.merged = 1+b.merged, 0
		}
		at := j.locator()
		for range n {
			if err := j.problem(at, "%w", err); err != nil {
				return err
			}
		}
	} else if err := j.yield(s, nil); err != nil {
		return err
	}
	for range b.merged {
		if err := j.yield(nil, record.ErrMerged); err != nil {
			return err
		}
	}
	return nil
}
