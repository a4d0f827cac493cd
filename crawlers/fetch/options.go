package fetch

import (
	"errors"
	"fmt"
	"net/textproto"
	"strings"
	"time"

	"github.com/tripoint-data/tripoint/record"
)

// Options are what every kind of crawler lets a source say about fetching; a
// kind embeds them with `yaml:",inline"`. The zero value is the polite default.
type Options struct {
	Robots Robots `yaml:"robots"` // obey (default) or ignore: ignore only where the publisher allows automated access in words
	Rate   Rate   `yaml:"rate"`
	Retry  Retry  `yaml:"retry"`
	Limits Limits `yaml:"limits"`
	// Headers go with every request to a host of the start addresses.
	Headers map[string]string `yaml:"headers"`
	Auth    *Auth             `yaml:"auth"`
	// AllowPrivate opens loopback, private and link-local addresses to this
	// source: only for a server of one's own.
	AllowPrivate bool `yaml:"allow_private"`
	// UnchangedIgnoring are the parts of an answer that change with every
	// rebuild: keys of JSON, whose values at any depth are left out, or /patterns/
	// of which all that matches within a line is left out. An answer that differs
	// in nothing else from the last one counts as not modified.
	UnchangedIgnoring []Ignored `yaml:"unchanged_ignoring"`
}

// Rate says how fast one host is asked. Sources that share a host share its turns.
type Rate struct {
	Every         *Duration `yaml:"every"`           // from one request to the next; 1s
	Parallel      int       `yaml:"parallel"`        // requests in flight; 1
	CrawlDelayMax *Duration `yaml:"crawl_delay_max"` // the longest Crawl-delay of a robots.txt that is obeyed in full; 30s
}

// Retry says how often a request is tried again after 408, 425, 429, 5xx, a
// broken connection or a body cut short.
type Retry struct {
	Max     *int     `yaml:"max"`      // tries after the first; 5
	Wait    Duration `yaml:"wait"`     // before the first retry, doubled each time; 1s
	MaxWait Duration `yaml:"max_wait"` // a publisher that asks for a longer wait is asked another day; 10m
}

// Limits bound one answer. What is larger is an error, never cut off.
type Limits struct {
	MaxBytes Size     `yaml:"max_bytes"` // of the decoded body; 512MiB
	Timeout  Duration `yaml:"timeout"`   // the longest silence of a server; 60s
}

// Auth is a key that goes in a header or in the query to the hosts of the start
// addresses, and to no other. Only the name of the variable that holds it is
// written down, in no configuration, log or capture the key.
type Auth struct {
	Header string `yaml:"header"`
	Query  string `yaml:"query"` // the parameter, where the publisher takes the key in no header
	Env    string `yaml:"env"`
}

// Robots says whether robots.txt is obeyed; "" is Obey.
type Robots string

// The values of Robots.
const (
	Obey   Robots = "obey"
	Ignore Robots = "ignore"
)

// UnmarshalText reads obey or ignore.
func (r *Robots) UnmarshalText(b []byte) error {
	switch v := Robots(b); v {
	case Obey, Ignore:
		*r = v
		return nil
	}
	return fmt.Errorf("%q is neither obey nor ignore", b)
}

// Check returns the faults that the decoder cannot see, joined. Paths are
// those of the crawl block.
func (o Options) Check() error {
	var faults []error
	if o.Rate.Parallel < 0 || o.Rate.Parallel > 64 {
		faults = append(faults, record.Faultf("rate.parallel", "%d is not between 1 and 64", o.Rate.Parallel))
	}
	if o.Retry.Max != nil && (*o.Retry.Max < 0 || *o.Retry.Max > 100) {
		faults = append(faults, record.Faultf("retry.max", "%d is not between 0 and 100", *o.Retry.Max))
	}
	for name, value := range o.Headers {
		if !validHeader(name, value) {
			faults = append(faults, record.Faultf("headers."+name, "no header can be written so"))
		}
		if strings.EqualFold(name, "User-Agent") {
			faults = append(faults, record.Faultf("headers."+name, "the user agent names the program and its contact: set contact instead"))
		}
	}
	if o.Auth != nil {
		switch {
		case (o.Auth.Header == "") == (o.Auth.Query == ""):
			faults = append(faults, record.Faultf("auth.header", "name the header, or under query the parameter, that carries the key"))
		case o.Auth.Header != "" && !validHeader(o.Auth.Header, ""):
			faults = append(faults, record.Faultf("auth.header", "%q is no name of a header", o.Auth.Header))
		}
		if o.Auth.Env == "" {
			faults = append(faults, record.Faultf("auth.env", "name the environment variable that holds the key"))
		}
	}
	return errors.Join(faults...)
}

func validHeader(name, value string) bool {
	return name != "" && textproto.TrimString(name) == name &&
		!strings.ContainsAny(name, " :\t\r\n\x00") && !strings.ContainsAny(value, "\r\n\x00")
}

// Parallel is the number of requests that may be in flight to one host.
func (o Options) Parallel() int { return max(1, o.Rate.Parallel) }

func (o Options) every() time.Duration { return orDefault(o.Rate.Every, time.Second) }

func (o Options) crawlDelayMax() time.Duration {
	return orDefault(o.Rate.CrawlDelayMax, 30*time.Second)
}

func (o Options) retries() int {
	if o.Retry.Max == nil {
		return 5
	}
	return *o.Retry.Max
}

func (o Options) retryWait() time.Duration {
	if o.Retry.Wait == 0 {
		return time.Second
	}
	return time.Duration(o.Retry.Wait)
}

func (o Options) retryMaxWait() time.Duration {
	if o.Retry.MaxWait == 0 {
		return 10 * time.Minute
	}
	return time.Duration(o.Retry.MaxWait)
}

func (o Options) maxBytes() int64 {
	if o.Limits.MaxBytes == 0 {
		return 512 << 20
	}
	return int64(o.Limits.MaxBytes)
}

func (o Options) timeout() time.Duration {
	if o.Limits.Timeout == 0 {
		return time.Minute
	}
	return time.Duration(o.Limits.Timeout)
}

func orDefault(d *Duration, def time.Duration) time.Duration {
	if d == nil {
		return def
	}
	return time.Duration(*d)
}
