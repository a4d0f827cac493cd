// Package table reads the rows of tables that are no text: dBase files and
// workbooks. Start with NewDBF or OpenSheet. Rows are read one at a time, and
// a file that breaks off, or that says something else than it holds, is an
// error and never a short table.
package table

import (
	"fmt"
	"strings"
	"time"
)

// maxColumns bounds the columns of a table: a workbook can have no more.
const maxColumns = 16384

// day writes a calendar date as ISO does.
func day(year, month, d int) (string, bool) {
	if year < 1 || year > 9999 || month < 1 || month > 12 || d < 1 || d > time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day() {
		return "", false
	}
	return fmt.Sprintf("%04d-%02d-%02d", year, month, d), true
}

// nameOf brings a column's name to one line.
func nameOf(s string) string { return strings.Join(strings.Fields(s), " ") }
