package archive

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const (
	droppedName = "dropped" // lists the segments that a prune has left behind, a name a line
	prunePrefix = "prune-"  // of segments that a prune has not finished
)

// dropped returns the names of the segments that count as gone.
func dropped(dir string) ([]string, error) {
	b, err := os.ReadFile(filepath.Join(dir, droppedName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return strings.Fields(string(b)), err
}

// writeDropped is the moment from which segments count as gone.
func writeDropped(dir string, segments []segment) error {
	path := filepath.Join(dir, droppedName)
	f, err := os.Create(path + ".tmp")
	if err != nil {
		return err
	}
	for _, s := range segments {
		if _, err = f.WriteString(s.name() + "\n"); err != nil {
			break
		}
	}
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".tmp", path); err != nil {
		return err
	}
	return syncDir(dir)
}

// drop removes the segments that count as gone, and the index, which knows
// them.
func (a *Archive) drop(segments []segment) error {
	names := []string{indexName}
	for _, s := range segments {
		names = append(names, s.name())
	}
	for _, name := range names {
		if err := os.Remove(filepath.Join(a.dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		a.reached("removed one")
	}
	if err := syncDir(a.dir); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(a.dir, droppedName)); err != nil {
		return err
	}
	return syncDir(a.dir)
}

// finishDrop goes on with a prune that was killed when its segments counted as
// gone already.
func (a *Archive) finishDrop() error {
	names, err := dropped(a.dir)
	if err != nil || names == nil {
		return err
	}
	a.log.Info("archive prune is finished", "dir", a.dir, "segments", len(names))
	segments := make([]segment, len(names))
	for i, name := range names {
		segments[i].path = filepath.Join(a.dir, filepath.Base(name))
	}
	return a.drop(segments)
}

// reached tells a test how far a prune is.
func (a *Archive) reached(step string) {
	if a.steps != nil {
		a.steps(step)
	}
}
