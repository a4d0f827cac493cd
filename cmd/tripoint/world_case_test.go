package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
)

// The entities that play a part.
const (
	hikvision     = "US-BIS-EL:HANGZHOU HIKVISION DIGITAL TECHNOLOGY CO., LTD./CN"
	hikvisionCMIC = "US-OFAC:30946"
	urumqi        = "US-BIS-EL:URUMQI HAISHI XIN'AN ELECTRONIC TECHNOLOGY CO., LTD./CN"
	optics        = "ZZ-DEMO:ZHELANQU OPTOELECTRONIC TECHNOLOGY CO., LTD./CN"
	digital       = "ZZ-DEMO:DONGMU WEIXIN DIGITAL TECHNOLOGY CO., LTD./CN"
	marine        = "ZZ-DEMO:KESTRAVA MARINE ELECTRONICS LLC/AE"
	factory54     = "ZZ-DEMO:VELMORA INSTRUMENT FACTORY 54/BY"
	harbour       = "ZZ-DEMO:BRUSENA HARBOUR SUPPLY JOINT STOCK COMPANY/VN"
	scriptTwin    = "ZZ-DEMO:墨栎森精密仪器有限公司/CN"
	drone         = "ZZ-DEMO:AEROVANTI UNMANNED SYSTEMS INC./TR"
	quantum       = "ZZ-DEMO:QUORELLE QUANTUM INSTRUMENTS GMBH/DE"
	semiconductor = "ZZ-DEMO:XIRNOVA SEMICONDUCTOR MANUFACTURING CO., LTD./CN"
)

// supplied are the shipments of the case and whom they name as consignee.
var supplied = map[string]string{
	"demo-ecuador/000000/SEED-EC-1": "EC RECURSOS TECNOLOGICOS ABIERTOS TECHRESOURCES CIA LTDA",
	"demo-ecuador/000000/SEED-EC-2": "EC MACROQUIL",
	"demo-india/000000/SEED-IN-1":   "IN JABIL CIRCUIT INDIA PRIVATE",
	"demo-vietnam/000000/SEED-VN-1": "VN PHUONG VIET DISTRIBUTION",
	"demo-vietnam/000000/SEED-VN-2": "VN LINACO VIET NAM TECHNOLOGY DEVELOPMENT COMPANY",
}

// testCase checks the facts of the case as the README states them.
func (w *known) testCase(t *testing.T) {
	f := w.finding(t, hikvision)
	equal(t, "parties", f.Entity.Parties, []string{hikvision, hikvisionCMIC})
	if f.Synthetic {
		t.Error("the case is no invention")
	}
	dates := map[string][]record.ListDate{}
	for _, l := range f.Lists {
		dates[l.Code] = l.Dates
	}
	equal(t, "lists", dates, map[string][]record.ListDate{
		"US-BIS-EL": {{Event: "effective", Date: "2019-10-09", Basis: "publisher"}},
		"US-OFAC-NS-CMIC": {
			{Event: "listed", Date: "2021-06-03", Basis: "publisher"},
			{Event: "effective", Date: "2021-08-02", Basis: "publisher"},
			{Event: "divestment", Date: "2022-06-03", Basis: "publisher"},
		},
	})
	// The publisher cuts long remarks; what was cut off stands in another file.
	equal(t, "remarks", w.parties[hikvisionCMIC].Remarks, "Equity Ticker 002415 CN; Issuer Name Hangzhou Hikvision Digital Technology; ISIN CNE100000PM8; "+
		"Target Type Public Company; Effective Date (CMIC) 02 Aug 2021; Purchase/Sales For Divestment Date (CMIC) 03 Jun 2022; "+
		"Listing Date (CMIC) 03 Jun 2021; Unified Social Credit Code (USCC) 91330000733796106P (China).")
	codes := 0
	for _, id := range w.parties[hikvisionCMIC].IDs {
		if strings.HasPrefix(id.Type, "Unified Social Credit Code") {
			codes++
			equal(t, "code", id, record.Identifier{Type: "Unified Social Credit Code (USCC)", Value: "91330000733796106P", Country: "CN"})
		}
	}
	if codes != 1 {
		t.Errorf("%d social credit codes, want 1", codes)
	}
	if len(f.Inventions) != 1 {
		t.Fatalf("%d inventions, want 1", len(f.Inventions))
	}
	equal(t, "documents", f.Inventions[0].Documents, []record.InventionPaper{
		{ID: "US20200334450A1", Published: "2020-10-22"}, {ID: "US11321963", Published: "2022-05-03", Granted: "2022-05-03"},
	})
	equal(t, "application", f.Inventions[0].ApplicationNumber, "16959419")
	equal(t, "roles", f.Inventions[0].Roles, []string{"applicant", "assignee at publication"})
	for _, id := range []string{"US20200334450A1", "US11321963"} {
		if tag := id + "/2024/data_cyber.identity_biometrics"; w.tags[tag] == nil || !slices.Contains(f.Inventions[0].Tags, tag) {
			t.Errorf("no tag %s", tag)
		}
	}

	got := map[string]string{}
	for _, m := range f.Shipments {
		got[m.Shipment] = m.Country + " " + m.Consignee
		if m.Role != "supplied_by" || m.NamedAs != "HIK TECHNOLOGY" || m.Departed != "" || m.Arrived != "" {
			t.Errorf("%s: %+v", m.Shipment, m)
		}
		equal(t, "periods", m.Periods, []record.Period{
			{List: "US-BIS-EL", Effective: "2019-10-09", Period: "unknown"},
			{List: "US-OFAC-NS-CMIC", Effective: "2021-08-02", Period: "unknown"},
		})
		s := w.shipments[m.Shipment]
		if s == nil || s.Lading != nil || s.Unlading != nil || s.MasterBill != "" || s.Departed != "" || s.Arrived != "" || slices.ContainsFunc(s.Goods, func(g record.Good) bool { return g.HS != "" || g.Quantity != 0 }) {
			t.Errorf("%s says more than the case does: %+v", m.Shipment, s)
		}
		l := w.links[m.Link]
		if l == nil || l.Basis != "decision" || l.Band != record.Certain || !hasWhy(l.Why, "decision", record.Ref{Kind: record.KindDecision, ID: "hik-technology"}) {
			t.Errorf("%s does not rest on the decision: %+v", m.Shipment, l)
		}
	}
	equal(t, "shipments", got, supplied)
	count := map[string]int{}
	for _, c := range f.Consignees {
		count[c.Country+c.Kind] = c.Count
	}
	equal(t, "consignees", count, map[string]int{"EC": 2, "IN": 1, "VN": 2})
	if len(f.Routes) != 0 || len(f.OnwardLeads) != 0 || len(f.Candidates) != 0 {
		t.Errorf("routes %v, leads %v, candidates %v: the case has none", f.Routes, f.OnwardLeads, f.Candidates)
	}
}

// testUndecided checks that without the analyst's word the name is a
// candidate, and counts nowhere.
func testUndecided(t *testing.T, dir string) {
	if err := os.Remove(filepath.Join(dir, "decisions.jsonl")); err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"link", "snapshot"} {
		var errOut bytes.Buffer
		if code := run(context.Background(), []string{"-C", dir, verb}, strings.NewReader(""), io.Discard, &errOut); code != 0 {
			t.Fatalf("%s: exit code %d\n%s", verb, code, &errOut)
		}
	}
	w := readWorld(t, dir)
	equal(t, "linked", w.linked("HIK TECHNOLOGY", "", strong...), nil)
	equal(t, "in review", w.linked("HIK TECHNOLOGY", "", record.Review), []string{hikvision})
	f := w.finding(t, hikvision)
	if len(f.Shipments) != 0 || len(f.Consignees) != 0 || f.Goods != nil {
		t.Errorf("a candidate is counted: %v, %v, %v", f.Shipments, f.Consignees, f.Goods)
	}
	if len(f.Inventions) != 1 {
		t.Errorf("%d inventions", len(f.Inventions))
	}
	if len(f.Candidates) != 1 {
		t.Fatalf("candidates %v, want one", f.Candidates)
	}
	c := f.Candidates[0]
	if l := w.links[c.Link]; c.Name != "HIK TECHNOLOGY" || c.Count != len(supplied) || l == nil || l.Band != record.Review {
		t.Errorf("candidate %+v", c)
	}
}

func hasWhy(why []record.Why, kind string, ref record.Ref) bool {
	return slices.ContainsFunc(why, func(y record.Why) bool { return y.Kind == kind && y.Ref != nil && *y.Ref == ref })
}

func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
