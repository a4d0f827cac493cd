package names_test

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/internal/names"
)

var update = flag.Bool("update", false, "rewrite golden files and the table of token counts")

// TestTokenCounts fits the default table of token counts anew from the public
// lists where -update is given, and else checks that the embedded table loads.
func TestTokenCounts(t *testing.T) {
	if !*update {
		rare, common := names.Parse("Zwxqv", "").Tokens[0].Weight, names.Parse("Beijing Haidian", "").Tokens
		if rare != 1 || len(common) != 2 {
			t.Fatalf("rare %v, common %v", rare, common)
		}
		return
	}
	distinct := map[string]bool{}
	files, err := filepath.Glob(shared(t, "lists/regulator-json") + "/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var list struct {
			Entities []struct {
				Name    string   `json:"name"`
				Aliases []string `json:"aliases"`
			} `json:"entities"`
		}
		if err := json.Unmarshal(body, &list); err != nil {
			continue
		}
		for _, e := range list.Entities {
			distinct[e.Name] = true
			for _, a := range e.Aliases {
				distinct[a] = true
			}
		}
	}
	sdn, err := os.ReadFile(shared(t, "lists/ofac/sdn_2024-05-03.csv"))
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(bytes.Trim(sdn, "\x1a")))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	for {
		row, err := r.Read()
		if err != nil {
			break
		}
		if len(row) > 2 && strings.TrimSpace(row[2]) == "-0-" {
			distinct[row[1]] = true
		}
	}
	counts := map[string]int{}
	for name := range distinct {
		seen := map[string]bool{}
		for _, tok := range names.Parse(name, "").Tokens {
			if tok.Kind == names.Distinctive && !seen[tok.Text] {
				seen[tok.Text] = true
				counts[tok.Text]++
			}
		}
	}
	var out bytes.Buffer
	w := bufio.NewWriter(&out)
	fmt.Fprintf(w, "# In how many distinct names a word stands that no table explains. Fitted from\n# the names and aliases of public screening lists; replaced by the counts of\n# the manifests at hand when links are refitted. Words of fewer names are left out.\nnames %d\n", len(distinct))
	for _, word := range slices.Sorted(maps.Keys(counts)) {
		if counts[word] >= 8 {
			fmt.Fprintf(w, "%s %d\n", word, counts[word])
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("..", "..", "config", "tables", "tokencounts.txt"), out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
