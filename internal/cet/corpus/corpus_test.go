package corpus_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/internal/cet/corpus"
)

// TestRead reads tables written by us in the formats of the corpora.
func TestRead(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"corpora/applications_2025_title_cpc.jsonl": `{"title": "Lamp", "cpc": ["F21S8/00"]}` + "\n",
		"corpora/membranes_title_abstract_ipc.csv":  "\ufeffpublication_number,title,abstract,ipc_codes\nUS-1-A1,Sieve,It sieves.,\"B01D1/00,B01D2/00\"\n",
		"corpora/grants_one_assignee_title_cpc.csv": "patent_id,patent_title,cpc_codes\n1,Watch,\"{G04B1/00,G04B2/00}\"\n",
		"corpora/drones_title_cpc_ipc.csv":          "Publication Number,Title,CPC Classifications,IPCR Classifications\nUS 1 A,Kite,A63H27/08;;B64C31/06,\n",
		"ppubs/documents.json":                      `[{"guid":"US-12345678-B2","inventionTitle":"A <i>lamp</i>","abstractHtml":"It shines.","claimsHtml":"1. A lamp."},{"guid":""}]`,
		"ppubs/search_records.json":                 `[{"guid":"US-12345678-B2","inventionTitle":"A lamp","cpcInventiveFlattened":"F21S8/00;F21V1/00"}]`,
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name, id, title, abstract, claim string
		cpc, ipc                         []string
	}{
		{"app2025", "app2025:1", "Lamp", "", "", []string{"F21S8/00"}, nil},
		{"membranes", "US-1-A1", "Sieve", "It sieves.", "", nil, []string{"B01D1/00", "B01D2/00"}},
		{"grants", "US1", "Watch", "", "", []string{"G04B1/00", "G04B2/00"}, nil},
		{"drones", "US 1 A", "Kite", "", "", []string{"A63H27/08", "B64C31/06"}, nil},
		{"ppubs", "US12345678", "A lamp", "It shines.", "A lamp.", []string{"F21S8/00", "F21V1/00"}, nil},
	} {
		patents, err := corpus.Read(dir, tt.name, io.Discard)
		if err != nil || len(patents) != 1 {
			t.Errorf("%s: %d patents, %v", tt.name, len(patents), err)
			continue
		}
		p := patents[0]
		if p.ID != tt.id || p.Title != tt.title || p.Abstract != tt.abstract || p.FirstClaim != tt.claim {
			t.Errorf("%s: %+v", tt.name, p)
		}
		if diff := cmp.Diff(append(tt.cpc, tt.ipc...), append(p.CPC, p.IPC...)); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
	for _, name := range []string{"pizza", "nothing"} {
		if _, err := corpus.Read(dir, name, io.Discard); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}
