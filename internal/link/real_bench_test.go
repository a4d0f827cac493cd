package link_test

import (
	"encoding/csv"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/record"
)

// BenchmarkScreenReal screens the names of real applicants for patents, of
// which one in a hundred is a listed name as manifests spoil it, against the
// names of all real lists at hand.
func BenchmarkScreenReal(b *testing.B) {
	x := link.NewIndex(link.Options{})
	files, err := filepath.Glob(filepath.Join(shared(b, "lists/regulator-json"), "*.json"))
	if err != nil {
		b.Fatal(err)
	}
	var list []string
	for _, file := range files {
		for _, p := range readList(b, strings.TrimSuffix(filepath.Base(file), ".json")) {
			x.Add(p)
			list = append(list, p.Name)
		}
	}
	for i, row := range readCSV(b, "lists/ofac/sdn_2024-05-03.csv") {
		if len(row) > 3 {
			typ := record.Organization
			switch strings.TrimSpace(row[2]) {
			case "individual":
				typ = record.Individual
			case "vessel":
				typ = record.Vessel
			}
			x.Add(&record.Party{ID: "sdn:" + strconv.Itoa(i), Type: typ, Name: row[1]})
		}
	}
	for i, row := range readCSV(b, "lists/ofac/sdn_alt_2025-12.csv") {
		if len(row) > 3 {
			x.Add(&record.Party{ID: "alt:" + strconv.Itoa(i), Name: row[3]})
		}
	}
	x.Build()
	rows := readCSV(b, "patents/corpora/drones_title_cpc_ipc.csv")
	var queries []string
	seen := map[string]bool{}
	r := rand.New(rand.NewPCG(9, 9))
	for _, row := range rows[1:] {
		for name := range strings.SplitSeq(row[11], ";;") {
			if name = strings.ToUpper(name); isFirm(name) && !seen[name] {
				seen[name] = true
				if queries = append(queries, name); len(queries)%100 == 0 {
					queries = append(queries, spoil(strings.ToUpper(list[r.IntN(len(list))])+" CO", r))
				}
			}
		}
	}
	_, aliases := x.Size()
	b.Logf("%d names against %d", len(queries), aliases)
	screen(b, x, queries)
}

func readCSV(t testing.TB, file string) [][]string {
	t.Helper()
	f, err := os.Open(shared(t, file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	var out [][]string
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
}
