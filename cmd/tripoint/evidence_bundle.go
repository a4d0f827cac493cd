package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tripoint-data/tripoint/record"
)

const aboutBundle = `Evidence, put together by Tripoint

%s
of snapshot %s

chain.jsonl     from what was asked for down to the captured files, a step a line
records.jsonl   the records of these steps, as published
captures/       each captured file as it was received, named by its SHA-256
captures.jsonl  where and when each of them was fetched
SHA256SUMS      the hashes of all of these

To check the hashes:      sha256sum -c SHA256SUMS
To find a record's words: origin.sha256 names the capture, origin.locator the
place in it. Where a parser read several files as one, origin.sha256 is the
SHA-256 of their list: name, address and hash of each, parted by tabs, a line
each, in alphabetical order.

The captures are their publishers' files: their terms hold for whoever gets this.
Tripoint reports facts and possible links, never verdicts.
`

// bundle gathers what a trace passes, to be carried away as one file.
type bundle struct {
	chain, records bytes.Buffer
	captures       []record.Capture // each once, by hash
}

// pass takes one step of the chain and its record.
func (b *bundle) pass(s step, r record.Record) error {
	if b == nil {
		return nil
	}
	line, err := json.Marshal(s)
	if err != nil {
		return err
	}
	b.chain.Write(append(line, '\n'))
	if r == nil {
		return nil
	}
	if line, err = record.Marshal(r); err != nil {
		return err
	}
	b.records.Write(append(line, '\n'))
	return nil
}

// capture takes a captured file that the chain ends at.
func (b *bundle) capture(c record.Capture) {
	if b != nil && !slices.ContainsFunc(b.captures, func(o record.Capture) bool { return o.SHA256 == c.SHA256 }) {
		b.captures = append(b.captures, c)
	}
}

// write makes the file and says so. What stands at its name is replaced when
// all is there.
func (b *bundle) write(ctx context.Context, t *trace, ref record.Ref, name string) error {
	out, err := os.CreateTemp(filepath.Dir(name), ".tripoint-bundle-")
	if err != nil {
		return fmt.Errorf("%s: %w", name, bare(err))
	}
	captures, err := b.pack(ctx, t, ref, out)
	size, sought := out.Seek(0, io.SeekEnd)
	if err = errors.Join(err, sought, out.Chmod(0o644), out.Sync(), out.Close()); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", name, bare(err)), os.Remove(out.Name()))
	}
	if err := place(out.Name(), name); err != nil {
		return fmt.Errorf("%s: %w", name, bare(err))
	}
	fmt.Fprintf(t.errOut, "%s written: %s, %d bytes\n", name, plural(captures, "capture"), size)
	return nil
}

// pack writes all of it, and says how many captures there are.
func (b *bundle) pack(ctx context.Context, t *trace, ref record.Ref, out io.Writer) (captures int, err error) {
	packed := &packer{zip: zip.NewWriter(out), date: t.from.version.Watermark}
	packed.put("README.txt", strings.NewReader(fmt.Sprintf(aboutBundle, ref, t.from.version.Version)))
	packed.put("chain.jsonl", &b.chain)
	packed.put("records.jsonl", &b.records)
	var fetched bytes.Buffer
	for _, c := range b.captures {
		line, err := json.Marshal(c)
		if err != nil {
			return captures, err
		}
		fetched.Write(append(line, '\n'))
		body, err := t.archive.Body(ctx, c.SHA256)
		if errors.Is(err, record.ErrNotFound) {
			continue // the chain says so
		}
		if err != nil {
			return captures, err
		}
		packed.put("captures/"+c.SHA256, body)
		if err := body.Close(); err != nil {
			return captures, err
		}
		captures++
	}
	packed.put("captures.jsonl", &fetched)
	return captures, packed.close()
}

// packer writes files into an archive and notes their hashes. Its first error
// ends it.
type packer struct {
	zip  *zip.Writer
	date time.Time
	sums strings.Builder
	err  error
}

func (p *packer) put(name string, body io.Reader) {
	if p.err != nil {
		return
	}
	w, err := p.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: p.date})
	if err != nil {
		p.err = err
		return
	}
	sum := sha256.New()
	if _, p.err = io.Copy(io.MultiWriter(w, sum), body); p.err == nil {
		fmt.Fprintf(&p.sums, "%s  %s\n", hex.EncodeToString(sum.Sum(nil)), name)
	}
}

func (p *packer) close() error {
	p.put("SHA256SUMS", strings.NewReader(p.sums.String()))
	return errors.Join(p.err, p.zip.Close())
}
