package fetch_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
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
	start := func(path string) *exec.Cmd {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), "TRIPOINT_TEST_SERVER="+server.Listener.Addr().String(), "TRIPOINT_TEST_STATE="+state, "TRIPOINT_TEST_PATH="+path)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		return c
	}
	killed := start("hang")
	<-hung
	others := []*exec.Cmd{start("page"), start("page")}
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
