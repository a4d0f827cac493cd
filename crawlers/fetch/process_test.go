package fetch_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

// TestMain is also the other processes of TestProcesses: where a server is
// named, it asks it for pages and ends.
func TestMain(m *testing.M) {
	server := os.Getenv("TRIPOINT_TEST_SERVER")
	if server == "" {
		os.Exit(m.Run())
	}
	agent, err := fetch.NewAgent(fetch.AgentOptions{
		Contact: "c", Hosts: map[string]string{".tripoint.test": server}, State: os.Getenv("TRIPOINT_TEST_STATE"),
	})
	if err != nil {
		os.Exit(2)
	}
	c := agent.Client("s", fetch.Options{Robots: fetch.Ignore, Rate: fetch.Rate{Every: duration(interval)}})
	c.Resume()
	for range perProcess {
		if _, _, err := get(c, here+"/"+os.Getenv("TRIPOINT_TEST_PATH")); err != nil {
			os.Exit(3)
		}
	}
}

const (
	interval   = 60 * time.Millisecond
	perProcess = 6
)

// process starts another process that asks a server for a page.
func process(t *testing.T, server *httptest.Server, state, path string) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "TRIPOINT_TEST_SERVER="+server.Listener.Addr().String(), "TRIPOINT_TEST_STATE="+state, "TRIPOINT_TEST_PATH="+path)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

// Processes of their own keep one interval and one place together, also when
// one of them is killed with a request in flight.
func TestProcesses(t *testing.T) {
	var mu sync.Mutex
	var at []time.Time
	now, most := 0, 0
	hung := make(chan bool)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		at = append(at, time.Now())
		now++
		most = max(most, now)
		mu.Unlock()
		if r.URL.Path == "/hang" {
			hung <- true
			<-r.Context().Done() // its process is killed
		}
		mu.Lock()
		now--
		mu.Unlock()
	}))
	defer server.Close()
	state := t.TempDir()
	killed := process(t, server, state, "hang")
	<-hung
	others := []*exec.Cmd{process(t, server, state, "page"), process(t, server, state, "page")}
	time.Sleep(3 * interval)
	if err := killed.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = killed.Wait()
	for _, c := range others {
		if err := c.Wait(); err != nil {
			t.Errorf("a process failed: %v", err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if want := 1 + len(others)*perProcess; len(at) != want || most != 1 {
		t.Errorf("%d requests arrived, want %d; at most %d at once, want 1", len(at), want, most)
	}
	// One may come late, where the machine is busy; together they are no faster.
	if span, least := at[len(at)-1].Sub(at[0]), time.Duration(len(at)-2)*interval; span < least {
		t.Errorf("%d requests arrived within %v, want %v at least", len(at), span, least)
	}
}

// A process that is killed while it fetches a large file leaves what it had
// made safe to the next one.
func TestKilledInMidFile(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789abcdef"), 70<<20/16)
	var mu sync.Mutex
	var asked []string
	hung := make(chan bool)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.Header.Get("Range"))
		first := len(asked) == 1
		mu.Unlock()
		w.Header().Set("ETag", `"1"`)
		if !first {
			http.ServeContent(w, r, "f.bin", time.Time{}, bytes.NewReader(data))
			return
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(data)))
		_, _ = w.Write(data[:66<<20])
		w.(http.Flusher).Flush()
		close(hung)
		<-r.Context().Done()
	}))
	defer server.Close()
	state := t.TempDir()
	c := process(t, server, state, "f.bin")
	<-hung
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		notes, _ := filepath.Glob(filepath.Join(state, "parts", "*.json"))
		if len(notes) == 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Error("nothing was made safe")
			break
		}
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	agent, err := fetch.NewAgent(fetch.AgentOptions{
		Contact: "c", Hosts: map[string]string{".tripoint.test": server.Listener.Addr().String()}, State: state, Temp: t.TempDir(),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer agent.Close()
	client := agent.Client("s", fetch.Options{Robots: fetch.Ignore})
	client.Resume()
	resp, err := client.Do(t.Context(), record.Request{URL: here + "/f.bin"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Close()
	if got, want := resp.SHA256(), fmt.Sprintf("%x", sha256.Sum256(data)); got != want || resp.Size() != int64(len(data)) {
		t.Errorf("%d bytes of hash %s, want %d of %s", resp.Size(), got, len(data), want)
	}
	mu.Lock()
	defer mu.Unlock()
	from := 0
	if _, err := fmt.Sscanf(asked[len(asked)-1], "bytes=%d-", &from); err != nil || len(asked) != 2 || from < 64<<20 || from > 66<<20 {
		t.Errorf("asked for %q, want the rest after 64 MiB", asked)
	}
}
