package fetch_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

// BenchmarkPages fetches pages of 50 kB from loopback, 16 at a time: by
// net/http alone, and by a Client, which hashes, limits and obeys as well.
func BenchmarkPages(b *testing.B) {
	page := strings.Repeat("0123456789", 5000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			fmt.Fprint(w, "User-agent: *\nDisallow: /closed\n")
			return
		}
		io.WriteString(w, page)
	}))
	defer server.Close()
	addr := server.Listener.Addr().String()

	run := func(name string, get func(path string) error) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(page)))
			b.SetParallelism(8) // of 2 processors
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := get("/page"); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pages/s")
		})
	}
	plain := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16, DialContext: (&net.Dialer{}).DialContext}}
	run("net-http", func(path string) error {
		resp, err := plain.Get("http://" + addr + path)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	})
	agent, err := fetch.NewAgent(fetch.AgentOptions{Contact: "bench", Hosts: map[string]string{"bench.test": addr}})
	if err != nil {
		b.Fatal(err)
	}
	defer agent.Close()
	client := agent.Client("bench", fetch.Options{Rate: fetch.Rate{Every: duration(0), Parallel: 16}})
	run("client", func(path string) error {
		resp, err := client.Do(b.Context(), record.Request{URL: "http://bench.test" + path}, nil)
		if err != nil {
			return err
		}
		return resp.Close()
	})
}

// BenchmarkTurns takes turns of a host: as one process does, with a folder but
// without an interval, and with both, which share them with other processes.
func BenchmarkTurns(b *testing.B) {
	for _, tt := range []struct {
		name  string
		state bool
		every time.Duration
	}{{"memory", false, 0}, {"folder", true, 0}, {"folder-and-interval", true, 1}} {
		b.Run(tt.name, func(b *testing.B) {
			opt := fetch.AgentOptions{Contact: "bench"}
			if tt.state {
				opt.State = b.TempDir()
			}
			agent, err := fetch.NewAgent(opt)
			if err != nil {
				b.Fatal(err)
			}
			defer agent.Close()
			client := agent.Client("bench", fetch.Options{Robots: fetch.Ignore, Rate: fetch.Rate{Every: duration(tt.every)}})
			for b.Loop() {
				done, err := client.Turn(b.Context(), "http://bench.test/page")
				if err != nil {
					b.Fatal(err)
				}
				done()
			}
		})
	}
}
