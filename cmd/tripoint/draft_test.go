package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/tripoint-data/tripoint/internal/testkit"
	"github.com/tripoint-data/tripoint/parsers"
)

// TestDraft drafts a source from samples of many shapes. Every draft passes
// check with its own fixture, and reads the sample without a problem.
func TestDraft(t *testing.T) {
	encoded := func(text string, err error) []byte {
		if err != nil {
			t.Fatal(err)
		}
		return []byte(text)
	}
	spanish, err := charmap.Windows1252.NewEncoder().String("Razón social;País;Dirección;Fecha de inclusión\nCía. Kestrava S.A.;España;Calle Ñandú 1;31/12/2021\nVeltrassi;Perú;Jirón 2;05/01/2022\n")
	chinese, zhErr := simplifiedchinese.GB18030.NewEncoder().String("企业名称,国家,地址,备注\n哲兰曲示范公司,中国,示范路一号,测试\n凯斯特拉瓦,中国,示范路二号,测试\n")
	russian, ruErr := charmap.Windows1251.NewEncoder().String("Наименование;Страна;Адрес\nООО Желанку;Россия;ул. Демо 1\nКестрава;Беларусь;пр. Пример 2\n")
	tests := []struct {
		name, file string
		data       []byte
		yaml       []string // lines of the draft
		records    []string // names or ids, in order
	}{
		{
			"commas", "parties.csv",
			[]byte("Name,Country,Effective Date,Alias,Phone\nZhelanqu,China,03/25/2021,ZLQ; Zhe Lanqu,1\n\"Kestrava, Inc.\",US,12/31/2022,,2\n"),
			[]string{
				"input: {type: csv}", "record: party", "name: {from: Name, required: true}", "countries: {from: Country, lookup: country}",
				`effective: {from: Effective Date, date: "01/02/2006"}`, `aliases: {from: Alias, each: ";"}`, "ignore: [Phone]",
			},
			[]string{"Zhelanqu", "Kestrava, Inc."},
		},
		{
			"semicolons in windows-1252", "lista.csv", encoded(spanish, err),
			[]string{`delimiter: ";"`, "encoding: windows-1252", "name: {from: Razón social, required: true}", "countries: {from: País, lookup: country, table: {España: ES, Perú: PE}}", `listed: {from: Fecha de inclusión, date: "02/01/2006"}`},
			[]string{"Cía. Kestrava S.A.", "Veltrassi"},
		},
		{
			"gb18030", "list.csv", encoded(chinese, zhErr),
			[]string{"encoding: gb18030", "name: {from: 企业名称, required: true}", "addresses: {from: 地址}", "countries: {from: 国家, lookup: country, table: {中国: CN}}", "remarks: {from: 备注}"},
			[]string{"哲兰曲示范公司", "凯斯特拉瓦"},
		},
		{
			"windows-1251", "list.csv", encoded(russian, ruErr),
			[]string{"encoding: windows-1251", "name: {from: Наименование, required: true}"},
			[]string{"ООО Желанку", "Кестрава"},
		},
		{
			"a kind of party", "list.csv", []byte("Name,Kind\nZhelanqu,Entity\nKestrava,Individual\nVeltrassi,Legal entity\n"),
			[]string{"type: {from: Kind, lookup: table, table: {entity: organization, individual: person, legal entity: organization}}", "docs/source-reference.md has the codes of known ones"},
			[]string{"Zhelanqu", "Kestrava", "Veltrassi"},
		},
		{
			"tabs below a title", "list.tsv", []byte("List of 2026\nEntity\tNationality\tDOB\nZhelanqu\tRU\t1970-02-03\nKestrava\tBY\t1971-12-13\n"),
			[]string{`input: {type: tsv, skip: 1}`, "nationalities: {from: Nationality, lookup: country}", "births: {from: DOB}"},
			[]string{"Zhelanqu", "Kestrava"},
		},
		{
			"day and month that nothing tells apart", "list.csv", []byte("Name,Listed\nZhelanqu,03/04/2021\nKestrava,05/06/2021\n"),
			[]string{`listed: {from: Listed, date: "02/01/2006"} # guess: day first; no row tells, the other is 01/02/2006`},
			[]string{"Zhelanqu", "Kestrava"},
		},
		{
			"dates that are none are left alone", "list.csv", []byte("Name,Listed\nZhelanqu,soon\nKestrava,2021-05-06\n"),
			[]string{`# not read: listed from Listed: "soon" is no date of a form that is known`, "ignore: [Listed]"},
			[]string{"Zhelanqu", "Kestrava"},
		},
		{
			"no header", "names.csv", []byte("1,Zhelanqu Trading,CN\n2,Kestrava Holding,US\n"),
			[]string{"header: false", `name: {from: "#2", required: true} # guess: the column with the most different texts`, `ignore: ["#1", "#3"]`},
			[]string{"Zhelanqu Trading", "Kestrava Holding"},
		},
		{
			"an envelope of JSON", "list.json",
			[]byte(`{"meta":{"count":2},"data":{"entities":[{"name":"Zhelanqu","aliases":["ZLQ"],"address":{"country":"CN","city":"Demo"},"x":null},{"name":"Kestrava","aliases":[],"address":{"country":"US"}}]}}`),
			[]string{"input: {type: json, items: data.entities}", "aliases: {from: aliases}", "countries: {from: address.country, lookup: country}", "addresses.city: {from: address.city}"},
			[]string{"Zhelanqu", "Kestrava"},
		},
		{
			"JSON lines", "list.jsonl", []byte("{\"entityName\":\"Zhelanqu\",\"country\":\"CN\"}\n{\"entityName\":\"Kestrava\",\"country\":\"US\"}\n"),
			[]string{"input: {type: ndjson}", "name: {from: entityName, required: true}"},
			[]string{"Zhelanqu", "Kestrava"},
		},
		{
			"XML", "list.xml", []byte(`<?xml version="1.0"?><list date="2026-01-01"><entry id="7"><name>Zhelanqu</name><country>CN</country></entry><entry id="9"><name>Kestrava</name><country>US</country></entry></list>`),
			[]string{"input: {type: xml, elements: [entry]}", `native_id: {from: "@id"}`},
			[]string{"Zhelanqu", "Kestrava"},
		},
		{
			"a table of a page", "page.html",
			[]byte(`<html><body><table><tr><td>menu</td></tr></table><table id="t"><thead><tr><th>Company name</th><th>Country</th></tr></thead><tr><td><a href="/a">Zhelanqu</a></td><td>China</td></tr><tr><td><a href="/b">Kestrava</a></td><td>India</td></tr></table></body></html>`),
			[]string{`input: {type: html, rows: "table#t tr"}`, "name: {from: Company name, required: true}"},
			[]string{"Zhelanqu", "Kestrava"},
		},
		{
			"a list of a page", "page.html",
			[]byte(`<html><head><title>Excluded
 parties: all</title></head><body><ul class="c"><li><b class="name">Zhelanqu</b> <i class="country">China</i></li><li><b class="name">Kestrava</b> <i class="country">India</i></li><li><b class="name">Veltrassi</b> <i class="country">Peru</i></li></ul></body></html>`),
			[]string{`title: "Excluded parties: all" # guess`, `input: {type: html, rows: "ul > li"}`, "name: {css: b.name, required: true}", "countries: {css: i.country, lookup: country}"},
			[]string{"Zhelanqu", "Kestrava", "Veltrassi"},
		},
		{
			"a workbook", "sheet.xlsx", workbook(t, [][]string{{"Customs sheet"}, {"EXPORTADOR", "PAIS DE ORIGEN", "IMPORTADOR", "PARTIDA", "DESCRIPCION", "PESO BRUTO KG", "FOB USD", "FECHA"}, {"Zhelanqu", "China", "Kestrava", "8525.89.00", "Cámaras", "12.5", "1000", "2023-05-11"}, {"Zhelanqu", "China", "Veltrassi", "8525.89.00", "Cámaras", "2", "90.5", "2023-05-12"}}),
			[]string{"input: {type: xlsx, skip: 1}", "record: shipment", "shipper.name: {from: EXPORTADOR}", "consignee.name: {from: IMPORTADOR}", "goods.hs: {from: PARTIDA}", "weight_kg: {from: PESO BRUTO KG}", "goods.value_usd: {from: FOB USD}", "arrived: {from: FECHA}"},
			[]string{"Zhelanqu", "Zhelanqu"},
		},
		{
			"a dBase file", "list.dbf", dbase([]string{"NOMBRE", "PAIS"}, [][]string{{"Zhelanqu", "China"}, {"Kestrava", "India"}}),
			[]string{"input: {type: dbf}", "name: {from: NOMBRE, required: true}", "countries: {from: PAIS, lookup: country}", "tests:"},
			[]string{"Zhelanqu", "Kestrava"},
		},
		{
			"bills of lading", "imports.csv",
			[]byte("Bill of Lading,Shipper Name,Shipper Address,Consignee,Consignee Country,Port of Discharge,Weight (LB),Arrival Date,Container\nZZ1,Zhelanqu,Demo Road 1,Kestrava,US,Houston,\"1,000\",20230511,ZZZU0000001\nZZ2,Zhelanqu,Demo Road 1,Veltrassi,US,Miami,20,20230512,\n"),
			[]string{"master_bill: {from: Bill of Lading}", "shipper.address: {from: Shipper Address}", "consignee.country: {from: Consignee Country, lookup: country}", "unlading.port: {from: Port of Discharge}", `weight_kg: {from: Weight (LB), factor: 0.45359237}`, `arrived: {from: Arrival Date, date: "20060102"}`, "flow: {const: import}"},
			[]string{"Zhelanqu", "Zhelanqu"},
		},
		{
			"decimal commas", "expo.csv", []byte("Exporter;Importer;Commodity;Net weight kg\nZhelanqu;Kestrava;Cameras;1.234,50\nZhelanqu;Kestrava;Lenses;3,25\n"),
			[]string{`weight_kg: {from: Net weight kg, decimal: ","}`},
			[]string{"Zhelanqu", "Zhelanqu"},
		},
		{
			"patents", "grants.csv", []byte("Patent Number,Title,Assignee,Inventors,Filing Date,CPC\n11321963,Face recognition,Demo Digital,A. Demo; B. Demo,2020-06-01,G06V40/16; H04N7/18\n10999999,Sensor,Demo Digital,C. Demo,2019-01-02,G06V40/45\n"),
			[]string{"record: patent", "publication_number: {from: Patent Number}", `inventors: {from: Inventors, each: ";"}`, `cpc: {from: CPC, each: ";"}`, "filed: {from: Filing Date}"},
			[]string{"US11321963", "US10999999"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			sample, out := filepath.Join(dir, tt.file), filepath.Join(dir, "sources", "zz-draft.yaml")
			if err := os.WriteFile(sample, tt.data, 0o600); err != nil {
				t.Fatal(err)
			}
			draftChecked(t, sample, out)
			text, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range tt.yaml {
				if !strings.Contains(string(text), want) {
					t.Errorf("no line %s", want)
				}
			}
			got, count := parseBy(t, out, sample)
			if diff := cmp.Diff(tt.records, got); diff != "" || count.Problems > 0 {
				t.Errorf("records (-want +got), %d problems:\n%s", count.Problems, diff)
			}
			if err := compiledSchema(t).Validate(plainYAML(t, text)); err != nil {
				t.Error(err)
			}
			if t.Failed() {
				t.Logf("the draft:\n%s", text)
			}
		})
	}
}

// TestDraftRealFiles drafts from publishers' own files.
func TestDraftRealFiles(t *testing.T) {
	for _, tt := range []struct {
		file  string
		least int // records
		has   []string
	}{
		{"lists/bis/dpl_2023-11-30.txt", 583, []string{"name: {from: Name", `effective: {from: Effective_Date, date: "01/02/2006"}`}},
		{"lists/un/consolidated_2026-02-27.xml", 700, []string{"elements: [INDIVIDUAL]", "name: {from: [FIRST_NAME, SECOND_NAME"}},
		{"lists/dhs/uflpa-entity-list-2026-07-09.html", 145, []string{`date: "January 2, 2006"`}},
		{"lists/ofac/sdn_2024-05-01.csv", 14000, []string{"header: false"}},
		{"lists/regulator-json/bis_entity_list.json", 3300, []string{"items: entities", "countries: {from: country, lookup: country}"}},
		{"patents/ppubs/search_records.json", 1434, []string{"record: patent", "title: {from: inventionTitle}"}},
		{"patents/corpora/grants_one_assignee_title_cpc.csv", 18768, []string{"record: patent"}},
		{"manifests/hs6.csv", 5585, []string{"record: shipment"}},
	} {
		t.Run(filepath.Base(tt.file), func(t *testing.T) {
			sample, out := testkit.Shared(t, tt.file), filepath.Join(t.TempDir(), "zz-draft.yaml")
			draftChecked(t, sample, out)
			text, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range tt.has {
				if !strings.Contains(string(text), want) {
					t.Errorf("no line %s in\n%s", want, text)
				}
			}
			if got, count := parseBy(t, out, sample); len(got) < tt.least || count.Problems > count.Read/100 {
				t.Errorf("%d records of %d rows, %d problems; want %d", len(got), count.Read, count.Problems, tt.least)
			}
		})
	}
}

// TestDraftPrivate drafts from a server on this machine, which must be asked for.
func TestDraftPrivate(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, "Name,Country\nZhelanqu,CN\nKestrava,US\n")
	}))
	defer server.Close()
	args := []string{"-C", t.TempDir(), "source", "draft", server.URL + "/list.csv", "--contact", "desk@agency.example"}
	var out, errOut bytes.Buffer
	if code := run(t.Context(), args, nil, &out, &errOut); code == 0 || !strings.Contains(errOut.String(), "127.0.0.1 is a private address") || strings.Contains(errOut.String(), "robots.txt") {
		t.Errorf("exit %d, said %s", code, &errOut)
	}
	errOut.Reset()
	if code := run(t.Context(), append(args, "--allow-private"), nil, &out, &errOut); code != 0 || !strings.Contains(out.String(), "\n  allow_private: true #") {
		t.Errorf("exit %d, said %s, drafted\n%s", code, &errOut, &out)
	}
}

// draftChecked drafts a source file that check accepts.
func draftChecked(t *testing.T, sample, out string) {
	t.Helper()
	for _, args := range [][]string{{"source", "draft", sample, "--out", out}, {"check", out}} {
		var said, errors bytes.Buffer
		if code := run(t.Context(), args, nil, &said, &errors); code != 0 {
			text, _ := os.ReadFile(out)
			t.Fatalf("%v: exit %d\n%s\n%s", args, code, &errors, text)
		}
	}
}

// parseBy reads a file by a source and returns the names or ids of its records.
func parseBy(t *testing.T, source, file string) (names []string, count parsers.Count) {
	t.Helper()
	var out, errOut bytes.Buffer
	if code := run(t.Context(), []string{"parse", "--source", source, file}, nil, &out, &errOut); code != 0 && code != exitPartly {
		t.Fatalf("parse: exit %d\n%s", code, &errOut)
	}
	for line := range strings.Lines(out.String()) {
		var r struct {
			Kind, ID, Name string
			Shipper        struct{ Name string }
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		switch r.Kind {
		case "party":
			names = append(names, r.Name)
		case "shipment":
			names = append(names, r.Shipper.Name)
		default:
			names = append(names, r.ID)
		}
	}
	lines := strings.Split(strings.TrimSpace(errOut.String()), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &count); err != nil {
		t.Fatal(err)
	}
	return names, count
}

// dbase is a dBase file of texts.
func dbase(columns []string, rows [][]string) []byte {
	const width = 20
	header := make([]byte, 32)
	copy(header, []byte{3, 126, 11, 22}) // dBase III, changed on a day of 2026
	binary.LittleEndian.PutUint32(header[4:], uint32(len(rows)))
	binary.LittleEndian.PutUint16(header[8:], uint16(32+32*len(columns)+1))
	binary.LittleEndian.PutUint16(header[10:], uint16(1+width*len(columns)))
	for _, name := range columns {
		d := make([]byte, 32)
		copy(d, name)
		d[11], d[16] = 'C', width
		header = append(header, d...)
	}
	header = append(header, 0x0d)
	for _, row := range rows {
		header = append(header, ' ')
		for _, cell := range row {
			header = fmt.Appendf(header, "%-*s", width, cell)
		}
	}
	return append(header, 0x1a)
}

func workbook(t *testing.T, rows [][]string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err == nil {
			err = f.SetSheetRow("Sheet1", at, &row)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
