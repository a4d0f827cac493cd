// Package notify tells people and their programs what happened to a source: by
// a command, by a webhook, or by both.
//
// Start with Teller.Tell. What is told when is decided by who calls it.
package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// The events.
const (
	Gate      = "gate"      // new data did not pass a source's gate: the last good ones stand
	Stale     = "stale"     // a source has brought nothing good for two runs, or ran into its timeout
	Disk      = "disk"      // the disk is filling up, or is full
	Recovered = "recovered" // the first success after one of these
)

// Event is what happened. Its JSON is what commands and webhooks get; chat
// services show the text of it as they are.
type Event struct {
	Event       string    `json:"event"`
	Source      string    `json:"source,omitempty"` // none, of the disk
	Title       string    `json:"title,omitempty"`  // of the source
	Time        time.Time `json:"time"`
	Text        string    `json:"text"`
	LastSuccess time.Time `json:"last_success,omitzero"`
	Records     int       `json:"records,omitempty"` // of the last success
}

// Target is who is told of which events.
type Target struct {
	On      []string // all where empty
	Command []string // a program and its arguments, run without a shell
	Webhook string
}

// Wants says whether a target is told of an event.
func (t Target) Wants(event string) bool { return len(t.On) == 0 || slices.Contains(t.On, event) }

// Message is an event and who is to be told of it.
type Message struct {
	Event Event
	To    []Target
}

// Outcome is what became of a message.
type Outcome struct {
	Reached bool  // somebody was told, or nobody wanted to be
	Err     error // of the ways there that failed: it says nothing about the source
}

// Teller tells targets of events.
type Teller struct {
	// Dir is the folder in which commands run, and to which a relative path of
	// a program is taken.
	Dir string
}

// maxHeard bounds what is read of an answer or of a command's output, for the
// words of an error.
const maxHeard = 2 << 10

// Tell sends messages, and returns what became of each. A command or a webhook
// gets its messages in turn, beside all others; the context bounds all of it,
// so one that hangs costs the others nothing.
func (t *Teller) Tell(ctx context.Context, all ...Message) []Outcome {
	out := make([]Outcome, len(all))
	ways := map[string][]func(){}
	var mu sync.Mutex
	for i, m := range all {
		body, err := json.Marshal(m.Event)
		out[i] = Outcome{Reached: true, Err: err}
		add := func(way string, tell func() error) {
			out[i].Reached = false
			ways[way] = append(ways[way], func() {
				err := tell()
				mu.Lock()
				defer mu.Unlock()
				out[i].Reached = out[i].Reached || err == nil
				out[i].Err = errors.Join(out[i].Err, err)
			})
		}
		for _, to := range m.To {
			if !to.Wants(m.Event.Event) {
				continue
			}
			if len(to.Command) > 0 {
				add(fmt.Sprintf("%q", to.Command), func() error { return t.run(ctx, to.Command, m.Event, body) })
			}
			if to.Webhook != "" {
				add(to.Webhook, func() error { return post(ctx, to.Webhook, body) })
			}
		}
	}
	var beside sync.WaitGroup
	for _, turns := range ways {
		beside.Go(func() {
			for _, tell := range turns {
				tell()
			}
		})
	}
	beside.Wait()
	return out
}

func (t *Teller) run(ctx context.Context, argv []string, e Event, body []byte) error {
	dir, err := filepath.Abs(t.Dir)
	program := argv[0]
	if filepath.Base(program) != program && !filepath.IsAbs(program) {
		program = filepath.Join(dir, program)
	}
	if err == nil {
		program, err = exec.LookPath(program)
	}
	if err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	cmd := exec.CommandContext(ctx, program, argv[1:]...)
	var heard limited
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, bytes.NewReader(body), &heard, &heard
	cmd.Env = append(os.Environ(), "TRIPOINT_EVENT="+e.Event, "TRIPOINT_SOURCE="+e.Source)
	cmd.WaitDelay = time.Second // what the command left running does not hold us
	err = cmd.Run()
	if ctx.Err() != nil {
		err = errors.New("did not end in time")
	}
	if err != nil {
		return fmt.Errorf("notify: command %s: %w%s", argv[0], err, heard.words())
	}
	return nil
}

// client follows no redirect: an event goes to the address that was named.
var client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func post(ctx context.Context, addr string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, addr, bytes.NewReader(body))
	if err != nil {
		return errors.New("notify: webhook: is no web address")
	}
	// An address may be a secret: errors name its host alone.
	fail := func(err error) error { return fmt.Errorf("notify: webhook at %s: %w", req.URL.Host, err) }
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	if err != nil {
		return fail(err)
	}
	defer res.Body.Close()
	var heard limited
	_, _ = io.Copy(&heard, io.LimitReader(res.Body, maxHeard)) // of use for the error alone
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return fail(fmt.Errorf("answers %s%s", res.Status, heard.words()))
	}
	return nil
}

// limited keeps the beginning of what is written to it.
type limited struct{ text []byte }

// Write keeps what there is room for.
func (l *limited) Write(b []byte) (int, error) {
	l.text = append(l.text, b[:min(len(b), maxHeard-len(l.text))]...)
	return len(b), nil
}

// words is the text in one line, to stand behind an error.
func (l *limited) words() string {
	text := strings.Join(strings.Fields(strings.ToValidUTF8(string(l.text), "?")), " ")
	if text == "" {
		return ""
	}
	return ": " + text
}
