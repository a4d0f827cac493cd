package ofac_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/tripoint-data/tripoint/parsers/ofac"
	"github.com/tripoint-data/tripoint/parsers/parsertest"
	"github.com/tripoint-data/tripoint/record"
)

// parts turns the files of a txtar into parts with the line ends and the
// final byte of the publisher.
func parts(t testing.TB, name string) []record.Part {
	t.Helper()
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var out []record.Part
	for _, f := range archive.Files {
		out = append(out, parsertest.Part(f.Name, published(string(f.Data))))
	}
	return out
}

func published(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\r\n") + "\x1a") }

func parser(t testing.TB) parsertest.Func {
	t.Helper()
	parse, err := ofac.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return parse
}

func TestFamilies(t *testing.T) {
	for _, name := range []string{"cons", "sdn"} {
		t.Run(name, func(t *testing.T) {
			parsertest.Check(t, parser(t), parsertest.Unit(parts(t, "testdata/"+name+".txtar")...), "testdata/"+name+".golden")
		})
	}
}

// Files with other names are told by their columns, and a family by its
// programs; nothing but the places differs.
func TestFilesByContent(t *testing.T) {
	for _, name := range []string{"cons", "sdn"} {
		known := parts(t, "testdata/"+name+".txtar")
		unknown := append([]record.Part(nil), known...)
		oldnew := []string{}
		for i := range unknown {
			unknown[i].Name = fmt.Sprintf("f%d", i)
			oldnew = append(oldnew, known[i].Name+":", unknown[i].Name+":")
		}
		want := strings.NewReplacer(oldnew...).Replace(string(parsertest.Lines(t, parser(t), parsertest.Unit(known...))))
		got := string(parsertest.Lines(t, parser(t), parsertest.Unit(unknown...)))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-by name +by content):\n%s", name, diff)
		}
	}
}

const alone = `1,"ZENDA LTD",-0- ,"DEMO",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ` + "\n"

func TestWrongFiles(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"sdn.csv", alone, `{"kind":"party","id":"","type":"organization","name":"ZENDA LTD"`},
		{"sdn.csv", "ent_num,name\n1,a\n", `# error: ofac: sdn.csv: this is no file of OFAC's: its first field is "ent_num", want OFAC's number and no header`},
		{"sdn.csv", "1,2,3\n", `# error: ofac: sdn.csv: the first row has 3 columns, a file of this name has 12`},
		{"x.csv", "1,2,3\n", `# error: ofac: x.csv: this is no file of OFAC's: its rows have 3 columns`},
		{"sdn.csv", "1,\"" + strings.Repeat("a", 2<<20), `# error: ofac: sdn.csv: a row of more than 1024 kB`},
		{"sdn.csv", "a\"b,c\n", `# error: ofac: sdn.csv: this is no file of OFAC's: its first row is broken: bare " in non-quoted-field`},
		{"sdn.csv", "", `# error: ofac: sdn.csv: holds no row`},
		{"add.csv", "1,2,\"a\",\"b\",\"China\",-0- \n", `# error: ofac: the primary file is missing`},
		{"sdn.csv", alone + "2,\"broken\n", `{"kind":"party"`},
	} {
		got := string(parsertest.Lines(t, parser(t), parsertest.Unit(parsertest.Part(tt.name, published(tt.in)))))
		if !strings.HasPrefix(got, tt.want) {
			t.Errorf("%q: got %s\nwant %s", tt.in, got, tt.want)
		}
	}
	broken := string(parsertest.Lines(t, parser(t), parsertest.Unit(parsertest.Part("sdn.csv", published(alone+"2,\"broken\n")))))
	if want := `# problem: sdn.csv:2: ofac: a broken row`; !strings.Contains(broken, want) {
		t.Errorf("got %s\nwant %s", broken, want)
	}
}

func TestNoOptions(t *testing.T) {
	if _, err := ofac.New(func(any) error { return fmt.Errorf("unknown key") }); err == nil {
		t.Error("an unknown key was accepted")
	}
}

func FuzzOFAC(f *testing.F) {
	for _, name := range []string{"cons", "sdn"} {
		archive, err := txtar.ParseFile("testdata/" + name + ".txtar")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(published(string(archive.Files[0].Data)), published(string(archive.Files[1].Data)))
	}
	f.Add([]byte(alone), []byte("1,\"x\"\n"))
	f.Fuzz(func(t *testing.T, primary, other []byte) {
		parse, err := ofac.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		parsertest.Survive(t, parse, parsertest.Unit(parsertest.Part("sdn.csv", primary), parsertest.Part("other", other)))
	})
}

func BenchmarkOFAC(b *testing.B) {
	var sdn strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&sdn, "%d,\"RASSENDYLL, Rudolf\",\"individual\",\"DEMO] [NPWMD\",\"Colonel\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"DOB 03 Dec 1962; POB Strelsau; nationality Iran; Passport A%07d (Iran) expires 10 Sep 2016; Secondary sanctions risk: section 1(b) of Executive Order 13224; a.k.a. 'RUDI'; Linked To: ZENDA LTD.\"\n", i+1, i)
	}
	data := published(sdn.String())
	parse := parser(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for _, err := range parse(b.Context(), parsertest.Unit(parsertest.Part("sdn.csv", data))) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 2000 {
			b.Fatal(n)
		}
	}
}
