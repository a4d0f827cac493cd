package schedule_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/internal/schedule"
)

func plan(t *testing.T, o schedule.Options) *schedule.Plan {
	t.Helper()
	p, err := schedule.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func at(t *testing.T, s string) time.Time {
	t.Helper()
	if s == "" {
		return time.Time{}
	}
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// The runs that follow a time, in the zone's own clock.
func TestNext(t *testing.T) {
	for _, tt := range []struct {
		name, cron, zone, from string
		want                   []string
	}{
		{"every six hours", "20 */6 * * *", "UTC", "2026-11-22T12:20:00Z", []string{"2026-11-22T18:20:00Z", "2026-11-23T00:20:00Z"}},
		{"each on the minute that is asked", "0 0 * * *", "UTC", "2026-11-22T00:00:00Z", []string{"2026-11-23T00:00:00Z"}},
		{"a word", "@daily", "Asia/Tokyo", "2026-11-22T00:00:00Z", []string{"2026-11-23T00:00:00+09:00"}},
		{"at steady distances", "@every 6h", "UTC", "2026-11-22T05:59:00Z", []string{"2026-11-22T06:00:00Z", "2026-11-22T12:00:00Z"}},
		{"leap day", "0 5 29 2 *", "UTC", "2026-11-22T00:00:00Z", []string{"2028-02-29T05:00:00Z", "2032-02-29T05:00:00Z"}},

		{"an hour that is jumped over", "30 2 * * *", "Europe/Berlin", "2026-03-28T03:00:00+01:00", []string{"2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"}},
		{"twice in the hour that is jumped over", "15,45 2 * * *", "Europe/Berlin", "2026-03-28T03:00:00+01:00", []string{"2026-03-29T03:00:00+02:00", "2026-03-30T02:15:00+02:00"}},
		{"an hour that comes twice", "30 1 * * *", "America/New_York", "2026-10-31T12:00:00-04:00", []string{"2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00"}},
		{"asked within the second of two hours", "30 1 * * *", "America/New_York", "2026-11-01T01:10:00-05:00", []string{"2026-11-02T01:30:00-05:00"}},
		{"every hour over the jump", "5 * * * *", "Europe/Berlin", "2026-03-29T01:05:00+01:00", []string{"2026-03-29T03:05:00+02:00", "2026-03-29T04:05:00+02:00"}},
		{"every hour through the doubled one", "5 * * * *", "Europe/Berlin", "2026-10-25T01:05:00+02:00", []string{"2026-10-25T02:05:00+02:00", "2026-10-25T02:05:00+01:00", "2026-10-25T03:05:00+01:00"}},
		{"a jump of half an hour", "10 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00:00+10:30", []string{"2026-10-04T02:30:00+11:00", "2026-10-05T02:10:00+11:00"}},
		{"a midnight that is jumped over", "0 0 * * *", "America/Asuncion", "2023-09-30T12:00:00-04:00", []string{"2023-10-01T01:00:00-03:00", "2023-10-02T00:00:00-03:00"}},
		{"a day that is jumped over", "0 12 * * *", "Pacific/Apia", "2011-12-29T13:00:00-10:00", []string{"2011-12-31T00:00:00+14:00", "2011-12-31T12:00:00+14:00"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := plan(t, schedule.Options{Cron: tt.cron, Zone: tt.zone})
			now := at(t, tt.from)
			for i, want := range tt.want {
				if now = p.Next(now); !now.Equal(at(t, want)) {
					t.Fatalf("run %d: got %s, want %s", i, now.Format(time.RFC3339), want)
				}
			}
		})
	}
}

func TestDue(t *testing.T) {
	const sixHours = "0 */6 * * *"
	for _, tt := range []struct {
		name, cron, catchup, last, now string
		want                           []string
	}{
		{"first run ever", sixHours, "", "", "2026-11-22T07:12:00Z", []string{"2026-11-22T07:12:00Z"}},
		{"first run ever, skipped till its time", sixHours, "skip", "", "2026-11-22T08:12:00Z", nil},
		{"first run ever, at its time", sixHours, "skip", "", "2026-11-22T06:12:00Z", []string{"2026-11-22T06:00:00Z"}},
		{"not yet", sixHours, "", "2026-11-22T06:00:01Z", "2026-11-22T11:59:59Z", nil},
		{"on time", sixHours, "", "2026-11-22T06:00:01Z", "2026-11-22T12:00:00Z", []string{"2026-11-22T12:00:00Z"}},
		{"once for all that was missed", sixHours, "once", "2026-11-20T06:00:00Z", "2026-11-22T13:00:00Z", []string{"2026-11-22T12:00:00Z"}},
		{"each that was missed", sixHours, "all", "2026-11-21T18:00:00Z", "2026-11-22T13:00:00Z", []string{"2026-11-22T00:00:00Z", "2026-11-22T06:00:00Z", "2026-11-22T12:00:00Z"}},
		{"skipped", sixHours, "skip", "2026-11-20T06:00:00Z", "2026-11-22T13:00:01Z", nil},
		{"skipped all but the newest", sixHours, "skip", "2026-11-20T06:00:00Z", "2026-11-22T13:00:00Z", []string{"2026-11-22T12:00:00Z"}},
		{"hardly late of few minutes", "*/10 * * * *", "skip", "2026-11-22T12:00:00Z", "2026-11-22T12:26:00Z", nil},
		{"the clock was put back", sixHours, "", "2026-11-23T00:00:00Z", "2026-11-22T13:00:00Z", nil},
		{"a year of minutes", "* * * * *", "once", "2025-11-22T00:00:00Z", "2026-11-22T00:00:30Z", []string{"2026-11-22T00:00:00Z"}},
		{"a rare one, long ago", "0 5 29 2 *", "once", "2024-02-29T05:00:00Z", "2030-01-01T00:00:00Z", []string{"2028-02-29T05:00:00Z"}},
		{"a rare one, not yet", "0 5 29 2 *", "once", "2024-02-29T05:00:00Z", "2028-01-01T00:00:00Z", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := plan(t, schedule.Options{Cron: tt.cron, Catchup: tt.catchup})
			var got []string
			for _, d := range p.Due(at(t, tt.last), at(t, tt.now)) {
				got = append(got, d.UTC().Format(time.RFC3339))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	p := plan(t, schedule.Options{Cron: "* * * * *", Catchup: schedule.All})
	all := p.Due(at(t, "2026-11-21T00:00:00Z"), at(t, "2026-11-22T00:00:00Z"))
	if len(all) != schedule.MostRuns || !all[len(all)-1].Equal(at(t, "2026-11-22T00:00:00Z")) {
		t.Errorf("a day of minutes gave %d runs up to %s", len(all), all[len(all)-1])
	}
}

// Every process reckons the same delay, below the jitter, and sources differ.
func TestJitter(t *testing.T) {
	from := at(t, "2026-11-22T00:00:01Z")
	seen := map[time.Duration]bool{}
	for _, source := range []string{"us-ita-csl", "us-ofac-cons", "un-sc-consolidated", "uk-sanctions"} {
		o := schedule.Options{Cron: "0 6 * * *", Jitter: 10 * time.Minute, Source: source}
		first, second := plan(t, o).Next(from), plan(t, o).Next(from)
		delay := first.Sub(at(t, "2026-11-22T06:00:00Z"))
		if !first.Equal(second) || delay < 0 || delay >= 10*time.Minute {
			t.Errorf("%s runs at %s and %s", source, first, second)
		}
		seen[delay] = true
		p := plan(t, o)
		if due := p.Due(from, first.Add(-time.Second)); due != nil {
			t.Errorf("%s is due before its delay: %s", source, due)
		}
		if due := p.Due(from, first); len(due) != 1 || !due[0].Equal(first) {
			t.Errorf("%s is due at %s, want %s", source, due, first)
		}
	}
	if len(seen) < 3 {
		t.Errorf("the delays are not spread: %v", seen)
	}
}

func TestStale(t *testing.T) {
	p := plan(t, schedule.Options{Cron: "0 */6 * * *"})
	if got, want := p.Stale(at(t, "2026-11-22T00:07:00Z")), at(t, "2026-11-22T12:00:00Z"); !got.Equal(want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNewRefuses(t *testing.T) {
	for want, o := range map[string]schedule.Options{
		`"every day" is no cron expression: write minute hour day month weekday`: {Cron: "every day"},
		`"" is no cron expression: write minute hour day month weekday`:          {},
		`"CRON_TZ=Asia/Tokyo 0 5 * * *": a zone is named under timezone`:         {Cron: "CRON_TZ=Asia/Tokyo 0 5 * * *"},
		`"Berlin" is no time zone: write a name like Europe/London`:              {Cron: "0 5 * * *", Zone: "Berlin"},
		`"Local" is no time zone: write a name like Europe/London`:               {Cron: "0 5 * * *", Zone: "Local"},
		`catchup "some" must be once, all or skip`:                               {Cron: "0 5 * * *", Catchup: "some"},
		`0 5 30 2 * names a day that never comes`:                                {Cron: "0 5 30 2 *"},
	} {
		if _, err := schedule.New(o); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// Whatever is written: no panic, and each run is after the one before it.
func FuzzNext(f *testing.F) {
	f.Add("20 */6 * * *", "Europe/Berlin", int64(1774746000), int64(600))
	f.Add("@every 7m", "UTC", int64(0), int64(0))
	f.Add("30 1 * * 0", "America/New_York", int64(1793500000), int64(1))
	f.Fuzz(func(t *testing.T, cron, zone string, from, jitter int64) {
		if from < -1e10 || from > 1e11 {
			t.Skip("no time of ours")
		}
		p, err := schedule.New(schedule.Options{Cron: cron, Zone: zone, Jitter: time.Duration(jitter), Source: zone})
		if err != nil {
			return
		}
		now := time.Unix(from, 0)
		for range 5 {
			next := p.Next(now)
			if next.IsZero() {
				return
			}
			if !next.After(now) {
				t.Fatalf("%q in %q: after %s comes %s", cron, zone, now, next)
			}
			if due := p.Due(now, next); len(due) != 1 || !due[0].Equal(next) {
				t.Fatalf("%q in %q: from %s, due at %s is %s", cron, zone, now, next, due)
			}
			now = next
		}
	})
}
