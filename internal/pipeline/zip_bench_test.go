package pipeline_test

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/tripoint-data/tripoint/crawlers/bulk"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/internal/pipeline"
	"github.com/tripoint-data/tripoint/parsers"
)

var zipMegabytes = flag.Int("zip", 64, "size of the ZIP of the benchmark LargeZIP in MB")

const imageBytes = 40_000 // of the column that no rule reads

// BenchmarkLargeZIP fetches a ZIP with one large table from a server, keeps it
// in the archive, and parses the table out of it into the store. MB is the
// most anonymous memory that the process held meanwhile, the server's included.
func BenchmarkLargeZIP(b *testing.B) {
	dir := b.TempDir()
	rows := writeZIP(b, filepath.Join(dir, "imports.zip"))
	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	defer server.Close()
	for b.Loop() {
		memory := watchMemory()
		zipThrough(b, server, rows)
		if most := memory(); most > 0 {
			b.ReportMetric(float64(most)/1e6, "MB")
		}
	}
	b.SetBytes(int64(*zipMegabytes) * 1e6)
}

// zipThrough crawls and parses the ZIP.
func zipThrough(b *testing.B, server *httptest.Server, rows int) {
	withHouse(b, server, func(h *pipeline.House, agent *fetch.Agent) {
		crawler, err := bulk.New(decoder(`{start: ["http://list.tripoint.test/imports.zip"], rate: {every: 0s}, limits: {max_bytes: 64GiB}}`), agent)
		if err != nil {
			b.Fatal(err)
		}
		f, fn := ofFields(b, `
input: {type: csv}
record: shipment
fields:
  flow: {const: import}
  master_bill: {from: bill}
  arrived: {from: arrived, date: "2006-01-02"}
  consignee.name: {from: consignee}
ignore: [image]
`)
		src := &pipeline.Source{ID: "zz-imports", Crawler: crawler, Format: f, Parse: fn, Unpack: parsers.Unpack{Glob: "*.csv", MaxBytes: 64 << 30}, Gate: pipeline.Gate{MaxProblems: 0}}
		if run, err := h.Crawl(b.Context(), src); err != nil || run.Captures != 1 {
			b.Fatalf("%d captures, %v", run.Captures, err)
		}
		if run, err := h.Parse(b.Context(), src); err != nil || run.Records != rows {
			b.Fatalf("%d records of %d, %v", run.Records, rows, err)
		}
	})
}

// writeZIP writes a table of imports into a ZIP, each row with an image that
// does not get much smaller, and returns its rows.
func writeZIP(b *testing.B, name string) (rows int) {
	file, err := os.Create(name)
	if err != nil {
		b.Fatal(err)
	}
	z := zip.NewWriter(file)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.HuffmanOnly) })
	member, err := z.Create("imports.csv")
	if err != nil {
		b.Fatal(err)
	}
	out := bufio.NewWriterSize(member, 1<<20)
	random, image := rand.NewChaCha8([32]byte{1}), make([]byte, imageBytes*3/4)
	fmt.Fprintln(out, "bill,arrived,consignee,image")
	for rows = range *zipMegabytes * 1e6 / (imageBytes * 3 / 4) {
		_, _ = random.Read(image)
		fmt.Fprintf(out, "ZZZZ%09d,2025-%02d-%02d,Zhelanqu Optics No. %d,%s\n", rows, 1+rows%12, 1+rows%28, rows%1000, base64.StdEncoding.EncodeToString(image))
	}
	if err := errors.Join(out.Flush(), z.Close(), file.Close()); err != nil {
		b.Fatal(err)
	}
	return rows + 1
}
