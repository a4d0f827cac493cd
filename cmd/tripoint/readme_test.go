package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every command that the README and the handbook show is run by a script.
func TestShownCommands(t *testing.T) {
	var scripts strings.Builder
	names, err := filepath.Glob(filepath.Join("testdata", "script", "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		scripts.Write(text)
	}
	for doc, least := range map[string]int{"README.md": 10, "docs/operations.md": 9} {
		text, err := os.ReadFile(filepath.Join("..", "..", doc))
		if err != nil {
			t.Fatal(err)
		}
		commands := shownCommands(string(text))
		for _, command := range commands {
			if !strings.Contains(scripts.String(), "exec "+command+"\n") && !strings.Contains(scripts.String(), "exec "+command+" &") {
				t.Errorf("%s shows %q, and no script runs it", doc, command)
			}
		}
		if len(commands) < least {
			t.Errorf("only %d commands were found in %s", len(commands), doc)
		}
	}
}

// shownCommands is the commands that a document shows, as scripts write them.
func shownCommands(doc string) []string {
	var commands []string
	add := func(command string) {
		for from, to := range map[string]string{
			"go run ./cmd/": "", "/usr/local/bin/": "", "/srv/tripoint": "house", "/var/lib/node_exporter/": "", ":9464": ":0", `"`: "'",
		} {
			command = strings.ReplaceAll(command, from, to)
		}
		if strings.HasPrefix(command, "tripoint") {
			commands = append(commands, command)
		}
	}
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(doc, -1) {
		for line := range strings.Lines(block[1]) {
			add(strings.TrimSpace(line))
		}
	}
	for _, unit := range regexp.MustCompile(`(?m)^ExecStart=(.*)$`).FindAllStringSubmatch(doc, -1) {
		add(unit[1])
	}
	return commands
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
