package sunat

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/parsers/manifest/runs"
	"github.com/tripoint-data/tripoint/parsers/parsertest"
	"github.com/tripoint-data/tripoint/parsers/table/tabletest"
	"github.com/tripoint-data/tripoint/record"
)

// The tables as the publisher has them, in fewer columns.
var (
	maColumns = []string{
		"CODI_ADUAN C 3", "ANO_PRESE C 4", "NUME_CORRE C 6", "FECH_INGSI D 8", "LIBR_TRIBU C 11", "DNOMBRE C 40", "FECH_LLEGA D 8", "VIA_TRANSP C 1",
		"PAIS_ORIGE C 2", "PUER_EMBAR C 5", "NUME_SERIE N 4", "PART_NANDI N 10", "DESC_COMER C 40", "DESC_MATCO C 20", "DESC_USOAP C 20", "DESC_FOPRE C 20", "DESC_OTROS C 20",
		"FOB_DOLPOL N 15.3", "FLE_DOLAR N 15.3", "SEG_DOLAR N 15.3", "PESO_BRUTO N 15.3", "UNID_FIQTY N 15.3", "UNID_FIDES C 4", "FMOD D 8",
	}
	mbColumns = []string{"CODI_ADUAN C 3", "ANO_PRESE C 4", "NUME_CORRE C 6", "NUME_ITEM N 4", "NOMB_PROVE C 40", "MARC_COMER C 20", "VFOB_ITEM N 15.3"}
)

func ma(number, serie, modified, name, goods string) []string {
	return []string{
		"118", "2024", number, "20240503", "20100000001", name, "20240430", "1", "CN", "CNSHA", serie, "8525890000",
		goods, "", "PARA VIGILANCIA", "", goods, "1000.000", "50.500", "5.250", "125.500", "10.000", "U", modified,
	}
}

func unit(files map[string][]byte) record.Unit {
	var parts []record.Part
	for _, name := range []string{"ma06120524.zip!MA06120524.DBF", "ma13190524.zip!MA13190524.DBF", "mb06120524.zip!MB06120524.DBF", "x.DBF"} {
		if data, ok := files[name]; ok {
			parts = append(parts, parsertest.Part(name, data))
		}
	}
	return parsertest.Unit(parts...)
}

func week() map[string][]byte {
	late := ma("000124", "1", "20240520", "STRELSAU NI\xd1O S.A.C.", "GRABADORA NVR 16 CH")
	deleted := ma("000999", "1", "20240510", "BORRADO", "X")
	deleted[0] = "*18"
	late[6], late[11] = "00000000", "901110000" // when it came in is not known; a nought is lost
	return map[string][]byte{
		"ma06120524.zip!MA06120524.DBF": tabletest.DBF(maColumns,
			ma("000123", "2", "20240510", "ELPHBERG PERU S.A.C.", "CAMARA"),
			ma("000123", "1", "20240510", "ELPHBERG PERU S.A.C.", "CAMARA IP, CORREGIR"),
			deleted),
		"ma13190524.zip!MA13190524.DBF": tabletest.DBF(maColumns, late,
			ma("000123", "1", "20240518", "ELPHBERG PERU S.A.C.", "CAMARA IP"),
			ma("00A1", "1", "20240518", "SIN NUMERO", "Y")),
		"mb06120524.zip!MB06120524.DBF": tabletest.DBF(mbColumns,
			[]string{"118", "24", "123", "1", "HANGZHOU  DEMO CO., LTD.", "DEMO", "1000.000"},
			[]string{"118", "24", "123", "1", "HANGZHOU DEMO CO., LTD.", "DEMO", "0.000"},
			[]string{"118", "24", "123", "2", "FIRST CO", "A", "500.000"},
			[]string{"118", "24", "123", "2", "SECOND CO", "B", "500.000"},
			[]string{"118", "24", "124", "1", "No Disponible", "", "1.000"},
			[]string{"118", "24", "777", "1", "NOBODY", "", "1.000"}),
	}
}

func TestGolden(t *testing.T) {
	parse, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	parsertest.Check(t, parse, unit(week()), "testdata/week.golden")
}

// What the join leaves open spoils nothing: it is told where it is asked for.
func TestAudit(t *testing.T) {
	parse, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	u := unit(week())
	u.Audit = &record.Audit{}
	if got := string(parsertest.Lines(t, parse, u)); strings.Contains(got, "several suppliers") {
		t.Error(got)
	}
	want := map[string]int{
		"series name several suppliers and get none":                         1,
		"items of MB belong to no series of MA: its file is of another week": 1,
	}
	if diff := cmp.Diff(want, u.Audit.Notes); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFaults(t *testing.T) {
	parse, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	const first, items, other = "ma06120524.zip!MA06120524.DBF", "mb06120524.zip!MB06120524.DBF", "x.DBF"
	for _, tt := range []struct {
		name  string
		files map[string][]byte
		want  string
	}{
		{"no imports", map[string][]byte{items: week()[items]}, "# error: sunat: there is no table of imports (MA…DBF)"},
		{"a column less", map[string][]byte{first: tabletest.DBF(append([]string{"NUME_SERIE N 4"}, maColumns[:10]...), []string{"1"})}, "# error: sunat: " + first + ": there is no column FMOD: the publisher has changed the table"},
		{"cut short", map[string][]byte{first: week()[first][:1500]}, "# error: sunat: " + first + ": the dBase file breaks off in record"},
		{"no dBase", map[string][]byte{first: []byte(strings.Repeat("<html>", 20))}, "# error: sunat: " + first + ": not a dBase file"},
		{"a stranger", map[string][]byte{first: week()[first], other: tabletest.DBF([]string{"CADU C 3", "NSER C 4"}, []string{"118", "1"})}, "# problem: x.DBF: sunat: neither a table of imports (MA) nor of their items (MB); its columns are CADU, NSER"},
	} {
		if got := string(parsertest.Lines(t, parse, unit(tt.files))); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: %s\nwant %s", tt.name, got, tt.want)
		}
	}
	if _, err := New(func(into any) error { return nil }); err != nil {
		t.Error(err)
	}
}

// Weeks many times the budget are read as those that fit it.
func TestSpilled(t *testing.T) {
	rows := make([][]string, 500)
	for i := range rows {
		rows[i] = ma(strconv.Itoa(7*i%100), strconv.Itoa(i%3+1), "202405"+strconv.Itoa(10+i%20), "FIRM "+strconv.Itoa(i), "GOODS")
	}
	files := week()
	files["ma06120524.zip!MA06120524.DBF"] = tabletest.DBF(maColumns, rows...)
	u := unit(files)
	u.Temp = t.TempDir()
	want := parsertest.Lines(t, parser{runs.Budget}.parse, u)
	got := parsertest.Lines(t, parser{500}.parse, u)
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := bytes.Count(want, []byte("\n")); n < 500 {
		t.Errorf("%d lines", n)
	}
}

func FuzzSunat(f *testing.F) {
	files := week()
	f.Add(files["ma06120524.zip!MA06120524.DBF"], files["mb06120524.zip!MB06120524.DBF"])
	f.Fuzz(func(t *testing.T, a, b []byte) {
		u := unit(map[string][]byte{"ma06120524.zip!MA06120524.DBF": a, "mb06120524.zip!MB06120524.DBF": b})
		for r, err := range (parser{1000}).parse(t.Context(), u) {
			if err == nil && (r.(*record.Shipment).ID == "" || r.(*record.Shipment).Origin.Locator == "") {
				t.Errorf("%+v", r)
			}
		}
	})
}

func BenchmarkSunat(b *testing.B) {
	rows := make([][]string, 5000)
	items := make([][]string, len(rows))
	for i := range rows {
		n := strconv.Itoa(i / 4)
		rows[i] = ma(n, strconv.Itoa(i%4+1), "20240510", "ELPHBERG PERU S.A.C.", "CAMARA IP DE VIGILANCIA")
		items[i] = []string{"118", "24", n, strconv.Itoa(i%4 + 1), "HANGZHOU DEMO CO., LTD.", "DEMO", "1.000"}
	}
	files := map[string][]byte{"ma06120524.zip!MA06120524.DBF": tabletest.DBF(maColumns, rows...), "mb06120524.zip!MB06120524.DBF": tabletest.DBF(mbColumns, items...)}
	u := unit(files)
	u.Temp = b.TempDir()
	b.SetBytes(int64(len(files["ma06120524.zip!MA06120524.DBF"]) + len(files["mb06120524.zip!MB06120524.DBF"])))
	for b.Loop() {
		n := 0
		for _, err := range (parser{runs.Budget}).parse(b.Context(), u) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != len(rows) {
			b.Fatal(n)
		}
	}
}
