package snapshot

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// countsFile holds the counts of words by which the links of a version were
// made, where they are others than the program comes with.
const countsFile = "tokencounts.txt"

// TokenCounts returns the counts of words by which the links of a version were
// made: who screens or compares by it must weigh words in the same way. It is
// "" where they are those that the program comes with.
func TokenCounts(dir, version string) (string, error) {
	folder := os.DirFS(filepath.Join(dir, version))
	sums, err := readSums(folder)
	if err != nil {
		return "", fmt.Errorf("snapshot: %w", damaged(version, err))
	}
	want, there := sums[countsFile]
	if !there {
		return "", nil
	}
	text, err := fs.ReadFile(folder, countsFile)
	if err != nil {
		return "", fmt.Errorf("snapshot: %w", damaged(version, err))
	}
	if got := sha256.Sum256(text); hex.EncodeToString(got[:]) != want {
		return "", fmt.Errorf("snapshot: %w", damaged(version, errors.New(countsFile+": its hash is not that of SHA256SUMS")))
	}
	return string(text), nil
}
