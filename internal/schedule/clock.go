package schedule

import (
	"time"

	"github.com/robfig/cron/v3"
)

// everyHour has the bits of all hours of a day.
const everyHour = 1<<24 - 1

// clock is when a cron expression comes round in a zone. One that names hours
// means the clock on the wall: an hour that the clock jumps over is made up
// for as soon as it has jumped, one that it shows twice counts once. One of
// every hour means time as it passes.
func clock(s *cron.SpecSchedule, zone *time.Location) func(time.Time) time.Time {
	if s.Hour&everyHour == everyHour {
		s.Location = zone
		return func(t time.Time) time.Time { return s.Next(t.In(zone)) }
	}
	s.Location = time.UTC
	return func(after time.Time) time.Time {
		wall := s.Next(onWall(after.In(zone)))
		for ; !wall.IsZero(); wall = s.Next(wall) {
			if t := when(wall, zone); t.After(after) {
				return t
			}
		}
		return time.Time{}
	}
}

// onWall is what the clock on the wall shows, as if it were in UTC, where no
// hour is missing or doubled.
func onWall(t time.Time) time.Time {
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	return time.Date(year, month, day, hour, minute, second, t.Nanosecond(), time.UTC)
}

// when is the first time at which the clock in a zone shows wall or, if it
// jumps over that, the time when it has jumped.
func when(wall time.Time, zone *time.Location) time.Time {
	year, month, day := wall.Date()
	hour, minute, second := wall.Clock()
	t := time.Date(year, month, day, hour, minute, second, 0, zone)
	start, end := t.ZoneBounds()
	switch shown := onWall(t); {
	case shown.After(wall): // reckoned by the offset before the jump
		return start
	case shown.Before(wall): // by the one after it
		return end
	case start.IsZero():
		return t
	}
	_, before := start.Add(-time.Second).Zone()
	_, now := t.Zone()
	if first := t.Add(time.Duration(now-before) * time.Second); first.Before(start) && before > now {
		return first
	}
	return t
}
