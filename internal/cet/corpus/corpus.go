// Package corpus reads the real patents that lie beside the project, for
// training the classifier and for measuring it. Start with [Dir] and [Read].
// Nothing of them is kept in the project but ids, labels and reasons.
package corpus

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/parsers"
	"github.com/tripoint-data/tripoint/record"
)

// The corpora by name: the files below patents/ that each is read from, as
// patterns, and how: by a format of the parsers, or as a table.
var corpora = []struct {
	name   string
	files  []string
	format string
	read   func(text []byte) ([]*record.Patent, error)
}{
	{"ppubs", []string{"ppubs/documents.json", "ppubs/search_records.json", "hikvision/*.json"}, "ppubs-json", nil},
	{"redbook", []string{"redbook/single/[Uiv]*.xml", "redbook/multi/*"}, "redbook-xml", nil},
	{"greenbook", []string{"redbook/single/*.greenbook"}, "greenbook-txt", nil},
	{"odp", []string{"odp/get_patent/*.json", "odp/get_patent_meta_data/*.json", "odp/search_patents/*.json"}, "odp-json", nil},
	{"patft", []string{"patft/p*.html"}, "patft-html", nil},
	{"google", []string{"google/*.html"}, "google-html", nil},
	{"app2025", []string{"corpora/applications_2025_title_cpc.jsonl"}, "", applications},
	{"grants", []string{"corpora/grants_one_assignee_title_cpc.csv"}, "", table(func(cell func(string) string) *record.Patent {
		return &record.Patent{ID: "US" + cell("patent_id"), Title: cell("patent_title"), CPC: split(strings.Trim(cell("cpc_codes"), "{}"), ",")}
	})},
	{"membranes", []string{"corpora/membranes_title_abstract_ipc.csv"}, "", table(func(cell func(string) string) *record.Patent {
		return &record.Patent{ID: cell("publication_number"), Title: cell("title"), Abstract: cell("abstract"), IPC: split(cell("ipc_codes"), ",")}
	})},
	{"pizza", []string{"corpora/pizza_title_ipc.csv"}, "", table(func(cell func(string) string) *record.Patent {
		return &record.Patent{ID: cell("Publication Number"), Title: cell("Title"), IPC: split(cell("IPC"), ";")}
	})},
	{"drones", []string{"corpora/drones_title_cpc_ipc.csv"}, "", table(func(cell func(string) string) *record.Patent {
		return &record.Patent{ID: cell("Publication Number"), Title: cell("Title"), CPC: split(cell("CPC Classifications"), ";;"), IPC: split(cell("IPCR Classifications"), ";;")}
	})},
	{"aititles", []string{"corpora/ppubs_export_ai_titles.csv"}, "", table(func(cell func(string) string) *record.Patent {
		return &record.Patent{ID: cell("Patent Number"), Title: cell("Title")}
	})},
}

// Names lists the corpora.
func Names() []string {
	var names []string
	for _, c := range corpora {
		names = append(names, c.name)
	}
	return names
}

// Dir is the folder of real patents, given the root of the project; false
// where there is none.
func Dir(root string) (string, bool) {
	dir := filepath.Join(cmp.Or(os.Getenv("TRIPOINT_SHARED"), filepath.Join(root, "..", "shared")), "data", "patents")
	_, err := os.Stat(dir)
	return dir, err == nil
}

// Read reads one corpus from dir and writes the bytes that it read to seen. A
// patent that stands twice is returned once, filled from both.
func Read(dir, name string, seen io.Writer) ([]*record.Patent, error) {
	at := slices.Index(Names(), name)
	if at < 0 {
		return nil, fmt.Errorf("corpus: %q is unknown", name)
	}
	c := corpora[at]
	read := c.read
	if c.format != "" {
		read = func(text []byte) ([]*record.Patent, error) { return parse(c.format, text) }
	}
	var out []*record.Patent
	byID := map[string]*record.Patent{}
	for _, pattern := range c.files {
		files, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern)))
		if err != nil {
			return nil, fmt.Errorf("corpus: %w", err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return nil, fmt.Errorf("corpus: %w", err)
			}
			if _, err := seen.Write(text); err != nil {
				return nil, fmt.Errorf("corpus: %w", err)
			}
			patents, err := read(text)
			if err != nil {
				return nil, fmt.Errorf("corpus: %s: %w", file, err)
			}
			for _, p := range patents {
				if old := byID[p.ID]; old != nil {
					old.Fill(p)
					continue
				}
				byID[p.ID] = p
				out = append(out, p)
			}
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("corpus: no patents of %s in %s", name, dir)
	}
	return out, nil
}

// parse reads patents as a crawl does; what spoils one is passed over.
func parse(format string, text []byte) ([]*record.Patent, error) {
	f, err := parsers.Lookup(format)
	if err != nil {
		return nil, err
	}
	fn, err := f.New(nil)
	if err != nil {
		return nil, err
	}
	u := record.Unit{Parts: []record.Part{{Name: format, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }}}}
	var out []*record.Patent
	for r, err := range parsers.Read(context.Background(), f, fn, u, parsers.Unpack{}, &parsers.Count{}) {
		var problem *record.Problem
		switch {
		case errors.As(err, &problem):
		case err != nil:
			return nil, err
		default:
			if p, ok := r.(*record.Patent); ok {
				out = append(out, p)
			}
		}
	}
	return out, nil
}

func split(s, by string) []string {
	if s = strings.TrimSpace(s); s == "" {
		return nil
	}
	return strings.Split(s, by)
}

// applications numbers its lines, which have no ids.
func applications(text []byte) ([]*record.Patent, error) {
	var out []*record.Patent
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		p := &record.Patent{ID: fmt.Sprintf("app2025:%d", n)}
		if err := json.Unmarshal(lines.Bytes(), p); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, lines.Err()
}

func table(row func(cell func(string) string) *record.Patent) func([]byte) ([]*record.Patent, error) {
	return func(text []byte) ([]*record.Patent, error) {
		text = bytes.ReplaceAll(bytes.TrimPrefix(text, []byte("\ufeff")), []byte("\r"), []byte("\n"))
		r := csv.NewReader(bytes.NewReader(text))
		r.FieldsPerRecord, r.LazyQuotes = -1, true
		head, err := r.Read()
		if err != nil {
			return nil, err
		}
		var out []*record.Patent
		for {
			cells, err := r.Read()
			if errors.Is(err, io.EOF) {
				return out, nil
			}
			if err != nil {
				return nil, err
			}
			out = append(out, row(func(name string) string {
				if i := slices.Index(head, name); i >= 0 && i < len(cells) {
					return cells[i]
				}
				return ""
			}))
		}
	}
}
