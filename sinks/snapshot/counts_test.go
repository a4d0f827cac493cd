package snapshot

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A version carries the counts of words by which its links were made, where
// they are not the shipped ones, and tells when they are damaged.
func TestTokenCounts(t *testing.T) {
	dir := t.TempDir()
	in := input(world())
	for _, counts := range []string{"", "names 3\nvartek 2\n"} {
		in.TokenCounts = counts
		v, _, err := Write(t.Context(), dir, in, Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := TokenCounts(dir, v.Version)
		if err != nil || !strings.HasSuffix(got, counts) || (counts == "") != (got == "") {
			t.Fatalf("counts %q, %v; want %q", got, err, counts)
		}
		if counts == "" {
			continue
		}
		name := filepath.Join(dir, v.Version, "tokencounts.txt")
		if err := os.WriteFile(name, []byte("names 4\nvartek 2\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := TokenCounts(dir, v.Version); err == nil || !strings.Contains(err.Error(), "is damaged") {
			t.Errorf("damaged counts: %v", err)
		}
	}
}
