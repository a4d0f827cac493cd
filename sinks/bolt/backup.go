package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"
)

// Backup copies the store as it stands into a new folder. Loads that want to
// commit wait meanwhile; what is not committed is not in the copy.
func (s *Store) Backup(ctx context.Context, dir string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return fmt.Errorf("store: backup: %w: name a folder that is not there yet", err)
	}
	s.commit.Lock()
	defer s.commit.Unlock()
	months, err := s.catalogue("")
	if err != nil {
		return err
	}
	copied := &Store{dir: dir}
	for _, m := range months {
		if err := errors.Join(ctx.Err(), copyFile(copied.path(m), s.path(m))); err != nil {
			return s.backupFault(err)
		}
	}
	// The main file comes last: a folder without it is no store.
	part := filepath.Join(dir, "tripoint.part")
	err = s.view(func(tx *bolt.Tx) error {
		return writeFile(part, func(w io.Writer) error { _, err := tx.WriteTo(w); return err })
	})
	if err == nil {
		err = errors.Join(os.Rename(part, filepath.Join(dir, "tripoint.db")), syncDir(dir))
	}
	return s.backupFault(err)
}

func (s *Store) backupFault(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("store: backup: %w", err)
}

func copyFile(to, from string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	err = writeFile(to, func(w io.Writer) error { _, err := io.Copy(w, f); return err })
	return errors.Join(err, f.Close(), syncDir(filepath.Dir(to)))
}

func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// Compact rewrites the main file of a store that nobody has open, since a
// bbolt file never shrinks by itself. It returns its size before and after.
func Compact(dir string) (before, after int64, err error) {
	path, part := filepath.Join(dir, "tripoint.db"), filepath.Join(dir, "tripoint.part")
	s := &Store{dir: dir, opt: Options{ReadOnly: true}} // only opened, not changed
	if err := s.open(); err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, s.db.Close()) }()
	if err := os.Remove(part); err != nil && !errors.Is(err, os.ErrNotExist) { // of a compaction that was killed
		return 0, 0, s.fault(err)
	}
	to, err := bolt.Open(part, 0o644, &bolt.Options{NoSync: true, FreelistType: bolt.FreelistMapType})
	if err != nil {
		return 0, 0, s.fault(err)
	}
	err = bolt.Compact(to, s.db, 16<<20)
	if err == nil {
		err = to.Sync()
	}
	if err = errors.Join(err, to.Close()); err != nil {
		return 0, 0, s.fault(errors.Join(err, os.Remove(part)))
	}
	for name, size := range map[string]*int64{path: &before, part: &after} {
		info, err := os.Stat(name)
		if err != nil {
			return 0, 0, s.fault(err)
		}
		*size = info.Size()
	}
	return before, after, s.fault(errors.Join(os.Rename(part, path), syncDir(dir)))
}
