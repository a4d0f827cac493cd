// Package crawltest is the conformance suite of crawlers: Run drives one
// against a small web and checks that nothing is lost, nothing is fetched
// twice and manners are kept. Frontier, Archive and Clock serve other tests too.
package crawltest

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

// Host is the name that every handler given to Agent is reached by.
const Host = "http://web.tripoint.test"

// Agent returns an agent for which every host under tripoint.test is the
// handler, with a clock of its own.
func Agent(t testing.TB, h http.Handler) (*fetch.Agent, *Clock) {
	t.Helper()
	return AgentWith(t, h, fetch.AgentOptions{})
}

// AgentWith is Agent with options of the test's: State, Log, Base or Env.
func AgentWith(t testing.TB, h http.Handler, opt fetch.AgentOptions) (*fetch.Agent, *Clock) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	address, clock := server.Listener.Addr().String(), NewClock()
	opt.Contact, opt.Version, opt.Temp = "mailto:test@tripoint.test", "test", t.TempDir()
	opt.Hosts, opt.HostRules = map[string]string{".tripoint.test": address}, "MAP *.tripoint.test "+address
	opt.Now, opt.Sleep, opt.Rand = clock.Now, clock.Sleep, func() float64 { return 0.5 }
	if opt.Env == nil {
		opt.Env = func(string) string { return "" }
	}
	agent, err := fetch.NewAgent(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(agent.Close)
	return agent, clock
}
