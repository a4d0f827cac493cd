package config_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/record"
)

const good = `version: 1
id: zz-list
domain: watchlists
title: A list
set: full
publisher: {name: Somebody, country: ZZ}
terms: {redistribute: "yes", automated_access: allowed, checked: 2026-11-22}
schedule: {cron: "20 */3 * * *", timezone: UTC, jitter: 5m}
crawl:
  kind: bulk
  vars: {year: {range: [2019, 2026]}}
  start: ["https://host.test/{year}.csv"]
  rate: {every: 1s}
parse:
  format: fields
  input: {type: csv}
`

func read(text string) (*config.Source, error) {
	return config.ReadSource(fstest.MapFS{"zz-list.yaml": {Data: []byte(text)}}, "zz-list.yaml")
}

type options struct {
	Start []string `yaml:"start"`
	Rate  struct {
		Every string        `yaml:"every"`
		Match config.Regexp `yaml:"match"`
	} `yaml:"rate"`
}

func TestReadSource(t *testing.T) {
	s, err := read(good)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{2019, 2026}, s.Crawl.Vars["year"].Range); diff != "" {
		t.Error(diff)
	}
	var o options
	if err := s.Crawl.Decode(&o); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"https://host.test/{year}.csv"}, o.Start); diff != "" {
		t.Error(diff)
	}
}

// Every fault of a file is named at once, with its line and path.
func TestFaults(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"empty", "", []string{`zz-list.yaml:1: is empty`}},
		{"no mapping", "- a\n", []string{`zz-list.yaml:1: must hold keys and values`}},
		{"syntax", "version: 1\nid: [\n", []string{`zz-list.yaml:3: not YAML: did not find expected node content`}},
		{"binary", "\x00\x01PK\x03", []string{"zz-list.yaml:1: not YAML: control characters are not allowed (value: 0)"}},
		{"many", `version: 2
id: zz-list
domain: watchlist
titel: A list
set: full
publisher: {name: [x], country: ZZ}
terms: {redistribute: maybe, automated_access: allowed, checked: 22.11.2026}
schedule: {cron: "every day", jitter: soon}
synthetic: "("
assert: {max_drop: lots, min_records: many}
set: grow
crawl: {kind: bulk, vars: {year: {range: [3, 1]}, empty: {}}}
`, []string{
			`zz-list.yaml:1: parse: is missing`,
			`zz-list.yaml:1: title: is missing`,
			`zz-list.yaml:1: version: must be 1`,
			`zz-list.yaml:3: domain: "watchlist" must be one of patents, watchlists or manifests`,
			`zz-list.yaml:4: titel: unknown key; did you mean "title"?`,
			`zz-list.yaml:6: publisher.name: a list stands where a text is wanted`,
			`zz-list.yaml:7: terms.checked: "22.11.2026" is no date: write YYYY-MM-DD`,
			`zz-list.yaml:7: terms.redistribute: "maybe" must be one of yes, no or unknown`,
			`zz-list.yaml:8: schedule.cron: "every day" is no cron expression: write minute hour day month weekday`,
			`zz-list.yaml:8: schedule.jitter: "soon" stands where a duration like 30s is wanted`,
			`zz-list.yaml:9: synthetic: "(" is no regular expression: missing closing ): ` + "`(`",
			`zz-list.yaml:10: assert.max_drop: "lots" is no share: write a percentage like 5%`,
			`zz-list.yaml:10: assert.min_records: "many" stands where a whole number is wanted`,
			`zz-list.yaml:11: set: stands here twice`,
			`zz-list.yaml:12: crawl.vars.empty: has no values: give values: [a, b] or range: [1, 9]`,
			`zz-list.yaml:12: crawl.vars.year.range: must be [first, last]`,
		}},
		{"schedule and notify", good + `notify: {on: [gate, staleness], command: [""], webhook: "host.test/hook"}
`, []string{
			`zz-list.yaml:17: notify.command[0]: is empty: name the program`,
			`zz-list.yaml:17: notify.on[1]: "staleness" must be one of gate, stale, disk or recovered`,
			`zz-list.yaml:17: notify.webhook: is no web address`,
		}},
		{"notify nobody", strings.Replace(good, "jitter: 5m", "jitter: -5m, timeout: -1h, catchup: never", 1) + `notify: {on: [gate]}
`, []string{
			`zz-list.yaml:8: schedule.catchup: "never" must be one of once, all or skip`,
			`zz-list.yaml:8: schedule.jitter: -5m0s is less than nothing`,
			`zz-list.yaml:8: schedule.timeout: -1h0m0s is less than nothing`,
			`zz-list.yaml:17: notify: tells nobody: give a command or a webhook`,
		}},
		{"schedule", strings.Replace(good, `{cron: "20 */3 * * *", timezone: UTC, jitter: 5m}`, `
  cron: "CRON_TZ=Asia/Tokyo 0 5 * * *"
  timezone: Local
  jitter: -5m
  timeout: -1h
  catchup: some`, 1), []string{
			`zz-list.yaml:9: schedule.cron: "CRON_TZ=Asia/Tokyo 0 5 * * *" names a zone: name it under timezone`,
			`zz-list.yaml:10: schedule.timezone: "Local" is no time zone: write a name like Europe/London`,
			`zz-list.yaml:11: schedule.jitter: -5m0s is less than nothing`,
			`zz-list.yaml:12: schedule.timeout: -1h0m0s is less than nothing`,
			`zz-list.yaml:13: schedule.catchup: "some" must be one of once, all or skip`,
		}},
		{"a day that never comes", strings.Replace(good, "20 */3 * * *", "0 5 30 2 *", 1), []string{
			`zz-list.yaml:8: schedule.cron: "0 5 30 2 *" names a day that never comes`,
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := read(tt.text)
			var faults config.Faults
			if !errors.As(err, &faults) {
				t.Fatalf("got %v", err)
			}
			var got []string
			for _, f := range faults {
				got = append(got, f.Error())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A room's faults carry the lines of the file, though the room knows no file.
func TestBlockFaults(t *testing.T) {
	s, err := read(good + "  rows: 3\n")
	if err != nil {
		t.Fatal(err)
	}
	var o struct {
		Input map[string]string `yaml:"input"`
	}
	if got, want := s.Parse.Decode(&o), "zz-list.yaml:17: parse.rows: unknown key"; got == nil || got.Error() != want {
		t.Errorf("got %v, want %s", got, want)
	}
	err = s.Crawl.Locate(errors.Join(record.Faultf("rate.every", "is too short"), record.Faultf("start[0]", "is no address"), errors.New("bulk: more")))
	want := "zz-list.yaml:13: crawl.rate.every: is too short\nzz-list.yaml:12: crawl.start[0]: is no address\nzz-list.yaml:10: crawl: bulk: more"
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func TestLoad(t *testing.T) {
	fsys := fstest.MapFS{"tripoint.yaml": {Data: []byte("contact: desk@host.test\nsources: [zz-list, zz-list]\neditions: [\"2024\", \"2031\"]\ncolour: red\nlisten: here\nnotify: {on: [fire]}\n")}}
	_, err := config.Load(fsys)
	want := "tripoint.yaml:2: sources[1]: \"zz-list\" stands here twice\n" +
		"tripoint.yaml:3: editions[1]: \"2031\" is no edition of the CET list: use 2022, 2024, 2026, coins or outbound\n" +
		"tripoint.yaml:4: colour: unknown key\n" +
		"tripoint.yaml:5: listen: \"here\" is no address like 127.0.0.1:9464\n" +
		"tripoint.yaml:6: notify: tells nobody: give a command or a webhook\n" +
		"tripoint.yaml:6: notify.on[0]: \"fire\" must be one of gate, stale, disk or recovered"
	if err == nil || err.Error() != want {
		t.Errorf("got:\n%v\nwant:\n%s", err, want)
	}
	if _, err := config.Load(fstest.MapFS{}); err == nil || err.Error() != "tripoint.yaml: file does not exist" {
		t.Errorf("absent file: %v", err)
	}
}

// The user's source of one id replaces the shipped one; a file must be named
// as its id.
func TestCatalogue(t *testing.T) {
	all, err := config.Catalogue(fstest.MapFS{
		"sources/zz-list.yaml":  {Data: []byte(good)},
		"sources/zz-other.yaml": {Data: []byte(good)},
	})
	if got, want := err.Error(), `sources/zz-other.yaml:1: id: is "zz-list", but the file is named zz-other.yaml`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if all["zz-list"] == nil || all["us-ita-csl"] == nil {
		t.Error("a good source is missing")
	}
}

func FuzzReadSource(f *testing.F) {
	f.Add(good)
	f.Add("version: 1\ncrawl: {kind: x, <<: *a}\n")
	f.Add("a: &a [*a]\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := read(text)
		if err == nil && (s.ID == "" || s.Crawl.Kind == "") {
			t.Errorf("accepted without id or kind: %q", text)
		}
		if s != nil {
			var o options
			_ = s.Crawl.Decode(&o)
		}
	})
}
