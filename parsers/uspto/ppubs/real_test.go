package ppubs

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/parsers/uspto/usptotest"
	"github.com/tripoint-data/tripoint/record"
)

// TestReal holds every record against a plain second reading of the same
// documents.
func TestReal(t *testing.T) {
	for file, want := range map[string]int{"documents.json": 25, "search_records.json": 1434} {
		t.Run(file, func(t *testing.T) {
			data := usptotest.SharedFile(t, "ppubs", file)
			var raw []struct {
				GUID      string   `json:"guid"`
				Number    string   `json:"publicationReferenceDocumentNumber"`
				Published string   `json:"datePublished"`
				Filed     []string `json:"applicationFilingDate"`
				Type      string   `json:"type"`
				Assignees []string `json:"assigneeName"`
				Family    int64    `json:"familyIdentifierCur"`
				CPC       string   `json:"cpcInventiveFlattened"`
			}
			if err := json.Unmarshal(data, &raw); err != nil {
				t.Fatal(err)
			}
			r := usptotest.Parse(t, parser(t), file, data)
			if r.Err != nil || len(r.Problems) > 0 {
				t.Fatal(r.Err, r.Problems)
			}
			if len(r.Patents) != want || len(raw) != want {
				t.Fatalf("%d records of %d documents, want %d", len(r.Patents), len(raw), want)
			}
			for i, p := range r.Patents {
				d := raw[i]
				if p.ID != record.CanonicalPatentID(d.GUID) || p.PublicationNumber != number(d.Number) {
					t.Errorf("%s: id %s, number %s", d.GUID, p.ID, p.PublicationNumber)
				}
				if string(p.Published) != d.Published[:10] {
					t.Errorf("%s: published %s, want %s", d.GUID, p.Published, d.Published[:10])
				}
				if len(d.Filed) > 0 && string(p.Filed) != d.Filed[0][:10] {
					t.Errorf("%s: filed %s, want %s", d.GUID, p.Filed, d.Filed[0][:10])
				}
				if grant := p.Document == record.Grant; grant == (d.Type == "US-PGPUB") || grant != (p.Granted != "") {
					t.Errorf("%s: %s granted %q", d.GUID, p.Document, p.Granted)
				}
				if len(p.Assignees) != len(d.Assignees) {
					t.Errorf("%s: assignees %v, want %v", d.GUID, p.Assignees, d.Assignees)
				}
				if (p.FamilyID == "") != (d.Family == 0 || d.Family >= 1e12) {
					t.Errorf("%s: family %q of %d", d.GUID, p.FamilyID, d.Family)
				}
				if (d.CPC == "") != (len(p.CPC) == 0) {
					t.Errorf("%s: cpc %v of %q", d.GUID, p.CPC, d.CPC)
				}
				line, err := record.Marshal(p)
				if err != nil {
					t.Fatal(err)
				}
				for _, mark := range []string{"<span", "<br", "&amp;", "N/A", "OCR SCANNED"} {
					if strings.Contains(string(line), mark) {
						t.Errorf("%s: %s is left in %.300s", d.GUID, mark, line)
					}
				}
			}
		})
	}
}

func number(s string) string {
	n, _, _ := record.PatentNumber(s)
	return n
}

func TestRealClaims(t *testing.T) {
	r := usptotest.Parse(t, parser(t), "documents.json", usptotest.SharedFile(t, "ppubs", "documents.json"))
	claims := map[string][2]string{}
	for _, p := range r.Patents {
		c := p.FirstClaim
		claims[p.ID] = [2]string{c[:min(len(c), 40)], c[max(0, len(c)-30):]}
	}
	for id, want := range map[string][2]string{
		"USRE43633":       {"A system for linking textual source mate", ""}, // 1 to 16 are struck
		"USD645062":       {"The ornamental design for a gripping arm", "arm, as shown and described."},
		"US6103599":       {"A method for fabricating a substrate, sa", ""},
		"US20160009839A1": {"A process for producing a multi-modal po", "density of less than about 930 kg/m.sup.3."[12:]},
		"US4016076":       {"", ""},
		"UST942010":       {"", ""},
	} {
		if got := claims[id]; got[0] != want[0] || !strings.HasSuffix(got[1], want[1]) {
			t.Errorf("%s: first claim %q", id, got)
		}
	}
}

// TestHikvision reads a search result whose highlights have doubled quotes.
func TestHikvision(t *testing.T) {
	const name = "HIKVISION_ppubs_record.json"
	r := usptotest.Parse(t, parser(t), name, usptotest.SharedFile(t, "hikvision", name))
	if len(r.Patents) != 1 || len(r.Problems) > 0 {
		t.Fatalf("%+v", r)
	}
	p := r.Patents[0]
	if p.ID != "US11988519" || p.Title != "Navigation method, device, and system" || p.Granted != "2024-05-21" || p.Filed != "2017-02-13" ||
		p.FamilyID != "" || p.ApplicationNumber != "16313717" || p.Assignees[0].Name != "Hangzhou Hikvision Digital Technology Co., Ltd." || len(p.CPC) != 3 {
		t.Errorf("%+v", p)
	}
}

// TestExchanges parses the bodies of recorded exchanges, told apart by the
// address that was asked and by what a search answer always has.
func TestExchanges(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(usptotest.Shared(t, "ppubs", "exchanges"), "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatal("no exchanges", err)
	}
	searches, documents, others := 0, 0, 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range exchanges(string(data)) {
			r := usptotest.Parse(t, parser(t), "body", []byte(x.body))
			switch {
			case strings.Contains(x.body, `"numFound"`):
				searches++
				empty := strings.Contains(file, "without_results")
				if r.Err != nil || len(r.Problems) > 0 || empty != (len(r.Patents) == 0) {
					t.Errorf("%s %s: %d records, %v %v", file, x.uri, len(r.Patents), r.Problems, r.Err)
				}
			case strings.Contains(x.uri, "/highlight/"):
				documents++
				if r.Err != nil || len(r.Patents) != 1 || r.Patents[0].FirstClaim == "" {
					t.Errorf("%s %s: %d records, %v", file, x.uri, len(r.Patents), r.Err)
				}
			default: // session, counts, the start page, too many requests
				others++
				if r.Err == nil || len(r.Patents) > 0 {
					t.Errorf("%s %s was taken for an answer", file, x.uri)
				}
			}
		}
	}
	if searches < 3 || documents < 2 || others < 4 {
		t.Errorf("%d searches, %d documents, %d others", searches, documents, others)
	}
}

type exchange struct{ uri, body string }

// exchanges takes addresses and bodies out of a recording: YAML whose bodies
// are single-quoted texts folded over lines.
func exchanges(text string) []exchange {
	var out []exchange
	var x exchange
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		if uri, ok := strings.CutPrefix(lines[i], "    uri: "); ok {
			x.uri = uri
		}
		body, ok := strings.CutPrefix(lines[i], "    content: ")
		if !ok {
			continue
		}
		for i+1 < len(lines) && !strings.HasPrefix(lines[i+1], "    headers:") {
			i++
			if next := strings.TrimSpace(lines[i]); next == "" {
				body += "\n"
			} else {
				body += " " + next
			}
		}
		if body[0] == '\'' {
			body = strings.ReplaceAll(strings.Trim(body, "'"), "''", "'")
		} else {
			body = strings.ReplaceAll(strings.Trim(body, `"`), `\n`, "\n")
		}
		x.body = body
		out = append(out, x)
	}
	return out
}
