package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/record"
)

// countOf reads how many entries a real JSON list says that it has.
func countOf(t *testing.T, name string) int {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var head struct {
		Count int `json:"count"`
	}
	if err := json.Unmarshal(b, &head); err != nil || head.Count == 0 {
		t.Fatalf("%s: count %d, %v", name, head.Count, err)
	}
	return head.Count
}

// wholeList parses a list whose every row must become a record or be united
// with one, and returns its parties.
func wholeList(t *testing.T, source, file string, rows int) []*record.Party {
	t.Helper()
	code, stdout, stderr := command("parse", "--source", source, file)
	n := summary(t, stderr)
	if code != 0 || n.Read != rows || n.Records+n.Merged != rows || n.Problems != 0 {
		t.Errorf("exit %d, summary %+v, want %d rows and no problem\n%.500s", code, n, rows, stderr)
	}
	var out []*record.Party
	for _, r := range records(t, stdout, false) {
		out = append(out, r.(*record.Party))
	}
	return out
}

// TestRealSources holds the shipped sources against real files of their lists.
func TestRealSources(t *testing.T) {
	for _, tt := range []struct {
		source, file string
		rows         int // 0: as many as the file says
		typed        int // records with a type
	}{
		{source: "us-dhs-uflpa", file: "dhs/uflpa-entity-list-2026-07-09.html", rows: 160, typed: 149},
		{source: "us-dod-1260h", file: "regulator-json/dow_1260h.json", typed: 80},
		{source: "us-dod-1286", file: "regulator-json/dow_1286.json", typed: 128},      // six are programs
		{source: "us-fcc-covered", file: "regulator-json/fcc_covered.json", typed: 13}, // two are kinds of goods
		{source: "us-ofac-eo14032", file: "regulator-json/ofac_eo14032_annex.json", typed: 59},
		{source: "us-state-isn", file: "regulator-json/state_nonproliferation.json"},
	} {
		t.Run(tt.source, func(t *testing.T) {
			file := realFiles(t, "lists/"+tt.file)[0]
			if tt.rows == 0 {
				tt.rows = countOf(t, file)
			}
			typed := 0
			for _, p := range wholeList(t, tt.source, file, tt.rows) {
				if p.Type != "" {
					typed++
				}
			}
			if typed != tt.typed {
				t.Errorf("%d records have a type, want %d", typed, tt.typed)
			}
		})
	}
}

// How an entry of the nonproliferation list stands is read from sentences: one
// measure that is active keeps it standing.
func TestRealStandings(t *testing.T) {
	file := realFiles(t, "lists/regulator-json/state_nonproliferation.json")[0]
	standing := map[record.ListStatus]int{}
	for _, p := range wholeList(t, "us-state-isn", file, countOf(t, file)) {
		status := p.Lists[0].Status
		standing[status]++
		active := strings.Contains(p.Remarks, "status: Active") || strings.Contains(p.Remarks, "other sanctions remain")
		if active != (status == record.Current) {
			t.Errorf("%s is %s: %s", p.ID, status, p.Remarks)
		}
	}
	if standing[record.Current] != 152 || standing[record.Expired] != 344 || standing[record.Removed] != 32 {
		t.Errorf("%v; want 152 current, 344 expired, 32 removed", standing)
	}
}

// The one mapping that the documentation shows reads every list in that shape.
func TestRealRegulatorLists(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "sources.md"))
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("(?s)```yaml\n(version: 1\nid: my-regulators\n.*?)```").FindSubmatch(doc)
	if shown == nil {
		t.Fatal("docs/sources.md shows no source my-regulators")
	}
	const list = "list: US-BIS-EL\n"
	if strings.Count(string(shown[1]), list) != 1 {
		t.Fatalf("the source of docs/sources.md has no %q", list)
	}
	for _, tt := range []struct{ file, list string }{
		{"bis_entity_list", "US-BIS-EL"},
		{"bis_dpl", "US-BIS-DPL"},
		{"bis_meu", "US-BIS-MEU"},
		{"ofac_nscmic", "US-OFAC-NS-CMIC"},
		{"dow_1260h", "US-DOD-1260H"},
		{"dow_1286", "US-DOD-1286"},
		{"dhs_uflpa", "US-DHS-UFLPA"},
		{"fcc_covered", "US-FCC-COVERED"},
		{"ofac_eo14032_annex", "US-OFAC-EO14032"},
		{"state_nonproliferation", "US-STATE-ISN"},
		{"state_debarred_statutory", "US-STATE-DTC"},
		{"state_debarred_admin", "US-STATE-DTC"},
		{"cbp_wro", "US-CBP-WRO"},
	} {
		t.Run(tt.file, func(t *testing.T) {
			file := realFiles(t, "lists/regulator-json/"+tt.file+".json")[0]
			source := filepath.Join(t.TempDir(), "my-regulators.yaml")
			text := strings.Replace(string(shown[1]), list, "list: "+tt.list+"\n", 1)
			if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, p := range wholeList(t, source, file, countOf(t, file)) {
				if p.Lists[0].Code != tt.list {
					t.Fatalf("%s stands on %s", p.ID, p.Lists[0].Code)
				}
			}
		})
	}
}
