package archive

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math"
	"net/http"
	"os"
	"path/filepath"

	"github.com/tripoint-data/tripoint/record"
)

// The index's file, numbers as varints, texts with their length before them:
//
//	"tripoint archive index 1\n"
//	segments: count, then name and the length that the index covers
//	bodies:   count, then SHA-256 and place
//	sources:  count, then name, count of requests, then key, good, goodAt, renewed, renewedAt
//	CRC-32C of all before, 4 bytes, big-endian
//
// It is written on Close. What a segment holds beyond its covered length is
// read from the segment on Open; a file that is missing, damaged or covers
// more than there is is made anew from the segments.
const (
	indexName  = "index"
	indexMagic = "tripoint archive index 1\n"
)

// index says where things lie. A capture costs about 300 bytes: the key of
// its request, a mark, and the hash of its body.
type index struct {
	lengths map[string]int64 // covered length of each segment
	bodies  map[[sha256.Size]byte]place
	sources map[string]map[string]mark // by source and request key
}

// mark is where the newest good capture of a request lies, and the newest 304
// that renewed it. Times decide, since two streams are written side by side.
type mark struct {
	good, renewed     place
	goodAt, renewedAt int64 // Unix nanoseconds
}

func newIndex() *index {
	return &index{
		lengths: map[string]int64{},
		bodies:  map[[sha256.Size]byte]place{},
		sources: map[string]map[string]mark{},
	}
}

// add notes a capture that was written or read at a place.
func (x *index) add(at place, h header, c record.Capture) {
	if h.kind != typeRevisit {
		if sum, err := digest(c.SHA256); err == nil {
			if _, known := x.bodies[sum]; !known {
				x.bodies[sum] = at
			}
		}
	}
	renews := c.Status == http.StatusNotModified
	if !renews && (c.Status < 200 || c.Status > 299) {
		return
	}
	marks := x.sources[c.Source]
	if marks == nil {
		marks = map[string]mark{}
		x.sources[c.Source] = marks
	}
	key, when := c.Request.Key(), c.Fetched.UnixNano()
	m := marks[key]
	switch {
	case renews && (m.renewed == 0 || when >= m.renewedAt):
		m.renewed, m.renewedAt = at, when
	case !renews && (m.good == 0 || when >= m.goodAt):
		m.good, m.goodAt = at, when
	}
	marks[key] = m
}

// saveIndex writes the index beside the segments.
func (a *Archive) saveIndex() (err error) {
	segments, err := listSegments(a.dir)
	if err != nil {
		return err
	}
	path := filepath.Join(a.dir, indexName)
	f, err := os.Create(path + ".tmp")
	if err != nil {
		return err
	}
	sum := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	w := bufio.NewWriterSize(io.MultiWriter(f, sum), 1<<16)
	a.index.write(w, segments)
	err = w.Flush() // the first error of all writes
	if err == nil {
		_, err = f.Write(binary.BigEndian.AppendUint32(nil, sum.Sum32()))
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".tmp", path); err != nil {
		return err
	}
	return syncDir(a.dir)
}

func (x *index) write(w *bufio.Writer, segments []segment) {
	var scratch [binary.MaxVarintLen64]byte
	number := func(v uint64) { w.Write(binary.AppendUvarint(scratch[:0], v)) }
	text := func(s string) { number(uint64(len(s))); w.WriteString(s) }

	w.WriteString(indexMagic)
	number(uint64(len(segments)))
	for _, s := range segments {
		text(s.name())
		number(uint64(s.size))
	}
	number(uint64(len(x.bodies)))
	for sum, at := range x.bodies {
		w.Write(sum[:])
		number(uint64(at))
	}
	number(uint64(len(x.sources)))
	for source, marks := range x.sources {
		text(source)
		number(uint64(len(marks)))
		for key, m := range marks {
			text(key)
			number(uint64(m.good))
			number(uint64(m.goodAt))
			number(uint64(m.renewed))
			number(uint64(m.renewedAt))
		}
	}
}

// loadIndex reads the index's file. An archive without segments needs none.
func loadIndex(dir string, segments []segment) (*index, error) {
	f, err := os.Open(filepath.Join(dir, indexName))
	if errors.Is(err, fs.ErrNotExist) && len(segments) == 0 {
		return newIndex(), nil
	} else if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	body := info.Size() - 4
	if body < 0 {
		return nil, errors.New("the index is cut short")
	}
	sum := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	if _, err := io.CopyN(sum, f, body); err != nil {
		return nil, err
	}
	var want [4]byte
	if _, err := io.ReadFull(f, want[:]); err != nil {
		return nil, err
	}
	if binary.BigEndian.Uint32(want[:]) != sum.Sum32() {
		return nil, errors.New("the index is damaged")
	}
	x, err := readIndex(bufio.NewReaderSize(io.NewSectionReader(f, 0, body), 1<<16))
	if err != nil {
		return nil, fmt.Errorf("the index is damaged: %w", err)
	}
	sizes := map[string]int64{}
	for _, s := range segments {
		sizes[s.name()] = s.size
	}
	for name, length := range x.lengths {
		if size, ok := sizes[name]; !ok || size < length {
			return nil, fmt.Errorf("segment %s has %d bytes, the index knows %d", name, size, length)
		}
	}
	return x, nil
}

// indexReader reads numbers and texts and remembers the first error.
type indexReader struct {
	r   *bufio.Reader
	err error
}

func (r *indexReader) number() uint64 {
	if r.err != nil {
		return 0
	}
	var v uint64
	v, r.err = binary.ReadUvarint(r.r)
	return v
}

func (r *indexReader) bytes(n uint64) []byte {
	if r.err == nil && n > maxHead {
		r.err = fmt.Errorf("a text of %d bytes", n)
	}
	if r.err != nil {
		return nil
	}
	b := make([]byte, n)
	_, r.err = io.ReadFull(r.r, b)
	return b
}

func (r *indexReader) text() string { return string(r.bytes(r.number())) }

// hint is how large a map is made for a count that is not yet proven.
func hint(n uint64) int { return int(min(n, 1<<20)) }

func readIndex(in *bufio.Reader) (*index, error) {
	r := &indexReader{r: in}
	if magic := r.bytes(uint64(len(indexMagic))); r.err == nil && string(magic) != indexMagic {
		return nil, errors.New("not an index of this version")
	}
	x := newIndex()
	for n := r.number(); n > 0 && r.err == nil; n-- {
		name := r.text()
		x.lengths[name] = int64(min(r.number(), math.MaxInt64))
	}
	n := r.number()
	x.bodies = make(map[[sha256.Size]byte]place, hint(n))
	for ; n > 0 && r.err == nil; n-- {
		var sum [sha256.Size]byte
		copy(sum[:], r.bytes(uint64(len(sum))))
		x.bodies[sum] = place(r.number())
	}
	for n := r.number(); n > 0 && r.err == nil; n-- {
		source, n := r.text(), r.number()
		marks := make(map[string]mark, hint(n))
		for ; n > 0 && r.err == nil; n-- {
			key := r.text()
			var m mark
			m.good, m.goodAt = place(r.number()), int64(r.number())
			m.renewed, m.renewedAt = place(r.number()), int64(r.number())
			marks[key] = m
		}
		x.sources[source] = marks
	}
	return x, r.err
}

// Rebuild makes the index anew from the segments.
func (a *Archive) Rebuild() error {
	segments, err := listSegments(a.dir)
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	fresh := newIndex()
	a.mu.Lock() // a capture that is added meanwhile must not be lost
	defer a.mu.Unlock()
	for _, s := range segments {
		end, damage := scan(s, 0, fresh.add)
		if damage != nil && !errors.Is(damage, errBroken) {
			return fmt.Errorf("archive: %w", damage)
		} else if damage != nil {
			a.log.Warn("archive segment is damaged", "segment", s.path, "offset", end, "error", damage)
		}
		fresh.lengths[s.name()] = end
	}
	a.index = fresh
	return nil
}
