package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/parsers"
)

// badFiles are files that no publisher meant to publish.
func badFiles(t *testing.T) map[string][]byte {
	t.Helper()
	zeros := make([]byte, 40<<20)
	var gz, zipped bytes.Buffer
	packed := gzip.NewWriter(&gz)
	members := zip.NewWriter(&zipped)
	for _, name := range []string{"a.csv", "a.json", "a.html", "a.xml"} {
		w, err := members.Create(name)
		if err == nil {
			_, err = w.Write(zeros)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := packed.Write(zeros); err != nil {
		t.Fatal(err)
	}
	for _, c := range []io.Closer{packed, members} {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	noise := make([]byte, 1<<16)
	for i := range noise { // the same in every run
		noise[i] = byte(i*i*31>>3 ^ i*7)
	}
	return map[string][]byte{
		"empty":           nil,
		"one byte":        []byte("a"),
		"a line break":    []byte("\n"),
		"zeros":           zeros[:1<<16],
		"noise":           noise,
		"a picture":       []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
		"gzip bomb":       gz.Bytes(),
		"zip bomb":        zipped.Bytes(),
		"half a zip":      zipped.Bytes()[:zipped.Len()/2],
		"utf-16":          []byte("\xff\xfen\x00a\x00m\x00e\x00\n\x00"),
		"deep arrays":     bytes.Repeat([]byte("["), 1<<20),
		"deep objects":    bytes.Repeat([]byte(`{"results":`), 1<<17),
		"deep elements":   append([]byte("<us-patent-grant>"), bytes.Repeat([]byte("<a>"), 1<<18)...),
		"deep page":       append([]byte("<html><title>United States Patent: 1</title>"), bytes.Repeat([]byte("<b>"), 1<<18)...),
		"huge number":     []byte(`[{"guid":1e999999,"source":` + strings.Repeat("9", 1<<20) + `}]`),
		"a long line":     bytes.Repeat([]byte("a"), 20<<20),
		"an open quote":   append([]byte("source,name,addresses\n\""), bytes.Repeat([]byte("a"), 20<<20)...),
		"entities":        []byte(`<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><l>&b;</l>`),
		"another's page":  []byte("<!DOCTYPE html><html><title>Sign in</title><body>Please sign in.</body></html>"),
		"another's table": []byte("a,b\n1,2\n"),
		"another's JSON":  []byte(`{"message":"Too many requests"}`),
		"a header only":   []byte("source,name,addresses\n"),
		"a cut record":    []byte(`[{"guid":"US-1`),
	}
}

// inside are words of the program's own making that no user should meet.
var inside = regexp.MustCompile(`panic|goroutine|runtime error|\*?\b(json|csv|xml|html|zip|gzip|flate|fs|os|strconv|record|parsers)\.[A-Z]`)

// TestBadFiles reads each bad file as each format: it ends with exit code 1,
// or 3 where a record is spoilt, with one line that says why, and the summary.
func TestBadFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for what, text := range badFiles(t) {
		name := filepath.Join(dir, strings.ReplaceAll(what, " ", "-"))
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, f := range parsers.Formats() {
			if _, err := f.New(nil); err != nil {
				continue // it needs a mapping
			}
			code, stdout, stderr := command("parse", "--format", f.Name, name)
			n := summary(t, stderr)
			lines := strings.Count(stderr, "\n") - 1
			switch {
			case stdout != "":
				t.Errorf("%s as %s: gives %.200s", what, f.Name, stdout)
			case code == exitFailed && lines == 1 && n.Records == 0:
			case code == exitPartly && lines == n.Problems && n.Problems > 0:
			default:
				t.Errorf("%s as %s: exit %d, %+v, said\n%.500s", what, f.Name, code, n, stderr)
			}
			if m := inside.FindString(stderr); m != "" || strings.Contains(stderr, dir) || len(stderr) > 1000 {
				t.Errorf("%s as %s: says %q in %.1000s", what, f.Name, m, stderr)
			}
			if first, rest, ok := strings.Cut(stderr, ": "); ok && first == "tripoint" {
				again, _, _ := strings.Cut(rest, ": ")
				if strings.Contains(rest, again+": "+again+": ") {
					t.Errorf("%s as %s: says a name twice: %s", what, f.Name, stderr)
				}
			}
		}
	}
}
