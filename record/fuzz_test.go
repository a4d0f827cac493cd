package record_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
)

// FuzzUnmarshal reads any line: what is read is written and read again as it is.
func FuzzUnmarshal(f *testing.F) {
	for _, line := range []string{
		`{"kind":"patent","id":"US11321963","granted":"2022-05-03","cpc":["G06V40/45"],"assignees":[{"name":"A < B"}],"origin":{"source":"s","fetched":"2026-01-02T03:04:05.6+02:00"}}`,
		`{"kind":"party","id":"US-OFAC:30946","name":"\ud800","lists":[{"code":"US-OFAC-NS-CMIC","dates":[{"event":"listed","date":""}]}]}`,
		`{"kind":"shipment","id":"s/000000/1","weight_kg":1e-9,"goods":[{}],"notify":[],"shipper":null}`,
		`{"kind":"tag","id":"p/2024/ai","score":0.5,"why":[{"kind":"code","ref":"patent:US1"}]}`,
		`{"kind":"link","id":"l","a":"name:N/CN","b":"party:A:B","why":null}`,
		`{"kind":"decision","id":"d","made":"0001-01-01T00:00:00Z"}`,
		`{"kind":"finding","id":"f","lists":[],"why":[]}`,
		`{"kind":"link","id":"l"}`,
		`{"KIND":"patent","Id":"x"} `,
		`[]`,
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		r, err := record.Unmarshal(line)
		if err != nil {
			if text := err.Error(); text == "" || strings.ContainsAny(text, "\n") {
				t.Errorf("error %q", text)
			}
			return
		}
		once, err := record.Marshal(r)
		if err != nil {
			t.Fatalf("%s is read and cannot be written: %v", line, err)
		}
		again, err := record.Unmarshal(once)
		if err != nil {
			t.Fatalf("%s was written and cannot be read: %v", once, err)
		}
		twice, err := record.Marshal(again)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(once), string(twice)); diff != "" {
			t.Errorf("round trip (-want +got):\n%s", diff)
		}
	})
}

func FuzzParseRef(f *testing.F) {
	for _, s := range []string{"patent:US 11,321,963 B2", "patent:US-RE043633-E", "party:US-OFAC:30946", " name: N /CN", "patent:-", "party:", "link:same_entity/name:A/party:B:1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := record.ParseRef(s)
		if err != nil {
			return
		}
		again, err := record.ParseRef(r.String())
		if err != nil || again != r {
			t.Errorf("%q is %q, which is %q: %v", s, r, again, err)
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, layout := range []string{time.DateOnly, "01/02/2006", "January 2, 2006", "20060102", time.RFC3339, "02/01/06"} {
		f.Add(layout, "2020-10-22")
		f.Add(layout, " 10/22/2020 ")
		f.Add(layout, "2023-05-10T18:30:00.000+05:30")
	}
	f.Fuzz(func(t *testing.T, layout, s string) {
		d, err := record.ParseDate(layout, s)
		if err != nil {
			if d != "" {
				t.Errorf("%q by %q: %q beside %v", s, layout, d, err)
			}
			return
		}
		again, err := record.ParseDate(time.DateOnly, string(d))
		if err != nil || again != d || d != "" && record.DateOf(d.Time()) != d {
			t.Errorf("%q by %q is %q, which is %q: %v", s, layout, d, again, err)
		}
	})
}

func FuzzCitations(f *testing.F) {
	f.Add("68 F.R. 38290 6/27/03 71 F.R. 38843; 68 FR 38290")
	f.Add("Vol. 88, No. 151, 84FR54004")
	f.Fuzz(func(t *testing.T, s string) {
		got := record.Citations(s)
		if diff := cmp.Diff(got, record.Citations(strings.Join(got, "; "))); diff != "" {
			t.Errorf("%q: the citations cite otherwise (-want +got):\n%s", s, diff)
		}
	})
}

func FuzzSymbol(f *testing.F) {
	for _, s := range []string{"G06V 40/45 20220101", "G06V0040450000", "G06F 016/95\u00a0(20190101)", "y02e", "H04L0000000000", "A", "345/157"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := record.Symbol(s)
		if again, still := record.Symbol(got); ok != still || again != got || ok == (got == "") {
			t.Errorf("%q is %q, %v, which is %q, %v", s, got, ok, again, still)
		}
	})
}

func FuzzPatentNumbers(f *testing.F) {
	for _, s := range []string{"US-RE43633-E", "US 11,321,963 B2", "US-20200334450-A1", "us20200334450", "0200334450", "D0656419", "EP 0 123 456 B1", "USX000", "ß-1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id := record.CanonicalPatentID(s)
		if again := record.CanonicalPatentID(id); again != id {
			t.Errorf("%q is %q, which is %q", s, id, again)
		}
		number, application, ok := record.PatentNumber(s)
		if !ok {
			return
		}
		if again, app, ok := record.PatentNumber(number); again != number || app != application || !ok {
			t.Errorf("%q is %q, %v, which is %q, %v, %v", s, number, application, again, app, ok)
		}
	})
}
