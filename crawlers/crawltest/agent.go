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
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	clock := NewClock()
	agent, err := fetch.NewAgent(fetch.AgentOptions{
		Contact: "mailto:test@tripoint.test",
		Version: "test",
		Hosts:   map[string]string{".tripoint.test": server.Listener.Addr().String()},
		Temp:    t.TempDir(),
		Env:     func(string) string { return "" },
		Now:     clock.Now,
		Sleep:   clock.Sleep,
		Rand:    func() float64 { return 0.5 },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(agent.Close)
	return agent, clock
}
