package parsers

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// Unpack says how the files of a source are packed. The zero value finds out
// by itself and suits most sources.
type Unpack struct {
	Type     Packing `yaml:"type"`      // auto (by the first bytes), zip, gz, tar (packed with gzip or not), rar, none
	Glob     Glob    `yaml:"glob"`      // which members of an archive are wanted: *.xml
	MaxBytes Size    `yaml:"max_bytes"` // of all members together, unpacked; 16GiB where absent
	MaxFiles int     `yaml:"max_files"` // wanted members; 10000 where absent
}

// Packing is a way of packing files.
type Packing string

// UnmarshalText reads one of auto, zip, gz, tar, rar, none.
func (p *Packing) UnmarshalText(b []byte) error {
	switch s := string(b); s {
	case "auto", "zip", "gz", "tar", "rar", "none":
		*p = Packing(s)
		return nil
	default:
		return fmt.Errorf("%q is no way of packing: use auto, zip, gz, tar, rar or none", s)
	}
}

// Glob is a pattern for the names of files, as path.Match has it; case does
// not matter, and a pattern without a slash is held against the last part of
// a name.
type Glob string

// UnmarshalText refuses a malformed pattern.
func (g *Glob) UnmarshalText(b []byte) error {
	if _, err := path.Match(string(b), ""); err != nil {
		return fmt.Errorf("%q is no pattern for file names", b)
	}
	*g = Glob(b)
	return nil
}

func (g Glob) match(name string) bool {
	if !strings.Contains(string(g), "/") {
		name = path.Base(name)
	}
	ok, err := path.Match(strings.ToLower(string(g)), strings.ToLower(name))
	return ok && err == nil
}

// Limits of what is unpacked where the source sets none.
const (
	defaultMaxBytes = 16 << 30
	defaultMaxFiles = 10_000
	maxRatio        = 250      // beyond it a member is a bomb, if it is large
	ratioFrom       = 32 << 20 // members below this size may have any ratio
)

// open opens the containers of a unit and returns the files to parse. They
// can be opened until done is called.
func (p Unpack) open(u record.Unit, members []string) (parts []record.Part, done func(), err error) {
	var closers []io.Closer
	done = func() {
		for _, c := range closers {
			c.Close()
		}
	}
	globs := make([]Glob, 0, len(members))
	for _, m := range members {
		globs = append(globs, Glob(m))
	}
	if p.Glob != "" {
		globs = []Glob{p.Glob}
	}
	if p.MaxBytes <= 0 {
		p.MaxBytes = defaultMaxBytes
	}
	if p.MaxFiles <= 0 {
		p.MaxFiles = defaultMaxFiles
	}
	left := newAllowance(int64(p.MaxBytes))
	groups, err := volumes(u.Parts)
	if err != nil {
		return nil, done, err
	}
	for _, group := range groups {
		part := group[0]
		packing, err := p.packing(part)
		if err != nil {
			return nil, done, err
		}
		var more []record.Part
		var closer io.Closer
		switch packing {
		case "zip":
			more, closer, err = p.unzip(part, globs, p.MaxFiles-len(parts), left, u.Temp)
		case "tar", "tar.gz", "rar":
			more, closer, err = unroll(group, packing, globs, p.MaxFiles-len(parts), left, u.Temp)
		case "gz":
			more = []record.Part{gzipPart(part, left)}
		default:
			more = []record.Part{part}
		}
		if closer != nil {
			closers = append(closers, closer)
		}
		if err != nil {
			return nil, done, fmt.Errorf("%s: %w", part.Name, err)
		}
		parts = append(parts, more...)
	}
	if len(parts) == 0 {
		return nil, done, errors.New("there is no file to read")
	}
	return parts, done, nil
}

// unzip lists the members of a ZIP. A workbook is one file, unless the source
// says that it is to be unpacked.
func (p Unpack) unzip(part record.Part, globs []Glob, maxFiles int, left *allowance, temp string) ([]record.Part, io.Closer, error) {
	z, closer, err := openZIP(part, temp)
	if err != nil {
		return nil, closer, err
	}
	if p.Type != "zip" && isWorkbook(z) {
		return []record.Part{part}, closer, nil
	}
	parts, err := zipParts(part, z, globs, maxFiles, left)
	return parts, closer, err
}

// unroll unpacks a tar or a RAR, which may lie in several volumes.
func unroll(group []record.Part, packing Packing, globs []Glob, maxFiles int, left *allowance, temp string) ([]record.Part, io.Closer, error) {
	part := group[0]
	if len(group) > 1 {
		rar, err := openVolumes(group)
		if err != nil {
			return nil, nil, err
		}
		defer rar.close()
		set, _, _ := Volume(part.Name)
		part.Name = set + ".rar"
		return extract(part, rar, globs, maxFiles, left, temp)
	}
	rc, err := part.Open()
	if err != nil {
		return nil, nil, err
	}
	defer rc.Close()
	var from members
	if packing == "rar" {
		from, err = openRAR(rc)
	} else {
		from, err = openTar(rc, packing == "tar.gz")
	}
	if err != nil {
		return nil, nil, err
	}
	return extract(part, from, globs, maxFiles, left, temp)
}

// packing finds out how a part is packed and refuses an empty one: a
// publisher's empty file is a fault of the day, never an empty list.
func (p Unpack) packing(part record.Part) (Packing, error) {
	rc, err := part.Open()
	if err != nil {
		return "", fmt.Errorf("%s: %w", part.Name, err)
	}
	defer rc.Close()
	in := bufio.NewReaderSize(rc, 64<<10)
	head, err := in.Peek(tarHead)
	if len(head) == 0 && err == io.EOF {
		return "", fmt.Errorf("%s is empty", part.Name)
	}
	if err != nil && err != io.EOF {
		return "", fmt.Errorf("%s: %w", part.Name, err)
	}
	found := Packing("none")
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		found = "zip"
	case bytes.HasPrefix(head, []byte("Rar!\x1a\x07")):
		found = "rar"
	case isTar(head):
		found = "tar"
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		found = "gz"
		if z, err := newGzip(in); err == nil {
			head := make([]byte, tarHead)
			if _, err := io.ReadFull(z, head); err == nil && isTar(head) {
				found = "tar.gz"
			}
		}
	}
	switch {
	case p.Type == "" || p.Type == "auto":
		for magic, name := range unread {
			if bytes.HasPrefix(head, []byte(magic)) {
				return "", fmt.Errorf("%s is packed with %s, which is not read: unpack it by hand", part.Name, name)
			}
		}
		return found, nil
	case p.Type == "tar" && found == "tar.gz":
		return found, nil
	case p.Type == "gz" && found == "tar.gz", p.Type == "none", p.Type == found:
		return p.Type, nil
	}
	return "", fmt.Errorf("%s is no %s file, though unpack.type says so: take unpack.type away to have it found out", part.Name, p.Type)
}

// unread are the ways of packing that are known by their first bytes and not read.
var unread = map[string]string{"7z\xbc\xaf\x27\x1c": "7z", "\xfd7zXZ\x00": "xz", "BZh": "bzip2", "\x28\xb5\x2f\xfd": "zstd"}

// tarHead is how much of a file shows that it is a tar.
const tarHead = 512

func isTar(head []byte) bool {
	return len(head) == tarHead && string(head[257:262]) == "ustar"
}

// allowance is what may still be unpacked, in bytes. Members are read one
// after another.
type allowance struct{ left, all int64 }

func newAllowance(n int64) *allowance { return &allowance{n, n} }

// gzipPart reads a part through gzip; several members in one file are one text.
func gzipPart(part record.Part, left *allowance) record.Part {
	inner := strings.TrimSuffix(path.Base(part.Name), ".gz")
	open := part.Open
	out := part
	out.Name = part.Name + "!" + inner
	out.Open = func() (io.ReadCloser, error) {
		rc, err := open()
		if err != nil {
			return nil, err
		}
		packed := &counting{r: rc}
		z, err := newGzip(packed)
		if err != nil {
			rc.Close()
			return nil, err
		}
		return &limited{r: z, left: left, packed: func() int64 { return packed.n }, close: rc.Close}, nil
	}
	return out
}

func newGzip(r io.Reader) (*gzip.Reader, error) {
	z, err := gzip.NewReader(bufio.NewReader(r))
	if err != nil {
		return nil, fmt.Errorf("not gzip: %w", err)
	}
	return z, nil
}

// counting counts what was read through it.
type counting struct {
	r io.Reader
	n int64
}

func (c *counting) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// limited reads unpacked bytes within the allowance and a sane ratio.
type limited struct {
	r      io.Reader
	n      int64
	left   *allowance
	packed func() int64 // packed bytes behind what was read so far
	close  func() error
}

func (l *limited) Read(b []byte) (int, error) {
	n, err := l.r.Read(b)
	l.n += int64(n)
	l.left.left -= int64(n)
	if l.left.left < 0 {
		return 0, fmt.Errorf("unpacks to more than %s: raise unpack.max_bytes if that is right", Size(l.left.all))
	}
	if l.n > ratioFrom && l.n/maxRatio > l.packed() {
		return 0, fmt.Errorf("unpacks to more than %d times its size and is refused as a bomb", maxRatio)
	}
	return n, err
}

func (l *limited) Close() error { return l.close() }
