package seco_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/parsers/parsertest"
	"github.com/tripoint-data/tripoint/parsers/seco"
	"github.com/tripoint-data/tripoint/record"
)

func parser(t testing.TB) parsertest.Func {
	t.Helper()
	parse, err := seco.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return parse
}

func fixture(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/list.xml")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestGolden(t *testing.T) {
	parsertest.Check(t, parser(t), parsertest.Unit(parsertest.Part("list.xml", fixture(t))), "testdata/list.golden")
}

// A telephone number or a mailbox of a party reaches no record.
func TestNoContacts(t *testing.T) {
	got := string(parsertest.Lines(t, parser(t), parsertest.Unit(parsertest.Part("list.xml", fixture(t)))))
	for _, private := range []string{"@", "+41"} {
		if strings.Contains(got, private) {
			t.Errorf("%q reached a record:\n%s", private, got)
		}
	}
}

// A file that is damaged, or another one, ends the stream with one line that
// says so.
func TestFiles(t *testing.T) {
	whole := string(fixture(t))
	for _, tt := range []struct{ name, text, want string }{
		{"cut short", whole[:len(whole)-600], `# error: seco: f.xml: the XML breaks off at byte `},
		{"no XML", "Service unavailable", `# error: seco: f.xml: there is no target in it: it is another file`},
		{"empty", "", `# error: seco: f.xml: there is no target in it: it is another file`},
		{"another file", "<export><target/></export>", `# error: seco: f.xml: its root is "export", want "swiss-sanctions-list": it is another file`},
		{"no targets", "<swiss-sanctions-list/>", `# error: seco: f.xml: there is no target in it: it is another file`},
		{"broken XML", "<swiss-sanctions-list>\n<target ssid=1/>", `# error: seco: f.xml: line 2: not XML: unquoted or missing attribute value in element`},
		{"unknown encoding", `<?xml version="1.0" encoding="klingon"?><swiss-sanctions-list/>`, `# error: seco: f.xml: xml: opening charset "klingon": encoding "klingon" is unknown`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := string(parsertest.Lines(t, parser(t), parsertest.Unit(parsertest.Part("f.xml", []byte(tt.text)))))
			last := got[strings.LastIndex(strings.TrimSuffix(got, "\n"), "\n")+1:]
			if !strings.HasPrefix(last, tt.want) {
				t.Errorf("got %q, want %q", last, tt.want)
			}
		})
	}
}

// What a hostile file can make large is bounded, and the next target is read.
func TestLimits(t *testing.T) {
	var many strings.Builder
	for i := range 300 {
		fmt.Fprintf(&many, `<name-part order="%d" name-part-type="other"><value>a</value>`, i)
		for j := range 300 {
			fmt.Fprintf(&many, `<spelling-variant lang="%d" script="LATN">b</spelling-variant>`, j)
		}
		many.WriteString(`</name-part>`)
	}
	const good = `<target ssid="2"><entity><identity main="true"><name name-type="primary-name"><name-part><value>Demo</value></name-part></name></identity></entity></target>`
	text := `<swiss-sanctions-list><target ssid="1"><entity><identity main="true"><name name-type="primary-name">` + many.String() + `</name></identity></entity></target>` + good + `</swiss-sanctions-list>`
	got := string(parsertest.Lines(t, parser(t), parsertest.Unit(parsertest.Part("f.xml", []byte(text)))))
	if !strings.Contains(got, "# problem: f.xml#1: seco: target 1: a name of more than 10000 words") || !strings.Contains(got, `"name":"Demo"`) {
		t.Errorf("got %.300s", got)
	}
	endless := `<swiss-sanctions-list><target ssid="1"><entity><justification>` + strings.Repeat("x", 17<<20)
	got = string(parsertest.Lines(t, parser(t), parsertest.Unit(parsertest.Part("f.xml", []byte(endless)))))
	if !strings.Contains(got, "an element of more than 16 MiB") {
		t.Errorf("got %.300s", got)
	}
}

func TestOptions(t *testing.T) {
	if _, err := seco.New(func(any) error { return fmt.Errorf("no options") }); err == nil {
		t.Error("a fault of the options was lost")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(fixture(f))
	f.Add([]byte(`<swiss-sanctions-list><target><individual><identity><name><name-part/></name></identity></individual></target></swiss-sanctions-list>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		parsertest.Survive(t, parser(t), parsertest.Unit(parsertest.Part("f.xml", data)))
	})
}

func BenchmarkParse(b *testing.B) {
	whole := string(fixture(b))
	head, rest, _ := strings.Cut(whole, "<target")
	targets, tail, _ := strings.Cut("<target"+rest, "<place ssid")
	data := []byte(head + strings.Repeat(targets, 200) + "<place ssid" + tail)
	parse := parser(b)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		n := 0
		for r, err := range parse(b.Context(), parsertest.Unit(parsertest.Part("list.xml", data))) {
			if err == nil && r.(*record.Party).Name != "" {
				n++
			}
		}
		if n != 600 {
			b.Fatalf("%d parties", n)
		}
	}
}
