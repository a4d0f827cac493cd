package bulk

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/tripoint-data/tripoint/crawlers/fetch"
)

// FuzzComplete looks at any file as each format: what is whole is never called
// cut, blanks around it change nothing, and a ZIP without its end is cut.
func FuzzComplete(f *testing.F) {
	for _, s := range []string{"", "{}", "\ufeff[1, 2]\r\n", `{"a": [{"b`, "<html>busy</html>", "<a/>", " \x00\x1a", "PK\x05\x06", "7"} {
		f.Add([]byte(s), uint16(1))
	}
	path := filepath.Join(f.TempDir(), "file")
	f.Fuzz(func(t *testing.T, data []byte, cut uint16) {
		check := func(c Complete, data []byte) error {
			t.Helper()
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			file, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			body, err := fetch.FileBody(t.Context(), file, fetch.Size(1<<30))
			if err != nil {
				t.Fatal(err)
			}
			return c.check(body)
		}
		if len(data) > edge/2 {
			data = data[:edge/2]
		}
		if err := check("", data); err != nil && !bytes.HasPrefix(data, []byte("PK\x03\x04")) && !bytes.HasPrefix(data, []byte("\x1f\x8b\x08")) {
			t.Errorf("a file that is not looked at: %v", err)
		}
		framed := append(append([]byte(" \r\n"), data...), "\n\x00\x1a"...)
		for _, c := range []Complete{JSON, XML} {
			if plain, blank := check(c, data), check(c, framed); (plain == nil) != (blank == nil) && !bytes.HasPrefix(data, []byte("\ufeff")) && !bytes.HasPrefix(data, []byte("\xff\xfe")) && !bytes.HasPrefix(data, []byte("\xfe\xff")) {
				t.Errorf("%s: %q: %v, with blanks around it %v", c, data, plain, blank)
			}
		}
		whole := bytes.TrimLeft(data, " \t\r\n")
		if err := check(JSON, data); err != nil && json.Valid(data) && (whole[0] == '{' || whole[0] == '[') {
			t.Errorf("%q: %v", data, err)
		}

		_ = check(GZIP, data)
		_ = check(ZIP, data) // no panic is all that can be asked
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		w, err := z.Create("a")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write(data) // a buffer takes all
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		if err := check(ZIP, b.Bytes()); err != nil {
			t.Errorf("a whole ZIP of %q: %v", data, err)
		}
		left := b.Bytes()[:b.Len()-1-int(cut)%b.Len()]
		if err := check(ZIP, left); err == nil && !bytes.Contains(left, []byte("PK\x05\x06")) {
			t.Errorf("%d of %d bytes of a ZIP count as whole", len(left), b.Len())
		}
	})
}
