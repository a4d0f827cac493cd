package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// openFile opens a regular file and says its size. A folder or a missing file
// is refused in one line.
func openFile(name string) (*os.File, int64, error) {
	if name == "" {
		return nil, 0, usagef("the name of a file is empty")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", name, bare(err))
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = errors.New("is a folder: name the files in it")
	}
	if err != nil {
		f.Close()
		return nil, 0, fmt.Errorf("%s: %w", name, bare(err))
	}
	return f, info.Size(), nil
}

// bare drops the file's path from an error: the caller has named it.
func bare(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}

// sized is an open file that knows its size, so that a ZIP in it can be read
// in place.
type sized struct {
	*os.File
	size int64
}

func (s sized) Size() int64 { return s.size }

// memory is standard input, read whole, as a file.
type memory struct{ *bytes.Reader }

func (memory) Close() error { return nil }
