package fields_test

import (
	"encoding/binary"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/tripoint-data/tripoint/parsers/fields"
	"github.com/tripoint-data/tripoint/parsers/parsertest"
	"github.com/tripoint-data/tripoint/parsers/table/tabletest"
	"github.com/tripoint-data/tripoint/record"
)

// read reads a text by a mapping: a line a shipment or party, with what counts
// of it, and the problems.
func read(t *testing.T, mapping string, data []byte) []string {
	t.Helper()
	parse, err := fields.New(decoder(mapping))
	if err != nil {
		t.Fatal(err)
	}
	u := parsertest.Unit(parsertest.Part("f", data))
	u.Temp = t.TempDir()
	var out []string
	for r, err := range parse(t.Context(), u) {
		switch r := r.(type) {
		case *record.Shipment:
			line := []string{r.ID, string(r.Arrived), r.Origin.Locator}
			if r.Consignee != nil {
				line = append(line, r.Consignee.Name)
			}
			for _, g := range r.Goods {
				line = append(line, g.HS, g.Description)
			}
			if r.WeightKg != 0 {
				line = append(line, strconv.FormatFloat(r.WeightKg, 'f', -1, 64))
			}
			out = append(out, strings.Join(line, " "))
		case *record.Party:
			out = append(out, strings.Join(append([]string{r.Name}, r.Countries...), " "))
		default:
			out = append(out, err.Error())
		}
	}
	return out
}

const sheetMapping = `
input: {type: table}
record: shipment
key: [NO]
fields:
  arrived: {from: DATE, date: ["02/01/2006"], required: true}
  consignee.name: {from: IMPORTER}
  goods.hs: {from: HS}
  weight_kg: {from: WEIGHT, decimal: ","}
`

func sheetOf(t *testing.T, at string, rows ...[]any) []byte {
	return tabletest.Workbook(t, func(f *excelize.File) {
		col, row, err := excelize.CellNameToCoordinates(at)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range rows {
			cell, err := excelize.CoordinatesToCellName(col, row+i)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.SetSheetRow("Sheet1", cell, &r); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// One mapping reads the same table out of text, a workbook and a dBase file:
// a day stays a day and a number a number, however they are written.
func TestTables(t *testing.T) {
	day := time.Date(2023, 5, 11, 0, 0, 0, 0, time.UTC)
	head := []any{"NO", "DATE", "IMPORTER", "HS", "WEIGHT"}
	const one, two = " Elphberg Niño 852589  1250.5", " Strelsau 0901110000  1250.5"
	want := func(a, b string) []string {
		return []string{"test/202305/A1 2023-05-11 f" + a + one + "", "test/202305/A2 2023-05-11 f" + b + two}
	}
	for _, tt := range []struct {
		name string
		data []byte
		want []string
	}{
		{"commas", []byte("NO,DATE,IMPORTER,HS,WEIGHT\nA1,11/05/2023,Elphberg Ni\xf1o,852589,\"1.250,5\"\nA2,11/05/2023,Strelsau,0901110000,\"1250,5\"\n"), want(":2", ":3")},
		{"semicolons", []byte("\ufeffNO;DATE;IMPORTER;HS;WEIGHT\nA1;11/05/2023;Elphberg Niño;8525.89;1.250,5\nA2;2023-05-11;Strelsau;0901.11.0000;1250,5\n"), want(":2", ":3")},
		{"tabs in UTF-16 without a mark", utf16Bytes("NO\tDATE\tIMPORTER\tHS\tWEIGHT\nA1\t11/05/2023\tElphberg Niño\t852589\t1.250,5\nA2\t11/05/2023\tStrelsau\t0901110000\t1250,5\n"), want(":2", ":3")},
		{
			"a workbook",
			sheetOf(t, "A1", head, []any{"A1", day, "Elphberg Niño", 852589, 1250.5}, []any{"", nil}, []any{"A2", "11/05/2023", "Strelsau", "0901110000", "1.250,5"}),
			want("!Sheet1:2", "!Sheet1:4"),
		},
		{
			"dBase",
			tabletest.DBF([]string{"NO C 4", "DATE D 8", "IMPORTER C 20", "HS C 10", "WEIGHT C 10"},
				[]string{"A1", "20230511", "Elphberg Ni\xf1o", "852589", "1.250,5"}, []string{"*", "20230511"}, []string{"A2", "20230511", "Strelsau", "0901110000", "1250,5"}),
			want("#1", "#3"),
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, read(t, sheetMapping, tt.data)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func utf16Bytes(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// What is wrong with a table is said in one line, row by row where rows can be
// told apart.
func TestTableFaults(t *testing.T) {
	head := []any{"NO", "DATE", "IMPORTER", "HS", "WEIGHT"}
	const dbf = "input: {type: dbf}\nrecord: shipment\nkey: [NO]\nfields: {goods.description: {from: TEXT}}"
	for _, tt := range []struct {
		name, mapping string
		data          []byte
		want          []string
	}{
		{"no such column", sheetMapping, sheetOf(t, "A1", head[:4]), []string{`fields: f: there is no column "WEIGHT", which weight_kg is read from; there are NO, DATE, IMPORTER, HS`}},
		{"a longer row", sheetMapping, sheetOf(t, "A1", head, []any{"A1", "11/05/2023", "", "", "", "", "note"}), []string{"f!Sheet1:2: fields: 7 columns, want 5"}},
		{"an unformatted day", sheetMapping, sheetOf(t, "A1", head, []any{"A1", 45057}), []string{`f!Sheet1:2: fields: arrived: "45057" is no date of the form 02/01/2006 or 2006-01-02`}},
		{"no sheet", strings.Replace(sheetMapping, "type: table", "type: xlsx, sheet: Imports", 1), sheetOf(t, "A1", head), []string{`fields: f: the workbook has no sheet "Imports"; there are Sheet1`}},
		{"an empty sheet", sheetMapping, tabletest.Workbook(t, func(*excelize.File) {}), []string{"fields: f: the sheet Sheet1 is empty"}},
		{"encrypted", sheetMapping, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 100)), []string{"fields: f: an old workbook (.xls) or one with a password: save it as .xlsx without one"}},
		{"a memo", dbf, tabletest.DBF([]string{"NO C 4", "TEXT M 10"}, []string{"A1"}), []string{"fields: f: the column TEXT is a memo: its text lies in another file, which is not read"}},
		{"dBase cut short", dbf, tabletest.DBF([]string{"NO C 4", "TEXT C 10"}, []string{"A1", "x"}, []string{"A2", "y"})[:115], []string{
			"test/000000/A1  f#1  x", "fields: f: the dBase file breaks off in record 2 of 2: it was cut short, fetch it again",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, read(t, tt.mapping, tt.data)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Sheets have lines above their header, columns without names, more sheets.
func TestSheetShapes(t *testing.T) {
	data := sheetOf(t, "B3", []any{"Report of May"}, []any{"Name", "Country"}, []any{"A", "China"})
	mapping := "input: {type: xlsx, skip: 3}\nrecord: party\nlist: ZZ-DEMO\nfields: {name: {from: Name}, countries: {from: Country, lookup: country}}"
	if got := read(t, mapping, data); len(got) != 1 || got[0] != "A CN" {
		t.Errorf("%q", got)
	}
	mapping = "input: {type: xlsx, header: false, skip: 4}\nrecord: party\nlist: ZZ-DEMO\nfields: {name: {from: '#2'}}"
	if got := read(t, mapping, data); len(got) != 1 || got[0] != "A" {
		t.Errorf("%q", got)
	}
}

func TestText(t *testing.T) {
	const byNumber = "input: {type: csv, header: false, delimiter: ';', skip: 1}\nrecord: party\nlist: ZZ-DEMO\nfields: {name: {from: '#2', required: true}}"
	const head = "\nrecord: party\nlist: ZZ-DEMO\nfields: {name: {from: Name, required: true}}"
	lost := strings.Repeat("B\n", 300)
	for _, tt := range []struct {
		name, mapping, in string
		want              []string
	}{
		{"columns by number", byNumber, "Report date;x\n1;A;\n2;B;\n3;C\n", []string{"A", "B", "f:4: fields: 2 columns, want 3"}},
		{"noughts that pad", "input: {type: csv}" + head, "Name,B\nA\x00\x00\x00,1\n\x00\x00,2\n" + strings.Repeat("C,3\n", 9), append([]string{"A", "f:3: fields: name is missing"}, strings.Split("CCCCCCCCC", "")...)},
		{"a quote inside a cell", "input: {type: csv}" + head, "Name,B\nA \"B\" C,1\n\"D\" E,2\nF,3\n", []string{"f:2: fields: a broken row: bare \" in non-quoted-field", "f:3: fields: a broken row: extraneous or missing \" in quoted-field", "F"}},
		{"quotes as they are", "input: {type: csv, lazy_quotes: true}" + head, "Name,B\nA \"B\" C,1\n", []string{`A "B" C`}},
		{"plain texts replaced", strings.Replace("input: {type: csv}"+head, "Name,", "Name, replace: {'&#10;': ' ', '&amp;': '&'},", 1), "Name,B\nA&#10;&amp; B&#10;,1\n", []string{"A & B"}},
		{"noughts in front", strings.Replace("input: {type: csv}"+head, "Name,", "Name, pad: 4,", 1), "Name,B\n12,\n12345,\n1x,\n", []string{"0012", "12345", "1x"}},
		{"ports by their countries", strings.Replace("input: {type: csv}"+head, "}}", "}, countries: {from: B, lookup: port_country, miss: absent}}", 1), "Name,B\nA,Anvers\nB,\"Port of Spain, Trinidad\"\nC,Nowhere\n", []string{"A BE", "B TT", "C"}},
		{"quotes that are inches", "input: {type: csv, delimiter: ';', quotes: none}" + head, "Name;B\r\nTUBE 3\";1\r\n\r\n\"FLAT;2\r\nX;3;\nY", []string{`TUBE 3"`, `"FLAT`, "X", "f:6: fields: 1 columns, want 2"}},
		{"a quote that is never closed", "input: {type: csv}" + head, "Name\nA\n\"B\n" + lost, []string{"A", "fields: f: line 3: a quote opens there and is not closed for 300 lines: write quotes: none if they are plain characters"}},
		{"UTF-16 with a mark", "input: {type: csv}" + head, "\xff\xfe" + string(utf16Bytes("Name\nNiño\n")), []string{"Niño"}},
		{"named UTF-16", "input: {type: csv, encoding: utf-16le}" + head, string(utf16Bytes("Name\n中文\n")), []string{"中文"}},
		{"named Windows-1251", "input: {type: csv, encoding: windows-1251}" + head, "Name\n\xc0\xc1\n", []string{"АБ"}},
		{"a ZIP is no text", "input: {type: csv, encoding: windows-1252}" + head, "PK\x03\x04\x14\x00\x00\x00\x08\x00", []string{"fields: f: this is no text and cannot be csv"}},
		{"a PDF is no text", "input: {type: csv}" + head, "%PDF-1.7 Name", []string{"fields: f: this is no text and cannot be csv"}},
		{"nothing but a header", "input: {type: csv}" + head, "Name\n", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, read(t, tt.mapping, []byte(tt.in))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestXML(t *testing.T) {
	const mapping = "input: {type: xml, elements: P}\nrecord: party\nlist: ZZ-DEMO\nfields: {name: {from: N, required: true}}"
	for _, tt := range []struct {
		name, in string
		want     []string
	}{
		{"documents in a row", `<?xml version="1.0" encoding="UTF-8"?><L><P><N>A</N></P></L>` + "\n\ufeff" + `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE L><L><P><N>B</N></P></L>`, []string{"A", "B"}},
		{"documents in Latin-1", `<?xml version="1.0" encoding="ISO-8859-1"?><L><P><N>` + "\xc1" + `</N></P></L>` + "\n" + `<?xml version="1.0" encoding="ISO-8859-1"?><L><P><N>` + "\xd1" + `</N></P></L>`, []string{"Á", "Ñ"}},
		{"entities that nobody declared", `<L><P><N>A&nbsp;&eacute;&amp;&#66;</N></P></L>`, []string{"A é&B"}},
		{"an entity of its own", `<!DOCTYPE L [<!ENTITY x "y">]><L><P><N>A</N></P><P><N>&x;</N></P></L>`, []string{"A", "fields: f: after 1 rows, line 1: entity &x; is known to neither XML nor HTML, and what a file declares itself is not expanded"}},
		{"an entity from outside", `<!DOCTYPE L [<!ENTITY x SYSTEM "file:///etc/passwd">]><L><P><N>&x;</N></P></L>`, []string{"fields: f: after 0 rows, line 1: entity &x; is known to neither XML nor HTML, and what a file declares itself is not expanded"}},
		{"a bomb", `<!DOCTYPE L [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><L><P><N>&b;</N></P></L>`, []string{"fields: f: after 0 rows, line 1: entity &b; is known to neither XML nor HTML, and what a file declares itself is not expanded"}},
		{"cut short", `<L><P><N>A</N></P><P><N>B`, []string{"A", "fields: f: the XML breaks off after 1 rows, at byte 25: the download was cut short, fetch it again"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, read(t, mapping, []byte(tt.in))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestHTML(t *testing.T) {
	const list = "\nrecord: party\nlist: ZZ-DEMO\n"
	const table = "input: {type: html}" + list + "fields: {name: {from: Name, required: true}, countries: {from: Country, lookup: country}}"
	for _, tt := range []struct {
		name, mapping, in string
		want              []string
	}{
		{
			"a list", "input: {type: html, rows: 'ul.firms > li'}" + list + "fields: {name: {css: b}, countries: {css: .c, lookup: country}}",
			`<ul class="firms"><li><b>A</b> of <span class="c">China</span></li><li><b>B</b></li></ul><ul><li><b>no firm</b></li></ul>`,
			[]string{"A CN", "B"},
		},
		{
			"elements with their own text and attributes", "input: {type: html, rows: 'a.firm'}" + list + "fields: {name: {from: '#text'}, countries: {from: '@data-country', lookup: country}}",
			`<p><a class="firm" data-country="France">A &amp; Co</a>, <a class="firm">B</a>`,
			[]string{"A & Co FR", "B"},
		},
		{
			"terms and what is said of them", "input: {type: html, rows: 'dl > dt'}" + list + "fields: {name: {from: '#text'}, countries: {from: '#next', lookup: country}}",
			`<dl><dt>A</dt><dd>China</dd><dt>B</dt><dd>France</dd></dl>`,
			[]string{"A CN", "B FR"},
		},
		{
			"cells across rows and columns", table,
			`<table><tr><td colspan=3>The list</td></tr><tr><th>No</th><th>Country</th><th>Name</th></tr>
			<tr><th>1</th><td rowspan=2>China</td><td>A</td></tr><tr><th>2</th><td>B</td></tr>
			<tr><td colspan=3>Section two</td></tr><tr><td>3</td><td>France</td><td>C</td></tr></table>`,
			[]string{"A CN", "B CN", "C FR"},
		},
		{
			"a cell that wants all columns", table,
			`<table><tr><th>Name</th><th>Country</th></tr><tr><td rowspan=0>A</td><td colspan=99999999>China</td></tr><tr><td>France</td></tr></table>`,
			[]string{"A CN", "A FR"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, read(t, tt.mapping, []byte(tt.in))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
