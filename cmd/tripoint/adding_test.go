package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestAddingDoc holds docs/adding-a-source.md against the script that does what
// it says: the same commands, the same files, each in under 30 lines, the same
// screen.
func TestAddingDoc(t *testing.T) {
	text, err := os.ReadFile(filepath.FromSlash("../../docs/adding-a-source.md"))
	if err != nil {
		t.Fatal(err)
	}
	script, err := txtar.ParseFile(filepath.Join("testdata", "script", "adding.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	commands := shownCommands(string(text))
	for _, command := range commands {
		if !strings.Contains(string(script.Comment), command) {
			t.Errorf("%q is shown, and the script does not run it", command)
		}
	}
	if len(commands) < 10 {
		t.Errorf("only %d commands were found", len(commands))
	}
	files := map[string]string{}
	for _, f := range script.Files {
		files[f.Name] = string(f.Data)
	}
	shown := 0
	for _, block := range regexp.MustCompile("(?s)```yaml\n# sources/([a-z-]+\\.yaml)\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		shown++
		if files[block[1]] != block[2] {
			t.Errorf("%s differs from the script's", block[1])
		}
		if n := strings.Count(block[2], "\n"); n >= 30 {
			t.Errorf("%s has %d lines, want fewer than 30", block[1], n)
		}
	}
	if shown != 2 {
		t.Errorf("%d source files are shown, want 2", shown)
	}
	if screen := files["want-preview"]; screen == "" || !strings.Contains(string(text), "```\n"+screen+"```") {
		t.Error("the screen of preview is not the script's")
	}
}
