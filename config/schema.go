package config

import _ "embed"

// Schema is the JSON Schema of a source file, for editors: completion, help
// beside each key, and faults as they are typed. It is made of the structs
// that read the file.
//
//go:embed schema.json
var Schema []byte

//go:generate go test ../cmd/tripoint -run TestSchema -update
