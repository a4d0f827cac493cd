package testkit_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/internal/testkit"
)

const host = "lists.tripoint.test"

func ask(t *testing.T, web *testkit.Recorded, method, target, body string, header ...string) string {
	t.Helper()
	req, err := http.NewRequest(method, "http://"+web.Addr+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Host = host
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(resp.Status[:3] + " " + resp.Header.Get("Content-Type") + " " + strings.TrimSpace(string(data)))
}

func TestWeb(t *testing.T) {
	web := testkit.Web(t, "testdata/"+host+".txtar")
	for _, tt := range []struct{ method, target, body, want string }{
		{"GET", "/index.html", "", "200 text/html; charset=utf-8 <p>index</p>"},
		{"GET", "/search?a=1&b=2", "", "200 text/html; charset=utf-8 found"},
		{"POST", "/api/session", `{"a":[1,2]}`, `200 text/html; charset=utf-8 {"case": 7}`},
		{"GET", "/twice.json", "", "429 application/json"},
		{"GET", "/twice.json", "", "200 application/json {}"},
		{"GET", "/twice.json", "", "200 application/json {}"},
		{"GET", "/zip.zip", "", "200 application/zip PK"},
		{"GET", "/robots.txt", "", "404 text/plain; charset=utf-8 404 page not found"},
	} {
		if got := ask(t, web, tt.method, tt.target, tt.body); got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.method, tt.target, got, tt.want)
		}
	}
	if got := ask(t, web, "GET", "/twice.json", "", "If-None-Match", `"1"`); !strings.HasPrefix(got, "304") {
		t.Errorf("conditional request: %q, want 304", got)
	}
	if diff := cmp.Diff("GET http://"+host+"/index.html", web.Asked()[0]); diff != "" {
		t.Error(diff)
	}
}

// recorder is a test that may fail without failing the real one.
type recorder struct {
	testing.TB
	failed []string
}

func (r *recorder) Errorf(format string, _ ...any) { r.failed = append(r.failed, format) }

func TestWebUnknown(t *testing.T) {
	r := &recorder{TB: t}
	web := testkit.Web(r, "testdata/"+host+".txtar")
	if got := ask(t, web, "GET", "/none", ""); !strings.HasPrefix(got, "404") {
		t.Errorf("unknown address: %q", got)
	}
	ask(t, web, "POST", "/api/session", `{"a":[2,1]}`)
	if len(r.failed) != 2 {
		t.Errorf("%d failures recorded, want 2", len(r.failed))
	}
}

func TestGolden(t *testing.T) {
	path := filepath.Join(t.TempDir(), "g.txt")
	if err := os.WriteFile(path, []byte("a"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := &recorder{TB: t}
	testkit.Golden(r, path, []byte("a"))
	if len(r.failed) != 0 {
		t.Error("equal files differ")
	}
	testkit.Golden(r, path, []byte("b"))
	if len(r.failed) != 1 {
		t.Error("different files do not differ")
	}
}

func TestShared(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TRIPOINT_SHARED", dir)
	if err := os.MkdirAll(filepath.Join(dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "data", "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, want := testkit.Shared(t, "x"), filepath.Join(dir, "data", "x"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	skipped := true
	t.Run("absent", func(t *testing.T) {
		testkit.Shared(t, "y")
		skipped = false
	})
	if !skipped {
		t.Error("an absent file does not skip")
	}
}
