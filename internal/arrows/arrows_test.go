package arrows

import (
	"go/build"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/tripoint-data/tripoint/"

// The imports of every room go along the arrows, and a library that has a
// room of its own stays in it.
func TestArrows(t *testing.T) {
	for _, room := range rooms(t) {
		pkg, err := build.ImportDir(filepath.Join("..", "..", room), 0)
		if err != nil {
			if _, empty := err.(*build.NoGoError); empty {
				continue
			}
			t.Fatal(err)
		}
		for _, imported := range pkg.Imports {
			if why := refuse(room, imported); why != "" {
				t.Errorf("%s imports %s: %s", room, imported, why)
			}
		}
	}
}

// The guard itself refuses what it must.
func TestRefuse(t *testing.T) {
	for _, tt := range []struct {
		room, imported string
		ok             bool
	}{
		{"record", "encoding/json", true},
		{"record", "golang.org/x/text/unicode/norm", false},
		{"record", module + "config", false},
		{"crawlers/bulk", module + "crawlers/fetch", true},
		{"crawlers/bulk", module + "crawlers/api", false},
		{"crawlers/bulk", module + "parsers", false},
		{"crawlers/bulk", "github.com/gocolly/colly/v2", false},
		{"crawlers/site", "github.com/gocolly/colly/v2", true},
		{"parsers/csl", "net/http", false},
		{"parsers/uspto/ppubs", module + "parsers/uspto", true},
		{"parsers/uspto/ppubs", module + "parsers/uspto/patft", false},
		{"sinks/bolt", module + "sinks/archive", false},
		{"sinks/archive", "go.etcd.io/bbolt", false},
		{"internal/pipeline", module + "sinks/bolt", false},
		{"internal/pipeline", module + "config", false},
		{"internal/link", module + "internal/names", true},
		{"internal/names", module + "record", false},
		{"config", module + "cmd/tripoint", false},
		{"cmd/tripoint", module + "sinks/bolt", true},
	} {
		if why := refuse(tt.room, tt.imported); (why == "") != tt.ok {
			t.Errorf("%s → %s: %q", tt.room, tt.imported, why)
		}
	}
}

// No file of ours has more than about 400 lines.
func TestFileLength(t *testing.T) {
	for _, room := range rooms(t) {
		files, err := filepath.Glob(filepath.Join("..", "..", room, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(text), "\n"); n > 400 && !strings.HasSuffix(name, "_test.go") {
				t.Errorf("%s has %d lines: split it by its jobs", name, n)
			}
		}
	}
}

// rooms lists every folder with Go files, the demo's world among them.
func rooms(t *testing.T) []string {
	t.Helper()
	root := filepath.Join("..", "..")
	var out []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		room := filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator)))
		if d.IsDir() {
			if strings.HasPrefix(d.Name(), ".") && path != root || d.Name() == "testdata" && room != "testdata" {
				return filepath.SkipDir
			}
			return nil
		}
		dir := filepath.ToSlash(filepath.Dir(room))
		if strings.HasSuffix(room, ".go") && !slices.Contains(out, dir) {
			out = append(out, dir)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
