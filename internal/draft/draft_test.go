package draft

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// FuzzNew: whatever the bytes are, New ends without a panic, and what it
// drafts is YAML in which each key stands once.
func FuzzNew(f *testing.F) {
	for name, data := range map[string]string{
		"a.csv":   "Name;Country;Since\nZhelanqu;China;03.04.2021\nKestrava;\"US\n",
		"a.tsv":   "Title\nEntity\tDOB\nZhelanqu\t1970-01-02\n",
		"a.json":  `{"data":{"rows":[{"name":"Zhelanqu","a":{"b":[1,{"c":"x"}]}},{"name":"Kestrava"}]}}`,
		"a.jsonl": "{\"name\":\"Zhelanqu\"}\n{\"name\":\"Kestrava\"}\n",
		"a.xml":   `<l><e id="1"><name>Zhelanqu</name></e><e id="2"><name>Kestrava</name><x/></e></l>`,
		"a.html":  `<table id=t><tr><th>Name<th>Land<tr><td><a href=x>Zhelanqu</a><td>CN</table><dl><dt>Name:<dd>K</dl>`,
		"b.html":  `<ul><li><b class=name>Zhelanqu</b><li><b class=name>K</b><li><b class=name>V</b></ul>`,
		"a.dbf":   "\x03\x79\x01\x01\x01\x00\x00\x00\x41\x00\x06\x00",
		"a.zip":   "PK\x03\x04",
		"a.bin":   "\x00\x01",
	} {
		f.Add(name, []byte(data))
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		d, err := New(Sample{Name: name, Data: data}, Options{Today: "2026-11-22"})
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("an error of several lines: %q", err)
			}
			return
		}
		d.Fixture(3)
		var doc yaml.Node
		if err := yaml.Load(d.YAML(), &doc); err != nil {
			t.Fatalf("%v in\n%s", err, d.YAML())
		}
		keysOnce(t, &doc)
	})
}

func keysOnce(t *testing.T, n *yaml.Node) {
	seen := map[string]bool{}
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			if seen[c.Value] {
				t.Errorf("line %d: %s stands twice", c.Line, c.Value)
			}
			seen[c.Value] = true
		}
		keysOnce(t, c)
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Street_Address": "street address", "streetAddress": "street address", "RAZÓN SOCIAL": "razon social",
		"D.O.B": "d o b", "  №  Имя ": "имя", "企业名称": "企业名称", "@id": "id",
	} {
		if got := fold(in); got != want {
			t.Errorf("fold(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestWide: rows of very many empty cells, which are small in a file, are
// small in memory too.
func TestWide(t *testing.T) {
	var comma, page, sheet strings.Builder
	page.WriteString("<table><tr><th>Name<th>Country" + strings.Repeat("<th>", 100_000))
	sheet.WriteString(`<worksheet><sheetData>`)
	for i := range rowsMost {
		name, country := fmt.Sprint("Zhelanqu ", i), "CN"
		if i == 0 {
			name, country = "Name", "Country"
		}
		fmt.Fprintf(&comma, "%s,%s%s\n", name, country, strings.Repeat(",", 16_000))
		fmt.Fprintf(&page, "<tr><td>%s<td>%s", name, country)
		fmt.Fprintf(&sheet, `<row r="%d">`, i+1)
		for _, cell := range [][2]string{{"A", name}, {"B", country}, {"XFD", "x"}} {
			fmt.Fprintf(&sheet, `<c r="%s%d" t="inlineStr"><is><t>%s</t></is></c>`, cell[0], i+1, cell[1])
		}
		sheet.WriteString("</row>")
	}
	sheet.WriteString("</sheetData></worksheet>")
	var book bytes.Buffer
	z := zip.NewWriter(&book)
	for name, text := range map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   sheet.String(),
	} {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"a.xlsx": book.Bytes(), "a.csv": []byte(comma.String()), "a.html": []byte(page.String())} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		s, err := look(Sample{Name: name, Data: data})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		runtime.ReadMemStats(&after)
		if n := (after.TotalAlloc - before.TotalAlloc) >> 20; n > 250 {
			t.Errorf("%s of %d kB takes %d MB", name, len(data)>>10, n)
		}
		if s.columns[1].name != "Country" || s.columns[1].rows != s.rows || s.rows < rowsMost-2 {
			t.Errorf("%s: %d columns, %d rows, %v", name, len(s.columns), s.rows, s.columns[1])
		}
	}
}

// TestMatch: what columns of different publishers are taken for.
func TestMatch(t *testing.T) {
	for _, tt := range []struct{ kind, column, want string }{
		{"party", "Nombre", "name"},
		{"party", "Name of Entity", "name"},
		{"party", "Дата включения", "listed"},
		{"party", "Email address", ""},
		{"party", "Phone", ""},
		{"party", "address.country", "countries"},
		{"party", "place_of_birth.country", ""},
		{"party", "Standard_Order", ""},
		{"shipment", "RAZON SOCIAL EXPORTADOR", "shipper.name"},
		{"shipment", "Importer Address", "consignee.address"},
		{"shipment", "IMPORTER_PHONE_NO", ""},
		{"shipment", "Partida Arancelaria", "goods.hs"},
		{"shipment", "PAIS DE ORIGEN", "origin_country"},
		{"shipment", "USD_FREIGHT", ""},
		{"patent", "publication_number", "publication_number"},
		{"patent", "inventionTitle", "title"},
	} {
		got, score := loadWords().match(tt.kind, tt.column)
		if score < least || contrary(tt.column, got, score) {
			got = ""
		}
		if got != tt.want {
			t.Errorf("%s %q is taken for %q (%.2f), want %q", tt.kind, tt.column, got, score, tt.want)
		}
	}
}

// TestWordsNameTargetsOnce: a word that means two fields of one record would
// be decided by chance.
func TestWordsNameTargetsOnce(t *testing.T) {
	for kind, phrases := range loadWords().phrases {
		seen := map[string]string{}
		for _, p := range phrases {
			if p.words == "" {
				t.Errorf("%s %s: an empty word", kind, p.target)
			}
			if other, ok := seen[p.words]; ok && other != p.target {
				t.Errorf("%s: %q is %s and %s", kind, p.words, other, p.target)
			}
			seen[p.words] = p.target
		}
	}
}

func TestQuote(t *testing.T) {
	for _, s := range []string{"plain", "two words", "no", "", " x", "a: b", "#2", "2006-01-02", "x #y", "-", "`", "españa", "a, b", "{", "null", "1", "~", "é\u2028", "\x00", "Name:", "a'b", "trailing "} {
		var back struct{ K []string }
		text := "k: [" + quote(s) + "]\n"
		if err := yaml.Load([]byte(text), &back); err != nil || len(back.K) != 1 || back.K[0] != s {
			t.Errorf("%q is written %s and read as %q (%v)", s, strings.TrimSpace(text), back.K, err)
		}
	}
}
