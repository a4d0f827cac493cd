package csl_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/parsers/csl"
	"github.com/tripoint-data/tripoint/parsers/parsertest"
	"github.com/tripoint-data/tripoint/record"
)

func parsers(t testing.TB) (csvParser, jsonParser parsertest.Func) {
	t.Helper()
	csvParser, err := csl.NewCSV(nil)
	if err != nil {
		t.Fatal(err)
	}
	jsonParser, err = csl.NewJSON(nil)
	if err != nil {
		t.Fatal(err)
	}
	return csvParser, jsonParser
}

func file(t testing.TB, name string) record.Part {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return parsertest.Part(name, b)
}

func text(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestGolden(t *testing.T) {
	fromCSV, fromJSON := parsers(t)
	parsertest.Check(t, fromCSV, parsertest.Unit(file(t, "consolidated.csv")), "testdata/consolidated.csv.golden")
	parsertest.Check(t, fromJSON, parsertest.Unit(file(t, "consolidated.json")), "testdata/consolidated.json.golden")
}

// Both forms of an entry give the same party; only the JSON tells the parts of
// an address.
func TestFormsAgree(t *testing.T) {
	byID := func(parse parsertest.Func, name string) map[string]*record.Party {
		out := map[string]*record.Party{}
		for r, err := range parse(t.Context(), parsertest.Unit(file(t, name))) {
			if err == nil {
				p := r.(*record.Party)
				p.Origin = nil
				for i, a := range p.Addresses {
					p.Addresses[i] = record.Address{Text: a.Text, Country: a.Country}
				}
				out[p.Lists[0].NativeID] = p
			}
		}
		return out
	}
	fromCSV, fromJSON := parsers(t)
	one, two := byID(fromCSV, "consolidated.csv"), byID(fromJSON, "consolidated.json")
	for _, id := range []string{"aa01", "90001"} {
		if diff := cmp.Diff(one[id], two[id]); one[id] == nil || diff != "" {
			t.Errorf("%s (-csv +json):\n%s", id, diff)
		}
	}
}

func TestCSVForms(t *testing.T) {
	fromCSV, _ := parsers(t)
	rows := text(t, "consolidated.csv")
	want := string(parsertest.Lines(t, fromCSV, parsertest.Unit(parsertest.Part("f", []byte(rows)))))
	withMark := string(parsertest.Lines(t, fromCSV, parsertest.Unit(parsertest.Part("f", []byte("\ufeff"+rows)))))
	if diff := cmp.Diff(want, withMark); diff != "" {
		t.Errorf("a byte order mark changes what is read:\n%s", diff)
	}
	tsv := "source\tname\taddresses\tids\nEntity List (EL) - Bureau of Industry and Security\tZENDA\t1 Road, CN\t\n"
	got := string(parsertest.Lines(t, fromCSV, parsertest.Unit(parsertest.Part("f.tsv", []byte(tsv)))))
	if !strings.Contains(got, `"name":"ZENDA"`) || !strings.Contains(got, `"country":"CN"`) {
		t.Errorf("the older file, tab-separated and without _id: %s", got)
	}
}

func TestWrongFiles(t *testing.T) {
	fromCSV, fromJSON := parsers(t)
	whole := text(t, "consolidated.json")
	for _, tt := range []struct {
		parse    parsertest.Func
		in, want string
	}{
		{fromCSV, "a,b\n1,2\n", `# error: csl: f: this is no CSV of the Consolidated Screening List: the first row has no column "source"`},
		{fromCSV, `{"results":[]}`, `# error: csl: f: this is no CSV`},
		{fromCSV, "source,name,addresses,al", `# error: csl: f: there is a header and no row below it`},
		{fromJSON, "a,b\n", `# error: csl: f: this is no JSON of the Consolidated Screening List`},
		{fromJSON, `{"rows":[]}`, `# error: csl: f: this is no JSON of the Consolidated Screening List: it has no results`},
		{fromJSON, `{"results":{}}`, `# error: csl: f: this is no JSON of the Consolidated Screening List: results is no array`},
		{fromJSON, `7`, `# error: csl: f: this is no JSON`},
		{fromJSON, whole[:strings.Index(whole, "STRELSAU OPTICS")], `# error: csl: f: the JSON breaks off after 1 entries`},
		{fromJSON, whole[:len(whole)-30], `# error: csl: f: the JSON breaks off after 4 entries`},
	} {
		got := string(parsertest.Lines(t, tt.parse, parsertest.Unit(parsertest.Part("f", []byte(tt.in)))))
		if !strings.Contains(got, tt.want) {
			t.Errorf("%.40q: got %s\nwant %s", tt.in, got, tt.want)
		}
	}
}

func TestNoOptions(t *testing.T) {
	if _, err := csl.NewCSV(func(any) error { return fmt.Errorf("unknown key") }); err == nil {
		t.Error("an unknown key was accepted")
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte(text(f, "consolidated.csv")))
	f.Add([]byte("source,name,addresses,ids,start_date\n\"Entity List (EL) - Bureau of Industry and Security\",A,\", \",\", ,, CN; ;\",1/1/1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		parse, _ := parsers(t)
		parsertest.Survive(t, parse, parsertest.Unit(parsertest.Part("f", data)))
	})
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(text(f, "consolidated.json")))
	f.Add([]byte(`[{"source":"Entity List (EL) - Bureau of Industry and Security","name":7,"ids":[{}],"addresses":[{}],"alt_names":"a; b"}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, parse := parsers(t)
		parsertest.Survive(t, parse, parsertest.Unit(parsertest.Part("f", data)))
	})
}

func BenchmarkCSV(b *testing.B) {
	lines := strings.SplitAfter(text(b, "consolidated.csv"), "\n")
	parse, _ := parsers(b)
	bench(b, parse, []byte(lines[0]+strings.Repeat(lines[1]+lines[2]+lines[3], 500)), 1500)
}

func BenchmarkJSON(b *testing.B) {
	var whole struct {
		Results []json.RawMessage `json:"results"`
	}
	if err := json.Unmarshal([]byte(text(b, "consolidated.json")), &whole); err != nil {
		b.Fatal(err)
	}
	var entries []json.RawMessage
	for range 500 {
		entries = append(entries, whole.Results[:3]...)
	}
	data, err := json.Marshal(map[string]any{"results": entries})
	if err != nil {
		b.Fatal(err)
	}
	_, parse := parsers(b)
	bench(b, parse, data, 1500)
}

func bench(b *testing.B, parse parsertest.Func, data []byte, want int) {
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for _, err := range parse(b.Context(), parsertest.Unit(parsertest.Part("f", data))) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != want {
			b.Fatal(n)
		}
	}
}
