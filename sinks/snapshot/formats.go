package snapshot

import (
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// writer is one format under way.
type writer interface {
	// put writes one record; line is its JSON line.
	put(r record.Record, line []byte) error
	// close ends the files and says what they hold.
	close() ([]resource, error)
}

type format struct {
	name string
	open func(s *stage, demo bool) (writer, error)
}

// formats is the table of formats. A new one is a file beside this one and a
// line here.
var formats = []format{
	{"jsonl", openJSONL},
	{"csv", openCSV},
}

// chosen are the formats of a list of names: all for none, jsonl always.
func chosen(names []string) []format {
	if len(names) == 0 {
		return formats
	}
	var list []format
	for _, f := range formats {
		if f.name == "jsonl" || slices.Contains(names, f.name) {
			list = append(list, f)
		}
	}
	return list
}

func formatNames() string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return strings.Join(names, ", ")
}
