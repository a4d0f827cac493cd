package archive

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

const (
	inMemory    = 1 << 20 // a body up to this size needs no temporary file
	spoolPrefix = "spool-"
)

// payload is a body that can be read again, with its hash.
type payload struct {
	from  io.ReadSeeker
	start int64
	size  int64
	sum   [sha256.Size]byte
	head  []byte // its first bytes
	temp  *os.File
}

// spool reads a body once for its hash. What cannot be read again is kept
// aside meanwhile: in memory, or in a temporary file in dir.
func spool(dir string, body io.Reader) (*payload, error) {
	p := &payload{}
	if s, ok := body.(io.ReadSeeker); ok {
		if at, err := s.Seek(0, io.SeekCurrent); err == nil {
			p.from, p.start = s, at
		}
	}
	if body == nil {
		p.from = bytes.NewReader(nil)
	}
	if p.from == nil {
		if err := p.copyAside(dir, body); err != nil {
			p.close()
			return nil, err
		}
	}
	hash := sha256.New()
	first := make([]byte, 16)
	n, err := io.ReadFull(p.from, first)
	if err == nil || n == 0 || err == io.ErrUnexpectedEOF {
		p.head = first[:n]
		hash.Write(p.head)
		p.size, err = io.Copy(hash, p.from)
		p.size += int64(n)
	}
	if err != nil {
		p.close()
		return nil, fmt.Errorf("reading the body: %w", err)
	}
	hash.Sum(p.sum[:0])
	return p, nil
}

func (p *payload) copyAside(dir string, body io.Reader) error {
	var buf bytes.Buffer
	if _, err := io.CopyN(&buf, body, inMemory+1); err == io.EOF {
		p.from = bytes.NewReader(buf.Bytes())
		return nil
	} else if err != nil {
		return fmt.Errorf("reading the body: %w", err)
	}
	f, err := os.CreateTemp(dir, spoolPrefix+"*")
	if err != nil {
		return err
	}
	p.temp, p.from = f, f
	if _, err := io.Copy(f, io.MultiReader(&buf, body)); err != nil {
		return fmt.Errorf("reading the body: %w", err)
	}
	_, err = f.Seek(0, io.SeekStart)
	return err
}

// copyTo writes the body, which must still be what was hashed.
func (p *payload) copyTo(w io.Writer) error {
	if _, err := p.from.Seek(p.start, io.SeekStart); err != nil {
		return err
	}
	hash := sha256.New()
	if _, err := io.Copy(io.MultiWriter(w, hash), p.from); err != nil {
		return err
	}
	if !bytes.Equal(hash.Sum(nil), p.sum[:]) {
		return errors.New("the body changed while it was being kept")
	}
	return nil
}

func (p *payload) close() {
	if p.temp != nil {
		p.temp.Close()
		os.Remove(p.temp.Name())
	}
}

// sweep removes what a killed writer left.
func sweep(dir string) error {
	for _, pattern := range []string{spoolPrefix + "*", indexName + ".tmp"} {
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
