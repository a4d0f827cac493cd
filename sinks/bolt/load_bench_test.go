package bolt_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/bolt"
)

// bills makes n bills over two months and counts their source rows.
func bills(n int) (list []record.Record, rows int) {
	c := newCorpus(1)
	for i := range n {
		s, k := c.bill("us-ams", []string{"202007", "202008"}[i*2/n], i)
		list, rows = append(list, s), rows+k
	}
	return list, rows
}

func size(dir string) (n int64) {
	_ = filepath.WalkDir(filepath.Join(dir, "shipments"), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if info, err := d.Info(); err == nil {
				n += info.Size()
			}
		}
		return err
	})
	return n
}

func loadAll(tb testing.TB, s *bolt.Store, source string, mode bolt.Mode, list []record.Record) bolt.Delta {
	tb.Helper()
	l, err := s.Begin(tb.Context(), source, "run", mode)
	if err != nil {
		tb.Fatal(err)
	}
	if err := l.Put(tb.Context(), list...); err != nil {
		tb.Fatal(err)
	}
	d, err := l.Commit(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// BenchmarkLoad is a load of shipments, from Put to Commit, with the
// dictionary of names. The making of the corpus is not counted.
func BenchmarkLoad(b *testing.B) {
	const bills = 400_000
	rows, disk := 0, int64(0)
	for b.Loop() {
		b.StopTimer()
		c := newCorpus(1)
		dir, err := os.MkdirTemp(b.TempDir(), "")
		if err != nil {
			b.Fatal(err)
		}
		s := open(b, dir)
		l, err := s.Begin(b.Context(), "us-ams", "run", bolt.Full)
		if err != nil {
			b.Fatal(err)
		}
		list := make([]record.Record, 4096)
		for i := range bills {
			r, n := c.bill("us-ams", []string{"202007", "202008"}[i*2/bills], i)
			rows += n
			if list[i%len(list)] = r; i%len(list) == len(list)-1 || i == bills-1 {
				b.StartTimer()
				if err := l.Put(b.Context(), list[:i%len(list)+1]...); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
			}
		}
		b.StartTimer()
		if _, err := l.Commit(b.Context()); err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		disk += size(dir)
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(disk)/float64(rows), "B/row")
}

func BenchmarkRead(b *testing.B) {
	list, rows := bills(200_000)
	s := open(b, b.TempDir())
	defer s.Close()
	loadAll(b, s, "us-ams", bolt.Full, list)
	b.Run("get", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if _, err := s.Get(b.Context(), list[i*7919%len(list)].Ref()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("scan", func(b *testing.B) {
		for b.Loop() {
			for _, err := range s.Scan(b.Context(), record.KindShipment, "us-ams/202008") {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(rows/2*b.N)/b.Elapsed().Seconds(), "rows/s")
	})
	b.Run("names", func(b *testing.B) {
		n := 0
		for b.Loop() {
			for _, err := range s.Names(b.Context()) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
		}
		b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "names/s")
	})
	b.Run("uses", func(b *testing.B) {
		n := 0
		for b.Loop() {
			t := list[n*7919%len(list)].(*record.Shipment).Consignee
			if n++; t == nil {
				continue
			}
			for _, err := range s.Uses(b.Context(), t.Name, t.Country) {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// BenchmarkFacts is a load of tags, and the same again.
func BenchmarkFacts(b *testing.B) {
	var tags []record.Record
	for i := range 200_000 {
		id := fmt.Sprintf("US%d", 10_000_000+i)
		tags = append(tags, &record.Tag{
			ID: id + "/2024/ai", Patent: id, Edition: "2024", Area: "ai", Score: 0.5,
			Why: []record.Why{{Kind: "code", Text: "G06N3/08 machine learning", Field: "cpc", Weight: 0.4, Method: "2024/0123456789ab"}},
		})
	}
	b.Run("first", func(b *testing.B) {
		for range b.N {
			s := open(b, b.TempDir())
			loadAll(b, s, "cet/2024", bolt.Full, tags)
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(tags)*b.N)/b.Elapsed().Seconds(), "rows/s")
	})
	s := open(b, b.TempDir())
	defer s.Close()
	loadAll(b, s, "cet/2024", bolt.Full, tags)
	b.Run("again", func(b *testing.B) {
		for range b.N {
			loadAll(b, s, "cet/2024", bolt.Full, tags)
		}
		b.ReportMetric(float64(len(tags)*b.N)/b.Elapsed().Seconds(), "rows/s")
	})
	b.Run("scan", func(b *testing.B) {
		for b.Loop() {
			for _, err := range s.Scan(b.Context(), record.KindTag, "") {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(len(tags)*b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}

// BenchmarkFrontier has sixteen goroutines that lease, add and end requests.
func BenchmarkFrontier(b *testing.B) {
	s := open(b, b.TempDir())
	defer s.Close()
	f, err := s.Frontier(b.Context(), "src", "run")
	if err != nil {
		b.Fatal(err)
	}
	for i := range 20_000 {
		if err := f.Add(b.Context(), record.Request{URL: fmt.Sprintf("https://host.test/list/%d", i)}); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	var wg sync.WaitGroup
	for g := range 16 {
		wg.Go(func() {
			for i := 0; i < b.N/16+1; i++ {
				r, err := f.Lease(b.Context())
				if errors.Is(err, io.EOF) {
					continue
				}
				err = errors.Join(err, f.Add(b.Context(), record.Request{URL: fmt.Sprintf("https://host.test/%d/%d", g, i)}), f.Done(b.Context(), r))
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pages/s")
}

// BenchmarkFrontierMillion queues a million addresses: MB is the most
// anonymous memory that the process held, MB-more what of it the queue added.
func BenchmarkFrontierMillion(b *testing.B) {
	const n = 1_000_000
	for b.Loop() {
		dir := b.TempDir()
		s := open(b, dir)
		f, err := s.Frontier(b.Context(), "src", "run")
		if err != nil {
			b.Fatal(err)
		}
		runtime.GC()
		debug.FreeOSMemory()
		before, most := anonymous(b), int64(0)
		batch := make([]record.Request, 0, 500)
		for i := range n {
			batch = append(batch, record.Request{URL: fmt.Sprintf("https://www.host.test/detail/%d?list=2020&page=%d", i, i/500), Role: "detail", Vars: map[string]string{"year": "2020"}})
			if len(batch) == cap(batch) {
				if err := f.Add(b.Context(), batch...); err != nil {
					b.Fatal(err)
				}
				batch = make([]record.Request, 0, 500)
				most = max(most, anonymous(b))
			}
		}
		if left, err := f.Pending(b.Context()); left != n || err != nil {
			b.Fatalf("%d of %d are queued, %v", left, n, err)
		}
		for range 1000 {
			r, err := f.Lease(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			_ = r
		}
		most = max(most, anonymous(b))
		if err := errors.Join(f.Close(), s.Close()); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(most)/1e6, "MB")
		b.ReportMetric(float64(most-before)/1e6, "MB-more")
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "addresses/s")
}

// anonymous is RssAnon of the process in bytes; 0 where the system does not tell.
func anonymous(b *testing.B) int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "RssAnon:")
	kb, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	n, err := strconv.ParseInt(kb, 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return n << 10
}
