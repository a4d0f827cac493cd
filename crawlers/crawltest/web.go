package crawltest

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// web is a small web: an index where the crawler follows links, and pages.
type web struct {
	index func([]string) (string, string)
	size  int // pages

	mu      sync.Mutex
	count   map[string]int // requests by path
	answers map[string]func(w http.ResponseWriter, n int)
	renewed int
	fuse    int // requests until burn
	burn    func()
	folder  string // that holds the pages as files, where there is one
}

func newWeb(index func([]string) (string, string), size int) *web {
	return &web{index: index, size: size, count: map[string]int{}, answers: map[string]func(http.ResponseWriter, int){}}
}

func (w *web) pages() []string {
	paths := make([]string, w.size)
	for i := range paths {
		paths[i] = fmt.Sprintf("/page/%d", i+1)
	}
	return paths
}

// all are the addresses that a crawl keeps.
func (w *web) all() []string {
	if w.index == nil {
		return w.pages()
	}
	return append([]string{"/index"}, w.pages()...)
}

func (w *web) start() []string {
	if w.index != nil {
		return []string{Host + "/index"}
	}
	start := w.pages()
	for i := range start {
		start[i] = Host + start[i]
	}
	return start
}

// files writes the pages to a folder.
func (w *web) files(t *testing.T) string {
	w.folder = t.TempDir()
	for _, page := range w.pages() {
		w.file(t, page, w.body(page))
	}
	return w.folder
}

func (w *web) file(t *testing.T, page, body string) {
	t.Helper()
	path := filepath.Join(w.folder, filepath.FromSlash(page))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (w *web) body(path string) string { return "<p>this is " + path + ", and nothing more</p>" }

// answer overrides what a path answers; n counts its requests from 0.
func (w *web) answer(path string, f func(w http.ResponseWriter, n int)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answers[path] = f
}

// onRequest calls f at the request after n others.
func (w *web) onRequest(n int, f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fuse, w.burn = n, f
}

// asked counts the requests by path, robots.txt left out.
func (w *web) asked() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	asked := maps.Clone(w.count)
	delete(asked, "/robots.txt")
	return asked
}

func (w *web) notModified() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.renewed
}

// ServeHTTP answers, and counts.
func (w *web) ServeHTTP(out http.ResponseWriter, req *http.Request) {
	path := req.URL.Path
	w.mu.Lock()
	n := w.count[path]
	w.count[path]++
	answer := w.answers[path]
	if w.burn != nil && path != "/robots.txt" {
		if w.fuse--; w.fuse < 0 {
			w.burn()
			w.burn = nil
		}
	}
	w.mu.Unlock()
	switch {
	case answer != nil:
		answer(out, n)
	case path == "/index" && w.index != nil:
		mediaType, body := w.index(w.pages())
		out.Header().Set("Content-Type", mediaType)
		fmt.Fprint(out, body)
	case path == "/robots.txt":
		http.NotFound(out, req)
	default:
		w.page(out, req, path)
	}
}

func (w *web) page(out http.ResponseWriter, req *http.Request, path string) {
	tag := `"` + path + `"`
	out.Header().Set("Content-Type", "text/html")
	out.Header().Set("ETag", tag)
	if req.Header.Get("If-None-Match") == tag {
		w.mu.Lock()
		w.renewed++
		w.mu.Unlock()
		out.WriteHeader(http.StatusNotModified)
		return
	}
	fmt.Fprint(out, w.body(path))
}
