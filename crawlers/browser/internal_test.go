package browser

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/record"
)

// TestProxy has plain and tunnelled requests to a host that is refused, and to
// one that a rule maps.
func TestProxy(t *testing.T) {
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Host) })
	plain, tls := httptest.NewServer(answer), httptest.NewTLSServer(answer)
	defer plain.Close()
	defer tls.Close()
	var asked []string
	p := &proxy{
		public: func(_ context.Context, address string) error {
			asked = append(asked, address)
			return errors.New("private")
		},
		rules: parseHostRules("MAP *.tripoint.test " + plain.Listener.Addr().String() + ", EXCLUDE localhost, MAP update.googleapis.com " + plain.Listener.Addr().String() + ", MAP secure.test " + tls.Listener.Addr().String()),
		log:   slog.New(slog.DiscardHandler),
	}
	if err := p.listen(); err != nil {
		t.Fatal(err)
	}
	defer p.close()
	through, err := url.Parse(p.address())
	if err != nil {
		t.Fatal(err)
	}
	client := tls.Client()
	transport := client.Transport.(*http.Transport)
	transport.Proxy = http.ProxyURL(through)
	transport.TLSClientConfig.ServerName = "example.com" // the test server's certificate
	for _, tt := range []struct{ address, want string }{
		{"http://web.tripoint.test/", "web.tripoint.test"},
		{"https://secure.test/", "secure.test"},
		{"http://update.googleapis.com/", ""}, // of Chromium's own
		{plain.URL, ""},
		{tls.URL, ""},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, tt.address, nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []byte
		resp, err := client.Do(req)
		if err == nil {
			got, err = io.ReadAll(resp.Body)
			resp.Body.Close()
		}
		if string(got) != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%s: %q, %v; want %q", tt.address, got, err, tt.want)
		}
	}
	if len(asked) == 0 {
		t.Error("the guard was not asked")
	}
}

func TestListwise(t *testing.T) {
	f := crawltest.NewFrontier()
	l := &listwise{Frontier: f}
	add := func(address string, step int) {
		if err := f.Add(t.Context(), record.Request{URL: address, Step: step}); err != nil {
			t.Fatal(err)
		}
	}
	for _, address := range []string{"a", "b", "c"} {
		add(address, 0)
	}
	var got []string
	for {
		r, err := l.Lease(t.Context())
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		got = append(got, r.Key())
		if r.Step < 2 && r.URL != "b" {
			add(r.URL, r.Step+1)
		}
	}
	if diff := cmp.Diff([]string{"GET a", "GET a 1", "GET a 2", "GET b", "GET c", "GET c 1", "GET c 2"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// FuzzPick reads what a source may write beside a link and in a rule of hosts:
// what is taken has something to look for, and no rule has an empty part.
func FuzzPick(f *testing.F) {
	f.Add("closest(tr) td:nth-child(3) @title", "MAP *.tripoint.test 127.0.0.1:80, EXCLUDE x")
	f.Add("@href", "map a b")
	f.Add("closest(tr:not(.x)) td", ",")
	f.Fuzz(func(t *testing.T, text, rules string) {
		var p Pick
		if p.UnmarshalText([]byte(text)) == nil && p == (Pick{}) {
			t.Errorf("%q finds nothing", text)
		}
		for _, r := range parseHostRules(rules) {
			if r.pattern == "" || r.to == "" {
				t.Errorf("rule %+v", r)
			}
		}
	})
}

func TestPick(t *testing.T) {
	for text, want := range map[string]Pick{
		"closest(tr) td:nth-child(3)":   {Around: "tr", Within: "td:nth-child(3)"},
		"closest(tr:not(.x)) td @title": {Around: "tr:not(.x)", Within: "td", Attr: "title"},
		"span.date":                     {Within: "span.date"},
		"@href":                         {Attr: "href"},
		"closest(li)":                   {Around: "li"},
	} {
		var got Pick
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, bad := range []string{"", "closest(", "closest(a[) b", "td["} {
		if err := new(Pick).UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
