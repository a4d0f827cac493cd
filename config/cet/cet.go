// Package cet holds the embedded editions of the list of critical and
// emerging technologies, lists like it, the maps from classification codes and phrases to
// their subfields, and the levels of the classification scheme that the maps
// are read with. It imports nothing of ours: hand [FS] to the classifier.
package cet

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
)

// The files are facts and judgements written down by us:
//
//	2024.yaml          an edition: areas, subfields, how far their wording is checked
//	map-2024.yaml      what speaks for each of its subfields
//	model-2024.yaml    what was trained for it, with its weights in model-2024.gz
//	ipc-2023.01.gz     dot levels of the scheme, made by gen.go
//
//go:embed *.yaml *.gz
var files embed.FS

// Default is the edition that is used where none is asked for.
const Default = "2024"

// FS returns the embedded files.
func FS() fs.FS { return files }

// Editions lists the embedded editions, oldest first.
func Editions() []string {
	entries, _ := files.ReadDir(".") // an embedded root can always be read
	var editions []string
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".yaml")
		if ok && !strings.Contains(name, "-") {
			editions = append(editions, name)
		}
	}
	slices.Sort(editions)
	return editions
}
