package parsers

import (
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/nwaples/rardecode/v2"

	"github.com/tripoint-data/tripoint/record"
)

var volumeName = regexp.MustCompile(`(?i)^(.*)\.part0*([1-9][0-9]{0,3})\.rar$`)

// Volume recognises one volume of a RAR in several by its name: may.part02.rar
// is the second of may. The volumes of a set are one file and belong into one
// unit.
func Volume(name string) (set string, number int, ok bool) {
	m := volumeName.FindStringSubmatch(name)
	if m == nil {
		return "", 0, false
	}
	n, err := strconv.Atoi(m[2])
	return m[1], n, err == nil
}

// volumes puts the volumes of one RAR together, in their order; every other
// part stands alone.
func volumes(parts []record.Part) ([][]record.Part, error) {
	var out [][]record.Part
	sets := map[string][]record.Part{}
	for _, p := range parts {
		set, _, ok := Volume(p.Name)
		if ok {
			sets[set] = append(sets[set], p)
		}
		if !ok || len(sets[set]) == 1 {
			out = append(out, []record.Part{p})
		}
	}
	for i, group := range out {
		set, _, ok := Volume(group[0].Name)
		if !ok || len(sets[set]) == 1 {
			continue
		}
		sorted := make([]record.Part, len(sets[set]))
		for _, p := range sets[set] {
			_, n, _ := Volume(p.Name)
			if n > len(sorted) {
				return nil, fmt.Errorf("%s is here and not all %d volumes before it", p.Name, n-1)
			}
			if sorted[n-1].Open != nil {
				return nil, fmt.Errorf("the volume %s is here twice", p.Name)
			}
			sorted[n-1] = p
		}
		out[i] = sorted
	}
	return out, nil
}

// openVolumes opens a RAR in several volumes.
func openVolumes(parts []record.Part) (_ *rarball, err error) {
	defer damagedRAR(&err)
	r := &rarball{}
	rar, err := rardecode.OpenReader("v.part1.rar", rardecode.FileSystem(volumeFS{parts, r}), rardecode.MaxDictionarySize(maxDictionary))
	if err != nil {
		return nil, rarFault(err)
	}
	r.Reader, r.close = &rar.Reader, rar.Close
	return r, nil
}

// volumeFS hands the volumes out by their numbers, as the files that the
// decoder asks for.
type volumeFS struct {
	parts []record.Part
	rar   *rarball
}

// Open opens v.part2.rar as the second volume.
func (v volumeFS) Open(name string) (fs.File, error) {
	_, n, ok := Volume(name)
	if !ok || n > len(v.parts) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	rc, err := v.parts[n-1].Open()
	if err != nil {
		return nil, err
	}
	return volumeFile{&counted{rc, &v.rar.packed}, strings.TrimPrefix(name, "/")}, nil
}

// volumeFile is one volume as a file.
type volumeFile struct {
	*counted
	name string
}

// Stat says no more than the name.
func (f volumeFile) Stat() (fs.FileInfo, error) { return f, nil }

// Name is the name that was asked for.
func (f volumeFile) Name() string { return f.name }

// Size is not known.
func (f volumeFile) Size() int64 { return 0 }

// Mode is that of a file.
func (f volumeFile) Mode() fs.FileMode { return 0o400 }

// ModTime is not known.
func (f volumeFile) ModTime() time.Time { return time.Time{} }

// IsDir is false.
func (f volumeFile) IsDir() bool { return false }

// Sys is nothing.
func (f volumeFile) Sys() any { return nil }
