package fetch

import (
	"bytes"
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

// Body is the whole body of an answer, in memory or in a temporary file. It
// is complete: what was cut short on the way is an error before there is a Body.
type Body struct {
	io.ReadSeeker
	size int64
	hash string
	file *os.File // nil where the body is in memory
}

// Size is the number of bytes.
func (b *Body) Size() int64 { return b.size }

// SHA256 is the hash of the body, in hex.
func (b *Body) SHA256() string { return b.hash }

// Close gives the body up.
func (b *Body) Close() error {
	if b.file == nil {
		return nil
	}
	_ = os.Remove(b.file.Name()) // already gone where an open file can be unlinked
	return b.file.Close()
}

// spool reads r to its end. A reader that yields more than limit bytes is
// refused.
func spool(r io.Reader, limit int64, temp string) (_ *Body, err error) {
	sum := sha256.New()
	r = io.TeeReader(io.LimitReader(r, limit+1), sum)
	var head bytes.Buffer
	n, err := io.CopyN(&head, r, inMemory)
	if err != nil && err != io.EOF {
		return nil, err
	}
	b := &Body{size: n}
	if err == io.EOF {
		b.ReadSeeker = bytes.NewReader(head.Bytes())
	} else {
		f, err := os.CreateTemp(temp, "tripoint-*.body")
		if err != nil {
			return nil, fmt.Errorf("body: %w", err)
		}
		_ = os.Remove(f.Name()) // nothing is left behind if the process dies
		b.file, b.ReadSeeker = f, f
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
