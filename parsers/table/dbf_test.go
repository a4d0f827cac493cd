package table_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"

	"github.com/tripoint-data/tripoint/parsers/table"
	"github.com/tripoint-data/tripoint/parsers/table/tabletest"
)

// rowsOfDBF reads a file to its end: each row as its cells between bars.
func rowsOfDBF(data []byte, enc encoding.Encoding) ([]string, error) {
	d, err := table.NewDBF(bytes.NewReader(data), enc)
	if err != nil {
		return nil, err
	}
	var out []string
	for {
		if err := d.Next(); err == io.EOF {
			return out, nil
		} else if err != nil {
			return out, err
		}
		cells := make([]string, len(d.Columns()))
		for i := range cells {
			cells[i] = d.Text(i)
		}
		out = append(out, strings.Join(cells, "|"))
	}
}

var demoColumns = []string{"CODI_ADUAN C 3", "DNOMBRE C 30", "FECH_LLEGA D 8", "PESO_NETO N 12.3", "OK L 1", "F F 8.2"}

func demoRows() [][]string {
	return [][]string{
		{"118", "ELPHBERG\x00PER\xda S.A.C.", "20230511", "1250.500", "T", "1.50"},
		{"*18", "DELETED", "20230511", "1.000", "T", "1.00"},
		{"235", "STRELSAU NI\xd1O", "00000000", "************", "?", ""},
		{"118", "RASSENDYLL", "20231332", "-2", "n", "0.00"},
	}
}

func TestDBF(t *testing.T) {
	got, err := rowsOfDBF(tabletest.DBF(demoColumns, demoRows()...), nil)
	want := []string{
		"118|ELPHBERG PERÚ S.A.C.|2023-05-11|1250.500|true|1.50",
		"235|STRELSAU NIÑO||||",
		"118|RASSENDYLL|20231332|-2|false|0.00",
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestDBFEncodings(t *testing.T) {
	for _, tt := range []struct {
		language byte
		named    encoding.Encoding
		cell     string
	}{
		{0, nil, "Ni\xf1o"},                    // none is named: Windows-1252 where it is no UTF-8
		{0, nil, "Niño"},                       // UTF-8
		{0x02, nil, "Ni\xa4o"},                 // the header says code page 850
		{0x65, charmap.Windows1252, "Ni\xf1o"}, // the mapping knows better
		{0x03, nil, "Ni\xf1o"},
	} {
		data := tabletest.DBF([]string{"N C 10"}, []string{tt.cell})
		data[29] = tt.language
		if got, err := rowsOfDBF(data, tt.named); err != nil || len(got) != 1 || got[0] != "Niño" {
			t.Errorf("%#x %q: %q, %v", tt.language, tt.cell, got, err)
		}
	}
}

// The binary numbers of FoxPro, a day with its time, and a memo.
func TestFoxPro(t *testing.T) {
	var cells [4][]byte
	cells[0] = binary.LittleEndian.AppendUint32(nil, math.MaxUint32-6)
	cells[1] = binary.LittleEndian.AppendUint64(nil, 12_345_600)
	cells[2] = binary.LittleEndian.AppendUint64(nil, math.Float64bits(2.5))
	cells[3] = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, 2460076), 86_399_000)
	row := make([]string, 5)
	for i, c := range cells {
		row[i] = string(c)
	}
	data := tabletest.DBF([]string{"I I 4", "Y Y 8", "B B 8", "T T 8", "M M 4"}, row)
	data[0] = 0x30
	if got, err := rowsOfDBF(data, nil); err != nil || len(got) != 1 || got[0] != "-7|1234.56|2.5|2023-05-11|" {
		t.Errorf("%q, %v", got, err)
	}
	d, err := table.NewDBF(bytes.NewReader(data), nil)
	if err != nil {
		t.Fatal(err)
	}
	if why := d.Unreadable(4); why != "is a memo: its text lies in another file, which is not read" || d.Unreadable(0) != "" {
		t.Errorf("%q", why)
	}
}

// A text may be longer than 255 bytes: the high byte of its length stands
// where numbers have their decimals.
func TestLongText(t *testing.T) {
	long := strings.Repeat("x", 300)
	data := tabletest.DBF([]string{"DESC C 300", "A C 1"}, []string{long, "y"})
	data[32+16], data[32+17] = 300&0xff, 300>>8
	if got, err := rowsOfDBF(data, nil); err != nil || len(got) != 1 || got[0] != long+"|y" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestDamagedDBF(t *testing.T) {
	good := tabletest.DBF(demoColumns, demoRows()...)
	head := 32 + 32*len(demoColumns) + 1
	change := func(at int, b ...byte) []byte {
		data := bytes.Clone(good)
		copy(data[at:], b)
		return data
	}
	for _, tt := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "the dBase file breaks off in its header: it was cut short, fetch it again"},
		{"text", []byte(strings.Repeat("name,country\n", 10)), "not a dBase file"},
		{"no room", change(8, 0, 0), "not a dBase file: its header gives no room to columns"},
		{"a header cut short", good[:100], "the dBase file breaks off in its header"},
		{"cut short", good[:len(good)-10], "the dBase file breaks off in record 4 of 4: it was cut short, fetch it again"},
		{"cut between records", good[:head+63], "the dBase file breaks off in record 2 of 4"},
		{"not closed", change(4, 2), "the dBase file holds more than the 2 records of its header: it was not closed, fetch it again"},
		{"shifted", change(head, 'x'), `the dBase file is damaged: record 1 begins with 'x'`},
		{"columns and records differ", change(32+16, 9), "the dBase file is damaged: its columns take 69 bytes, its records have 63"},
		{"dBase 7", change(0, 4), "a table of dBase 7, which is not read: save it as dBase III or IV"},
		{"encrypted", change(15, 1), "the dBase file is encrypted"},
		{"no columns", change(32, 0x0D), "the dBase file has no columns"},
	} {
		if _, err := rowsOfDBF(tt.data, nil); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
}

func FuzzDBF(f *testing.F) {
	f.Add(tabletest.DBF(demoColumns, demoRows()...))
	fox := tabletest.DBF([]string{"T T 8", "Y Y 8"}, []string{"12345678", "12345678"})
	fox[0] = 0x30
	f.Add(fox)
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := rowsOfDBF(data, nil)
		if err == nil && len(rows) > len(data) {
			t.Errorf("%d rows of %d bytes", len(rows), len(data))
		}
	})
}

func BenchmarkDBF(b *testing.B) {
	rows := make([][]string, 20_000)
	for i := range rows {
		rows[i] = demoRows()[0]
	}
	data := tabletest.DBF(demoColumns, rows...)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if got, err := rowsOfDBF(data, nil); err != nil || len(got) != len(rows) {
			b.Fatal(len(got), err)
		}
	}
}
