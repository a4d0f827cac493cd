package archive

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
)

// aged is an archive of small segments: a page that changed every day, one
// that was the same every day, one that equals another, and a ZIP.
func aged(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	a, err := Open(dir, Options{SegmentBytes: 1500})
	if err != nil {
		t.Fatal(err)
	}
	put := func(day, status int, path, body string) {
		c := record.Capture{
			Source: "s", Run: fmt.Sprint(day), URL: "http://p.test/" + path, Status: status,
			Request: record.Request{URL: "http://p.test/" + path}, Fetched: time.Unix(int64(day)*86400, 0).UTC(),
		}
		if err := a.Keep(t.Context(), c, strings.NewReader(body)); err != nil {
			t.Fatal(err)
		}
	}
	for day := 1; day <= 6; day++ {
		put(day, 200, "changing", fmt.Sprint("as of day ", day))
		put(day, 200, "files.zip", fmt.Sprint("PK\x03\x04 of day ", day))
		if day == 1 {
			put(day, 200, "steady", "always the same")
		} else {
			put(day, 304, "steady", "")
		}
		put(day, 200, "mirror", fmt.Sprint("as of day ", 1+day/3*2)) // a revisit of changing, of an earlier day
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// contents are the captures of an archive with their bodies, as Verify and
// Body have them: day, path, status, body.
func contents(t *testing.T, a *Archive) (all []string) {
	t.Helper()
	seen := map[string]bool{}
	for c, err := range a.Verify(t.Context()) {
		if err != nil {
			t.Errorf("verify: %v", err)
			continue
		}
		in, err := a.Body(t.Context(), c.SHA256)
		if err != nil {
			t.Errorf("%s of day %s: %v", c.URL, c.Run, err)
			continue
		}
		b, err := io.ReadAll(in)
		in.Close()
		if err != nil {
			t.Error(err)
		}
		line := fmt.Sprintf("%s %s %d %s", c.Run, filepath.Base(c.URL), c.Status, b)
		if !seen[line] { // a prune that was killed may leave one twice
			all = append(all, line)
		}
		seen[line] = true
	}
	return all
}

func lasts(t *testing.T, a *Archive) (all []string) {
	t.Helper()
	for c, err := range a.Captures(t.Context(), "s") {
		if err != nil {
			t.Error(err)
		}
		all = append(all, fmt.Sprintf("%s %s %s", filepath.Base(c.URL), c.Run, c.SHA256[:8]))
	}
	return all
}

func TestPrune(t *testing.T) {
	dir := aged(t)
	a, err := Open(dir, Options{SegmentBytes: 1500})
	if err != nil {
		t.Fatal(err)
	}
	before, newest := contents(t, a), lasts(t, a)
	size := sizeOf(t, dir)
	cited := func(c record.Capture) bool { return c.Run == "3" && strings.HasSuffix(c.URL, "files.zip") }

	var told []string
	o := PruneOptions{Newest: 1, AsOf: map[string][]time.Time{"s": {time.Unix(2*86400, 0)}}, Before: time.Unix(6*86400, 0), DryRun: true, Gone: func(c record.Capture) {
		told = append(told, c.Run+" "+filepath.Base(c.URL))
	}}
	would, err := a.Prune(t.Context(), cited, o)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, contents(t, a)); diff != "" {
		t.Errorf("a dry run changed the archive:\n%s", diff)
	}
	if len(told) != would.Captures || would.Captures+would.Kept != len(before) || would.Captures == 0 {
		t.Errorf("told %q of %+v of %d", told, would, len(before))
	}

	o.DryRun, o.Gone = false, nil
	did, err := a.Prune(t.Context(), cited, o)
	if err != nil || did != would {
		t.Errorf("pruned %+v, said %+v, %v", did, would, err)
	}
	after := contents(t, a)
	want := []string{
		"1 changing 200 as of day 1",   // what the mirror of day 2 refers to
		"1 steady 200 always the same", // renewed
		"2 changing 200 as of day 2",
		"2 files.zip 200 PK\x03\x04 of day 2",
		"2 mirror 200 as of day 1",
		"2 steady 304 always the same",
		"3 files.zip 200 PK\x03\x04 of day 3", // cited
		"5 changing 200 as of day 5",          // what the mirror of day 6 refers to
		"6 changing 200 as of day 6",
		"6 files.zip 200 PK\x03\x04 of day 6",
		"6 mirror 200 as of day 5",
		"6 steady 304 always the same",
	}
	if diff := cmp.Diff(want, sorted(after)); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(newest, lasts(t, a)); diff != "" {
		t.Errorf("the newest captures changed:\n%s", diff)
	}
	if now := sizeOf(t, dir); now >= size {
		t.Errorf("%d bytes, %d before", now, size)
	}

	// It goes on as before, and has nothing more to take.
	c := record.Capture{Source: "s", Run: "7", URL: "http://p.test/new", Status: 200, Request: record.Request{URL: "http://p.test/new"}, Fetched: time.Unix(7*86400, 0)}
	if err := a.Keep(t.Context(), c, strings.NewReader("new")); err != nil {
		t.Fatal(err)
	}
	if again, err := a.Prune(t.Context(), cited, o); err != nil || again.Captures+again.Segments != 0 {
		t.Errorf("pruned again: %+v, %v", again, err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if a, err = Open(dir, Options{}); err != nil {
		t.Fatal(err)
	}
	if n := len(contents(t, a)); n != len(after)+1 {
		t.Errorf("%d captures after opening again", n)
	}
	a.Close()
}

// TestPruneKilled copies the folder at every step of a prune, as a kill would
// leave it: the copy opens, for reading and for writing, and holds all that
// there was or what the prune was to leave; another prune takes the rest.
func TestPruneKilled(t *testing.T) {
	dir := aged(t)
	a, err := Open(dir, Options{SegmentBytes: 1500})
	if err != nil {
		t.Fatal(err)
	}
	before := sorted(contents(t, a))
	var copies, steps []string
	a.steps = func(step string) {
		to := t.TempDir()
		if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		copies, steps = append(copies, to), append(steps, step)
	}
	o := PruneOptions{Newest: 1}
	nothing := func(record.Capture) bool { return false }
	if _, err := a.Prune(t.Context(), nothing, o); err != nil {
		t.Fatal(err)
	}
	after := sorted(contents(t, a))
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if len(steps) < 8 || len(after) >= len(before) {
		t.Fatalf("steps %q, %d captures of %d", steps, len(after), len(before))
	}
	for i, killed := range copies {
		for _, readOnly := range []bool{true, false} {
			a, err := Open(killed, Options{ReadOnly: readOnly, SegmentBytes: 1500})
			if err != nil {
				t.Fatalf("%s: %v", steps[i], err)
			}
			want := before
			if strings.HasPrefix(steps[i], "listed") || strings.HasPrefix(steps[i], "removed") {
				want = after
			}
			if diff := cmp.Diff(want, sorted(contents(t, a))); diff != "" {
				t.Errorf("%s: (-want +got):\n%s", steps[i], diff)
			}
			if !readOnly {
				if _, err := a.Prune(t.Context(), nothing, o); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(after, sorted(contents(t, a))); diff != "" {
					t.Errorf("%s, and pruned again: (-want +got):\n%s", steps[i], diff)
				}
			}
			if err := a.Close(); err != nil {
				t.Fatal(err)
			}
		}
		left, err := filepath.Glob(filepath.Join(killed, "[pd]r*")) // prune-…, dropped
		if err != nil || len(left) > 0 {
			t.Errorf("%s: left over: %v", steps[i], left)
		}
	}
}

func TestPruneCancelled(t *testing.T) {
	dir := aged(t)
	a, err := Open(dir, Options{SegmentBytes: 1500})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	before := contents(t, a)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.Prune(ctx, func(record.Capture) bool { return false }, PruneOptions{}); err == nil {
		t.Error("a cancelled prune says nothing")
	}
	if diff := cmp.Diff(before, contents(t, a)); diff != "" {
		t.Error(diff)
	}
}

func sorted(lines []string) []string { return slices.Sorted(slices.Values(lines)) }

func sizeOf(t *testing.T, dir string) (n int64) {
	t.Helper()
	segments, err := listSegments(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range segments {
		n += s.size
	}
	return n
}
