package link_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/record"
)

var update = flag.Bool("update", false, "rewrite golden files")

func lines(t *testing.T, w *world) []byte {
	t.Helper()
	var out bytes.Buffer
	write := func(r record.Record) {
		line, err := record.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(line)
		out.WriteByte('\n')
	}
	ctx := context.Background()
	for l, err := range link.Links(ctx, w, link.Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		w.records = append(w.records, l)
		write(l)
	}
	for f, err := range link.Findings(ctx, w, link.Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		write(f)
	}
	return out.Bytes()
}

// TestGolden links the case of the lists' best known camera maker, with
// shipments made up, before and after an analyst's decision.
func TestGolden(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files []string
	}{{"undecided", []string{"world.jsonl"}}, {"decided", []string{"world.jsonl", "decision.jsonl"}}, {"apart", []string{"world.jsonl", "apart.jsonl"}}} {
		t.Run(tt.name, func(t *testing.T) {
			got := lines(t, readWorld(t, tt.files...))
			golden := filepath.Join("testdata", tt.name+".golden")
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("links and findings (-want +got):\n%s", diff)
			}
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			if again := lines(t, readWorld(t, tt.files...)); !bytes.Equal(got, again) {
				t.Error("one processor gives other bytes than many")
			}
		})
	}
}
