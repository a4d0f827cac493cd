package fetch

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"os"
	"sync"
)

const (
	inMemory  = 1 << 20   // how much of a body is held in memory before it goes to a file
	copyChunk = 256 << 10 // read at a time from then on
	syncEvery = 64 << 20  // of a body that may outlive the process
)

// Bodies pass through buffers that are used again, else most of a crawl's time
// would go into making room for pages and clearing it away.
var (
	chunks = sync.Pool{New: func() any { b := make([]byte, copyChunk); return &b }}
	heads  = sync.Pool{New: func() any { return bytes.NewBuffer(make([]byte, 0, 64<<10)) }}
)

// part is what has come of a body: in memory, or in a file where there is much.
type part struct {
	temp string
	home *partHome // where it may outlive the process; nil: nowhere

	header  http.Header // of the answer that it began with
	decoded bool        // on the way: its bytes are not those of the file
	total   int64       // as announced; -1 where it was not
	size    int64
	sum     hash.Hash
	head    *bytes.Buffer
	file    *os.File // nil while all is in memory
}

// begin forgets what has come and makes ready for the body of an answer.
func (p *part) begin(resp *http.Response) {
	p.drop()
	p.header, p.decoded, p.total, p.sum = resp.Header, resp.Uncompressed, resp.ContentLength, sha256.New()
	p.head = heads.Get().(*bytes.Buffer)
	p.head.Reset()
	p.head.Grow(int(min(max(p.total, 0), inMemory)) + bytes.MinRead)
}

// read takes in what r brings. After an error what came before it is there,
// and the next read goes on behind it.
func (p *part) read(r io.Reader, limit int64) error {
	r = io.LimitReader(r, limit-p.size+1)
	if p.file == nil {
		from := p.head.Len()
		n, err := p.head.ReadFrom(io.LimitReader(r, inMemory-int64(from)))
		p.sum.Write(p.head.Bytes()[from:])
		if p.size += n; err != nil {
			return err
		}
		if p.head.Len() < inMemory { // the end
			return p.within(limit)
		}
		if err := p.spill(); err != nil {
			return err
		}
	}
	chunk := chunks.Get().(*[]byte)
	defer chunks.Put(chunk)
	for synced := p.size; ; {
		n, err := r.Read(*chunk)
		if n > 0 {
			if _, err := p.file.WriteAt((*chunk)[:n], p.size); err != nil {
				return err
			}
			p.sum.Write((*chunk)[:n])
			p.size += int64(n)
		}
		if p.atHome() && p.size-synced >= syncEvery {
			p.home.note(p)
			synced = p.size
		}
		switch {
		case err == io.EOF:
			return p.within(limit)
		case err != nil:
			return err
		}
	}
}

func (p *part) within(limit int64) error {
	if p.size > limit {
		return fmt.Errorf("%w (%s)", ErrTooLarge, Size(limit))
	}
	return nil
}

// spill moves what is in memory to a file.
func (p *part) spill() (err error) {
	if p.home != nil && p.validator() != "" && p.home.take() {
		p.file = p.home.file
	} else if p.file, err = os.CreateTemp(p.temp, "tripoint-*.body"); err != nil {
		return fmt.Errorf("body: %w", err)
	} else {
		_ = os.Remove(p.file.Name()) // nothing is left behind if the process dies
	}
	if err = p.file.Truncate(0); err == nil {
		_, err = p.file.WriteAt(p.head.Bytes(), 0)
	}
	p.release()
	return err
}

// body makes a Body of what has come. The part is given up to it.
func (p *part) body() (*Body, error) {
	b := &Body{size: p.size, hash: hex.EncodeToString(p.sum.Sum(nil)), close: func() error { return nil }}
	if p.file == nil {
		head := p.head
		p.head = nil
		b.content = bytes.NewReader(head.Bytes())
		b.close = func() error {
			b.content = noContent{} // the bytes are another body's from now on
			heads.Put(head)
			return nil
		}
		return b, nil
	}
	file, home := p.file, p.home
	p.file = nil
	b.content = file
	b.close = func() error {
		if home != nil && home.file == file {
			return home.remove()
		}
		_ = os.Remove(file.Name()) // where an open file could not be unlinked
		return file.Close()
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

// drop gives up what has come.
func (p *part) drop() {
	switch {
	case p.file == nil:
	case p.atHome():
		_ = p.home.remove()
	default:
		_ = os.Remove(p.file.Name())
		_ = p.file.Close()
	}
	p.file, p.size = nil, 0
	p.release()
}

// release gives the buffer back.
func (p *part) release() {
	if p.head != nil {
		heads.Put(p.head)
		p.head = nil
	}
}

// atHome says whether what has come may outlive the process.
func (p *part) atHome() bool { return p.file != nil && p.home != nil && p.home.file == p.file }

// leave ends a fetch without a body: what has come stays for the next process
// where it may, and is given up elsewhere.
func (p *part) leave() {
	if !p.atHome() {
		p.drop()
		return
	}
	p.home.note(p)
	p.home.close()
	p.file = nil
}
