package browser_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/tripoint-data/tripoint/crawlers/browser"
	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

func decode(text string) func(any) error {
	return func(v any) error { return yaml.Load([]byte(text), v, yaml.WithKnownFields()) }
}

// web is a small web that scripts build. Clicks on #next show the pages of a
// list one after the other.
type web struct {
	mu     sync.Mutex
	asked  map[string]int
	later  time.Time     // when /shaky asked to wait a second
	waited time.Duration // until it was asked again
	secret string        // a server that no page may reach
}

const scripted = `<!DOCTYPE html><html><head><meta charset="gb2312"></head><body><table id="bl"></table>
<button id="next">next</button><img src="/image.png"><script>
const rows = ["HANGZHOU 海康", "DAHUA", "third"]; let page = 0;
function show() {
  document.querySelector("#bl").innerHTML = "<tbody><tr><td>" + rows[page] + "</td></tr></tbody>";
  document.querySelector("#next").disabled = page == rows.length - 1;
}
document.querySelector("#next").onclick = () => { page++; setTimeout(show, 100); };
setTimeout(show, 200);
%s
</script></body></html>`

func (s *web) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked[r.URL.Path]++
	n := s.asked[r.URL.Path]
	s.mu.Unlock()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	switch r.URL.Path {
	case "/robots.txt":
		if r.Host == "cdn.tripoint.test" {
			fmt.Fprint(w, "User-agent: tripoint\nDisallow: /closed\n")
			return
		}
		fmt.Fprint(w, "User-agent: *\nDisallow: /kept-from-us\n")
	case "/parts": // a page of things from here and elsewhere
		fmt.Fprintf(w, scripted, `for (const part of ["/kept-from-us/data", "/open/data", "http://cdn.tripoint.test/closed/data", "http://cdn.tripoint.test/open/data"])
	fetch(part, {mode: "no-cors"}).catch(() => {});`)
	case "/needs-closed":
		fmt.Fprint(w, `<script>fetch("/kept-from-us/data").then(() => document.body.innerHTML = "<table id=bl><tbody><tr><td>x")</script>`)
	case "/links":
		fmt.Fprintf(w, scripted, `setTimeout(() => document.body.insertAdjacentHTML("beforeend", '<table id="items">' +
	'<tr class="item"><td><a href="detail?n=1#top">A</a></td><td> 2020-01-02\n</td><td title="t1">x</td></tr>' +
	'<tr class="item"><td><a href="/detail?n=2">B</a></td><td></td></tr>' +
	'<tr class="item"><td><a href="http://other.tripoint.test/detail">C</a></td></tr>' +
	'<tr class="item"><td><a href="#here">D</a><a href="javascript:void(0)">E</a></td></tr></table>'), 100)`)
	case "/detail":
		fmt.Fprint(w, `<script>setTimeout(() => document.body.innerHTML = "<p id=ready>" + location.search, 200)</script>`)
	case "/list", "/other":
		fmt.Fprintf(w, scripted, "")
	case "/round": // its last page leads to the first
		fmt.Fprintf(w, scripted, `document.querySelector("#next").onclick = () => { page = (page + 1) % 2; setTimeout(show, 100); }`)
	case "/alert":
		fmt.Fprintf(w, scripted, `alert("a dialog that nobody closes"); window.open("/popup")`)
	case "/private":
		fmt.Fprintf(w, scripted, strings.ReplaceAll(`
fetch("http://HOST/fetch", {mode: "no-cors"}).catch(() => {});
new WebSocket("ws://HOST/socket");
new Worker(URL.createObjectURL(new Blob(["fetch('http://HOST/worker', {mode: 'no-cors'})"])));
document.head.insertAdjacentHTML("beforeend", "<link rel=stylesheet href='http://HOST/style'><link rel=icon href='http://HOST/icon'>");
document.body.insertAdjacentHTML("beforeend", "<iframe src='http://HOST/frame'></iframe>");
navigator.sendBeacon("http://HOST/beacon");`, "HOST", s.secret))
	case "/to-gone":
		fmt.Fprintf(w, scripted, `location.href = "/gone-list"`)
	case "/gone-list":
		w.WriteHeader(http.StatusGone)
		fmt.Fprintf(w, scripted, "")
	case "/gone":
		http.Error(w, "gone", http.StatusGone)
	case "/shaky":
		if n == 1 {
			w.Header().Set("Retry-After", "1")
			http.Error(w, "later", http.StatusServiceUnavailable)
			s.mu.Lock()
			defer s.mu.Unlock()
			s.later = time.Now()
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.waited = time.Since(s.later)
		fmt.Fprintf(w, scripted, "")
	case "/to-list":
		http.Redirect(w, r, "/list", http.StatusFound)
	case "/to-kept":
		http.Redirect(w, r, "/kept-from-us", http.StatusFound)
	case "/to-private":
		http.Redirect(w, r, "http://127.0.0.1:9/", http.StatusFound)
	case "/static":
		fmt.Fprint(w, "<table id=bl><tbody><tr><td>"+strings.Repeat("row ", 1000))
	case "/empty":
		fmt.Fprint(w, "<table id=bl></table>")
	case "/large":
		fmt.Fprintf(w, scripted, `document.body.append("x".repeat(100000))`)
	default:
		http.NotFound(w, r)
	}
}

func (s *web) count(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[path]
}

const options = `
rate: {every: 0s}
retry: {max: 1, wait: 10ms}
wait: {visible: "#bl tbody tr", timeout: 10s, block: [image, font]}
`

const click = `paginate: {kind: click, select: "#next"}`

type crawl struct {
	web      *web
	agent    *fetch.Agent
	temp     string
	log      *bytes.Buffer
	archive  *crawltest.Archive
	frontier *crawltest.Frontier
}

func setup(t testing.TB) *crawl {
	t.Helper()
	if _, ok := browser.Available(); !ok {
		t.Skip("no Chromium is installed: the browser is not tested")
	}
	c := &crawl{
		web: &web{asked: map[string]int{}}, temp: t.TempDir(), log: &bytes.Buffer{},
		archive: &crawltest.Archive{}, frontier: crawltest.NewFrontier(),
	}
	server := httptest.NewServer(c.web)
	t.Cleanup(server.Close)
	address := server.Listener.Addr().String()
	agent, err := fetch.NewAgent(fetch.AgentOptions{
		Contact: "mailto:test@tripoint.test", Temp: c.temp, Log: slog.New(slog.NewTextHandler(c.log, nil)),
		Hosts: map[string]string{".tripoint.test": address}, HostRules: "MAP *.tripoint.test " + address,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(agent.Close)
	c.agent = agent
	return c
}

func (c *crawl) run(ctx context.Context, t testing.TB, more string, paths ...string) error {
	t.Helper()
	start := "start: [" + crawltest.Host + strings.Join(paths, ", "+crawltest.Host) + "]\n"
	common := ""
	for line := range strings.Lines(options) { // what more says of its own stands
		if key, _, _ := strings.Cut(line, ":"); !strings.Contains("\n"+more, "\n"+key+":") {
			common += line
		}
	}
	b, err := browser.New(decode(start+common+more), c.agent)
	if err != nil {
		t.Fatal(err)
	}
	return b.Crawl(ctx, fetch.Job{Source: "demo", Run: "r1", Frontier: c.frontier, Last: c.archive.Last, Keep: c.archive.Keep})
}

// kept are the pages that were kept: path, step, and the row that they show.
func (c *crawl) kept() []string {
	var out []string
	for _, k := range c.archive.All() {
		_, row, _ := strings.Cut(string(k.Body), "<tbody><tr><td>")
		row, _, _ = strings.Cut(row, "<")
		out = append(out, fmt.Sprint(strings.TrimPrefix(k.Capture.URL, crawltest.Host), " ", k.Capture.Request.Step, " ", row))
	}
	return out
}

func TestClickThroughLists(t *testing.T) {
	c := setup(t)
	if err := c.run(t.Context(), t, click, "/list", "/other"); err != nil {
		t.Fatalf("%v\n%s", err, c.log)
	}
	want := []string{
		"/list 0 HANGZHOU 海康", "/list 1 DAHUA", "/list 2 third",
		"/other 0 HANGZHOU 海康", "/other 1 DAHUA", "/other 2 third",
	}
	if diff := cmp.Diff(want, c.kept()); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	for _, k := range c.archive.All() {
		got := k.Capture
		if !got.Rendered || got.Status != 200 || got.MediaType != "text/html; charset=utf-8" || !bytes.HasPrefix(k.Body, []byte("<!DOCTYPE html>\n<html>")) {
			t.Errorf("capture %+v of %.60q", got, k.Body)
		}
	}
	if c.web.count("/list") != 1 || c.web.count("/image.png") != 0 || c.frontier.Left() != 0 {
		t.Errorf("asked %v, %d left", c.web.asked, c.frontier.Left())
	}
	if os.Getuid() == 0 && !strings.Contains(c.log.String(), "without its sandbox") {
		t.Error("nothing was said of the sandbox")
	}
	if left, _ := filepath.Glob(filepath.Join(c.temp, "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestResume(t *testing.T) {
	c := setup(t)
	full := errors.New("disk full")
	c.archive.Fail = func(k record.Capture) error {
		if k.Request.Step == 1 {
			return full
		}
		return nil
	}
	if err := c.run(t.Context(), t, click+"\nrestart_every: 1", "/list"); !errors.Is(err, full) {
		t.Fatal(err)
	}
	c.archive.Fail = nil
	c.frontier.Restart()
	if err := c.run(t.Context(), t, click+"\nrestart_every: 1", "/list"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"/list 0 HANGZHOU 海康", "/list 1 DAHUA", "/list 2 third"}, c.kept()); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

func TestPages(t *testing.T) {
	c := setup(t)
	if err := c.run(t.Context(), t, "", "/alert", "/shaky", "/to-list"); err != nil {
		t.Errorf("%v\n%s", err, c.log)
	}
	if diff := cmp.Diff([]string{"/alert 0 HANGZHOU 海康", "/shaky 0 HANGZHOU 海康", "/to-list 0 HANGZHOU 海康"}, c.kept()); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	if got := c.archive.All()[2].Capture.Final; got != crawltest.Host+"/list" {
		t.Errorf("Final = %q", got)
	}
	if c.web.waited < time.Second {
		t.Errorf("asked again after %s, Retry-After said a second", c.web.waited)
	}
	if c.web.count("/popup") != 0 {
		t.Errorf("a second tab was opened: %v", c.web.asked)
	}
}

func TestPagesThatAreNotKept(t *testing.T) {
	c := setup(t)
	more := click + "\nlimits: {max_bytes: 64KiB}"
	err := c.run(t.Context(), t, more, "/gone", "/kept-from-us", "/to-kept", "/to-private", "/large", "/to-gone")
	for _, want := range []string{
		"/gone: status 410 Gone", "/kept-from-us: ROBOTS", "/to-kept: ROBOTS",
		"/to-private: 127.0.0.1 is a private address", "/large: larger than limits.max_bytes (64KiB)",
		"/to-gone: what the page led to: status 410 Gone",
	} {
		if !strings.Contains(fmt.Sprint(err), crawltest.Host+strings.Replace(want, "ROBOTS", fetch.ErrRobots.Error(), 1)) {
			t.Errorf("%s is not said", want)
		}
	}
	if kept := c.kept(); kept != nil || c.frontier.Left() != 6 || c.web.count("/kept-from-us") != 0 {
		t.Errorf("kept %q, %d left, asked %v\n%v", kept, c.frontier.Left(), c.web.asked, err)
	}
}

// TestRobotsOfParts has a page that asks for things on its own host and on
// another: what the robots.txt of each closes is left out, and the rest is there.
func TestRobotsOfParts(t *testing.T) {
	c := setup(t)
	if err := c.run(t.Context(), t, "", "/parts"); err != nil {
		t.Fatalf("%v\n%s", err, c.log)
	}
	for path, want := range map[string]int{"/kept-from-us/data": 0, "/closed/data": 0, "/open/data": 2, "/favicon.ico": 0} {
		if n := c.web.count(path); n != want {
			t.Errorf("%s was asked for %d times, want %d", path, n, want)
		}
	}
	if n := strings.Count(c.log.String(), "left out of pages as robots.txt says"); n != 2 {
		t.Errorf("said of %d hosts, want 2:\n%s", n, c.log)
	}
	err := c.run(t.Context(), t, "retry: {max: 0}\nwait: {visible: '#bl tbody tr', timeout: 1s}", "/needs-closed")
	if want := "(robots.txt closes 1 of the things that the page asks for)"; !strings.Contains(fmt.Sprint(err), want) {
		t.Errorf("error %v, want %s", err, want)
	}
}

// TestFollow has links that a script writes: they are followed on their host,
// with what stands beside them.
func TestFollow(t *testing.T) {
	c := setup(t)
	err := c.run(t.Context(), t, `
role: rows
follow: [{select: "#items a", role: detail, visible: "#ready", carry: {date: "closest(tr) td:nth-child(2)", hint: "closest(tr) td[title] @title", name: "closest(td)"}}]
wait: {visible: "#items", timeout: 10s}
`, "/links")
	if err != nil {
		t.Fatalf("%v\n%s", err, c.log)
	}
	var got []string
	for _, k := range c.archive.All() {
		_, ready, _ := strings.Cut(string(k.Body), `<p id="ready">`)
		ready, _, _ = strings.Cut(ready, "<")
		got = append(got, fmt.Sprint(k.Capture.Request.Role, " ", strings.TrimPrefix(k.Capture.URL, crawltest.Host), " ", ready, " ", k.Capture.Request.Vars))
	}
	want := []string{
		"rows /links  map[]",
		"detail /detail?n=1 ?n=1 map[date:2020-01-02 hint:t1 name:A]",
		"detail /detail?n=2 ?n=2 map[name:B]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

func TestNeverReady(t *testing.T) {
	c := setup(t)
	err := c.run(t.Context(), t, "wait: {visible: '#never', timeout: 1s}\nretry: {max: 0}", "/empty")
	if want := "/empty: wait.visible #never: not done within 1s"; !strings.Contains(fmt.Sprint(err), want) || c.kept() != nil {
		t.Errorf("error %v, want %s", err, want)
	}
}

// TestListTooLong has a list that goes on after paginate.max.
func TestListTooLong(t *testing.T) {
	c := setup(t)
	err := c.run(t.Context(), t, `paginate: {kind: click, select: "#next", max: 2}`, "/list")
	if want := "/list: paginate.max: the list goes on after 2 pages"; !strings.Contains(fmt.Sprint(err), want) {
		t.Errorf("error %v, want %s", err, want)
	}
	if diff := cmp.Diff([]string{"/list 0 HANGZHOU 海康", "/list 1 DAHUA"}, c.kept()); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

// TestMaxPages has a list of more pages than a crawl may ask for.
func TestMaxPages(t *testing.T) {
	c := setup(t)
	err := c.run(t.Context(), t, click+"\nmax_pages: 2", "/list")
	if want := "browser: reached max_pages, 2: the rest was not asked for"; err == nil || err.Error() != want || !errors.As(err, new(*fetch.Partial)) {
		t.Errorf("error %v, want %s as *fetch.Partial", err, want)
	}
	if diff := cmp.Diff([]string{"/list 0 HANGZHOU 海康", "/list 1 DAHUA"}, c.kept()); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

// TestListGoesRound has a list whose last page leads to the first.
func TestListGoesRound(t *testing.T) {
	c := setup(t)
	if err := c.run(t.Context(), t, click, "/round"); err != nil {
		t.Errorf("%v\n%s", err, c.log)
	}
	if diff := cmp.Diff([]string{"/round 0 HANGZHOU 海康", "/round 1 DAHUA", "/round 2 HANGZHOU 海康"}, c.kept()); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

// TestGuard has a page that tries all it can to reach a server on this
// machine; only allow_private lets it.
func TestGuard(t *testing.T) {
	for _, private := range []bool{false, true} {
		c := setup(t)
		var mu sync.Mutex
		var reached []string
		secret := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			reached = append(reached, r.URL.Path)
		}))
		defer secret.Close()
		c.web.secret = strings.TrimPrefix(secret.URL, "http://")
		if err := c.run(t.Context(), t, fmt.Sprintf("allow_private: %v", private), "/private"); err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		if private != (len(reached) > 0) {
			t.Errorf("allow_private %v: reached %q", private, reached)
		}
		mu.Unlock()
	}
}

func TestCancel(t *testing.T) {
	c := setup(t)
	ctx, cancel := context.WithCancel(t.Context())
	c.archive.Fail = func(record.Capture) error { cancel(); return nil }
	if err := c.run(ctx, t, click, "/list"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(c.temp, "*")); len(left) > 0 || c.frontier.Left() == 0 {
		t.Errorf("left behind: %v; %d requests", left, c.frontier.Left())
	}
}

func TestLeftProfilesAreSwept(t *testing.T) {
	c := setup(t)
	left := filepath.Join(c.temp, "tripoint-chromium-123")
	if err := os.MkdirAll(filepath.Join(left, "Default"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := c.run(t.Context(), t, "", "/list"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the profile of a killed process is still there: %v", err)
	}
}

func TestNoBrowser(t *testing.T) {
	t.Setenv("CHROME", filepath.Join(t.TempDir(), "none"))
	if path, ok := browser.Available(); ok {
		t.Errorf("found %s", path)
	}
	agent, err := fetch.NewAgent(fetch.AgentOptions{Contact: "mailto:test@tripoint.test"})
	if err != nil {
		t.Fatal(err)
	}
	b, err := browser.New(decode("start: [http://a.tripoint.test/]"), agent)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Crawl(t.Context(), fetch.Job{Source: "demo", Frontier: crawltest.NewFrontier()}); !errors.Is(err, browser.ErrNoBrowser) {
		t.Errorf("%v", err)
	}
}

func TestFaults(t *testing.T) {
	_, err := browser.New(decode(`
paginate: {kind: offset, max: -1}
max_pages: -1
restart_every: -1
follow: [{select: a, role: list}, {role: detail}]
rate: {parallel: 2}
headers: {X-Key: a}
auth: {header: X-Key, env: KEY}
`), nil)
	var paths []string
	for line := range strings.Lines(fmt.Sprint(err)) {
		path, _, _ := strings.Cut(line, ":")
		paths = append(paths, path)
	}
	want := []string{"start", "paginate.kind", "paginate.select", "paginate.max", "follow[0].role", "follow[1].select", "max_pages", "restart_every", "rate.parallel", "headers", "auth"}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Errorf("(-want +got):\n%s\n%v", diff, err)
	}
	for _, bad := range []string{`follow: [{select: a, role: b, carry: {x: "closest("}}]`, `wait: {visible: "a["}`, `wait: {block: [colour]}`, `wait: {timeout: soon}`, `colour: red`} {
		if _, err := browser.New(decode("start: [http://a.test/]\n"+bad), nil); err == nil {
			t.Errorf("%s: no fault", bad)
		}
	}
}

// BenchmarkCrawl renders pages with one tab, the start of the browser counted in.
func BenchmarkCrawl(b *testing.B) {
	const pages = 50
	for b.Loop() {
		c := setup(b)
		var paths []string
		for i := range pages {
			paths = append(paths, fmt.Sprint("/static?", i))
		}
		if err := c.run(b.Context(), b, "", paths...); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(pages*b.N)/b.Elapsed().Seconds(), "pages/s")
}
