// Package runs sorts rows of tables that may be larger than memory. Start with
// New: rows go in with Open, Text, Number and Close, and come out of Merge in
// the order of their identifiers.
package runs

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// A table is read into a block of rows that fits the budget; a full block is
// sorted and written behind the last one into the table's scratch file. A
// table that fits one block never touches the disk. At the end the blocks
// (runs) are merged, with buffers that together stay within the budget.
//
// A row is its length in four bytes, then
//
//	identifier, file, line, cell, cell …
//
// each text with its length before it, each number a uvarint. Rows with one
// identifier keep the order in which they were read.

// Budget is how much memory one table may take where nothing else is said.
const Budget = 24 << 20

// maxMemory is the most that a table may take where there is no disk to use.
const maxMemory = 1 << 30

// entry points at a row in a block; hi and lo are the first 15 bytes of its
// identifier, which is mostly all of it, and how long it is.
type entry struct {
	hi, lo uint64
	off    uint32
}

// keyBytes of an identifier are in its key.
const keyBytes = 15

// whole says that a key is all of its identifier.
func whole(lo uint64) bool { return lo&0xff <= keyBytes }

func keyOf(id []byte) (hi, lo uint64) {
	var b [16]byte
	copy(b[:keyBytes], id)
	b[keyBytes] = byte(min(len(id), keyBytes+1)) // what ends in zeros is no shorter one
	return binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
}

// Sorter collects the rows of one table: Open, Text, Number …, Close for each.
type Sorter struct {
	temp     string
	budget   int
	rows     []byte
	entries  []entry
	shuffled bool // entries are not in order as they came
	file     *os.File
	w        *bufio.Writer
	size     int64
	ends     []int64 // of the runs in file
}

// New returns a sorter that may take budget bytes of memory and, beyond that,
// writes runs into the folder temp.
func New(temp string, budget int) *Sorter { return &Sorter{temp: temp, budget: budget} }

// Open begins the row of an identifier.
func (s *Sorter) Open(id []byte) error {
	if used := len(s.rows) + 24*len(s.entries); used > s.budget {
		if s.temp == "" && used > maxMemory {
			return errors.New("a table needs more than 1 GiB: give a folder for scratch files")
		}
		if s.temp != "" {
			if err := s.spill(); err != nil {
				return fmt.Errorf("sorting on disk: %w", err)
			}
		}
	}
	e := entry{off: uint32(len(s.rows))}
	e.hi, e.lo = keyOf(id)
	s.entries = append(s.entries, e)
	s.rows = append(s.rows, 0, 0, 0, 0)
	s.Text(id)
	return nil
}

// Text adds a text to the row.
func (s *Sorter) Text(b []byte) {
	s.Number(len(b))
	s.rows = append(s.rows, b...)
}

// Number adds a number that is not negative to the row.
func (s *Sorter) Number(n int) { s.rows = binary.AppendUvarint(s.rows, uint64(n)) }

// Close ends the row.
func (s *Sorter) Close() {
	n := len(s.entries)
	e := s.entries[n-1]
	binary.BigEndian.PutUint32(s.rows[e.off:], uint32(len(s.rows))-e.off-4)
	if n > 1 && !s.shuffled {
		s.shuffled = s.compare(s.entries[n-2], e) > 0
	}
}

func (s *Sorter) compare(a, b entry) int {
	if c := cmp.Compare(a.hi, b.hi); c != 0 {
		return c
	}
	if c := cmp.Compare(a.lo, b.lo); c != 0 {
		return c
	}
	if !whole(a.lo) {
		if c := bytes.Compare(ID(s.row(a)), ID(s.row(b))); c != 0 {
			return c
		}
	}
	return cmp.Compare(a.off, b.off)
}

// row is the bytes of a row behind its length.
func (s *Sorter) row(e entry) []byte {
	from := e.off + 4
	return s.rows[from : from+binary.BigEndian.Uint32(s.rows[e.off:])]
}

// ID is the identifier at the head of a row.
func ID(row []byte) []byte {
	n, k := binary.Uvarint(row)
	return row[k : k+int(n)]
}

func (s *Sorter) sort() {
	if s.shuffled {
		slices.SortFunc(s.entries, s.compare)
	}
}

// spill writes the block as a run and empties it.
func (s *Sorter) spill() error {
	if s.file == nil {
		f, err := os.CreateTemp(s.temp, "sort-*.run")
		if err != nil {
			return err
		}
		s.file, s.w = f, bufio.NewWriterSize(f, 256<<10)
	}
	s.sort()
	for _, e := range s.entries {
		row := s.row(e)
		if _, err := s.w.Write(s.rows[e.off : int(e.off)+4+len(row)]); err != nil {
			return err
		}
		s.size += int64(4 + len(row))
	}
	if err := s.w.Flush(); err != nil {
		return err
	}
	s.ends = append(s.ends, s.size)
	s.rows, s.entries, s.shuffled = s.rows[:0], s.entries[:0], false
	return nil
}

// Merge ends the reading in and starts the reading out.
func (s *Sorter) Merge() (*Merger, error) {
	m := &Merger{Sorter: s}
	if s.file == nil {
		s.sort()
		m.runs = []*run{{mem: s}}
	} else {
		if err := s.spill(); err != nil {
			return nil, fmt.Errorf("sorting on disk: %w", err)
		}
		s.rows, s.entries, s.w = nil, nil, nil
		size := min(max(s.budget/len(s.ends), 4<<10), 256<<10)
		from := int64(0)
		for i, end := range s.ends {
			part := io.NewSectionReader(s.file, from, end-from)
			m.runs = append(m.runs, &run{disk: bufio.NewReaderSize(part, size), order: i})
			from = end
		}
	}
	for i := len(m.runs) - 1; i >= 0; i-- {
		if err := m.advance(i); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// Discard removes the scratch file.
func (s *Sorter) Discard() {
	if s.file != nil {
		s.file.Close()
		os.Remove(s.file.Name())
	}
}

// run is one sorted run, in memory or on disk; row is its next row.
type run struct {
	mem    *Sorter
	i      int
	disk   *bufio.Reader
	order  int
	row    []byte
	hi, lo uint64
	buf    []byte
}

// next moves to the next row, or io.EOF.
func (r *run) next() error {
	if r.mem != nil {
		if r.i == len(r.mem.entries) {
			return io.EOF
		}
		e := r.mem.entries[r.i]
		r.row, r.hi, r.lo = r.mem.row(e), e.hi, e.lo
		r.i++
		return nil
	}
	var head [4]byte
	if _, err := io.ReadFull(r.disk, head[:]); err != nil {
		return err
	}
	n := int(binary.BigEndian.Uint32(head[:]))
	if cap(r.buf) < n {
		r.buf = make([]byte, n, 2*n)
	}
	r.row = r.buf[:n]
	if _, err := io.ReadFull(r.disk, r.row); err != nil {
		return io.ErrUnexpectedEOF
	}
	r.hi, r.lo = keyOf(ID(r.row))
	return nil
}

// before orders runs by their next row; of equal identifiers the earlier run
// comes first.
func (r *run) before(q *run) bool {
	if r.hi != q.hi {
		return r.hi < q.hi
	}
	if r.lo != q.lo {
		return r.lo < q.lo
	}
	if !whole(r.lo) {
		if c := bytes.Compare(ID(r.row), ID(q.row)); c != 0 {
			return c < 0
		}
	}
	return r.order < q.order
}

// Merger reads a table's rows in order; the zero value has none. Its runs are a
// heap, the next first.
type Merger struct {
	*Sorter
	runs []*run
}

// Peek is the next row, which holds until Next, or nil at the end.
func (m *Merger) Peek() []byte {
	if len(m.runs) == 0 {
		return nil
	}
	return m.runs[0].row
}

// Next moves behind the row that Peek shows.
func (m *Merger) Next() error { return m.advance(0) }

// advance moves the run at i to its next row and the heap to its order.
func (m *Merger) advance(i int) error {
	if err := m.runs[i].next(); err == io.EOF {
		last := len(m.runs) - 1
		m.runs[i], m.runs = m.runs[last], m.runs[:last]
		if i == last {
			return nil
		}
	} else if err != nil {
		return fmt.Errorf("reading the sorted rows: %w", err)
	}
	for {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < len(m.runs); c++ {
			if m.runs[c].before(m.runs[least]) {
				least = c
			}
		}
		if least == i {
			return nil
		}
		m.runs[i], m.runs[least] = m.runs[least], m.runs[i]
		i = least
	}
}
