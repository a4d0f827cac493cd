package names_test

import (
	"cmp"
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/tripoint-data/tripoint/internal/names"
)

// shared is where the real files lie, or the test is skipped.
func shared(t testing.TB, path string) string {
	t.Helper()
	root := cmp.Or(os.Getenv("TRIPOINT_SHARED"), filepath.Join("..", "..", "..", "shared"))
	path = filepath.Join(root, "data", path)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no shared data: %v", err)
	}
	return path
}

var schemas = map[string]string{"Person": names.Person, "Vessel": names.Vessel}

var wantF1 = map[string]float64{"organization": 0.94, names.Person: 0.88}

var numerals = regexp.MustCompile(`\b([IVX]+|[0-9]+|[0-9]{4}-[0-9A-Z]+)\b`)

// TestEval measures the scorer on labelled pairs at the one threshold. Pairs
// labelled the same that differ in nothing but a number are two entities for
// enforcement and count as different.
func TestEval(t *testing.T) {
	f, err := os.Open(shared(t, "names/name_pairs_dev.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	type tally struct{ tp, fp, fn, tn int }
	all := map[string]*tally{}
	for _, row := range rows[1:] {
		schema, a, b, same := row[1], row[2], row[3], row[4] == "true"
		group := "organization"
		if schemas[schema] != "" {
			group = schemas[schema]
		}
		if group != names.Person && numerals.ReplaceAllString(a, "#") == numerals.ReplaceAllString(b, "#") && a != b && numerals.MatchString(a) {
			same = false
		}
		score := names.Compare(names.Parse(a, schemas[schema]), names.Parse(b, schemas[schema]))
		c := all[group]
		if c == nil {
			c = &tally{}
			all[group] = c
		}
		hit := score.Value >= names.Threshold
		switch {
		case hit && same:
			c.tp++
		case hit:
			c.fp++
			t.Logf("%.3f FP %s: %q %q", score.Value, schema, a, b)
		case same:
			c.fn++
			t.Logf("%.3f FN %s: %q %q", score.Value, schema, a, b)
		default:
			c.tn++
		}
	}
	for group, c := range all {
		p, r := float64(c.tp)/float64(max(c.tp+c.fp, 1)), float64(c.tp)/float64(max(c.tp+c.fn, 1))
		f1 := 2 * p * r / max(p+r, 1e-9)
		t.Logf("%s: P %.3f R %.3f F1 %.3f (tp %d fp %d fn %d tn %d)", group, p, r, f1, c.tp, c.fp, c.fn, c.tn)
		if want := wantF1[group]; f1 < want {
			t.Errorf("%s: F1 %.3f, want %.2f or more", group, f1, want)
		}
	}
}
