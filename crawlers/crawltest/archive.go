package crawltest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"sync"

	"github.com/tripoint-data/tripoint/record"
)

// Kept is one answer in an Archive.
type Kept struct {
	Capture record.Capture
	Body    []byte
}

// Archive keeps captures in memory and checks that each is what it says.
type Archive struct {
	mu   sync.Mutex
	kept []Kept
	// Fail, where set, is asked before anything is kept; Kept is told after.
	Fail func(record.Capture) error
	Kept func(record.Capture)
}

// Keep is the job's Keep.
func (a *Archive) Keep(ctx context.Context, c record.Capture, body io.Reader) error {
	data, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	sum := sha256.Sum256(data)
	switch {
	case int64(len(data)) != c.Size:
		return fmt.Errorf("%s: capture says %d bytes, body has %d", c.URL, c.Size, len(data))
	case c.Status != 304 && hex.EncodeToString(sum[:]) != c.SHA256:
		return fmt.Errorf("%s: capture and body differ in hash", c.URL)
	case c.Status == 304 && c.SHA256 == "":
		return fmt.Errorf("%s: a renewal does not say what it renews", c.URL)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.Fail != nil {
		if err := a.Fail(c); err != nil {
			return err
		}
	}
	a.kept = append(a.kept, Kept{c, data})
	if a.Kept != nil {
		a.Kept(c)
	}
	return nil
}

// Last is the job's Last.
func (a *Archive) Last(_ context.Context, r record.Request) (record.Capture, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := len(a.kept) - 1; i >= 0; i-- {
		if a.kept[i].Capture.Request.Key() == r.Key() {
			return a.kept[i].Capture, nil
		}
	}
	return record.Capture{}, record.ErrNotFound
}

// All returns what was kept, in order.
func (a *Archive) All() []Kept {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]Kept(nil), a.kept...)
}
