package parsers

import (
	"archive/tar"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/parsers/parsertest"
)

func tarOf(t testing.TB, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range members {
		h := &tar.Header{Name: m.name, Mode: 0o644, Size: int64(len(m.data)), Typeflag: tar.TypeReg}
		if strings.HasSuffix(m.name, "/") {
			h.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, m.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// rarOf writes a RAR of version 5 whose members are stored, as rar -m0 does.
// A block is the checksum of what follows, its length and its header.
func rarOf(members ...member) []byte {
	b := []byte("Rar!\x1a\x07\x01\x00")
	vint := func(numbers ...uint64) []byte {
		var b []byte
		for _, n := range numbers {
			b = binary.AppendUvarint(b, n)
		}
		return b
	}
	block := func(header, data []byte) {
		header = append(vint(uint64(len(header))), header...)
		b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(header))
		b = append(append(b, header...), data...)
	}
	block(vint(1, 0, 0), nil) // the archive
	for _, m := range members {
		size := uint64(len(m.data))
		head := vint(2, 2, size, 4, size, 0o644) // a file with data: its flags say that a checksum is there
		head = binary.LittleEndian.AppendUint32(head, crc32.ChecksumIEEE([]byte(m.data)))
		head = append(head, vint(0, 1, uint64(len(m.name)))...) // stored, under Unix
		block(append(head, m.name...), []byte(m.data))
	}
	block(vint(5, 0, 0), nil) // the end
	return b
}

func TestArchives(t *testing.T) {
	files := []member{{"in/", ""}, {"in/a.txt", "hello"}, {"b.csv", "x;y"}, {"__MACOSX/._b.csv", "m"}}
	packed := func(data []byte) []byte { return gz(t, string(data)) }
	big := strings.Repeat("0", 40<<20)
	const all = "!in/a.txt=hello f!b.csv=x;y"
	for _, tt := range []struct {
		name   string
		unpack Unpack
		data   []byte
		want   string
	}{
		{"tar", Unpack{}, tarOf(t, files...), "f" + all},
		{"tar.gz", Unpack{}, packed(tarOf(t, files...)), "f" + all},
		{"tar.gz named tar", Unpack{Type: "tar", Glob: "*.csv"}, packed(tarOf(t, files...)), "f!b.csv=x;y"},
		{"rar", Unpack{}, rarOf(files[1:]...), "f" + all},
		{"rar named so", Unpack{Type: "rar", Glob: "in/*"}, rarOf(files[1:]...), "f!in/a.txt=hello"},
		{"nothing wanted", Unpack{Glob: "*.xml"}, rarOf(files[1:]...), "error: f: holds no file that is wanted (*.xml)"},
		{"no rar", Unpack{Type: "rar"}, tarOf(t, files...), "error: f is no rar file, though unpack.type says so"},
		{"a way out of a tar", Unpack{}, tarOf(t, member{"../../etc/passwd", "x"}), `error: f: member "../../etc/passwd" has a path that leads elsewhere`},
		{"a way out of a rar", Unpack{}, rarOf(member{"../../etc/passwd", "x"}), `error: f: member "`},
		{"an empty member", Unpack{}, tarOf(t, member{"sdn.csv", ""}), "error: f: member sdn.csv is empty"},
		{"too many", Unpack{MaxFiles: 1}, rarOf(files[1:]...), "error: f: has more than 1 wanted members"},
		{"too large", Unpack{MaxBytes: 4}, rarOf(files[1:]...), "error: f: member in/a.txt: unpacks to more than 4B"},
		{"too large together", Unpack{MaxBytes: 6}, tarOf(t, files...), "error: f: member b.csv: unpacks to more than 6B"},
		{"a bomb", Unpack{}, packed(tarOf(t, member{"a", big})), "error: f: member a: unpacks to more than 250 times its size"},
		{"a bomb that is passed over", Unpack{Glob: "b"}, packed(tarOf(t, member{"a", big}, member{"b", "x"})), "error: f: a damaged tar, or one that was cut short: unpacks to more than 250 times"},
		{"a tar cut short", Unpack{}, tarOf(t, member{"a", "hello"})[:514], "error: f: member a: unexpected EOF"},
		{"a tar.gz cut short", Unpack{}, packed(tarOf(t, files...))[:60], "error: f: "},
		{"a rar cut short", Unpack{}, rarOf(files[1:]...)[:50], "error: f: "},
		{"a rar with a flipped bit", Unpack{}, bytes.Replace(rarOf(files[1:]...), []byte("hello"), []byte("hallo"), 1), "error: f: member in/a.txt: a damaged RAR, or one that was cut short: bad file checksum"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, temp := range []string{"", t.TempDir()} {
				u := parsertest.Unit(parsertest.Part("f", tt.data))
				u.Temp = temp
				got, err := unpacked(tt.unpack, nil, u)
				if err != nil {
					got = "error: " + err.Error()
				}
				if got != tt.want && !(strings.HasPrefix(tt.want, "error: ") && strings.HasPrefix(got, tt.want)) {
					t.Errorf("got %.200s\nwant %s", got, tt.want)
				}
				if strings.Contains(got, "\n") {
					t.Errorf("%q has more than one line", got)
				}
				if temp == "" {
					continue
				}
				if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
					t.Errorf("%v left in the scratch folder, %v", left, err)
				}
			}
		})
	}
}

// A workbook is a ZIP, but one file.
func TestWorkbookIsNoArchive(t *testing.T) {
	book := zipOf(t, member{"[Content_Types].xml", "<Types/>"}, member{"xl/workbook.xml", "<workbook/>"})
	u := parsertest.Unit(parsertest.Part("b.xlsx", book))
	if got, err := unpacked(Unpack{}, nil, u); err != nil || got != "b.xlsx="+string(book) {
		t.Errorf("%.60q, %v", got, err)
	}
	if got, err := unpacked(Unpack{Type: "zip", Glob: "xl/*"}, nil, u); err != nil || got != "b.xlsx!xl/workbook.xml=<workbook/>" {
		t.Errorf("%.60q, %v", got, err)
	}
}
