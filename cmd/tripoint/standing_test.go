package main

import (
	"context"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/internal/pipeline"
	"github.com/tripoint-data/tripoint/record"
)

// each run is written "HH:MM stage status", its error behind a colon; it takes
// a minute. Those of the 22nd November, the newest last.
func runsOf(t *testing.T, lines ...string) history {
	t.Helper()
	var all history
	for _, line := range lines {
		head, problem, _ := strings.Cut(line, ": ")
		f := strings.Fields(head)
		started, err := time.Parse("2006-01-02 15:04", "2026-11-22 "+f[0])
		if err != nil {
			t.Fatal(err)
		}
		r := record.Run{ID: line, Source: "zz-list", Stage: f[1], Started: started, Status: f[2], Error: problem}
		if r.Status != "running" && r.Status != "killed" {
			r.Ended = started.Add(time.Minute)
		}
		if r.Stage == "parse" {
			r.Records = 7
		}
		all = append(all, r)
	}
	slices.Reverse(all)
	return all
}

func sixHourly(t *testing.T) map[string]*config.Source {
	t.Helper()
	s := &config.Source{ID: "zz-list", Schedule: &config.Schedule{Timeout: 30 * time.Minute}}
	if err := s.Schedule.Cron.UnmarshalText([]byte("0 */6 * * *")); err != nil {
		t.Fatal(err)
	}
	return map[string]*config.Source{"zz-list": s}
}

func standingAt(t *testing.T, now string, lines ...string) *standing {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04", "2026-11-22 "+now)
	if err != nil {
		t.Fatal(err)
	}
	known, err := standings(sixHourly(t), []string{"zz-list"}, runsOf(t, lines...), at)
	if err != nil {
		t.Fatal(err)
	}
	return known["zz-list"]
}

const (
	gateWords = ": zz-list: 1 records, at least 2 are wanted: the last good records were kept"
	roomWords = ": zz-list: store: no room left on the disk of data/store: nothing was changed; make room and run again: no space left on device"
	lateWords = ": zz-list: timed out after 30m0s: the last good records stand, and the next run goes on"
)

// threeTimes is a crawl that goes well three times, and each time a parse that
// does not.
func threeTimes(parse string) []string {
	return []string{"06:00 crawl done", "06:01 " + parse, "06:10 crawl done", "06:11 " + parse, "06:20 crawl done", "06:21 " + parse}
}

// How a source stands and whether it is due follow from its runs alone.
func TestStandings(t *testing.T) {
	if !strings.HasSuffix(gateWords, pipeline.ErrGate.Error()) {
		t.Fatal("a gate speaks otherwise")
	}
	for _, tt := range []struct {
		name, now string
		runs      []string
		state     string
		due       int
	}{
		{"never", "07:00", nil, "new", 1},
		{"well", "07:00", []string{"06:00 crawl done", "06:01 parse done"}, "ok", 0},
		{"well, and its time has come", "12:00", []string{"06:00 crawl done", "06:01 parse done"}, "ok", 1},
		{"spoilt rows", "07:00", []string{"06:00 crawl done", "06:01 parse partly"}, "ok", 0},
		{"nothing new", "07:00", []string{"06:00 crawl done", "06:01 parse unchanged"}, "ok", 0},
		{"killed in the crawl", "06:05", []string{"06:00 crawl killed"}, "unfinished", 1},
		{"left running", "06:05", []string{"06:00 crawl running"}, "unfinished", 1},
		{"killed between two stages", "06:05", []string{"06:00 crawl done"}, "unfinished", 1},
		{"killed in the parse", "06:05", []string{"06:00 crawl done", "06:01 parse killed"}, "unfinished", 1},
		{"stopped by a signal", "06:05", []string{"06:00 crawl stopped"}, "unfinished", 1},
		{"it kills every process", "06:05", []string{"06:00 crawl killed", "06:01 crawl killed", "06:02 crawl killed"}, "failed", 0},
		{"it killed every process, and its time has come", "12:00", []string{"06:00 crawl killed", "06:01 crawl killed", "06:02 crawl killed"}, "failed", 1},
		{"no room", "06:05", []string{"06:00 crawl done", "06:01 parse failed" + roomWords}, "unfinished", 1},
		{"no room, and it was made", "06:15", []string{"06:00 crawl done", "06:01 parse failed" + roomWords, "06:10 crawl done", "06:11 parse done"}, "ok", 0},
		{"no room, and killed before it was tried", "06:15", []string{"06:00 crawl done", "06:01 parse failed" + roomWords, "06:10 crawl done"}, "unfinished", 1},
		{"no room for long", "06:35", threeTimes("parse failed" + roomWords), "failed", 0},
		{"no room for long, and its time has come", "12:00", threeTimes("parse failed" + roomWords), "failed", 1},
		{"its parse kills every process", "06:35", threeTimes("parse killed"), "failed", 0},
		{"failed by its own fault", "06:05", []string{"06:00 crawl done", "06:01 parse failed: zz-list: no column Name"}, "failed", 0},
		{"failed once", "07:00", []string{"00:00 crawl done", "00:01 parse done", "06:00 crawl failed: 503"}, "failed", 0},
		{"failed twice", "12:05", []string{"00:00 crawl done", "00:01 parse done", "06:00 crawl failed: 503", "12:00 crawl failed: 503"}, "stale", 0},
		{"not run at all", "12:29", []string{"00:00 crawl done", "00:01 parse done"}, "ok", 1},
		{"not run at all, and too late for it", "12:30", []string{"00:00 crawl done", "00:01 parse done"}, "stale", 1},
		{"timed out", "07:00", []string{"00:00 crawl done", "00:01 parse done", "06:00 crawl failed" + lateWords}, "stale", 0},
		{"held", "07:00", []string{"00:00 crawl done", "00:01 parse done", "06:00 crawl done", "06:01 parse failed" + gateWords}, "held", 0},
		{"held stays so", "12:05", []string{"00:00 crawl done", "00:01 parse done", "06:00 crawl done", "06:01 parse failed" + gateWords, "12:00 crawl failed: 503"}, "held", 0},
		{"a part of a full set", "07:00", []string{"06:00 crawl partly: 1 of 9 failed"}, "failed", 0},
		{"read again after a crawl that failed", "07:00", []string{"06:00 crawl failed: 503", "06:30 parse done"}, "failed", 0},
		{"the clock was put back", "07:00", []string{"00:00 crawl done", "00:01 parse done", "19:00 crawl done", "19:01 parse done"}, "ok", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := standingAt(t, tt.now, tt.runs...)
			now, _ := time.Parse("2006-01-02 15:04", "2026-11-22 "+tt.now)
			state, why := s.state(30*time.Minute, now)
			some, err := dueHistory(t.Context(), runsOf(t, tt.runs...), []string{"zz-list"}, now)
			if err != nil {
				t.Fatal(err)
			}
			known, err := standings(sixHourly(t), []string{"zz-list"}, some, now)
			if err != nil || known["zz-list"].due(now) != s.due(now) {
				t.Errorf("due %d by the end of the history, %d by all of it, %v", known["zz-list"].due(now), s.due(now), err)
			}
			if got := s.due(now); state != tt.state || got != tt.due {
				t.Errorf("%s (%s), due %d; want %s, %d", state, why, got, tt.state, tt.due)
			}
			if strings.Contains(why, "\n") || (why == "") != slices.Contains([]string{"ok", "new"}, state) {
				t.Errorf("%s, because %q", state, why)
			}
		})
	}
}

func (all history) Runs(context.Context) iter.Seq2[record.Run, error] {
	return func(yield func(record.Run, error) bool) {
		for _, r := range all {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// What is due is said by the end of the history alone.
func TestDueHistory(t *testing.T) {
	now, _ := time.Parse("2006-01-02 15:04", "2026-11-22 18:30")
	for _, tt := range []struct {
		runs []string
		read int
	}{
		{[]string{"00:00 crawl done", "00:01 parse done", "00:02 snapshot done", "06:00 crawl done", "06:01 parse done", "06:02 snapshot unchanged", "06:03 tell done"}, 4},
		{[]string{"00:00 crawl done", "00:01 parse done", "00:02 snapshot done", "00:03 tell done", "06:00 crawl killed", "12:00 crawl stopped", "18:00 crawl running"}, 7},
		{[]string{"00:00 crawl failed: x", "00:02 snapshot done", "00:03 tell done", "06:01 snapshot failed: x", "06:02 parse done"}, 5},
		{[]string{"00:00 crawl done", "00:02 snapshot done", "00:03 tell done", "19:00 crawl done", "19:01 snapshot done", "19:02 tell done"}, 6}, // the clock was put back
	} {
		all := runsOf(t, tt.runs...)
		some, err := dueHistory(t.Context(), all, []string{"zz-list"}, now)
		if err != nil || len(some) != tt.read {
			t.Errorf("%q: %d runs were read, %v", tt.runs, len(some), err)
		}
		due := func(all history) int {
			known, err := standings(sixHourly(t), []string{"zz-list"}, all, now)
			if err != nil {
				t.Fatal(err)
			}
			return known["zz-list"].due(now)
		}
		if due(some) != due(all) || some.unpublished(now) != all.unpublished(now) || some.untold(now) != all.untold(now) {
			t.Errorf("%q: due %d and %d", tt.runs, due(some), due(all))
		}
	}
}

// What has come about is told once, whenever it is looked for.
func TestHappened(t *testing.T) {
	runs := []struct{ lines, want string }{
		{"00:00 crawl done|00:01 parse done", ""},
		{"05:00 crawl killed|05:30 crawl stopped", ""},
		{"06:00 crawl done|06:01 parse failed" + gateWords, "gate"},
		{"06:30 crawl done|06:31 parse failed" + gateWords, ""},
		{"07:00 crawl failed: 503", ""},
		{"12:00 crawl done|12:01 parse failed" + gateWords, "stale"},
		{"12:30 crawl killed", ""},
		{"12:40 crawl done|12:41 parse done", "recovered"},
		{"18:00 crawl failed" + lateWords, "stale"},
		{"18:40 crawl failed" + lateWords, ""},
		{"19:00 crawl done|19:01 parse partly", "recovered"},
		{"20:00 crawl failed: 503", ""},
		{"22:00 crawl killed|22:01 crawl stopped", ""},
		{"22:30 crawl done|22:31 parse done", ""},
	}
	var lines []string
	known := told{}
	for _, r := range runs {
		lines = append(lines, strings.Split(r.lines, "|")...)
		now := standingAt(t, "23:59", lines...)
		var got []string
		for _, e := range happened(known, now) {
			known.take(e)
			got = append(got, e.Event)
			if e.Source != "zz-list" || e.Text == "" || e.Records != 7 {
				t.Errorf("after %s: %+v", r.lines, e)
			}
		}
		if diff := cmp.Diff(r.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("after %s: %s", r.lines, diff)
		}
		known = readTold(known.String())
	}
}

// What began after now is left out: the clock was put back.
func TestUnpublished(t *testing.T) {
	now, _ := time.Parse("2006-01-02 15:04", "2026-11-22 12:00")
	for _, tt := range []struct {
		runs []string
		want bool
	}{
		{nil, false},
		{[]string{"06:00 parse done"}, true},
		{[]string{"06:00 parse failed: x"}, false},
		{[]string{"06:00 parse done", "06:02 snapshot done"}, false},
		{[]string{"06:00 parse done", "06:02 snapshot unchanged"}, false},
		{[]string{"06:00 parse done", "06:02 snapshot failed: x"}, true},
		{[]string{"06:00 parse done", "06:02 snapshot killed"}, true},
		{[]string{"06:00 parse done", "06:02 snapshot done", "07:00 parse partly"}, true},
		{[]string{"06:00 parse done", "06:02 snapshot done", "07:00 parse unchanged"}, false},
		{[]string{"06:00 parse done", "06:02 snapshot killed", "19:00 snapshot done"}, true},
		{[]string{"06:00 snapshot done", "19:00 parse done"}, false},
	} {
		if got := runsOf(t, tt.runs...).unpublished(now); got != tt.want {
			t.Errorf("%q: %t", tt.runs, got)
		}
	}
}

func TestUntold(t *testing.T) {
	now, _ := time.Parse("2006-01-02 15:04", "2026-11-22 12:00")
	for _, tt := range []struct {
		runs  []string
		want  bool
		known string
	}{
		{nil, false, ""},
		{[]string{"06:00 crawl stopped"}, false, ""},
		{[]string{"06:00 crawl failed: 503"}, true, ""},
		{[]string{"06:00 crawl done", "06:01 parse failed" + gateWords, "06:02 tell done: gate zz-list"}, false, "gate zz-list"},
		{[]string{"06:00 parse failed" + gateWords, "06:02 tell done: gate zz-list", "07:00 parse done"}, true, "gate zz-list"},
		{[]string{"06:00 parse failed" + gateWords, "06:02 tell stopped: stale zz-two"}, true, "stale zz-two"},
		{[]string{"06:00 parse failed" + gateWords, "19:00 tell done: gate zz-list"}, true, ""}, // the clock was put back
	} {
		all := runsOf(t, tt.runs...)
		if got, known := all.untold(now), all.told(now).String(); got != tt.want || known != tt.known {
			t.Errorf("%q: %t, %s", tt.runs, got, known)
		}
	}
}
