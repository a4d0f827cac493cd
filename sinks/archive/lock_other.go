//go:build !unix

package archive

import "os"

// lockFile opens the lock's file. Here nothing keeps a second writer out.
func lockFile(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
}
