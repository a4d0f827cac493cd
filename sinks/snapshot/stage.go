package snapshot

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// stagePrefix names the folders of exports under way.
const stagePrefix = ".staging-"

// file is what an export writes to; tests put a full disk in its place.
type file interface {
	io.WriteCloser
	Sync() error
}

func createFile(name string) (file, error) {
	return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
}

// stage is the folder that a version is built in, on the file system that it
// is to stand on.
type stage struct {
	dir  string
	make func(string) (file, error)
	sums map[string]string // SHA-256 by path, of finished files
	open []*output
}

// sweep removes what killed exports left.
func sweep(dir string) error {
	list, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range list {
		if strings.HasPrefix(e.Name(), stagePrefix) {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return fmt.Errorf("removing what a killed export left: %w", err)
			}
		}
	}
	return nil
}

func newStage(dir string, make func(string) (file, error)) (*stage, error) {
	tmp, err := os.MkdirTemp(dir, stagePrefix)
	if err != nil {
		return nil, err
	}
	tmp = filepath.Join(tmp, "version") // MkdirTemp's own folder is closed to other readers
	if err := os.Mkdir(tmp, 0o777); err != nil {
		return nil, errors.Join(err, os.RemoveAll(filepath.Dir(tmp)))
	}
	return &stage{dir: tmp, make: make, sums: map[string]string{}}, nil
}

// discard closes and removes what is not published; after publishing there is
// nothing left to do.
func (s *stage) discard() {
	for _, o := range s.open {
		o.f.Close()
	}
	os.RemoveAll(filepath.Dir(s.dir))
}

// output is one file of the stage. It counts and hashes what passes.
type output struct {
	stage *stage
	name  string // path in the version, with slashes
	f     file
	w     *bufio.Writer
	hash  hash.Hash
	bytes int64
	rows  int64
}

func (s *stage) create(name string) (*output, error) {
	full := filepath.Join(s.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
		return nil, err
	}
	f, err := s.make(full)
	if err != nil {
		return nil, err
	}
	o := &output{stage: s, name: name, f: f, hash: sha256.New()}
	o.w = bufio.NewWriterSize(o.through(), 256<<10)
	s.open = append(s.open, o)
	return o, nil
}

// through is what the buffer empties into: the file and the hash.
func (o *output) through() io.Writer { return io.MultiWriter(o.f, o.hash) }

// Write adds to the file.
func (o *output) Write(b []byte) (int, error) {
	o.bytes += int64(len(b))
	n, err := o.w.Write(b)
	if err != nil {
		return n, fmt.Errorf("writing %s: %w", o.name, cause(err))
	}
	return n, nil
}

// cause is an error without the path of a staging folder, which is gone when
// the error is read.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// finish makes the file durable and says what it holds.
func (o *output) finish() (resource, error) {
	err := o.w.Flush()
	if err == nil {
		err = o.f.Sync()
	}
	if err = errors.Join(err, o.f.Close()); err != nil {
		return resource{}, fmt.Errorf("writing %s: %w", o.name, cause(err))
	}
	sum := hex.EncodeToString(o.hash.Sum(nil))
	o.stage.sums[o.name] = sum
	return resource{Path: o.name, Bytes: o.bytes, Hash: "sha256:" + sum, Rows: o.rows, Encoding: "utf-8", SortKey: []string{"id"}}, nil
}

// put writes a whole file.
func (s *stage) put(name string, body []byte) error {
	o, err := s.create(name)
	if err != nil {
		return err
	}
	if _, err := o.Write(body); err != nil {
		return err
	}
	_, err = o.finish()
	return err
}

// publish gives the stage its name and makes that durable.
func (s *stage) publish(dir, version string) error {
	dirs := map[string]bool{s.dir: true}
	for name := range s.sums {
		for d := path.Dir(name); d != "."; d = path.Dir(d) {
			dirs[filepath.Join(s.dir, filepath.FromSlash(d))] = true
		}
	}
	for d := range dirs {
		if err := syncDir(d); err != nil {
			return err
		}
	}
	if err := os.Rename(s.dir, filepath.Join(dir, version)); err != nil {
		return err
	}
	return syncDir(dir)
}

// replace puts a file in the place of the one that readers see.
func replace(dir, name string, v any, make func(string) (file, error)) error {
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	tmp := filepath.Join(dir, stagePrefix+name)
	if err := os.RemoveAll(tmp); err != nil {
		return err
	}
	f, err := make(tmp)
	if err != nil {
		return err
	}
	_, err = f.Write(append(body, '\n'))
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(tmp, filepath.Join(dir, name))
	}
	if err != nil {
		os.Remove(tmp)
		return fmt.Errorf("writing %s: %w", name, cause(err))
	}
	return syncDir(dir)
}
