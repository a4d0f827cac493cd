package table

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// maxInMemory bounds a file that cannot be sought and for which there is no
// scratch folder.
const maxInMemory = 256 << 20

// File is a file that can be read at any place.
type File struct {
	io.ReaderAt
	Size   int64
	closer io.Closer
}

// Close closes the file, and removes the copy where it is one.
func (f *File) Close() error { return f.closer.Close() }

// Seekable makes what was opened readable at any place: as it is where it can
// be sought, else from a copy in the folder temp or, if there is none and it is
// small, in memory. It takes rc over, also where it fails.
func Seekable(rc io.ReadCloser, temp string) (*File, error) {
	if at, ok := rc.(interface {
		io.ReaderAt
		Size() int64
	}); ok {
		return &File{at, at.Size(), rc}, nil
	}
	if at, ok := rc.(interface {
		io.ReaderAt
		Stat() (fs.FileInfo, error)
	}); ok {
		if info, err := at.Stat(); err == nil && info.Mode().IsRegular() {
			return &File{at, info.Size(), rc}, nil
		}
	}
	defer rc.Close()
	if temp == "" {
		b, err := io.ReadAll(io.LimitReader(rc, maxInMemory+1))
		if err != nil {
			return nil, err
		}
		if len(b) > maxInMemory {
			return nil, fmt.Errorf("is over %d MiB and cannot be read from a pipe: give the file itself", maxInMemory>>20)
		}
		return &File{bytes.NewReader(b), int64(len(b)), io.NopCloser(nil)}, nil
	}
	file, err := os.CreateTemp(temp, "unpack-*")
	if err != nil {
		return nil, err
	}
	scratch := scratchFile{file}
	size, err := io.Copy(file, rc)
	if err != nil {
		return nil, errors.Join(err, scratch.Close())
	}
	return &File{file, size, scratch}, nil
}

// scratchFile is removed when it is closed.
type scratchFile struct{ *os.File }

func (f scratchFile) Close() error {
	return errors.Join(f.File.Close(), os.Remove(f.Name()))
}
