package fetch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

// Product is the token that robots.txt knows us by.
const Product = "tripoint"

// ErrNoContact is returned by the first fetch of an agent without a contact.
var ErrNoContact = errors.New("no contact is set: publishers must be able to reach whoever crawls them; set contact to an address of yours")

// AgentOptions are what a process hands to its agent. All may be left out,
// save Contact where anything is fetched from the network.
type AgentOptions struct {
	Contact string // e-mail or web address, shown to publishers
	Version string
	// Dial connects to an address that has passed the guard; a net.Dialer by default.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Hosts sends the hosts of a domain (".tripoint.test" or one full name) to
	// a listener's address, past the guard and for these hosts only.
	Hosts     map[string]string
	HostRules string // the same for Chromium's --host-resolver-rules
	Base      string // the folder that relative drop paths are under
	Temp      string // for bodies too large for memory; the system's by default
	// State is the folder of what outlives the process and is shared with
	// others: the turns of hosts, and bodies that broke off; "" for neither.
	State string
	// Told, where set, is told of every request that was sent. Many goroutines
	// may call it.
	Told  func(Exchange)
	Env   func(string) string
	Log   *slog.Logger
	Now   func() time.Time
	Sleep func(context.Context, time.Duration) error
	Rand  func() float64 // in [0,1), for the jitter of retries
}

// Agent is what all crawlers of a process share: who they say they are, the
// turns of each host, and what each robots.txt said.
type Agent struct {
	opt     AgentOptions
	limiter limiter
	robots  robotsCache
	guard   guard
	guarded *http.Transport
	open    *http.Transport // for sources with allow_private; never shares a connection with guarded
	swept   sync.Once       // of the parts that nobody came back for
}

// NewAgent returns an agent. A contact is asked for by the first fetch, since
// not every crawler uses the network.
func NewAgent(opt AgentOptions) (*Agent, error) {
	if strings.ContainsAny(opt.Contact+opt.Version, "\r\n\x00()") {
		return nil, fmt.Errorf("fetch: contact %q cannot stand in a header: write an e-mail or web address", opt.Contact)
	}
	if opt.Version == "" {
		opt.Version = "devel"
	}
	if opt.Dial == nil {
		opt.Dial = (&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	}
	if opt.Base == "" {
		opt.Base = "."
	}
	if opt.Temp == "" {
		opt.Temp = os.TempDir()
	}
	if opt.Env == nil {
		opt.Env = os.Getenv
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Sleep == nil {
		opt.Sleep = sleep
	}
	if opt.Rand == nil {
		opt.Rand = rand.Float64
	}
	a := &Agent{opt: opt, limiter: limiter{log: opt.Log, dir: opt.State, hosts: map[string]*turns{}}, robots: robotsCache{sites: map[string]*site{}}}
	a.guard = guard{dial: opt.Dial, hosts: opt.Hosts, lookup: net.DefaultResolver.LookupNetIP}
	a.guarded = transport(a.guard.dialPublic)
	a.open = transport(a.guard.dialAny)
	return a, nil
}

func transport(dial func(context.Context, string, string) (net.Conn, error)) *http.Transport {
	return &http.Transport{
		DialContext:            dial, // no Proxy: it would dial for us, past the guard
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    64, // as many as may be in flight
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    30 * time.Second,
		MaxResponseHeaderBytes: 1 << 20,
		ReadBufferSize:         32 << 10, // a page in two or three reads
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// UserAgent is what requests are signed with: tripoint/VERSION (+CONTACT).
func (a *Agent) UserAgent() string {
	return Product + "/" + a.opt.Version + " (+" + a.opt.Contact + ")"
}

// Identified returns ErrNoContact where the agent has no contact.
func (a *Agent) Identified() error {
	if strings.TrimSpace(a.opt.Contact) == "" {
		return ErrNoContact
	}
	return nil
}

// HostRules are for Chromium's --host-resolver-rules; "" where names are
// resolved as usual.
func (a *Agent) HostRules() string { return a.opt.HostRules }

// Base is the folder that relative drop paths are under.
func (a *Agent) Base() string { return a.opt.Base }

// Temp is the folder for scratch files.
func (a *Agent) Temp() string { return a.opt.Temp }

// Log is where crawlers tell what they do.
func (a *Agent) Log() *slog.Logger { return a.opt.Log }

// Now is the time.
func (a *Agent) Now() time.Time { return a.opt.Now() }

// Sleep waits, or returns the context's error.
func (a *Agent) Sleep(ctx context.Context, d time.Duration) error { return a.opt.Sleep(ctx, d) }

// Close drops the idle connections.
func (a *Agent) Close() {
	a.guarded.CloseIdleConnections()
	a.open.CloseIdleConnections()
}
