package bolt

import (
	lru "container/list"
	"sync"
)

// pieceBytes bounds what pieces holds.
const pieceBytes = 64 << 20

// pieces keeps parts of blocks as they were unpacked, those used last: who
// asks where many names stand asks for the same parts again and again.
type pieces struct {
	mu    sync.Mutex
	held  map[piece]*lru.Element
	order lru.List // of *unpacked, used last first
	bytes int
}

// piece names a part: the names or the keys of the n-th block of a file.
type piece struct {
	file *monthFile
	keys bool
	n    uint32
}

type unpacked struct {
	piece
	value any
	bytes int
}

// kept returns a part, unpacked by load where it is not held. The value must
// not be changed, nor lie in the file. load tells how many bytes it takes.
func kept[T any](p *pieces, at piece, load func() (T, int, error)) (T, error) {
	p.mu.Lock()
	if e := p.held[at]; e != nil {
		p.order.MoveToFront(e)
		v, _ := e.Value.(*unpacked).value.(T)
		p.mu.Unlock()
		return v, nil
	}
	p.mu.Unlock()
	v, bytes, err := load()
	if err != nil {
		return v, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held == nil {
		p.held = map[piece]*lru.Element{}
	}
	if p.held[at] == nil { // nobody was faster
		p.held[at] = p.order.PushFront(&unpacked{at, v, bytes})
		p.bytes += bytes
	}
	for p.bytes > pieceBytes && p.order.Len() > 1 {
		p.drop(p.order.Back())
	}
	return v, nil
}

// forget drops the parts of a file that is closed.
func (p *pieces) forget(m *monthFile) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for e := p.order.Front(); e != nil; {
		next := e.Next()
		if u, ok := e.Value.(*unpacked); ok && u.file == m {
			p.drop(e)
		}
		e = next
	}
}

func (p *pieces) drop(e *lru.Element) {
	if u, ok := p.order.Remove(e).(*unpacked); ok {
		delete(p.held, u.piece)
		p.bytes -= u.bytes
	}
}
