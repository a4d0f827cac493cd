package main

import (
	"testing"
	"time"

	"github.com/tripoint-data/tripoint/record"
)

func TestCitations(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 9, 0, 0, 0, time.UTC) }
	c := newCitations()
	c.unfinished["run-of-now"] = true
	for range 2 {
		c.add(&record.Party{Origin: &record.Origin{Source: "page", SHA256: "aa", Fetched: day(3), Parser: "fields/1"}})
		c.add(&record.Party{Origin: &record.Origin{Source: "us-ofac", SHA256: "of the list of its files", Fetched: day(4), Parser: "ofac-csv/1"}})
	}
	c.add(&record.Tag{ID: "US1/2024/ai"})
	for _, tt := range []struct {
		what    string
		capture record.Capture
		want    bool
	}{
		{"the body that a record was read from", record.Capture{SHA256: "aa", Status: 200, Fetched: day(1)}, true},
		{"the renewal whose time the record gives", record.Capture{SHA256: "aa", Status: 304, Fetched: day(3)}, true},
		{"a renewal of another day", record.Capture{SHA256: "aa", Status: 304, Fetched: day(2)}, false},
		{"a body that nothing was read from", record.Capture{SHA256: "bb", Status: 200, Fetched: day(3)}, false},
		{"what a crawl that goes on has kept", record.Capture{SHA256: "bb", Status: 200, Run: "run-of-now"}, true},
	} {
		if got := c.cites(tt.capture); got != tt.want {
			t.Errorf("%s: %v", tt.what, got)
		}
	}
	if at := c.asOf["us-ofac"]; len(at) != 1 || !at[0].Equal(day(4)) || len(c.asOf) != 1 {
		t.Errorf("joined units: %v", c.asOf)
	}
}

func TestAge(t *testing.T) {
	for _, text := range []string{"90d", "36h0m0s"} {
		var g age
		if err := g.Set(text); err != nil || g.String() != text {
			t.Errorf("%s is read as %s, %v", text, g.String(), err)
		}
	}
	for _, text := range []string{"", "90", "-1d", "0d", "d", "99999999999d", "40000d"} {
		var g age
		if err := g.Set(text); err == nil {
			t.Errorf("%q is read as %s", text, g.String())
		}
	}
}

// TestCitesAll: what a second source says of a fact is cited as the first is.
func TestCitesAll(t *testing.T) {
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	c := newCitations()
	c.add(&record.Party{
		ID:     "a",
		Origin: &record.Origin{Source: "one", SHA256: "1", Parser: "csl-json/2"},
		AlsoFrom: []record.Origin{
			{Source: "two", SHA256: "2", Parser: "un-xml/1"},
			{Source: "three", SHA256: "3", Parser: "ofac-csv/1", Fetched: day},
		},
	})
	for sha256, want := range map[string]bool{"1": true, "2": true, "3": false, "4": false} {
		if got := c.cites(record.Capture{SHA256: sha256, Status: 200}); got != want {
			t.Errorf("capture %s: cited %t", sha256, got)
		}
	}
	if len(c.asOf["three"]) != 1 { // a joined unit, whose files are found by their time
		t.Errorf("as of %v", c.asOf)
	}
}
