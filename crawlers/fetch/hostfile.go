package fetch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

const (
	hostsDir   = "hosts"
	slotPoll   = 20 * time.Millisecond
	lockTries  = 200 // of lockWait: a holder needs far less than one
	lockWait   = 5 * time.Millisecond
	paceLength = 4096
)

// hostFile is where the processes of one machine share the turns of a host:
// a file with the host's pace, read and written under its lock, and an empty
// file a place, locked while a request is in flight. Locks end with their
// process, so a killed one leaves nothing to clean up.
type hostFile struct {
	dir  string // "" where nothing is shared
	name string
	fail func(error) // says once that turns are not shared
	log  *slog.Logger
}

func newHostFile(dir, host string, log *slog.Logger) hostFile {
	if dir == "" {
		return hostFile{}
	}
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '_'
	}, host)
	if name != host || len(name) > 100 {
		sum := sha256.Sum256([]byte(host))
		name = name[:min(len(name), 100)] + "_" + hex.EncodeToString(sum[:4])
	}
	var once sync.Once
	return hostFile{dir: filepath.Join(dir, hostsDir), name: name, log: log, fail: func(err error) {
		once.Do(func() { log.Warn("turns of host not shared with other processes", "host", host, "error", err) })
	}}
}

// change reads the pace as the last process left it, has it changed, and
// writes it where f says so. Where the file fails, the process goes on with
// its own pace: a crawl must not end for it.
func (h hostFile) change(now time.Time, p *pace, f func(*pace) bool) {
	file, err := h.lock()
	if err != nil {
		h.fail(err)
		f(p)
		return
	}
	defer file.Close() // ends the lock
	if read, err := readPace(file); err != nil {
		h.log.Warn("turns of host begun anew: their file is damaged", "file", file.Name(), "error", err)
		_ = file.Truncate(0) // else the next writer, under the same lock, does it
	} else if read != nil {
		read.sane(now)
		*p = *read
	}
	if !f(p) {
		return
	}
	if err := writePace(file, *p); err != nil {
		h.fail(err)
	}
}

func (h hostFile) lock() (*os.File, error) {
	file, err := h.open(".json")
	if err != nil {
		return nil, err
	}
	for range lockTries {
		if err = lockFile(file); err == nil {
			return file, nil
		}
		time.Sleep(lockWait)
	}
	return nil, errors.Join(fmt.Errorf("%s is locked: %w", file.Name(), err), file.Close())
}

func (h hostFile) open(end string) (*os.File, error) {
	path := filepath.Join(h.dir, h.name+end)
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.MkdirAll(h.dir, 0o755); err == nil {
			file, err = os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
		}
	}
	return file, err
}

// readPace reads a pace; nil where the file is new.
func readPace(file io.Reader) (*pace, error) {
	data, err := io.ReadAll(io.LimitReader(file, paceLength))
	if err != nil || len(data) == 0 {
		return nil, err
	}
	var p pace
	if err := json.Unmarshal(data, &p); err != nil {
		return nil, err
	}
	return &p, nil
}

// writePace writes in place: whoever reads has the lock.
func writePace(file *os.File, p pace) error {
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if _, err := file.WriteAt(append(data, '\n'), 0); err != nil {
		return err
	}
	return file.Truncate(int64(len(data) + 1))
}

// slot takes one of the places that all processes have together, and says
// whether it had to wait for it. The returned function is never nil.
func (h hostFile) slot(ctx context.Context, places int) (leave func(), waited bool, err error) {
	if h.dir == "" {
		return func() {}, false, nil
	}
	for ; ; waited = true {
		for i := range places {
			file, err := h.open(fmt.Sprintf(".%d", i+1))
			if err != nil {
				h.fail(err)
				return func() {}, waited, nil
			}
			if err := lockFile(file); err == nil {
				return func() { _ = file.Close() }, waited, nil
			}
			_ = file.Close()
		}
		if err := sleep(ctx, slotPoll); err != nil { // another process's time, not the agent's
			return func() {}, waited, err
		}
	}
}
