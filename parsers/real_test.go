package parsers_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/parsers"
	"github.com/tripoint-data/tripoint/record"
)

// sharedFile finds a real file, or skips the test.
func sharedFile(t testing.TB, name string) string {
	t.Helper()
	root := os.Getenv("TRIPOINT_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "shared")
	}
	path := filepath.Join(root, "data", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the real file %s is not here: %v", name, err)
	}
	return path
}

func unitOf(paths ...string) record.Unit {
	u := record.Unit{Origin: record.Origin{Source: "test"}}
	for _, p := range paths {
		u.Parts = append(u.Parts, record.Part{Name: filepath.Base(p), Open: func() (io.ReadCloser, error) { return os.Open(p) }})
	}
	return u
}

// readAll reads a unit and returns its records, problems and the error that
// ended the stream.
func readAll(t testing.TB, format string, u record.Unit, decode func(any) error) (recs []record.Record, problems []*record.Problem, n parsers.Count, failed error) {
	t.Helper()
	f, err := parsers.Lookup(format)
	if err != nil {
		t.Fatal(err)
	}
	fn, err := f.New(decode)
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range parsers.Read(context.Background(), f, fn, u, parsers.Unpack{}, &n) {
		var problem *record.Problem
		switch {
		case errors.As(err, &problem):
			problems = append(problems, problem)
		case err != nil:
			failed = err
		default:
			recs = append(recs, r)
		}
	}
	return recs, problems, n, failed
}

func TestRealOFAC(t *testing.T) {
	var paths []string
	for _, name := range []string{"cons_prim", "cons_alt", "cons_add", "cons_comments"} {
		paths = append(paths, sharedFile(t, "lists/ofac/"+name+".csv"))
	}
	recs, problems, n, err := readAll(t, "ofac-csv", unitOf(paths...), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
	if n != (parsers.Count{Read: 442, Records: 442}) {
		t.Errorf("count %+v", n)
	}
	aliases, addresses := 0, 0
	var hik *record.Party
	for _, r := range recs {
		p := r.(*record.Party)
		for _, a := range p.Aliases {
			if a.Quality != "weak" {
				aliases++
			}
		}
		addresses += len(p.Addresses)
		if p.ID == "US-OFAC:30946" {
			hik = p
		}
	}
	if aliases != 1073 || addresses != 522 {
		t.Errorf("%d aliases, %d addresses; want 1073 and 522", aliases, addresses)
	}
	if hik == nil {
		t.Fatal("US-OFAC:30946 is missing")
	}
	want := &record.Party{
		ID: "US-OFAC:30946", Type: record.Organization, Name: "HANGZHOU HIKVISION DIGITAL TECHNOLOGY CO., LTD.",
		Aliases:   []record.Alias{{Name: "HIKVISION", Kind: "aka"}, {Name: "HANGZHOU HIKVISION DIGITAL TECHNOLOGY", Kind: "aka"}},
		Addresses: []record.Address{{Text: "555, Qianmo Road, Binjiang District, Hangzhou 310051, China", Street: "555, Qianmo Road, Binjiang District", City: "Hangzhou", PostalCode: "310051", Country: "CN"}},
		Countries: []string{"CN"},
		IDs: []record.Identifier{
			{Type: "Equity Ticker", Value: "002415 CN"},
			{Type: "Issuer Name", Value: "Hangzhou Hikvision Digital Technology"},
			{Type: "ISIN", Value: "CNE100000PM8"},
			{Type: "Unified Social Credit Code (USCC)", Value: "91330000733796106P", Country: "CN"},
		},
		Lists: []record.Listing{{
			Code: "US-OFAC-NS-CMIC", NativeID: "30946", Programs: []string{"CMIC-EO13959"}, Status: record.Current,
			Dates: []record.ListDate{
				{Event: "effective", Date: "2021-08-02", Basis: "publisher"},
				{Event: "divestment", Date: "2022-06-03", Basis: "publisher"},
				{Event: "listed", Date: "2021-06-03", Basis: "publisher"},
			},
		}},
	}
	hik.Remarks, hik.Origin = "", nil
	if diff := cmp.Diff(want, hik); diff != "" {
		t.Errorf("US-OFAC:30946 (-want +got):\n%s", diff)
	}
}

func TestRealSDN(t *testing.T) {
	for name, want := range map[string]int{"sdn_2024-05-01": 14966, "sdn_2024-05-02": 14973, "sdn_2024-05-03": 14965} {
		_, problems, n, err := readAll(t, "ofac-csv", unitOf(sharedFile(t, "lists/ofac/"+name+".csv")), nil)
		if err != nil || n.Records != want || n.Read != want || len(problems) > 0 {
			t.Errorf("%s: %+v, %v, want %d", name, n, err, want)
		}
	}
	_, _, n, err := readAll(t, "ofac-csv", unitOf(sharedFile(t, "lists/ofac/sdn_2024-05-04_EMPTY.csv")), nil)
	if err == nil || n.Read != 0 {
		t.Errorf("the empty file: %+v, %v", n, err)
	}
	u := unitOf(sharedFile(t, "lists/ofac/sdn_2024-05-03.csv"), sharedFile(t, "lists/ofac/sdn_alt_2025-12.csv"), sharedFile(t, "lists/ofac/sdn_add_2025-12.csv"))
	_, problems, n, err := readAll(t, "ofac-csv", u, nil)
	if err != nil || n.Read != 14965 || n.Records != 14965 || len(problems) != 2 {
		t.Errorf("joined: %+v, %v, %v", n, problems, err)
	}
}

func TestRealCSL(t *testing.T) {
	_, problems, n, err := readAll(t, "csl-csv", unitOf(sharedFile(t, "lists/csl/consolidated_2023-11-30_damaged.csv")), nil)
	if err != nil || n.Records+n.Merged != 4226 || n.Problems != 2 || n.Read != 4228 {
		t.Errorf("%+v, %v", n, err)
	}
	if len(problems) != 2 {
		t.Errorf("problems %v", problems)
	}
	_, _, n, err = readAll(t, "csl-csv", unitOf(sharedFile(t, "lists/csl/consolidated_2025-06_13rows.csv")), nil)
	if err != nil || n.Problems != 0 || n.Records != 13 {
		t.Errorf("%+v, %v", n, err)
	}
}
