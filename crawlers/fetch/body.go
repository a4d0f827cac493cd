package fetch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
)

// inMemory is how much of a body is held in memory before it goes to a file.
const inMemory = 1 << 20

// ErrTooLarge says that an answer is larger than limits.max_bytes.
var ErrTooLarge = errors.New("larger than limits.max_bytes")

// Body is the whole body of an answer, in memory or in a file. It is
// complete: what was cut short on the way is an error before there is a Body.
type Body struct {
	content
	size  int64
	hash  string
	close func() error
}

// content is what *bytes.Reader and *os.File have in common.
type content interface {
	io.ReadSeeker
	io.ReaderAt
}

// Size is the number of bytes.
func (b *Body) Size() int64 { return b.size }

// SHA256 is the hash of the body, in hex.
func (b *Body) SHA256() string { return b.hash }

// Close gives the body up.
func (b *Body) Close() error { return b.close() }

// FileBody reads a file through once, for its hash, and returns it as a Body.
// A file larger than limit is refused.
func FileBody(ctx context.Context, f *os.File, limit Size) (*Body, error) {
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(untilDone{ctx, f}, int64(limit)+1))
	if err == nil && n > int64(limit) {
		err = fmt.Errorf("%w (%s)", ErrTooLarge, limit)
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, err
	}
	return &Body{content: f, size: n, hash: hex.EncodeToString(sum.Sum(nil)), close: f.Close}, nil
}

// untilDone ends a long read when its context does.
type untilDone struct {
	ctx context.Context
	io.Reader
}

func (r untilDone) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// spool reads r to its end. A reader that yields more than limit bytes is
// refused. Length is what the publisher announced, or -1.
func spool(r io.Reader, length, limit int64, temp string) (_ *Body, err error) {
	sum := sha256.New()
	r = io.TeeReader(io.LimitReader(r, limit+1), sum)
	var head bytes.Buffer
	head.Grow(int(min(max(length, 0), inMemory)) + bytes.MinRead)
	n, err := io.CopyN(&head, r, inMemory)
	if err != nil && err != io.EOF {
		return nil, err
	}
	b := &Body{size: n, close: func() error { return nil }}
	if err == io.EOF {
		b.content = bytes.NewReader(head.Bytes())
	} else {
		f, err := os.CreateTemp(temp, "tripoint-*.body")
		if err != nil {
			return nil, fmt.Errorf("body: %w", err)
		}
		_ = os.Remove(f.Name()) // nothing is left behind if the process dies
		b.content = f
		b.close = func() error {
			_ = os.Remove(f.Name()) // where an open file could not be unlinked
			return f.Close()
		}
		rest, err := io.Copy(f, io.MultiReader(&head, r))
		if err == nil {
			_, err = f.Seek(0, io.SeekStart)
		}
		if err != nil {
			_ = b.Close()
			return nil, err
		}
		b.size = rest
	}
	if b.size > limit {
		_ = b.Close()
		return nil, fmt.Errorf("%w (%s)", ErrTooLarge, Size(limit))
	}
	b.hash = hex.EncodeToString(sum.Sum(nil))
	return b, nil
}
