package snapshot

import (
	"bufio"
	"bytes"
	"io"
)

// seek finds, in a file of lines in order of their ids, where the first line
// begins whose id is not less than the one wanted. It reads a few lines, not
// the file.
func seek(f io.ReaderAt, size int64, want string) (int64, error) {
	lo, hi := int64(0), size // the line wanted begins in [lo, hi], or at the next beginning behind
	for lo < hi {
		mid := lo + (hi-lo)/2
		start, err := lineStart(f, size, mid)
		if err != nil {
			return 0, err
		}
		if start >= hi {
			hi = mid
			continue
		}
		id, err := idAt(f, size, start)
		if err != nil {
			return 0, err
		}
		if id < want {
			lo = start + 1
		} else {
			hi = mid
		}
	}
	return lineStart(f, size, lo)
}

// lineStart is the first beginning of a line at or behind a place.
func lineStart(f io.ReaderAt, size, at int64) (int64, error) {
	if at == 0 {
		return 0, nil
	}
	at-- // the newline before may be the byte before
	buf := make([]byte, 4<<10)
	for at < size {
		n, err := f.ReadAt(buf[:min(int64(len(buf)), size-at)], at)
		if i := bytes.IndexByte(buf[:n], '\n'); i >= 0 {
			return at + int64(i) + 1, nil
		}
		at += int64(n)
		if err != nil && err != io.EOF || n == 0 {
			return 0, io.ErrUnexpectedEOF
		}
	}
	return size, nil
}

// idAt is the id of the line that begins at a place.
func idAt(f io.ReaderAt, size, at int64) (string, error) {
	head := make([]byte, min(1<<10, size-at))
	n, err := f.ReadAt(head, at)
	if err != nil && err != io.EOF {
		return "", err
	}
	if id, err := lineID(head[:n]); err == nil {
		return id, nil
	}
	line, err := bufio.NewReader(io.NewSectionReader(f, at, min(size-at, maxLine))).ReadBytes('\n')
	if err != nil && err != io.EOF {
		return "", err
	}
	return lineID(line)
}
