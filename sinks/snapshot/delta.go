package snapshot

import (
	"bytes"
	"context"
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

	"github.com/tripoint-data/tripoint/record"
)

// Change is one line of a delta: what happened to the record with a key. That
// a record is gone since it was withdrawn, or may no longer be passed on, is
// not told: who follows by deltas takes the table where its rows differ from
// those in datapackage.json.
type Change struct {
	Op         string          `json:"op"`                    // ADD, MOD, DEL
	Key        string          `json:"key"`                   // the record's id
	BeforeHash string          `json:"before_hash,omitempty"` // SHA-256 of its line before
	After      json.RawMessage `json:"after,omitempty"`
}

// deltas writes what changed since the parent, kind by kind. A kind without a
// change has no file.
func deltas(ctx context.Context, s *stage, sel *selection, parentDir, parent string) ([]resource, error) {
	var list []resource
	for _, k := range kinds {
		name := k.file + ".jsonl"
		gone := func(line []byte) (bool, error) { return sel.tells(line, k.kind) }
		res, err := delta(ctx, s, filepath.Join(parentDir, "jsonl", name), filepath.Join(s.dir, "jsonl", name), "delta/"+parent+"/"+name, gone)
		if err != nil {
			return nil, fmt.Errorf("%s since %s: %w", k.file, parent, err)
		}
		if res.Path != "" {
			res.Name, res.Format, res.MediaType, res.SortKey = k.file+"-delta", "jsonl", "application/x-ndjson", []string{"key"}
			list = append(list, res)
		}
	}
	return list, nil
}

func delta(ctx context.Context, s *stage, before, after, name string, gone func([]byte) (bool, error)) (resource, error) {
	var out *output
	err := compare(ctx, before, after, func(c Change, old []byte) (err error) {
		if c.Op == "DEL" {
			if told, err := gone(old); err != nil || !told {
				return err
			}
		}
		if out == nil {
			if out, err = s.create(name); err != nil {
				return err
			}
		}
		return c.write(out)
	})
	if err != nil || out == nil {
		return resource{}, err
	}
	return out.finish()
}

// Diff yields what changed in the records of a kind from one version to
// another, in order of their ids. The two need not follow each other. A
// Change's After holds until the next one.
func Diff(ctx context.Context, dir, from, to string, kind record.Kind) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		stop := errors.New("the reader has enough")
		err := func() error {
			var paths [2]string
			for i, version := range []string{from, to} {
				f, err := openTable(dir, version, kind)
				if err != nil {
					return err
				}
				paths[i] = f.Name()
				f.Close()
			}
			return compare(ctx, paths[0], paths[1], func(c Change, _ []byte) error {
				if !yield(c, nil) {
					return stop
				}
				return nil
			})
		}()
		if err != nil && err != stop {
			yield(Change{}, fmt.Errorf("snapshot: %w", err))
		}
	}
}

// compare merges two sorted files. It holds one line of each, and hands emit
// the one before beside the change.
func compare(ctx context.Context, before, after string, emit func(c Change, old []byte) error) error {
	old, err := openKeyed(before)
	if err != nil {
		return err
	}
	defer old.Close()
	now, err := openKeyed(after)
	if err != nil {
		return err
	}
	defer now.Close()
	for n := 0; !old.end || !now.end; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		inOld := !old.end && (now.end || old.id <= now.id)
		inNow := !now.end && (old.end || now.id <= old.id)
		var err error
		switch {
		case inOld && inNow && !bytes.Equal(old.line, now.line):
			err = emit(Change{"MOD", now.id, old.hash(), now.line}, old.line)
		case inOld && !inNow:
			err = emit(Change{"DEL", old.id, old.hash(), nil}, old.line)
		case inNow && !inOld:
			err = emit(Change{"ADD", now.id, "", now.line}, nil)
		}
		if err == nil && inOld {
			err = old.next()
		}
		if err == nil && inNow {
			err = now.next()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c Change) write(out *output) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // after stays byte for byte what the record's line is
	if err := enc.Encode(c); err != nil {
		return err
	}
	out.rows++
	_, err := out.Write(b.Bytes())
	return err
}

// keyed is a JSONL file with its next line at hand.
type keyed struct {
	io.Closer
	lines lines
	path  string
	line  []byte
	id    string
	end   bool
}

func openKeyed(path string) (*keyed, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", path, record.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	k := &keyed{Closer: f, lines: newLines(f), path: path}
	if err := k.next(); err != nil {
		f.Close()
		return nil, err
	}
	return k, nil
}

func (k *keyed) next() error {
	line, err := k.lines.next()
	if err == io.EOF {
		k.end = true
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w", k.path, err)
	}
	id, err := lineID(line)
	if err == nil && id <= k.id && k.line != nil {
		err = fmt.Errorf("%s comes behind %s", id, k.id)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", k.path, err)
	}
	k.line, k.id = line, id
	return nil
}

func (k *keyed) hash() string {
	sum := sha256.Sum256(k.line)
	return hex.EncodeToString(sum[:])
}
