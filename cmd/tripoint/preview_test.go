package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestPreviewStopped: a preview that is stopped in the middle of a body ends
// at once, says that nothing was stored, and leaves nothing behind.
func TestPreviewStopped(t *testing.T) {
	temp, dir := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temp)
	ctx, stop := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		w.Write([]byte("Name\n" + strings.Repeat("Zhelanqu\n", 1000)))
		w.(http.Flusher).Flush()
		stop()
		<-r.Context().Done()
	}))
	defer server.Close()
	text := strings.Replace(soundSource, "https://agency.example", "http://list.tripoint.test", 1)
	name := filepath.Join(dir, "my-list.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errOut bytes.Buffer
	a := newApp(nil, &out, &errOut)
	a.hosts = map[string]string{".tripoint.test": server.Listener.Addr().String()}
	began := time.Now()
	if code := a.run(ctx, []string{"-C", dir, "preview", name, "--contact", "desk@agency.example"}); code != exitFailed {
		t.Errorf("exit %d, want %d", code, exitFailed)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %s to stop", took)
	}
	if want := "tripoint: stopped; nothing was stored\n"; errOut.String() != want {
		t.Errorf("said %q, want %q", errOut.String(), want)
	}
	for _, folder := range []string{temp, dir} {
		left, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range left {
			if e.Name() != "my-list.yaml" {
				t.Errorf("%s is left behind", e.Name())
			}
		}
	}
}

func TestFitted(t *testing.T) {
	for _, tt := range []struct {
		in   string
		wide int
		want string
	}{
		{"abc", 5, "abc  "},
		{"abcdef", 5, "abcd…"},
		{"示范公司", 5, "示范…"},
		{"示范公司", 6, "示范… "},
		{"e\u0301tat", 4, "e\u0301tat"},
		{"", 2, "  "},
	} {
		if got := fitted(tt.in, tt.wide); got != tt.want {
			t.Errorf("fitted(%q, %d) = %q, want %q", tt.in, tt.wide, got, tt.want)
		}
	}
	if got := shownText("a\x1b[31mb\r\nc\u202e"); got != "a·[31mb c·" {
		t.Errorf("got %q", got)
	}
}
