package drop_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/drop"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

func decoder(text string) func(any) error {
	return func(v any) error { return yaml.Load([]byte(text), v, yaml.WithKnownFields()) }
}

func TestConformance(t *testing.T) {
	crawltest.Run(t, crawltest.Subject{
		Folder: true,
		New: func(t testing.TB, agent *fetch.Agent, _ []string, opt fetch.Options) fetch.Crawler {
			c, err := drop.New(func(v any) error {
				o := v.(*drop.Options)
				o.Folder, o.Files = ".", []string{"page/*"}
				if opt.Limits.MaxBytes > 0 {
					o.MaxBytes = opt.Limits.MaxBytes
				}
				return nil
			}, agent)
			if err != nil {
				t.Fatal(err)
			}
			return c
		},
	})
}

// place writes files under a new folder.
func place(t *testing.T, files map[string]string) string {
	t.Helper()
	base := t.TempDir()
	for name, text := range files {
		path := filepath.Join(base, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return base
}

func crawler(t *testing.T, base, options string) *drop.Crawler {
	t.Helper()
	agent, err := fetch.NewAgent(fetch.AgentOptions{Base: base, Now: crawltest.NewClock().Now})
	if err != nil {
		t.Fatal(err)
	}
	c, err := drop.New(decoder(options), agent)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func job(a *crawltest.Archive, vars map[string]string) fetch.Job {
	return fetch.Job{
		Source: "bought", Run: "r1", Frontier: crawltest.NewFrontier(), Last: a.Last, Keep: a.Keep,
		Vars: func(yield func(map[string]string, error) bool) { yield(vars, nil) },
	}
}

func TestDrop(t *testing.T) {
	base := place(t, map[string]string{
		"ams/2024/a b%.csv": "one", "ams/2024/c.csv": "two", "ams/2024/.hidden.csv": "x", "ams/2024/d.txt": "x", "ams/2024/dir.csv/e": "x", "ams/2023/f.csv": "x",
	})
	if err := os.Symlink("/etc/passwd", filepath.Join(base, "ams/2024/link.csv")); err != nil {
		t.Skip("no symbolic links here")
	}
	c, archive := crawler(t, base, `{folder: ams, files: ["{year}/[a-k]*.csv"]}`), &crawltest.Archive{}
	if err := c.Crawl(t.Context(), job(archive, map[string]string{"year": "2024"})); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, k := range archive.All() {
		got[k.Capture.URL+" "+k.Capture.Name] = string(k.Body)
		if k.Capture.Status != 200 || k.Capture.LastModified == "" || k.Capture.Request.Vars["year"] != "2024" || k.Capture.Source != "bought" {
			t.Errorf("capture %+v", k.Capture)
		}
	}
	want := map[string]string{"file:2024/a%20b%25.csv a b%.csv": "one", "file:2024/c.csv c.csv": "two"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	// A link that leads out of the folder is refused, not followed.
	if err := crawler(t, base, `{folder: ams, files: ["2024/link.csv"]}`).Crawl(t.Context(), job(archive, nil)); err == nil {
		t.Error("a link out of the folder was followed")
	}
}

func TestUnchanged(t *testing.T) {
	base := place(t, map[string]string{"a.csv": "one", "b.csv": "two"})
	c, archive := crawler(t, "", "{folder: "+base+", files: ['*.csv']}"), &crawltest.Archive{}
	for range 2 {
		if err := c.Crawl(t.Context(), job(archive, nil)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(base, "b.csv"), []byte("three"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, k := range archive.All()[2:] {
		got = append(got, k.Capture.Name+" "+string(k.Body))
		if strings.Contains(k.Capture.URL, base) {
			t.Errorf("the machine's path is in a capture: %s", k.Capture.URL)
		}
	}
	if diff := cmp.Diff([]string{"a.csv ", "b.csv three"}, got); diff != "" {
		t.Errorf("second crawl (-want +got):\n%s", diff)
	}
	if status := archive.All()[2].Capture.Status; status != 304 {
		t.Errorf("status %d of the same file, want 304", status)
	}
}

func TestFails(t *testing.T) {
	base := place(t, map[string]string{"a.csv": "12345678"})
	archive := &crawltest.Archive{}
	err := crawler(t, base, "{folder: ., files: ['*.zip']}").Crawl(t.Context(), job(archive, nil))
	if err == nil || !strings.Contains(err.Error(), "*.zip") {
		t.Errorf("nothing matches: %v", err)
	}
	if err := crawler(t, base, "{folder: none, files: ['*']}").Crawl(t.Context(), job(archive, nil)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
	if err := crawler(t, base, "{folder: ., files: ['*'], max_bytes: 7B}").Crawl(t.Context(), job(archive, nil)); !errors.Is(err, fetch.ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	if err := crawler(t, base, "{folder: ., files: ['{up}/*']}").Crawl(t.Context(), job(archive, map[string]string{"up": ".."})); err == nil || !strings.Contains(err.Error(), "leaves the folder") {
		t.Errorf("a variable led out of the folder: %v", err)
	}
	full := errors.New("disk full")
	archive.Fail = func(record.Capture) error { return full }
	j := job(archive, nil)
	if err := crawler(t, base, "{folder: ., files: ['*']}").Crawl(t.Context(), j); !errors.Is(err, full) || j.Frontier.(*crawltest.Frontier).Left() != 1 {
		t.Errorf("Keep failed: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := crawler(t, base, "{folder: ., files: ['*']}").Crawl(ctx, job(archive, nil)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestFaults(t *testing.T) {
	for options, want := range map[string]string{
		"{}":                                      "folder: ",
		"{folder: a}":                             "files: ",
		"{folder: a, files: ['../*.csv']}":        "files[0]: ",
		"{folder: a, files: ['ok', '/etc/*']}":    "files[1]: ",
		"{folder: a, files: ['[']}":               "files[0]: ",
		"{folder: a, files: ['*'], max_bytes: x}": "no size",
		"{folder: a, files: ['*'], rate: {}}":     "rate",
	} {
		if _, err := drop.New(decoder(options), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", options, err, want)
		}
	}
}
