package main

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/config"
	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

// TestLoginSource crawls the shipped pattern of a site behind a login as it
// stands but for its host, and reads what was kept: each bill once, with what
// the list says of it, though the session ends midway.
func TestLoginSource(t *testing.T) {
	dir := filepath.FromSlash("../../config/sources")
	text, err := os.ReadFile(filepath.Join(dir, "us-bol-login.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	fixture, err := os.ReadFile(filepath.Join(dir, "fixtures", "us-bol-login.html"))
	if err != nil {
		t.Fatal(err)
	}
	source, err := config.ReadSource(fstest.MapFS{"s.yaml": {Data: bytes.ReplaceAll(text, []byte("https://bol.example.org"), []byte(crawltest.Host))}}, "s.yaml")
	if err != nil {
		t.Fatal(err)
	}
	site := &crawltest.LoginSite{User: "reader", Password: "s3cret", Lasts: 3, Pages: map[string]string{}}
	list := func(next string, bills ...string) string {
		page := `<a href="/logout">Log out</a><table id=bills>`
		for _, id := range bills {
			page += fmt.Sprintf(`<tr><td class=bill><a href="/bills/%s">%[1]s</a><td class=status>status of %[1]s`, id)
			site.Pages["/bills/"+id] = strings.ReplaceAll(string(fixture), "ZZLA2305001", id)
		}
		return page + "</table>" + next
	}
	site.Pages["/bills?shipper=QARWENDEX+DEMO"] = list(`<a rel=next href="/bills?shipper=QARWENDEX+DEMO&amp;page=2">next</a>`, "ZZA1", "ZZA2")
	site.Pages["/bills?shipper=QARWENDEX+DEMO&page=2"] = list("", "ZZA3")
	site.Pages["/bills?shipper=NOBODY"] = list("")

	agent, _ := crawltest.AgentWith(t, site, fetch.AgentOptions{Env: func(name string) string {
		return map[string]string{"BOL_USER": "reader", "BOL_PASSWORD": "s3cret"}[name]
	}})
	built, err := build(source, agent)
	if err != nil {
		t.Fatal(err)
	}
	archive := &crawltest.Archive{}
	err = built.Crawler.Crawl(t.Context(), fetch.Job{
		Source: source.ID, Run: "r1", Frontier: crawltest.NewFrontier(), Last: archive.Last, Keep: archive.Keep,
		Vars: parties("QARWENDEX DEMO", "NOBODY"),
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, k := range archive.All() {
		if !slices.Contains(source.Parse.Roles, k.Capture.Request.Role) {
			continue
		}
		unit := record.Unit{
			Origin: record.Origin{Source: source.ID, URL: k.Capture.URL, SHA256: k.Capture.SHA256},
			Parts:  []record.Part{{Name: k.Capture.Name, Capture: k.Capture, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(k.Body)), nil }}},
		}
		for r, err := range built.Parse(t.Context(), unit) {
			if err != nil {
				t.Fatal(err)
			}
			s := r.(*record.Shipment)
			got = append(got, fmt.Sprintf("%s %s, %s", s.ID, s.Shipper.Name, s.Status))
		}
	}
	slices.Sort(got)
	const shipper = "QARWENDEX DEMO TECHNOLOGY CO., LTD"
	want := []string{
		"us-bol-login/202305/ZZA1 " + shipper + ", status of ZZA1",
		"us-bol-login/202305/ZZA2 " + shipper + ", status of ZZA2",
		"us-bol-login/202305/ZZA3 " + shipper + ", status of ZZA3",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("shipments (-want +got):\n%s", diff)
	}
	if in, attempts := site.Logins(); in != 2 || attempts != 2 {
		t.Errorf("%d logins of %d forms sent, want 2", in, attempts)
	}
}

// parties are the rounds of a foreach over names.
func parties(names ...string) iter.Seq2[map[string]string, error] {
	return func(yield func(map[string]string, error) bool) {
		for _, name := range names {
			if !yield(map[string]string{"party": name}, nil) {
				return
			}
		}
	}
}
