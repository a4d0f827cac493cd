package bolt_test

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/bolt"
)

func TestRuns(t *testing.T) {
	ctx := t.Context()
	s := open(t, t.TempDir())
	defer s.Close()
	var want []record.Run
	for i := range 1200 { // more than one read transaction
		r := record.Run{ID: fmt.Sprintf("r%d", i), Source: "src", Stage: "crawl", Started: now.Add(time.Duration(i) * time.Second), Status: "running"}
		if i%100 == 0 {
			if err := s.SaveRun(ctx, r); err != nil {
				t.Fatal(err)
			}
			r.Started, r.Status = r.Started.Add(time.Millisecond), "done" // saved again
		}
		if i < 1180 && i%100 != 0 && i > 600 { // enough for the test's time
			continue
		}
		if err := s.SaveRun(ctx, r); err != nil {
			t.Fatal(err)
		}
		want = append([]record.Run{r}, want...)
	}
	var got []record.Run
	for r, err := range s.Runs(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("runs (-want +got):\n%s", diff)
	}
}

func TestProblems(t *testing.T) {
	ctx := t.Context()
	s := open(t, t.TempDir())
	defer s.Close()
	list := make([]record.Problem, 700)
	for i := range list {
		list[i] = record.Problem{Origin: record.Origin{Source: "src", Locator: fmt.Sprintf("x.csv:%d", i)}, Err: errors.New("broken")}
	}
	read := func(run string) (n int, last string) {
		for p, err := range s.Problems(ctx, run) {
			if err != nil {
				t.Fatal(err)
			}
			n, last = n+1, p.Error()
		}
		return n, last
	}
	for range 2 {
		if err := s.SaveProblems(ctx, "run", list); err != nil {
			t.Fatal(err)
		}
	}
	if n, last := read("run"); n != 1000 || last != "x.csv:299: broken" {
		t.Errorf("%d problems, last %q; want the first 1000", n, last)
	}
	for i := range 200 {
		if err := s.SaveProblems(ctx, fmt.Sprint(i), list[:1]); err != nil {
			t.Fatal(err)
		}
	}
	if n, _ := read("run"); n != 0 {
		t.Errorf("%d problems of a run that is 200 runs old", n)
	}
	if n, _ := read("0"); n != 1 {
		t.Errorf("%d problems of the oldest run that is kept", n)
	}
}

func TestArtefact(t *testing.T) {
	ctx := t.Context()
	s := open(t, t.TempDir())
	defer s.Close()
	if _, err := s.Artefact(ctx, "idf"); !errors.Is(err, record.ErrNotFound) {
		t.Errorf("no artefact: %v", err)
	}
	for _, want := range [][]byte{{}, []byte("one"), bytes.Repeat([]byte("token 7\n"), 1<<16)} {
		if err := s.SaveArtefact(ctx, "idf", want); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Artefact(ctx, "idf"); err != nil || !bytes.Equal(got, want) {
			t.Errorf("artefact of %d bytes came back as %d, %v", len(want), len(got), err)
		}
	}
}

func TestSeen(t *testing.T) {
	ctx := t.Context()
	at, opt := now, options()
	opt.Now = func() time.Time { return at }
	s, err := bolt.Open(t.TempDir(), opt)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	a, b := &record.Party{ID: "A"}, &record.Party{ID: "B", Origin: &record.Origin{Fetched: now}}
	shipped := &record.Shipment{ID: "first/202001/1"}
	for i, recs := range [][]record.Record{{a, b, shipped}, {a, b, shipped}, {a, shipped}, {a, shipped}} {
		at = now.AddDate(0, 0, i)
		l, err := s.Begin(ctx, "first", fmt.Sprintf("run%d", i), bolt.Full)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Put(ctx, recs...); err != nil {
			t.Fatal(err)
		}
		if _, err := l.Commit(ctx); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		ref         record.Ref
		first, last string
	}{
		{a.Ref(), "run0 2026-11-22", "run3 2026-11-25"},
		{b.Ref(), "run0 2026-11-22", "run1 2026-11-23"},
		{shipped.Ref(), "run0 2026-11-22", "run0 2026-11-22"},
	} {
		first, last, err := s.Seen(ctx, tt.ref)
		text := func(s bolt.Sighting) string { return s.Run + " " + s.At.Format(time.DateOnly) }
		if err != nil || text(first) != tt.first || text(last) != tt.last {
			t.Errorf("Seen(%s) = %s, %s, %v; want %s, %s", tt.ref, text(first), text(last), err, tt.first, tt.last)
		}
	}
	if _, _, err := s.Seen(ctx, record.Ref{Kind: record.KindParty, ID: "C"}); !errors.Is(err, record.ErrNotFound) {
		t.Errorf("Seen of nothing: %v", err)
	}
	if mark, err := s.Watermark(ctx); err != nil || !mark.Equal(now) {
		t.Errorf("Watermark = %v, %v; want %v", mark, err, now)
	}
}

func TestDrop(t *testing.T) {
	ctx := t.Context()
	s := open(t, t.TempDir())
	defer s.Close()
	loadAll(t, s, "src", bolt.Full, []record.Record{&record.Shipment{ID: "src/202001/1"}, &record.Shipment{ID: "src/202002/1"}})
	if err := s.Drop(ctx, "src", "202001"); err != nil {
		t.Fatal(err)
	}
	if err := s.Drop(ctx, "src", "202001"); !errors.Is(err, record.ErrNotFound) {
		t.Errorf("Drop of nothing: %v", err)
	}
	var months []string
	for m, err := range s.Months(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		months = append(months, fmt.Sprint(m.Source, " ", m.Month, " ", m.Rows))
	}
	if diff := cmp.Diff([]string{"src 202002 1"}, months); diff != "" {
		t.Errorf("months (-want +got):\n%s", diff)
	}
	if n, err := s.Leftovers(); n != 0 || err != nil {
		t.Errorf("%d rows or files are left over, %v", n, err)
	}
}

// TestReadersBesideLoads reads while loads replace everything: every Get and
// every row of a scan is there and whole.
func TestReadersBesideLoads(t *testing.T) {
	ctx := t.Context()
	s := open(t, t.TempDir())
	defer s.Close()
	const rows = 3000
	fill := func(n int) {
		var recs []record.Record
		for i := range rows {
			recs = append(recs,
				&record.Tag{ID: fmt.Sprintf("US%d", i), Patent: fmt.Sprint(n), Area: fmt.Sprint(n)},
				&record.Shipment{ID: fmt.Sprintf("src/202001/%d", i), Vessel: fmt.Sprint(n), Voyage: fmt.Sprint(n)})
		}
		loadAll(t, s, "src", bolt.Full, recs)
	}
	fill(0)
	done := make(chan bool)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				for _, kind := range []record.Kind{record.KindTag, record.KindShipment} {
					n := 0
					for r, err := range s.Scan(ctx, kind, "") {
						if err != nil {
							t.Error(err)
							return
						}
						n++
						switch r := r.(type) {
						case *record.Tag:
							if r.Patent != r.Area {
								t.Errorf("%s is of two loads", r.ID)
							}
						case *record.Shipment:
							if r.Vessel != r.Voyage {
								t.Errorf("%s is of two loads", r.ID)
							}
						}
					}
					if n != rows {
						t.Errorf("a scan saw %d of %d %ss", n, rows, kind)
					}
				}
				if _, err := s.Get(ctx, record.Ref{Kind: record.KindShipment, ID: "src/202001/77"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for n := range 5 {
		fill(n + 1)
	}
	close(done)
	wg.Wait()
}
