// Package corpus reads the real patents that lie beside the project, for
// training the classifier and for measuring it. Start with [Dir] and [Read].
// Nothing of them is kept in the project but ids, labels and reasons.
package corpus

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// The corpora by name: the files below patents/ that each is read from, and
// how.
var corpora = []struct {
	name  string
	files []string
	read  func(text []byte) ([]*record.Patent, error)
}{
	{"ppubs", []string{"ppubs/documents.json", "ppubs/search_records.json"}, ppubs},
	{"app2025", []string{"corpora/applications_2025_title_cpc.jsonl"}, applications},
	{"grants", []string{"corpora/grants_one_assignee_title_cpc.csv"}, table(func(cell func(string) string) *record.Patent {
		return &record.Patent{ID: "US" + cell("patent_id"), Title: cell("patent_title"), CPC: split(strings.Trim(cell("cpc_codes"), "{}"), ",")}
	})},
	{"membranes", []string{"corpora/membranes_title_abstract_ipc.csv"}, table(func(cell func(string) string) *record.Patent {
		return &record.Patent{ID: cell("publication_number"), Title: cell("title"), Abstract: cell("abstract"), IPC: split(cell("ipc_codes"), ",")}
	})},
	{"pizza", []string{"corpora/pizza_title_ipc.csv"}, table(func(cell func(string) string) *record.Patent {
		return &record.Patent{ID: cell("Publication Number"), Title: cell("Title"), IPC: split(cell("IPC"), ";")}
	})},
	{"drones", []string{"corpora/drones_title_cpc_ipc.csv"}, table(func(cell func(string) string) *record.Patent {
		return &record.Patent{ID: cell("Publication Number"), Title: cell("Title"), CPC: split(cell("CPC Classifications"), ";;"), IPC: split(cell("IPCR Classifications"), ";;")}
	})},
	{"aititles", []string{"corpora/ppubs_export_ai_titles.csv"}, table(func(cell func(string) string) *record.Patent {
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
	var out []*record.Patent
	byID := map[string]*record.Patent{}
	for _, file := range corpora[at].files {
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
		if err != nil {
			return nil, fmt.Errorf("corpus: %w", err)
		}
		if _, err := seen.Write(text); err != nil {
			return nil, fmt.Errorf("corpus: %w", err)
		}
		patents, err := corpora[at].read(text)
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

var (
	markup    = regexp.MustCompile(`<[^>]*>`)
	nextClaim = regexp.MustCompile(`\s2\s?\.\s`)
)

func ppubs(text []byte) ([]*record.Patent, error) {
	var docs []struct {
		GUID, InventionTitle, AbstractHTML, ClaimsHTML                  string
		CPCInventiveFlattened, CPCAdditionalFlattened, IPCCodeFlattened string
	}
	if err := json.Unmarshal(text, &docs); err != nil {
		return nil, err
	}
	plain := func(s string) string { return strings.TrimSpace(html.UnescapeString(markup.ReplaceAllString(s, " "))) }
	var out []*record.Patent
	for _, d := range docs {
		ref, err := record.ParseRef("patent:" + d.GUID)
		if err != nil {
			continue // a document of another office
		}
		claim := plain(d.ClaimsHTML)
		if at := nextClaim.FindStringIndex(claim); at != nil {
			claim = claim[:at[0]]
		}
		out = append(out, &record.Patent{
			ID: ref.ID, Title: plain(d.InventionTitle), Abstract: plain(d.AbstractHTML), FirstClaim: claim,
			CPC: split(d.CPCInventiveFlattened, ";"), CPCAdditional: split(d.CPCAdditionalFlattened, ";"), IPC: split(d.IPCCodeFlattened, ";"),
		})
	}
	return out, nil
}
