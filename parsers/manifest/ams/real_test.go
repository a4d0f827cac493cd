package ams

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/tripoint-data/tripoint/parsers/manifest/ams/amstest"
	"github.com/tripoint-data/tripoint/parsers/manifest/runs"
	"github.com/tripoint-data/tripoint/record"
)

// The generator's columns are those of the published family, and the one real
// row that is described reads as it should.
func TestRealRow(t *testing.T) {
	dir := os.Getenv("TRIPOINT_SHARED")
	if dir == "" {
		dir = "../../../../shared"
	}
	body, err := os.ReadFile(filepath.Join(dir, "data/manifests/SCHEMAS.md"))
	if err != nil {
		t.Skipf("the real files are not here: %v", err)
	}
	var row string
	columns := map[string]string{}
	for line := range strings.Lines(string(body)) {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if name == "real header row" {
			row = rest
		} else if _, seen := columns[name]; !seen {
			columns[name] = rest
		}
	}
	for _, table := range amstest.Tables {
		want := strings.ReplaceAll(columns[table], "secondary_notify_party_1..10", "secondary_notify_party_1"+numbered(",secondary_notify_party_", 2, 10))
		for _, p := range []string{"consignee_address_", "shipper_party_address_", "notify_party_address_"} {
			want = strings.ReplaceAll(want, p+"1..4", p+"1"+numbered(","+p, 2, 4))
		}
		if diff := cmp.Diff(want, amstest.Header(table)); diff != "" {
			t.Errorf("%s (-published +generated):\n%s", table, diff)
		}
	}
	u := unit("", txtar.File{Name: "ams__header_2020__202008010000.csv", Data: []byte(amstest.Header("header") + "\n" + row + "\n")})
	want := &record.Shipment{
		ID: "us-ams/202007/2020072777336", Flow: "import", Reporter: "US", Carrier: "SEAU", Vessel: "MAERSK NESTON", Mode: "sea", Arrived: "2020-07-26",
		Receipt: &record.Place{Port: "PUERTO BOLIVAR"}, Lading: &record.Place{Port: "Puerto Bolivar", Country: "EC"},
		Unlading: &record.Place{Port: "Port Hueneme, California", Country: "US"}, WeightKg: 59739.929, Status: "Deleted",
		Origin: &record.Origin{Source: "us-ams", Parser: "ams-csv/1", Locator: "ams__header_2020__202008010000.csv:2"},
	}
	for r, err := range (parser{runs.Budget, maxRows}).parse(context.Background(), u) {
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(record.Record(want), r); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func numbered(prefix string, from, to int) string {
	var b strings.Builder
	for i := from; i <= to; i++ {
		b.WriteString(prefix)
		b.WriteString(string(rune('0' + i%10)))
	}
	return strings.ReplaceAll(b.String(), "_0", "_10")
}
