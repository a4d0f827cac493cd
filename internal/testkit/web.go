package testkit

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// Recorded is a web of recorded answers on a loopback listener.
type Recorded struct {
	Addr  string            // of the listener
	Hosts map[string]string // each recorded host and the listener's address

	mu    sync.Mutex
	hosts map[string]map[string][]*answer
	asked []string
}

// answer is one recorded answer; several of one name are served in turn.
type answer struct {
	status     int
	header     http.Header
	wantBody   string   // as JSON where it is JSON
	wantHeader []string // Name: value
	body       []byte
	served     bool
}

// Web serves recorded answers, one txtar file a host; the file's name is the
// host's with .txtar. A file in it is an answer:
//
//	-- robots.txt --                    GET /robots.txt
//	-- search__q__q=a&start=0 --        GET /search?q=a&start=0
//	-- POST api/session --              POST /api/session
//
// No name holds ? or :, which embedded files may not hold. Its text is the
// body, or begins with a status line and a header as HTTP has them:
//
//	HTTP/1.1 429 Too Many Requests
//	Retry-After: 2
//	Want-Body: {"start": 0}
//	Want-Header: X-Access-Token: t1
//	Content-Transfer-Encoding: base64
//
// Want-Body and Want-Header say which requests the answer is for. Of several
// answers that fit, each is given once, in order, and the last for ever. A
// request that no answer fits is a failure of the test, save for robots.txt,
// which is 404 where it is not recorded. ETag and If-None-Match do their work.
func Web(t testing.TB, files ...string) *Recorded {
	t.Helper()
	r := &Recorded{Hosts: map[string]string{}, hosts: map[string]map[string][]*answer{}}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		host := strings.TrimSuffix(filepath.Base(file), ".txtar")
		if r.hosts[host] == nil {
			r.hosts[host] = map[string][]*answer{}
		}
		for _, f := range archive.Files {
			a, err := parseAnswer(f.Name, f.Data)
			if err != nil {
				t.Fatalf("%s: %s: %v", file, f.Name, err)
			}
			key := keyOf(f.Name)
			r.hosts[host][key] = append(r.hosts[host][key], a)
		}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if err := r.serve(w, req); err != nil {
			t.Errorf("web: %v", err)
		}
	}))
	t.Cleanup(server.Close)
	r.Addr = server.Listener.Addr().String()
	for host := range r.hosts {
		r.Hosts[host] = r.Addr
	}
	return r
}

// Asked returns the requests so far, robots.txt left out: GET http://host/path?query.
func (r *Recorded) Asked() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.asked)
}

// keyOf brings a file's name to METHOD /path?query.
func keyOf(name string) string {
	method, target, ok := strings.Cut(name, " ")
	if !ok {
		method, target = http.MethodGet, name
	}
	return method + " /" + strings.TrimPrefix(strings.Replace(target, "__q__", "?", 1), "/")
}

func parseAnswer(name string, data []byte) (*answer, error) {
	a := &answer{status: http.StatusOK, header: http.Header{}, body: data}
	if line, rest, ok := bytes.Cut(data, []byte("\n")); ok && bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		status, err := strconv.Atoi(strings.Fields(string(line))[1])
		if err != nil || status < 200 || status > 599 {
			return nil, fmt.Errorf("no status line: %s", line)
		}
		in := bufio.NewReader(bytes.NewReader(rest))
		header, err := textproto.NewReader(in).ReadMIMEHeader()
		if err != nil {
			return nil, fmt.Errorf("header: %w", err)
		}
		a.status, a.header = status, http.Header(header)
		if a.body, err = io.ReadAll(in); err != nil {
			return nil, err
		}
	}
	a.wantBody, a.wantHeader = a.header.Get("Want-Body"), a.header.Values("Want-Header")
	if a.header.Get("Content-Transfer-Encoding") == "base64" {
		body, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(a.body)), ""))
		if err != nil {
			return nil, err
		}
		a.body = body
	}
	for _, own := range []string{"Want-Body", "Want-Header", "Content-Transfer-Encoding"} {
		a.header.Del(own)
	}
	if a.header.Get("Content-Type") == "" {
		a.header.Set("Content-Type", mediaType(name))
	}
	return a, nil
}

func mediaType(name string) string {
	name, _, _ = strings.Cut(name, "__q__")
	types := map[string]string{
		".json": "application/json", ".csv": "text/csv; charset=utf-8", ".xml": "application/xml",
		".txt": "text/plain; charset=utf-8", ".zip": "application/zip",
	}
	if t, ok := types[path.Ext(name)]; ok {
		return t
	}
	return "text/html; charset=utf-8"
}

func (r *Recorded) serve(w http.ResponseWriter, req *http.Request) error {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return err
	}
	asked := req.Method + " http://" + req.Host + req.URL.RequestURI()
	a := r.find(req, body, asked)
	if a == nil {
		http.NotFound(w, req)
		if req.URL.Path == "/robots.txt" {
			return nil
		}
		return fmt.Errorf("nothing is recorded for %s %s", asked, body)
	}
	for name, values := range a.header {
		w.Header()[name] = values
	}
	if tag := a.header.Get("ETag"); tag != "" && tag == req.Header.Get("If-None-Match") {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	w.WriteHeader(a.status)
	_, err = w.Write(a.body)
	return err
}

// find returns the first answer that fits and was not given yet, else the
// last one that fits.
func (r *Recorded) find(req *http.Request, body []byte, asked string) *answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	if req.URL.Path != "/robots.txt" {
		r.asked = append(r.asked, asked)
	}
	var last *answer
	for _, a := range r.hosts[req.Host][req.Method+" "+req.URL.RequestURI()] {
		if !a.fits(req, body) {
			continue
		}
		if last = a; !a.served {
			break
		}
	}
	if last != nil {
		last.served = true
	}
	return last
}

func (a *answer) fits(req *http.Request, body []byte) bool {
	for _, want := range a.wantHeader {
		name, value, _ := strings.Cut(want, ":")
		if req.Header.Get(strings.TrimSpace(name)) != strings.TrimSpace(value) {
			return false
		}
	}
	return a.wantBody == "" || a.wantBody == string(body) || sameJSON([]byte(a.wantBody), body)
}

func sameJSON(a, b []byte) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}
