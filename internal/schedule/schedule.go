// Package schedule says when a source is due. It knows no clock: what it is
// asked, it is asked with the time.
//
// Start with New, then ask Next for the coming run and Due for those that are
// to be made up for. All processes that ask about one source agree.
package schedule

import (
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// What becomes of runs that were missed, because no process was there or
// another one was at work.
const (
	Once = "once" // one run makes up for all; the default
	All  = "all"  // each is made up for, the newest MostRuns at most
	Skip = "skip" // they are left out, unless the newest is hardly late
)

// MostRuns bounds the runs that All makes up for.
const MostRuns = 100

// maxLate is how late a run may be under Skip, where half the time to the next
// one is not less.
const maxLate = time.Hour

// Options are a source's schedule in words.
type Options struct {
	// Cron has five fields: minute hour day month weekday; or is @daily and
	// the like.
	Cron string
	// Zone is the IANA name of the zone that Cron is in; UTC where empty.
	Zone string
	// Jitter spreads sources that share a cron: each has its own fixed delay
	// below it.
	Jitter time.Duration
	// Source decides the delay.
	Source string
	// Catchup is Once, All or Skip.
	Catchup string
}

// Plan is when a source runs.
type Plan struct {
	next    func(time.Time) time.Time // without the delay
	delay   time.Duration
	catchup string
}

// New reads a schedule.
func New(o Options) (*Plan, error) {
	zone, err := time.LoadLocation(o.Zone)
	if err != nil || o.Zone == "Local" {
		return nil, fmt.Errorf("%q is no time zone: write a name like Europe/London", o.Zone)
	}
	if strings.Contains(o.Cron, "TZ=") {
		return nil, fmt.Errorf("%q: a zone is named under timezone", o.Cron)
	}
	p := &Plan{catchup: o.Catchup}
	switch o.Catchup {
	case "":
		p.catchup = Once
	case Once, All, Skip:
	default:
		return nil, fmt.Errorf("catchup %q must be %s, %s or %s", o.Catchup, Once, All, Skip)
	}
	expression, err := cron.ParseStandard(o.Cron)
	if err != nil {
		return nil, fmt.Errorf("%q is no cron expression: write minute hour day month weekday", o.Cron)
	}
	switch s := expression.(type) {
	case *cron.SpecSchedule:
		p.next = clock(s, zone)
	case cron.ConstantDelaySchedule: // @every 6h: counted from year one, so that all agree
		p.next = func(t time.Time) time.Time { return t.Truncate(s.Delay).Add(s.Delay) }
	default:
		return nil, fmt.Errorf("%q is a cron expression of an unknown kind", o.Cron)
	}
	if o.Jitter > 0 {
		sum := fnv.New64a()
		_, _ = sum.Write([]byte(o.Source)) // a hash takes everything
		p.delay = time.Duration(sum.Sum64() % uint64(o.Jitter)).Truncate(time.Second)
	}
	if p.Next(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return nil, errors.New(o.Cron + " names a day that never comes")
	}
	return p, nil
}

// Next is the first run after a time.
func (p *Plan) Next(after time.Time) time.Time {
	t := p.next(after.Add(-p.delay))
	if t.IsZero() {
		return t
	}
	return t.Add(p.delay)
}

// Due is the runs that are to be made now, where the last one started at last;
// a zero last is a source that never ran. Such a one is due at once, unless
// missed runs are skipped.
func (p *Plan) Due(last, now time.Time) []time.Time {
	if last.IsZero() && p.catchup != Skip {
		return []time.Time{now}
	}
	newest := p.newest(last, now)
	if newest.IsZero() {
		return nil
	}
	switch p.catchup {
	case Skip:
		if late := min(maxLate, p.Next(newest).Sub(newest)/2); now.Sub(newest) > late {
			return nil
		}
	case All:
		var all []time.Time
		for t := p.Next(last); !t.IsZero() && !t.After(now); t = p.Next(t) {
			if all = append(all, t); len(all) > MostRuns {
				all = all[1:]
			}
		}
		return all
	}
	return []time.Time{newest}
}

// newest is the last run after last and not after now, or zero. It looks back
// in growing steps: a plan of each minute is not walked through for a year.
func (p *Plan) newest(last, now time.Time) time.Time {
	for step := time.Hour; ; step *= 4 {
		from := now.Add(-step)
		if from.Before(last) {
			from = last
		}
		t := p.Next(from)
		if !t.IsZero() && !t.After(now) {
			for n := p.Next(t); !n.IsZero() && !n.After(now); n = p.Next(n) {
				t = n
			}
			return t
		}
		if from.Equal(last) || step > 10*366*24*time.Hour {
			return time.Time{}
		}
	}
}

// Stale is the time from which a source is stale whose last success was at a
// time: two runs after it have come to nothing.
func (p *Plan) Stale(success time.Time) time.Time { return p.Next(p.Next(success)) }
