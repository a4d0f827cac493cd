package parsers

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// sizedReaderAt is what a ZIP needs of its file; the archive offers it for
// captures that it keeps raw.
type sizedReaderAt interface {
	io.ReaderAt
	Size() int64
}

// openZIP opens a part as a ZIP: in place where it can be sought, else from a
// copy in temp or, if small, in memory.
func openZIP(part record.Part, temp string) (*zip.Reader, io.Closer, error) {
	rc, err := part.Open()
	if err != nil {
		return nil, nil, err
	}
	if at, ok := rc.(sizedReaderAt); ok {
		z, err := readZIP(at, at.Size())
		return z, rc, err
	}
	if file, ok := rc.(interface {
		io.ReaderAt
		Stat() (fs.FileInfo, error)
	}); ok {
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			z, err := readZIP(file, info.Size())
			return z, rc, err
		}
	}
	defer rc.Close()
	if temp == "" {
		b, err := io.ReadAll(io.LimitReader(rc, maxInMemory+1))
		if err != nil {
			return nil, nil, err
		}
		if len(b) > maxInMemory {
			return nil, nil, fmt.Errorf("is over %s and cannot be read from a pipe: give the file itself", Size(maxInMemory))
		}
		z, err := readZIP(bytes.NewReader(b), int64(len(b)))
		return z, nil, err
	}
	file, err := os.CreateTemp(temp, "unpack-*.zip")
	if err != nil {
		return nil, nil, err
	}
	scratch := scratchFile{file}
	size, err := io.Copy(file, rc)
	if err != nil {
		return nil, scratch, err
	}
	z, err := readZIP(file, size)
	return z, scratch, err
}

// scratchFile is removed when it is closed.
type scratchFile struct{ *os.File }

func (f scratchFile) Close() error {
	return errors.Join(f.File.Close(), os.Remove(f.Name()))
}

// readZIP reads a ZIP's directory. The members' names are judged by zipParts,
// for those that are wanted.
func readZIP(r io.ReaderAt, size int64) (*zip.Reader, error) {
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, fmt.Errorf("a damaged ZIP, or one that was cut short: %s", strings.TrimPrefix(err.Error(), "zip: "))
	}
	var packed uint64
	for _, f := range z.File {
		packed += f.CompressedSize64
		if packed > uint64(size) {
			return nil, errors.New("a ZIP whose members overlap is refused as a bomb")
		}
	}
	return z, nil
}

// zipParts lists the wanted members of a ZIP as parts named x.zip!member.
func zipParts(part record.Part, z *zip.Reader, globs []Glob, maxFiles int, left *allowance) ([]record.Part, error) {
	var parts []record.Part
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") || !wanted(f.Name, globs) {
			continue
		}
		if !fs.ValidPath(f.Name) || strings.ContainsAny(f.Name, "\\:\x00") {
			return nil, fmt.Errorf("member %q has a path that leads elsewhere and is refused", f.Name)
		}
		if f.Flags&1 != 0 {
			return nil, fmt.Errorf("member %s is encrypted", f.Name)
		}
		if len(parts) == maxFiles {
			return nil, fmt.Errorf("has more than %d wanted members: narrow unpack.glob or raise unpack.max_files", maxFiles)
		}
		if f.UncompressedSize64 == 0 {
			return nil, fmt.Errorf("member %s is empty", f.Name)
		}
		if f.UncompressedSize64 > uint64(left.all) {
			return nil, fmt.Errorf("member %s unpacks to %s, over the limit of %s: raise unpack.max_bytes if that is right",
				f.Name, Size(min(f.UncompressedSize64, 1<<62)), Size(left.all))
		}
		inner := part
		inner.Name = part.Name + "!" + f.Name
		inner.Open = func() (io.ReadCloser, error) {
			rc, err := f.Open()
			if err != nil {
				return nil, err
			}
			packed := int64(f.CompressedSize64)
			return &limited{r: rc, left: left, packed: func() int64 { return packed }, close: rc.Close}, nil
		}
		parts = append(parts, inner)
	}
	if len(parts) == 0 {
		return nil, fmt.Errorf("holds no file that is wanted (%s)", globNames(globs))
	}
	return parts, nil
}

func wanted(name string, globs []Glob) bool {
	if strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(path.Base(name), "._") {
		return false
	}
	for _, g := range globs {
		if g.match(name) {
			return true
		}
	}
	return len(globs) == 0
}

func globNames(globs []Glob) string {
	names := make([]string, len(globs))
	for i, g := range globs {
		names[i] = string(g)
	}
	if len(names) == 0 {
		return "any"
	}
	return strings.Join(names, ", ")
}
