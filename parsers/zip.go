package parsers

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/tripoint-data/tripoint/parsers/table"
	"github.com/tripoint-data/tripoint/record"
)

// openZIP opens a part as a ZIP.
func openZIP(part record.Part, temp string) (*zip.Reader, io.Closer, error) {
	rc, err := part.Open()
	if err != nil {
		return nil, nil, err
	}
	file, err := table.Seekable(rc, temp)
	if err != nil {
		return nil, nil, err
	}
	z, err := readZIP(file, file.Size)
	return z, file, err
}

// isWorkbook says that a ZIP is no archive: workbooks and other papers of an
// office are written as ZIPs.
func isWorkbook(z *zip.Reader) bool {
	for _, f := range z.File {
		if f.Name == "[Content_Types].xml" {
			return true
		}
	}
	return false
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
		if err := checkMember(f.Name, f.Flags&1 != 0, len(parts), maxFiles); err != nil {
			return nil, err
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

// checkMember refuses a wanted member of an archive that cannot be read as it
// should.
func checkMember(name string, encrypted bool, n, maxFiles int) error {
	switch {
	case !fs.ValidPath(name) || strings.ContainsAny(name, "\\:\x00"):
		return fmt.Errorf("member %q has a path that leads elsewhere and is refused", name)
	case encrypted:
		return fmt.Errorf("member %s is encrypted", name)
	case n == maxFiles:
		return fmt.Errorf("has more than %d wanted members: narrow unpack.glob or raise unpack.max_files", maxFiles)
	}
	return nil
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
