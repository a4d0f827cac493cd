package snapshot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tripoint-data/tripoint/record"
)

// fullDisk takes some bytes and no more.
type fullDisk struct {
	file
	left *int
}

func (f fullDisk) Write(b []byte) (int, error) {
	if *f.left -= len(b); *f.left < 0 {
		return 0, &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}
	}
	return f.file.Write(b)
}

func TestFullDisk(t *testing.T) {
	for _, room := range []int{0, 300, 5000, 20000} {
		dir := t.TempDir()
		first := mustWrite(t, dir, input(world()[1:]), Options{})
		before := tree(t, dir)
		_, _, err := write(context.Background(), dir, input(world()), Options{}, func(name string) (file, error) {
			f, err := createFile(name)
			return fullDisk{f, &room}, err
		})
		if !errors.Is(err, syscall.ENOSPC) || strings.Count(err.Error(), "\n") > 0 || strings.Contains(err.Error(), stagePrefix) {
			t.Errorf("err = %v", err)
		}
		if !bytes.Equal(before, tree(t, dir)) {
			t.Error("the folder has changed")
		}
		if v, err := Latest(dir); v != first || err != nil {
			t.Errorf("latest is %v, %v", v, err)
		}
	}
}

// A process killed at any file leaves the versions before it whole, and the
// next export does what it did not finish.
func TestKilled(t *testing.T) {
	if dir := os.Getenv("SNAPSHOT_KILLED_IN"); dir != "" {
		var at int
		fmt.Sscan(os.Getenv("SNAPSHOT_KILLED_AT"), &at)
		write(context.Background(), dir, input(world()), Options{}, func(name string) (file, error) {
			if at--; at < 0 {
				os.Exit(9)
			}
			return createFile(name)
		})
		os.Exit(0)
	}
	want := t.TempDir()
	mustWrite(t, want, input(world()[1:]), Options{})
	mustWrite(t, want, input(world()), Options{})
	killed := 0
	for at := 0; ; at += 5 { // the last are versions.json and latest.json
		dir := t.TempDir()
		first := mustWrite(t, dir, input(world()[1:]), Options{})
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
		cmd.Env = append(os.Environ(), "SNAPSHOT_KILLED_IN="+dir, fmt.Sprint("SNAPSHOT_KILLED_AT=", at))
		err := cmd.Run()
		if cmd.ProcessState.ExitCode() == 0 {
			break
		}
		if cmd.ProcessState.ExitCode() != 9 {
			t.Fatal(err)
		}
		killed++
		if v, err := Latest(dir); err != nil || v != first {
			t.Fatalf("killed at file %d: latest is %v, %v", at, v, err)
		}
		mustWrite(t, dir, input(world()), Options{})
		if !bytes.Equal(tree(t, want), tree(t, dir)) {
			t.Errorf("killed at file %d: the next export does not put it right", at)
		}
	}
	if killed < 5 {
		t.Errorf("killed %d times", killed)
	}
}

func TestCheckFinds(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		damage     func(dir string) error
	}{
		{"changed", "csv/tags.csv: its hash is", func(dir string) error {
			return appendTo(filepath.Join(dir, "csv/tags.csv"), "x")
		}},
		{"missing", "jsonl/tags.jsonl: is missing", func(dir string) error { return os.Remove(filepath.Join(dir, "jsonl/tags.jsonl")) }},
		{"stranger", "csv/more.csv: is not in SHA256SUMS", func(dir string) error { return appendTo(filepath.Join(dir, "csv/more.csv"), "x") }},
		{"unknown key", `line 1: unknown key "colour"`, func(dir string) error {
			return forge(dir, "jsonl/tags.jsonl", `{"kind":"tag","id":"a","colour":"red"}`+"\n")
		}},
		{"no guard", `row 1: patent: "=1" has no guard`, func(dir string) error {
			return forge(dir, "csv/tags.csv", "id,patent,edition,area,subfield,score,why\na,=1,,,,,\n")
		}},
		{"no number", `row 1: score: "x" is no number`, func(dir string) error {
			return forge(dir, "csv/tags.csv", "id,patent,edition,area,subfield,score,why\na,b,,,,x,\n")
		}},
		{"rows", "it has 1 rows", func(dir string) error {
			return forge(dir, "csv/tags.csv", "id,patent,edition,area,subfield,score,why\na,b,,,,1,\n")
		}},
		{"renamed", "the content is that of version 20261122T193000Z-", func(dir string) error {
			body, err := os.ReadFile(filepath.Join(dir, "datapackage.json"))
			if err != nil {
				return err
			}
			return forge(dir, "datapackage.json", strings.Replace(string(body), `"code_version": "v0"`, `"code_version": "v1"`, 1))
		}},
		{"outside", "no line of it", func(dir string) error {
			return appendTo(filepath.Join(dir, "SHA256SUMS"), strings.Repeat("a", 64)+"  ../x\n")
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			v := mustWrite(t, dir, input(world()), Options{})
			if err := tt.damage(filepath.Join(dir, v.Version)); err != nil {
				t.Fatal(err)
			}
			if err := Check(context.Background(), dir, v.Version); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("err = %v", err)
			}
		})
	}
}

// A damaged table is never read as a shorter one, nor published again as if it
// were whole.
func TestReadFindsDamage(t *testing.T) {
	for name, damage := range map[string]func(whole []byte) []byte{
		"emptied":    func([]byte) []byte { return nil },
		"a row lost": func(b []byte) []byte { return b[:bytes.LastIndexByte(b[:len(b)-1], '\n')+1] },
		"cut":        func(b []byte) []byte { return b[:len(b)/2] },
		"a letter":   func(b []byte) []byte { return bytes.Replace(b, []byte(`"name":"`), []byte(`"name":"X`), 1) },
	} {
		dir := t.TempDir()
		v := mustWrite(t, dir, input(world()), Options{})
		file := filepath.Join(dir, v.Version, "jsonl", "parties.jsonl")
		whole, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, damage(whole), 0o666); err != nil {
			t.Fatal(err)
		}
		var failed error
		for _, err := range Read(dir, v.Version, record.KindParty) {
			failed = err
		}
		if failed == nil || !strings.Contains(failed.Error(), "is damaged") {
			t.Errorf("%s: read with %v", name, failed)
		}
		if _, _, err := Write(context.Background(), dir, input(world()), Options{}); err == nil || !strings.HasSuffix(err.Error(), ": remove its folder and publish again") {
			t.Errorf("%s: published with %v", name, err)
		}
		if err := os.RemoveAll(filepath.Join(dir, v.Version)); err != nil {
			t.Fatal(err)
		}
		if again := mustWrite(t, dir, input(world()), Options{}); again != v {
			t.Errorf("%s: published as %v, then %v", name, v, again)
		}
	}
}

func appendTo(path, text string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// forge puts another text in a file's place and its hash into the sums.
func forge(dir, name, text string) error {
	sums, err := readSums(os.DirFS(dir))
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(text))
	sums[name] = hex.EncodeToString(sum[:])
	return errors.Join(os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666), os.WriteFile(filepath.Join(dir, "SHA256SUMS"), sumsFile(sums), 0o666))
}
