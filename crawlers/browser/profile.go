package browser

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
)

// profilePrefix begins the names of the folders that browsers keep their
// profiles in. Each holds a lock while it is used.
const profilePrefix = "tripoint-chromium-"

// preferences keep what is typed into a form from the browser's maker, which
// would compare it with passwords that became known, and out of the profile.
const preferences = `{"credentials_enable_service": false, "profile": {"password_manager_enabled": false, "password_manager_leak_detection": false}}`

// newProfile makes a folder for a browser's profile. The returned function
// removes it.
func newProfile(temp string) (dir string, remove func(), err error) {
	if temp, err = filepath.Abs(temp); err != nil {
		return "", nil, err
	}
	if dir, err = os.MkdirTemp(temp, profilePrefix); err != nil {
		return "", nil, err
	}
	lock, err := lockProfile(dir)
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	own := filepath.Join(dir, "Default")
	if err := errors.Join(os.Mkdir(own, 0o700), os.WriteFile(filepath.Join(own, "Preferences"), []byte(preferences), 0o600)); err != nil {
		return "", nil, errors.Join(err, lock.Close(), os.RemoveAll(dir))
	}
	return dir, func() {
		_ = lock.Close()
		_ = os.RemoveAll(dir) // what is left is swept at the next start
	}, nil
}

// sweepProfiles removes the profiles of browsers whose process was killed.
func sweepProfiles(temp string, log *slog.Logger) {
	dirs, err := filepath.Glob(filepath.Join(temp, profilePrefix+"*"))
	if err != nil {
		return
	}
	for _, dir := range dirs {
		lock, err := lockProfile(dir)
		if err != nil {
			continue // in use, or somebody else's
		}
		err = os.RemoveAll(dir)
		_ = lock.Close()
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			log.Warn("browser profile is left", "dir", dir, "error", err)
		}
	}
}
