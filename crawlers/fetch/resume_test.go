package fetch_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

// file is a large file on a server that cuts answers.
type file struct {
	data    []byte
	tag     string
	changed string
	cut     []int // bytes that the first answers bring; all from then on
	answer  func(f *file, w http.ResponseWriter, from int) bool

	mu    sync.Mutex
	asked []string // Range, and whether If-Range was right
}

// set changes what is answered, when nothing is being answered any more.
func (f *file) set(answer func(f *file, w http.ResponseWriter, from int) bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answer = answer
}

func newFile(cut ...int) *file {
	f := &file{data: make([]byte, 5<<20), tag: `"v1"`, cut: cut}
	random := rand.NewChaCha8([32]byte{1})
	_, _ = random.Read(f.data)
	return f
}

func (f *file) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/robots.txt" {
		http.NotFound(w, r)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	n := len(f.asked)
	span := r.Header.Get("Range")
	f.asked = append(f.asked, strings.TrimSpace(span+" "+r.Header.Get("If-Range")))
	from := 0
	if rest, ok := strings.CutPrefix(span, "bytes="); ok {
		from, _ = strconv.Atoi(strings.TrimSuffix(rest, "-"))
		if f.answer != nil && f.answer(f, w, from) {
			return
		}
		if r.Header.Get("If-Range") != f.tag && (f.changed == "" || r.Header.Get("If-Range") != f.changed) {
			from = 0
		}
	}
	if f.tag != "" {
		w.Header().Set("ETag", f.tag)
	}
	if f.changed != "" {
		w.Header().Set("Last-Modified", f.changed)
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Length", fmt.Sprint(len(f.data)-from))
	if from > 0 {
		w.Header().Del("Content-Type") // a 206 need not repeat it
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(f.data)-1, len(f.data)))
		w.WriteHeader(http.StatusPartialContent)
	}
	rest := f.data[from:]
	if n < len(f.cut) {
		rest = rest[:min(f.cut[n], len(rest))]
	}
	_, _ = w.Write(rest)
}

func fetchFile(ctx context.Context, c *fetch.Client) ([]byte, record.Capture, error) {
	resp, err := c.Do(ctx, record.Request{URL: here + "/f.zip"}, nil)
	if err != nil {
		return nil, record.Capture{}, err
	}
	defer resp.Close()
	data, err := io.ReadAll(resp)
	return data, resp.Capture, err
}

// A body that is cut goes on where it broke off; whatever is not the rest of
// the same file is given up for a whole one.
func TestResume(t *testing.T) {
	const half = 2 << 20
	date := time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat)
	partial := func(contentRange string, header ...string) func(*file, http.ResponseWriter, int) bool {
		return func(f *file, w http.ResponseWriter, from int) bool {
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.Header().Set("Content-Range", contentRange)
			w.WriteHeader(http.StatusPartialContent)
			_, _ = w.Write(f.data[from:])
			return true
		}
	}
	rest := fmt.Sprintf("bytes=%d-", half)
	for _, tt := range []struct {
		name  string
		file  *file
		set   func(*file)
		asked []string
	}{
		{"whole", newFile(), nil, []string{""}},
		{"cut once", newFile(half), nil, []string{"", rest + ` "v1"`}},
		{"cut more often than retry.max", newFile(half, half/2, half/2), nil, []string{"", rest + ` "v1"`, fmt.Sprintf(`bytes=%d- "v1"`, half*3/2), fmt.Sprintf(`bytes=%d- "v1"`, half*2)}},
		{"by date", newFile(half), func(f *file) { f.tag, f.changed = "", date }, []string{"", rest + " " + date}},
		{"weak tag", newFile(half), func(f *file) { f.tag = `W/"v1"` }, []string{"", ""}},
		{"no validator", newFile(half), func(f *file) { f.tag = "" }, []string{"", ""}},
		{"changed on the way", newFile(half), func(f *file) {
			f.answer = func(f *file, _ http.ResponseWriter, _ int) bool {
				f.tag, f.data = `"v2"`, bytes.Repeat([]byte("new"), 1<<20)
				return false
			}
		}, []string{"", rest + ` "v1"`}},
		{"no ranges after all", newFile(half), func(f *file) {
			f.answer = func(_ *file, w http.ResponseWriter, _ int) bool {
				w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
				return true
			}
		}, []string{"", rest + ` "v1"`, ""}},
		{"another range", newFile(half), func(f *file) { f.answer = partial(fmt.Sprintf("bytes %d-%d/%d", half+1, 5<<20-1, 5<<20)) }, []string{"", rest + ` "v1"`, ""}},
		{"no range told", newFile(half), func(f *file) { f.answer = partial("bytes */5") }, []string{"", rest + ` "v1"`, ""}},
		{"another length", newFile(half), func(f *file) { f.answer = partial(fmt.Sprintf("bytes %d-%d/%d", half, 5<<20-1, 9<<20)) }, []string{"", rest + ` "v1"`, ""}},
		{"another tag", newFile(half), func(f *file) {
			f.answer = partial(fmt.Sprintf("bytes %d-%d/%d", half, 5<<20-1, 5<<20), "ETag", `"v2"`)
		}, []string{"", rest + ` "v1"`, ""}},
		{"ranges in parts", newFile(half), func(f *file) {
			f.answer = func(f *file, w http.ResponseWriter, from int) bool {
				to := min(from+half, len(f.data))
				w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, to-1, len(f.data)))
				w.WriteHeader(http.StatusPartialContent)
				_, _ = w.Write(f.data[from:to])
				return true
			}
		}, []string{"", rest + ` "v1"`, fmt.Sprintf(`bytes=%d- "v1"`, 2*half)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.set != nil {
				tt.set(tt.file)
			}
			agent, _ := crawltest.Agent(t, tt.file)
			one := 1
			c := agent.Client("s", fetch.Options{Retry: fetch.Retry{Max: &one}})
			c.Resume()
			data, capture, err := fetchFile(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			tt.file.set(nil)
			if !bytes.Equal(data, tt.file.data) || capture.Size != int64(len(data)) || capture.Status != 200 || capture.MediaType != "application/zip" || capture.ETag != tt.file.tag {
				t.Errorf("%d bytes of %d; %+v", len(data), len(tt.file.data), capture)
			}
			if diff := cmp.Diff(tt.asked, tt.file.asked); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
			if left, err := os.ReadDir(agent.Temp()); err != nil || len(left) > 0 {
				t.Errorf("%d files are left in the scratch folder, %v", len(left), err)
			}
		})
	}
}

// What a process that ended has of a file is there for the next one, and only
// where it is still the same file.
func TestResumeInNextRun(t *testing.T) {
	for _, tt := range []struct {
		name   string
		damage func(t *testing.T, f *file, note string)
		second string
	}{
		{"the rest", func(*testing.T, *file, string) {}, `bytes=3145728- "v1"`},
		{"the file changed", func(_ *testing.T, f *file, _ string) { f.tag, f.data = `"v2"`, f.data[1<<20:] }, `bytes=3145728- "v1"`},
		{"the note is damaged", func(t *testing.T, _ *file, note string) { write(t, note, "{") }, ""},
		{"the note lies", func(t *testing.T, _ *file, note string) {
			write(t, note, `{"header":{"Etag":["\"v1\""]},"total":5242880,"size":4194304}`)
		}, ""},
		{"the bytes are damaged", func(t *testing.T, f *file, note string) {
			write(t, strings.TrimSuffix(note, ".json")+".part", strings.Repeat("x", 3<<20))
		}, ""},
		{"all but the end is there", func(t *testing.T, f *file, note string) {
			write(t, strings.TrimSuffix(note, ".json")+".part", string(f.data))
			write(t, note, fmt.Sprintf(`{"header":{"Etag":["\"v1\""],"Content-Type":["application/zip"]},"total":5242880,"size":5242880,"sha256":"%x"}`, sha256.Sum256(f.data)))
		}, `bytes=5242879- "v1"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFile(3 << 20)
			state := t.TempDir()
			client := func() *fetch.Client {
				a, _ := crawltest.AgentWith(t, f, fetch.AgentOptions{State: state})
				c := a.Client("s", fetch.Options{Retry: fetch.Retry{Max: new(int)}})
				c.Resume()
				return c
			}
			if _, _, err := fetchFile(t.Context(), client()); !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("error %v", err)
			}
			notes, err := filepath.Glob(filepath.Join(state, "parts", "*.json"))
			if err != nil || len(notes) != 1 {
				t.Fatalf("notes %v, %v", notes, err)
			}
			tt.damage(t, f, notes[0])
			data, capture, err := fetchFile(t.Context(), client())
			if err != nil {
				t.Fatal(err)
			}
			f.set(nil)
			if !bytes.Equal(data, f.data) || capture.ETag != f.tag {
				t.Errorf("%d bytes of %d, %+v", len(data), len(f.data), capture)
			}
			if diff := cmp.Diff([]string{"", tt.second}, f.asked); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
			if left, _ := filepath.Glob(filepath.Join(state, "parts", "*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// What a fetch that failed has of a file is kept where the next run may need
// it, and nowhere else; another process's part is left alone.
func TestPartsLeft(t *testing.T) {
	for _, tt := range []struct {
		name string
		then func(w http.ResponseWriter)
		opt  fetch.Options
		left int
	}{
		{"busy", func(w http.ResponseWriter) { w.WriteHeader(http.StatusServiceUnavailable) }, fetch.Options{}, 2},
		{"gone", func(w http.ResponseWriter) { w.WriteHeader(http.StatusGone) }, fetch.Options{}, 0},
		{"broken", func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, fetch.Options{}, 2},
		{"later", func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", "86400")
			w.WriteHeader(http.StatusServiceUnavailable)
		}, fetch.Options{}, 2},
		{"too large", func(w http.ResponseWriter) { // which it did not say at first
			w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/*", 2<<20, 6<<20-1))
			w.WriteHeader(http.StatusPartialContent)
			_, _ = w.Write(make([]byte, 4<<20))
		}, fetch.Options{Limits: fetch.Limits{MaxBytes: 5 << 20}}, 0},
	} {
		f := newFile(2 << 20)
		f.answer = func(_ *file, w http.ResponseWriter, _ int) bool { tt.then(w); return true }
		state := t.TempDir()
		agent, _ := crawltest.AgentWith(t, f, fetch.AgentOptions{State: state})
		one := 1
		tt.opt.Retry.Max = &one
		c := agent.Client("s", tt.opt)
		c.Resume()
		if _, _, err := fetchFile(t.Context(), c); err == nil {
			t.Errorf("%s: no error", tt.name)
		}
		left, _ := filepath.Glob(filepath.Join(state, "parts", "*"))
		if len(left) != tt.left {
			t.Errorf("%s: %d files are left, want %d: %v", tt.name, len(left), tt.left, left)
		}
		// Nobody holds the lock of a part any more: the next fetch has it all.
		f.set(nil)
		c = agent.Client("s", fetch.Options{Retry: fetch.Retry{MaxWait: fetch.Duration(48 * time.Hour)}})
		c.Resume()
		data, _, err := fetchFile(t.Context(), c)
		if err != nil || !bytes.Equal(data, f.data) {
			t.Errorf("%s: then %d bytes of %d, %v", tt.name, len(data), len(f.data), err)
		}
		f.set(nil)
		if last := f.asked[len(f.asked)-1]; (last == "") != (tt.left == 0) {
			t.Errorf("%s: asked at last for %q", tt.name, last)
		}
	}
}

// Two fetches of one file at once do not share a part.
func TestPartInUse(t *testing.T) {
	f := newFile()
	var mu sync.Mutex
	both := make(chan bool)
	n := 0
	agent, _ := crawltest.AgentWith(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("Content-Length", fmt.Sprint(len(f.data)))
		_, _ = w.Write(f.data[:3<<20])
		w.(http.Flusher).Flush()
		mu.Lock()
		if n++; n == 2 {
			close(both)
		}
		mu.Unlock()
		<-both
		_, _ = w.Write(f.data[3<<20:])
	}), fetch.AgentOptions{State: t.TempDir()})
	c := agent.Client("s", fetch.Options{Robots: fetch.Ignore, Rate: fetch.Rate{Parallel: 2, Every: duration(0)}})
	c.Resume()
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if data, _, err := fetchFile(t.Context(), c); err != nil || !bytes.Equal(data, f.data) {
				t.Errorf("%d bytes of %d, %v", len(data), len(f.data), err)
			}
		})
	}
	wg.Wait()
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
