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

// Latest is the newest published version, or record.ErrNotFound where there is
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
		return Version{}, fmt.Errorf("%s: its SHA256SUMS is not the one that latest.json names", p.Version)
	}
	return v, nil
}

// Versions are all published versions in the order of their publication.
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
		return Version{}, err
	}
	sum := sha256.Sum256(sums)
	return Version{Version: name, ManifestSHA256: hex.EncodeToString(sum[:]), Watermark: p.Created, Parent: p.Parent, Demo: p.Demo}, nil
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
		return fmt.Errorf("%s: %w", path, record.Plain(err))
	}
	return nil
}

// Read yields the records of a kind in a version, in order of their ids. It
// holds one open file until the loop ends.
func Read(dir, version string, kind record.Kind) iter.Seq2[record.Record, error] {
	return func(yield func(record.Record, error) bool) {
		name := fileOf(kind)
		if name == "" || !versionName.MatchString(version) {
			yield(nil, fmt.Errorf("snapshot: %q of version %q: %w", kind, version, record.ErrNotFound))
			return
		}
		path := filepath.Join(dir, version, "jsonl", name+".jsonl")
		f, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("%s of version %s: %w", name, version, record.ErrNotFound)
		}
		if err != nil {
			yield(nil, fmt.Errorf("snapshot: %w", err))
			return
		}
		defer f.Close()
		lines := newLines(f)
		for n := 1; ; n++ {
			line, err := lines.next()
			if err == io.EOF {
				return
			}
			var r record.Record
			if err == nil {
				r, err = record.Unmarshal(line)
			}
			if err != nil {
				yield(nil, fmt.Errorf("snapshot: %s:%d: %w", path, n, err))
				return
			}
			if !yield(r, nil) {
				return
			}
		}
	}
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
