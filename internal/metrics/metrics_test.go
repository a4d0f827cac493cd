package metrics_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/internal/metrics"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func state() metrics.State {
	return metrics.State{
		Sources: []metrics.Source{
			{ID: "zz-list", LastSuccess: now.Add(-time.Hour), Next: now.Add(5 * time.Hour), StaleFrom: now.Add(11 * time.Hour), Records: 25, Problems: 1, Captures: 2, Bytes: 4096},
			{ID: "zz-new"},
		},
		Stages:    []metrics.Stage{{Stage: "crawl", Source: "zz-list", Took: 1500 * time.Millisecond}, {Stage: "link", Source: "links", Took: time.Second}},
		Published: now.Add(-30 * time.Minute),
		Disk:      func() metrics.Disk { return metrics.Disk{Free: 50 << 30, Size: 100 << 30} },
	}
}

const wantFile = `# HELP tripoint_batch_failed 1 if the last batch failed as a whole.
# TYPE tripoint_batch_failed gauge
tripoint_batch_failed 0
# HELP tripoint_build_info The version of tripoint.
# TYPE tripoint_build_info gauge
tripoint_build_info{version="v1.2.3"} 1
# HELP tripoint_disk_free_bytes Free space on the disk of the data folder.
# TYPE tripoint_disk_free_bytes gauge
tripoint_disk_free_bytes 5.36870912e+10
# HELP tripoint_disk_size_bytes Size of the disk of the data folder.
# TYPE tripoint_disk_size_bytes gauge
tripoint_disk_size_bytes 1.073741824e+11
# HELP tripoint_snapshot_timestamp_seconds When the last snapshot was published.
# TYPE tripoint_snapshot_timestamp_seconds gauge
tripoint_snapshot_timestamp_seconds 1.795347e+09
# HELP tripoint_source_bytes_total The bytes fetched by all crawls.
# TYPE tripoint_source_bytes_total counter
tripoint_source_bytes_total{source="zz-list"} 4096
tripoint_source_bytes_total{source="zz-new"} 0
# HELP tripoint_source_captures The captures of the last crawl.
# TYPE tripoint_source_captures gauge
tripoint_source_captures{source="zz-list"} 2
tripoint_source_captures{source="zz-new"} 0
# HELP tripoint_source_held 1 while a gate holds new data back and the last good records stand.
# TYPE tripoint_source_held gauge
tripoint_source_held{source="zz-list"} 0
tripoint_source_held{source="zz-new"} 0
# HELP tripoint_source_last_success_timestamp_seconds When the last run of a source ended that brought good records.
# TYPE tripoint_source_last_success_timestamp_seconds gauge
tripoint_source_last_success_timestamp_seconds{source="zz-list"} 1.7953452e+09
# HELP tripoint_source_next_run_timestamp_seconds When a source is to run next.
# TYPE tripoint_source_next_run_timestamp_seconds gauge
tripoint_source_next_run_timestamp_seconds{source="zz-list"} 1.7953668e+09
# HELP tripoint_source_problems The problems of the last parse.
# TYPE tripoint_source_problems gauge
tripoint_source_problems{source="zz-list"} 1
tripoint_source_problems{source="zz-new"} 0
# HELP tripoint_source_records The records of the last success.
# TYPE tripoint_source_records gauge
tripoint_source_records{source="zz-list"} 25
tripoint_source_records{source="zz-new"} 0
# HELP tripoint_source_stale 1 if a source has brought nothing good for two runs, or ran into its timeout.
# TYPE tripoint_source_stale gauge
tripoint_source_stale{source="zz-list"} 0
tripoint_source_stale{source="zz-new"} 0
# HELP tripoint_stage_duration_seconds How long a stage took over a source the last time.
# TYPE tripoint_stage_duration_seconds gauge
tripoint_stage_duration_seconds{source="links",stage="link"} 1
tripoint_stage_duration_seconds{source="zz-list",stage="crawl"} 1.5
`

func TestWriteFile(t *testing.T) {
	b := metrics.New("v1.2.3", func() time.Time { return now })
	b.Set(state())
	name := filepath.Join(t.TempDir(), "tripoint.prom")
	if err := b.WriteFile(name); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wantFile, string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := b.WriteFile(filepath.Join(t.TempDir(), "absent", "x.prom")); err == nil || !strings.HasPrefix(err.Error(), "metrics: ") {
		t.Errorf("got %v", err)
	}
}

func get(t *testing.T, b *metrics.Board, path string) (int, string) {
	t.Helper()
	h, err := b.Handler()
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Code, w.Body.String()
}

// What grows older does so between two batches.
func TestHandler(t *testing.T) {
	clock := now
	b := metrics.New("v1.2.3", func() time.Time { return clock })
	if code, body := get(t, b, "/metrics"); code != 200 || !strings.Contains(body, "tripoint_build_info") {
		t.Errorf("before any batch: %d %s", code, body)
	}
	b.Set(state())
	holds := func(lines ...string) {
		t.Helper()
		code, body := get(t, b, "/metrics")
		for _, line := range lines {
			if code != 200 || !strings.Contains(body, "\n"+line+"\n") {
				t.Errorf("%d, and no line %s", code, line)
			}
		}
	}
	holds(`tripoint_source_last_success_age_seconds{source="zz-list"} 3600`, `tripoint_source_stale{source="zz-list"} 0`)
	if _, body := get(t, b, "/metrics"); !strings.Contains(body, "\ngo_goroutines ") || strings.Contains(body, `age_seconds{source="zz-new"}`) {
		t.Error("the process is not told of, or the age of what never was")
	}
	clock = now.Add(11 * time.Hour)
	holds(`tripoint_source_last_success_age_seconds{source="zz-list"} 43200`, `tripoint_source_stale{source="zz-list"} 1`)
}

func TestHealth(t *testing.T) {
	clock := now
	b := metrics.New("v1.2.3", func() time.Time { return clock })
	b.Set(state())
	if code, body := get(t, b, "/healthz"); code != 200 || body != `{"status":"ok"}`+"\n" {
		t.Errorf("got %d %s", code, body)
	}
	s := state()
	s.Disk = func() metrics.Disk { return metrics.Disk{Free: 1 << 30, Size: 100 << 30} }
	s.Sources[1].StaleFrom = now
	b.Set(s)
	b.Fail(errors.New("store is in use\nwait"))
	clock = now.Add(11 * time.Hour)
	code, body := get(t, b, "/healthz")
	want := `{"status":"failing","why":["the last batch failed: store is in use; wait","1.0 of 100.0 GiB are free on the disk of the data folder",` +
		`"zz-list is stale: last success 2026-11-22T11:00:00Z","zz-new is stale: never succeeded"]}` + "\n"
	if code != 503 || body != want {
		t.Errorf("got %d %s", code, body)
	}
}

func TestDisk(t *testing.T) {
	const gib = 1 << 30
	for _, tt := range []struct {
		free, size uint64
		low        bool
	}{
		{0, 0, false}, // not known
		{gib - 1, 10 * gib, true},
		{gib, 10 * gib, false},
		{4 * gib, 100 * gib, true},
		{5 * gib, 100 * gib, false},
		{20*gib - 1, 4000 * gib, true},
		{20 * gib, 4000 * gib, false},
	} {
		if got := (metrics.Disk{Free: tt.free, Size: tt.size}).Low(); got != tt.low {
			t.Errorf("%d of %d: %t", tt.free, tt.size, got)
		}
	}
	if d := metrics.DiskOf(t.TempDir()); d.Size > 0 && d.Free > d.Size {
		t.Errorf("more is free than there is: %v", d)
	}
	if d := metrics.DiskOf(filepath.Join(t.TempDir(), "absent")); d != (metrics.Disk{}) {
		t.Errorf("a folder that is not there has %v", d)
	}
}
