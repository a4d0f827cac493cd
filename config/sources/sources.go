// Package sources holds the shipped source files, one for each publisher's
// file or service. Files is the folder.
package sources

import "embed"

// Files are the shipped source files, named by their ids, and the fixtures
// that they are checked with.
//
//go:embed *.yaml fixtures
var Files embed.FS
