package archive

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/tripoint-data/tripoint/record"
)

const (
	inMemory    = 1 << 20 // a body up to this size needs no temporary file
	spoolPrefix = "spool-"
)

// payload is a body on its way into a segment.
type payload struct {
	sum   [sha256.Size]byte
	size  int64
	head  []byte        // its first bytes
	whole *bytes.Buffer // the body, where it is small
	from  io.Reader     // else where it is read from, once
	told  bool          // size and sum are what the caller says: they are checked when the body is read
	temp  *os.File
}

// bodies are the buffers of small bodies.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// spool makes a body ready to be written. A small one is held in memory. A
// large one whose hash the caller knows is left to be read when it is written;
// any other goes to a temporary file in dir for its hash.
func spool(dir string, c record.Capture, body io.Reader) (*payload, error) {
	if body == nil {
		body = bytes.NewReader(nil)
	}
	p := &payload{whole: bodies.Get().(*bytes.Buffer)}
	p.whole.Reset()
	if c.Size > 0 && c.Size <= inMemory {
		p.whole.Grow(int(c.Size) + bytes.MinRead)
	}
	n, err := io.CopyN(p.whole, body, inMemory+1)
	p.head = p.whole.Bytes()
	p.head = bytes.Clone(p.head[:min(len(p.head), 16)])
	switch {
	case err == io.EOF:
		p.size, p.sum = n, sha256.Sum256(p.whole.Bytes())
		return p, nil
	case err != nil:
	case c.Size > inMemory && c.SHA256 != "":
		p.from, p.size, p.told = io.MultiReader(p.whole, body), c.Size, true
		p.sum, err = digest(c.SHA256)
	default:
		err = p.copyAside(dir, io.MultiReader(p.whole, body))
	}
	if err != nil {
		p.close()
		return nil, fmt.Errorf("reading the body: %w", err)
	}
	return p, nil
}

func (p *payload) copyAside(dir string, body io.Reader) (err error) {
	if p.temp, err = os.CreateTemp(dir, spoolPrefix+"*"); err != nil {
		return err
	}
	hash := sha256.New()
	if p.size, err = io.Copy(io.MultiWriter(p.temp, hash), body); err != nil {
		return err
	}
	hash.Sum(p.sum[:0])
	p.from = p.temp
	_, err = p.temp.Seek(0, io.SeekStart)
	return err
}

// copyTo writes the body, once.
func (p *payload) copyTo(w io.Writer) error {
	if p.from == nil {
		_, err := w.Write(p.whole.Bytes())
		return err
	}
	if !p.told {
		_, err := io.Copy(w, p.from)
		return err
	}
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, hash), p.from)
	if err != nil {
		return fmt.Errorf("reading the body: %w", err)
	}
	return p.agree([sha256.Size]byte(hash.Sum(nil)), n)
}

// agree says whether a body is what the caller said it is.
func (p *payload) agree(sum [sha256.Size]byte, size int64) error {
	switch {
	case sum != p.sum:
		return fmt.Errorf("the body has hash %x, not %x", sum, p.sum)
	case size != p.size:
		return fmt.Errorf("the body has %d bytes, not %d", size, p.size)
	}
	return nil
}

func (p *payload) close() {
	bodies.Put(p.whole)
	if p.temp != nil {
		p.temp.Close()
		os.Remove(p.temp.Name())
	}
}

// sweep removes what a killed writer left.
func sweep(dir string) error {
	for _, pattern := range []string{spoolPrefix + "*", indexName + ".tmp", prunePrefix + "*", droppedName + ".tmp"} {
		left, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return err
		}
		for _, name := range left {
			if err := os.Remove(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// isCompressed knows by its first bytes a body that would not become smaller:
// servers' media types are often wrong.
func isCompressed(head []byte) bool {
	for _, magic := range []string{
		"PK\x03\x04", "PK\x05\x06", // ZIP, XLSX
		"\x1f\x8b", "BZh", "\xfd7zXZ\x00", "\x28\xb5\x2f\xfd", "7z\xbc\xaf", // gzip, bzip2, xz, zstd, 7z
		"\x89PNG", "\xff\xd8\xff", "GIF8", "%PDF",
	} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return true
		}
	}
	return false
}
