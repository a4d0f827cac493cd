package config

import (
	"errors"
	"fmt"
)

// Faultf is a fault of the source's file at a path of keys, for those who find
// it after the file was read: the line is that of the key, or of its nearest
// ancestor.
func (s *Source) Faultf(path, format string, args ...any) Fault {
	f := Fault{File: s.File, Line: 1, Path: path, What: fmt.Sprintf(format, args...)}
	if b := s.Crawl.Block; b.file != nil {
		f.Line = lineOf(b.file.root, path)
	}
	return f
}

// All takes joined errors and lists of faults apart: one error for each fault.
func All(err error) []error {
	if err == nil {
		return nil
	}
	var out []error
	for _, e := range leaves(err) {
		var faults Faults
		if !errors.As(e, &faults) {
			out = append(out, e)
			continue
		}
		for _, f := range faults {
			out = append(out, f)
		}
	}
	return out
}
