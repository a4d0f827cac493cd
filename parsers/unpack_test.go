package parsers

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/parsers/parsertest"
	"github.com/tripoint-data/tripoint/record"
)

type member struct{ name, data string }

func zipOf(t testing.TB, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		w, err := z.Create(m.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, m.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gz(t testing.TB, data string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// unpacked returns what a unit unpacks to, as name=text, and the error.
func unpacked(p Unpack, globs []string, u record.Unit) (string, error) {
	parts, done, err := p.open(u, globs)
	defer done()
	if err != nil {
		return "", err
	}
	var out []string
	for _, part := range parts {
		rc, err := part.Open()
		if err != nil {
			return "", fmt.Errorf("%s: %w", part.Name, err)
		}
		b, err := io.ReadAll(rc)
		rc.Close()
		if err != nil {
			return "", fmt.Errorf("%s: %w", part.Name, err)
		}
		out = append(out, part.Name+"="+string(b))
	}
	return strings.Join(out, " "), nil
}

func TestUnpack(t *testing.T) {
	weekly := zipOf(t, member{"ipg/ipgb.xml", "<a/>"}, member{"lst.txt", "l"}, member{"RPT.HTML", "h"}, member{"__MACOSX/._ipgb.xml", "m"})
	for _, tt := range []struct {
		name   string
		unpack Unpack
		globs  []string
		file   string
		data   []byte
		want   string
	}{
		{"plain", Unpack{}, nil, "a.csv", []byte("x"), "a.csv=x"},
		{"zip by its bytes", Unpack{}, []string{"*.xml"}, "w.bin", weekly, "w.bin!ipg/ipgb.xml=<a/>"},
		{"the source's glob wins", Unpack{Glob: "*.html"}, []string{"*.xml"}, "w.zip", weekly, "w.zip!RPT.HTML=h"},
		{"all members", Unpack{}, nil, "w.zip", weekly, "w.zip!ipg/ipgb.xml=<a/> w.zip!lst.txt=l w.zip!RPT.HTML=h"},
		{"gzip", Unpack{}, nil, "d/a.csv.gz", gz(t, "hello"), "d/a.csv.gz!a.csv=hello"},
		{"left packed", Unpack{Type: "none"}, nil, "a.gz", []byte("\x1f\x8bxx"), "a.gz=\x1f\x8bxx"},
		{"7z", Unpack{}, nil, "a.7z", []byte("7z\xbc\xaf\x27\x1c..."), "error: a.7z is packed with 7z, which is not read: unpack it by hand"},
		{"empty", Unpack{}, nil, "sdn.csv", nil, "error: sdn.csv is empty"},
		{"an empty member", Unpack{}, nil, "w.zip", zipOf(t, member{"sdn.csv", ""}), "error: w.zip: member sdn.csv is empty"},
		{"nothing wanted", Unpack{}, []string{"*.dbf"}, "w.zip", weekly, "error: w.zip: holds no file that is wanted (*.dbf)"},
		{"no zip", Unpack{Type: "zip"}, nil, "a.csv", []byte("name"), "error: a.csv is no zip file"},
		{"a way out", Unpack{}, nil, "w.zip", zipOf(t, member{"../../etc/passwd", "x"}), `error: w.zip: member "../../etc/passwd" has a path that leads elsewhere`},
		{"a root", Unpack{}, nil, "w.zip", zipOf(t, member{"/etc/passwd", "x"}), `error: w.zip: member "/etc/passwd" has a path that leads elsewhere`},
		{"a backslash", Unpack{}, nil, "w.zip", zipOf(t, member{`..\x`, "x"}), `error: w.zip: member "..\\x" has a path`},
		{"too many", Unpack{MaxFiles: 1}, []string{"*.xml", "*.txt"}, "w.zip", weekly, "error: w.zip: has more than 1 wanted members"},
		{"too large", Unpack{MaxBytes: 10}, nil, "w.zip", zipOf(t, member{"a", "0123456789ab"}), "error: w.zip: member a unpacks to 12B, over the limit of 10B"},
		{"too large together", Unpack{MaxBytes: 10}, nil, "w.zip", zipOf(t, member{"a", "012345"}, member{"b", "012345"}), "error: w.zip!b: unpacks to more than 10B"},
		{"gzip too large", Unpack{MaxBytes: 10}, nil, "a.gz", gz(t, "0123456789ab"), "error: a.gz!a: unpacks to more than 10B"},
		{"a bomb", Unpack{}, nil, "w.zip", zipOf(t, member{"a", strings.Repeat("0", 40<<20)}), "error: w.zip!a: unpacks to more than 250 times its size"},
		{"a gzip bomb", Unpack{}, nil, "a.gz", gz(t, strings.Repeat("0", 40<<20)), "error: a.gz!a: unpacks to more than 250 times its size"},
		{"a damaged zip", Unpack{}, nil, "w.zip", weekly[:40], "error: w.zip: a damaged ZIP"},
		{"a damaged gzip", Unpack{}, nil, "a.gz", []byte("\x1f\x8bxx"), "error: a.gz!a: not gzip"},
	} {
		got, err := unpacked(tt.unpack, tt.globs, parsertest.Unit(parsertest.Part(tt.file, tt.data)))
		if err != nil {
			got = "error: " + err.Error()
		}
		if got != tt.want && !(strings.HasPrefix(tt.want, "error: ") && strings.HasPrefix(got, tt.want)) {
			t.Errorf("%s: got %.200s\nwant %s", tt.name, got, tt.want)
		}
	}
}

// A ZIP that can be sought is read in place; one that cannot be is copied to
// the scratch folder, which is left empty.
func TestUnpackPlaces(t *testing.T) {
	data := zipOf(t, member{"a.csv", "x"})
	file := filepath.Join(t.TempDir(), "w.zip")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	onDisk := record.Unit{Parts: []record.Part{{Name: "w.zip", Open: func() (io.ReadCloser, error) { return os.Open(file) }}}}
	if got, err := unpacked(Unpack{}, nil, onDisk); err != nil || got != "w.zip!a.csv=x" {
		t.Errorf("%q, %v", got, err)
	}
	u := parsertest.Unit(parsertest.Part("w.zip", data))
	u.Temp = t.TempDir()
	if got, err := unpacked(Unpack{}, nil, u); err != nil || got != "w.zip!a.csv=x" {
		t.Errorf("%q, %v", got, err)
	}
	left, err := os.ReadDir(u.Temp)
	if err != nil || len(left) != 0 {
		t.Errorf("%v left in the scratch folder, %v", left, err)
	}
}

func TestSize(t *testing.T) {
	for in, want := range map[string]Size{"8GiB": 8 << 30, "64 KiB": 64 << 10, "10MB": 1e7, "512": 512, "3B": 3, "0": 0} {
		var s Size
		if err := s.UnmarshalText([]byte(in)); err != nil || s != want {
			t.Errorf("%s: %d, %v", in, s, err)
		}
	}
	for _, in := range []string{"", "GiB", "-1", "8 parsecs", "9999999999TiB", "1.5GiB"} {
		var s Size
		if err := s.UnmarshalText([]byte(in)); err == nil {
			t.Errorf("%q was taken for a size", in)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("\x1f\x8b\x08\x00"))
	f.Add(zipOf(f, member{"a/b.xml", "<a/>"}))
	f.Add(gz(f, "x"))
	f.Add(tarOf(f, member{"a.txt", "x"}))
	f.Add(gz(f, string(tarOf(f, member{"a.txt", "x"}))))
	f.Add(rarOf(member{"a.txt", "x"}))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := unpacked(Unpack{MaxBytes: 1 << 20, MaxFiles: 10}, nil, parsertest.Unit(parsertest.Part("f", data)))
		if err == nil && got == "" || len(got) > 2<<20 {
			t.Errorf("%d bytes, %v", len(got), err)
		}
	})
}
