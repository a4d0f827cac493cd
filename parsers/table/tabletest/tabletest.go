// Package tabletest writes dBase files and workbooks for tests. Start with DBF
// and Workbook.
package tabletest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// Workbook writes a workbook by another hand than ours, as fill has it.
func Workbook(t testing.TB, fill func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Column describes a column: "NAME C 30" or "WEIGHT N 12.3".
type Column = string

// DBF writes a dBase III file of texts in the encoding that they are in; its
// header names none. A row whose first cell begins with * is deleted.
func DBF(columns []Column, rows ...[]string) []byte {
	type column struct {
		name            string
		kind            byte
		size, precision int
	}
	var cols []column
	size := 1
	for _, text := range columns {
		var c column
		var kind, width string
		if n, err := fmt.Sscan(text, &c.name, &kind, &width); n != 3 {
			panic(fmt.Sprint(text, ": ", err))
		}
		fmt.Sscanf(strings.Replace(width, ".", " ", 1), "%d %d", &c.size, &c.precision)
		c.kind = kind[0]
		size += c.size
		cols = append(cols, c)
	}
	b := make([]byte, 32, 4096)
	b[0], b[1], b[2], b[3] = 3, 126, 11, 22
	binary.LittleEndian.PutUint32(b[4:], uint32(len(rows)))
	binary.LittleEndian.PutUint16(b[8:], uint16(32+32*len(cols)+1))
	binary.LittleEndian.PutUint16(b[10:], uint16(size))
	for _, c := range cols {
		var d [32]byte
		copy(d[:11], c.name)
		d[11], d[16], d[17] = c.kind, byte(c.size), byte(c.precision)
		b = append(b, d[:]...)
	}
	b = append(b, 0x0D)
	for _, row := range rows {
		mark := byte(' ')
		if strings.HasPrefix(row[0], "*") {
			mark = '*'
		}
		b = append(b, mark)
		for i, c := range cols {
			cell := ""
			if i < len(row) {
				cell = row[i][:min(len(row[i]), c.size)]
			}
			blanks := strings.Repeat(" ", c.size-len(cell))
			if c.kind == 'N' || c.kind == 'F' {
				cell = blanks + cell
			} else {
				cell += blanks
			}
			b = append(b, cell...)
		}
	}
	return append(b, 0x1A)
}
