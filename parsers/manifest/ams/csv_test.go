package ams

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func readAll(r io.Reader) (table [][]string, lines []int, bad int, err error) {
	rows := newRows(r)
	for {
		cells, err := rows.next()
		if _, ok := err.(errRow); ok {
			bad++
			continue
		}
		if err == io.EOF {
			return table, lines, bad, nil
		}
		if err != nil {
			return table, lines, bad, err
		}
		row := make([]string, len(cells))
		for i, c := range cells {
			row[i] = string(c)
		}
		table, lines = append(table, row), append(lines, rows.line)
	}
}

func TestRows(t *testing.T) {
	long := strings.Repeat("x", maxRow+10)
	for _, tt := range []struct {
		name, in string
		want     [][]string
		lines    []int
		bad      int
	}{
		{"plain", "a,b\r\n1,\n\n,2", [][]string{{"a", "b"}, {"1", ""}, {"", "2"}}, []int{1, 2, 4}, 0},
		{"quotes", "\"a \"\"x\"\"\",\"b\r\nc\"\n1,2\n", [][]string{{`a "x"`, "b\nc"}, {"1", "2"}}, []int{1, 3}, 0},
		{"bare quote", "1,2\na\"b,c\n\"x\"y\n3,4\n", [][]string{{"1", "2"}, {"3", "4"}}, []int{1, 4}, 2},
		{"never ends", "\"a,b\n1,2\n3,4\n", [][]string{{"1", "2"}, {"3", "4"}}, []int{2, 3}, 1},
		{"never ends, long", "\"a,b\n1,2\n" + long + "\n5,6\n", [][]string{{"1", "2"}, {"5", "6"}}, []int{2, 4}, 2},
		{"empty cell", "\"\"\n", [][]string{{""}}, []int{1}, 0},
		{"return at the end", "a,b\r", [][]string{{"a", "b"}}, []int{1}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, lines, bad, err := readAll(strings.NewReader(tt.in))
			if err != nil || bad < tt.bad {
				t.Errorf("bad = %d, err = %v", bad, err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.lines, lines); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRowsReaderFails(t *testing.T) {
	broken := errors.New("disk gone")
	_, _, _, err := readAll(io.MultiReader(strings.NewReader("a,b\n1,2\n"), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		t.Errorf("err = %v", err)
	}
}

// What encoding/csv reads without complaint reads the same here, however the
// bytes arrive; nothing panics or runs on.
func FuzzRows(f *testing.F) {
	f.Add([]byte("a,b\r\n\"1 \"\"x\"\"\",\"2\r\n3\"\n\n,\r"))
	f.Add([]byte("\"a\n1,2\nx\"y,z\n"))
	f.Add([]byte("\r\r\n,\"\"\r"))
	f.Fuzz(func(t *testing.T, in []byte) {
		got, lines, bad, err := readAll(bytes.NewReader(in))
		if err != nil {
			t.Fatal(err)
		}
		slow, slowLines, slowBad, err := readAll(iotest.OneByteReader(bytes.NewReader(in)))
		if err != nil || slowBad != bad || !cmp.Equal(got, slow) || !cmp.Equal(lines, slowLines) {
			t.Errorf("byte by byte: %q %v %d, at once: %q %v %d", slow, slowLines, slowBad, got, lines, bad)
		}
		std := csv.NewReader(bytes.NewReader(in))
		std.FieldsPerRecord = -1
		want, err := std.ReadAll()
		if err != nil {
			return
		}
		if len(want) == 0 {
			want = nil
		}
		if bad > 0 || !cmp.Equal(got, want) {
			t.Errorf("got %q (%d bad), encoding/csv reads %q", got, bad, want)
		}
	})
}
