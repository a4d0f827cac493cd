package browser

import (
	"os"
	"os/exec"
)

// Available finds a Chromium: what CHROME names, or else the first of the
// usual names in PATH.
func Available() (path string, ok bool) {
	names := []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "headless-shell", "headless_shell"}
	if chrome := os.Getenv("CHROME"); chrome != "" {
		names = []string{chrome}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, true
		}
	}
	return "", false
}
