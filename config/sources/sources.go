// Package sources holds the shipped source files, one for each publisher's
// file or service. Files is the folder.
package sources

import "embed"

// Files are the shipped source files, named by their ids.
//
//go:embed *.yaml
var Files embed.FS
