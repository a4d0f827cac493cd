package ecfr_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/parsers/ecfr"
	"github.com/tripoint-data/tripoint/parsers/parsertest"
)

func parser(tb testing.TB, list string) parsertest.Func {
	tb.Helper()
	parse, err := ecfr.New(func(v any) error { v.(*ecfr.Options).List = list; return nil })
	if err != nil {
		tb.Fatal(err)
	}
	return parse
}

func TestGolden(t *testing.T) {
	parsertest.Check(t, parser(t, ""), parsertest.Unit(parsertest.Part("title-15.xml", parsertest.Fixture(t, "us-bis-el.xml"))), "testdata/part744.golden")
	parsertest.Check(t, parser(t, "US-BIS-MEU"), parsertest.Unit(parsertest.Part("title-15.xml", parsertest.Fixture(t, "us-bis-meu.xml"))), "testdata/meu.golden")
}

// Shapes of an entity's cell, and what is read of each: name | other names |
// addresses | remarks. A problem is told of what cannot be parted.
func TestCells(t *testing.T) {
	for _, tt := range []struct{ cell, want string }{
		{"Zenda Ltd., 1 Demo Road, Tehran, Iran.", "Zenda Ltd. | | 1 Demo Road, Tehran, Iran IR |"},
		{"Zenda", "Zenda | | |"},
		{"Zenda.", "Zenda | | |"},
		{"Zenda &amp; Sons, LLC, No. 5 Demo, Tehran", "Zenda & Sons, LLC | | No. 5 Demo, Tehran IR |"},
		{"Zenda<br/>1 Demo Road, Dubai, U.A.E.", "Zenda | | 1 Demo Road, Dubai, U.A.E. AE |"},
		{"Zenda, Tehran, Iran (See also address under Turkey)", "Zenda | | Tehran, Iran IR | See also address under Turkey"},
		{"Zenda (see alternate addresses under Iran and the United Arab (Emirates).", "Zenda | | | see alternate addresses under Iran and the United Arab (Emirates"},
		{"Zenda, a.k.a., Hentzau, 7 Demo Street, Tehran, Iran", "Zenda | aka Hentzau | 7 Demo Street, Tehran, Iran IR |"},
		{"Zenda, a.k.a., Hentzau; and Strelsau, 7 Demo Street, Tehran, Iran", "Zenda | aka Hentzau, aka Strelsau | 7 Demo Street, Tehran, Iran IR |"},
		{"Zenda Works, 12 Demo Factory, a.k.a., Hentzau, 7 Demo Street, Tehran, Iran", "Zenda Works, 12 Demo Factory | aka Hentzau | 7 Demo Street, Tehran, Iran IR |"},
		{"Zenda, 7 Demo Street, Tehran, Iran, a.k.a., Hentzau", "Zenda | aka Hentzau | 7 Demo Street, Tehran, Iran IR |"},
		{"Zenda, formerly known as Hentzau, 7 Demo Street, Tehran, Iran", "Zenda | fka Hentzau | 7 Demo Street, Tehran, Iran IR |"},
		{"Zenda (a.k.a., A. Hentzau, B. Hentzau and C. Hentzau), Room 1, Tehran", "Zenda | aka A. Hentzau, aka B. Hentzau, aka C. Hentzau | Room 1, Tehran IR |"},
		{"Zenda, a.k.a., the following two aliases:<br/>—Hentzau Co., Ltd.; and<br/>—Strelsau.<br/>1 Demo Road, Tehran, Iran", "Zenda | aka Hentzau Co., Ltd., aka Strelsau | 1 Demo Road, Tehran, Iran IR |"},
		{"Zenda, a.k.a., the following one alias: —Hentzau Co., Ltd. Floor 8, Tehran, Iran", "Zenda | aka Hentzau Co., Ltd. | Floor 8, Tehran, Iran IR |"},
		{"Zenda, a.k.a., the following one alias:<br/>—Hentzau; <br/>f.k.a., the following one alias:<br/>—Strelsau.<br/>1 Demo Road, Tehran", "Zenda | aka Hentzau, fka Strelsau | 1 Demo Road, Tehran IR |"},
		{"Zenda, Demo Pass, 1 Demo Road, Tehran, Iran", "Zenda | | Demo Pass, 1 Demo Road, Tehran, Iran IR |"},
		{"Zenda, Demo Pass, Demo Hill, Demo Rise, 1 Demo Road, Tehran, Iran", "# Zenda | | | Zenda, Demo Pass, Demo Hill, Demo Rise, 1 Demo Road, Tehran, Iran"},
		{"Zenda (a.k.a., Hentzau, 1 Demo Road, Tehran, Iran", "# Zenda | | | Zenda (a.k.a., Hentzau, 1 Demo Road, Tehran, Iran"},
	} {
		row := "<TR><TD>IRAN</TD><TD>" + tt.cell + "</TD><TD>R</TD><TD>P</TD><TD>73 FR 54503</TD></TR>"
		got := ""
		for r, err := range parser(t, "US-BIS-EL")(t.Context(), parsertest.Unit(parsertest.Part("f.xml", []byte(supplement("4", []string{row}))))) {
			if err != nil {
				got += "# "
				continue
			}
			got += shape(r)
		}
		if got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.cell, got, tt.want)
		}
	}
}

func TestFaults(t *testing.T) {
	whole := string(parsertest.Fixture(t, "us-bis-el.xml"))
	five := func(country, entity string) string {
		return "<TR><TD>" + country + "</TD><TD>" + entity + "</TD><TD>R</TD><TD>P</TD><TD>C</TD></TR>"
	}
	for _, tt := range []struct{ in, want string }{
		{"", "# error: ecfr: f.xml: this is not Part 744: it is no XML"},
		{"a,b", "# error: ecfr: f.xml: this is not Part 744: it is no XML"},
		{"<html>", "# error: ecfr: f.xml: the XML breaks off"},
		{"<DIV5 N=\"736\"/>", "# error: ecfr: f.xml: this is not Part 744: no table of US-BIS-EL stands in it"},
		{whole[:strings.Index(whole, "RUSSIA")-500], "# error: ecfr: f.xml: the XML breaks off at byte"},
		{"{}", "# error: ecfr: f.xml: JSON that is not the list of titles"},
		{`{"titles":[`, "# error: ecfr: f.xml: neither Part 744 nor the list of titles: the JSON breaks off"},
		{`{"titles":[{"number":15,"up_to_date_as_of":"2026-06-16"}]}`, ""},
		{supplement("4", []string{five("RURITANIA", "Zenda, 1 Demo Road, Zenda")}), `# problem: f.xml#US-BIS-EL/1: ecfr: country "RURITANIA" is not known`},
		{supplement("4", []string{"<TR><TD>IRAN</TD><TD>Zenda</TD><TD>R</TD><TD>P</TD></TR>"}), "# problem: f.xml#US-BIS-EL/1: ecfr: a row of 4 cells, want 5"},
		{supplement("4", []string{five("IRAN", "[Reserved]"), five("", ", 1 Demo Road")}), "# problem: f.xml#US-BIS-EL/1: ecfr: no name in"},
		{supplement("4", []string{five("IRAN", strings.Repeat("a", 1<<20))}), "# error: ecfr: f.xml: a cell of more than 64 kB"},
	} {
		got := string(parsertest.Lines(t, parser(t, "US-BIS-EL"), parsertest.Unit(parsertest.Part("f.xml", []byte(tt.in)))))
		if tt.want == "" && got != "" || !strings.Contains(got, tt.want) || strings.Count(got, "# error") > 1 {
			if i := strings.Index(got, "# "); i > 0 {
				got = got[i:]
			}
			t.Errorf("%.60q: got %.300s\nwant %s", tt.in, got, tt.want)
		}
	}
}

func TestOptions(t *testing.T) {
	if _, err := ecfr.New(func(any) error { return fmt.Errorf("unknown key") }); err == nil {
		t.Error("an unknown key was accepted")
	}
	_, err := ecfr.New(func(v any) error { v.(*ecfr.Options).List = "US-OFAC-SDN"; return nil })
	if err == nil || !strings.HasPrefix(err.Error(), `list: "US-OFAC-SDN" stands in no supplement: write one of US-BIS-EL`) {
		t.Error(err)
	}
}

func FuzzCells(f *testing.F) {
	f.Add("Zenda Co., Ltd. (f.k.a., A; and B), a.k.a., the following two aliases:\n—C; and\n—D. 1 Demo Road, Tehran, Iran; and 2 Demo Road, Iran and x. (See alternate", "IRAN")
	f.Fuzz(func(t *testing.T, entity, country string) {
		row := "<TR><TD>" + escaped(country) + "</TD><TD>" + escaped(entity) + "</TD><TD>R</TD><TD>P</TD><TD>73 FR 54503</TD></TR>"
		parsertest.Survive(t, parser(t, ""), parsertest.Unit(parsertest.Part("f.xml", []byte(supplement("4", []string{row})))))
	})
}

func FuzzXML(f *testing.F) {
	f.Add(parsertest.Fixture(f, "us-bis-el.xml"))
	f.Add(parsertest.Fixture(f, "us-bis-meu.xml"))
	f.Fuzz(func(t *testing.T, data []byte) {
		parsertest.Survive(t, parser(t, ""), parsertest.Unit(parsertest.Part("f.xml", data)))
	})
}

func BenchmarkEntityList(b *testing.B) {
	one := parsertest.Fixture(b, "us-bis-el.xml")
	from, to := bytes.Index(one, []byte("<TBODY>"))+7, bytes.Index(one, []byte("</TBODY>"))
	data := append(bytes.Clone(one[:from]), bytes.Repeat(one[from:to], 200)...)
	data = append(data, one[to:]...)
	parsertest.Bench(b, parser(b, "US-BIS-EL"), data, 10*200)
}
