package bolt_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/bolt"
)

func TestBackup(t *testing.T) {
	ctx := t.Context()
	s := open(t, t.TempDir())
	defer s.Close()
	recs := []record.Record{&record.Tag{ID: "a"}, &record.Shipment{ID: "src/202001/1"}, &record.Shipment{ID: "src/202002/1"}}
	loadAll(t, s, "src", bolt.Full, recs)
	dir := filepath.Join(t.TempDir(), "copy")
	if err := s.Backup(ctx, dir); err != nil {
		t.Fatal(err)
	}
	wantError(t, s.Backup(ctx, dir), "name a folder that is not there yet")
	b := open(t, dir)
	defer b.Close()
	for _, r := range recs {
		if _, err := b.Get(ctx, r.Ref()); err != nil {
			t.Error(err)
		}
	}
	if d := loadAll(t, b, "src", bolt.Full, recs); d != (bolt.Delta{Unchanged: 3}) {
		t.Errorf("the same load into the copy says %+v", d)
	}
}

func TestCompact(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	var recs []record.Record
	for i := range 20_000 {
		recs = append(recs, &record.Tag{ID: fmt.Sprintf("US%d", i)})
	}
	loadAll(t, s, "src", bolt.Full, recs)
	loadAll(t, s, "src", bolt.Full, recs[:10])
	if _, _, err := bolt.Compact(dir); err == nil {
		t.Error("a store that is open is compacted")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before, after, err := bolt.Compact(dir)
	if err != nil || after*2 > before {
		t.Fatalf("Compact = %d, %d, %v", before, after, err)
	}
	s = open(t, dir)
	defer s.Close()
	if d := loadAll(t, s, "src", bolt.Full, recs[:10]); d != (bolt.Delta{Unchanged: 10}) {
		t.Errorf("the same load after Compact says %+v", d)
	}
}
