//go:build unix

package fetch

import (
	"os"
	"syscall"
)

// lockFile takes a file's lock or fails; it ends when the file is closed, or
// with the process.
func lockFile(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
