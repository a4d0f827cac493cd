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
	"os"
	"path/filepath"

	"github.com/tripoint-data/tripoint/record"
)

// change is one line of a delta: what happened to the record with a key since
// the version before.
type change struct {
	Op         string          `json:"op"`                    // ADD, MOD, DEL
	Key        string          `json:"key"`                   // the record's id
	BeforeHash string          `json:"before_hash,omitempty"` // SHA-256 of its line before
	After      json.RawMessage `json:"after,omitempty"`
}

// deltas writes what changed since the parent, kind by kind. A kind without a
// change has no file.
func deltas(ctx context.Context, s *stage, parentDir, parent string) ([]resource, error) {
	var list []resource
	for _, k := range kinds {
		name := k.file + ".jsonl"
		res, err := delta(ctx, s, filepath.Join(parentDir, "jsonl", name), filepath.Join(s.dir, "jsonl", name), "delta/"+parent+"/"+name)
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

// delta merges two sorted files. It holds one line of each.
func delta(ctx context.Context, s *stage, before, after, name string) (resource, error) {
	old, err := openKeyed(before)
	if err != nil {
		return resource{}, err
	}
	defer old.Close()
	now, err := openKeyed(after)
	if err != nil {
		return resource{}, err
	}
	defer now.Close()
	var out *output
	for n := 0; !old.end || !now.end; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return resource{}, ctx.Err()
		}
		var c change
		inOld := !old.end && (now.end || old.id <= now.id)
		inNow := !now.end && (old.end || now.id <= old.id)
		switch {
		case inOld && inNow && !bytes.Equal(old.line, now.line):
			c = change{"MOD", now.id, old.hash(), now.line}
		case inOld && !inNow:
			c = change{"DEL", old.id, old.hash(), nil}
		case inNow && !inOld:
			c = change{"ADD", now.id, "", now.line}
		}
		if c.Op != "" {
			if out == nil {
				if out, err = s.create(name); err != nil {
					return resource{}, err
				}
			}
			if err := c.write(out); err != nil {
				return resource{}, err
			}
		}
		if inOld {
			if err := old.next(); err != nil {
				return resource{}, err
			}
		}
		if inNow {
			if err := now.next(); err != nil {
				return resource{}, err
			}
		}
	}
	if out == nil {
		return resource{}, nil
	}
	return out.finish()
}

func (c change) write(out *output) error {
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
