package bis_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/parsers/bis"
	"github.com/tripoint-data/tripoint/parsers/parsertest"
)

func TestGolden(t *testing.T) {
	parsertest.Check(t, parsertest.New(t, bis.New), parsertest.Unit(parsertest.Part("dpl.txt", parsertest.Fixture(t, "us-bis-dpl.txt"))), "testdata/dpl.golden")
}

func TestFaults(t *testing.T) {
	head, _, _ := strings.Cut(string(parsertest.Fixture(t, "us-bis-dpl.txt")), "\n")
	row := func(name, effective string) string {
		return head + "\n" + `"` + name + `"	""	""	""	""	""	"` + effective + `"	""	""	""	""	""` + "\n"
	}
	for _, tt := range []struct{ in, want string }{
		{"", `# error: bis: dpl.txt: this is not the Denied Persons List: it has no header with the column "Name"`},
		{"<html>", `# error: bis: dpl.txt: this is not the Denied Persons List`},
		{strings.Replace(head, "FR_Citation", "Citation", 1) + "\n", `# error: bis: dpl.txt: this is not the Denied Persons List: it has no header with the column "FR_Citation"`},
		{head + "\n", "# error: bis: dpl.txt: the Denied Persons List has a header and no row below it"},
		{row(" ", ""), "# problem: dpl.txt:2: bis: a row without a name"},
		{row("ZENDA", "31.12.2001"), `# problem: dpl.txt:2: bis: Effective_Date: "31.12.2001" is no date`},
		{row("ZENDA", "")[:len(head)+20], "# problem: dpl.txt:2: bis: "},
		{row("ZENDA", ""), `{"kind":"party","id":"","name":"ZENDA","lists":[{"code":"US-BIS-DPL","status":"current"}]`},
	} {
		got := string(parsertest.Lines(t, parsertest.New(t, bis.New), parsertest.Unit(parsertest.Part("dpl.txt", []byte(tt.in)))))
		if !strings.HasPrefix(got, tt.want) || strings.Count(got, "\n") != 1 {
			t.Errorf("%.60q: got %s\nwant %s", tt.in, got, tt.want)
		}
	}
}

func TestNoOptions(t *testing.T) {
	if _, err := bis.New(func(any) error { return fmt.Errorf("unknown key") }); err == nil {
		t.Error("an unknown key was accepted")
	}
}

func FuzzDPL(f *testing.F) {
	f.Add(parsertest.Fixture(f, "us-bis-dpl.txt"))
	f.Fuzz(func(t *testing.T, data []byte) {
		parsertest.Survive(t, parsertest.New(t, bis.New), parsertest.Unit(parsertest.Part("dpl.txt", data)))
	})
}

func BenchmarkDPL(b *testing.B) {
	head, rows, _ := bytes.Cut(parsertest.Fixture(b, "us-bis-dpl.txt"), []byte("\n"))
	data := append(append(bytes.Clone(head), '\n'), bytes.Repeat(rows, 1000)...)
	parsertest.Bench(b, parsertest.New(b, bis.New), data, 4000)
}
