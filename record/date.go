package record

import (
	"fmt"
	"strings"
	"time"
)

// Date is a calendar date in ISO 8601 (2020-10-22), never shifted between
// zones; "" is unknown. Dates compare as strings.
type Date string

// ParseDate reads a date by a Go layout; blanks around it are ignored and an
// empty text is the unknown date. A time of day in the text is dropped, not
// converted.
func ParseDate(layout, s string) (Date, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	t, err := time.Parse(layout, s)
	if err != nil {
		return "", fmt.Errorf("%q is no date of the form %s", s, layout)
	}
	return DateOf(t), nil
}

// DateOf takes the calendar date of t in t's own zone.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// UnmarshalText reads an ISO date; "" is unknown.
func (d *Date) UnmarshalText(b []byte) error {
	v, err := ParseDate(time.DateOnly, string(b))
	if err != nil {
		return fmt.Errorf("%q is no date: write YYYY-MM-DD", b)
	}
	*d = v
	return nil
}

// Time is the date at midnight UTC, for reckoning with days; the zero time
// for an unknown date.
func (d Date) Time() time.Time {
	t, _ := time.Parse(time.DateOnly, string(d))
	return t
}
