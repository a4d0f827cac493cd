package parsers

import (
	"slices"

	"github.com/tripoint-data/tripoint/parsers/bis"
	"github.com/tripoint-data/tripoint/parsers/csl"
	"github.com/tripoint-data/tripoint/parsers/ecfr"
	"github.com/tripoint-data/tripoint/parsers/eu"
	"github.com/tripoint-data/tripoint/parsers/fields"
	"github.com/tripoint-data/tripoint/parsers/manifest/ams"
	"github.com/tripoint-data/tripoint/parsers/manifest/sunat"
	"github.com/tripoint-data/tripoint/parsers/ofac"
	"github.com/tripoint-data/tripoint/parsers/seco"
	"github.com/tripoint-data/tripoint/parsers/uk"
	"github.com/tripoint-data/tripoint/parsers/un"
	"github.com/tripoint-data/tripoint/parsers/uspto/assignments"
	"github.com/tripoint-data/tripoint/parsers/uspto/google"
	"github.com/tripoint-data/tripoint/parsers/uspto/greenbook"
	"github.com/tripoint-data/tripoint/parsers/uspto/odp"
	"github.com/tripoint-data/tripoint/parsers/uspto/patft"
	"github.com/tripoint-data/tripoint/parsers/uspto/ppubs"
	"github.com/tripoint-data/tripoint/parsers/uspto/redbook"
)

// formats is the table of all formats. A new format is a folder and a line here.
var formats = []Format{
	{Name: "fields", Version: "2", New: fields.New},
	{Name: "csl-json", Version: "2", Members: []string{"*.json"}, New: csl.NewJSON},
	{Name: "csl-csv", Version: "2", Members: []string{"*.csv", "*.tsv"}, New: csl.NewCSV},
	{Name: "ofac-csv", Version: "2", Joined: true, Members: []string{"*.csv"}, New: ofac.New},
	{Name: "bis-dpl", Version: "1", Members: []string{"*.txt", "*.tsv", "*.csv"}, New: bis.New},
	{Name: "ecfr-xml", Version: "1", Members: []string{"*.xml"}, New: ecfr.New},
	{Name: "eu-csv", Version: "1", Members: []string{"*.csv"}, New: eu.New},
	{Name: "uk-csv", Version: "1", Members: []string{"*.csv"}, New: uk.New},
	{Name: "un-xml", Version: "1", Members: []string{"*.xml"}, New: un.New},
	{Name: "seco-xml", Version: "1", Members: []string{"*.xml"}, New: seco.New},
	{Name: "ppubs-json", Version: "1", Members: []string{"*.json"}, New: ppubs.New},
	{Name: "odp-json", Version: "1", Members: []string{"*.json"}, New: odp.New},
	{Name: "patft-html", Version: "1", Members: []string{"*.html", "*.htm"}, New: patft.New},
	{Name: "redbook-xml", Version: "1", Members: []string{"*.xml"}, New: redbook.New},
	{Name: "greenbook-txt", Version: "1", Members: []string{"*.txt"}, New: greenbook.New},
	{Name: "google-html", Version: "1", Members: []string{"*.html", "*.htm"}, New: google.New},
	{Name: "assignments-xml", Version: "1", Members: []string{"*.xml"}, New: assignments.New},
	{Name: "sunat-dbf", Version: sunat.Version, Joined: true, Members: []string{"*.dbf"}, New: sunat.New},
	{Name: "ams-csv", Version: ams.Version, Joined: true, Members: []string{"*.csv"}, New: ams.New},
}

// Formats returns the table of all formats.
func Formats() []Format { return slices.Clone(formats) }
