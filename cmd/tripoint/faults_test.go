package main

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tripoint-data/tripoint/internal/pipeline"
	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/bolt"
)

// A fault is what a publisher, or the way to it, does on one day. The day
// before and the day after all is well.
type fault struct {
	name string // a row of docs/faults.md
	// serve answers for the list's address on that day; n counts the requests
	// from 1. Where it is nil, only the rest of the row is at fault.
	serve  func(w http.ResponseWriter, r *http.Request, n int)
	robots func(w http.ResponseWriter, r *http.Request)
	kind   string // of the crawl; bulk where empty
	crawl  string // more lines of the crawl block
	parse  string // another parse block
	good   []byte // what is served on good days; goodList where nil

	exit  int
	says  string // a pattern of what is said; nothing may be said where empty
	asked int    // requests for the list on that day; not counted where 0
	// after are the names in the store on the evening of that day; those of the
	// day before where nil.
	after []string
}

var dayBefore = []string{"Ångström Optics", "Borealis Trading", "Cirrus Lidar", "Dune Robotics"}

func listOf(names ...string) []byte {
	return []byte("Name,Country\n" + strings.Join(names, ",NL\n") + ",NL\n")
}

var (
	goodList = listOf(dayBefore...)
	// nextDay is the list of the fault's own day, where it comes through.
	nextDay  = append(slices.Clone(dayBefore), "Ember Drones")
	nextList = listOf(nextDay...)
)

// raw answers with bytes as they are, past the server's own good manners, and
// hangs up.
func raw(w http.ResponseWriter, text string) {
	conn, out, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	_, _ = out.WriteString(text)
	_ = out.Flush()
	_ = conn.Close()
}

// first answers the first n requests badly and the later ones well.
func first(n int, bad http.HandlerFunc) func(http.ResponseWriter, *http.Request, int) {
	return func(w http.ResponseWriter, r *http.Request, i int) {
		if i > n {
			_, _ = w.Write(nextList)
			return
		}
		bad(w, r)
	}
}

func always(bad http.HandlerFunc) func(http.ResponseWriter, *http.Request, int) {
	return func(w http.ResponseWriter, r *http.Request, _ int) { bad(w, r) }
}

func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
	}
}

func body(b []byte, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		_, _ = w.Write(b)
	}
}

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

func zipped(members map[string][]byte) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, b := range members {
		m, err := w.Create(name)
		if err != nil {
			panic(err)
		}
		_, _ = m.Write(b)
	}
	_ = w.Close()
	return out.Bytes()
}

const inZip = `
  unpack: {type: zip, glob: "*.csv", max_bytes: 1MiB, max_files: 3}`

const asJSON = `
  input: {type: json, items: "parties[*]"}`

const asHTML = `
  input: {type: html}`

const asXML = `
  input: {type: xml, elements: [party]}`

func jsonOf(names ...string) []byte {
	var rows []string
	for _, n := range names {
		rows = append(rows, fmt.Sprintf(`{"Name": %q, "Country": "NL"}`, n))
	}
	return []byte(`{"parties": [` + strings.Join(rows, ", ") + `]}`)
}

func xmlOf(names ...string) []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><list>`)
	for _, n := range names {
		fmt.Fprintf(&b, "<party><Name>%s</Name><Country>NL</Country></party>", n)
	}
	return []byte(b.String() + "</list>")
}

func pageOf(names ...string) []byte {
	return []byte("<!DOCTYPE html><table><tr><th>Name<th>Country<tr><td>" + strings.Join(names, "<td>NL<tr><td>") + "<td>NL</table>")
}

func faults() []fault {
	inAMoment := func(w http.ResponseWriter, r *http.Request) {
		status(http.StatusTooManyRequests, "Retry-After", time.Now().Add(time.Second).UTC().Format(http.TimeFormat))(w, r)
	}
	zeros := make([]byte, 8<<20)
	half := goodList[:len(goodList)/2]
	return []fault{
		// What passes.
		{name: "429, wait in seconds", serve: first(1, status(429, "Retry-After", "1")), asked: 2, after: nextDay},
		{name: "429, wait until a date", serve: first(1, inAMoment), asked: 2, after: nextDay},
		{name: "429, the publisher's own header", serve: first(1, status(429, "x-rate-limit-retry-after-seconds", "1")), asked: 2, after: nextDay},
		{name: "503 in bursts", serve: first(3, status(503)), asked: 4, after: nextDay},
		{name: "a connection that breaks", serve: first(2, func(w http.ResponseWriter, _ *http.Request) { raw(w, "") }), asked: 3, after: nextDay},
		{name: "a body cut short, once", serve: first(1, func(w http.ResponseWriter, _ *http.Request) {
			raw(w, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(nextList), half))
		}), asked: 2, after: nextDay},
		{name: "a body cut short that can go on", serve: func(w http.ResponseWriter, r *http.Request, n int) {
			from := len(half)
			switch {
			case n == 1:
				raw(w, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\nETag: \"1\"\r\nAccept-Ranges: bytes\r\n\r\n%s", len(nextList), nextList[:from]))
			case r.Header.Get("Range") == fmt.Sprintf("bytes=%d-", from) && r.Header.Get("If-Range") == `"1"`:
				w.Header().Set("ETag", `"1"`)
				w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(nextList)-1, len(nextList)))
				w.WriteHeader(http.StatusPartialContent)
				_, _ = w.Write(nextList[from:])
			default:
				status(http.StatusTeapot)(w, r)
			}
		}, asked: 2, after: nextDay},
		{name: "chunks without an end, once", serve: first(1, func(w http.ResponseWriter, _ *http.Request) {
			raw(w, fmt.Sprintf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", len(half), half))
		}), asked: 2, after: nextDay},

		// What does not pass: the crawl fails and says why.
		{name: "429, come back tomorrow", serve: always(status(429, "Retry-After", "86400")), exit: 1, says: `later than retry.max_wait`, asked: 1},
		{name: "503 for ever", serve: always(status(503)), exit: 1, says: `503 Service Unavailable`, asked: 5},
		{name: "silence in mid-body", serve: always(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(nextList)))
			_, _ = w.Write(half)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}), crawl: "\n  limits: {timeout: 200ms}", exit: 1, says: `silent|timeout|timed out`},
		{name: "a slow drip", serve: always(func(w http.ResponseWriter, _ *http.Request) {
			for i := range nextList {
				_, _ = w.Write(nextList[i : i+1])
				_ = http.NewResponseController(w).Flush()
				time.Sleep(5 * time.Millisecond)
			}
		}), crawl: "\n  limits: {timeout: 200ms}", exit: 1, says: `silent for longer than limits.timeout, or nearly so`},
		{name: "a wrong length", serve: always(func(w http.ResponseWriter, _ *http.Request) {
			raw(w, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", 2*len(nextList), nextList))
		}), exit: 1, says: `broke off`, asked: 5},
		{name: "the file is gone", serve: always(status(404)), exit: 1, says: `404 Not Found`, asked: 1},
		{name: "a gzip bomb", serve: always(body(gzipped(zeros), "Content-Encoding", "gzip")), crawl: "\n  limits: {max_bytes: 1MiB}", exit: 1, says: `max_bytes`, asked: 1},
		{name: "redirects in a ring", serve: always(redirect("/list.csv")), exit: 1, says: `more than 10 redirects`},
		{name: "a redirect to this machine", serve: always(redirect("http://127.0.0.1/list.csv")), exit: 1, says: `private address`, asked: 1},
		{name: "a redirect to a cloud's metadata", serve: always(redirect("http://169.254.169.254/latest/meta-data/")), exit: 1, says: `private address`, asked: 1},
		{name: "a redirect to a file", serve: always(redirect("file:///etc/passwd")), exit: 1, says: `only http and https`, asked: 1},
		{name: "a next link that never ends", good: pageOf(dayBefore...), serve: func(w http.ResponseWriter, _ *http.Request, n int) {
			fmt.Fprintf(w, "%s<a rel=next href='?month=%d'>next</a>", pageOf(nextDay...), n)
		}, kind: "site", crawl: "\n  max_pages: 5\n  paginate: {kind: next-link, select: 'a[rel=next]'}", parse: asHTML, exit: 1, says: `reached max_pages, 5: the rest was not asked for`, asked: 5},

		// Robots.
		{name: "robots.txt forbids", robots: body([]byte("User-agent: tripoint\nDisallow: /\n")), exit: 1, says: `robots.txt`},
		{name: "robots.txt answers 5xx", robots: status(503), exit: 1, says: `robots.txt`},
		{name: "robots.txt never answers", robots: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, crawl: "\n  limits: {timeout: 200ms}", exit: 1, says: `robots.txt`},
		{name: "a redirect to a host that forbids", serve: always(redirect("http://closed.tripoint.test/list.csv")), robots: func(w http.ResponseWriter, r *http.Request) {
			if r.Host == "closed.tripoint.test" {
				body([]byte("User-agent: *\nDisallow: /list\n"))(w, r)
				return
			}
			http.NotFound(w, r)
		}, exit: 1, says: `closed.tripoint.test.*robots.txt|robots.txt.*closed.tripoint.test`, asked: 1},
		{name: "robots.txt is absent", robots: status(404), serve: always(body(nextList)), after: nextDay},

		// What came is not what was promised: the gate or the parser refuses it.
		{name: "an empty file", serve: always(body(nil)), exit: 1, says: `empty`},
		{name: "half a file", serve: always(body(listOf(nextDay[:1]...))), exit: 3, says: `1 records after 4: a drop of 75.0 %`},
		{name: "half a JSON file", good: jsonOf(dayBefore...), serve: always(body(jsonOf(nextDay...)[:60])), parse: asJSON, exit: 1, says: `cut short|ends too soon`},
		{name: "a page where JSON was promised", good: jsonOf(dayBefore...), serve: always(body([]byte("<!DOCTYPE html><title>Sign in</title>"), "Content-Type", "text/html")), parse: asJSON, exit: 1, says: `JSON`},
		{name: "a page where a table was promised", serve: always(body([]byte("<!DOCTYPE html>\n<title>Sign in</title>\n<p>Please sign in.</p>\n"), "Content-Type", "text/html")), exit: 1, says: `column`},
		{name: "a picture where a table was promised", serve: always(body([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00"))), exit: 1, says: `list.csv`},
		{name: "a column has another name", serve: always(body(bytes.Replace(nextList, []byte("Name"), []byte("Entity"), 1))), exit: 1, says: `column "?Name`},
		{name: "a column is empty", serve: always(body(bytes.ReplaceAll(nextList, []byte(",NL"), []byte(",")))), exit: 3, says: `countries is filled in 0.0 %`},
		{name: "the count drops by half", serve: always(body(listOf(dayBefore[:2]...))), exit: 3, says: `2 records after 4: a drop of 50.0 %`},
		{name: "the count doubles", serve: always(body(append(slices.Clone(goodList), []byte("E,NL\nF,NL\nG,NL\nH,NL\nI,NL\n")...))), exit: 3, says: `9 records, at most 8`},
		{name: "another charset than is said", serve: always(body([]byte("Name,Country\n\xc5ngstr\xf6m Optics,NL\nBorealis Trading,NL\nCirrus Lidar,NL\nDune Robotics,NL\nEmber Drones,NL\n"), "Content-Type", "text/csv; charset=utf-8")), after: nextDay},
		{name: "a ZIP bomb", good: zipped(map[string][]byte{"list.csv": goodList}), serve: always(body(zipped(map[string][]byte{"list.csv": zeros}))), parse: inZip, exit: 1, says: `max_bytes`},
		{name: "a ZIP of too many files", good: zipped(map[string][]byte{"list.csv": goodList}), serve: always(body(zipped(map[string][]byte{
			"a.csv": goodList, "b.csv": goodList, "c.csv": goodList, "d.csv": goodList,
		}))), parse: inZip, exit: 1, says: `max_files`},
		{name: "a ZIP that climbs out of its folder", good: zipped(map[string][]byte{"list.csv": goodList}), serve: always(body(zipped(map[string][]byte{"../../list.csv": nextList}))), parse: inZip, exit: 1, says: `\.\.`},
		{name: "a damaged ZIP", good: zipped(map[string][]byte{"list.csv": goodList}), serve: always(body(zipped(map[string][]byte{"list.csv": nextList})[:80])), parse: inZip, exit: 1, says: `(?i)zip`},
		{name: "an XML bomb", good: xmlOf(dayBefore...), serve: always(body([]byte(`<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><list><party><Name>&b;</Name></party></list>`))), parse: asXML, exit: 1, says: `(?i)entit|DOCTYPE`},
		{name: "an XML that reads a file", good: xmlOf(dayBefore...), serve: always(body([]byte(`<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><list><party><Name>&a;</Name></party></list>`))), parse: asXML, exit: 1, says: `(?i)entit|DOCTYPE`},
	}
}

// TestFaults lets each fault happen between two good days: what was there
// stays or the new comes through, one line says why, and the day after all is
// well again.
func TestFaults(t *testing.T) {
	for _, f := range faults() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			p := newPublisher(t, f)
			good := f.good
			if good == nil {
				good = goodList
			}
			p.day(body(good), 0, "", 0, dayBefore)
			p.today.Store(&f)
			after := f.after
			if after == nil {
				after = dayBefore
			}
			p.day(nil, f.exit, f.says, f.asked, after)
			p.today.Store(nil)
			p.day(body(good), 0, "", 0, dayBefore)
		})
	}
}

// TestFaultsDocumented holds docs/faults.md against the tests, row by row.
func TestFaultsDocumented(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "faults.md"))
	if err != nil {
		t.Fatal(err)
	}
	var rows, names []string
	for _, m := range regexp.MustCompile(`(?m)^\| ([^|]+?) \|`).FindAllStringSubmatch(string(text), -1) {
		if m[1] != "fault" && m[1] != "---" {
			rows = append(rows, m[1])
		}
	}
	for _, f := range faults() {
		names = append(names, f.name)
	}
	for _, name := range names {
		if !slices.Contains(rows, name) {
			t.Errorf("%s has no row", name)
		}
	}
	for _, row := range rows {
		if !slices.Contains(names, row) {
			t.Errorf("the row %q has no test", row)
		}
	}
}

// publisher is a host with one list, and a folder that crawls it.
type publisher struct {
	t     *testing.T
	dir   string
	hosts map[string]string
	today atomic.Pointer[fault]
	good  atomic.Pointer[http.HandlerFunc]
	asked atomic.Int32
	now   time.Time
}

func newPublisher(t *testing.T, f fault) *publisher {
	p := &publisher{t: t, dir: t.TempDir(), now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	server := httptest.NewUnstartedServer(http.HandlerFunc(p.serve))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.Start()
	t.Cleanup(server.Close)
	p.hosts = map[string]string{".tripoint.test": server.Listener.Addr().String()}
	parse := f.parse
	if !strings.Contains(parse, "input:") {
		parse += "\n  input: {type: csv}"
	}
	p.write("tripoint.yaml", "contact: desk@agency.example\nsources: [zz-list]\n")
	p.write("sources/zz-list.yaml", `version: 1
id: zz-list
domain: watchlists
title: A list
set: full
publisher: {name: An authority, country: ZZ}
terms: {redistribute: "yes", automated_access: allowed, checked: 2026-03-01}
crawl:
  kind: `+cmp.Or(f.kind, "bulk")+`
  start: ["http://list.tripoint.test/list.csv"]
  rate: {every: 0s}
  retry: {max: 4, wait: 10ms, max_wait: 10s}`+f.crawl+`
parse:
  format: fields`+parse+`
  record: party
  list: ZZ-DEMO
  fields:
    name: {from: Name, required: true}
    countries: {from: Country, lookup: country}
assert: {max_records: 8, max_drop: 20%, fill: {countries: 0.9}}
`)
	return p
}

func (p *publisher) write(name, text string) {
	p.t.Helper()
	path := filepath.Join(p.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

func (p *publisher) serve(w http.ResponseWriter, r *http.Request) {
	f := p.today.Load()
	if r.URL.Path == "/robots.txt" {
		if f != nil && f.robots != nil {
			f.robots(w, r)
			return
		}
		http.NotFound(w, r)
		return
	}
	n := int(p.asked.Add(1))
	if f != nil && f.serve != nil {
		f.serve(w, r, n)
		return
	}
	(*p.good.Load())(w, r)
}

// day crawls and parses once, as run does, and looks at the store in the evening.
func (p *publisher) day(good http.HandlerFunc, exit int, says string, asked int, names []string) {
	p.t.Helper()
	if good != nil {
		p.good.Store(&good)
	}
	p.asked.Store(0)
	p.now = p.now.Add(24 * time.Hour)
	// The turns of hosts go by the real clock: to it, no day has passed.
	if err := os.RemoveAll(filepath.Join(p.dir, "data", crawlDir)); err != nil {
		p.t.Fatal(err)
	}
	var out, errOut bytes.Buffer
	a := &app{in: strings.NewReader(""), out: newBuffered(&out), errOut: &errOut, dir: p.dir, hosts: p.hosts}
	a.now = func() time.Time { return p.now }
	a.log = slog.New(slog.DiscardHandler)
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Minute)
	defer cancel()
	code := a.report(a.stage(ctx, nil, func(ctx context.Context, h *house, src *pipeline.Source) (record.Run, error) {
		if run, err := crawlStage(ctx, h, src); err != nil {
			return run, err
		}
		return parseStage(ctx, h, src)
	}))
	said := strings.TrimSuffix(errOut.String(), "\n")
	switch {
	case code != exit:
		p.t.Errorf("exit %d, want %d; said %s", code, exit, said)
	case says == "" && said != "":
		p.t.Errorf("said %s", said)
	case says != "" && !regexp.MustCompile(says).MatchString(said):
		p.t.Errorf("said %s, want %s", said, says)
	case strings.Count(said, "\n") > 0 || len(said) > 500:
		p.t.Errorf("said more than a line: %s", said)
	case inside.MatchString(said):
		p.t.Errorf("said %q in %s", inside.FindString(said), said)
	}
	if n := int(p.asked.Load()); asked > 0 && n != asked {
		p.t.Errorf("asked %d times, want %d", n, asked)
	}
	if got := p.standing(); !slices.Equal(got, names) {
		p.t.Errorf("%s in the store, want %s", got, names)
	}
}

// standing are the names of the parties that stand in the list's newest good file.
func (p *publisher) standing() []string {
	p.t.Helper()
	s, err := bolt.Open(filepath.Join(p.dir, "data", storeDir), bolt.Options{ReadOnly: true})
	if err != nil {
		p.t.Fatal(err)
	}
	defer s.Close()
	var names []string
	for r, err := range s.Scan(p.t.Context(), record.KindParty, "") {
		if err != nil {
			p.t.Fatal(err)
		}
		if party := r.(*record.Party); party.Lists[0].Status == record.Current {
			names = append(names, party.Name)
		}
	}
	slices.Sort(names)
	// Å sorts behind Z by bytes; the tests name it first.
	if n := len(names); n > 0 && strings.HasPrefix(names[n-1], "Å") {
		names = append([]string{names[n-1]}, names[:n-1]...)
	}
	return names
}
