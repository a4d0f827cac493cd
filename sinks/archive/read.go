package archive

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/tripoint-data/tripoint/record"
)

// reader reads records at places; it keeps the last segment open.
type reader struct {
	dir    string
	number uint32
	packed bool
	file   *os.File
	with   *buffers
}

// buffers are what a reader reads through, handed on when it is closed.
type buffers struct {
	raw, in *bufio.Reader
	gz      gzip.Reader
}

var spare = sync.Pool{New: func() any { return &buffers{raw: bufio.NewReader(nil), in: bufio.NewReader(nil)} }}

func (r *reader) close() {
	r.closeFile()
	if r.with != nil {
		spare.Put(r.with)
		r.with = nil
	}
}

func (r *reader) closeFile() {
	if r.file != nil {
		r.file.Close()
		r.file = nil
	}
}

func (r *reader) open(number uint32) error {
	if r.file != nil && r.number == number {
		return nil
	}
	r.closeFile()
	path := filepath.Join(r.dir, fmt.Sprintf("%06d.warc", number))
	f, err := os.Open(path)
	packed := errors.Is(err, fs.ErrNotExist)
	if packed {
		f, err = os.Open(path + ".gz")
	}
	if err != nil {
		return err
	}
	r.file, r.number, r.packed = f, number, packed
	return nil
}

// at goes to a record, reads its head, and leaves the block to be read from
// the returned reader; block is its offset in a plain segment.
func (r *reader) at(p place) (h header, in *bufio.Reader, block int64, err error) {
	if err := r.open(p.number()); err != nil {
		return h, nil, 0, err
	}
	from := io.NewSectionReader(r.file, p.offset(), 1<<62)
	if r.with == nil {
		r.with = spare.Get().(*buffers)
	}
	in = r.with.in
	if !r.packed {
		in.Reset(from)
		h, n, err := readHeader(in)
		return h, in, p.offset() + n, whole(err)
	}
	r.with.raw.Reset(from)
	if err := r.with.gz.Reset(r.with.raw); err != nil {
		return h, nil, 0, broken("%w", whole(err))
	}
	r.with.gz.Multistream(false)
	in.Reset(&r.with.gz)
	h, _, err = readHeader(in)
	return h, in, 0, whole(err)
}

// whole turns the end of the input, where a record was promised, into an error.
func whole(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (r *reader) capture(p place) (header, record.Capture, error) {
	h, _, _, err := r.at(p)
	if err != nil {
		return h, record.Capture{}, fmt.Errorf("segment %06d at %d: %w", p.number(), p.offset(), err)
	}
	c, ok, err := h.described()
	if err == nil && !ok {
		err = broken("no %s", captureKey)
	}
	return h, c, err
}

func (a *Archive) capture(p place) (header, record.Capture, error) {
	r := reader{dir: a.dir}
	defer r.close()
	return r.capture(p)
}

// Captures streams the newest good capture of each request of a source, in
// the order of the requests' keys, as Last returns them.
func (a *Archive) Captures(ctx context.Context, source string) iter.Seq2[record.Capture, error] {
	return func(yield func(record.Capture, error) bool) {
		a.mu.RLock()
		marks := maps.Clone(a.index.sources[source])
		a.mu.RUnlock()
		r := reader{dir: a.dir}
		defer r.close()
		for _, key := range slices.Sorted(maps.Keys(marks)) {
			if err := ctx.Err(); err != nil {
				yield(record.Capture{}, err)
				return
			}
			m := marks[key]
			if m.good == 0 {
				continue
			}
			c, renewed, err := a.resolve(m, r.capture)
			if err != nil {
				yield(record.Capture{}, fmt.Errorf("archive: captures of %s: %s: %w", source, key, err))
				return
			}
			if !yield(renew(c, renewed), nil) {
				return
			}
		}
	}
}

// AsOf returns the newest good capture of each request of a source as they
// were at a time, in the order of the requests' keys. It reads through the
// whole archive.
func (a *Archive) AsOf(ctx context.Context, source string, at time.Time) ([]record.Capture, error) {
	newest := map[string]record.Capture{}
	for c, err := range a.all(ctx) {
		if err != nil {
			return nil, err
		}
		key := c.Request.Key()
		old, known := newest[key]
		if c.Source == source && c.Status >= 200 && c.Status <= 299 && !c.Fetched.After(at) && !(known && old.Fetched.After(c.Fetched)) {
			newest[key] = c
		}
	}
	var out []record.Capture
	for _, key := range slices.Sorted(maps.Keys(newest)) {
		out = append(out, newest[key])
	}
	return out, nil
}

// Run streams every capture of one run of a source, whatever its status, in
// the order of the segments. It reads through the whole archive.
func (a *Archive) Run(ctx context.Context, source, run string) iter.Seq2[record.Capture, error] {
	return func(yield func(record.Capture, error) bool) {
		for c, err := range a.all(ctx) {
			if err == nil && (c.Source != source || c.Run != run) {
				continue
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

func (a *Archive) all(ctx context.Context) iter.Seq2[record.Capture, error] {
	return func(yield func(record.Capture, error) bool) {
		segments, err := listSegments(a.dir)
		if err != nil {
			yield(record.Capture{}, fmt.Errorf("archive: %w", err))
			return
		}
		stop := errors.New("stop")
		for _, s := range segments {
			_, err := scanUntil(s, 0, func(_ place, _ int64, _ header, c record.Capture) error {
				if err := ctx.Err(); err != nil {
					return err
				}
				if !yield(c, nil) {
					return stop
				}
				return nil
			})
			switch {
			case errors.Is(err, stop):
				return
			case errors.Is(err, io.ErrUnexpectedEOF): // being written
			case err != nil:
				yield(record.Capture{}, fmt.Errorf("archive: %w", err))
				return
			}
		}
	}
}

// Body opens a kept body by its hash. Where the body is kept uncompressed, as
// ZIPs are, what is returned is also an io.ReaderAt and io.Seeker; always it
// has Size() int64. Any other is hashed as it is read: where it is not what was
// kept, an error stands in place of its end.
func (a *Archive) Body(_ context.Context, sha256 string) (io.ReadCloser, error) {
	body, err := a.body(sha256)
	if err != nil {
		return nil, fmt.Errorf("archive: body %.16s: %w", sha256, err)
	}
	return body, nil
}

func (a *Archive) body(sum string) (io.ReadCloser, error) {
	key, err := digest(sum)
	if err != nil {
		return nil, err
	}
	a.mu.RLock()
	at, ok := a.index.bodies[key]
	a.mu.RUnlock()
	if !ok {
		return nil, record.ErrNotFound
	}
	r := reader{dir: a.dir}
	body, err := r.body(at)
	if err != nil {
		r.close()
		return nil, err
	}
	if packed, ok := body.(*packedBody); ok {
		return &checkedBody{packedBody: packed, hash: sha256.New(), want: key}, nil
	}
	return body, nil
}

// body opens the payload at a place; the reader is closed with it.
func (r *reader) body(at place) (io.ReadCloser, error) {
	h, in, block, err := r.at(at)
	if err != nil {
		return nil, err
	}
	size := h.length
	if h.hasHTTP() {
		_, n, err := readHead(in)
		if err != nil || n > size {
			return nil, broken("the head of the HTTP answer: %w", whole(err))
		}
		block, size = block+n, size-n
	}
	if r.packed {
		return &packedBody{Reader: io.LimitReader(in, size), left: size, size: size, r: r}, nil
	}
	return &plainBody{SectionReader: io.NewSectionReader(r.file, block, size), r: r}, nil
}

type plainBody struct {
	*io.SectionReader
	r *reader
}

func (b *plainBody) Close() error { b.r.close(); return nil }

type packedBody struct {
	io.Reader
	left, size int64
	r          *reader
}

// Read reads on; a body that ends too early is an error, not an end.
func (b *packedBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	b.left -= int64(n)
	if err == io.EOF && b.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// Size is the number of bytes of the body.
func (b *packedBody) Size() int64 { return b.size }

// Close gives what the body was read through to others.
func (b *packedBody) Close() error {
	b.Reader = closed{}
	b.r.close()
	return nil
}

type closed struct{}

func (closed) Read([]byte) (int, error) { return 0, fs.ErrClosed }

// checkedBody is a packed body that must have its hash. ZIPs, which are read
// here and there, have checksums of their own.
type checkedBody struct {
	*packedBody
	hash hash.Hash
	want [sha256.Size]byte
	err  error // once it was found damaged
}

// Read reads on, and holds the whole against its hash with the last byte.
func (b *checkedBody) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	n, err := b.packedBody.Read(p)
	b.hash.Write(p[:n])
	damage := err
	if b.left == 0 {
		damage = nil
		if !bytes.Equal(b.hash.Sum(nil), b.want[:]) {
			damage = errors.New("its bytes do not have this hash")
		}
	}
	if damage != nil {
		b.err = fmt.Errorf("archive: body %.16s is damaged: %w: crawl its source again", hex.EncodeToString(b.want[:]), damage)
		return n, b.err
	}
	return n, err
}
