package fetch_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

// nothing answers everything with an empty page.
type nothing struct{}

func (nothing) ServeHTTP(http.ResponseWriter, *http.Request) {}

func scratch(t *testing.T, text string) *os.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestOptionsYAML(t *testing.T) {
	var got struct {
		fetch.Options `yaml:",inline"`
		Start         []string `yaml:"start"`
	}
	const text = `
start: [x]
robots: ignore
rate: {every: 0s, parallel: 4, crawl_delay_max: 1m}
retry: {max: 0, wait: 500ms}
limits: {max_bytes: 8GiB, timeout: 2m}
headers: {X-A: b}
auth: {header: X-API-KEY, env: USPTO_API_KEY}
allow_private: true
`
	if err := yaml.Load([]byte(text), &got, yaml.WithKnownFields()); err != nil {
		t.Fatal(err)
	}
	o := got.Options
	if err := o.Check(); err != nil {
		t.Error(err)
	}
	if o.Robots != fetch.Ignore || *o.Rate.Every != 0 || o.Parallel() != 4 || *o.Retry.Max != 0 || o.Limits.MaxBytes != 8<<30 ||
		o.Limits.Timeout != fetch.Duration(2*time.Minute) || o.Auth.Env != "USPTO_API_KEY" || !o.AllowPrivate {
		t.Errorf("%+v", o)
	}
	for _, bad := range []string{
		"robots: maybe", "rate: {every: 1}", "rate: {every: -1s}", "rate: {burst: 1}", "limits: {max_bytes: 1.5GiB}", "limits: {max_bytes: -1}",
		"limits: {max_bytes: 9999999TiB}", "auth: {key: secret}", "unchanged_ignoring: ['']",
	} {
		if err := yaml.Load([]byte(bad), &got, yaml.WithKnownFields()); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}

func TestOptionsCheck(t *testing.T) {
	less := -1
	err := fetch.Options{
		Rate: fetch.Rate{Parallel: 65}, Retry: fetch.Retry{Max: &less}, Auth: &fetch.Auth{},
		Headers: map[string]string{"User-Agent": "Mozilla"},
	}.Check()
	for _, want := range []string{"rate.parallel: ", "retry.max: ", "auth.header: ", "auth.env: ", "headers.User-Agent: "} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no fault at %s in:\n%v", want, err)
		}
	}
	err = fetch.CheckStart("start", []string{"https://ok.test/{year}", "ftp://h.test/", "https://u:p@h.test/", "", "https://{host}/"})
	for _, want := range []string{"start[1]: ", "start[2]: ", "start[3]: "} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no fault at %s in:\n%v", want, err)
		}
	}
	if text := err.Error(); strings.Contains(text, "start[0]") || strings.Contains(text, "u:p") {
		t.Errorf("faults:\n%s", text)
	}
}

func TestSize(t *testing.T) {
	for text, want := range map[string]fetch.Size{"1": 1, "4096B": 4096, "64KiB": 64 << 10, "512 MiB": 512 << 20, "10MB": 1e7, "8GiB": 8 << 30} {
		var got fetch.Size
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%s: %d, %v; want %d", text, got, err, want)
		}
	}
	for size, want := range map[fetch.Size]string{1: "1B", 1536: "1536B", 64 << 10: "64KiB", 8 << 30: "8GiB"} {
		if got := size.String(); got != want {
			t.Errorf("%d: %s, want %s", int64(size), got, want)
		}
	}
}

func FuzzSize(f *testing.F) {
	f.Add("512MiB")
	f.Add("9223372036854775807TiB")
	f.Fuzz(func(t *testing.T, text string) {
		var s, again fetch.Size
		if s.UnmarshalText([]byte(text)) != nil {
			return
		}
		if s <= 0 {
			t.Fatalf("%q is %d bytes", text, s)
		}
		if err := again.UnmarshalText([]byte(s.String())); err != nil || again != s {
			t.Errorf("%q: %s reads back as %s, %v", text, s, again, err)
		}
	})
}
