//go:build !unix

package browser

import (
	"os"
	"path/filepath"
)

// lockProfile makes a profile's lock. Where it is there already, the profile
// counts as used: here a killed process leaves its profile behind.
func lockProfile(dir string) (*os.File, error) {
	return os.OpenFile(filepath.Join(dir, "tripoint.lock"), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
}
