package record_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
)

func TestMarshalRoundTrip(t *testing.T) {
	for _, r := range []record.Record{
		&record.Patent{ID: "US11321963", Document: record.Grant, Title: "A < B", Granted: "2022-05-03", CPC: []string{"G06V40/45"}},
		&record.Party{ID: "US-OFAC:30946", Type: record.Organization, Name: "N", Lists: []record.Listing{{Code: "US-OFAC-NS-CMIC"}}},
		&record.Shipment{ID: "s/000000/1", Shipper: &record.Trader{Name: "HIK TECHNOLOGY"}},
		&record.Tag{ID: "p/2024/ai", Why: []record.Why{}},
		&record.Link{ID: "l", A: record.Ref{Kind: record.KindName, ID: "N/CN"}, B: record.Ref{Kind: record.KindParty, ID: "A:B"}, Why: []record.Why{}},
		&record.Decision{ID: "d"},
		&record.Finding{ID: "f", Lists: []record.Listing{}, Why: []record.Why{}},
	} {
		line, err := record.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if want := `{"kind":"` + string(r.Ref().Kind) + `","id":`; !strings.HasPrefix(string(line), want) {
			t.Errorf("%s does not begin with %s", line, want)
		}
		got, err := record.Unmarshal(line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if diff := cmp.Diff(r, got); diff != "" {
			t.Errorf("round trip (-want +got):\n%s", diff)
		}
	}
}

func TestDecode(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{`{"id":"x"}`, ""},
		{`{"kind":"patent","id":"x","title":null,"abstract":"","granted":"","cpc":null}`, ""},
		{`{"kind":"party","id":"x"}`, `kind is "party", want "patent"`},
		{`{"id":"x","colour":"red"}`, `unknown key "colour"`},
		{`{"id":7}`, `id: a JSON number does not belong here`},
		{`{"id":"x","assignees":[{"name":{}}]}`, `assignees.name: a JSON object does not belong here`},
		{`{"id":"x","filed":"10/22/2020"}`, `"10/22/2020" is no date: write YYYY-MM-DD`},
		{`[]`, `a JSON array stands where an object is wanted`},
		{`{"id":"x"} {}`, `more than one JSON value on the line`},
		{`{"id":`, `the JSON breaks off`},
	} {
		err := record.Decode([]byte(tt.line), &record.Patent{})
		if got := text(err); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.line, got, tt.want)
		}
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestParseRef(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"patent:US11321963B2", "patent:US11321963"},
		{"patent:US 11,321,963 B2", "patent:US11321963"},
		{"patent:US-20200334450-A1", "patent:US20200334450A1"},
		{"patent:US20200334450", "patent:US20200334450A1"},
		{"patent:US-RE043633-E", "patent:USRE43633"},
		{"patent:US15000001X0", "patent:US15000001X0"},
		{"patent:USD0645062S1", "patent:USD645062"},
		{"party:US-OFAC:30946", "party:US-OFAC:30946"},
		{"parcel:1", ""},
		{"party:", ""},
		{"patent:-", ""},
		{"party", ""},
	} {
		got, err := record.ParseRef(tt.in)
		if (err != nil) != (tt.want == "") || err == nil && got.String() != tt.want {
			t.Errorf("ParseRef(%q) = %v, %v; want %q", tt.in, got, err, tt.want)
		}
	}
}

func TestPatentNumber(t *testing.T) {
	for _, tt := range []struct {
		in, number  string
		application bool
	}{
		{"0200334450", "20200334450", true},
		{"20200334450", "20200334450", true},
		{"07864699", "7864699", false},
		{"D0656419", "D656419", false},
		{"RE043633", "RE43633", false},
		{"10,000,000", "10000000", false},
		{"", "", false},
		{"X-ray", "", false},
	} {
		number, application, ok := record.PatentNumber(tt.in)
		if number != tt.number || application != tt.application || ok != (tt.number != "") {
			t.Errorf("PatentNumber(%q) = %q, %v, %v", tt.in, number, application, ok)
		}
	}
}

func TestSymbol(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"G06V40/45", "G06V40/45"},
		{"G06V 40/45 20220101", "G06V40/45"},
		{"G06V 40/45 (20220101)", "G06V40/45"},
		{"G06F 16/95\u00a0(20190101)", "G06F16/95"},
		{"g06v40/45", "G06V40/45"},
		{"G06V0040450000", "G06V40/45"},
		{"G06K0009000000", "G06K9/00"},
		{"G06K0009002210", "G06K9/00221"},
		{"G06F 9/5072", "G06F9/5072"},
		{"G06F17/30 20060101 G06F017/30", "G06F17/30"},
		{"G06N", "G06N"},
		{"Y02E", "Y02E"},
		{"345/157", ""},
		{"", ""},
		{"face", ""},
	} {
		got, ok := record.Symbol(tt.in)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("Symbol(%q) = %q, %v; want %q", tt.in, got, ok, tt.want)
		}
	}
}

func TestCanonicalURL(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"HTTP://Host.Test:80/a?b=2&a=1#x", "http://host.test/a?a=1&b=2"},
		{"https://user:secret@h.test", "https://h.test/"},
		{"drop/a.csv", "drop/a.csv"},
	} {
		if got := record.CanonicalURL(tt.in); got != tt.want {
			t.Errorf("CanonicalURL(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestEffective(t *testing.T) {
	l := record.Listing{Dates: []record.ListDate{
		{Event: "listed", Date: "2019-10-01"},
		{Event: "effective", Date: "2020-06-05", Scope: "alias"},
		{Event: "effective", Date: "2019-10-09", Scope: "entry"},
		{Event: "amended", Date: "2018-01-01"},
	}}
	if got := l.Effective(); got != "2019-10-09" {
		t.Errorf("Effective = %q", got)
	}
}

func TestCitations(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{"84 FR 54004", []string{"84 FR 54004"}},
		{"68 F.R. 38290 6/27/03 71 F.R. 38843 7/10/06; 68 FR 38290", []string{"68 FR 38290", "71 FR 38843"}},
		{"77 FR 61249 No. 195", []string{"77 FR 61249"}},
		{"Vol. 88, No. 151, 08/08/2023", nil},
		{"", nil},
	} {
		if diff := cmp.Diff(tt.want, record.Citations(tt.in)); diff != "" {
			t.Errorf("Citations(%q) (-want +got):\n%s", tt.in, diff)
		}
	}
}

// TestUniteOrigins: what several sources say of one party or document says where
// all of it was read, each place once.
func TestUniteOrigins(t *testing.T) {
	at := func(source string) *record.Origin { return &record.Origin{Source: source, SHA256: source} }
	party := record.UniteReadings([]*record.Party{
		{ID: "a", Origin: at("one"), Lists: []record.Listing{{Code: "A", Status: record.Current}}},
		{ID: "a", Origin: at("gone"), Lists: []record.Listing{{Code: "A", Status: record.NotInLatestFile}}},
		{ID: "a", Origin: at("two"), Lists: []record.Listing{{Code: "A", Status: record.Current}}},
		{ID: "a", Origin: at("one"), Lists: []record.Listing{{Code: "A", Status: record.Current}}},
	})
	patent := record.FillReadings([]*record.Patent{{ID: "US1", Origin: at("one")}, {ID: "US1", Title: "Lens", Origin: at("two")}})
	if patent.Title != "Lens" {
		t.Errorf("patent %+v", patent)
	}
	for _, r := range []record.Record{party, patent} {
		var got []string
		for _, o := range record.Origins(r) {
			got = append(got, o.Source)
		}
		if diff := cmp.Diff([]string{"one", "two"}, got); diff != "" {
			t.Errorf("%s: origins (-want +got):\n%s", r.Ref(), diff)
		}
	}
	alone := *party
	alone.Origin, alone.AlsoFrom = at("three"), nil
	same, err := record.Fingerprint(party)
	if other, err2 := record.Fingerprint(&alone); err != nil || err2 != nil || same != other {
		t.Errorf("where it was read counts: %v, %v", err, err2)
	}
	if record.UniteReadings(nil) != nil || record.FillReadings(nil) != nil || record.Origins(&record.Tag{}) != nil {
		t.Error("of nothing there is something")
	}
}

func TestUniteRemarks(t *testing.T) {
	for _, tt := range []struct{ p, q, want string }{
		{"", "A", "A"},
		{"A", "", "A"},
		{"A; B.", "B", "A; B."},
		{"A; B", "C; A; D.", "A; B; C; D."},
		{"Born 1962", "Born 19", "Born 1962; Born 19"},
		{"Gender Male; Linked To: ZENDA LTD.", "(Linked To: ZENDA LTD); Gender: Male", "Gender Male; Linked To: ZENDA LTD."},
	} {
		p := &record.Party{Remarks: tt.p}
		p.Unite(&record.Party{Remarks: tt.q})
		if p.Remarks != tt.want {
			t.Errorf("%q and %q: got %q, want %q", tt.p, tt.q, p.Remarks, tt.want)
		}
	}
}

func TestAddAlias(t *testing.T) {
	p := &record.Party{Name: "Zenda"}
	for _, a := range []record.Alias{{Name: "ZENDA"}, {}, {Name: "Strelsau", Quality: "weak"}, {Name: "Hentzau"}, {Name: "STRELSAU", Quality: "strong"}, {Name: "hentzau", Quality: "weak"}} {
		p.AddAlias(a)
	}
	if diff := cmp.Diff([]record.Alias{{Name: "Strelsau", Quality: "strong"}, {Name: "Hentzau"}}, p.Aliases); diff != "" {
		t.Error(diff)
	}
}
