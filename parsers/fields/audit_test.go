package fields_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/parsers"
	"github.com/tripoint-data/tripoint/parsers/fields"
	"github.com/tripoint-data/tripoint/parsers/parsertest"
	"github.com/tripoint-data/tripoint/record"
)

// audited reads texts by a mapping, as the units of one run, and returns what
// was noticed and what came.
func audited(t *testing.T, mapping string, texts ...string) (record.Audit, []string) {
	t.Helper()
	parse, err := fields.New(decoder(mapping))
	if err != nil {
		t.Fatal(err)
	}
	format, err := parsers.Lookup("fields")
	if err != nil {
		t.Fatal(err)
	}
	var audit record.Audit
	var got []string
	for _, text := range texts {
		u := parsertest.Unit(parsertest.Part("f", []byte(text)))
		u.Audit = &audit
		var n parsers.Count
		for r, err := range parsers.Read(t.Context(), format, parse, u, parsers.Unpack{}, &n) {
			if err != nil {
				got = append(got, err.Error())
			} else if p, ok := r.(*record.Party); ok {
				got = append(got, strings.Join(append([]string{p.Name}, p.Countries...), " "))
			}
		}
	}
	return audit, got
}

func TestAudit(t *testing.T) {
	const head = "\nrecord: party\nlist: ZZ-DEMO\n"
	for _, tt := range []struct {
		name, mapping string
		texts         []string
		want          record.Audit
	}{
		{
			"columns in their order, over all units", demoMapping,
			[]string{
				"Name,Country,From,Note,Colour,,Age\nA,Ruritania,2024-01-01,x,red,,\nB,France,,,,,\n",
				"Name,Country,From,Shape,Colour\nC,Ruritania,,,\n",
			},
			record.Audit{
				Rows: 3, Unread: []string{"Colour", "Age", "Shape"},
				Fill:   map[string]int{"name": 3, "countries": 1, "effective": 1},
				Misses: map[string][]string{"countries": {"Ruritania"}}, Missed: map[string]int{"countries": 2},
			},
		},
		{
			"columns by number, and ignored by how they begin",
			"input: {type: csv}" + head + "fields: {name: {from: '#2'}}\nignore: [ATR*]",
			[]string{"A,B,ATR-1,ATR-2\n1,N,,\n"},
			record.Audit{Rows: 1, Unread: []string{"A"}, Fill: map[string]int{"name": 1}},
		},
		{
			"what lies within objects; all of an unread one by its own name",
			"input: {type: ndjson}" + head + "fields: {name: {from: who.name}, aliases: {from: n, within: 'other[*]'}}\nignore: [meta, x.y]",
			[]string{`{"who":{"name":"A","age":7},"other":[{"n":"B"},{"n":"C","q":1}],"meta":{"a":{"b":1}},"addr":{"city":"Z"},"x":{"y":1,"z":null}}` + "\n" + `{"who":{"name":"D"},"other":"E"}` + "\n"},
			record.Audit{Rows: 2, Unread: []string{"addr", "other", "other.q", "who.age", "x.z"}, Fill: map[string]int{"name": 2, "aliases": 1}},
		},
		{
			"elements and attributes",
			"input: {type: xml, elements: P}" + head + "fields: {name: {from: N}}",
			[]string{`<L><P id="1"><N>A</N><C k="v">x</C></P></L>`},
			record.Audit{Rows: 1, Unread: []string{"@id", "C"}, Fill: map[string]int{"name": 1}},
		},
		{
			"columns of a page's table",
			"input: {type: html}" + head + "fields: {name: {from: Name}}",
			[]string{`<table><tr><th>Name</th><th>Colour</th></tr><tr><td>A</td><td>red</td></tr></table>`},
			record.Audit{Rows: 1, Unread: []string{"Colour"}, Fill: map[string]int{"name": 1}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := audited(t, tt.mapping, tt.texts...)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What becomes of a value that a lookup does not know is the mapping's to say.
func TestMissPolicies(t *testing.T) {
	const in = "Name,Country,From\nA,Ruritania,\nB,France,\n"
	for _, tt := range []struct {
		policy string
		want   []string
		missed int
	}{
		{"", []string{"A", "B FR"}, 1},
		{", miss: warn", []string{"A", "B FR"}, 1},
		{", miss: absent", []string{"A", "B FR"}, 0},
		{", miss: keep", []string{"A Ruritania", "B FR"}, 0},
		{", miss: required", []string{`f:2: fields: countries: "Ruritania" is unknown: add it to the field's table, or to absent where it means none`, "B FR"}, 0},
	} {
		audit, got := audited(t, strings.Replace(demoMapping, "lookup: country", "lookup: country"+tt.policy, 1), in)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.policy, diff)
		}
		if audit.Missed["countries"] != tt.missed {
			t.Errorf("%q: %d missed, want %d", tt.policy, audit.Missed["countries"], tt.missed)
		}
	}
	for mapping, want := range map[string]string{
		strings.Replace(demoMapping, "lookup: country", "lookup: country, miss: panic", 1): `"panic" does not say what becomes of an unknown value`,
		strings.Replace(demoMapping, "lookup: country", "miss: warn", 1):                   "fields.countries.miss: belongs to lookup",
	} {
		if _, err := fields.New(decoder(mapping)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
