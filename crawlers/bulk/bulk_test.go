package bulk_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/tripoint-data/tripoint/crawlers/bulk"
	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

func TestConformance(t *testing.T) {
	crawltest.Run(t, crawltest.Subject{
		New: func(t testing.TB, agent *fetch.Agent, start []string, opt fetch.Options) fetch.Crawler {
			c, err := bulk.New(func(v any) error {
				o := v.(*bulk.Options)
				o.Start, o.Options = start, opt
				return nil
			}, agent)
			if err != nil {
				t.Fatal(err)
			}
			return c
		},
	})
}

func decoder(text string) func(any) error {
	return func(v any) error { return yaml.Load([]byte(text), v, yaml.WithKnownFields()) }
}

func zipped(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("a.csv")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(w, "a,b\n")
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func gzipped(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	fmt.Fprint(z, "a,b\n")
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A file that arrives whole by its length may still have been cut by its
// publisher: it is fetched again until it ends as its format does.
func TestComplete(t *testing.T) {
	archived, packed := zipped(t), gzipped(t)
	for _, tt := range []struct{ kind, cut, whole string }{
		{"json", `{"results": [{"name": "A"}, {"na`, "\ufeff{\"results\": [{\"name\": \"A\"}]}\r\n"},
		{"json", ``, `[]`},
		{"json", `<html>busy</html>`, `{}`},
		{"xml", `<list><entry>`[:10], "<?xml version=\"1.0\"?><list/>\n"},
		{"json", `{"results": [{"name": "A"}`, `{"results": [{"name": "A}\"]"}]}`},
		{"json", `{"a": "}`, `{"a": "}"}`},
		{"xml", "<list><entry>A</entry>", "<list><entry>A</entry></list >\n<!-- end -->"},
		{"xml", "<?xml version='1.0' encoding='windows-1252'?><n:list><list></list>", "<n:list><list></list></n:list>"},
		{"xml", "\xff\xfe<\x00a\x00>\x00<\x00/\x00a\x00", "\xff\xfe<\x00a\x00>\x00<\x00/\x00a\x00>\x00"},
		{"zip", archived[:len(archived)/2], archived},
		{"gzip", packed[:len(packed)-4], packed},
		{"gzip", packed[:len(packed)-8] + "\x00\x00\x00\x00" + packed[len(packed)-4:], packed + packed},
		{"", archived[:len(archived)-4], archived},
		{"", packed[:len(packed)-1], packed},
	} {
		n := 0
		agent, _ := crawltest.Agent(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				http.NotFound(w, r)
				return
			}
			if n++; n < 3 {
				fmt.Fprint(w, tt.cut)
				return
			}
			fmt.Fprint(w, tt.whole)
		}))
		complete := ""
		if tt.kind != "" {
			complete = ", complete: " + tt.kind
		}
		c, err := bulk.New(decoder("{start: ["+crawltest.Host+"/file]"+complete+"}"), agent)
		if err != nil {
			t.Fatal(err)
		}
		var archive crawltest.Archive
		if err := c.Crawl(t.Context(), fetch.Job{Frontier: crawltest.NewFrontier(), Keep: archive.Keep}); err != nil {
			t.Errorf("%s: %v", tt.kind, err)
			continue
		}
		if kept := archive.All(); len(kept) != 1 || string(kept[0].Body) != tt.whole {
			t.Errorf("%s: kept %v", tt.kind, kept)
		}
	}
}

func TestVars(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/lists/{year}", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.URL.RequestURI()) })
	agent, _ := crawltest.Agent(t, mux)
	c, err := bulk.New(decoder("start: ['"+crawltest.Host+"/lists/{year}?name={name}']"), agent)
	if err != nil {
		t.Fatal(err)
	}
	var archive crawltest.Archive
	err = c.Crawl(t.Context(), fetch.Job{
		Frontier: crawltest.NewFrontier(), Keep: archive.Keep,
		Vars: func(yield func(map[string]string, error) bool) {
			_ = yield(map[string]string{"year": "2023", "name": "A&B"}, nil) && yield(map[string]string{"year": "2024", "name": "C"}, nil)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, k := range archive.All() {
		got = append(got, string(k.Body)+" "+k.Capture.Request.Vars["name"])
	}
	if diff := cmp.Diff([]string{"/lists/2023?name=A%26B A&B", "/lists/2024?name=C C"}, got); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

func TestFaults(t *testing.T) {
	for options, want := range map[string]string{
		"{}":                       "start: ",
		"start: ['file:///etc/x']": "start[0]: ",
		"start: ['https://h.test/']\ncomplete: pdf":           "none of json, xml, zip, gzip",
		"start: ['https://h.test/']\nrate: {parallel: -1}":    "rate.parallel: ",
		"start: ['https://h.test/']\nfollow: [{select: 'a'}]": "follow",
	} {
		if _, err := bulk.New(decoder(options), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", options, err, want)
		}
	}
}
