package snapshot

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

func write(ctx context.Context, dir string, in Input, opt Options, create func(string) (file, error)) (_ Version, idle []Suppressed, err error) {
	if err := opt.Validate(); err != nil {
		return Version{}, nil, err
	}
	if in.Watermark.IsZero() {
		return Version{}, nil, errors.New("the input has no watermark: nothing was fetched yet, run a crawl first")
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return Version{}, nil, err
	}
	if err := sweep(dir); err != nil {
		return Version{}, nil, err
	}
	parent, err := latest(dir)
	if err != nil && !errors.Is(err, record.ErrNotFound) {
		return Version{}, nil, err
	}
	if parent.Version != "" && (parent.Demo != "") != in.Demo {
		return Version{}, nil, fmt.Errorf("%s holds snapshots of the other sort, demo or real: export into another folder", dir)
	}
	if parent.Version != "" && parent.Private != in.Private {
		return Version{}, nil, fmt.Errorf("%s holds snapshots of the other sort, private or public: export into another folder", dir)
	}
	s, err := newStage(dir, create)
	if err != nil {
		return Version{}, nil, err
	}
	defer s.discard()

	st := newStatistics(in.Demo)
	sel := newSelection(in, opt, st)
	resources, err := export(ctx, s, in, opt, sel)
	if err != nil {
		return Version{}, nil, err
	}
	idle = sel.idle(in.Suppress)
	pkg := newPackage(in, sel)
	pkg.Resources = resources
	if err := describe(s, pkg, st, in.TokenCounts); err != nil {
		return Version{}, nil, err
	}
	body, err := pkg.marshal()
	if err != nil {
		return Version{}, nil, err
	}
	name, err := versionOf(body)
	if err != nil {
		return Version{}, nil, err
	}
	if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
		if err := check(ctx, filepath.Join(dir, name), name, wellFormed); err != nil {
			first, _, _ := strings.Cut(err.Error(), "\n")
			return Version{}, nil, damaged(name, errors.New(first))
		}
		v, err := register(dir, name, create)
		return v, idle, err
	}
	if parent.Version != "" {
		pkg.Parent = parent.Version
		if pkg.Deltas, err = deltas(ctx, s, sel, filepath.Join(dir, parent.Version), parent.Version); err != nil {
			return Version{}, nil, err
		}
	}
	if body, err = pkg.marshal(); err != nil {
		return Version{}, nil, err
	}
	if err := s.put("datapackage.json", body); err != nil {
		return Version{}, nil, err
	}
	if err := s.put("SHA256SUMS", sumsFile(s.sums)); err != nil {
		return Version{}, nil, err
	}
	if err := check(ctx, s.dir, name, wellFormed); err != nil {
		return Version{}, nil, fmt.Errorf("the new version does not pass its own check and is not published: %w", err)
	}
	if err := s.publish(dir, name); err != nil {
		return Version{}, nil, err
	}
	v, err := register(dir, name, create)
	return v, idle, err
}

// export writes every record in every format, in one pass over the input.
func export(ctx context.Context, s *stage, in Input, opt Options, sel *selection) ([]resource, error) {
	var writers []writer
	for _, f := range chosen(opt.Formats) {
		w, err := f.open(s, in.Demo)
		if err != nil {
			return nil, err
		}
		writers = append(writers, w)
	}
	for _, k := range kinds {
		last := ""
		for r, err := range in.Records.ScanOf(ctx, k.kind, "", sel.keep) {
			if err != nil {
				return nil, fmt.Errorf("reading %s: %w", k.file, err)
			}
			ref := r.Ref()
			if ref.Kind != k.kind || ref.ID <= last {
				return nil, fmt.Errorf("reading %s: %s comes behind %s:%s: the input is not in order", k.file, ref, k.kind, last)
			}
			last = ref.ID
			if r, err = sel.take(r); err != nil {
				return nil, err
			}
			if r == nil {
				continue
			}
			sel.stats.add(r)
			line, err := record.Marshal(r)
			if err != nil {
				return nil, err
			}
			for _, w := range writers {
				if err := w.put(r, line); err != nil {
					return nil, err
				}
			}
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	var list []resource
	for _, w := range writers {
		resources, err := w.close()
		if err != nil {
			return nil, err
		}
		list = append(list, resources...)
	}
	return list, nil
}

// describe writes what stands beside the records.
func describe(s *stage, pkg *dataPackage, st *statistics, counts string) error {
	for _, r := range pkg.Resources {
		if r.Format == "csv" {
			pkg.CSVGuard = csvGuard
		}
	}
	body, err := st.marshal()
	if err != nil {
		return err
	}
	if err := s.put("statistics.json", body); err != nil {
		return err
	}
	if err := s.put("LICENSES.md", pkg.licences()); err != nil {
		return err
	}
	pkg.Files = filesByName{"statistics.json": s.sums["statistics.json"], "LICENSES.md": s.sums["LICENSES.md"]}
	if counts == "" {
		return nil
	}
	if pkg.Demo != "" {
		counts = "# " + demoMark + "\n" + counts
	}
	if err := s.put(countsFile, []byte(counts)); err != nil {
		return err
	}
	pkg.Files[countsFile] = s.sums[countsFile]
	return nil
}

// register makes a version that stands in its folder the latest one, and lists
// it unless it is listed already.
func register(dir, name string, create func(string) (file, error)) (Version, error) {
	v, err := describeVersion(dir, name)
	if err != nil {
		return Version{}, err
	}
	list, err := versions(dir)
	if err != nil {
		return Version{}, err
	}
	if !slices.ContainsFunc(list, func(k Version) bool { return k.Version == name }) {
		if err := replace(dir, "versions.json", append(list, v), create); err != nil {
			return Version{}, err
		}
	}
	if now, err := latest(dir); err == nil && now == v {
		return v, nil
	}
	return v, replace(dir, "latest.json", pointer{v.Version, v.ManifestSHA256}, create)
}
