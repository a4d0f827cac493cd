package bolt

import (
	"bufio"
	"bytes"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"github.com/klauspost/compress/s2"
)

// The sorter's bounds: how much it holds before it writes a run, and how many
// runs it lets stand before it merges them into one.
const (
	runBytes = 16 << 20
	runBlock = 256 << 10
	maxRuns  = 64
)

// sorter sorts pairs of key and value that may be more than memory holds:
// sorted runs go to a folder and are merged when they are read. Pairs with
// one key stay in the order in which they came.
type sorter struct {
	dir, name string
	limit     int

	arena []byte
	spans []span
	order bool // the spans came in ascending order
	runs  []string
	made  int
}

type span struct{ at, key, value int }

func newSorter(dir, name string) *sorter {
	return &sorter{dir: dir, name: name, limit: runBytes, order: true}
}

func (s *sorter) key(p span) []byte   { return s.arena[p.at : p.at+p.key] }
func (s *sorter) value(p span) []byte { return s.arena[p.at+p.key : p.at+p.key+p.value] }

func (s *sorter) add(key, value []byte) error {
	if n := len(s.spans); n > 0 && s.order && bytes.Compare(s.key(s.spans[n-1]), key) > 0 {
		s.order = false
	}
	s.spans = append(s.spans, span{len(s.arena), len(key), len(value)})
	s.arena = append(append(s.arena, key...), value...)
	if len(s.arena)+len(s.spans)*24 < s.limit {
		return nil
	}
	return s.spill()
}

func (s *sorter) sort() {
	if !s.order {
		slices.SortStableFunc(s.spans, func(a, b span) int { return bytes.Compare(s.key(a), s.key(b)) })
	}
	s.order = true
}

// spill writes what is held as one run, and merges the runs when they are many.
func (s *sorter) spill() error {
	s.sort()
	if err := s.write(s.held()); err != nil {
		return err
	}
	s.arena, s.spans = s.arena[:0], s.spans[:0]
	if len(s.runs) < maxRuns {
		return nil
	}
	old := s.runs
	if err := s.write(s.merge(old, false)); err != nil {
		return err
	}
	s.runs = s.runs[len(old):]
	return removeAll(old)
}

func removeAll(paths []string) error {
	var errs []error
	for _, p := range paths {
		errs = append(errs, os.Remove(p))
	}
	return errors.Join(errs...)
}

func (s *sorter) write(pairs iter.Seq2[pair, error]) (err error) {
	path := filepath.Join(s.dir, fmt.Sprintf("%s.%d", s.name, s.made))
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z := s2.NewWriter(f, s2.WriterConcurrency(1), s2.WriterBlockSize(runBlock))
	w := bufio.NewWriterSize(z, 64<<10)
	var head []byte
	for p, err := range pairs {
		if err != nil {
			return errors.Join(err, z.Close())
		}
		head = binary.AppendUvarint(binary.AppendUvarint(head[:0], uint64(len(p.key))), uint64(len(p.value)))
		for _, b := range [][]byte{head, p.key, p.value} {
			if _, err := w.Write(b); err != nil {
				return errors.Join(err, z.Close())
			}
		}
	}
	s.made++
	s.runs = append(s.runs, path)
	return errors.Join(w.Flush(), z.Close())
}

// pair is valid until the next one is asked for.
type pair struct{ key, value []byte }

func (s *sorter) held() iter.Seq2[pair, error] {
	return func(yield func(pair, error) bool) {
		for _, p := range s.spans {
			if !yield(pair{s.key(p), s.value(p)}, nil) {
				return
			}
		}
	}
}

// all yields every pair in ascending order of keys. It may be called again.
func (s *sorter) all() iter.Seq2[pair, error] {
	s.sort()
	if len(s.runs) == 0 {
		return s.held()
	}
	return s.merge(s.runs, true)
}

func (s *sorter) merge(paths []string, held bool) iter.Seq2[pair, error] {
	return func(yield func(pair, error) bool) {
		var runs []*run
		for i, path := range paths {
			r, err := openRun(path, i)
			if err != nil {
				for _, r := range runs {
					r.close()
				}
				yield(pair{}, err)
				return
			}
			runs = append(runs, r)
		}
		if held {
			r := &run{at: len(paths)}
			r.next, r.close = iter.Pull2(s.held())
			runs = append(runs, r)
		}
		merge(runs)(yield)
	}
}

// merge yields the pairs of sorted runs in ascending order and closes the runs.
func merge(runs []*run) iter.Seq2[pair, error] {
	return func(yield func(pair, error) bool) {
		h := runHeap(make([]*run, 0, len(runs)))
		defer func() {
			for _, r := range runs {
				r.close()
			}
		}()
		for _, r := range runs {
			if r.advance() {
				h = append(h, r)
			}
		}
		heap.Init(&h)
		for len(h) > 0 {
			r := h[0]
			if r.err != nil {
				yield(pair{}, r.err)
				return
			}
			if !yield(r.pair, nil) {
				return
			}
			if r.advance() {
				heap.Fix(&h, 0)
			} else {
				heap.Pop(&h)
			}
		}
	}
}

// run is one sorted run as it is read.
type run struct {
	pair
	err   error
	at    int // earlier runs come first where keys are equal
	next  func() (pair, error, bool)
	close func()
}

func (r *run) advance() (ok bool) {
	r.pair, r.err, ok = r.next()
	return ok
}

func openRun(path string, at int) (*run, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	b := bufio.NewReaderSize(s2.NewReader(f, s2.ReaderMaxBlockSize(runBlock)), 32<<10)
	var buf []byte
	r := &run{at: at, close: func() { _ = f.Close() }} // read only: nothing is lost
	r.next = func() (pair, error, bool) {
		k, err := binary.ReadUvarint(b)
		if errors.Is(err, io.EOF) {
			return pair{}, nil, false
		}
		v, err2 := binary.ReadUvarint(b)
		if err := errors.Join(err, err2); err != nil {
			return pair{}, err, true
		}
		buf = slices.Grow(buf[:0], int(k+v))[:k+v]
		_, err = io.ReadFull(b, buf)
		return pair{buf[:k], buf[k:]}, err, true
	}
	return r, nil
}

type runHeap []*run

func (h runHeap) Len() int { return len(h) }
func (h runHeap) Less(i, j int) bool {
	if h[i].err != nil || h[j].err != nil {
		return h[i].err != nil
	}
	if c := bytes.Compare(h[i].key, h[j].key); c != 0 {
		return c < 0
	}
	return h[i].at < h[j].at
}
func (h runHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *runHeap) Push(x any)   { *h = append(*h, x.(*run)) }
func (h *runHeap) Pop() any {
	old := *h
	r := old[len(old)-1]
	*h = old[:len(old)-1]
	return r
}
