package bulk_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tripoint-data/tripoint/crawlers/bulk"
	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

// A file whose first transfer breaks off arrives whole, every byte but once:
// in the same crawl, and in the one after a crawl that gave up.
func TestResume(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789abcdef"), 3<<20/16)
	for _, retries := range []int{1, 0} {
		var sent atomic.Int64
		cut := true
		handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				http.NotFound(w, r)
				return
			}
			w.Header().Set("ETag", `"1"`)
			counted := &counter{w, &sent}
			if cut {
				cut = false
				w.Header().Set("Content-Length", fmt.Sprint(len(data)))
				_, _ = counted.Write(data[:2<<20])
				return
			}
			http.ServeContent(counted, r, "f.bin", time.Time{}, bytes.NewReader(data))
		})
		state := t.TempDir()
		var archive crawltest.Archive
		frontier := crawltest.NewFrontier()
		crawl := func() error {
			agent, _ := crawltest.AgentWith(t, handler, fetch.AgentOptions{State: state})
			c, err := bulk.New(decoder(fmt.Sprintf("{start: [%s/f.bin], retry: {max: %d}}", crawltest.Host, retries)), agent)
			if err != nil {
				t.Fatal(err)
			}
			return c.Crawl(t.Context(), fetch.Job{Frontier: frontier, Last: archive.Last, Keep: archive.Keep})
		}
		err := crawl()
		if retries == 0 {
			if !errors.Is(err, io.ErrUnexpectedEOF) || len(archive.All()) != 0 {
				t.Fatalf("error %v, %d kept", err, len(archive.All()))
			}
			frontier.Restart()
			err = crawl()
		}
		if err != nil {
			t.Fatal(err)
		}
		if kept := archive.All(); len(kept) != 1 || !bytes.Equal(kept[0].Body, data) || sent.Load() != int64(len(data)) {
			t.Errorf("%d retries: %d kept, %d bytes were sent for %d", retries, len(kept), sent.Load(), len(data))
		}
	}
}

// counter counts what is sent.
type counter struct {
	http.ResponseWriter
	n *atomic.Int64
}

func (c *counter) Write(p []byte) (int, error) {
	c.n.Add(int64(len(p))) // before the client can have seen them
	return c.ResponseWriter.Write(p)
}
