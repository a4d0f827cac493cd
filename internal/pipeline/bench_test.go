package pipeline_test

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tripoint-data/tripoint/crawlers/drop"
	"github.com/tripoint-data/tripoint/parsers"
	"github.com/tripoint-data/tripoint/parsers/manifest/ams/amstest"

	"github.com/tripoint-data/tripoint/internal/pipeline"
	"github.com/tripoint-data/tripoint/sinks/bolt"
)

var bills = flag.Int("bills", 100_000, "bills of lading of the benchmark AMSToStore")

// BenchmarkAMSToStore reads a family of AMS tables out of the archive, joins
// them and commits them to a new store. A row is one of any table, eight a
// bill; B is the store on the disk, MB the most anonymous memory that the
// process held, its making of the tables included. What the processors spent
// on a million rows, cpu-s/Mrow, tells two versions apart on a busy machine.
func BenchmarkAMSToStore(b *testing.B) {
	h := newHouse(b, bolt.Options{Synthetic: true})
	src, rows := manifests(b, h, *bills)
	h.crawl(src)
	disk, spent := int64(0), 0.0
	memory := watchMemory()
	b.ResetTimer()
	for range b.N {
		b.StopTimer()
		dir, err := os.MkdirTemp(b.TempDir(), "")
		if err != nil {
			b.Fatal(err)
		}
		s, err := bolt.Open(dir, bolt.Options{Synthetic: true, Now: h.Now})
		if err != nil {
			b.Fatal(err)
		}
		room := &storeRoom{Store: s}
		h.Store, h.Runs = room, s
		spent -= processors()
		b.StartTimer()
		if run := h.parse(src); run.Records != *bills || room.last().Added != *bills {
			b.Fatalf("run %+v, load %+v, want %d bills", run, room.last(), *bills)
		}
		b.StopTimer()
		spent += processors()
		disk += sizeOf(b, dir)
		if err := errors.Join(s.Close(), os.RemoveAll(dir)); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(*bills*b.N)/b.Elapsed().Seconds(), "bills/s")
	b.ReportMetric(float64(disk)/float64(rows*b.N), "B/row")
	b.ReportMetric(float64(disk)/float64(*bills*b.N), "B/bill")
	if most := memory(); most > 0 {
		b.ReportMetric(float64(most)/1e6, "MB")
		b.ReportMetric(spent*1e6/float64(rows*b.N), "cpu-s/Mrow")
	}
}

// manifests drops a family of n bills in a folder and returns its source and
// the rows of all its tables.
func manifests(b *testing.B, h *house, n int) (*pipeline.Source, int) {
	folder := b.TempDir()
	tables := map[string]io.Writer{}
	var files []*os.File
	for _, t := range amstest.Tables {
		f, err := os.Create(filepath.Join(folder, "ams__"+t+"_2020__202101010000.csv"))
		if err != nil {
			b.Fatal(err)
		}
		tables[t], files = f, append(files, f)
	}
	counts, err := amstest.Write(1, n, tables)
	for _, f := range files {
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		b.Fatal(err)
	}
	crawler, err := drop.New(decoder(fmt.Sprintf("{folder: %q, files: ['*.csv']}", folder)), h.agent)
	if err != nil {
		b.Fatal(err)
	}
	f, err := parsers.Lookup("ams-csv")
	if err != nil {
		b.Fatal(err)
	}
	fn, err := f.New(nil)
	if err != nil {
		b.Fatal(err)
	}
	return &pipeline.Source{
		ID: "us-ams", Crawler: crawler, Format: f, Parse: fn,
		Gate: pipeline.Gate{MaxProblems: 0.05, Fill: map[string]float64{"arrived": 0.9}},
	}, counts.Rows
}

func sizeOf(b *testing.B, dir string) (n int64) {
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			n += info.Size()
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// watchMemory looks at the anonymous memory of the process until the returned
// function is called, which returns the most that was seen; 0 where the
// system does not tell.
func watchMemory() func() int64 {
	var most atomic.Int64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for tick := time.Tick(20 * time.Millisecond); ; {
			most.Store(max(most.Load(), anonymous()))
			select {
			case <-tick:
			case <-stop:
				return
			}
		}
	}()
	return func() int64 {
		close(stop)
		<-stopped
		return most.Load()
	}
}

// anonymous is RssAnon of the process in bytes.
func anonymous() int64 {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if kb, ok := strings.CutPrefix(lines.Text(), "RssAnon:"); ok {
			n, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(kb, "kB")), 10, 64)
			return n << 10
		}
	}
	return 0
}

// processors is the processor time of this process in seconds.
func processors() float64 {
	b, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseFloat(fields[11], 64)
	system, _ := strconv.ParseFloat(fields[12], 64)
	return (user + system) / 100 // ticks of a hundredth of a second
}
