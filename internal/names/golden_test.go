package names_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/internal/names"
)

// TestGolden holds every complaint that users of other matchers made, by
// name: title | type | wanted bands | one name | other name. The golden file
// beside it shows the score and its reasons, so that a change of a table
// shows what it moves.
func TestGolden(t *testing.T) {
	cases, err := os.ReadFile(filepath.Join("testdata", "cases.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for line := range strings.Lines(string(cases)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "|")
		if len(f) != 5 {
			t.Fatalf("%q has %d fields", line, len(f))
		}
		for i := range f {
			f[i] = strings.TrimSpace(f[i])
		}
		a, b := names.Parse(f[3], f[1]), names.Parse(f[4], f[1])
		score := names.Compare(a, b)
		if !strings.Contains(" "+f[2]+" ", " "+string(score.Band)+" ") {
			t.Errorf("%s: %q, %q: %.3f %s, want %s\n%v\n%+v\n%+v", f[0], f[3], f[4], score.Value, score.Band, f[2], score.Why, a.Tokens, b.Tokens)
		}
		if back := names.Compare(b, a); back.Value != score.Value || names.Similarity(a, b) != score.Value {
			t.Errorf("%s: %.3f one way, %.3f the other", f[0], score.Value, back.Value)
		}
		if most := names.Ceiling(a.Outline(nil), b.Outline(nil)); score.Value > most+0.001 {
			t.Errorf("%s: %.3f is above the ceiling %.3f", f[0], score.Value, most)
		}
		if dropped(a, b, score.Value) {
			t.Errorf("%s: %q, %q: %.3f is dropped by the sieve", f[0], f[3], f[4], score.Value)
		}
		fmt.Fprintf(&out, "%s: %s | %s\n  %.3f %s\n", f[0], f[3], f[4], score.Value, score.Band)
		for _, why := range score.Why {
			fmt.Fprintf(&out, "  %-8s %+.2f %s\n", why.Kind, why.Weight, why.Text)
		}
	}
	golden := filepath.Join("testdata", "cases.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("cases (-want +got):\n%s", diff)
	}
}
