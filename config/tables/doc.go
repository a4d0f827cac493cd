// Package tables holds the embedded tables of the house: the lists and what
// they mean, countries, legal forms, organization words, places. Each table
// is a file beside its reader and names its source. It imports nothing of ours.
package tables
