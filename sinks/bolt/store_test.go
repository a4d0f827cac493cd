package bolt_test

import (
	"context"
	"testing"
	"time"

	"github.com/tripoint-data/tripoint/sinks/bolt"
	"github.com/tripoint-data/tripoint/sinks/sinktest"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func options() bolt.Options {
	return bolt.Options{Order: []string{"first", "second"}, Now: func() time.Time { return now }}
}

// open opens a store and closes it when the test ends.
func open(t testing.TB, dir string) *bolt.Store {
	t.Helper()
	s, err := bolt.Open(dir, options())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sink is a Store as the suite sees it.
type sink struct{ *bolt.Store }

type load struct{ *bolt.Load }

func (l load) Commit(ctx context.Context) (sinktest.Delta, error) {
	d, err := l.Load.Commit(ctx)
	return sinktest.Delta(d), err
}

func (s sink) Begin(ctx context.Context, source, run string, full bool) (sinktest.Load, error) {
	mode := bolt.Grow
	if full {
		mode = bolt.Full
	}
	l, err := s.Store.Begin(ctx, source, run, mode)
	return load{l}, err
}

func (s sink) Frontier(ctx context.Context, source, run string) (sinktest.Frontier, error) {
	return s.Store.Frontier(ctx, source, run)
}

func TestConformance(t *testing.T) {
	sinktest.Store(t, func(t *testing.T, dir string) sinktest.Sink { return sink{open(t, dir)} })
}
