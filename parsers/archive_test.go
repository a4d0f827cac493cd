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
	"github.com/tripoint-data/tripoint/record"
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

func vints(numbers ...uint64) []byte {
	var b []byte
	for _, n := range numbers {
		b = binary.AppendUvarint(b, n)
	}
	return b
}

// rarBlock is the checksum of what follows, its length and the header, and the
// data behind it.
func rarBlock(header, data []byte) []byte {
	header = append(vints(uint64(len(header))), header...)
	b := binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(header))
	return append(append(b, header...), data...)
}

// rarMember is a stored file of so many bytes, or a piece of one; split says
// whether it goes on from (8) or in (16) another volume.
func rarMember(name string, size int, piece, sum string, split uint64) []byte {
	head := vints(2, 2|split, uint64(len(piece)), 4, uint64(size), 0o644) // it has data, and a checksum
	head = binary.LittleEndian.AppendUint32(head, crc32.ChecksumIEEE([]byte(sum)))
	head = append(head, vints(0, 1, uint64(len(name)))...) // stored, under Unix
	return rarBlock(append(head, name...), []byte(piece))
}

// rarOf writes a RAR of version 5 whose members are stored, as rar -m0 does.
func rarOf(members ...member) []byte {
	b := append([]byte("Rar!\x1a\x07\x01\x00"), rarBlock(vints(1, 0, 0), nil)...)
	for _, m := range members {
		b = append(b, rarMember(m.name, len(m.data), m.data, m.data, 0)...)
	}
	return append(b, rarBlock(vints(5, 0, 0), nil)...)
}

// rarVolumes writes a file over three volumes.
func rarVolumes(name, data string) [3][]byte {
	var out [3][]byte
	third := len(data) / 3
	for i, split := range [...]uint64{16, 8 | 16, 8} {
		piece := data[i*third:]
		sum, archive, more := data, vints(1, 0, 3, uint64(i)), uint64(0) // the checksum of the last piece is that of all
		if i < 2 {
			piece = piece[:third]
			sum, more = piece, 1
		}
		if i == 0 {
			archive = vints(1, 0, 1)
		}
		b := append([]byte("Rar!\x1a\x07\x01\x00"), rarBlock(archive, nil)...)
		b = append(b, rarMember(name, len(data), piece, sum, split)...)
		out[i] = append(b, rarBlock(vints(5, 0, more), nil)...)
	}
	return out
}

// The volumes of a RAR are one file, in whatever order they come.
func TestVolumes(t *testing.T) {
	data := strings.Repeat("1;2;3\n", 1000)
	v := rarVolumes("may.txt", data)
	one, two, three := parsertest.Part("d/may.part1.rar", v[0]), parsertest.Part("d/may.part2.rar", v[1]), parsertest.Part("d/may.part3.rar", v[2])
	other := parsertest.Part("a.txt", []byte("x"))
	for _, tt := range []struct {
		name  string
		parts []record.Part
		want  string
	}{
		{"in order", []record.Part{one, two, three}, "d/may.rar!may.txt=" + data},
		{"not in order", []record.Part{other, three, one, two}, "a.txt=x d/may.rar!may.txt=" + data},
		{"the last is missing", []record.Part{one, two}, "error: d/may.part1.rar: member may.txt: a RAR in several volumes (name.part1.rar …), of which not all are here"},
		{"one is missing", []record.Part{one, three}, "error: d/may.part3.rar is here and not all 2 volumes before it"},
		{"the first alone", []record.Part{one}, "error: d/may.part1.rar: member may.txt: a RAR in several volumes (name.part1.rar …), of which not all are here"},
		{"the second alone", []record.Part{two}, "error: d/may.part2.rar: "},
		{"twice", []record.Part{one, two, two}, "error: the volume d/may.part2.rar is here twice"},
	} {
		got, err := unpacked(Unpack{}, nil, parsertest.Unit(tt.parts...))
		if err != nil {
			got = "error: " + err.Error()
		}
		if got != tt.want && !(strings.HasPrefix(tt.want, "error: ") && strings.HasPrefix(got, tt.want)) {
			t.Errorf("%s: got %.200s\nwant %.200s", tt.name, got, tt.want)
		}
	}
	if set, n, ok := Volume("Importaciones Enero 2025.part01.rar"); set != "Importaciones Enero 2025" || n != 1 || !ok {
		t.Errorf("%q, %d, %v", set, n, ok)
	}
	if _, _, ok := Volume("may.rar"); ok {
		t.Error("a RAR of its own is taken for a volume")
	}
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
