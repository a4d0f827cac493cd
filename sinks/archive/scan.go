package archive

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"

	"github.com/tripoint-data/tripoint/record"
)

// scan reads a segment's records from an offset on and says up to where they
// are whole. What is no whole record is errBroken; it wraps
// io.ErrUnexpectedEOF where the segment ends within a record.
func scan(s segment, from int64, each func(place, header, record.Capture)) (end int64, err error) {
	return scanUntil(s, from, func(at place, _ int64, h header, c record.Capture) error {
		each(at, h, c)
		return nil
	})
}

// scanUntil is scan that ends with the first error of each.
func scanUntil(s segment, from int64, each func(at place, length int64, h header, c record.Capture) error) (end int64, err error) {
	f, err := os.Open(s.path)
	if err != nil {
		return from, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return from, err
	}
	next := plainRecords(f, info.Size())
	if s.packed {
		next = packedRecords(f, info.Size())
	}
	for end = from; end < info.Size(); {
		h, after, err := next(end)
		if err != nil {
			return end, fmt.Errorf("segment %s at %d: %w", s.name(), end, err)
		}
		c, ok, err := h.described()
		if err != nil {
			return end, fmt.Errorf("segment %s at %d: %w", s.name(), end, err)
		}
		if ok {
			if err := each(newPlace(s.number, end), after-end, h, c); err != nil {
				return end, err
			}
		}
		end = after
	}
	return end, nil
}

// recordsAfter says whether something that looks like the beginning of a
// record stands after the broken one that begins at an offset.
func recordsAfter(s segment, offset int64) (bool, error) {
	f, err := os.Open(s.path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	mark := []byte(recordEnd + version + "\r\n")
	if s.packed {
		mark = []byte("\x1f\x8b\x08\x00\x00\x00") // as our members begin
	}
	in := bufio.NewReaderSize(io.NewSectionReader(f, offset+1, s.size), 1<<20)
	for {
		window, err := in.Peek(1 << 20)
		if bytes.Contains(window, mark) {
			return true, nil
		}
		if err == io.EOF {
			return false, nil
		} else if err != nil {
			return false, err
		}
		if _, err := in.Discard(len(window) - len(mark)); err != nil {
			return false, err
		}
	}
}

// plainRecords returns a function that reads the head of the record at an
// offset and says where the next one begins; blocks are skipped.
func plainRecords(f io.ReaderAt, size int64) func(int64) (header, int64, error) {
	buf := bufio.NewReader(nil)
	return func(at int64) (header, int64, error) {
		buf.Reset(io.NewSectionReader(f, at, size-at))
		h, n, err := readHeader(buf)
		if err != nil {
			return h, 0, err
		}
		after := at + n + h.length + int64(len(recordEnd))
		if after > size {
			return h, 0, broken("%w", io.ErrUnexpectedEOF)
		}
		var tail [len(recordEnd)]byte
		if _, err := f.ReadAt(tail[:], after-int64(len(tail))); err != nil {
			return h, 0, err
		}
		if string(tail[:]) != recordEnd {
			return h, 0, broken("the record does not end where it says")
		}
		return h, after, nil
	}
}

// packedRecords is plainRecords for gzip members; each is read to its end, so
// that its checksum counts.
func packedRecords(f io.ReaderAt, size int64) func(int64) (header, int64, error) {
	var gz gzip.Reader
	in, inner := bufio.NewReaderSize(nil, 64<<10), bufio.NewReader(nil)
	position := int64(-1)
	counted := &countReader{}
	return func(at int64) (header, int64, error) {
		if at != position { // else the buffer stands there already
			*counted = countReader{r: io.NewSectionReader(f, at, size-at), n: at}
			in.Reset(counted)
		}
		position = -1
		if err := gz.Reset(in); err != nil {
			return header{}, 0, unpacking(err)
		}
		gz.Multistream(false)
		inner.Reset(&gz)
		h, _, err := readHeader(inner)
		if err != nil {
			return h, 0, unpacking(err)
		}
		n, err := io.Copy(io.Discard, inner)
		if err != nil {
			return h, 0, unpacking(err)
		}
		if n != h.length+int64(len(recordEnd)) {
			return h, 0, broken("the record has %d bytes, not %d", n, h.length)
		}
		position = counted.n - int64(in.Buffered())
		return h, position, nil
	}
}

// unpacking tells damage from a disk that cannot be read.
func unpacking(err error) error {
	var disk *os.PathError
	if errors.Is(err, errBroken) || errors.As(err, &disk) {
		return err
	}
	return broken("%w", whole(err))
}

type countReader struct {
	r io.Reader
	n int64
}

func (c *countReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
