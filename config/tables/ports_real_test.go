package tables

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sharedFile reads a real file, or skips where the folder of them is absent.
func sharedFile(t *testing.T, name string) []byte {
	t.Helper()
	dir := os.Getenv("TRIPOINT_SHARED")
	if dir == "" {
		dir = "../../../shared"
	}
	body, err := os.ReadFile(filepath.Join(dir, "data", name))
	if err != nil {
		t.Skipf("the real files are not here: %v", err)
	}
	return body
}

// Every port of Schedule K is in its own country or, where two countries have
// one of that name, in none.
func TestScheduleK(t *testing.T) {
	iso := map[string]string{}
	for line := range strings.Lines(string(sharedFile(t, "manifests/schedule_c_countries.txt"))) {
		if p := strings.Split(line, "|"); len(p) == 3 {
			iso[strings.TrimSpace(p[0])] = strings.TrimSpace(p[2])
		}
	}
	rows, err := csv.NewReader(strings.NewReader(string(sharedFile(t, "manifests/schedule_k_foreign_ports.csv")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	found, none := 0, 0
	for _, r := range rows[1:] {
		want := iso[strings.TrimSpace(r[2])]
		if len(want) != 2 || want == "GW" || want == "KV" || strings.HasPrefix(r[1], "All Other") { // Schedule K has one code for three countries there
			continue
		}
		switch _, got := Port(r[1]); got {
		case want:
			found++
		case "":
			none++
		default:
			if country, ok := ports().countries[foldPlace(r[1])]; !ok || country != got {
				t.Errorf("Port(%q) is in %s, Schedule K says %s", r[1], got, want)
			}
		}
	}
	if found < 3700 || none > 250 {
		t.Errorf("%d ports found, %d in no country", found, none)
	}
	t.Logf("%d ports found, %d names that countries share", found, none)
}
