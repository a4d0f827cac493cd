package ams

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// A row may be this long; the longest real goods text is 424 bytes.
const maxRow = 1 << 20

var (
	errQuote = errors.New("a quote stands where none may: quote the whole cell and double the quotes in it")
	errOpen  = errors.New("a quoted cell does not end, or not within the size of a row")
	errLong  = fmt.Errorf("the row is longer than %d bytes", maxRow)
)

// rows reads RFC 4180 as encoding/csv does, row by row over one buffer and
// without a string a cell. After a damaged row it goes on with the next line.
type rows struct {
	r     io.Reader
	buf   []byte
	at    int // where the next row begins in buf
	end   int // how much of buf is filled
	eof   bool
	drop  bool // the line at the start of buf is damaged and to be passed over
	line  int  // of the row that next returned, from 1
	lines int  // that were passed
	cells [][]byte
	spans []span
}

// span is a cell in buf; a quoted one with doubled quotes or line ends of two
// bytes must still be cleaned.
type span struct {
	from, to int
	clean    bool
}

func newRows(r io.Reader) *rows { return &rows{r: r, buf: make([]byte, 256<<10)} }

// errRow is a damaged row: it spoils itself only.
type errRow struct{ error }

// next returns the cells of the next row, which hold until the call after it,
// an errRow, io.EOF at the end, or the reader's error.
func (r *rows) next() ([][]byte, error) {
	for {
		if r.drop {
			if err := r.pass(); err != nil {
				return nil, err
			}
		}
		n, err := r.scan()
		switch err {
		case nil:
		case io.ErrShortBuffer:
			if err = r.fill(); err == nil {
				continue
			}
			if err != errLong {
				return nil, err
			}
			if n := len(r.spans); n > 0 && r.spans[n-1].to < 0 {
				err = errOpen
			}
			fallthrough
		case errOpen, errQuote:
			r.line, r.drop = r.lines+1, true
			return nil, errRow{err}
		default:
			return nil, err
		}
		r.line = r.lines + 1
		r.lines += bytes.Count(r.buf[r.at:r.at+n], newline)
		r.at += n
		if len(r.spans) > 0 { // else the line is empty
			return r.take(), nil
		}
	}
}

// pass goes to the end of a damaged line, be it longer than the buffer.
func (r *rows) pass() error {
	for {
		if i := bytes.IndexByte(r.buf[r.at:r.end], '\n'); i >= 0 {
			r.at += i + 1
			r.lines++
			r.drop = false
			return nil
		}
		r.at = r.end
		if r.eof {
			return io.EOF
		}
		if err := r.fill(); err != nil {
			return err
		}
	}
}

var newline = []byte{'\n'}

// fill reads more behind what is there. It fails with errLong where a whole
// buffer of the largest size holds no row.
func (r *rows) fill() error {
	if r.at > 0 {
		copy(r.buf, r.buf[r.at:r.end])
		r.end -= r.at
		r.at = 0
	}
	if r.end == len(r.buf) {
		if r.end >= maxRow {
			return errLong
		}
		r.buf = append(r.buf, make([]byte, len(r.buf))...)
	}
	for range 100 {
		n, err := r.r.Read(r.buf[r.end:])
		r.end += n
		if err == io.EOF {
			r.eof = true
			return nil
		}
		if n > 0 || err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// scan finds the cells of the row at the start of the buffer and returns its
// length. It asks for more with io.ErrShortBuffer.
func (r *rows) scan() (int, error) {
	r.spans = r.spans[:0]
	b, i := r.buf[:r.end], r.at
	if i == len(b) {
		if r.eof {
			return 0, io.EOF
		}
		return 0, io.ErrShortBuffer
	}
	for {
		if i < len(b) && b[i] == '"' {
			s := span{from: i + 1, to: -1, clean: true}
			for i++; ; {
				j := bytes.IndexByte(b[i:], '"')
				if j < 0 || i+j+1 == len(b) && !r.eof {
					r.spans = append(r.spans, s)
					if r.eof {
						return 0, errOpen
					}
					return 0, io.ErrShortBuffer
				}
				if i += j + 1; i < len(b) && b[i] == '"' {
					s.clean = false
					i++
					continue
				}
				s.to = i - 1
				break
			}
			if s.clean && bytes.IndexByte(b[s.from:s.to], '\r') >= 0 {
				s.clean = false
			}
			r.spans = append(r.spans, s)
			switch {
			case i == len(b) && r.eof:
				return i - r.at, nil
			case i == len(b):
				return 0, io.ErrShortBuffer
			case b[i] == ',':
				i++
				continue
			case b[i] == '\n':
				return i + 1 - r.at, nil
			case b[i] == '\r' && i+1 == len(b) && !r.eof:
				return 0, io.ErrShortBuffer
			case b[i] == '\r' && (i+1 == len(b) || b[i+1] == '\n'):
				return min(i+2, len(b)) - r.at, nil
			}
			return 0, errQuote
		}
		from := i
		for i < len(b) && b[i] != ',' && b[i] != '\n' && b[i] != '"' {
			i++
		}
		switch {
		case i == len(b) && !r.eof:
			return 0, io.ErrShortBuffer
		case i < len(b) && b[i] == '"':
			return 0, errQuote
		case i < len(b) && b[i] == ',':
			r.spans = append(r.spans, span{from, i, true})
			i++
			continue
		}
		to := i
		if to > from && b[to-1] == '\r' {
			to--
		}
		if len(r.spans) > 0 || to > from {
			r.spans = append(r.spans, span{from, to, true})
		}
		return min(i+1, len(b)) - r.at, nil
	}
}

// take turns the spans into cells, cleaning in place.
func (r *rows) take() [][]byte {
	r.cells = r.cells[:0]
	for _, s := range r.spans {
		cell := r.buf[s.from:s.to]
		if !s.clean {
			out := cell[:0]
			for i := 0; i < len(cell); i++ {
				c := cell[i]
				if c == '"' || c == '\r' && i+1 < len(cell) && cell[i+1] == '\n' {
					i++
					c = cell[i]
				}
				out = append(out, c)
			}
			cell = out
		}
		r.cells = append(r.cells, cell)
	}
	return r.cells
}
