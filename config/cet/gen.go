//go:build ignore

// Gen writes ipc-2023.01.gz from a table of the scheme: one symbol and its
// dot level a line (G06V40/16<TAB>2), in scheme order, # for comments.
//
//	go run gen.go levels.tsv
//
// The file that it writes has one line a main group, G06V40, followed by its
// subgroups in scheme order, each its digits and its level as a letter: 10a
// is G06V40/10 with one dot, 12b has two.
package main

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: go run gen.go levels.tsv")
	}
	if err := run(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func run(name string) error {
	in, err := os.Open(name)
	if err != nil {
		return err
	}
	defer in.Close()
	var text strings.Builder
	group, last := "", 0
	lines := bufio.NewScanner(in)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		symbol, dots, _ := strings.Cut(line, "\t")
		head, sub, ok := strings.Cut(symbol, "/")
		level, err := strconv.Atoi(dots)
		if err != nil || !ok || level < 0 || level > 25 {
			return fmt.Errorf("%s:%d: want a symbol, a tab and its level", name, n)
		}
		switch {
		case level == 0 && sub == "00":
			group, last = head, 0
			text.WriteString("\n" + head)
		case level == 0:
			// Withdrawn, its place no longer known: readers place it by its digits.
		case head != group || level > last+1:
			return fmt.Errorf("%s:%d: %s has no symbol above it", name, n, symbol)
		default:
			last = level
			text.WriteString(" " + sub + string(rune('a'+level-1)))
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	out, err := os.Create("ipc-2023.01.gz")
	if err != nil {
		return err
	}
	z, _ := gzip.NewWriterLevel(out, gzip.BestCompression)
	if _, err := z.Write([]byte(strings.TrimPrefix(text.String(), "\n") + "\n")); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return out.Close()
}
