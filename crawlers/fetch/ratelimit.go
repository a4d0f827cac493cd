package fetch

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// asked is the silence that an answer asks for; 0 where it asks for none. What
// a publisher says of a window that is not used up is no such wish.
func asked(status int, h http.Header, now time.Time) time.Duration {
	if status == http.StatusForbidden || passing(status) {
		for _, name := range []string{"Retry-After", "X-Rate-Limit-Retry-After-Seconds"} {
			if wait := RetryAfter(h.Get(name), now); wait > 0 {
				return wait
			}
		}
	}
	if lines := h["Ratelimit"]; len(lines) > 0 {
		if wait := usedUp(lines); wait > 0 {
			return wait
		}
	}
	for _, name := range windows {
		until := h.Get(name.reset)
		if until == "" {
			continue
		}
		left := strings.TrimSpace(h.Get(name.left))
		if n, err := strconv.ParseFloat(left, 64); err == nil && n <= 0 || left == "" && status == http.StatusTooManyRequests {
			if wait := reset(until, now); wait > 0 {
				return wait
			}
		}
	}
	return 0
}

// windows are the names, in the spelling of http.Header, under which
// publishers say how many requests are left and when there will be more.
var windows = []struct{ left, reset string }{
	{"Ratelimit-Remaining", "Ratelimit-Reset"},
	{"X-Ratelimit-Remaining", "X-Ratelimit-Reset"},
	{"X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"},
}

// reset reads when a window begins anew: in so many seconds, or at a time
// given in seconds or milliseconds since 1970, or as a date.
func reset(value string, now time.Time) time.Duration {
	n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	switch {
	case err == nil && n >= 1e11:
		return max(0, time.UnixMilli(int64(min(n, 1e15))).Sub(now))
	case err == nil && n >= 1e8:
		return max(0, time.Unix(int64(n), 0).Sub(now))
	}
	return RetryAfter(value, now)
}

// usedUp reads the RateLimit header of the IETF's drafts, the later
// "policy";r=0;t=30 and the earlier limit=100, remaining=0, reset=30: the
// longest wait for a window that is used up.
func usedUp(lines []string) time.Duration {
	var wait time.Duration
	var left, until string // of the earlier form, whose parts are items of their own
	for item := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		var r, t string
		for part := range strings.SplitSeq(item, ";") {
			key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
			switch value = strings.TrimSpace(value); strings.ToLower(strings.TrimSpace(key)) {
			case "r":
				r = value
			case "t":
				t = value
			case "remaining":
				left = value
			case "reset":
				until = value
			}
		}
		wait = max(wait, ifUsedUp(r, t))
	}
	return max(wait, ifUsedUp(left, until))
}

func ifUsedUp(left, seconds string) time.Duration {
	if n, err := strconv.Atoi(left); err != nil || n > 0 {
		return 0
	}
	n, err := strconv.Atoi(seconds)
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(min(n, 1e9)) * time.Second
}

// RetryAfter reads the wait that a Retry-After header asks for, in seconds or
// as a date; 0 where it asks for none or cannot be read.
func RetryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, 1e9) * float64(time.Second))
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
