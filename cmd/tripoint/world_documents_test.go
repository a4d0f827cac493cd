package main

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/testdata/world"
)

// The heading of an application drops the first digit of its number.
func (w *known) firstDigit(t *testing.T) {
	page := fetchWorld(t, "http://patft.tripoint.test/netacgi/nph-Parser?d=PG01&r=1&f=G")
	if !bytes.Contains(page, []byte("<TITLE>United States Patent Application: 0200334450</TITLE>")) {
		t.Error("the page is no trap")
	}
	p := w.patents["US20200334450A1"]
	if p == nil || p.Origin.Source != "demo-patft-applications" || p.PublicationNumber != "20200334450" || p.Published != "2020-10-22" || p.ApplicationNumber != "16959419" {
		t.Errorf("the application is %+v", p)
	}
	for id := range w.patents {
		if strings.HasSuffix(id, "200334450") || strings.HasPrefix(id, "US0") {
			t.Errorf("%s is no number", id)
		}
	}
}

// An application and its grant are one invention with two documents.
func (w *known) oneInvention(t *testing.T) {
	for _, f := range w.findings {
		numbers, documents := map[string]bool{}, map[string]bool{}
		for _, v := range f.Inventions {
			if numbers[v.ApplicationNumber] {
				t.Errorf("%s: the application %s is counted twice", f.ID, v.ApplicationNumber)
			}
			numbers[v.ApplicationNumber] = true
			for _, d := range v.Documents {
				if documents[d.ID] || w.patents[d.ID].ApplicationNumber != v.ApplicationNumber {
					t.Errorf("%s: %s stands where it does not belong", f.ID, d.ID)
				}
				documents[d.ID] = true
			}
		}
	}
	f := w.finding(t, optics)
	if len(f.Inventions) != 1 || len(f.Inventions[0].Documents) != 2 {
		t.Fatalf("inventions %+v, want one with two documents", f.Inventions)
	}
	a, g := w.patents[f.Inventions[0].Documents[0].ID], w.patents[f.Inventions[0].Documents[1].ID]
	if a.Document != record.Application || g.Document != record.Grant || a.ApplicationNumber != g.ApplicationNumber {
		t.Errorf("documents %s, %s", a.ID, g.ID)
	}
}

// Where applicant and assignee are two, each has its own role only.
func (w *known) twoOwners(t *testing.T) {
	f := w.finding(t, drone)
	if len(f.Inventions) != 1 {
		t.Fatalf("%d inventions, want 1", len(f.Inventions))
	}
	equal(t, "roles", f.Inventions[0].Roles, []string{"applicant"})
	p := w.patents[f.Inventions[0].Documents[0].ID]
	if len(p.Applicants) != 1 || len(p.Assignees) != 1 || p.Applicants[0].Name != f.Entity.Name || p.Assignees[0].Name == f.Entity.Name {
		t.Errorf("%s names %v, %v", p.ID, p.Applicants, p.Assignees)
	}
	w.unlinked(t, p.Assignees[0].Name, p.Assignees[0].Country)
}

// What it ships and what is shipped to it are told apart, and each is placed
// against the listing.
func (w *known) periods(t *testing.T) {
	f := w.finding(t, optics)
	count := map[string]int{}
	for _, m := range f.Shipments {
		if len(m.Periods) != 1 || m.Periods[0].Effective != "2021-03-15" || m.Periods[0].Basis != "arrived" {
			t.Errorf("%s: periods %+v", m.Shipment, m.Periods)
			continue
		}
		p := m.Periods[0].Period
		if want := map[bool]string{true: "before", false: "after"}[m.Arrived < "2021-03-15"]; p != want {
			t.Errorf("%s arrived on %s: %s", m.Shipment, m.Arrived, p)
		}
		count[m.Role+" "+p]++
	}
	equal(t, "shipments", count, map[string]int{"supplied_by before": 1, "supplied_by after": 6, "supplied_to after": 1})
	for _, c := range f.Consignees {
		if c.Country == "CN" {
			t.Errorf("it is its own consignee: %+v", c)
		}
	}
}

// The lead shows both documents and how ordinary such a pair is.
func (w *known) onward(t *testing.T) {
	f := w.finding(t, optics)
	if len(f.OnwardLeads) != 1 {
		t.Fatalf("leads %+v, want one", f.OnwardLeads)
	}
	l := f.OnwardLeads[0]
	in, out := w.shipments[l.Inward], w.shipments[l.Onward]
	if l.Consignee != "LUA VANG DEMO TRADING COMPANY LIMITED" || l.Basis != "hs6" || l.HS6 != "900219" || l.From != "VN" || l.To != "US" ||
		in == nil || out == nil || in.Consignee.Name != l.Consignee || out.Shipper.Name != l.Consignee || in.Shipper.Name != "ZHELANQU OPTOELECTRONIC TECHNOLOGY CO.,LTD" {
		t.Errorf("lead %+v", l)
	}
	if in != nil && out != nil {
		if days := int(out.Arrived.Time().Sub(in.Arrived.Time()).Hours() / 24); l.Days != days || days > 180 {
			t.Errorf("%d days, want %d", l.Days, days)
		}
	}
	shippers, doing := map[string]bool{}, map[string]bool{}
	for _, s := range w.shipments {
		if s.Shipper == nil || s.Shipper.Country != "VN" || s.Consignee == nil || s.Consignee.Country != "US" && (s.Consignee.Country != "" || s.Reporter != "US") {
			continue
		}
		name := strings.ToUpper(s.Shipper.Name)
		shippers[name] = true
		if slices.ContainsFunc(s.Goods, func(g record.Good) bool { return strings.HasPrefix(g.HS, l.HS6) }) {
			doing[name] = true
		}
	}
	equal(t, "base rate", l.BaseRate, record.BaseRate{Doing: len(doing), Of: len(shippers)})
	if l.BaseRate.Doing < 10 || l.BaseRate.Of <= l.BaseRate.Doing {
		t.Errorf("base rate %+v: the lane is not ordinary", l.BaseRate)
	}
	if !slices.ContainsFunc(f.Limits, func(s string) bool { return strings.Contains(s, "not shown to be the same goods") }) {
		t.Errorf("limits %q", f.Limits)
	}
}

// A patent of before 2022 has faces under G06K9 only.
func (w *known) legacyCodes(t *testing.T) {
	f := w.finding(t, scriptTwin)
	if len(f.Inventions) != 1 {
		t.Fatalf("%d inventions, want 1", len(f.Inventions))
	}
	p := w.patents[f.Inventions[0].Documents[0].ID]
	for _, c := range slices.Concat(p.CPC, p.CPCAdditional, p.IPC) {
		if !strings.HasPrefix(c, "G06K9/") {
			t.Errorf("%s has the code %s: it is no trap", p.ID, c)
		}
	}
	tag := w.tags[p.ID+"/2024/data_cyber.identity_biometrics"]
	if tag == nil {
		t.Fatalf("%s has no tag of biometrics", p.ID)
	}
	if !slices.ContainsFunc(tag.Why, func(y record.Why) bool { return y.Kind == "code" && strings.HasPrefix(y.Text, "G06K9/") }) {
		t.Errorf("the tag does not rest on the old codes: %+v", tag.Why)
	}
}

// A bill whose line stands 47 times for 28 containers is one shipment of 28
// containers, once as heavy.
func (w *known) containers(t *testing.T) {
	var many []*record.Shipment
	for _, s := range w.shipped("DONGMU WEIXIN DIGITAL TECHNOLOGY CO., LTD.", "CN") {
		if len(s.Containers) == 28 {
			many = append(many, s)
		}
	}
	if len(many) != 1 {
		t.Fatalf("%d bills with 28 containers, want 1", len(many))
	}
	s := many[0]
	if got := len(slices.Compact(slices.Sorted(slices.Values(s.Containers)))); got != 28 || len(s.Goods) != 28 || s.WeightKg < 5443 || s.WeightKg > 5444 {
		t.Errorf("%d containers, %d lines of goods, %g kg", got, len(s.Goods), s.WeightKg)
	}
	identifier := s.ID[strings.LastIndexByte(s.ID, '/')+1:]
	if n := rowsOf(t, identifier); n != 47 {
		t.Errorf("its line stands %d times: it is no trap", n)
	}
	moved := 0
	for _, m := range w.finding(t, digital).Shipments {
		if m.Shipment == s.ID {
			moved++
		}
	}
	if moved != 1 {
		t.Errorf("it stands %d times in the finding", moved)
	}
}

// Names of which ASCII keeps nothing are different names.
func (w *known) noASCII(t *testing.T) {
	if w.entity[optics] == w.entity[scriptTwin] {
		t.Error("two firms are one")
	}
	w.unlinked(t, "泺梵舟五金制品有限公司", "CN")
	for name, goods := range map[string]string{"哲澜曲光电科技有限公司": "OPTICAL LENSES AND LIDAR MODULES", "墨栎森精密仪器有限公司": "BALL BEARINGS", "泺梵舟五金制品有限公司": "DOOR HINGES"} {
		if s := w.shipped(name, "CN"); len(s) != 1 || s[0].Goods[0].Description != goods {
			t.Errorf("%s ships %v", name, s)
		}
	}
}

// 18:30 in Greenwich is the next day's midnight in India.
func (w *known) midnight(t *testing.T) {
	for id, day := range map[string]record.Date{"demo-india/202305/DEMO-IN-1": "2023-05-10", "demo-india/202201/DEMO-IN-2": "2022-01-01"} {
		if s := w.shipments[id]; s == nil || s.Arrived != day {
			t.Errorf("%s: %+v, want arrived %s", id, s, day)
		}
	}
}

// A notice that is amended gives the publisher's row another id. Ours stays,
// and both rows are one party.
func (w *known) amended(t *testing.T) {
	var file struct {
		Results []struct{ ID, Name string }
	}
	if err := json.Unmarshal(fetchWorld(t, "http://csl.tripoint.test/consolidated.json"), &file); err != nil {
		t.Fatal(err)
	}
	theirs := map[string]bool{}
	for _, e := range file.Results {
		if strings.HasPrefix(e.Name, "Kestrava") {
			theirs[e.ID] = true
		}
	}
	if len(theirs) != 2 {
		t.Errorf("the publisher has it under %v: it is no trap", theirs)
	}
	ours := 0
	for _, p := range w.parties {
		if strings.HasPrefix(p.Name, "Kestrava") {
			ours++
		}
	}
	p := w.parties[marine]
	if ours != 1 || p == nil {
		t.Fatalf("%d parties, want one with the id %s", ours, marine)
	}
	if len(p.Lists) != 1 || len(p.Lists[0].Dates) != 1 || !strings.Contains(strings.Join(p.Lists[0].Notices, ", "), "99 ZZ 2077") {
		t.Errorf("lists %+v", p.Lists)
	}
}

// fetchWorld asks a host of the world.
func fetchWorld(t *testing.T, url string) []byte {
	t.Helper()
	h, err := world.Handler()
	if err != nil {
		t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, url, nil))
	if answer.Code != http.StatusOK {
		t.Fatalf("%s: status %d", url, answer.Code)
	}
	return answer.Body.Bytes()
}

// rowsOf counts the rows that a bill has in the table of headers.
func rowsOf(t *testing.T, identifier string) int {
	t.Helper()
	body := fetchWorld(t, "http://ams.tripoint.test/ams_2022.zip")
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("ams__header_2022__209901010000.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, r := range rows {
		if r[0] == identifier {
			n++
		}
	}
	return n
}
