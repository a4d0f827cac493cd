package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("tripoint_"+name, help, labels, nil)
}

// The metrics.
var (
	build     = desc("build_info", "The version of tripoint.", "version")
	published = desc("snapshot_timestamp_seconds", "When the last snapshot was published.")
	failed    = desc("batch_failed", "1 if the last batch failed as a whole.")
	diskFree  = desc("disk_free_bytes", "Free space on the disk of the data folder.")
	diskSize  = desc("disk_size_bytes", "Size of the disk of the data folder.")
	took      = desc("stage_duration_seconds", "How long a stage took over a source the last time.", "source", "stage")

	success  = desc("source_last_success_timestamp_seconds", "When the last run of a source ended that brought good records.", "source")
	age      = desc("source_last_success_age_seconds", "How long ago the last run of a source ended that brought good records.", "source")
	next     = desc("source_next_run_timestamp_seconds", "When a source is to run next.", "source")
	stale    = desc("source_stale", "1 if a source has brought nothing good for two runs, or ran into its timeout.", "source")
	held     = desc("source_held", "1 while a gate holds new data back and the last good records stand.", "source")
	records  = desc("source_records", "The records of the last success.", "source")
	problems = desc("source_problems", "The problems of the last parse.", "source")
	captures = desc("source_captures", "The captures of the last crawl.", "source")
	bytes    = desc("source_bytes_total", "The bytes fetched by all crawls.", "source")
)

// collector tells what is on a board.
type collector struct {
	*Board
	live bool // what grows older between two batches is told as well
}

// Describe says nothing: which metrics there are depends on the state.
func (collector) Describe(chan<- *prometheus.Desc) {}

// Collect tells the last state.
func (c collector) Collect(out chan<- prometheus.Metric) {
	c.mu.Lock()
	s := c.state
	c.mu.Unlock()
	now := c.now()
	tell := func(d *prometheus.Desc, v float64, labels ...string) {
		kind := prometheus.GaugeValue
		if d == bytes {
			kind = prometheus.CounterValue
		}
		out <- prometheus.MustNewConstMetric(d, kind, v, labels...)
	}
	date := func(d *prometheus.Desc, t time.Time, labels ...string) {
		if !t.IsZero() {
			tell(d, float64(t.UnixMilli())/1e3, labels...)
		}
	}
	tell(build, 1, c.version)
	tell(failed, truth(s.Failed != nil))
	date(published, s.Published)
	if d := s.disk(); d.Size > 0 {
		tell(diskFree, float64(d.Free))
		tell(diskSize, float64(d.Size))
	}
	for _, stage := range s.Stages {
		tell(took, stage.Took.Seconds(), stage.Source, stage.Stage)
	}
	for _, src := range s.Sources {
		date(success, src.LastSuccess, src.ID)
		if c.live && !src.LastSuccess.IsZero() {
			tell(age, now.Sub(src.LastSuccess).Seconds(), src.ID)
		}
		date(next, src.Next, src.ID)
		tell(stale, truth(src.stale(now)), src.ID)
		tell(held, truth(src.Held), src.ID)
		tell(records, float64(src.Records), src.ID)
		tell(problems, float64(src.Problems), src.ID)
		tell(captures, float64(src.Captures), src.ID)
		tell(bytes, float64(src.Bytes), src.ID)
	}
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
