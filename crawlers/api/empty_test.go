package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/crawlers/api"
	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

// asked crawls a search by names and returns the addresses of what was kept.
func asked(t *testing.T, h http.HandlerFunc, options string, names ...string) (got []string, left int, err error) {
	t.Helper()
	agent, _ := crawltest.Agent(t, h)
	c, err := api.New(decoder(`start: ["`+crawltest.Host+`/search?q={name}"]`+"\n"+options), agent)
	if err != nil {
		t.Fatal(err)
	}
	archive, frontier := &crawltest.Archive{}, crawltest.NewFrontier()
	err = c.Crawl(t.Context(), fetch.Job{
		Source: "s", Run: "r", Frontier: frontier, Last: archive.Last, Keep: archive.Keep,
		Vars: func(yield func(map[string]string, error) bool) {
			for _, name := range names {
				if !yield(map[string]string{"name": name}, nil) {
					return
				}
			}
		},
	})
	for _, k := range archive.All() {
		got = append(got, strings.TrimPrefix(k.Capture.URL, crawltest.Host))
	}
	slices.Sort(got)
	return got, frontier.Left(), err
}

// A search without hits that is answered by a 404 is done, in the publisher's
// words only: another 404, and one of what a hit leads to, stay errors.
func TestEmpty(t *testing.T) {
	answer := func(w http.ResponseWriter, r *http.Request) {
		switch name := r.FormValue("q"); {
		case r.URL.Path == "/search" && name == "hit":
			fmt.Fprint(w, `{"hits": ["/documents/1", "/documents/2"]}`)
		case r.URL.Path == "/documents/1":
			fmt.Fprint(w, "{}")
		case name == "moved":
			http.NotFound(w, r)
		default:
			http.Error(w, strings.Repeat(" ", 100)+`{"code":404,"detailedMessage":"No matching records found"}`, http.StatusNotFound)
		}
	}
	const follow = `follow: [{json: "hits[*]"}]` + "\n"
	const empty = `empty: {status: 404, match: "No matching records found"}`
	kept := []string{"/documents/1", "/search?q=hit"}
	for _, tt := range []struct {
		options string
		names   []string
		left    int
		errors  []string
	}{
		{follow + empty, []string{"none", "hit", "nobody"}, 1, []string{"/documents/2: status 404"}},
		{follow + empty, []string{"hit", "moved"}, 2, []string{"/documents/2: status 404", "/search?q=moved: status 404"}},
		{follow, []string{"none", "hit"}, 2, []string{"/search?q=none: status 404", "/documents/2: status 404"}},
	} {
		got, left, err := asked(t, answer, tt.options, tt.names...)
		if diff := cmp.Diff(kept, got); diff != "" || left != tt.left {
			t.Errorf("%q: %d left, want %d; kept (-want +got):\n%s", tt.names, left, tt.left, diff)
		}
		if lines := strings.Split(fmt.Sprint(err), "\n"); len(lines) != len(tt.errors) {
			t.Errorf("%q: errors %q", tt.names, lines)
		}
		for _, want := range tt.errors {
			if !strings.Contains(fmt.Sprint(err), want) {
				t.Errorf("%q: error %v, want %s", tt.names, err, want)
			}
		}
	}
	if _, err := api.New(decoder("start: [http://a.test/]\nempty: {status: 200}"), nil); err == nil || !strings.HasPrefix(err.Error(), "empty.status: ") || !strings.Contains(err.Error(), "\nempty.match: ") {
		t.Errorf("faults %v", err)
	}
}

// Of what an answer names, only the addresses that match are asked for.
func TestFollowMatch(t *testing.T) {
	got, left, err := asked(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/search":
			fmt.Fprint(w, `{"resources": [{"url": "/download/exports-may-2026.rar"}, {"url": "/download/packages-may-2026.rar"}, {"url": "/readme.pdf"}]}`)
		case "/download/exports-may-2026.rar":
		default:
			t.Errorf("asked for %s", r.URL)
		}
	}, `robots: ignore
follow: [{json: "resources[*].url", match: '/download/exports-[a-z]+-\d{4}\.rar$', role: file}]`, "x")
	if diff := cmp.Diff([]string{"/download/exports-may-2026.rar", "/search?q=x"}, got); diff != "" || err != nil || left != 0 {
		t.Errorf("%v, %d left; kept (-want +got):\n%s", err, left, diff)
	}
}
