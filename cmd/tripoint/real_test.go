package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/parsers"
	"github.com/tripoint-data/tripoint/record"
)

// realFiles finds real files, or skips the test.
func realFiles(t *testing.T, names ...string) []string {
	t.Helper()
	root := os.Getenv("TRIPOINT_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	paths := make([]string, len(names))
	for i, name := range names {
		paths[i] = filepath.Join(root, "data", filepath.FromSlash(name))
		if _, err := os.Stat(paths[i]); err != nil {
			t.Skipf("the real file %s is not here: %v", name, err)
		}
	}
	return paths
}

// command runs a command as the process would, with nothing on its input.
func command(args ...string) (code int, stdout, stderr string) {
	var out, errOut bytes.Buffer
	code = run(context.Background(), args, strings.NewReader(""), &out, &errOut)
	return code, out.String(), errOut.String()
}

// summary reads the last line of standard error.
func summary(t *testing.T, stderr string) parsers.Count {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
	dec := json.NewDecoder(strings.NewReader(lines[len(lines)-1]))
	dec.DisallowUnknownFields()
	var n parsers.Count
	if err := dec.Decode(&n); err != nil {
		t.Fatalf("the last line of standard error is no summary: %v\n%s", err, stderr)
	}
	return n
}

// records reads standard output strictly: each line is a record with an
// origin, and no id comes twice but where a publisher issued a document twice.
func records(t *testing.T, stdout string, twice bool) []record.Record {
	t.Helper()
	var out []record.Record
	seen := map[record.Ref]bool{}
	for line := range strings.Lines(stdout) {
		r, err := record.Unmarshal([]byte(line))
		if err != nil {
			t.Fatalf("%v: %.200s", err, line)
		}
		o := record.Origins(r)
		switch {
		case len(o) != 1 || o[0].URL == "" || len(o[0].SHA256) != 64 || o[0].Locator == "" || o[0].Parser == "":
			t.Fatalf("%s: the origin is not whole: %+v", r.Ref(), o)
		case strings.Contains(line, "shared/data"):
			t.Fatalf("%s tells where a disk keeps its file: %.200s", r.Ref(), line)
		case seen[r.Ref()] && !twice:
			t.Fatalf("%s comes twice", r.Ref())
		}
		seen[r.Ref()] = true
		out = append(out, r)
	}
	return out
}

// TestRealFiles holds parse against what is known of real files: how many rows
// are in them and how many are spoilt.
func TestRealFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("the parsers read the real files in their own rooms")
	}
	ofac := []string{"lists/ofac/cons_prim.csv", "lists/ofac/cons_alt.csv", "lists/ofac/cons_add.csv", "lists/ofac/cons_comments.csv"}
	patft := []string{"ex_app", "pat_10000000", "pat_5439055", "pat_6103599", "pat_7752445", "pat_8645300", "pat_9140110", "pat_D645062", "pub_20200000001"}
	for i, name := range patft {
		patft[i] = "patents/patft/" + name + ".html"
	}
	for _, tt := range []struct {
		name, format  string
		files         []string
		good, bad     int // rows
		merged, twice bool
	}{
		{name: "the non-SDN list", format: "ofac-csv", files: ofac, good: 442},
		{name: "the SDN list of 1 May", format: "ofac-csv", files: []string{"lists/ofac/sdn_2024-05-01.csv"}, good: 14_966},
		{name: "the SDN list of 2 May", format: "ofac-csv", files: []string{"lists/ofac/sdn_2024-05-02.csv"}, good: 14_973},
		{name: "the SDN list of 3 May", format: "ofac-csv", files: []string{"lists/ofac/sdn_2024-05-03.csv"}, good: 14_965},
		{name: "a damaged list", format: "csl-csv", files: []string{"lists/csl/consolidated_2023-11-30_damaged.csv"}, good: 4226, bad: 2, merged: true},
		{name: "thirteen rows", format: "csl-csv", files: []string{"lists/csl/consolidated_2025-06_13rows.csv"}, good: 13},
		{name: "full documents", format: "ppubs-json", files: []string{"patents/ppubs/documents.json"}, good: 25},
		{name: "search results", format: "ppubs-json", files: []string{"patents/ppubs/search_records.json"}, good: 1434},
		{name: "a weekly file", format: "redbook-xml", files: []string{"patents/redbook/multi/ipg120327.196.xml"}, good: 196},
		{name: "two documents", format: "redbook-xml", files: []string{"patents/redbook/multi/ipa251002_sample_multidoc.xml"}, good: 2},
		{name: "two ZIPs", format: "redbook-xml", files: []string{"patents/redbook/multi/ipgb20221025_wk43.zip", "patents/redbook/multi/ipgb20230404_wk14.zip"}, good: 11 + 3, twice: true},
		{name: "a text of 1976", format: "greenbook-txt", files: []string{"patents/redbook/single/US03937375.greenbook"}, good: 1},
		{name: "answers of the portal", format: "odp-json", files: []string{
			"patents/odp/search_patents/response.json", "patents/odp/get_patent/response.json", "patents/odp/get_patent_assignment/response.json",
		}, good: 1 + 2 + 1},
		{name: "a page of Google Patents", format: "google-html", files: []string{"patents/google/patent_CN104154208B_full.html"}, good: 1},
		{name: "pages", format: "patft-html", files: patft, good: len(patft)},
		{name: "pages without a document", format: "patft-html", files: []string{"patents/patft/f_pat_search.html", "patents/patft/t_pub_pub_search.html", "patents/patft/ex_10465445_image.html"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, stdout, stderr := command(append([]string{"parse", "--format", tt.format}, realFiles(t, tt.files...)...)...)
			n := summary(t, stderr)
			if n.Records+n.Merged != tt.good || n.Problems != tt.bad || n.Read != tt.good+tt.bad || tt.merged != (n.Merged > 0) {
				t.Errorf("summary %+v, want %d good rows and %d problems", n, tt.good, tt.bad)
			}
			if want := map[bool]int{true: exitPartly}[tt.bad > 0]; code != want {
				t.Errorf("exit %d, want %d", code, want)
			}
			if got := len(records(t, stdout, tt.twice)); got != n.Records {
				t.Errorf("%d lines, want %d", got, n.Records)
			}
		})
	}
}

// TestRealAliases holds the joined tables against each other: no name and no
// address of the secondary ones gets lost.
func TestRealAliases(t *testing.T) {
	files := realFiles(t, "lists/ofac/cons_prim.csv", "lists/ofac/cons_alt.csv", "lists/ofac/cons_add.csv", "lists/ofac/cons_comments.csv")
	_, stdout, _ := command(append([]string{"parse", "--format", "ofac-csv"}, files...)...)
	aliases, addresses := 0, 0
	for _, r := range records(t, stdout, false) {
		p := r.(*record.Party)
		for _, a := range p.Aliases {
			if a.Quality != "weak" { // those stand in the remarks
				aliases++
			}
		}
		addresses += len(p.Addresses)
	}
	if aliases != 1073 || addresses != 522 {
		t.Errorf("%d aliases, %d addresses; want 1,073 and 522", aliases, addresses)
	}
}

// TestRealEmptyFile is the day on which a publisher served a file of no bytes.
func TestRealEmptyFile(t *testing.T) {
	name := realFiles(t, "lists/ofac/sdn_2024-05-04_EMPTY.csv")[0]
	code, stdout, stderr := command("parse", "--format", "ofac-csv", name)
	if n := summary(t, stderr); code != exitFailed || stdout != "" || n != (parsers.Count{}) {
		t.Errorf("exit %d, %+v, %q", code, n, stdout)
	}
	if first, _, _ := strings.Cut(stderr, "\n"); first != "tripoint: ofac-csv: sdn_2024-05-04_EMPTY.csv is empty" {
		t.Errorf("said %q", first)
	}
}
