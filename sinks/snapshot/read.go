package snapshot

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// pointer is latest.json.
type pointer struct {
	Version        string `json:"version"`
	ManifestSHA256 string `json:"manifest_sha256"`
}

var versionName = regexp.MustCompile(`^\d{8}T\d{6}Z-[0-9a-f]{8}$`)

// maxLine is the longest line of a JSONL file; a finding can be long.
const maxLine = 1 << 28

// Latest is the version published last, or record.ErrNotFound where there is
// none.
func Latest(dir string) (Version, error) {
	v, err := latest(dir)
	if err != nil {
		return Version{}, fmt.Errorf("snapshot: %w", err)
	}
	return v, nil
}

func latest(dir string) (Version, error) {
	var p pointer
	if err := readJSON(filepath.Join(dir, "latest.json"), &p); err != nil {
		return Version{}, err
	}
	v, err := describeVersion(dir, p.Version)
	if err != nil {
		return Version{}, err
	}
	if v.ManifestSHA256 != p.ManifestSHA256 {
		return Version{}, damaged(p.Version, errors.New("its SHA256SUMS is not the one that latest.json names"))
	}
	return v, nil
}

// Versions are all published versions in the order of their first publication.
func Versions(dir string) ([]Version, error) {
	list, err := versions(dir)
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	return list, nil
}

func versions(dir string) ([]Version, error) {
	var list []Version
	err := readJSON(filepath.Join(dir, "versions.json"), &list)
	if errors.Is(err, record.ErrNotFound) {
		return nil, nil
	}
	return list, err
}

// describeVersion reads what versions.json says of a version from its folder.
func describeVersion(dir, name string) (Version, error) {
	if !versionName.MatchString(name) {
		return Version{}, fmt.Errorf("%q is no version of a snapshot: they look like 20261122T193000Z-1a2b3c4d", name)
	}
	var p dataPackage
	if err := readJSON(filepath.Join(dir, name, "datapackage.json"), &p); err != nil {
		return Version{}, err
	}
	sums, err := os.ReadFile(filepath.Join(dir, name, "SHA256SUMS"))
	if err != nil {
		return Version{}, damaged(name, cause(err))
	}
	sum := sha256.Sum256(sums)
	return Version{Version: name, ManifestSHA256: hex.EncodeToString(sum[:]), Watermark: p.Created, Parent: p.Parent, Demo: p.Demo, Private: p.Private}, nil
}

func readJSON(path string, v any) error {
	body, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", path, record.ErrNotFound)
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("%s is damaged: %w: remove it and publish again", path, record.Plain(err))
	}
	return nil
}

// damaged says of a version what is wrong with it, and what to do.
func damaged(version string, err error) error {
	return fmt.Errorf("version %s is damaged: %w: remove its folder and publish again", version, err)
}

// Read yields the records of a kind in a version, in order of their ids. It
// holds one open file until the loop ends. What it has read to the end it holds
// against SHA256SUMS: a file that lost some lines is an error, not a short list.
func Read(dir, version string, kind record.Kind) iter.Seq2[record.Record, error] {
	return Scan(dir, version, kind, "")
}

// Scan is Read for the ids that begin with prefix. It finds the first of them
// without reading those before.
func Scan(dir, version string, kind record.Kind, prefix string) iter.Seq2[record.Record, error] {
	return func(yield func(record.Record, error) bool) {
		if err := scan(dir, version, kind, prefix, func(r record.Record) bool { return yield(r, nil) }); err != nil {
			yield(nil, fmt.Errorf("snapshot: %w", err))
		}
	}
}

func scan(dir, version string, kind record.Kind, prefix string, yield func(record.Record) bool) error {
	f, err := openTable(dir, version, kind)
	if err != nil {
		return err
	}
	defer f.Close()
	if prefix != "" {
		info, err := f.Stat()
		if err != nil {
			return err
		}
		at, err := seek(f, info.Size(), prefix)
		if err == nil {
			_, err = f.Seek(at, io.SeekStart)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name(), err)
		}
	}
	hash := sha256.New()
	in := newLines(io.TeeReader(f, hash))
	for {
		line, err := in.next()
		if err == io.EOF && prefix == "" {
			return holdAgainst(filepath.Join(dir, version), version, fileOf(kind), hex.EncodeToString(hash.Sum(nil)))
		}
		if err == io.EOF {
			return nil
		}
		var r record.Record
		if err == nil {
			r = record.New(kind)
			err = record.Decode(line, r)
		}
		if err != nil {
			return damaged(version, fmt.Errorf("%s: %w", filepath.Base(f.Name()), err))
		}
		if !strings.HasPrefix(r.Ref().ID, prefix) || !yield(r) {
			return nil
		}
	}
}

// holdAgainst compares the hash of a table with the version's manifest.
func holdAgainst(dir, version, table, got string) error {
	sums, err := readSums(os.DirFS(dir))
	if err == nil && sums["jsonl/"+table+".jsonl"] != got {
		err = fmt.Errorf("jsonl/%s.jsonl does not have its hash of SHA256SUMS", table)
	}
	if err != nil {
		return damaged(version, err)
	}
	return nil
}

func openTable(dir, version string, kind record.Kind) (*os.File, error) {
	name := fileOf(kind)
	if name == "" || !versionName.MatchString(version) {
		return nil, fmt.Errorf("%q of version %q: %w", kind, version, record.ErrNotFound)
	}
	f, err := os.Open(filepath.Join(dir, version, "jsonl", name+".jsonl"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s of version %s: %w", name, version, record.ErrNotFound)
	}
	return f, err
}

// Get is one record of a version, or record.ErrNotFound.
func Get(dir, version string, ref record.Ref) (record.Record, error) {
	var found record.Record
	err := scan(dir, version, ref.Kind, ref.ID, func(r record.Record) bool {
		if r.Ref() == ref {
			found = r
		}
		return false // what begins with the id comes behind it
	})
	if err == nil && found == nil {
		err = fmt.Errorf("%s in version %s: %w", ref, version, record.ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	return found, nil
}

// Sources are the sources of a version, and those left out of it since they
// may not be passed on.
func Sources(dir, version string) (shown, missing []SourceInfo, err error) {
	var p dataPackage
	if !versionName.MatchString(version) {
		err = fmt.Errorf("version %q: %w", version, record.ErrNotFound)
	} else {
		err = readJSON(filepath.Join(dir, version, "datapackage.json"), &p)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("snapshot: %w", err)
	}
	plain := func(l sourceLine) SourceInfo {
		l.SourceInfo.Title = l.Title
		return l.SourceInfo
	}
	return each(p.Sources, plain), each(p.Missing, plain), nil
}

// lines reads a JSONL file line by line.
type lines struct{ s *bufio.Scanner }

func newLines(r io.Reader) lines {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 64<<10), maxLine)
	return lines{s}
}

// next is the next line, which holds until the call after it, or io.EOF.
func (l lines) next() ([]byte, error) {
	if l.s.Scan() {
		return l.s.Bytes(), nil
	}
	if err := l.s.Err(); err != nil {
		return nil, err
	}
	return nil, io.EOF
}

// lineID is the id in a line that record.Marshal wrote, where kind and id
// come first.
func lineID(line []byte) (string, error) {
	_, rest, ok := bytes.Cut(line, []byte(`,"id":"`))
	if !ok || !bytes.HasPrefix(line, []byte(`{"kind":"`)) {
		return "", errors.New("the line does not begin with kind and id")
	}
	escaped := false
	for i, c := range rest {
		switch {
		case c == '\\':
			escaped = true
		case c == '"' && (!escaped || ends(rest[:i])):
			if !escaped {
				return string(rest[:i]), nil
			}
			var id string
			err := json.Unmarshal(append(append([]byte{'"'}, rest[:i]...), '"'), &id)
			return id, err
		}
	}
	return "", errors.New("the id does not end")
}

// ends says whether a quote behind b ends the text: an even number of
// backslashes stands before it.
func ends(b []byte) bool {
	n := len(b) - len(bytes.TrimRight(b, `\`))
	return n%2 == 0
}
