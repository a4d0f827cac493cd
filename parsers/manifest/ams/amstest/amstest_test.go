package amstest

import (
	"bytes"
	"encoding/csv"
	"io"
	"strings"
	"testing"
)

func family(t *testing.T, seed uint64, n int) (map[string]*bytes.Buffer, Counts) {
	t.Helper()
	bufs, out := map[string]*bytes.Buffer{}, map[string]io.Writer{}
	for _, table := range Tables {
		bufs[table] = &bytes.Buffer{}
		out[table] = bufs[table]
	}
	counts, err := Write(seed, n, out)
	if err != nil {
		t.Fatal(err)
	}
	return bufs, counts
}

// The same seed gives the same bytes; every row has the columns of its table;
// the shapes are the measured ones.
func TestWrite(t *testing.T) {
	const bills = 4000
	one, counts := family(t, 7, bills)
	two, _ := family(t, 7, bills)
	other, _ := family(t, 8, bills)
	rows, all := map[string]int{}, 0
	for _, table := range Tables {
		if !bytes.Equal(one[table].Bytes(), two[table].Bytes()) {
			t.Errorf("%s differs from run to run", table)
		}
		if bytes.Equal(one[table].Bytes(), other[table].Bytes()) {
			t.Errorf("%s does not depend on the seed", table)
		}
		list, err := csv.NewReader(one[table]).ReadAll() // which wants one width
		if err != nil || strings.Join(list[0], ",") != Header(table) {
			t.Fatalf("%s: %v", table, err)
		}
		rows[table] = len(list) - 1
		all += rows[table]
	}
	if all != counts.Rows || counts.Bills != bills {
		t.Errorf("%d rows, counted %+v", all, counts)
	}
	for _, tt := range []struct {
		what     string
		got      int
		low, top float64
	}{
		{"billgen", rows["billgen"], 1, 1},
		{"shipper", rows["shipper"], 0.76, 0.81},
		{"consignee", rows["consignee"], 0.82, 0.87},
		{"containers", rows["container"], 1.5, 1.62},
		{"tariff", rows["tariff"], 0.6, 0.72},
	} {
		if share := float64(tt.got) / bills; share < tt.low || share > tt.top {
			t.Errorf("%s: %.3f a bill, want %v to %v", tt.what, share, tt.low, tt.top)
		}
	}
}
