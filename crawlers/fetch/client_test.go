package fetch_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

const (
	here  = crawltest.Host
	there = "http://other.tripoint.test"
)

func get(c *fetch.Client, url string) (string, record.Capture, error) {
	resp, err := c.Do(context.Background(), record.Request{URL: url}, nil)
	if err != nil {
		return "", record.Capture{}, err
	}
	defer resp.Close()
	body, err := io.ReadAll(resp)
	return string(body), resp.Capture, err
}

func TestDo(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/a.csv", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		w.Header().Set("Content-Type", "text/csv")
		fmt.Fprint(w, r.UserAgent())
	})
	mux.HandleFunc("/dated", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="../../etc/list_2024.csv"`)
	})
	agent, clock := crawltest.Agent(t, mux)
	c := agent.Client("s", fetch.Options{})
	body, got, err := get(c, here+"/a.csv")
	if err != nil {
		t.Fatal(err)
	}
	if want := "tripoint/test (+mailto:test@tripoint.test)"; body != want {
		t.Errorf("user agent %q, want %q", body, want)
	}
	want := record.Capture{
		Source: "s", URL: here + "/a.csv", Name: "a.csv", MediaType: "text/csv", ETag: `"1"`, Status: 200, Size: int64(len(body)),
		SHA256: got.SHA256, Request: record.Request{URL: here + "/a.csv"}, Fetched: clock.Now(),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("capture (-want +got):\n%s", diff)
	}
	if _, got, err := get(c, here+"/dated"); err != nil || got.Name != "list_2024.csv" {
		t.Errorf("name %q, %v; want list_2024.csv", got.Name, err)
	}
	_, _, err = get(c, here+"/none")
	var status *fetch.StatusError
	if !errors.As(err, &status) || status.Status != 404 || err.Error() != "fetch: "+here+"/none: status 404 Not Found" {
		t.Errorf("%v, want status 404", err)
	}
}

func TestNoContact(t *testing.T) {
	agent, err := fetch.NewAgent(fetch.AgentOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := get(agent.Client("s", fetch.Options{}), "http://192.0.2.1/"); !errors.Is(err, fetch.ErrNoContact) {
		t.Errorf("error %v, want %v", err, fetch.ErrNoContact)
	}
	if _, err := fetch.NewAgent(fetch.AgentOptions{Contact: "a\r\nHost: b"}); err == nil {
		t.Error("a contact with a line break is taken")
	}
}

// Nothing secret may reach another host, an error, a log or a capture.
func TestSecrets(t *testing.T) {
	t.Setenv("KEY", "s3cret")
	seen := map[string]http.Header{}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen[r.Host+r.URL.Path] = r.Header
		switch r.URL.Path {
		case "/robots.txt":
			http.NotFound(w, r)
		case "/start":
			http.Redirect(w, r, there+"/file?id=1&X-Amz-Signature=s3cret", http.StatusFound)
		case "/fails":
			w.WriteHeader(http.StatusBadGateway)
		}
	})
	server := httptest.NewServer(handler)
	defer server.Close()
	var log strings.Builder
	clock := crawltest.NewClock()
	agent, err := fetch.NewAgent(fetch.AgentOptions{
		Contact: "c", Hosts: map[string]string{".tripoint.test": server.Listener.Addr().String()},
		Log: slog.New(slog.NewTextHandler(&log, nil)), Now: clock.Now, Sleep: clock.Sleep,
	})
	if err != nil {
		t.Fatal(err)
	}
	opt := fetch.Options{Auth: &fetch.Auth{Header: "X-Api-Key", Env: "KEY"}, Headers: map[string]string{"X-Plan": "s3cret"}}
	c := agent.Client("s", opt, here+"/start")
	resp, err := c.Do(t.Context(), record.Request{URL: here + "/start"}, http.Header{"X-Token": {"s3cret"}})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Close()
	first, second := seen["web.tripoint.test/start"], seen["other.tripoint.test/file"]
	for _, name := range []string{"X-Api-Key", "X-Plan", "X-Token"} {
		if first.Get(name) != "s3cret" {
			t.Errorf("%s was not sent to the start's host", name)
		}
		if second.Get(name) != "" {
			t.Errorf("%s was sent to another host", name)
		}
	}
	if want := there + "/file?id=1&X-Amz-Signature=REDACTED"; resp.Capture.Final != want {
		t.Errorf("final %q, want %q", resp.Capture.Final, want)
	}
	for _, url := range []string{here + "/fails?token=s3cret", "http://u:s3cret@web.tripoint.test/", "http://127.0.0.1/?key=s3cret", "http://%zz s3cret/"} {
		if _, _, err = get(c, url); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: error %v", url, err)
		}
	}
	if text := log.String(); !strings.Contains(text, "fetch tried again") || strings.Contains(text, "s3cret") {
		t.Errorf("log:\n%s", text)
	}
	if text := fmt.Sprintf("%+v", resp.Capture); strings.Contains(text, "s3cret") {
		t.Errorf("capture: %s", text)
	}
}

func TestKeyNotSet(t *testing.T) {
	agent, _ := crawltest.Agent(t, http.NotFoundHandler())
	c := agent.Client("s", fetch.Options{Auth: &fetch.Auth{Header: "X-Api-Key", Env: "SOME_KEY"}})
	if _, _, err := get(c, here+"/"); err == nil || !strings.Contains(err.Error(), "SOME_KEY") {
		t.Errorf("error %v does not name the variable", err)
	}
}

func TestRedirects(t *testing.T) {
	asked := map[string]int{}
	agent, _ := crawltest.Agent(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked[r.Host+r.URL.Path]++
		switch r.Host + r.URL.Path {
		case "other.tripoint.test/robots.txt":
			fmt.Fprint(w, "User-agent: *\nDisallow: /closed")
		case "web.tripoint.test/loop":
			http.Redirect(w, r, "/loop", http.StatusMovedPermanently)
		case "web.tripoint.test/closed":
			http.Redirect(w, r, there+"/closed", http.StatusFound)
		case "web.tripoint.test/inward":
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data", http.StatusFound)
		case "web.tripoint.test/file":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		case "web.tripoint.test/user":
			http.Redirect(w, r, "http://u:p@other.tripoint.test/open", http.StatusFound)
		case "web.tripoint.test/open":
			http.Redirect(w, r, there+"/open", http.StatusFound)
		case "other.tripoint.test/open":
			fmt.Fprint(w, "open")
		default:
			http.NotFound(w, r)
		}
	}))
	c := agent.Client("s", fetch.Options{Retry: fetch.Retry{Max: new(int)}})
	if body, got, err := get(c, here+"/open"); err != nil || body != "open" || got.Final != there+"/open" {
		t.Errorf("open: %q, final %q, %v", body, got.Final, err)
	}
	for path, want := range map[string]string{
		"/loop": "more than 10 redirects", "/closed": "disallowed by the robots.txt of other.tripoint.test",
		"/inward": "169.254.169.254 is a private address", "/file": `scheme "file"`, "/user": "user information",
	} {
		if _, _, err := get(c, here+path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", path, err, want)
		}
	}
	if asked["other.tripoint.test/closed"] > 0 {
		t.Error("a redirect led past robots.txt")
	}
	if n := asked["web.tripoint.test/loop"]; n != 11 {
		t.Errorf("a loop was followed %d times, want 11", n)
	}
}

func TestBodies(t *testing.T) {
	agent, _ := crawltest.Agent(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/large":
			fmt.Fprint(w, strings.Repeat("0123456789abcdef", 3<<20/16))
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			io.CopyN(z, zeros{}, 16<<20)
			z.Close()
		case "/half":
			w.Header().Set("Content-Encoding", "gzip")
			w.Write([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 1})
		case "/br":
			w.Header().Set("Content-Encoding", "br")
			fmt.Fprint(w, "x")
		case "/deflate":
			w.Header().Set("Content-Encoding", "deflate")
			fmt.Fprint(w, "x")
		case "/no": // a page that says no, at length, and breaks off
			w.Header().Set("Content-Length", "1000000000")
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, strings.Repeat("no", 1<<20))
		case "/drip":
			for r.Context().Err() == nil {
				fmt.Fprint(w, "x")
				w.(http.Flusher).Flush()
				time.Sleep(10 * time.Millisecond)
			}
		case "/slow": // but not as good as silent
			for range 4 {
				fmt.Fprint(w, strings.Repeat("x", 2000))
				w.(http.Flusher).Flush()
				time.Sleep(90 * time.Millisecond)
			}
		case "/silent":
			fmt.Fprint(w, "x")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		default:
			http.NotFound(w, r)
		}
	}))
	c := agent.Client("s", fetch.Options{Limits: fetch.Limits{MaxBytes: 4 << 20}, Retry: fetch.Retry{Max: new(int)}})
	body, got, err := get(c, here+"/large")
	if err != nil || len(body) != 3<<20 || got.Size != 3<<20 || got.SHA256 == "" {
		t.Errorf("large: %d bytes of %d, %v", len(body), got.Size, err)
	}
	for path, want := range map[string]string{
		"/bomb": "larger than limits.max_bytes (4MiB)", "/half": "the body broke off after 0 bytes: unexpected EOF", "/br": `not asked for: "br"`, "/deflate": `not asked for: "deflate"`,
		"/no": "status 404 Not Found",
	} {
		if _, _, err := get(c, here+path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", path, err, want)
		}
	}
	hasty := agent.Client("s", fetch.Options{Limits: fetch.Limits{Timeout: fetch.Duration(200 * time.Millisecond)}, Robots: fetch.Ignore, Retry: fetch.Retry{Max: new(int)}})
	for _, path := range []string{"/silent", "/drip"} {
		if _, _, err := get(hasty, here+path); err == nil || !strings.Contains(err.Error(), "silent for longer") {
			t.Errorf("%s: error %v", path, err)
		}
	}
	if body, _, err := get(hasty, here+"/slow"); err != nil || len(body) != 8000 {
		t.Errorf("slow: %d bytes, %v", len(body), err)
	}
	if left, err := os.ReadDir(agent.Temp()); err != nil || len(left) > 0 {
		t.Errorf("%d files are left in the scratch folder, %v", len(left), err)
	}
}

// Whatever its size, a body takes no memory.
func TestLargeBody(t *testing.T) {
	const size = 100 << 20
	agent, _ := crawltest.Agent(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.Copy(w, io.LimitReader(zeros{}, size))
	}))
	c := agent.Client("s", fetch.Options{Robots: fetch.Ignore})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	resp, err := c.Do(t.Context(), record.Request{URL: here + "/f"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Close()
	n, err := io.Copy(io.Discard, resp)
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; err != nil || n != size || took > 16<<20 {
		t.Errorf("%d bytes took %d bytes of memory, %v", n, took, err)
	}
	if err := errors.Join(resp.Close(), resp.Close()); err != nil {
		t.Error(err)
	}
}

// A body that was given up is gone: its bytes may be another one's by now.
func TestClosedBody(t *testing.T) {
	agent, _ := crawltest.Agent(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "page") }))
	resp, err := agent.Client("s", fetch.Options{Robots: fetch.Ignore}).Do(t.Context(), record.Request{URL: here + "/f"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Close()
	if _, err := io.ReadAll(resp); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("read after Close: %v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestRetries(t *testing.T) {
	var bodies []string
	agent, clock := crawltest.Agent(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/robots.txt":
			http.NotFound(w, r)
		case "/post":
			if bodies = append(bodies, string(body)); len(bodies) < 3 {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
		case "/broken":
			panic(http.ErrAbortHandler)
		case "/tomorrow":
			bodies = append(bodies, "")
			w.Header().Set("Retry-After", "86400")
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	c := agent.Client("s", fetch.Options{})
	resp, err := c.Do(t.Context(), record.Request{Method: "POST", URL: here + "/post", Body: []byte("q")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Close()
	if diff := cmp.Diff([]string{"q", "q", "q"}, bodies); diff != "" {
		t.Errorf("bodies (-want +got):\n%s", diff)
	}
	start := clock.Now()
	if _, _, err := get(c, here+"/broken"); err == nil {
		t.Error("a broken connection is no error")
	}
	// 1+2+4+8+16 s, a quarter taken off by the jitter of the test's agent
	if waited := clock.Now().Sub(start); waited < 23*time.Second || waited > 33*time.Second {
		t.Errorf("five retries took %v", waited)
	}
	bodies = nil
	for range 2 {
		if _, _, err = get(c, here+"/tomorrow"); err == nil || len(bodies) != 1 {
			t.Errorf("a publisher that asks for a day was asked %d times, %v", len(bodies), err)
		}
	}
	if !errors.Is(err, fetch.ErrLater) {
		t.Errorf("error %v, want %v", err, fetch.ErrLater)
	}
}
