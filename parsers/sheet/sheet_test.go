package sheet_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/parsers/parsertest"
	"github.com/tripoint-data/tripoint/parsers/sheet"
)

var form = sheet.Form{Name: "the demo list", Comma: ';', Need: []string{"Unique ID", "Name"}}

func read(tb testing.TB, in string) []string {
	tb.Helper()
	var out []string
	part := parsertest.Part("f.csv", []byte(in))
	for row, err := range sheet.Rows(tb.Context(), part, form) {
		if err != nil {
			out = append(out, fmt.Sprintf("%d: %v", row.Line, err))
			continue
		}
		out = append(out, fmt.Sprintf("%s %s=%s %v", sheet.At(part, row.Line), row.Get("unique id"), row.First("Alias", "Name"), row.All("Note", "Name", "Alias")))
	}
	return out
}

func TestRows(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []string
	}{
		{"columns by name", "Name;Unique ID;Alias\nZenda; 1 ;\nHentzau;2;Rupert\n", []string{"f.csv:2 1=Zenda [Zenda]", "f.csv:3 2=Rupert [Hentzau Rupert]"}},
		{"a mark and a line before the header", "\ufeffReport Date: 1\nunique  id;NAME\n1;Zenda\n", []string{"f.csv:3 1=Zenda [Zenda]"}},
		{"quotes", "Unique ID;Name\n1;\"a; \"\"b\"\"\nc\"\n2;d\n", []string{"f.csv:2 1=a; \"b\"\nc [a; \"b\"\nc]", "f.csv:4 2=d [d]"}},
		{"Windows-1252", "Unique ID;Name\n1;Z\xe9nda\n", []string{"f.csv:2 1=Zénda [Zénda]"}},
		{"spoilt rows", "Unique ID;Name\n1;a;b\n2;a\"b\nUnique ID;Name\n3;c\n4;\"d\n", []string{
			"2: 3 columns, the header has 2", "3: a broken row: bare \" in non-quoted-field", "4: the header stands here a second time",
			"f.csv:5 3=c [c]", "6: a broken row: extraneous or missing \" in quoted-field",
		}},
		{"an end mark", "Unique ID;Name\n1;a\n\x1a", []string{"f.csv:2 1=a [a]"}},
		{"no rows", "Unique ID;Name\n", []string{"0: the demo list has a header and no row below it: the download was cut short, fetch it again"}},
		{"another file", "a;b\n1;2\n", []string{`0: this is not the demo list: it has no header with the column "Unique ID"`}},
		{"a column is missing", "x\nUnique ID;b\n1;2\n", []string{`0: this is not the demo list: it has no header with the column "Name"`}},
		{"no header at the top", strings.Repeat("1;2\n", 20), []string{`0: this is not the demo list: none of its first rows is a header with the column "Unique ID"`}},
		{"nothing", "", []string{`0: this is not the demo list: it has no header with the column "Unique ID"`}},
		{"a quote that does not end", "Unique ID;Name\n1;\"" + strings.Repeat("a", 2<<20), []string{"0: a row of more than 1024 kB: a quote is missing before it"}},
	} {
		if diff := cmp.Diff(tt.want, read(t, tt.in)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// A form may need no column: any first row is then its header.
func TestNoColumnIsNeeded(t *testing.T) {
	for in, want := range map[string]string{
		"":                             "this is not notes: it has no header",
		strings.Repeat("\"a\"b\n", 10): "this is not notes: none of its first rows is a header",
		"a,b\n1,2\n":                   "<nil>",
	} {
		for _, err := range sheet.Rows(t.Context(), parsertest.Part("f.csv", []byte(in)), sheet.Form{Name: "notes", Comma: ','}) {
			if got := fmt.Sprint(err); got != want {
				t.Errorf("%q: %s, want %s", in, got, want)
			}
		}
	}
}

func FuzzRows(f *testing.F) {
	f.Add("Report\nUnique ID;Name\n1;\"a\"\n2;b;c\n")
	f.Fuzz(func(t *testing.T, in string) {
		last := 0
		for row, err := range sheet.Rows(t.Context(), parsertest.Part("f.csv", []byte(in)), form) {
			if row.Line == 0 && err == nil || row.Line != 0 && row.Line < last {
				t.Fatalf("row %d after %d, %v", row.Line, last, err)
			}
			last = row.Line
			if err == nil {
				_ = row.Get("Name")
			}
		}
	})
}

func BenchmarkRows(b *testing.B) {
	in := []byte("Unique ID;Name;Note\n" + strings.Repeat("ZZD0001;Rudolf Rassendyll;\"a note; with a semicolon\"\n", 10000))
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for row, err := range sheet.Rows(b.Context(), parsertest.Part("f.csv", in), form) {
			if err != nil || row.Get("Name") == "" {
				b.Fatal(err)
			}
			n++
		}
		if n != 10000 {
			b.Fatal(n)
		}
	}
}
