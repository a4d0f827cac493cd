package snapshot

import (
	"strconv"
	"time"

	"github.com/tripoint-data/tripoint/record"
)

// column is one column of a CSV table.
type column struct {
	name  string
	typ   string // string, date, datetime, number, integer as in Table Schema
	about string
	cell  func(record.Record) string
}

// The kinds of cells. Texts and lists are guarded, numbers and dates are not.

func text[R record.Record](name, about string, get func(R) string) column {
	return column{name, "string", about, func(r record.Record) string { return guard(get(r.(R))) }}
}

func list[R record.Record](name, about string, get func(R) []string) column {
	about += " (elements divided by" + joint[:2] + ")"
	return column{name, "string", about, func(r record.Record) string { return guardList(get(r.(R))) }}
}

func date[R record.Record](name, about string, get func(R) record.Date) column {
	return column{name, "date", about, func(r record.Record) string { return string(get(r.(R))) }}
}

func moment[R record.Record](name, about string, get func(R) time.Time) column {
	return column{name, "datetime", about, func(r record.Record) string {
		if t := get(r.(R)); !t.IsZero() {
			return t.UTC().Format(time.RFC3339)
		}
		return ""
	}}
}

// number is empty for 0, which is how records say that a number is not known.
func number[R record.Record](name, about string, get func(R) float64) column {
	return column{name, "number", about, func(r record.Record) string {
		if n := get(r.(R)); n != 0 {
			return strconv.FormatFloat(n, 'f', -1, 64)
		}
		return ""
	}}
}

// count is 0 where there is none.
func count[R record.Record](name, about string, get func(R) int) column {
	return column{name, "integer", about, func(r record.Record) string { return strconv.Itoa(get(r.(R))) }}
}

// origin are the columns that say where a fact was read.
func origin[R record.Record](get func(R) *record.Origin) []column {
	of := func(r R) record.Origin {
		if o := get(r); o != nil {
			return *o
		}
		return record.Origin{}
	}
	return []column{
		text("source", "source that the record was read from", func(r R) string { return of(r).Source }),
		text("source_url", "address that the file was fetched from", func(r R) string { return of(r).URL }),
		text("source_sha256", "SHA-256 of the captured file", func(r R) string { return of(r).SHA256 }),
		text("locator", "place in the file", func(r R) string { return of(r).Locator }),
		moment("fetched", "when the file was fetched, UTC", func(r R) time.Time { return of(r).Fetched }),
	}
}

// each maps a list.
func each[T, U any](in []T, f func(T) U) []U {
	out := make([]U, len(in))
	for i, v := range in {
		out[i] = f(v)
	}
	return out
}

func id[R record.Record](about string) column {
	return text("id", about, func(r R) string { return r.Ref().ID })
}

func whys(list []record.Why) []string {
	return each(list, func(w record.Why) string { return w.Text })
}
