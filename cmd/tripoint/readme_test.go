package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every command that the README shows is run by a script.
func TestReadmeCommands(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	scripts := ""
	names, err := filepath.Glob(filepath.Join("testdata", "script", "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		scripts += string(text)
	}
	shown := 0
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(readme), -1) {
		for line := range strings.Lines(block[1]) {
			command := strings.TrimSpace(line)
			switch {
			case command == "", command == "go test ./...": // this very run
				continue
			case strings.HasPrefix(command, "go run ./cmd/"):
				command = strings.TrimPrefix(command, "go run ./cmd/")
			}
			shown++
			command = strings.ReplaceAll(command, `"`, "'") // as testscript quotes
			if !strings.Contains(scripts, "exec "+command+"\n") {
				t.Errorf("the README shows %q, and no script runs it", command)
			}
		}
	}
	if shown < 10 {
		t.Errorf("only %d commands were found in the README", shown)
	}
}

// testReadmeScreen holds the README's screen against what the demo printed.
func testReadmeScreen(t *testing.T, printed string) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, screen, _ := strings.Cut(string(readme), "```\n")
	screen, _, _ = strings.Cut(screen, "```")
	if screen == "" || !strings.HasPrefix(printed, screen) {
		t.Errorf("the README shows\n%s\nthe demo prints\n%s", screen, printed)
	}
}
