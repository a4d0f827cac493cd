package world

import (
	"bytes"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"golang.org/x/tools/txtar"
)

// modified is the Last-Modified of everything that the world serves.
var modified = time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)

// oneFile serves one body at one path, with validators and ranges, and a
// robots.txt that allows it.
func oneFile(name, mediaType string, body []byte) http.Handler {
	return static(map[string][]byte{name: body}, mediaType)
}

// static serves bodies by their path. mediaType "" goes by the file's name.
func static(bodies map[string][]byte, mediaType string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := bodies[r.URL.Path]
		switch {
		case !ok && r.URL.Path == "/robots.txt":
			fmt.Fprint(w, "User-agent: *\nAllow: /\n")
			return
		case !ok:
			http.NotFound(w, r)
			return
		}
		kind := mediaType
		if kind == "" {
			kind = mime.TypeByExtension(path.Ext(r.URL.Path))
		}
		w.Header().Set("Content-Type", kind)
		http.ServeContent(w, r, path.Base(r.URL.Path), modified, bytes.NewReader(body))
	})
}

// recordedHosts reads one txtar for each host; the file names in it are paths.
func recordedHosts(web fs.FS) (map[string]http.Handler, error) {
	names, err := fs.Glob(web, "web/*.txtar")
	if err != nil {
		return nil, err
	}
	hosts := map[string]http.Handler{}
	for _, name := range names {
		text, err := fs.ReadFile(web, name)
		if err != nil {
			return nil, err
		}
		bodies := map[string][]byte{}
		for _, f := range txtar.Parse(text).Files {
			body := f.Data
			if strings.HasSuffix(f.Name, ".csv") { // as the publisher's: CRLF, and an end mark
				body = append(bytes.ReplaceAll(body, []byte("\n"), []byte("\r\n")), 0x1a)
			}
			bodies["/"+f.Name] = body
		}
		host := strings.TrimSuffix(path.Base(name), ".txtar")
		hosts[host] = static(bodies, "")
	}
	return hosts, nil
}
