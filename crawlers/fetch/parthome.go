package fetch

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	partsDir  = "parts"
	partsKept = 7 * 24 * time.Hour
)

// partHome keeps what has come of one body where the next process finds it: a
// file with the bytes, locked while it is used, and one that says how many of
// them are safely there and of what file they are.
type partHome struct {
	path string // without the ends .part and .json
	log  *slog.Logger
	file *os.File // while it is used
}

// partNote is the file beside the bytes.
type partNote struct {
	Header http.Header `json:"header"`
	Total  int64       `json:"total"`
	Size   int64       `json:"size"`
	SHA256 string      `json:"sha256"` // of that much
}

// partHeaders are those of the first answer that the last one need not repeat.
var partHeaders = []string{"Content-Type", "Content-Disposition", "Date", "Etag", "Last-Modified"}

func (a *Agent) partHome(req *http.Request) *partHome {
	if a.opt.State == "" {
		return nil
	}
	a.swept.Do(func() { sweepParts(a.opt.State, a.opt.Now(), a.opt.Log) })
	sum := sha256.Sum256([]byte(req.Method + " " + req.URL.String()))
	return &partHome{path: filepath.Join(a.opt.State, partsDir, hex.EncodeToString(sum[:16])), log: a.opt.Log}
}

// take opens and locks the file; false where another process has it, or there
// can be none.
func (h *partHome) take() bool {
	if h.file != nil {
		return true
	}
	if err := os.MkdirAll(filepath.Dir(h.path), 0o755); err != nil {
		return false
	}
	file, err := os.OpenFile(h.path+".part", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return false
	}
	if err := lockFile(file); err != nil {
		_ = file.Close()
		return false
	}
	h.file = file
	return true
}

// load finds what an earlier process left. Its last byte is asked for again,
// so that also of a whole one it is seen that it is still the current one.
func (h *partHome) load(p *part) {
	data, err := os.ReadFile(h.path + ".json")
	if err != nil || !h.take() {
		return
	}
	var note partNote
	if err = json.Unmarshal(data, &note); err == nil {
		p.header, p.total, p.size, p.sum, p.file = note.Header, note.Total, note.Size, sha256.New(), h.file
		if p.total > 0 {
			p.size = min(p.size, p.total-1)
		}
		err = h.verify(p, note)
	}
	if err != nil {
		h.log.Warn("part of a file given up", "file", h.path+".part", "error", err)
		_ = h.remove()
		p.file, p.size = nil, 0
		return
	}
	h.log.Info("part of a file gone on with", "bytes", p.size, "of", p.total)
}

// verify reads the bytes through: they must be those that the note was of.
func (h *partHome) verify(p *part, note partNote) error {
	if p.size <= inMemory || p.size > note.Size || !p.resumable() {
		return errors.New("its note makes no sense")
	}
	if _, err := io.CopyN(p.sum, io.NewSectionReader(h.file, 0, p.size), p.size); err != nil {
		return err
	}
	all, err := p.sum.(hash.Cloner).Clone()
	if err == nil {
		_, err = io.CopyN(all, io.NewSectionReader(h.file, p.size, note.Size-p.size), note.Size-p.size)
	}
	if err == nil && hex.EncodeToString(all.Sum(nil)) != note.SHA256 {
		err = errors.New("its bytes are not those that its note is of")
	}
	return err
}

// note makes what has come safe and says how much that is.
func (h *partHome) note(p *part) {
	header := http.Header{}
	for _, name := range partHeaders {
		if v := p.header.Get(name); v != "" {
			header.Set(name, v)
		}
	}
	data, err := json.Marshal(partNote{header, p.total, p.size, hex.EncodeToString(p.sum.Sum(nil))})
	if err == nil {
		err = h.file.Sync()
	}
	if err == nil {
		err = replace(h.path+".json", data)
	}
	if err != nil {
		h.log.Warn("part of a file not kept for the next run", "file", h.path+".part", "error", err)
	}
}

// replace writes a file whole or not at all, durably.
func replace(path string, data []byte) error {
	f, err := os.Create(path + ".tmp")
	if err != nil {
		return err
	}
	_, err = io.Copy(f, bytes.NewReader(data))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".tmp", path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func (h *partHome) close() {
	_ = h.file.Close() // ends the lock
	h.file = nil
}

// remove takes the files away, the note first: bytes without one are nothing.
func (h *partHome) remove() error {
	for _, end := range []string{".json", ".part"} {
		if err := os.Remove(h.path + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			h.log.Warn("part of a file is left", "file", h.path+end, "error", err)
		}
	}
	err := h.file.Close()
	h.file = nil
	return err
}

// sweepParts removes the parts that nobody came back for.
func sweepParts(state string, now time.Time, log *slog.Logger) {
	dir := filepath.Join(state, partsDir)
	entries, _ := os.ReadDir(dir) // none is there: nothing to sweep
	for _, e := range entries {
		path, ok := strings.CutSuffix(filepath.Join(dir, e.Name()), ".part")
		info, err := e.Info()
		if !ok || err != nil || now.Sub(info.ModTime()) < partsKept {
			continue
		}
		if h := (&partHome{path: path, log: log}); h.take() {
			_ = h.remove()
		}
	}
}
