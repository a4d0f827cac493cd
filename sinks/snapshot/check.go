package snapshot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/tripoint-data/tripoint/record"
)

// Check reads a published version again: every file against SHA256SUMS, every
// row against its schema, rows and bytes against datapackage.json, the name
// against the content. It returns all that it finds, up to a few faults a file.
func Check(ctx context.Context, dir, version string) error {
	if !versionName.MatchString(version) {
		return fmt.Errorf("snapshot: %q is no version of a snapshot", version)
	}
	if err := check(ctx, filepath.Join(dir, version), version, decoded); err != nil {
		return fmt.Errorf("snapshot: version %s: %w", version, err)
	}
	return nil
}

// decoded reads a line as its record, strictly; Check does.
func decoded(line []byte, kind record.Kind) error { return record.Decode(line, record.New(kind)) }

// wellFormed is enough for lines that were made of records a moment ago: the
// strict reading costs four times what the export does.
func wellFormed(line []byte, kind record.Kind) error {
	if !json.Valid(line) || !bytes.HasPrefix(line, []byte(`{"kind":"`+kind+`",`)) {
		return fmt.Errorf("it is no %s", kind)
	}
	return nil
}

type lineCheck func(line []byte, kind record.Kind) error

func check(ctx context.Context, dir, version string, line lineCheck) error {
	root := os.DirFS(dir) // refuses paths that lead out of the folder
	var pkg dataPackage
	if err := readJSON(filepath.Join(dir, "datapackage.json"), &pkg); err != nil {
		return err
	}
	sums, err := readSums(root)
	if err != nil {
		return err
	}
	var faults []error
	if body, err := fs.ReadFile(root, "datapackage.json"); err != nil {
		return err
	} else if name, err := versionOf(body); err != nil || name != version {
		faults = append(faults, fmt.Errorf("the content is that of version %s, not of %s", name, version))
	}
	tables := map[string]resource{}
	for _, r := range append(pkg.Resources, pkg.Deltas...) {
		tables[r.Path] = r
		if r.Hash != "sha256:"+sums[r.Path] {
			faults = append(faults, fmt.Errorf("%s: datapackage.json and SHA256SUMS do not agree", r.Path))
		}
	}
	for name, sum := range pkg.Files {
		if sums[name] != sum {
			faults = append(faults, fmt.Errorf("%s: datapackage.json and SHA256SUMS do not agree", name))
		}
	}
	err = fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path == "SHA256SUMS" {
			return errors.Join(err, ctx.Err())
		}
		want, listed := sums[path]
		if !listed {
			faults = append(faults, fmt.Errorf("%s: is not in SHA256SUMS", path))
			return nil
		}
		delete(sums, path)
		if err := checkFile(ctx, root, path, want, tables[path], pkg.Demo, line); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", path, err))
		}
		return ctx.Err()
	})
	for path := range sums {
		faults = append(faults, fmt.Errorf("%s: is missing", path))
	}
	return errors.Join(append(faults, err)...)
}

func readSums(root fs.FS) (map[string]string, error) {
	body, err := fs.ReadFile(root, "SHA256SUMS")
	if err != nil {
		return nil, err
	}
	sums := map[string]string{}
	for line := range strings.Lines(string(body)) {
		sum, path, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !ok || len(sum) != 64 || !fs.ValidPath(path) {
			return nil, fmt.Errorf("SHA256SUMS: %q is no line of it", line)
		}
		sums[path] = sum
	}
	return sums, nil
}

// checkFile reads a file once, for its hash and for its rows.
func checkFile(ctx context.Context, root fs.FS, path, want string, res resource, demo string, line lineCheck) error {
	f, err := root.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	hash, size := sha256.New(), counter(0)
	r := io.TeeReader(f, io.MultiWriter(hash, &size))
	rows := int64(0)
	var fault error
	switch {
	case res.Path == "":
	case res.Format == "csv":
		rows, fault = checkCSV(ctx, r, res.Schema, demo)
	case strings.HasPrefix(path, "delta/"):
		rows, fault = checkDelta(ctx, r)
	default:
		rows, fault = checkJSONL(ctx, r, kindOf(strings.TrimSuffix(strings.TrimPrefix(path, "jsonl/"), ".jsonl")), line)
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		return err
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != want {
		return fmt.Errorf("its hash is %s, SHA256SUMS says %s", got, want)
	}
	if fault == nil && res.Path != "" && (rows != res.Rows || int64(size) != res.Bytes) {
		fault = fmt.Errorf("it has %d rows and %d bytes, datapackage.json says %d and %d", rows, size, res.Rows, res.Bytes)
	}
	return fault
}

// counter counts the bytes that are written to it.
type counter int64

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

func checkJSONL(ctx context.Context, r io.Reader, kind record.Kind, check lineCheck) (rows int64, err error) {
	if kind == "" {
		return 0, errors.New("it is named after no kind of record")
	}
	last := ""
	in := newLines(r)
	for ; ; rows++ {
		line, err := in.next()
		if err == io.EOF {
			return rows, ctx.Err()
		}
		if err != nil {
			return rows, err
		}
		if err := check(line, kind); err != nil {
			return rows, fmt.Errorf("line %d: %w", rows+1, err)
		}
		id, err := lineID(line)
		if err != nil || id <= last {
			return rows, fmt.Errorf("line %d: %s is not in its place", rows+1, id)
		}
		last = id
		if rows%4096 == 0 && ctx.Err() != nil {
			return rows, ctx.Err()
		}
	}
}

func checkDelta(ctx context.Context, r io.Reader) (rows int64, err error) {
	in := newLines(r)
	for ; ; rows++ {
		line, err := in.next()
		if err == io.EOF {
			return rows, ctx.Err()
		}
		if err != nil {
			return rows, err
		}
		var c Change
		if err := json.Unmarshal(line, &c); err != nil {
			return rows, fmt.Errorf("line %d: %w", rows+1, record.Plain(err))
		}
		before, after := c.Op != "ADD", c.Op != "DEL"
		if c.Op != "ADD" && c.Op != "MOD" && c.Op != "DEL" || before != (c.BeforeHash != "") || after != (c.After != nil) {
			return rows, fmt.Errorf("line %d: %s of %s is no whole change", rows+1, c.Op, c.Key)
		}
	}
}

func checkCSV(ctx context.Context, r io.Reader, s *schema, demo string) (rows int64, err error) {
	if s == nil {
		return 0, errors.New("datapackage.json has no schema for it")
	}
	in := csv.NewReader(r)
	in.ReuseRecord = true
	head, err := in.Read()
	if err != nil {
		return 0, err
	}
	for i, f := range s.Fields {
		if i >= len(head) || head[i] != f.Name || len(head) != len(s.Fields) {
			return 0, fmt.Errorf("its columns are %s", strings.Join(head, ", "))
		}
	}
	last := ""
	for ; ; rows++ {
		cells, err := in.Read()
		if err == io.EOF {
			return rows, ctx.Err()
		}
		if err != nil {
			return rows, err
		}
		for i, f := range s.Fields {
			if err := checkCell(cells[i], f.Type); err != nil {
				return rows, fmt.Errorf("row %d: %s: %w", rows+1, f.Name, err)
			}
		}
		if demo != "" && cells[len(cells)-1] != demoMark {
			return rows, fmt.Errorf("row %d: it does not say that it is %s", rows+1, demoMark)
		}
		id := unguard(cells[0])
		if id <= last {
			return rows, fmt.Errorf("row %d: %s is not in its place", rows+1, id)
		}
		last = strings.Clone(id)
		if rows%4096 == 0 && ctx.Err() != nil {
			return rows, ctx.Err()
		}
	}
}

func checkCell(s, typ string) (err error) {
	if s == "" {
		return nil
	}
	switch typ {
	case "number":
		_, err = strconv.ParseFloat(s, 64)
	case "integer":
		_, err = strconv.ParseInt(s, 10, 64)
	case "date":
		_, err = time.Parse(time.DateOnly, s)
	case "datetime":
		_, err = time.Parse(time.RFC3339, s)
	default:
		if formula(s) && s[0] != '\'' {
			return fmt.Errorf("%q has no guard", s)
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("%q is no %s", s, typ)
	}
	return nil
}
