package notify_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/internal/notify"
)

var event = notify.Event{
	Event: notify.Gate, Source: "zz-list", Title: "A list", Time: time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC),
	Text: "zz-list: 1 records, at least 2 are wanted", LastSuccess: time.Date(2026, 11, 21, 6, 0, 0, 0, time.UTC), Records: 2,
}

// TestMain is the command that the tests run.
func TestMain(m *testing.M) {
	switch os.Getenv("NOTIFY_TEST") {
	case "":
		os.Exit(m.Run())
	case "fail":
		fmt.Println("the pager\n  is off", strings.Repeat(".", 1<<20))
		os.Exit(3)
	case "hang":
		time.Sleep(time.Minute)
	case "write":
		body, _ := io.ReadAll(os.Stdin)
		text := fmt.Sprintf("%s %s %q %s", os.Getenv("TRIPOINT_EVENT"), os.Getenv("TRIPOINT_SOURCE"), os.Args[1:], body)
		if err := os.WriteFile("heard", []byte(text), 0o600); err != nil {
			os.Exit(1)
		}
	}
}

// tell tells one target of one event within a time.
func tell(t *testing.T, teller *notify.Teller, limit time.Duration, to notify.Target, e notify.Event) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	out := teller.Tell(ctx, notify.Message{Event: e, To: []notify.Target{to}})
	if out[0].Reached != (out[0].Err == nil) {
		t.Errorf("reached: %t, %v", out[0].Reached, out[0].Err)
	}
	return out[0].Err
}

func self(t *testing.T, mode string) string {
	t.Helper()
	t.Setenv("NOTIFY_TEST", mode)
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// A command gets the event on standard input and in its environment, and its
// arguments as they are: no shell reads them.
func TestCommand(t *testing.T) {
	program := self(t, "write")
	dir := t.TempDir()
	teller := &notify.Teller{Dir: dir}
	if err := tell(t, teller, 10*time.Second, notify.Target{Command: []string{program, "$HOME; x"}}, event); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(dir, "heard"))
	if err != nil {
		t.Fatal(err)
	}
	want := `gate zz-list ["$HOME; x"] {"event":"gate","source":"zz-list","title":"A list","time":"2026-11-22T06:00:00Z","text":"zz-list: 1 records, at least 2 are wanted","last_success":"2026-11-21T06:00:00Z","records":2}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

// A path with a folder in it is one beside tripoint.yaml.
func TestCommandBeside(t *testing.T) {
	program := self(t, "write")
	dir := t.TempDir()
	if err := os.Symlink(program, filepath.Join(dir, "tell")); err != nil {
		t.Skip("no symbolic links here")
	}
	t.Chdir(dir)
	for _, from := range []string{dir, "."} {
		teller := &notify.Teller{Dir: from}
		if err := tell(t, teller, 10*time.Second, notify.Target{Command: []string{"./tell"}}, event); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove("heard"); err != nil {
			t.Error(err)
		}
	}
}

func TestCommandFails(t *testing.T) {
	teller := &notify.Teller{Dir: t.TempDir()}
	err := tell(t, teller, 10*time.Second, notify.Target{Command: []string{self(t, "fail")}}, event)
	if err == nil || !strings.Contains(err.Error(), "exit status 3: the pager is off ...") || len(err.Error()) > 3000 || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v", err)
	}
	err = tell(t, teller, 10*time.Second, notify.Target{Command: []string{"no-such-program-here"}}, event)
	if err == nil || !strings.HasPrefix(err.Error(), `notify: exec: "no-such-program-here": executable file not found`) {
		t.Errorf("got %v", err)
	}
	err = tell(t, teller, 50*time.Millisecond, notify.Target{Command: []string{self(t, "hang")}}, event)
	if err == nil || !strings.HasSuffix(err.Error(), "did not end in time") {
		t.Errorf("got %v", err)
	}
}

func TestWebhook(t *testing.T) {
	var got notify.Event
	mux := http.NewServeMux()
	mux.HandleFunc("POST /good", func(w http.ResponseWriter, r *http.Request) {
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("got %v, %v", r.Header, err)
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("POST /moved", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	})
	mux.HandleFunc("/elsewhere", func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") })
	mux.HandleFunc("POST /bad", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no such\nroom", http.StatusNotFound) })
	mux.HandleFunc("POST /slow", func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	})
	web := httptest.NewServer(mux)
	defer web.Close()
	teller := &notify.Teller{}
	if err := tell(t, teller, 10*time.Second, notify.Target{Webhook: web.URL + "/good"}, event); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(event, got); diff != "" {
		t.Error(diff)
	}
	host := strings.TrimPrefix(web.URL, "http://")
	for path, want := range map[string]string{
		"/moved": "answers 307 Temporary Redirect",
		"/bad":   "answers 404 Not Found: no such room",
		"/slow":  "context deadline exceeded",
	} {
		limit := 10 * time.Second
		if path == "/slow" {
			limit = 50 * time.Millisecond
		}
		err := tell(t, teller, limit, notify.Target{Webhook: web.URL + path}, event)
		if want := "notify: webhook at " + host + ": " + want; err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", path, err, want)
		}
	}
	web.Close()
	err := tell(t, teller, 10*time.Second, notify.Target{Webhook: web.URL + "/T0/SECRET"}, event)
	if err == nil || strings.Contains(err.Error(), "SECRET") {
		t.Errorf("the address is told: %v", err)
	}
}

func TestWants(t *testing.T) {
	teller := &notify.Teller{}
	to := notify.Target{On: []string{notify.Stale, notify.Recovered}, Command: []string{"no-such-program-here"}}
	if err := tell(t, teller, time.Second, to, event); err != nil {
		t.Errorf("an event that is not wanted was told: %v", err)
	}
	if !to.Wants(notify.Stale) || to.Wants(notify.Disk) || !(notify.Target{}).Wants(notify.Disk) {
		t.Error("Wants is wrong")
	}
}

// One that hangs costs the time that is given once, whatever it is to be told,
// and keeps nothing from the others.
func TestHangs(t *testing.T) {
	var heard atomic.Int64
	web := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if heard.Add(1); r.URL.Path == "/slow" {
			<-r.Context().Done()
		}
	}))
	defer web.Close()
	hung := notify.Target{Command: []string{self(t, "hang")}, Webhook: web.URL + "/slow"}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	teller := &notify.Teller{Dir: t.TempDir()}
	began := time.Now()
	out := teller.Tell(ctx,
		notify.Message{Event: event, To: []notify.Target{hung}},
		notify.Message{Event: event, To: []notify.Target{hung}},
		notify.Message{Event: event, To: []notify.Target{hung, {Webhook: web.URL + "/good"}}},
		notify.Message{Event: event})
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %s", took)
	}
	for i, want := range []bool{false, false, true, true} {
		if out[i].Reached != want || (out[i].Err == nil) != (i == 3) {
			t.Errorf("%d: %+v", i, out[i])
		}
	}
	if n := heard.Load(); n != 2 {
		t.Errorf("%d were asked: one that hangs is not asked again", n)
	}
}
