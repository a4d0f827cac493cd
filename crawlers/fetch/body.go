package fetch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync/atomic"
)

// ErrTooLarge says that an answer is larger than limits.max_bytes.
var ErrTooLarge = errors.New("larger than limits.max_bytes")

// Body is the whole body of an answer, in memory or in a file. It is
// complete: what was cut short on the way is an error before there is a Body.
type Body struct {
	content
	size   int64
	hash   string
	close  func() error
	closed atomic.Bool
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

// Close gives the body up. What is read after it is an error.
func (b *Body) Close() error {
	if b.closed.Swap(true) {
		return nil
	}
	return b.close()
}

// noContent is what is left of a body that was given up.
type noContent struct{}

func (noContent) Read([]byte) (int, error)          { return 0, fs.ErrClosed }
func (noContent) ReadAt([]byte, int64) (int, error) { return 0, fs.ErrClosed }
func (noContent) Seek(int64, int) (int64, error)    { return 0, fs.ErrClosed }

// MemoryBody returns bytes as a Body.
func MemoryBody(data []byte) *Body {
	sum := sha256.Sum256(data)
	return &Body{content: bytes.NewReader(data), size: int64(len(data)), hash: hex.EncodeToString(sum[:]), close: func() error { return nil }}
}

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
