package api_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/tripoint-data/tripoint/crawlers/api"
	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/internal/testkit"
)

func TestConformance(t *testing.T) {
	crawltest.Run(t, crawltest.Subject{
		New: func(t testing.TB, agent *fetch.Agent, start []string, opt fetch.Options) fetch.Crawler {
			c, err := api.New(func(v any) error {
				o := v.(*api.Options)
				o.Start, o.Options = start, opt
				o.Follow = []api.Follow{{}}
				return o.Follow[0].JSON.UnmarshalText([]byte("links[*]"))
			}, agent)
			if err != nil {
				t.Fatal(err)
			}
			return c
		},
		Index: func(links []string) (string, string) {
			body, err := json.Marshal(map[string]any{"links": links})
			if err != nil {
				t.Fatal(err)
			}
			return "application/json", string(body)
		},
	})
}

// run is a crawl of a recorded web.
type run struct {
	web      *testkit.Recorded
	archive  crawltest.Archive
	frontier *crawltest.Frontier
	err      error
}

func decoder(text string) func(any) error {
	return func(v any) error { return yaml.Load([]byte(text), v, yaml.WithKnownFields()) }
}

func crawl(t *testing.T, file, options string, vars map[string]string) *run {
	t.Helper()
	r := &run{web: testkit.Web(t, file), frontier: crawltest.NewFrontier()}
	clock := crawltest.NewClock()
	agent, err := fetch.NewAgent(fetch.AgentOptions{Contact: "test", Hosts: r.web.Hosts, Now: clock.Now, Sleep: clock.Sleep})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(agent.Close)
	c, err := api.New(decoder(options), agent)
	if err != nil {
		t.Fatal(err)
	}
	job := fetch.Job{Source: "s", Run: "r", Frontier: r.frontier, Last: r.archive.Last, Keep: r.archive.Keep}
	job.Vars = func(yield func(map[string]string, error) bool) { yield(vars, nil) }
	r.err = c.Crawl(t.Context(), job)
	return r
}

const search = `
start: ["http://ppubs.tripoint.test/api/searches/searchWithBeFamily"]
session:
  before: ["http://ppubs.tripoint.test/pubwebapp/"]
  request: {method: POST, url: "http://ppubs.tripoint.test/api/users/me/session", body: "-1"}
  take: {token: {header: X-Access-Token}, case: {json: userCase.caseId}}
  send: {header: {X-Access-Token: "{token}"}}
request:
  method: POST
  json: {start: "{start}", pageCount: 2, query: {caseId: "{case}", q: "\"{symbol}\".CPC.", label: "year {year}"}}
paginate: {kind: offset, param: start, step: 2, total: numFound}
follow: [{json: "patents[*]", url: "/api/patents/{guid}?source={type}", role: detail, carry: {published: date}}]
`

func TestSession(t *testing.T) {
	r := crawl(t, "testdata/ppubs.tripoint.test.txtar", search, map[string]string{"symbol": "G06V40/16", "year": "2020"})
	// One item has no guid: it is named in the error, and nothing else is lost.
	if r.err == nil || !strings.Contains(r.err.Error(), "{guid} has no value") || strings.Count(r.err.Error(), "\n") > 0 {
		t.Errorf("error %v", r.err)
	}
	if partial := new(fetch.Partial); !errors.As(r.err, &partial) {
		t.Errorf("error %v does not say that the rest is kept", r.err)
	}
	if left := r.frontier.Left(); left != 0 {
		t.Errorf("%d requests are not done", left)
	}
	var got []string
	for _, k := range r.archive.All() {
		c := k.Capture
		got = append(got, strings.Join([]string{c.Request.Role, strings.TrimPrefix(c.URL, "http://ppubs.tripoint.test/api/"), c.Request.Vars["start"], c.Request.Vars["published"]}, " "))
		if text := string(c.Request.Body); strings.Contains(text, "7101") || strings.Contains(text, "7202") {
			t.Errorf("a session's value is in a capture: %s", text)
		}
		if c.Request.Vars["symbol"] != "G06V40/16" {
			t.Errorf("%s lost its variables: %v", c.URL, c.Request.Vars)
		}
	}
	slices.Sort(got)
	want := []string{
		"detail patents/US-11000002-B2?source=USPAT 0 ",
		"detail patents/US-20200000001-A1?source=US-PGPUB 0 2020-10-22",
		"detail patents/US-20200000003-A1?source=US-PGPUB 2 ",
		"detail patents/US-D645062-S?source=USPAT 4 ",
		"list searches/searchWithBeFamily 0 ",
		"list searches/searchWithBeFamily 2 ",
		"list searches/searchWithBeFamily 4 ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("captures (-want +got):\n%s", diff)
	}
	if n := count(r.web.Asked(), "/session"); n != 2 {
		t.Errorf("%d sessions were opened, want 2", n)
	}
}

func count(asked []string, part string) int {
	n := 0
	for _, a := range asked {
		if strings.Contains(a, part) {
			n++
		}
	}
	return n
}

func TestPaging(t *testing.T) {
	const host = "http://pages.tripoint.test/"
	for _, tt := range []struct{ name, start, paginate, want, fault string }{
		{"page by total", "page", `{kind: page, param: page, step: 2, total: total}`, "page?page=1 page?page=2 page?page=3", ""},
		{"page with a place", "page?page={page}", `{kind: page, param: page, step: 2, total: total}`, "page?page=1 page?page=2 page?page=3", ""},
		{"page up to max", "page", `{kind: page, param: page, step: 2, total: total, max: 4}`, "page?page=1 page?page=2", "1 of 5 results are beyond 4"},
		{"max just enough", "page", `{kind: page, param: page, step: 2, total: total, max: 5}`, "page?page=1 page?page=2 page?page=3", ""},
		{"max in pages", "page", `{kind: page, param: page, items: results, max: 1}`, "page?page=1", "the results beyond 1"},
		{"pages shorter than asked for", "short", `{kind: offset, param: start, step: 10, items: results}`, "short?start=0 short?start=2 short?start=4", ""},
		{"the same page for ever", "same", `{kind: page, param: page, items: results}`, "same?page=1 same?page=2", ""},
		{"the same page before the total", "same", `{kind: offset, param: page, step: 2, items: results, total: total}`, "same?page=0 same?page=2", "a page repeats the one before, with results to come: is page what turns the page?"},
		{"the same page by other cursors", "turning", `{kind: cursor, param: mark, first: "*", next: next, items: results}`, "turning?mark=%2A turning?mark=b", ""},
		{"empty before the total", "empty", `{kind: page, param: page, step: 2, items: results, total: total}`, "empty?page=1 empty?page=2", "empty after 2 of 5"},
		{"total is not there", "short", `{kind: offset, param: start, step: 2, total: total}`, "short?start=0", "no number at total"},
		{"cursor", "cursor", `{kind: cursor, param: mark, first: "*", next: next}`, "cursor?mark=%2A cursor?mark=b+c", ""},
		{"cursor that stands", "standing", `{kind: cursor, param: mark, first: "*", next: next}`, "standing?mark=%2A", ""},
		{"cursor up to max", "cursor", `{kind: cursor, param: mark, first: "*", next: next, max: 1}`, "cursor?mark=%2A", "beyond 1"},
		{"Link header, in a circle", "links", `{kind: next-link}`, "links links/2", ""},
		{"next link in the body", "body-links", `{kind: next-link, next: links.next}`, "body-links body-links/2", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := crawl(t, "testdata/pages.tripoint.test.txtar", "start: [\""+host+tt.start+"\"]\npaginate: "+tt.paginate, nil)
			var got []string
			for _, k := range r.archive.All() {
				got = append(got, strings.TrimPrefix(k.Capture.URL, host))
			}
			if text := strings.Join(got, " "); text != tt.want {
				t.Errorf("kept %s, want %s", text, tt.want)
			}
			if (r.err == nil) != (tt.fault == "") || r.err != nil && !strings.Contains(r.err.Error(), tt.fault) {
				t.Errorf("error %v, want %q", r.err, tt.fault)
			}
			if left := r.frontier.Left(); left != 0 {
				t.Errorf("%d requests are not done", left)
			}
		})
	}
}

// The publisher's key goes with every page, stands in no address that is kept,
// and is sent once where answers repeat it.
func TestKeyInQuery(t *testing.T) {
	web, archive := testkit.Web(t, "testdata/key.tripoint.test.txtar"), &crawltest.Archive{}
	clock := crawltest.NewClock()
	agent, err := fetch.NewAgent(fetch.AgentOptions{
		Contact: "test", Hosts: web.Hosts, Now: clock.Now, Sleep: clock.Sleep, Env: func(string) string { return "s3cret" },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(agent.Close)
	c, err := api.New(decoder(`
start: ["http://key.tripoint.test/list"]
auth: {query: api_key, env: KEY}
paginate: {kind: next-link, next: next}
follow: [{json: "results[*].href"}]`), agent)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Crawl(t.Context(), fetch.Job{Source: "s", Frontier: crawltest.NewFrontier(), Last: archive.Last, Keep: archive.Keep}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, k := range archive.All() {
		got = append(got, strings.TrimPrefix(k.Capture.URL, "http://key.tripoint.test/"))
	}
	if diff := cmp.Diff([]string{"list", "list?page=2", "item/1", "item/2"}, got); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

func TestNotJSON(t *testing.T) {
	r := crawl(t, "testdata/pages.tripoint.test.txtar", `
start: ["http://pages.tripoint.test/broken"]
follow: [{json: "results[*]"}]`, nil)
	if r.err == nil || !strings.Contains(r.err.Error(), "/broken: not JSON") || r.frontier.Left() != 1 {
		t.Errorf("error %v, %d left; want the page to be fetched again", r.err, r.frontier.Left())
	}
}

// A refusal that a new session does not heal is reported, after one more try.
func TestRefused(t *testing.T) {
	r := crawl(t, "testdata/pages.tripoint.test.txtar", `
start: ["http://pages.tripoint.test/deny"]
session: {request: {url: "http://pages.tripoint.test/links/2"}}`, nil)
	var status *fetch.StatusError
	if !errors.As(r.err, &status) || status.Status != 403 {
		t.Errorf("error %v, want status 403", r.err)
	}
	if n, m := count(r.web.Asked(), "/deny"), count(r.web.Asked(), "/links/2"); n != 2 || m != 2 {
		t.Errorf("asked %d times in %d sessions, want 2 in 2", n, m)
	}
}

func TestFaults(t *testing.T) {
	for _, tt := range []struct{ options, want string }{
		{"{}", "start: "},
		{"start: [http://h.test/]\npaginate: {param: p}", "paginate.kind: "},
		{"start: [http://h.test/]\npaginate: {kind: offset}", "paginate.param: "},
		{"start: [http://h.test/]\npaginate: {kind: offset, param: p}", "paginate.step: "},
		{"start: [http://h.test/]\npaginate: {kind: offset, param: p, step: 1}", "paginate.total: "},
		{"start: [http://h.test/]\npaginate: {kind: page, param: p, first: a, items: r}", "paginate.first: "},
		{"start: [http://h.test/]\npaginate: {kind: cursor, param: p}", "paginate.next: "},
		{"start: [http://h.test/]\npaginate: {kind: click}", "is none of"},
		{"start: [http://h.test/]\nfollow: [{url: x}]", "follow[0].json: "},
		{"start: [http://h.test/]\nfollow: [{json: 'a[*]', role: list}]", "follow[0].role: "},
		{"start: [http://h.test/]\nfollow: [{json: 'a[x]'}]", "brackets hold"},
		{"start: [http://h.test/]\nrequest: {method: DELETE}", "request.method: "},
		{"start: [http://h.test/]\nrequest: {body: a, json: {}}", "request.json: "},
		{"start: [http://h.test/]\nrequest: {json: {since: 2020-01-01}}", "request.json: since: "},
		{"start: [http://h.test/]\nsession: {take: {a: {}}}", "session.request.url"},
		{"start: [http://h.test/]\nsession: {take: {a: {}}}", "session.take.a: "},
	} {
		_, err := api.New(decoder(tt.options), nil)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %s", tt.options, err, tt.want)
		}
	}
}
