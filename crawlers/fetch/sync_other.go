//go:build !unix

package fetch

// syncDir does nothing where folders cannot be opened for it.
func syncDir(string) error { return nil }
