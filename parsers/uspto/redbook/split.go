package redbook

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/tripoint-data/tripoint/parsers/uspto"
)

// maxDocument bounds one document without its description, which is the only
// part that grows without measure and is not read.
const maxDocument = 32 << 20

// descriptions are the elements of the three ages that hold the description.
var descriptions = []string{"description", "SDODE", "subdoc-description"}

// splitter cuts a file of concatenated documents at their XML declarations
// and takes out the descriptions.
type splitter struct {
	r    *bufio.Reader
	buf  []byte
	head []byte // the declaration that ended the last document
	done bool
}

// next returns the next document, which holds until the call after it, or
// io.EOF. After ErrTooLarge the next call goes on with the document behind.
func (s *splitter) next() ([]byte, error) {
	s.buf = append(s.buf[:0], s.head...)
	s.head = s.head[:0]
	began, skip, large := len(s.buf) > 0, false, false
	description := ""  // the element that is skipped
	mark := len(s.buf) // what stands before it is kept
	for !s.done {
		chunk, err := s.r.ReadSlice('>')
		s.buf = append(s.buf, chunk...)
		if errors.Is(err, bufio.ErrBufferFull) { // a tag may still begin in the chunk
			if len(s.buf) > maxDocument {
				large = true
			}
			if skip || large {
				s.trim(mark)
			}
			continue
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		s.done = err != nil
		token := s.buf[mark:] // a text and the tag after it
		at := max(bytes.LastIndexByte(token, '<'), 0)
		tag := token[at:]
		began = began || len(bytes.TrimSpace(token[:at])) > 0
		switch {
		case began && is(tag, "<?xml"):
			s.head = append(s.head, tag...)
			if skip { // the description never ended: the document is broken
				return s.document(mark, large)
			}
			return s.document(mark+at, large)
		case skip:
			skip = !is(tag, "</"+description)
			s.buf = s.buf[:mark]
		case !bytes.HasSuffix(tag, []byte("/>")):
			for _, name := range descriptions {
				if is(tag, "<"+name) {
					skip, description = true, name
					s.buf = s.buf[:mark+at]
				}
			}
		}
		began = began || len(bytes.TrimSpace(tag)) > 0
		if len(s.buf) > maxDocument || large {
			large = true
			s.buf = s.buf[:0]
		}
		mark = len(s.buf)
	}
	if !began {
		return nil, io.EOF
	}
	return s.document(len(s.buf), large)
}

func (s *splitter) document(end int, large bool) ([]byte, error) {
	if large {
		return nil, uspto.ErrTooLarge
	}
	return s.buf[:end], nil
}

// trim drops what is not wanted behind mark, but not the beginning of a tag.
func (s *splitter) trim(mark int) {
	mark = min(mark, len(s.buf))
	at := bytes.LastIndexByte(s.buf[mark:], '<')
	if at < 0 || len(s.buf)-mark-at > 4096 {
		s.buf = s.buf[:mark]
		return
	}
	s.buf = append(s.buf[:mark], s.buf[mark+at:]...)
}

// is says whether a tag begins with the given name.
func is(tag []byte, name string) bool {
	if len(tag) <= len(name) || string(tag[:len(name)]) != name {
		return false
	}
	switch tag[len(name)] {
	case ' ', '\t', '\r', '\n', '>', '/':
		return true
	}
	return false
}
