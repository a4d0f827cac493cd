package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/archive"
	"github.com/tripoint-data/tripoint/sinks/bolt"
)

const (
	killLists    = 40
	killDetails  = 49 // of each list
	killPages    = 1 + killLists + killLists*killDetails
	killParallel = 8
	kills        = 50
)

// TestKilledCrawls kills a crawl of two thousand pages, of a server that has
// its bad moments, fifty times, wherever it is just then; the next one goes on.
// In the end the records are those of a crawl that nothing disturbed, and no
// page was fetched twice but those that were in flight when the process died.
func TestKilledCrawls(t *testing.T) {
	if testing.Short() {
		t.Skip("kills fifty processes")
	}
	t.Parallel()
	whole := newPages(t)
	whole.run("crawl")
	whole.run("parse")
	want := whole.records()
	if len(want) != killPages {
		t.Fatalf("%d records of %d pages", len(want), killPages)
	}

	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	moments := rand.New(rand.NewPCG(seed, 0))
	p := newPages(t)
	const before = killPages * 19 / 20 // a crawl that has ended would begin anew
	for n := range kills {
		p.killAt(n*before/kills+moments.IntN(before/kills), time.Duration(moments.IntN(20))*time.Millisecond)
	}
	p.run("crawl")
	p.run("parse")
	if diff := cmp.Diff(want, p.records()); diff != "" {
		t.Errorf("records of the whole crawl and of the killed one:\n%s", diff)
	}
	p.kept()
	again := 0
	for _, n := range p.good {
		again += n - 1
	}
	if len(p.good) != killPages || again > kills*killParallel {
		t.Errorf("%d pages of %d, %d fetched again after %d kills with %d in flight", len(p.good), killPages, again, kills, killParallel)
	}
	t.Logf("%d pages fetched again", again)
}

// pages is a host with many pages, and a folder that crawls it.
type pages struct {
	t   *testing.T
	dir string
	web string

	mu    sync.Mutex
	asked map[string]int
	good  map[string]int // whole answers
	total int
	alarm int // the total at which alarmed is closed
	rang  chan struct{}
}

func newPages(t *testing.T) *pages {
	p := &pages{t: t, dir: t.TempDir(), asked: map[string]int{}, good: map[string]int{}}
	server := httptest.NewUnstartedServer(p)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	p.web = server.Listener.Addr().String()
	for name, text := range map[string]string{
		"tripoint.yaml": "contact: desk@agency.example\nsources: [zz-pages]\n",
		"sources/zz-pages.yaml": fmt.Sprintf(`version: 1
id: zz-pages
domain: watchlists
title: A list on many pages
set: full
publisher: {name: An authority, country: ZZ}
terms: {redistribute: "yes", automated_access: allowed, checked: 2026-03-01}
crawl:
  kind: site
  start: ["http://list.tripoint.test/"]
  follow: [{select: "li a", role: detail}]
  rate: {every: 0s, parallel: %d}
  retry: {max: 8, wait: 5ms, max_wait: 10s}
parse:
  format: fields
  input: {type: html, rows: "table.entry"}
  record: party
  list: ZZ-DEMO
  fields:
    name: {css: .name, required: true}
    countries: {css: .country, lookup: country}
assert: {max_problems: 5%%}
`, killParallel),
	} {
		path := filepath.Join(p.dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// page is what stands at a path; "" where there is nothing.
func page(path string) string {
	kind, number, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	n, _ := strconv.Atoi(number)
	var b strings.Builder
	switch {
	case path == "/":
		for l := range killLists {
			fmt.Fprintf(&b, "<li><a href=\"/list/%d\">list %d</a></li>\n", l, l)
		}
	case kind == "list":
		for d := range killDetails {
			fmt.Fprintf(&b, "<li><a href=\"/entry/%d\">entry</a></li>\n", n*killDetails+d)
		}
		fmt.Fprintf(&b, "<li><a href=\"/list/%d\">next</a></li>\n", (n+1)%killLists)
	case kind == "entry":
		fmt.Fprintf(&b, "<li><a href=\"/list/%d\">up</a></li>\n", n/killDetails)
	default:
		return ""
	}
	return b.String() + "<table class=entry><tr><td class=name>Zhelanqu Optics " + path + "</td><td class=country>China</td></tr></table>"
}

// ServeHTTP answers as servers do: with bursts of 503, slowly, and with
// answers cut short, for the first time that a page is asked for.
func (p *pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text := page(r.URL.Path)
	if text == "" {
		http.NotFound(w, r)
		return
	}
	p.mu.Lock()
	p.asked[r.URL.Path]++
	first := p.asked[r.URL.Path] == 1
	p.total++
	n := p.total
	if p.alarm > 0 && len(p.good) >= p.alarm {
		p.alarm = 0
		close(p.rang)
	}
	p.mu.Unlock()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	switch {
	case first && n%400 < 4:
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case first && n%90 == 7:
		w.Header().Set("Content-Length", strconv.Itoa(len(text)+100))
		_, _ = io.WriteString(w, text)
		return
	case n%60 == 11:
		time.Sleep(30 * time.Millisecond)
	}
	if _, err := io.WriteString(w, text); err == nil {
		p.mu.Lock()
		p.good[r.URL.Path]++
		p.mu.Unlock()
	}
}

func (p *pages) command(verb string) (*exec.Cmd, *bytes.Buffer) {
	var out bytes.Buffer
	cmd := exec.Command("tripoint", "-C", p.dir, verb, "zz-pages")
	cmd.Env = append(os.Environ(), "WEB="+p.web)
	cmd.Stdout, cmd.Stderr = &out, &out
	return cmd, &out
}

func (p *pages) run(verb string) {
	p.t.Helper()
	if cmd, out := p.command(verb); cmd.Run() != nil {
		p.t.Fatalf("%s: %s", verb, out)
	}
}

// killAt kills a crawl a moment after so many pages were answered in all.
func (p *pages) killAt(answered int, later time.Duration) {
	p.t.Helper()
	p.mu.Lock()
	p.alarm, p.rang = max(1, answered), make(chan struct{})
	p.mu.Unlock()
	cmd, out := p.command("crawl")
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case <-p.rang:
	case err := <-ended:
		p.t.Fatalf("the crawl ended by itself, %v: %s", err, out)
	}
	time.Sleep(later)
	if err := cmd.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	<-ended
}

// records are the records in the store, as JSON, without the time of the
// fetch: no two crawls have that in common.
func (p *pages) records() map[string]string {
	p.t.Helper()
	s, err := bolt.Open(filepath.Join(p.dir, "data", storeDir), bolt.Options{Now: time.Now})
	if err != nil {
		p.t.Fatal(err)
	}
	all := map[string]string{}
	for r, err := range s.Scan(p.t.Context(), record.KindParty, "") {
		if err != nil {
			p.t.Fatal(err)
		}
		r.(*record.Party).Origin.Fetched = time.Time{}
		b, err := json.Marshal(r)
		if err != nil {
			p.t.Fatal(err)
		}
		all[r.Ref().ID] = string(b)
	}
	if err := s.Close(); err != nil {
		p.t.Fatal(err)
	}
	return all
}

// kept reads the whole archive again.
func (p *pages) kept() {
	p.t.Helper()
	a, err := archive.Open(filepath.Join(p.dir, "data", archiveDir), archive.Options{ReadOnly: true})
	if err != nil {
		p.t.Fatal(err)
	}
	urls := map[string]bool{}
	for c, err := range a.Verify(p.t.Context()) {
		if err != nil {
			p.t.Error(err)
		}
		urls[c.URL] = true
	}
	if err := a.Close(); err != nil || len(urls) != killPages {
		p.t.Errorf("%d pages of %d are kept, %v", len(urls), killPages, err)
	}
}
