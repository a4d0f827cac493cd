package config

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Regexp is a regular expression in RE2 syntax.
type Regexp struct{ *regexp.Regexp }

// UnmarshalText compiles the expression.
func (r *Regexp) UnmarshalText(b []byte) error {
	re, err := regexp.Compile(string(b))
	if err != nil {
		return fmt.Errorf("%q is no regular expression: %s", b, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	r.Regexp = re
	return nil
}

// Cron is a cron expression of five fields.
type Cron struct {
	Expression string
	cron.Schedule
}

// UnmarshalText reads the expression.
func (c *Cron) UnmarshalText(b []byte) error {
	s, err := cron.ParseStandard(string(b))
	if err != nil {
		return fmt.Errorf("%q is no cron expression: write minute hour day month weekday", b)
	}
	if strings.Contains(string(b), "TZ=") {
		return fmt.Errorf("%q names a zone: name it under timezone", b)
	}
	if s.Next(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return fmt.Errorf("%q names a day that never comes", b)
	}
	c.Expression, c.Schedule = string(b), s
	return nil
}

// Percent is a share: 5% is 0.05.
type Percent float64

// UnmarshalText reads 5%.
func (p *Percent) UnmarshalText(b []byte) error {
	s, ok := strings.CutSuffix(strings.TrimSpace(string(b)), "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if !ok || err != nil || !(v >= 0 && v <= 100) {
		return fmt.Errorf("%q is no share: write a percentage like 5%%", b)
	}
	*p = Percent(v / 100)
	return nil
}

// Date is a calendar date, YYYY-MM-DD.
type Date string

// UnmarshalText reads the date.
func (d *Date) UnmarshalText(b []byte) error {
	if _, err := time.Parse(time.DateOnly, string(b)); err != nil {
		return fmt.Errorf("%q is no date: write YYYY-MM-DD", b)
	}
	*d = Date(b)
	return nil
}

func quoted(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
