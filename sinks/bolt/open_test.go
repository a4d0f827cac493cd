package bolt_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/bolt"
)

func wantError(t *testing.T, err error, words string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), words) || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %v; want one line with %q", err, words)
	}
}

func TestOpenInUse(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	defer s.Close()
	_, err := bolt.Open(dir, options())
	wantError(t, err, "store "+dir+" is in use by another tripoint process")
}

func TestOpenReadOnly(t *testing.T) {
	dir := t.TempDir()
	opt := options()
	opt.ReadOnly = true
	_, err := bolt.Open(dir, opt)
	wantError(t, err, "there is none in "+dir)
	s := open(t, dir)
	loadAll(t, s, "src", bolt.Full, []record.Record{&record.Tag{ID: "a"}, &record.Shipment{ID: "src/202001/1"}})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var readers [2]*bolt.Store // beside each other
	for i := range readers {
		if readers[i], err = bolt.Open(dir, opt); err != nil {
			t.Fatal(err)
		}
		defer readers[i].Close()
	}
	for _, ref := range []record.Ref{{Kind: record.KindTag, ID: "a"}, {Kind: record.KindShipment, ID: "src/202001/1"}} {
		if _, err := readers[1].Get(t.Context(), ref); err != nil {
			t.Error(err)
		}
	}
	if _, err := readers[0].Begin(t.Context(), "src", "run", bolt.Full); err == nil {
		t.Error("a read-only store takes a load")
	}
}

func TestSynthetic(t *testing.T) {
	opt := options()
	opt.Synthetic = true
	dir := t.TempDir()
	s, err := bolt.Open(dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	loadAll(t, s, "demo", bolt.Full, []record.Record{&record.Party{ID: "A", Synthetic: true}})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = bolt.Open(dir, options())
	wantError(t, err, "holds the demo's generated data")

	dir = t.TempDir()
	s = open(t, dir)
	l, err := s.Begin(t.Context(), "src", "run", bolt.Grow)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []record.Record{
		&record.Party{ID: "A", Synthetic: true}, &record.Patent{ID: "A", Synthetic: true}, &record.Shipment{ID: "src/202001/1", Synthetic: true},
		&record.Tag{ID: "A", Synthetic: true}, &record.Link{ID: "A", Synthetic: true}, &record.Finding{ID: "A", Synthetic: true}, &record.Decision{ID: "A", Synthetic: true},
	} {
		if err := l.Put(t.Context(), r); !errors.Is(err, bolt.ErrSynthetic) {
			t.Errorf("%s: %v; want ErrSynthetic", r.Ref(), err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = bolt.Open(dir, opt)
	wantError(t, err, "holds real data")
}

func TestDamaged(t *testing.T) {
	shipped := record.Ref{Kind: record.KindShipment, ID: "src/202001/1"}
	for _, tt := range []struct {
		name string
		cut  func(dir string) error
		want string
	}{
		{"main file cut short", func(dir string) error { return os.Truncate(filepath.Join(dir, "tripoint.db"), 8192) }, "is cut short"},
		{"main file of something else", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "tripoint.db"), []byte(strings.Repeat("no store ", 4000)), 0o644)
		}, "is damaged or no store"},
		{"main file of a few bytes", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "tripoint.db"), []byte(strings.Repeat("x", 3000)), 0o644)
		}, "is damaged or no store"},
		{"main file emptied", func(dir string) error { return os.Truncate(filepath.Join(dir, "tripoint.db"), 0) }, "has become empty"},
		{"month's file cut short", func(dir string) error { return os.Truncate(month(dir), 8192) }, "is cut short"},
		{"month's file gone", func(dir string) error { return os.Remove(month(dir)) }, "no such file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir)
			loadAll(t, s, "src", bolt.Full, []record.Record{&record.Tag{ID: "a"}, &record.Shipment{ID: shipped.ID}})
			if err := errors.Join(s.Close(), tt.cut(dir)); err != nil {
				t.Fatal(err)
			}
			s, err := bolt.Open(dir, options())
			if err == nil {
				_, err = s.Get(t.Context(), shipped)
				defer s.Close()
			}
			wantError(t, err, tt.want)
		})
	}
}

// Pages that are damaged here and there make bbolt panic, or read where no
// memory is. Reading and writing end in an error, and the store still closes.
func TestDamagedPages(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	var recs []record.Record
	for i := range 2000 {
		recs = append(recs, &record.Party{ID: fmt.Sprintf("X:%04d", i), Name: "Zenda"})
	}
	loadAll(t, s, "src", bolt.Full, recs)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "tripoint.db")
	sound, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	said := 0
	for seed := range uint64(30) {
		random := rand.New(rand.NewPCG(seed, 0))
		damaged := bytes.Clone(sound)
		for range 50 {
			damaged[8192+random.IntN(len(damaged)-8192)] ^= 0xff
		}
		if err := os.WriteFile(file, damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := bolt.Open(dir, options())
		if err != nil {
			said++
			continue
		}
		for _, err := range s.Scan(t.Context(), record.KindParty, "") {
			if err != nil {
				said++
			}
		}
		l, err := s.Begin(t.Context(), "src", "run", bolt.Full)
		if err == nil {
			err = l.Put(t.Context(), recs[:100]...)
		}
		if err == nil {
			_, err = l.Commit(t.Context())
		}
		if err != nil {
			said++
		}
		closed := make(chan struct{})
		go func() { s.Close(); close(closed) }() // of what it says in this state nothing is asked
		select {
		case <-closed:
		case <-time.After(10 * time.Second):
			t.Fatalf("seed %d: the store does not close", seed)
		}
	}
	if said == 0 {
		t.Error("no damage was told")
	}
}

func month(dir string) string {
	paths, _ := filepath.Glob(filepath.Join(dir, "shipments", "*", "*.db"))
	return paths[0]
}

func TestFullDisk(t *testing.T) {
	s := open(t, t.TempDir())
	defer s.Close()
	small := []record.Record{&record.Tag{ID: "a"}, &record.Shipment{ID: "src/202001/1"}}
	loadAll(t, s, "src", bolt.Full, small)
	var big []record.Record
	for i := range 30_000 {
		big = append(big, &record.Tag{ID: strings.Repeat("x", i%50) + string(rune('a'+i%26)) + strings.Repeat("y", i/1000), Patent: strings.Repeat("z", 40)})
	}
	s.LimitSize(1 << 20)
	l, err := s.Begin(t.Context(), "src", "run", bolt.Full)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Put(t.Context(), append(big, &record.Shipment{ID: "src/202001/2"})...); err != nil {
		t.Fatal(err)
	}
	_, err = l.Commit(t.Context())
	wantError(t, err, "no room left on the disk")
	for _, r := range small {
		got, err := s.Get(t.Context(), r.Ref())
		if diff := cmp.Diff(r, got); diff != "" || err != nil {
			t.Errorf("after a full disk: %v (-want +got):\n%s", err, diff)
		}
	}
	s.LimitSize(0)
	if d := loadAll(t, s, "src", bolt.Full, small); d != (bolt.Delta{Unchanged: 2}) {
		t.Errorf("after the full disk a repeated load says %+v", d)
	}
	if n, err := s.Leftovers(); n != 0 || err != nil {
		t.Errorf("%d rows or files are left over, %v", n, err)
	}
}
