package ams

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/tripoint-data/tripoint/parsers/manifest/ams/amstest"
	"github.com/tripoint-data/tripoint/parsers/manifest/runs"
	"github.com/tripoint-data/tripoint/record"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func unit(temp string, files ...txtar.File) record.Unit {
	u := record.Unit{Origin: record.Origin{Source: "us-ams", Parser: "ams-csv/1"}, Temp: temp}
	for _, f := range files {
		u.Parts = append(u.Parts, record.Part{Name: f.Name, Open: func() (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(f.Data)), nil
		}})
	}
	return u
}

// lines are what a parse yields: records, merged rows, problems, the error.
func lines(t testing.TB, p parser, u record.Unit) string {
	t.Helper()
	var b strings.Builder
	for r, err := range p.parse(context.Background(), u) {
		var problem *record.Problem
		switch {
		case err == record.ErrMerged:
			b.WriteString("merged\n")
		case errors.As(err, &problem):
			fmt.Fprintf(&b, "problem %v\n", err)
		case err != nil:
			fmt.Fprintf(&b, "error %v\n", err)
		default:
			line, err := record.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(line), `:""`) {
				t.Errorf("an empty text in %s", line)
			}
			fmt.Fprintf(&b, "%s\n", line)
		}
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no cases", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			last := len(a.Files) - 1
			got := lines(t, parser{runs.Budget, maxRows}, unit("", a.Files[:last]...))
			if *update {
				a.Files[last].Data = []byte(got)
				if err := os.WriteFile(path, txtar.Format(a), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(a.Files[last].Data), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if strings.Contains(got, "JANE") || strings.Contains(got, "5550") {
				t.Error("a private person's name or number is in the records")
			}
			temp := t.TempDir() // through the disk the answer is the same
			if spilt := lines(t, parser{1, maxRows}, unit(temp, a.Files[:last]...)); spilt != got {
				t.Errorf("by runs on disk (-memory +disk):\n%s", cmp.Diff(got, spilt))
			}
			if left, _ := os.ReadDir(temp); len(left) > 0 {
				t.Errorf("%d scratch files are left", len(left))
			}
		})
	}
}

// The day that a carrier announced is marked as such; the actual day is not.
func TestArrival(t *testing.T) {
	columns := strings.Split(amstest.Header("header"), ",")
	for _, tt := range []struct{ estimated, actual, date, basis string }{
		{"2020-07-26", "2020-07-28", "2020-07-28", ""},
		{"2020-07-26", "", "2020-07-26", "estimated"},
		{"", "2020-07-28", "2020-07-28", ""},
		{"", "", "", ""},
	} {
		row := make([]string, len(columns))
		row[0] = "20200701234567"
		row[slices.Index(columns, "vessel_name")] = "STRELSAU STAR"
		row[slices.Index(columns, "estimated_arrival_date")] = tt.estimated
		row[slices.Index(columns, "actual_arrival_date")] = tt.actual
		file := txtar.File{Name: "ams__header_2020__202012010000.csv", Data: []byte(strings.Join(columns, ",") + "\n" + strings.Join(row, ",") + "\n")}
		n := 0
		for r, err := range (parser{runs.Budget, maxRows}).parse(t.Context(), unit("", file)) {
			if err != nil {
				t.Fatal(err)
			}
			n++
			s := r.(*record.Shipment)
			if s.Arrived != record.Date(tt.date) || s.ArrivedBasis != tt.basis {
				t.Errorf("%+v: arrived %q, basis %q", tt, s.Arrived, s.ArrivedBasis)
			}
		}
		if n != 1 {
			t.Errorf("%+v: %d bills", tt, n)
		}
	}
}

func generated(t testing.TB, seed uint64, bills int, temp string) (record.Unit, amstest.Counts, int64) {
	t.Helper()
	bufs, out := map[string]*bytes.Buffer{}, map[string]io.Writer{}
	for _, name := range amstest.Tables {
		bufs[name] = &bytes.Buffer{}
		out[name] = bufs[name]
	}
	counts, err := amstest.Write(seed, bills, out)
	if err != nil {
		t.Fatal(err)
	}
	var files []txtar.File
	size := int64(0)
	for _, name := range amstest.Tables {
		files = append(files, txtar.File{Name: "ams__" + name + "_2020__202012010000.csv", Data: bufs[name].Bytes()})
		size += int64(bufs[name].Len())
	}
	return unit(temp, files...), counts, size
}

// A family many times the budget is read as one that fits it.
func TestRunsOnDisk(t *testing.T) {
	u, counts, _ := generated(t, 1, 3000, "")
	want := lines(t, parser{runs.Budget, maxRows}, u)
	if n := strings.Count(want, "\n{"); n+1 != counts.Bills {
		t.Errorf("%d shipments of %d bills", n+1, counts.Bills)
	}
	if strings.Contains(want, "problem") || strings.Contains(want, "error") || !strings.Contains(want, "merged") {
		t.Error("the family does not read cleanly")
	}
	u.Temp = t.TempDir()
	if got := lines(t, parser{10_000, maxRows}, u); got != want {
		t.Error("runs on disk and in memory give different shipments")
	}
	if left, _ := os.ReadDir(u.Temp); len(left) > 0 {
		t.Errorf("%d scratch files are left", len(left))
	}
}

func TestStops(t *testing.T) {
	u, _, _ := generated(t, 1, 500, t.TempDir())
	for range (parser{10_000, maxRows}).parse(context.Background(), u) {
		break
	}
	if left, _ := os.ReadDir(u.Temp); len(left) > 0 {
		t.Errorf("%d scratch files are left", len(left))
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, err := range (parser{runs.Budget, maxRows}).parse(ctx, u) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("err = %v", err)
		}
	}
}

func TestScratchFails(t *testing.T) {
	u, _, _ := generated(t, 1, 500, filepath.Join(t.TempDir(), "absent"))
	got := lines(t, parser{10_000, maxRows}, u)
	if !strings.HasPrefix(got, "error ams: ams__header_2020__202012010000.csv: sorting on disk: ") || strings.Count(got, "\n") != 1 {
		t.Errorf("got %q", got)
	}
}

// One identifier with rows beyond the limit is a problem for each header row.
func TestTooManyRows(t *testing.T) {
	var goods strings.Builder
	goods.WriteString(amstest.Header("cargodesc") + "\n")
	for i := range 12 {
		fmt.Fprintf(&goods, "7,MSCU0000001,%d,1,TILES\n", i)
	}
	head := amstest.Header("header") + "\n" + "7,SEAU" + strings.Repeat(",", strings.Count(amstest.Header("header"), ",")-1) + "\n"
	head += head[strings.Index(head, "7,SEAU"):]
	got := lines(t, parser{runs.Budget, 10}, unit("", txtar.File{Name: "ams__header_2020__202001010000.csv", Data: []byte(head)},
		txtar.File{Name: "ams__cargodesc_2020__202001010000.csv", Data: []byte(goods.String())}))
	if strings.Count(got, "problem ams__header") != 2 || !strings.Contains(got, "more than 10 rows of cargodesc") || strings.Contains(got, "{") {
		t.Errorf("got %s", got)
	}
}

func TestOrphansAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString(amstest.Header("container") + "\n")
	for i := range maxOrphans + 5 {
		fmt.Fprintf(&b, "%d,MSCU0000001,,,,,,,,,\n", i)
	}
	got := lines(t, parser{runs.Budget, maxRows}, unit("", txtar.File{Name: "ams__header_2020__202001010000.csv", Data: []byte(amstest.Header("header") + "\n")},
		txtar.File{Name: "ams__container_2020__202001010000.csv", Data: []byte(b.String())}))
	if n := strings.Count(got, "problem"); n != maxOrphans+1 || !strings.Contains(got, "5 more identifiers have no row") {
		t.Errorf("%d problems", n)
	}
}

func TestNewRefusesOptions(t *testing.T) {
	if _, err := New(func(any) error { return errors.New("unknown key sort") }); err == nil {
		t.Error("options are accepted")
	}
	if parse, err := New(nil); err != nil || parse == nil {
		t.Error(err)
	}
}

// Whatever the bytes, the parse ends without panic, yields whole records and
// is the same through the disk.
func FuzzParse(f *testing.F) {
	u, _, _ := generated(f, 1, 3, "")
	data := func(i int) []byte {
		r, _ := u.Parts[i].Open()
		b, _ := io.ReadAll(r)
		return b
	}
	f.Add(data(0), data(3), data(5), data(7))
	f.Add([]byte("identifier,record_status_indicator\n1,\n"), []byte("identifier\n1"), []byte(""), []byte("identifier,harmonized_number\n1,\"8"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, head, who, what, codes []byte) {
		u := unit("", txtar.File{Name: "ams__header_2020__202001010000.csv", Data: head},
			txtar.File{Name: "ams__consignee_2020__202001010000.csv", Data: who},
			txtar.File{Name: "ams__cargodesc_2020__202001010000.csv", Data: what},
			txtar.File{Name: "ams__tariff_2020__202001010000.csv", Data: codes})
		want := lines(t, parser{runs.Budget, maxRows}, u)
		u.Temp = dir
		if got := lines(t, parser{64, maxRows}, u); got != want {
			t.Errorf("by runs on disk (-memory +disk):\n%s", cmp.Diff(want, got))
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for _, bb := range []struct {
		name   string
		budget int
	}{{"memory", 1 << 30}, {"disk", 2 << 20}} {
		b.Run(bb.name, func(b *testing.B) {
			u, counts, size := generated(b, 1, 50_000, b.TempDir())
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				for r, err := range (parser{bb.budget, maxRows}).parse(context.Background(), u) {
					if r != nil {
						n++
					} else if err != record.ErrMerged {
						b.Fatal(err)
					}
				}
				if n != counts.Bills {
					b.Fatal(n)
				}
			}
			b.ReportMetric(float64(counts.Rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
