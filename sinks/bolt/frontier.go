package bolt

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/tripoint-data/tripoint/record"
)

// What a frontier gathers before it writes: one transaction a request would
// halve the speed of a crawl.
const (
	frontierDelay = 20 * time.Millisecond // of what is added; nobody waits for it
	gatherDelay   = time.Millisecond      // of what is done, where others may soon be done too
	frontierOps   = 2048
	addAtOnce     = 16384 // of one Add: its keys fall all over the tree
	leasesAhead   = 256
)

// The parts of a source's frontier.
var (
	bucketQueue = []byte("queue") // sequence → request, until it is done
	bucketSeen  = []byte("seen")  // hash of the key → nothing
	keyQueued   = []byte("queued")
	keyRun      = []byte("run")
)

// Frontier is the queue of requests of one source's crawl, on disk. A request
// stays in it until it is done, so that a crawl that was killed goes on with
// those that were waiting or in flight. Requests come in the order in which
// they were added. Its methods may be called by many goroutines.
//
// What is added and done is written in the order of the calls, by whoever
// first waits for it. Done waits, Add does not: a kill may lose what was added
// last and then the request that led to it is not done yet either. So a page
// that was in flight is fetched again, and no other.
type Frontier struct {
	s       *Store
	source  string
	resumed bool

	writing sync.Mutex // one flush or refill at a time, in order

	mu     sync.Mutex
	ops    []frontierOp
	taken  uint64 // operations, those that are not written yet too
	timer  *time.Timer
	ready  []queued
	cursor uint64 // the last sequence that was made ready
	leased map[string]uint64
	err    error
	closed bool

	written uint64 // operations that are on the disk; writing guards it
}

// frontierOp adds a request, or ends the one with a sequence.
type frontierOp struct {
	request *record.Request
	done    uint64
}

type queued struct {
	seq     uint64
	request record.Request
}

var errFrontierClosed = errors.New("store: the frontier is closed")

// Frontier opens the queue of a source's crawl. What an ended run has leased
// and not done waits again. One crawl of a source runs at a time.
func (s *Store) Frontier(_ context.Context, source, run string) (*Frontier, error) {
	if err := checkSource(source); err != nil {
		return nil, err
	}
	f := &Frontier{s: s, source: source, leased: map[string]uint64{}}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.frontiers[source] != nil {
		return nil, fmt.Errorf("store: a crawl of %s is running already", source)
	}
	err := s.update(func(tx *bolt.Tx) error {
		b, err := tx.Bucket(bucketFrontier).CreateBucketIfNotExists([]byte(source))
		if err != nil {
			return err
		}
		f.resumed = b.Bucket(bucketQueue) != nil && b.Bucket(bucketQueue).Sequence() > 0
		if f.resumed {
			s.opt.Log.Info("store resumes a crawl", "source", source, "run", string(b.Get(keyRun)))
			return nil
		}
		for _, name := range [][]byte{bucketQueue, bucketSeen} {
			if _, err := b.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return b.Put(keyRun, []byte(run))
	})
	if err != nil {
		return nil, err
	}
	s.frontiers[source] = f
	return f, nil
}

// Resumed says whether an earlier run that did not complete left requests
// here, done or waiting.
func (f *Frontier) Resumed() bool { return f.resumed }

// Add queues requests; one whose key the crawl has seen is ignored.
func (f *Frontier) Add(ctx context.Context, requests ...record.Request) error {
	for len(requests) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(len(requests), addAtOnce)
		ops := make([]frontierOp, n)
		for i, r := range requests[:n] {
			ops[i].request = &r
		}
		if _, err := f.enqueue(ops...); err != nil {
			return err
		}
		requests = requests[n:]
	}
	return nil
}

// Lease takes the next request, or returns io.EOF where none is waiting now;
// others may still be in flight and lead to more.
func (f *Frontier) Lease(ctx context.Context) (record.Request, error) {
	for refilled := false; ; refilled = true {
		if err := ctx.Err(); err != nil {
			return record.Request{}, err
		}
		f.mu.Lock()
		if err := f.fault(); err != nil {
			f.mu.Unlock()
			return record.Request{}, err
		}
		if len(f.ready) > 0 {
			q := f.ready[0]
			f.ready = f.ready[1:]
			f.leased[q.request.Key()] = q.seq
			f.mu.Unlock()
			return q.request, nil
		}
		f.mu.Unlock()
		if refilled {
			return record.Request{}, io.EOF
		}
		if err := f.refill(); err != nil {
			return record.Request{}, err
		}
	}
}

// Done ends a lease and returns when that is on the disk. A request that is
// never done is leased again by the next run.
func (f *Frontier) Done(_ context.Context, r record.Request) error {
	key := r.Key()
	f.mu.Lock()
	seq, ok := f.leased[key]
	delete(f.leased, key)
	others := len(f.leased) > 0
	f.mu.Unlock()
	if !ok {
		return fmt.Errorf("store: request %s is done and was not leased", key)
	}
	turn, err := f.enqueue(frontierOp{done: seq})
	if err != nil {
		return err
	}
	f.writing.Lock()
	defer f.writing.Unlock()
	if f.written >= turn { // another wrote for all who had waited
		return nil
	}
	if others {
		time.Sleep(gatherDelay)
	}
	return f.write()
}

// Pending counts the requests that are waiting or in flight.
func (f *Frontier) Pending(context.Context) (n int, err error) {
	if err := f.flush(); err != nil {
		return 0, err
	}
	err = f.s.view(func(tx *bolt.Tx) error {
		if v := tx.Bucket(bucketFrontier).Bucket([]byte(f.source)).Get(keyQueued); v != nil {
			n = int(binary.BigEndian.Uint64(v))
		}
		return nil
	})
	return n, err
}

// Clear forgets everything: the crawl has completed, and the next run starts
// afresh.
func (f *Frontier) Clear(context.Context) error {
	f.writing.Lock()
	defer f.writing.Unlock()
	f.mu.Lock()
	f.written += uint64(len(f.ops))
	f.ops, f.ready, f.cursor, f.leased = nil, nil, 0, map[string]uint64{}
	err := f.fault()
	f.mu.Unlock()
	if err != nil {
		return err
	}
	return f.s.update(func(tx *bolt.Tx) error {
		all := tx.Bucket(bucketFrontier)
		if err := all.DeleteBucket([]byte(f.source)); err != nil {
			return err
		}
		b, err := all.CreateBucket([]byte(f.source))
		if err != nil {
			return err
		}
		_, err = b.CreateBucket(bucketQueue)
		_, err2 := b.CreateBucket(bucketSeen)
		return errors.Join(err, err2)
	})
}

// Close writes what is left and lets go of the source.
func (f *Frontier) Close() error {
	err := f.flush()
	f.mu.Lock()
	f.closed = true
	if f.timer != nil {
		f.timer.Stop()
	}
	f.mu.Unlock()
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	if f.s.frontiers[f.source] == f {
		delete(f.s.frontiers, f.source)
	}
	if errors.Is(err, errFrontierClosed) {
		return nil
	}
	return err
}

// fault is why the frontier cannot be used; mu is held.
func (f *Frontier) fault() error {
	if f.closed {
		return errFrontierClosed
	}
	return f.err
}

// enqueue takes operations, which are written soon, or now if there are many.
// It returns the turn of the last.
func (f *Frontier) enqueue(ops ...frontierOp) (turn uint64, err error) {
	f.mu.Lock()
	if err := f.fault(); err != nil {
		f.mu.Unlock()
		return 0, err
	}
	f.ops = append(f.ops, ops...)
	f.taken += uint64(len(ops))
	turn = f.taken
	many := len(f.ops) >= frontierOps
	if !many && f.timer == nil {
		f.timer = time.AfterFunc(frontierDelay, func() { _ = f.flush() }) // the error stays in f
	}
	f.mu.Unlock()
	if many {
		err = f.flush()
	}
	return turn, err
}

// flush writes what was taken.
func (f *Frontier) flush() error {
	f.writing.Lock()
	defer f.writing.Unlock()
	return f.write()
}

func (f *Frontier) write() error {
	f.mu.Lock()
	ops, err := f.ops, f.fault()
	f.ops = nil
	if f.timer != nil {
		f.timer.Stop()
		f.timer = nil
	}
	f.mu.Unlock()
	if err != nil || len(ops) == 0 {
		return err
	}
	err = f.s.update(func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketFrontier).Bucket([]byte(f.source))
		queue, seen := b.Bucket(bucketQueue), b.Bucket(bucketSeen)
		queue.FillPercent = 0.95
		n := uint64(0)
		if v := b.Get(keyQueued); v != nil {
			n = binary.BigEndian.Uint64(v)
		}
		for _, op := range ops {
			if op.request == nil {
				n--
				if err := queue.Delete(sequence(op.done)); err != nil {
					return err
				}
				continue
			}
			added, err := add(queue, seen, op.request)
			if err != nil {
				return err
			}
			if added {
				n++
			}
		}
		return b.Put(keyQueued, sequence(n))
	})
	if err != nil {
		f.mu.Lock()
		f.err = err
		f.mu.Unlock()
		return err
	}
	f.written += uint64(len(ops))
	return nil
}

func add(queue, seen *bolt.Bucket, r *record.Request) (added bool, err error) {
	sum := sha256.Sum256([]byte(r.Key()))
	if seen.Get(sum[:16]) != nil {
		return false, nil
	}
	b, err := json.Marshal(r)
	if err != nil {
		return false, err
	}
	n, err := queue.NextSequence()
	if err != nil {
		return false, err
	}
	return true, errors.Join(seen.Put(sum[:16], []byte{}), queue.Put(sequence(n), b))
}

func sequence(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// refill makes the next requests of the queue ready.
func (f *Frontier) refill() error {
	f.writing.Lock()
	defer f.writing.Unlock()
	if err := f.write(); err != nil {
		return err
	}
	f.mu.Lock()
	cursor, enough := f.cursor, len(f.ready) > 0
	f.mu.Unlock()
	if enough { // another goroutine was faster
		return nil
	}
	var ready []queued
	err := f.s.view(func(tx *bolt.Tx) error {
		c := tx.Bucket(bucketFrontier).Bucket([]byte(f.source)).Bucket(bucketQueue).Cursor()
		for k, v := c.Seek(sequence(cursor + 1)); k != nil && len(ready) < leasesAhead; k, v = c.Next() {
			q := queued{seq: binary.BigEndian.Uint64(k)}
			if err := json.Unmarshal(v, &q.request); err != nil {
				return fmt.Errorf("store: the frontier of %s is damaged: %w", f.source, err)
			}
			ready = append(ready, q)
		}
		return nil
	})
	if err != nil || len(ready) == 0 {
		return err
	}
	f.mu.Lock()
	f.ready, f.cursor = ready, ready[len(ready)-1].seq
	f.mu.Unlock()
	return nil
}
