package site_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/crawlers/site"
	"github.com/tripoint-data/tripoint/record"
)

// web is a small web: path and query to a page. Unknown ones are 404.
type web map[string]func(http.ResponseWriter, *http.Request)

func (s web) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if page, ok := s[r.URL.RequestURI()]; ok {
		page(w, r)
		return
	}
	http.NotFound(w, r)
}

func markup(body string) func(http.ResponseWriter, *http.Request) {
	return typed("text/html; charset=utf-8", body)
}

func typed(contentType, body string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		fmt.Fprint(w, body)
	}
}

func decode(text string) func(any) error {
	return func(v any) error { return yaml.Load([]byte(text), v, yaml.WithKnownFields()) }
}

func crawler(t testing.TB, agent *fetch.Agent, options string) *site.Crawler {
	t.Helper()
	c, err := site.New(decode("start: ["+crawltest.Host+"/]\n"+options), agent)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// crawl walks a web and returns what was kept as "role path {vars}", sorted.
func crawl(t *testing.T, s web, options string) ([]string, *crawltest.Archive, error) {
	t.Helper()
	agent, _ := crawltest.Agent(t, s)
	archive := &crawltest.Archive{}
	err := crawler(t, agent, options).Crawl(t.Context(), fetch.Job{
		Source: "demo", Run: "r1", Frontier: crawltest.NewFrontier(), Last: archive.Last, Keep: archive.Keep,
	})
	return kept(archive), archive, err
}

func kept(archive *crawltest.Archive) []string {
	var out []string
	for _, k := range archive.All() {
		r := k.Capture.Request
		line := strings.TrimSpace(r.Role + " " + strings.TrimPrefix(r.URL, crawltest.Host))
		if len(r.Body) > 0 {
			line += " " + r.Method + " " + string(r.Body)
		}
		if len(r.Vars) > 0 {
			line += strings.TrimPrefix(fmt.Sprint(" ", r.Vars), " map")
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return out
}

const list = `<table>
<tr><td><a href="/d/1">HANGZHOU A</a></td><td>x</td><td> 2020-
 06-05</td></tr>
<tr><td><a href="d/2#part">B</a></td><td>x</td><td></td></tr>
<tr><td><a href="http://elsewhere.test/d/3">C</a></td></tr>
<tr><td><a href="mailto:a@b.test">D</a><a>no address</a><a href="#top">top</a></td></tr>
</table><a rel=next href="/?p=2">next</a> <a rel=next href="/?p=2">again</a>`

func TestCrawl(t *testing.T) {
	detail := markup("<p>detail")
	for _, tt := range []struct {
		name, options string
		web           web
		want          []string
		wantErr       string
	}{
		{
			name: "links, next pages and carried texts",
			options: `follow: [{select: "td:first-child a", role: detail, carry: {effective: "closest(tr) td:nth-child(3)", to: "@href"}}]
paginate: {kind: next-link, select: "a[rel=next]"}`,
			web:  web{"/": markup(list), "/?p=2": markup(`<a href="/d/1">seen</a><td>`), "/d/1": detail, "/d/2": detail},
			want: []string{"detail /d/1[effective:2020- 06-05 to:/d/1]", "detail /d/2[to:d/2#part]", "list /", "list /?p=2"},
		},
		{
			name:    "base address, match, roles",
			options: `follow: [{select: a, role: detail, on: [list], match: '/d/\d+$'}, {select: a, role: paper, on: [detail]}]`,
			web: web{
				"/":         markup(`<base href="/deep/er/"><a href="../d/1">1</a><a href="../d/x">x</a>`),
				"/deep/d/1": markup(`<a href="/p.pdf">paper</a>`), "/p.pdf": typed("application/pdf", "%PDF-"),
			},
			want: []string{"detail /deep/d/1", "list /", "paper /p.pdf"},
		},
		{
			name:    "forms",
			options: `follow: [{select: "input[name=NextList2]", role: list}, {select: "form#post", role: found}]`,
			web: web{
				"/": markup(`<form action="/s?old=1"><input type=hidden name=S1 value="AN/A B"><input name=n><input type=checkbox name=c>
<select name=l><option>1<option selected value=50>2</select><textarea name=t>x</textarea>
<input type=submit name=NextList2 value="Next 50 Hits"><input type=submit name=Other value=1></form>
<form id=post method=POST action=/q><input name=q value="海康"></form>`),
				"/s?S1=AN%2FA+B&n=&l=50&t=x&NextList2=Next+50+Hits": detail,
				"/q": func(w http.ResponseWriter, r *http.Request) {
					if r.FormValue("q") != "海康" {
						http.Error(w, "bad", http.StatusBadRequest)
					}
					detail(w, r)
				},
			},
			want: []string{"found /q POST q=%E6%B5%B7%E5%BA%B7", "list /", "list /s?S1=AN%2FA+B&n=&l=50&t=x&NextList2=Next+50+Hits"},
		},
		{
			name: "a single hit sends on",
			options: `meta_refresh: follow
follow: [{select: a.hit, role: detail, match: "/d/"}]`,
			web:  web{"/": markup(`<META HTTP-EQUIV="Refresh" CONTENT="1;URL=/d/1">`), "/d/1": detail},
			want: []string{"detail /d/1", "list /"},
		},
		{
			name: "depth",
			options: `depth: 1
follow: [{select: a, role: detail}]
paginate: {kind: next-link, select: b, attr: data-next}`,
			web:  web{"/": markup(`<a href=/1>1</a><b data-next=/p2>`), "/p2": markup(`<a href=/2>2</a>`), "/1": markup(`<a href=/3>3</a>`), "/2": detail},
			want: []string{"detail /1[depth:1]", "detail /2[depth:1]", "list /", "list /p2[depth:0]"},
		},
		{
			name:    "a page that is missing",
			options: `follow: [{select: a, role: detail}]`,
			web:     web{"/": markup(`<a href=/1>1</a><a href=/2>2</a>`), "/2": detail},
			want:    []string{"detail /2", "list /"},
			wantErr: "site: http://web.tripoint.test/1: status 404 Not Found",
		},
		{
			name:    "too many pages",
			options: "max_pages: 2\nfollow: [{select: a, role: detail}]",
			web:     web{"/": markup(`<a href=/1>1</a><a href=/2>2</a>`), "/1": detail, "/2": detail},
			want:    []string{"detail /1", "list /"},
			wantErr: "site: reached max_pages, 2: the rest was not asked for",
		},
		{
			name:    "a next page that never ends",
			options: "max_pages: 3\npaginate: {kind: next-link, select: a}",
			web:     web{"/": markup(`<a href=/1>n</a>`), "/1": markup(`<a href=/2>n</a>`), "/2": markup(`<a href=/3>n</a>`), "/3": markup(`<a href=/4>n</a>`)},
			want:    []string{"list /", "list /1", "list /2"},
			wantErr: "site: reached max_pages, 3: the rest was not asked for",
		},
		{
			name: "a next page that repeats the one before",
			options: `paginate: {kind: next-link, select: a}
follow: [{select: b, attr: to, role: detail}]`,
			web: web{
				"/": markup("first <a href=n/>n</a>"), "/n/": markup("last <a href=n/>n</a><b to=/d>"), "/d": detail,
				"/n/n/": markup("last <a href=n/>n</a><b to=/d>"), "/n/n/n/": markup("last <a href=n/>n</a><b to=/d>"),
			},
			want: []string{"detail /d", "list /", "list /n/", "list /n/n/"},
		},
		{
			name:    "a redirect",
			options: `follow: [{select: a, role: detail}]`,
			web: web{
				"/":   markup(`<a href=/in>in</a><a href=/out>out</a>`),
				"/in": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/1", http.StatusFound) },
				"/out": func(w http.ResponseWriter, r *http.Request) {
					http.Redirect(w, r, "http://elsewhere.test/", http.StatusFound)
				},
				"/1": detail,
			},
			want:    []string{"detail /in", "list /"},
			wantErr: "site: http://web.tripoint.test/out: redirected to elsewhere.test, which is not among hosts",
		},
		{
			name:    "a page that is too large is refused, not cut",
			options: "limits: {max_bytes: 1KiB}\nfollow: [{select: a, role: detail}]",
			web:     web{"/": markup(`<a href=/1>1</a>`), "/1": markup(strings.Repeat("x", 2000))},
			want:    []string{"list /"},
			wantErr: "site: http://web.tripoint.test/1: larger than limits.max_bytes (1KiB)",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, archive, err := crawl(t, tt.web, tt.options)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("kept (-want +got):\n%s", diff)
			}
			if text := fmt.Sprint(err); tt.wantErr == "" && err != nil || tt.wantErr != "" && !strings.HasPrefix(text, tt.wantErr) {
				t.Errorf("error %q, want %q", text, tt.wantErr)
			}
			for _, k := range archive.All() {
				if strings.HasSuffix(k.Capture.URL, "/in") && k.Capture.Final != crawltest.Host+"/1" {
					t.Errorf("Final = %q", k.Capture.Final)
				}
			}
		})
	}
}

// TestHostileHeaders has a file whose headers are of no sensible length: they
// do not reach a record.
func TestHostileHeaders(t *testing.T) {
	long := strings.Repeat("x", 5000)
	file := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"`+long+`"`)
		w.Header().Set("Last-Modified", long)
		w.Header().Set("Content-Type", "text/"+long)
		w.Header().Set("Content-Disposition", `attachment; filename="`+long+`.csv"`)
	}
	_, archive, err := crawl(t, web{"/": markup("<a href=/list.csv>list</a>"), "/list.csv": file}, `follow: [{select: a, role: detail}]`)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range archive.All() {
		c := k.Capture
		if c.Request.Role == "detail" && (c.ETag != "" || c.LastModified != "" || c.MediaType != "" || c.Name != "list.csv") {
			t.Errorf("%d bytes of ETag, %d of Last-Modified, %d of media type, name %.20q", len(c.ETag), len(c.LastModified), len(c.MediaType), c.Name)
		}
	}
}

// TestBytesAsReceived has pages whose bytes colly would change: it recodes by
// the charset and unpacks what looks like gzip.
func TestBytesAsReceived(t *testing.T) {
	t.Setenv("COLLY_MAX_BODY_SIZE", "10") // colly reads its settings from the environment
	t.Setenv("COLLY_ALLOWED_DOMAINS", "nowhere.test")
	t.Setenv("COLLY_DETECT_CHARSET", "yes")
	gbk := "<title>\xba\xa3\xbf\xb5\xcd\xfe\xca\xd3</title><a href='/\xba\xa3'>\xba\xa3\xbf\xb5</a><a href=/x.xml.gz>x</a>"
	bodies := web{
		"/":          typed("text/html; charset=gb2312", gbk),
		"/%E6%B5%B7": typed("text/html; charset=gb2312", gbk),
		"/x.xml.gz":  typed("application/x-gzip", "\x1f\x8b not really"),
	}
	got, archive, err := crawl(t, bodies, `follow: [{select: a, role: detail, carry: {name: "@href"}}]`)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"detail /%E6%B5%B7[name:/海]", "detail /x.xml.gz[name:/x.xml.gz]", "list /"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, k := range archive.All() {
		want := gbk
		if strings.HasSuffix(k.Capture.URL, ".gz") {
			want = "\x1f\x8b not really"
			if k.Capture.Name != "x.xml.gz" {
				t.Errorf("Name = %q", k.Capture.Name)
			}
		} else if k.Capture.MediaType != "text/html; charset=gb2312" {
			t.Errorf("MediaType = %q", k.Capture.MediaType)
		}
		if string(k.Body) != want {
			t.Errorf("%s: %q, want %q", k.Capture.URL, k.Body, want)
		}
	}
}

func TestRobots(t *testing.T) {
	s := web{
		"/robots.txt": typed("text/plain", "User-agent: *\nDisallow: /d/1\n"),
		"/":           markup(`<a href=/d/1>1</a><a href=/in>2</a>`),
		"/in":         func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/d/1", http.StatusFound) },
		"/d/1":        func(http.ResponseWriter, *http.Request) { t.Error("a page was fetched that robots.txt keeps") },
	}
	got, _, err := crawl(t, s, `follow: [{select: a, role: detail}]`)
	if !errors.Is(err, fetch.ErrRobots) || len(got) != 1 {
		t.Errorf("kept %q, %v", got, err)
	}
}

// TestResume has the archive fail midway; the next run takes up what was left.
func TestResume(t *testing.T) {
	times := map[string]int{}
	counted := func(body string) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, r *http.Request) { times[r.URL.Path]++; markup(body)(w, r) }
	}
	agent, _ := crawltest.Agent(t, web{"/": counted(list), "/d/1": counted("1"), "/d/2": counted("2")})
	c := crawler(t, agent, `follow: [{select: "td a", role: detail}]`)
	frontier, archive := crawltest.NewFrontier(), &crawltest.Archive{}
	full := errors.New("disk full")
	archive.Fail = func(c record.Capture) error {
		if strings.HasSuffix(c.URL, "/d/2") {
			return full
		}
		return nil
	}
	job := fetch.Job{Source: "demo", Run: "r1", Frontier: frontier, Last: archive.Last, Keep: archive.Keep}
	if err := c.Crawl(t.Context(), job); !errors.Is(err, full) {
		t.Fatalf("%v", err)
	}
	archive.Fail = nil
	frontier.Restart()
	if err := c.Crawl(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{"/": 1, "/d/1": 1, "/d/2": 2}, times); diff != "" || frontier.Left() != 0 {
		t.Errorf("%d left; fetched (-want +got):\n%s", frontier.Left(), diff)
	}
}

func TestUnchanged(t *testing.T) {
	s := web{"/": markup(`<a href=/1>1</a>`), "/1": func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"7"`)
		if r.Header.Get("If-None-Match") == `"7"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		markup("detail")(w, r)
	}}
	agent, _ := crawltest.Agent(t, s)
	c := crawler(t, agent, `follow: [{select: a, role: detail, on: [list]}]`)
	archive := &crawltest.Archive{}
	for _, run := range []string{"r1", "r2"} {
		job := fetch.Job{Source: "demo", Run: run, Frontier: crawltest.NewFrontier(), Last: archive.Last, Keep: archive.Keep}
		if err := c.Crawl(t.Context(), job); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, k := range archive.All() {
		got = append(got, fmt.Sprint(k.Capture.Run, " ", k.Capture.Status, " ", len(k.Body)))
	}
	if diff := cmp.Diff([]string{"r1 200 16", "r1 200 6", "r2 304 0", "r2 304 0"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	agent, _ := crawltest.Agent(t, web{"/": func(w http.ResponseWriter, r *http.Request) { cancel(); markup(list)(w, r) }})
	archive, frontier := &crawltest.Archive{}, crawltest.NewFrontier()
	err := crawler(t, agent, `follow: [{select: "td a", role: detail}]`).Crawl(ctx, fetch.Job{Source: "demo", Frontier: frontier, Keep: archive.Keep})
	if !errors.Is(err, context.Canceled) || frontier.Left() == 0 {
		t.Errorf("%v, %d left", err, frontier.Left())
	}
}

func TestFaults(t *testing.T) {
	agent, _ := crawltest.Agent(t, web{})
	_, err := site.New(decode(`
start: ["http://{host}.test/"]
hosts: ["http://a.test/"]
follow: [{attr: href}]
paginate: {kind: offset}
depth: -1
max_pages: -1
rate: {parallel: 1000}
`), agent)
	var paths []string
	for line := range strings.Lines(fmt.Sprint(err)) {
		path, _, _ := strings.Cut(line, ":")
		paths = append(paths, path)
	}
	want := []string{
		"rate.parallel", "start[0]", "follow[0].select", "follow[0].role", "paginate.kind", "paginate.select", "hosts[0]", "depth", "max_pages",
	}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Errorf("(-want +got):\n%s\n%v", diff, err)
	}
	for _, bad := range []string{
		`follow: [{select: "a[", role: x}]`,
		`follow: [{select: a, role: x, match: "("}]`,
		`follow: [{select: a, role: x, carry: {y: "closest(tr td"}}]`,
		`follow: [{select: a, role: x, carry: {y: "@"}}]`,
		`meta_refresh: perhaps`,
		`colour: red`,
	} {
		if _, err := site.New(decode("start: [http://a.test/]\n"+bad), agent); err == nil {
			t.Errorf("%s: no fault", bad)
		}
	}
}

// TestPatFT reads the hit lists of the patent office's old search pages.
func TestPatFT(t *testing.T) {
	data := os.Getenv("TRIPOINT_SHARED")
	if data == "" {
		data = filepath.Join("..", "..", "..", "shared")
	}
	for file, next := range map[string]string{"f_pat_search.html": "d=PTXT", "t_pub_pub_search.html": "d=PG01"} {
		page, err := os.ReadFile(filepath.Join(data, "data", "patents", "patft", file))
		if errors.Is(err, os.ErrNotExist) {
			t.Skip("no real files: ", err)
		} else if err != nil {
			t.Fatal(err)
		}
		for _, select_ := range []string{"a:has(img[alt='[NEXT_LIST]'])", "input[name=NextList2]"} {
			var asked []string
			agent, _ := crawltest.Agent(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch q := r.URL.Query(); {
				case r.URL.Path == "/robots.txt":
					http.NotFound(w, r)
				case r.URL.Path == "/":
					typed("text/html", string(page))(w, r)
				case q.Get("NextList2") != "" || q.Get("Page") == "Next":
					asked = append(asked, r.URL.RawQuery)
					markup("the end")(w, r)
				default:
					markup("hit")(w, r)
				}
			}))
			archive := &crawltest.Archive{}
			c := crawler(t, agent, `
rate: {every: 0s}
follow: [{select: "td:nth-child(2) > a", role: detail, match: "[?&]f=G&", on: [list], carry: {number: "closest(tr) td:nth-child(2)"}}]
paginate: {kind: next-link, select: "`+select_+`", on: [list]}`)
			if err := c.Crawl(t.Context(), fetch.Job{Source: "patft", Frontier: crawltest.NewFrontier(), Keep: archive.Keep}); err != nil {
				t.Fatal(err)
			}
			details := 0
			for _, k := range archive.All() {
				if k.Capture.Request.Role == "detail" && len(k.Capture.Request.Vars["number"]) >= 9 {
					details++
				}
			}
			if details != 50 || len(asked) != 1 || !strings.Contains(asked[0], next) {
				t.Errorf("%s by %s: %d details, next %q", file, select_, details, asked)
			}
		}
	}
}
