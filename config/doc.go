// Package config reads the YAML files of the house strictly: the user's
// tripoint.yaml and one file for each source. All faults of a file are
// reported at once, each as file:line: path: what.
//
// Start with Load for tripoint.yaml and ReadSource for a source. Settings of
// another room stay undecoded in a Block, which that room reads into its own
// options; faults that it finds carry lines all the same.
package config
