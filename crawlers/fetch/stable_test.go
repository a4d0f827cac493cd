package fetch_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/tripoint-data/tripoint/crawlers/crawltest"
	"github.com/tripoint-data/tripoint/crawlers/fetch"
	"github.com/tripoint-data/tripoint/record"
)

func ignoring(t testing.TB, list string) fetch.Options {
	t.Helper()
	var opt fetch.Options
	if err := yaml.Load([]byte("unchanged_ignoring: "+list), &opt, yaml.WithKnownFields()); err != nil {
		t.Fatal(err)
	}
	return opt
}

func TestStable(t *testing.T) {
	const csl = `{"search_performed_at":"2026-01-0%d","sources_used":[{"source":"A, B","last_imported":{"at":[%d,2]}}],"results":[{"name":"%s"}],"n":%d}`
	json := `[search_performed_at, last_imported]`
	for _, tt := range []struct {
		name, ignore, a, b string
		same               bool
	}{
		{"rebuilt", json, fmt.Sprintf(csl, 1, 1, "X", 1), fmt.Sprintf(csl, 2, 7, "X", 1), true},
		{"a value of another kind", json, fmt.Sprintf(csl, 1, 1, "X", 1), strings.Replace(fmt.Sprintf(csl, 1, 1, "X", 1), `"2026-01-01"`, `{"a":["}",{"b":"\"]"}]}`, 1), true},
		{"another name", json, fmt.Sprintf(csl, 1, 1, "X", 1), fmt.Sprintf(csl, 1, 1, "Y", 1), false},
		{"another number at the end", json, fmt.Sprintf(csl, 1, 1, "X", 1), fmt.Sprintf(csl, 1, 1, "X", 2), false},
		{"the key is there no more", json, `{"last_imported":1,"a":2}`, `{"a":2}`, false},
		{"blanks around", json, "{\"last_imported\" :\n 1\n,\"a\":2}", "{\"last_imported\" :\n 2,\"a\":2}", true},
		{"the key as a value", json, `["last_imported", 1]`, `["last_imported", 2]`, false},
		{"the key in a value", json, `{"a":"\"last_imported\":1"}`, `{"a":"\"last_imported\":2"}`, false},
		{"a longer key", json, `{"xlast_imported":1}`, `{"xlast_imported":2}`, false},
		{"a key beyond all bounds", json, `{"` + strings.Repeat("k", 9999) + `":1}`, `{"` + strings.Repeat("k", 9999) + `":2}`, false},
		{"no JSON", json, `last_imported: 1`, `last_imported: 2`, false},
		{"text", `['/Generated on .*/', '/nonce="[^"]*"/']`, "Generated on Monday\n<a nonce=\"1\">b\n", "Generated on Tuesday\n<a nonce=\"2\">b\n", true},
		{"other text", `['/Generated on .*/']`, "Generated on Monday\nb", "Generated on Monday\nc", false},
		{"both", `[at, '/v[0-9]+/']`, `{"at":1,"b":"v1"}`, `{"at":2,"b":"v2"}`, true},
	} {
		opt := ignoring(t, tt.ignore)
		a, err := opt.Stable(strings.NewReader(tt.a))
		if err != nil {
			t.Fatal(err)
		}
		b, err := opt.Stable(strings.NewReader(tt.b))
		if err != nil {
			t.Fatal(err)
		}
		if a == "" || (a == b) != tt.same {
			t.Errorf("%s: the same: %v, want %v", tt.name, a == b, tt.same)
		}
	}
	if got, err := (fetch.Options{}).Stable(nil); got != "" || err != nil {
		t.Errorf("nothing ignored: %q, %v", got, err)
	}
}

func TestIgnoredFaults(t *testing.T) {
	for _, bad := range []string{`[""]`, `['/']`, `['//']`, `['/[/']`, `['/a']`, `['a"b']`} {
		var opt fetch.Options
		if err := yaml.Load([]byte("unchanged_ignoring: "+bad), &opt, yaml.WithKnownFields()); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}

// An answer that differs only in what is ignored renews the last one; the
// next difference is found however many renewals lie between.
func TestUnchangedIgnoring(t *testing.T) {
	at, name := 0, "X"
	agent, _ := crawltest.Agent(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		at++
		w.Header().Set("ETag", fmt.Sprintf(`"%d"`, at))
		fmt.Fprintf(w, `{"at":%d,"name":%q}`, at, name)
	}))
	c := agent.Client("s", ignoring(t, "[at]"))
	var archive crawltest.Archive
	job := fetch.Job{Source: "s", Run: "r", Last: archive.Last, Keep: archive.Keep}
	for i, want := range []int{200, 304, 304, 200, 304} {
		if i == 3 {
			name = "Y"
		}
		resp, err := c.Fetch(t.Context(), job, record.Request{URL: here + "/x"}, nil, true)
		if err != nil {
			t.Fatal(err)
		}
		got := resp.Capture
		if got.Status != want || got.ETag != fmt.Sprintf(`"%d"`, i+1) || got.Stable == "" {
			t.Errorf("fetch %d: %+v, want status %d", i, got, want)
		}
		if err := resp.Keep(t.Context(), job); err != nil {
			t.Fatal(err)
		}
		resp.Close()
	}
}

// endless is JSON without a line end.
type endless struct{ at, size int64 }

var object = bytes.Repeat([]byte(`{"at":123,"b":[1,2,3]},`), 1024)

func (e *endless) Read(p []byte) (int, error) {
	if e.at >= e.size {
		return 0, io.EOF
	}
	n := copy(p[:min(int64(len(p)), e.size-e.at)], object)
	e.at += int64(n)
	return n, nil
}

func (e *endless) Seek(int64, int) (int64, error) { e.at = 0; return 0, nil }

func TestStableMemory(t *testing.T) {
	opt := ignoring(t, "[at]")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := opt.Stable(&endless{size: 16 << 20}); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 2<<20 {
		t.Errorf("16 MiB took %d bytes of memory", took)
	}
}

func BenchmarkStable(b *testing.B) {
	opt := ignoring(b, "[search_performed_at, last_imported]")
	data := bytes.Repeat([]byte(`{"name":"EXAMPLE HOLDINGS LIMITED","alt_names":["EHL","例"],"last_imported":"2026-01-01","n":1.5},`+"\n"), 10000)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := opt.Stable(bytes.NewReader(data)); err != nil {
			b.Fatal(err)
		}
	}
}

// What is not ignored always counts: two texts without the key are the same
// only where they are equal.
func FuzzStable(f *testing.F) {
	f.Add(`{"a":1}`, `{"a":2}`)
	f.Add(`{"at":"\""}`, `{"at":[}`)
	opt := ignoring(f, "[at]")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, err := opt.Stable(strings.NewReader(a))
		if err != nil {
			t.Fatal(err)
		}
		y, err := opt.Stable(strings.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if x == y && a != b && !strings.Contains(a, `"at"`) && !strings.Contains(b, `"at"`) {
			t.Errorf("%q and %q are the same", a, b)
		}
	})
}
