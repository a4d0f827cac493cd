package fetch_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

// A key in the query reaches the publisher and nothing else: no other host by
// redirect or Referer, no log, no error, no capture.
func TestKeyInQuery(t *testing.T) {
	var asked []string
	var log strings.Builder
	agent, _ := crawltest.AgentWith(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Host+r.URL.String()+r.Referer())
		switch r.URL.Path {
		case "/robots.txt":
			http.NotFound(w, r)
		case "/away":
			http.Redirect(w, r, there+"/there", http.StatusFound)
		case "/fails":
			w.WriteHeader(http.StatusBadGateway)
		}
	}), fetch.AgentOptions{Log: slog.New(slog.NewTextHandler(&log, nil)), Env: func(string) string { return "s3cret&=" }})
	c := agent.Client("s", fetch.Options{Auth: &fetch.Auth{Query: "api_key", Env: "KEY"}}, here+"/")
	_, got, err := get(c, here+"/x?a=1")
	if err != nil {
		t.Fatal(err)
	}
	_, away, err := get(c, here+"/away")
	if err != nil {
		t.Fatal(err)
	}
	_, _, failed := get(c, here+"/fails")
	for _, want := range []string{"web.tripoint.test/x?a=1&api_key=s3cret%26%3D", "other.tripoint.test/there"} {
		if !strings.Contains(strings.Join(asked, "\n")+"\n", want+"\n") {
			t.Errorf("%s was not asked for:\n%s", want, strings.Join(asked, "\n"))
		}
	}
	if text := fmt.Sprint(got, away, failed, log.String()); strings.Contains(text, "s3cret") || failed == nil {
		t.Errorf("the key is in:\n%s", text)
	}
	if got := c.WithoutKey(here + "/next?api_key=s3cret&page=2"); got != here+"/next?page=2" {
		t.Errorf("WithoutKey leaves %s", got)
	}
}

// Requests that differ in a secret alone stay told apart in captures, which
// do not tell it.
func TestCapturesHoldNoSecrets(t *testing.T) {
	agent, _ := crawltest.Agent(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	c := agent.Client("s", fetch.Options{Robots: fetch.Ignore})
	var archive crawltest.Archive
	job := fetch.Job{Source: "s", Run: "r", Last: archive.Last, Keep: archive.Keep}
	addresses := []string{"/a?token=s3cret&b=1", "/a?token=s3cret2&b=1", "/a;jsessionid=s3cret/b", "/a?X-Amz-Signature=s3cret;b=%zz", "/plain?id=5&q=a;b"}
	for range 2 {
		for _, address := range addresses {
			resp, err := c.Fetch(t.Context(), job, record.Request{URL: here + address}, nil, true)
			if err != nil {
				t.Fatal(err)
			}
			if err := resp.Keep(t.Context(), job); err != nil {
				t.Fatal(err)
			}
			resp.Close()
		}
	}
	keys := map[string]bool{}
	for i, k := range archive.All() {
		if text := fmt.Sprintf("%+v", k.Capture); strings.Contains(text, "s3cret") {
			t.Errorf("a secret is kept: %s", text)
		}
		keys[k.Capture.Request.Key()] = true
		if want := 200 + 104*min(1, i/len(addresses)); k.Capture.Status != want {
			t.Errorf("%s: status %d, want %d", k.Capture.URL, k.Capture.Status, want)
		}
	}
	if len(keys) != len(addresses) || archive.All()[4].Capture.URL != here+addresses[4] {
		t.Errorf("%d requests became %d: %v", len(addresses), len(keys), keys)
	}
}

// Cookies come back to who set them, and no publisher can fill a crawl with them.
func TestCookies(t *testing.T) {
	n, most, elsewhere := 0, 0, ""
	agent, _ := crawltest.Agent(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host == "other.tripoint.test" {
			elsewhere += r.Header.Get("Cookie")
			return
		}
		most = max(most, len(r.Cookies()))
		if c, err := r.Cookie("session"); n > 0 && (err != nil || c.Value != fmt.Sprint(n)) {
			t.Errorf("the session's cookie is %v, %v; want %d", c, err, n)
		}
		n++
		w.Header().Add("Set-Cookie", fmt.Sprintf("session=%d; Path=/", n))
		w.Header().Add("Set-Cookie", "large="+strings.Repeat("x", 10<<10))
		w.Header().Add("Set-Cookie", "not a cookie")
		for i := range 100 {
			w.Header().Add("Set-Cookie", fmt.Sprintf("c%d_%d=1; Path=/", n, i))
		}
	}))
	c := agent.Client("s", fetch.Options{Robots: fetch.Ignore})
	for range 10 {
		if _, _, err := get(c, here+"/"); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := get(c, there+"/"); err != nil || elsewhere != "" {
		t.Errorf("cookies went to another host: %q, %v", elsewhere, err)
	}
	if most != 300 {
		t.Errorf("%d cookies came back, want 300", most)
	}
}

// A 307 would send a body on, with the session's values in it.
func TestBodyStaysWithItsHost(t *testing.T) {
	asked := 0
	agent, _ := crawltest.Agent(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, there+"/there", http.StatusTemporaryRedirect)
		case "/home":
			http.Redirect(w, r, "/there", http.StatusPermanentRedirect)
		case "/there":
			asked++
		}
	}))
	c := agent.Client("s", fetch.Options{Robots: fetch.Ignore})
	for path, want := range map[string]string{"/away": "redirected to another host", "/home": "<nil>"} {
		resp, err := c.Do(t.Context(), record.Request{Method: "POST", URL: here + path, Body: []byte("token")}, nil)
		if !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%s: error %v, want %s", path, err, want)
		}
		if err == nil {
			resp.Close()
		}
	}
	if asked != 1 {
		t.Errorf("the body arrived %d times, want once, at home", asked)
	}
}
