package archive

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// place is where a record begins: the segment's number and the offset in it.
// No record begins at place 0.
type place uint64

const (
	offsetBits = 40
	maxBody    = 1 << (offsetBits - 1) // so that an offset always fits
)

func newPlace(number uint32, offset int64) place {
	return place(number)<<offsetBits | place(offset)
}

func (p place) number() uint32 { return uint32(p >> offsetBits) }
func (p place) offset() int64  { return int64(p & (1<<offsetBits - 1)) }

// segment is one file of the archive.
type segment struct {
	path   string
	number uint32
	packed bool
	size   int64
}

func (s segment) name() string { return filepath.Base(s.path) }

// listSegments returns the segments by number; there is none where the folder
// does not exist.
func listSegments(dir string) ([]segment, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	gone, err := dropped(dir)
	if err != nil {
		return nil, err
	}
	var out []segment
	for _, e := range entries { // sorted by name, so by number
		if slices.Contains(gone, e.Name()) {
			continue
		}
		stem, packed := strings.CutSuffix(e.Name(), ".warc.gz")
		if !packed {
			var plain bool
			if stem, plain = strings.CutSuffix(e.Name(), ".warc"); !plain {
				continue
			}
		}
		number, err := strconv.ParseUint(stem, 10, 64-offsetBits)
		if err != nil || number == 0 {
			continue
		}
		info, err := e.Info()
		if err != nil {
			return nil, err
		}
		out = append(out, segment{filepath.Join(dir, e.Name()), uint32(number), packed, info.Size()})
	}
	return out, nil
}

// counter numbers the segments of both streams.
type counter struct {
	mu   sync.Mutex
	dir  string
	last uint32
}

// next makes the next segment's file.
func (n *counter) next(packed bool) (*os.File, uint32, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	name := segmentName(n.last+1, packed)
	f, err := os.OpenFile(filepath.Join(n.dir, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, 0, err
	}
	n.last++
	if err := syncDir(n.dir); err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, n.last, nil
}

// take gives the next number away.
func (n *counter) take(packed bool) (name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.last++
	return segmentName(n.last, packed)
}

func segmentName(number uint32, packed bool) string {
	name := fmt.Sprintf("%06d.warc", number)
	if packed {
		name += ".gz"
	}
	return name
}

// stream appends records to the newest segment of one form. Records are
// synced in groups: whoever waits first syncs for all who have written.
type stream struct {
	numbers *counter
	limit   int64
	packed  bool

	mu      sync.Mutex // guards what follows: one record is appended at a time
	file    *os.File
	number  uint32
	size    int64
	written uint64 // records appended
	failed  error  // after a failed sync nobody knows what the disk holds

	syncing sync.Mutex // taken before mu
	synced  uint64     // records durable; guarded by syncing
}

// resume goes on with the newest segment, if it has room.
func (s *stream) resume(segments []segment) error {
	for i := len(segments) - 1; i >= 0; i-- {
		if segments[i].packed != s.packed {
			continue
		}
		f, err := os.OpenFile(segments[i].path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		size, err := f.Seek(0, io.SeekEnd)
		if err != nil || size >= s.limit {
			return errors.Join(err, f.Close())
		}
		s.file, s.number, s.size = f, segments[i].number, size
		return nil
	}
	return nil
}

// append writes one record and returns when it is durable.
func (s *stream) append(date time.Time, write func(io.Writer) error) (place, error) {
	at, turn, err := s.write(date, write)
	if err != nil {
		return 0, err
	}
	return at, s.sync(turn)
}

func (s *stream) write(date time.Time, write func(io.Writer) error) (at place, turn uint64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed != nil {
		return 0, 0, s.failed
	}
	if s.file == nil {
		if s.file, s.number, err = s.numbers.next(s.packed); err != nil {
			return 0, 0, err
		}
		s.size = 0
	}
	if s.size == 0 {
		info := func(w io.Writer) error { return writeInfo(w, filepath.Base(s.file.Name()), date) }
		if s.packed {
			plain := info
			info = func(w io.Writer) error { return gzipped(w, plain) }
		}
		if err := s.put(info); err != nil {
			return 0, 0, err
		}
	}
	at = newPlace(s.number, s.size)
	if err := s.put(write); err != nil {
		return 0, 0, err
	}
	s.written++
	return at, s.written, nil
}

// put writes the whole of a record or nothing.
func (s *stream) put(write func(io.Writer) error) error {
	out := &countWriter{w: s.file}
	if err := write(out); err != nil {
		_, seekErr := s.file.Seek(s.size, io.SeekStart)
		if undo := errors.Join(s.file.Truncate(s.size), seekErr); undo != nil {
			s.failed = fmt.Errorf("half a record could not be taken back; open the archive again: %w", undo)
		}
		return err
	}
	s.size += out.n
	return nil
}

// sync returns when the record of this turn is durable.
func (s *stream) sync(turn uint64) error {
	s.syncing.Lock()
	defer s.syncing.Unlock()
	if s.synced >= turn {
		return nil
	}
	s.mu.Lock()
	file, upTo, err := s.file, s.written, s.failed
	s.mu.Unlock()
	if err != nil {
		return err
	}
	err = file.Sync()

	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil && s.size >= s.limit { // the next record begins a new segment
		if err = file.Sync(); err == nil {
			err = file.Close()
		}
		upTo, s.file = s.written, nil
	}
	if err != nil {
		s.failed = fmt.Errorf("a sync failed; open the archive again: %w", err)
		return s.failed
	}
	s.synced = upTo
	return nil
}

// pause lets go of the file that is written to; resume goes on.
func (s *stream) pause() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		return s.failed
	}
	err := errors.Join(s.failed, s.file.Sync(), s.file.Close())
	s.file = nil
	return err
}

func (s *stream) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		return nil
	}
	err := errors.Join(s.failed, s.file.Sync(), s.file.Close())
	s.file, s.failed = nil, errors.New("the archive is closed")
	return err
}

type countWriter struct {
	w io.Writer
	n int64
}

func (c *countWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// truncate cuts a segment, durably.
func truncate(path string, size int64) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Truncate(size), f.Sync(), f.Close())
}

// copyTail copies what is about to be cut to a file beside the segment.
func copyTail(path string, from int64) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(fmt.Sprintf("%s.damaged-%d", path, from))
	if err != nil {
		return err
	}
	if _, err := in.Seek(from, io.SeekStart); err != nil {
		return errors.Join(err, out.Close())
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close(), syncDir(filepath.Dir(path)))
}
