package fields_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"go.yaml.in/yaml/v4"

	"github.com/tripoint-data/tripoint/parsers"
	"github.com/tripoint-data/tripoint/parsers/fields"
	"github.com/tripoint-data/tripoint/parsers/parsertest"
	"github.com/tripoint-data/tripoint/record"
)

func decoder(text string) func(any) error {
	return func(into any) error { return yaml.Load([]byte(text), into, yaml.WithKnownFields()) }
}

// Each txtar holds mapping.yaml and the files of one unit; beside it lies what
// is to be read.
func TestGolden(t *testing.T) {
	cases, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatal("no cases in testdata", err)
	}
	for _, name := range cases {
		t.Run(filepath.Base(name), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			u := parsertest.Unit()
			u.Origin.Parser = "fields/1"
			mapping := ""
			for _, f := range archive.Files {
				if f.Name == "mapping.yaml" {
					mapping = string(f.Data)
					continue
				}
				p := parsertest.Part(f.Name, f.Data)
				p.Capture.Request.Vars = map[string]string{"effective": "2024-02-01"}
				u.Parts = append(u.Parts, p)
			}
			parse, err := fields.New(decoder(mapping))
			if err != nil {
				t.Fatal(err)
			}
			parsertest.Check(t, parse, u, strings.TrimSuffix(name, ".txtar")+".golden")
		})
	}
}

func TestFaults(t *testing.T) {
	for _, tt := range []struct{ mapping, want string }{
		{"input: {type: docx}\nrecord: party\nlist: ZZ-DEMO\nfields: {name: {from: N}}", `input.type: "docx" is no input: use csv, tsv, xlsx, dbf, table, json, ndjson, xml, html`},
		{"input: {type: csv}\nrecord: parcel\nfields: {name: {from: N}}", `record: "parcel" is no kind of record: use party, patent or shipment`},
		{"input: {type: csv}\nrecord: party\nfields: {name: {from: N}}", `list: "" is no list`},
		{"input: {type: csv}\nrecord: party\nlist: ZZ-DEMO\nfields: {}", `fields: is missing`},
		{"input: {type: csv}\nrecord: party\nlist: ZZ-DEMO\nfields: {name: {from: N}, colour: {from: C}}", `fields.colour: is no field of a party`},
		{"input: {type: csv}\nrecord: party\nlist: ZZ-DEMO\nfields: {name: {from: N, const: x}}", `fields.name: needs one of from, css, json, carry and const`},
		{"input: {type: csv}\nrecord: party\nlist: ZZ-DEMO\nfields: {name: {css: td}}", `fields.name.css: is for html`},
		{"input: {type: csv}\nrecord: party\nlist: ZZ-DEMO\nfields: {name: {from: N, date: '2006'}}", `fields.name.date: the field holds no date`},
		{"input: {type: csv}\nrecord: party\nlist: ZZ-DEMO\nfields: {name: {from: N, lookup: planet}}", `fields.name.lookup: "planet" is no lookup`},
		{"input: {type: csv, header: false}\nrecord: party\nlist: ZZ-DEMO\nfields: {name: {from: N}}", `input.columns: is missing`},
		{"input: {type: csv}\nrecord: party\nlist: ZZ-DEMO\nfields: {name: {from: N, regex: '('}}", `is no regular expression`},
		{"input: {type: csv}\nrecord: party\nlist: ZZ-DEMO\nfields: {name: {from: N, shout: true}}", `shout`},
		{"input: {type: html}\nrecord: party\nlist: ZZ-DEMO\nfields: {name: {css: 'td['}}", `is no CSS selector`},
		{"input: {type: csv, encoding: klingon}\nrecord: party\nlist: ZZ-DEMO\nfields: {name: {from: N}}", `encoding "klingon" is unknown`},
		{"input: {type: csv}\nrecord: party\nlist: ZZ-DEMO\nfields: {name: {from: N, within: A}}", `fields.name.within: is for from of json and xml`},
		{"input: {type: xml, elements: P}\nrecord: party\nlist: ZZ-DEMO\nfields: {name: {const: N, within: A}}", `fields.name.within: is for from of json and xml`},
		{"input: {type: csv}\nrecord: party\nlist: ZZ-DEMO\nfields: {name: {from: N, by: I}}", `fields.name.by: belongs to inherit`},
		{"input: {type: csv}\nrecord: shipment\nfields: {arrived: {from: D, zone: Mars/Base}}", `zone "Mars/Base" is unknown`},
	} {
		_, err := fields.New(decoder(tt.mapping))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s\n got %v\nwant %s", tt.mapping, err, tt.want)
		}
	}
	if _, err := fields.New(nil); err == nil {
		t.Error("a mapping is needed")
	}
}

const demoMapping = `
input: {type: csv}
record: party
list: ZZ-DEMO
fields:
  name: {from: Name, required: true}
  countries: {from: Country, lookup: country, each: ";"}
  effective: {from: From, date: [2006-01-02, 01/02/2006]}
ignore: [Note]
`

// A column by which a value is inherited must be there, or every row would
// seem to be of one party.
func TestNoColumnBy(t *testing.T) {
	parse, err := fields.New(decoder("input: {type: csv}\nrecord: party\nlist: ZZ-DEMO\nfields: {name: {from: Name, inherit: true, by: Id}}"))
	if err != nil {
		t.Fatal(err)
	}
	got := string(parsertest.Lines(t, parse, parsertest.Unit(parsertest.Part("f.csv", []byte("Name,No\nA,1\n")))))
	if want := `# error: fields: f.csv: there is no column "Id", by which name is inherited`; !strings.HasPrefix(got, want) {
		t.Errorf("%s want %s", got, want)
	}
}

func TestWrongFiles(t *testing.T) {
	parse, err := fields.New(decoder(demoMapping))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ in, want string }{
		{"Name;Country\nA;B\n", `# error: fields: f.csv: there is no column "Country", which countries is read from`},
		{"PK\x03\x04\x00\x00\x00", `# error: fields: f.csv: this is no text and cannot be csv`},
		{"Name,Country,From\nA,CN\n", `# problem: f.csv:2: fields: 2 columns, want 3`},
		{"Name,Country,From\nA,CN,13/45/2020\n", `# problem: f.csv:2: fields: effective: "13/45/2020" is no date`},
		{"Name,Country,From\n,CN,\n", `# problem: f.csv:2: fields: name is missing`},
	} {
		got := string(parsertest.Lines(t, parse, parsertest.Unit(parsertest.Part("f.csv", []byte(tt.in)))))
		if !strings.HasPrefix(got, tt.want) {
			t.Errorf("%q: %s want %s", tt.in, got, tt.want)
		}
	}
}

// A value that no lookup knows is left out and told at the end, once, with the
// number of its rows; it spoils none of them.
func TestMisses(t *testing.T) {
	mapping := strings.Replace(demoMapping, "lookup: country", "lookup: country, table: {Zenda: RO}, absent: [n/a]", 1)
	parse, err := fields.New(decoder(mapping))
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("é", 100)
	a := "Name,Country,From\nA,Ruritania;Ruritania;France,\nB,zenda;n/a,\nC,Ruritania,\n"
	b := "Name,Country,From\nD,Ruritania,\nE," + long + ",\n,Strelsau,\n"
	var got []string
	n := parsers.Count{}
	format, err := parsers.Lookup("fields")
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range parsers.Read(t.Context(), format, parse, parsertest.Unit(parsertest.Part("a.csv", []byte(a)), parsertest.Part("b.csv", []byte(b))), parsers.Unpack{}, &n) {
		if p, ok := r.(*record.Party); ok {
			got = append(got, strings.Join(append([]string{p.Name}, p.Countries...), " "))
			continue
		}
		got = append(got, err.Error())
	}
	const advice = "; add it to the field's table, or to absent where it means none"
	want := []string{
		"b.csv:4: fields: name is missing",
		`a.csv:2: fields: countries: "Ruritania" is unknown: 3 rows` + advice,
		`b.csv:3: fields: countries: "` + strings.Repeat("é", 40) + `…" is unknown: 1 row` + advice,
		`b.csv:4: fields: countries: "Strelsau" is unknown: 1 row` + advice,
		"A FR", "B RO", "C", "D", "E",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if want := (parsers.Count{Read: 6, Records: 5, Problems: 4}); n != want {
		t.Errorf("count %+v, want %+v", n, want)
	}
}

// However many values are unknown, so many are told and the rest counted.
func TestManyMisses(t *testing.T) {
	parse, err := fields.New(decoder(demoMapping))
	if err != nil {
		t.Fatal(err)
	}
	var in strings.Builder
	in.WriteString("Name,Country,From\n")
	for i := range 5000 {
		fmt.Fprintf(&in, "N,Land %d,\n", i)
	}
	told, last := 0, ""
	for _, err := range parse(t.Context(), parsertest.Unit(parsertest.Part("f.csv", []byte(in.String())))) {
		if err != nil {
			told, last = told+1, err.Error()
		}
	}
	if want := "f.csv:102: fields: 4900 more values are unknown, from this row on; mend those above first"; told != 101 || last != want {
		t.Errorf("%d problems, the last %q, want 101 and %q", told, last, want)
	}
}

// The day of arrival that a document announced counts where no other is known,
// and says so.
func TestEstimatedArrival(t *testing.T) {
	parse, err := fields.New(decoder("input: {type: csv}\nrecord: shipment\nkey: Bill\nfields: {arrived: {from: Actual}, arrived_estimated: {from: Estimated}}"))
	if err != nil {
		t.Fatal(err)
	}
	in := "Bill,Actual,Estimated\n1,2020-07-28,2020-06-30\n2,,2020-06-30\n3,,\n"
	var got []string
	for r, err := range parse(t.Context(), parsertest.Unit(parsertest.Part("f.csv", []byte(in)))) {
		if err != nil {
			t.Fatal(err)
		}
		s := r.(*record.Shipment)
		got = append(got, s.ID+" "+string(s.Arrived)+" "+s.ArrivedBasis)
	}
	want := []string{"test/202007/1 2020-07-28 ", "test/202006/2 2020-06-30 estimated", "test/000000/3  "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// An entry's own dates say how it stood on the day of the capture.
func TestStatus(t *testing.T) {
	const mapping = `{input: {type: csv}, record: party, list: ZZ-DEMO, fields: {name: {from: name}, expires: {from: ends}, removed: {from: off}}}`
	captured := time.Date(2024, 2, 1, 12, 0, 0, 0, time.UTC)
	status := func(row string, fetched time.Time) (got record.ListStatus) {
		parse, err := fields.New(decoder(mapping))
		if err != nil {
			t.Fatal(err)
		}
		u := parsertest.Unit(parsertest.Part("f.csv", []byte("name,ends,off\nA,"+row+"\n")))
		u.Origin.Fetched = fetched
		for r, err := range parse(t.Context(), u) {
			if err != nil {
				t.Fatal(err)
			}
			got = r.(*record.Party).Lists[0].Status
		}
		return got
	}
	for row, want := range map[string]record.ListStatus{
		",": record.Current, "2001-01-01,": record.Expired, ",2001-01-01": record.Removed, "2001-01-01,2001-01-01": record.Removed,
		"2024-02-01,": record.Current, ",2024-02-01": record.Removed, "9999-12-31,9999-12-31": record.Current,
	} {
		if got := status(row, captured); got != want {
			t.Errorf("%s: %s, want %s", row, got, want)
		}
	}
	for row, want := range map[string]record.ListStatus{"2001-01-01,": record.Current, ",2001-01-01": record.Removed} {
		if got := status(row, time.Time{}); got != want {
			t.Errorf("%s, captured on an unknown day: %s, want %s", row, got, want)
		}
	}
}

func TestTargets(t *testing.T) {
	seen := map[string]bool{}
	for _, x := range fields.Targets() {
		seen[x.Record+" "+x.Name+" "+x.Kind] = true
	}
	for _, want := range []string{"party name text", "party ids.* list", "party effective date", "shipment goods.value_usd number", "patent cpc list"} {
		if !seen[want] {
			t.Errorf("no target %s", want)
		}
	}
}

func shared(t testing.TB, name string) []byte {
	root := os.Getenv("TRIPOINT_SHARED")
	if root == "" {
		root = "../../../shared"
	}
	b, err := os.ReadFile(filepath.Join(root, "data", name))
	if err != nil {
		t.Skipf("the real file %s is not here: %v", name, err)
	}
	return b
}

const dplMapping = `
input: {type: tsv}
record: party
list: US-BIS-DPL
fields:
  name: {from: Name, required: true}
  addresses.street: {from: Street_Address}
  addresses.city: {from: City}
  addresses.state: {from: State}
  addresses.postal_code: {from: Postal_Code}
  addresses.country: {from: Country, lookup: country, table: {NM: US}} # once the state stands in the country's place
  effective: {from: Effective_Date, date: 01/02/2006}
  expires: {from: Expiration_Date, date: 01/02/2006}
  notices: {from: FR_Citation}
ignore: [Standard_Order, Last_Update, Action]
`

func TestRealDPL(t *testing.T) {
	parse, err := fields.New(decoder(dplMapping))
	if err != nil {
		t.Fatal(err)
	}
	records, problems, pairs, names := 0, 0, map[string]bool{}, map[string]bool{}
	for r, err := range parse(t.Context(), parsertest.Unit(parsertest.Part("dpl.txt", shared(t, "lists/bis/dpl_2023-11-30.txt")))) {
		if err != nil {
			t.Log(err)
			problems++
			continue
		}
		p := r.(*record.Party)
		records++
		names[p.Name] = true
		pairs[p.Name+strings.Join(p.Countries, "")] = true
	}
	if records != 665 || problems != 0 {
		t.Errorf("%d records, %d problems; want 665 and 0", records, problems)
	}
	t.Logf("%d names, %d names and countries", len(names), len(pairs))
}

const uflpaMapping = `
input: {type: html}
record: party
list: US-DHS-UFLPA
fields:
  name: {from: [Name of Entity, Entity Name], regex: '^(.+?)(?:\s+\((?:and|including|also|formerly)\b.*)?$', required: true}
  aliases: {from: [Name of Entity, Entity Name], regex: '\((?:and|including) \w+ alias(?:es)?: ([^)]*(?:\([^)]*\)[^)]*)*)\)', split: ';\s*(?:and\s+)?'}
  effective: {from: Effective Date, date: "January 2, 2006"}
  countries: {const: CN}
`

func TestRealUFLPA(t *testing.T) {
	parse, err := fields.New(decoder(uflpaMapping))
	if err != nil {
		t.Fatal(err)
	}
	records, problems := 0, 0
	for _, err := range parse(t.Context(), parsertest.Unit(parsertest.Part("uflpa.html", shared(t, "lists/dhs/uflpa-entity-list-2026-07-09.html")))) {
		if err != nil {
			t.Log(err)
			problems++
			continue
		}
		records++
	}
	if records != 160 || problems != 0 {
		t.Errorf("%d records, %d problems; want 160 and 0", records, problems)
	}
}

func FuzzFields(f *testing.F) {
	f.Add("csv", []byte("Name,Country,From\nA,CN,2024-01-01\n\"B\nC\",\"x\"\"y\",\n"))
	f.Add("json", []byte(`{"a":[{"Name":"A","Country":"CN"},{"Name":7,"From":[]}]}`))
	f.Add("ndjson", []byte("{\"Name\":\"A\"}\n[]\n{\n"))
	f.Add("html", []byte("<table><tr><th>Name<th>Country<th>From<tr><td>A<td>CN<td>2024-01-01</table>"))
	f.Add("xml", []byte(`<?xml version="1.0"?><x><Row k="v"><Name>A</Name><Country>CN</Country><Name>B<i/>C</Name></Row><a>text</a></x>`))
	f.Add("tsv", []byte("Name\tCountry\tFrom\n\xff\xfe\t\"\t\n"))
	f.Fuzz(func(t *testing.T, input string, data []byte) {
		parse, err := fields.New(decoder(strings.Replace(demoMapping, "type: csv", "type: "+known(input), 1)))
		if err != nil {
			t.Fatal(err)
		}
		parsertest.Survive(t, parse, parsertest.Unit(parsertest.Part("f", data)))
	})
}

// known is the input, or csv where it is none.
func known(input string) string {
	switch input {
	case "json", "ndjson", "html", "tsv":
		return input
	case "xml":
		return "xml, elements: [a, Row]"
	}
	return "csv"
}

func BenchmarkCSV(b *testing.B) {
	var in strings.Builder
	in.WriteString("Name,Country,From,Note\n")
	for range 5000 {
		in.WriteString("Ruritania Trading and Shipping Company Limited,China,2024-01-01,a note that no one reads\n")
	}
	data := []byte(in.String())
	parse, err := fields.New(decoder(demoMapping))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for _, err := range parse(b.Context(), parsertest.Unit(parsertest.Part("f.csv", data))) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 5000 {
			b.Fatal(n)
		}
	}
}

func TestRealUN(t *testing.T) {
	parse, err := fields.New(decoder(`
input: {type: xml, elements: [INDIVIDUAL, ENTITY]}
record: party
list: UN-SC
fields:
  name: {from: [FIRST_NAME, SECOND_NAME, THIRD_NAME, FOURTH_NAME], join: " ", required: true}
  type: {from: "#name", lookup: table, table: {INDIVIDUAL: person, ENTITY: organization}}
  native_id: {from: DATAID}
  programs: {from: UN_LIST_TYPE}
  aliases: {json: INDIVIDUAL_ALIAS.ALIAS_NAME}
  listed: {from: LISTED_ON, date: [2006-01-02, "2006-01-02-07:00"]}
  nationalities: {json: NATIONALITY.VALUE, lookup: country, absent: [na, former Soviet Union]}
  births: {json: INDIVIDUAL_DATE_OF_BIRTH.DATE}
`))
	if err != nil {
		t.Fatal(err)
	}
	counts := map[record.PartyType]int{}
	aliases := 0
	for r, err := range parse(t.Context(), parsertest.Unit(parsertest.Part("un.xml", shared(t, "lists/un/consolidated_2026-02-27.xml")))) {
		if err != nil {
			t.Error(err)
			continue
		}
		p := r.(*record.Party)
		counts[p.Type]++
		aliases += len(p.Aliases)
	}
	if counts[record.Individual] != 730 || counts[record.Organization] != 273 || aliases < 1000 {
		t.Errorf("%v, %d aliases; want 730 persons and 273 organizations", counts, aliases)
	}
}

// The lists of one collection of regulators' lists, all in one shape.
func TestRealRegulatorLists(t *testing.T) {
	for file, list := range map[string]string{
		"bis_entity_list": "US-BIS-EL", "bis_dpl": "US-BIS-DPL", "bis_meu": "US-BIS-MEU", "ofac_nscmic": "US-OFAC-NS-CMIC", "dow_1260h": "US-DOD-1260H",
		"dow_1286": "US-DOD-1286", "dhs_uflpa": "US-DHS-UFLPA", "fcc_covered": "US-FCC-COVERED", "ofac_eo14032_annex": "US-OFAC-EO14032",
		"state_nonproliferation": "US-STATE-ISN", "state_debarred_admin": "US-STATE-DTC", "state_debarred_statutory": "US-STATE-DTC", "cbp_wro": "US-CBP-WRO",
	} {
		data := shared(t, "lists/regulator-json/"+file+".json")
		var head struct {
			Count int `json:"count"`
		}
		if err := json.Unmarshal(data, &head); err != nil {
			t.Fatal(err)
		}
		parse, err := fields.New(decoder(`
input: {type: json, items: entities}
record: party
list: ` + list + `
fields:
  name: {from: name, required: true}
  aliases: {from: aliases}
  countries: {from: country, lookup: country, absent: [Turkish individual, North Korean entity in China, Middle East Region, Fishing Vessels]} # what is no country
  addresses: {from: address}
  effective: {from: effective_date, date: [2006-01-02, "January 2, 2006"]}
  notices: {from: federal_register}
  remarks: {from: notes}
ignore: [status]
`))
		if err != nil {
			t.Fatal(err)
		}
		records := 0
		for _, err := range parse(t.Context(), parsertest.Unit(parsertest.Part(file, data))) {
			if err != nil {
				t.Errorf("%s: %v", file, err)
				continue
			}
			records++
		}
		if records != head.Count {
			t.Errorf("%s: %d records, its count is %d", file, records, head.Count)
		}
	}
}
