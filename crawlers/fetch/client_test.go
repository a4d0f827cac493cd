package fetch_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

func get(t *testing.T, c *fetch.Client, url string) (string, *fetch.Response, error) {
	t.Helper()
	resp, err := c.Do(context.Background(), record.Request{URL: url}, nil)
	if err != nil {
		return "", nil, err
	}
	defer resp.Close()
	body, err := io.ReadAll(resp)
	if err != nil {
		t.Fatal(err)
	}
	return string(body), resp, nil
}

func TestDo(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/a.csv", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		io.WriteString(w, r.UserAgent())
	})
	agent, _ := crawltest.Agent(t, mux)
	c := agent.Client("s", fetch.Options{})
	body, resp, err := get(t, c, crawltest.Host+"/a.csv")
	if err != nil {
		t.Fatal(err)
	}
	if want := "tripoint/test (+mailto:test@tripoint.test)"; body != want {
		t.Errorf("user agent %q, want %q", body, want)
	}
	if got := resp.Capture; got.Name != "a.csv" || got.ETag != `"1"` || got.Status != 200 || got.URL != crawltest.Host+"/a.csv" || got.Final != "" {
		t.Errorf("capture %+v", got)
	}
	_, _, err = get(t, c, crawltest.Host+"/none")
	var status *fetch.StatusError
	if !errors.As(err, &status) || status.Status != 404 {
		t.Errorf("%v, want status 404", err)
	}
}
