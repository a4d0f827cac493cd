package table_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/tripoint-data/tripoint/parsers/table"
	"github.com/tripoint-data/tripoint/parsers/table/tabletest"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func style(t testing.TB, f *excelize.File, s *excelize.Style) int {
	t.Helper()
	id, err := f.NewStyle(s)
	must(t, err)
	return id
}

// rowsOfSheet reads a sheet to its end: each row as its cells between bars,
// numbers with # in front.
func rowsOfSheet(data []byte, sheet string) ([]string, error) {
	s, err := table.OpenSheet(bytes.NewReader(data), int64(len(data)), sheet)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	var out []string
	for {
		cells, err := s.Next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		var b strings.Builder
		for i, c := range cells {
			if i > 0 {
				b.WriteByte('|')
			}
			if c.Number {
				b.WriteByte('#')
			}
			b.WriteString(c.Text)
		}
		out = append(out, b.String())
	}
}

func TestSheet(t *testing.T) {
	data := tabletest.Workbook(t, func(f *excelize.File) {
		const s = "Sheet1"
		custom, padded, days := `dd\/mm\/yyyy hh:mm`, "0000000000", `0.0 "days"`
		must(t, f.SetSheetRow(s, "A1", &[]any{"Text", "Number", "Day", "Custom", "HS", "Days", "True", "Sum"}))
		must(t, f.SetSheetRow(s, "A3", &[]any{"Niño & Sons", 1234567890123.0, time.Date(2023, 5, 11, 0, 0, 0, 0, time.UTC), time.Date(2023, 5, 11, 23, 59, 0, 0, time.UTC), 901110000, 2.5, true}))
		must(t, f.SetCellStyle(s, "C3", "C3", style(t, f, &excelize.Style{NumFmt: 14})))
		must(t, f.SetCellStyle(s, "D3", "D3", style(t, f, &excelize.Style{CustomNumFmt: &custom})))
		must(t, f.SetCellStyle(s, "E3", "E3", style(t, f, &excelize.Style{CustomNumFmt: &padded})))
		must(t, f.SetCellStyle(s, "F3", "F3", style(t, f, &excelize.Style{CustomNumFmt: &days})))
		must(t, f.SetCellRichText(s, "A4", []excelize.RichTextRun{{Text: "Elph"}, {Text: "berg", Font: &excelize.Font{Bold: true}}}))
		must(t, f.SetCellValue(s, "D4", 45057)) // a day that nobody formatted is a number
		must(t, f.SetCellFormula(s, "H4", "B3/0"))
		_, err := f.NewSheet("Exports 2023")
		must(t, err)
		must(t, f.SetCellValue("Exports 2023", "A1", "second"))
	})
	first := []string{
		"Text|Number|Day|Custom|HS|Days|True|Sum",
		"Niño & Sons|#1234567890123|2023-05-11|2023-05-11|#0901110000|#2.5|true",
		"Elphberg|||#45057||||",
	}
	for sheet, want := range map[string][]string{"": first, "sheet1": first, "1": first, "2": {"second"}, "Exports 2023": {"second"}} {
		got, err := rowsOfSheet(data, sheet)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("sheet %q: %v (-want +got):\n%s", sheet, err, diff)
		}
	}
	if _, err := rowsOfSheet(data, "Imports"); err == nil || err.Error() != `the workbook has no sheet "Imports"; there are Sheet1, Exports 2023` {
		t.Error(err)
	}
}

// The days of a workbook that counts from 1904, and those around the day of
// 1900 that never was.
func TestDays(t *testing.T) {
	for _, tt := range []struct {
		from1904 bool
		number   float64
		want     string
	}{
		{false, 45057, "2023-05-11"},
		{false, 45057.99, "2023-05-11"},
		{false, 61, "1900-03-01"},
		{false, 59, "1900-02-28"},
		{false, 60, "#60"}, // 29 February 1900
		{false, 0.5, "#0.5"},
		{false, 2958465, "9999-12-31"},
		{false, 2958466, "#2958466"},
		{false, -1, "#-1"},
		{true, 43595, "2023-05-11"},
		{true, 0, "1904-01-01"},
	} {
		data := tabletest.Workbook(t, func(f *excelize.File) {
			must(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &tt.from1904}))
			must(t, f.SetCellValue("Sheet1", "A1", tt.number))
			must(t, f.SetCellStyle("Sheet1", "A1", "A1", style(t, f, &excelize.Style{NumFmt: 14})))
		})
		if got, err := rowsOfSheet(data, ""); err != nil || len(got) != 1 || got[0] != tt.want {
			t.Errorf("%v, from 1904 %v: %q, %v, want %s", tt.number, tt.from1904, got, err, tt.want)
		}
	}
}

func TestHiddenSheet(t *testing.T) {
	data := tabletest.Workbook(t, func(f *excelize.File) {
		_, err := f.NewSheet("Shown")
		must(t, err)
		must(t, f.SetCellValue("Shown", "A1", "shown"))
		must(t, f.SetCellValue("Sheet1", "A1", "hidden"))
		f.SetActiveSheet(1)
		must(t, f.SetSheetVisible("Sheet1", false))
	})
	if got, err := rowsOfSheet(data, ""); err != nil || len(got) != 1 || got[0] != "shown" {
		t.Errorf("%q, %v", got, err)
	}
}

// changed rewrites a member of a workbook.
func changed(t testing.TB, data []byte, name string, change func(string) string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	must(t, err)
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range z.File {
		rc, err := f.Open()
		must(t, err)
		text, err := io.ReadAll(rc)
		must(t, err)
		if f.Name == name {
			if text = []byte(change(string(text))); len(text) == 0 {
				continue
			}
		}
		to, err := w.Create(f.Name)
		must(t, err)
		_, err = to.Write(text)
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

func TestDamagedSheets(t *testing.T) {
	good := tabletest.Workbook(t, func(f *excelize.File) {
		must(t, f.SetSheetRow("Sheet1", "A1", &[]any{"Name", "Weight"}))
		must(t, f.SetSheetRow("Sheet1", "A2", &[]any{"A", 1.5}))
	})
	const sheet = "xl/worksheets/sheet1.xml"
	replace := func(old, with string) func(string) string {
		return func(s string) string {
			if !strings.Contains(s, old) {
				t.Fatalf("%s does not hold %s", s, old)
			}
			return strings.Replace(s, old, with, 1)
		}
	}
	cut := func(s string) string { return s[:strings.Index(s, "</row>")] }
	none := func(string) string { return "" }
	for _, tt := range []struct {
		name string
		data []byte
		want string
	}{
		{"text", []byte("Name,Country\nA,B\n"), "no workbook (.xlsx), or a damaged one: not a valid zip file"},
		{"cut short", good[:len(good)/2], "no workbook (.xlsx), or a damaged one"},
		{"old or encrypted", append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), good...), "an old workbook (.xls) or one with a password: save it as .xlsx without one"},
		{"a sheet that breaks off", changed(t, good, sheet, cut), "the workbook is damaged after row 1 of Sheet1: "},
		{"broken XML", changed(t, good, sheet, replace("</row>", "</raw>")), "the workbook is damaged after row 1 of Sheet1: "},
		{"no sheet", changed(t, good, sheet, none), "the workbook is damaged: it has no xl/worksheets/sheet1.xml"},
		{"no workbook", changed(t, good, "xl/workbook.xml", none), "the workbook is damaged: it has no xl/workbook.xml"},
		{"a text that is not there", changed(t, good, sheet, replace("<v>0</v>", "<v>99</v>")), `the workbook is damaged after row 1 of Sheet1: a cell points at the text "99", there are 3`},
		{"no number", changed(t, good, sheet, replace("<v>1.5</v>", "<v>1,5</v>")), `the workbook is damaged after row 2 of Sheet1: a cell holds "1,5", which is no number`},
		{"a row of no number", changed(t, good, sheet, replace(`r="2"`, `r="-2"`)), `the workbook is damaged: a row has the number "-2"`},
		{"cells that go back", changed(t, good, sheet, replace(`r="B2"`, `r="A2"`)), `the workbook is damaged after row 2 of Sheet1: a cell is named "A2"`},
		{"an endless text", changed(t, good, "xl/sharedStrings.xml", replace("Name", strings.Repeat("x", 2<<20))), "the workbook is damaged: a text of more than 1048576 bytes"},
		{"an entity bomb", changed(t, good, sheet, replace("<sheetData>", "<sheetData><row><c><v>&b;</v></c></row>")), "the workbook is damaged after row 1 of Sheet1: XML syntax error"},
	} {
		_, err := rowsOfSheet(tt.data, "")
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
}

func FuzzSheet(f *testing.F) {
	book := tabletest.Workbook(f, func(x *excelize.File) {
		must(f, x.SetSheetRow("Sheet1", "A1", &[]any{"Name", 1.5, time.Date(2023, 5, 11, 0, 0, 0, 0, time.UTC)}))
	})
	for _, row := range []string{
		`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" s="1"><v>45057</v></c></row>`,
		`<row><c t="inlineStr"><is><r><t>a</t></r><rPh><t>b</t></rPh></is></c><c t="d"><v>2023-05-11T00:00:00</v></c></row>`,
		`<row r="9"><c r="XFD9"><v>1e300</v></c></row><row r="2"/>`,
	} {
		f.Add(row)
	}
	f.Fuzz(func(t *testing.T, rows string) {
		data := changed(t, book, "xl/worksheets/sheet1.xml", func(s string) string {
			return s[:strings.Index(s, "<sheetData>")] + "<sheetData>" + rows + "</sheetData></worksheet>"
		})
		got, err := rowsOfSheet(data, "")
		if err != nil && strings.Contains(err.Error(), "\n") || len(got) > len(rows) {
			t.Errorf("%d rows, %v", len(got), err)
		}
	})
}

func BenchmarkSheet(b *testing.B) {
	data := tabletest.Workbook(b, func(f *excelize.File) {
		w, err := f.NewStreamWriter("Sheet1")
		must(b, err)
		for i := range 5000 {
			must(b, w.SetRow("A"+itoa(i+1), []any{"ELPHBERG TRADING", 852589, 1250.5, "DIGITAL CAMERAS", "CN", 45057, "PE", 3}))
		}
		must(b, w.Flush())
	})
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		rows, err := rowsOfSheet(data, "")
		must(b, err)
		n += len(rows)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
	b.SetBytes(int64(len(data)))
}

func itoa(n int) string {
	name, err := excelize.CoordinatesToCellName(1, n)
	if err != nil {
		return ""
	}
	return name[1:]
}
