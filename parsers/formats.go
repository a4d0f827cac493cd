package parsers

import (
	"slices"

	"github.com/tripoint-data/tripoint/parsers/csl"
	"github.com/tripoint-data/tripoint/parsers/ofac"
)

// formats is the table of all formats. A new format is a folder and a line here.
var formats = []Format{
	{Name: "csl-json", Version: "1", Members: []string{"*.json"}, New: csl.NewJSON},
	{Name: "csl-csv", Version: "1", Members: []string{"*.csv", "*.tsv"}, New: csl.NewCSV},
	{Name: "ofac-csv", Version: "1", Joined: true, Members: []string{"*.csv"}, New: ofac.New},
}

// Formats returns the table of all formats.
func Formats() []Format { return slices.Clone(formats) }
