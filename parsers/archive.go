package parsers

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/nwaples/rardecode/v2"

	"github.com/tripoint-data/tripoint/record"
)

// An archive that can be read only from its beginning to its end, a tar or a
// RAR, is unpacked at once: its wanted members lie one behind the other in one
// scratch file, or in memory where there is no scratch folder.

// maxInMemory bounds what is unpacked where there is no scratch folder.
const maxInMemory = 256 << 20

// readAhead is what a decoder may have read of a member before it is asked for it.
const readAhead = 64 << 10

// maxDictionary bounds the memory that a RAR may ask for.
const maxDictionary = 256 << 20

// members reads an archive from its beginning to its end.
type members interface {
	// next moves to the next file, or returns io.EOF.
	next() (entry, error)
	io.Reader // of the file at hand
}

// entry is one file of an archive.
type entry struct {
	name      string
	packed    func() int64 // bytes behind what was read of it
	encrypted bool
}

// openTar opens a tar, packed with gzip or not.
func openTar(r io.Reader, gz bool) (members, error) {
	packed := &counting{r: r}
	t := &tarball{packed: packed}
	if !gz {
		t.Reader = tar.NewReader(packed)
		return t, nil
	}
	z, err := newGzip(packed)
	if err != nil {
		return nil, err
	}
	// Also what is passed over may not be a bomb.
	t.Reader = tar.NewReader(&limited{r: z, left: newAllowance(1 << 62), packed: func() int64 { return packed.n }})
	return t, nil
}

type tarball struct {
	*tar.Reader
	packed *counting
}

func (t *tarball) next() (entry, error) {
	for {
		h, err := t.Next()
		switch {
		case err == io.EOF:
			return entry{}, err
		case err != nil && !errors.Is(err, tar.ErrInsecurePath):
			return entry{}, fmt.Errorf("a damaged tar, or one that was cut short: %s", strings.TrimPrefix(err.Error(), "archive/tar: "))
		case h.Typeflag == tar.TypeReg || h.Typeflag == tar.TypeGNUSparse:
			before := t.packed.n
			return entry{name: strings.TrimPrefix(h.Name, "./"), packed: func() int64 { return t.packed.n - before }}, nil
		}
	}
}

func openRAR(rc io.ReadCloser) (_ *rarball, err error) {
	defer damagedRAR(&err)
	r := &rarball{close: rc.Close}
	if r.Reader, err = rardecode.NewReader(&counted{rc, &r.packed}, rardecode.MaxDictionarySize(maxDictionary)); err != nil {
		return nil, rarFault(err)
	}
	return r, nil
}

// rarball is a RAR, in one volume or several.
type rarball struct {
	*rardecode.Reader
	packed int64 // bytes that were read of it
	close  func() error
}

// counted adds what is read to a number.
type counted struct {
	io.ReadCloser
	n *int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	*c.n += int64(n)
	return n, err
}

func (r *rarball) next() (m entry, err error) {
	defer damagedRAR(&err)
	for {
		h, err := r.Next()
		switch {
		case err == io.EOF:
			return entry{}, err
		case err != nil:
			return entry{}, rarFault(err)
		case !h.IsDir && h.LinkType == rardecode.LinkTypeNone:
			before := r.packed
			return entry{name: h.Name, packed: func() int64 { return r.packed - before + readAhead }, encrypted: h.Encrypted}, nil
		}
	}
}

func (r *rarball) Read(b []byte) (n int, err error) {
	defer damagedRAR(&err)
	if n, err = r.Reader.Read(b); err != nil && err != io.EOF {
		err = rarFault(err)
	}
	return n, err
}

// damagedRAR takes what the decoder stumbles over for damage: the bytes are a
// stranger's.
func damagedRAR(err *error) {
	if p := recover(); p != nil {
		*err = errors.New("a damaged RAR")
	}
}

func rarFault(err error) error {
	switch {
	case errors.Is(err, rardecode.ErrArchiveEncrypted), errors.Is(err, rardecode.ErrArchivedFileEncrypted):
		return errors.New("the RAR is encrypted")
	case errors.Is(err, rardecode.ErrMultiVolume), errors.Is(err, rardecode.ErrBadVolumeNumber), errors.Is(err, rardecode.ErrFileNameRequired), errors.Is(err, fs.ErrNotExist):
		return errors.New("a RAR in several volumes (name.part1.rar …), of which not all are here")
	case errors.Is(err, rardecode.ErrDictionaryTooLarge):
		return fmt.Errorf("the RAR asks for more than %s of memory and is refused", Size(maxDictionary))
	case strings.HasPrefix(err.Error(), "rardecode: "), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("a damaged RAR, or one that was cut short: %s", strings.TrimPrefix(err.Error(), "rardecode: "))
	}
	return err
}

// extract unpacks the wanted members of an archive and lists them as parts
// named x.tar!member.
func extract(part record.Part, from members, globs []Glob, maxFiles int, left *allowance, temp string) (_ []record.Part, _ io.Closer, err error) {
	var to scratch
	defer func() {
		if err != nil {
			to.Close()
		}
	}()
	var parts []record.Part
	for {
		m, err := from.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		if !wanted(m.name, globs) {
			continue
		}
		if err := checkMember(m.name, m.encrypted, len(parts), maxFiles); err != nil {
			return nil, nil, err
		}
		if to.file == nil && temp != "" {
			if to.file, err = os.CreateTemp(temp, "unpack-*"); err != nil {
				return nil, nil, err
			}
		}
		start := to.size
		body := &limited{r: from, left: left, packed: m.packed}
		if _, err := io.Copy(&to, body); err != nil {
			return nil, nil, fmt.Errorf("member %s: %w", m.name, err)
		}
		if to.size == start {
			return nil, nil, fmt.Errorf("member %s is empty", m.name)
		}
		end := to.size
		inner := part
		inner.Name = part.Name + "!" + m.name
		inner.Open = func() (io.ReadCloser, error) {
			return section{io.NewSectionReader(&to, start, end-start)}, nil
		}
		parts = append(parts, inner)
	}
	if len(parts) == 0 {
		return nil, nil, fmt.Errorf("holds no file that is wanted (%s)", globNames(globs))
	}
	return parts, &to, nil
}

// scratch holds what was unpacked.
type scratch struct {
	file *os.File // nil: in memory
	mem  []byte
	size int64
}

func (s *scratch) Write(b []byte) (n int, err error) {
	switch {
	case s.file != nil:
		n, err = s.file.Write(b)
	case len(s.mem)+len(b) > maxInMemory:
		return 0, fmt.Errorf("unpacks to more than %s, and there is no folder for scratch files", Size(maxInMemory))
	default:
		s.mem, n = append(s.mem, b...), len(b)
	}
	s.size += int64(n)
	return n, err
}

func (s *scratch) ReadAt(b []byte, off int64) (int, error) {
	if s.file != nil {
		return s.file.ReadAt(b, off)
	}
	return bytes.NewReader(s.mem).ReadAt(b, off)
}

func (s *scratch) Close() error {
	if s.file == nil {
		return nil
	}
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}

// section is one member in a scratch file, which can be sought.
type section struct{ *io.SectionReader }

func (section) Close() error { return nil }
