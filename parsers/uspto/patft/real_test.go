package patft

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/parsers/uspto"
	"github.com/tripoint-data/tripoint/parsers/uspto/usptotest"
	"github.com/tripoint-data/tripoint/record"
)

// expected is another project's reading of the same pages.
type expected struct {
	Number     string    `json:"publication_number"`
	Kind       string    `json:"kind_code"`
	Title      string    `json:"title"`
	Abstract   string    `json:"abstract"`
	Issued     string    `json:"publication_date"`
	Filed      string    `json:"filing_date"`
	Appl       string    `json:"appl_id"`
	Family     string    `json:"family_id"`
	Claims     string    `json:"claims"`
	Assignees  []someone `json:"assignees"`
	Applicants []someone `json:"applicants"`
	Inventors  []someone `json:"inventors"`
	CPC        []aClass  `json:"cpc_classes"`
	IPC        []aClass  `json:"intl_classes"`
	USPC       []string  `json:"us_classes"`
}

type someone struct {
	Name, City, Region, State, Country string
	First                              string `json:"first_name"`
	Last                               string `json:"last_name"`
}

type aClass struct{ Class string }

func TestExpected(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(usptotest.Shared(t, "patft", "expected"), "*.json"))
	if err != nil || len(files) != 8 {
		t.Fatalf("%d expected readings, want 8 (%v)", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json") + ".html"
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var want expected
			if err := json.Unmarshal(data, &want); err != nil {
				t.Fatal(err)
			}
			r := usptotest.Parse(t, parser(t), name, usptotest.SharedFile(t, "patft", name))
			if r.Err != nil || len(r.Problems) > 0 || len(r.Patents) != 1 {
				t.Fatalf("%d records, %v, %v", len(r.Patents), r.Problems, r.Err)
			}
			compare(t, r.Patents[0], want)
		})
	}
}

func compare(t *testing.T, p *record.Patent, want expected) {
	t.Helper()
	same := func(field, got, want string) {
		t.Helper()
		if got, want := uspto.Clean(got), uspto.Clean(want); want != "" && got != want {
			t.Errorf("%s is %q, want %q", field, got, want)
		}
	}
	same("number", p.PublicationNumber, want.Number)
	same("title", p.Title, want.Title)
	same("abstract", p.Abstract, want.Abstract)
	same("published", string(p.Published), want.Issued)
	same("filed", string(p.Filed), want.Filed)
	same("application", p.ApplicationNumber, want.Appl)
	same("family", p.FamilyID, want.Family)
	if p.Document == record.Application { // grant pages carry no kind; the other project made theirs up
		same("kind", p.KindCode, want.Kind)
	} else if p.Granted != p.Published || p.KindCode != "" {
		t.Errorf("granted %q, kind %q", p.Granted, p.KindCode)
	}
	if want.Claims != "" && (p.FirstClaim == "" || !strings.Contains(uspto.Clean(want.Claims), "1. "+p.FirstClaim)) {
		t.Errorf("first claim %.80q is not in %.120q", p.FirstClaim, want.Claims)
	}
	persons(t, "assignees", p.Assignees, want.Assignees)
	persons(t, "applicants", p.Applicants, want.Applicants)
	persons(t, "inventors", p.Inventors, want.Inventors)
	classes(t, "cpc", p.CPC, want.CPC)
	classes(t, "ipc", p.IPC, want.IPC)
	if len(want.USPC) > 0 && want.USPC[0] != "1/1" {
		if diff := cmp.Diff(strings.Join(want.USPC, ";"), strings.Join(p.USPC, ";"), clean); diff != "" {
			t.Errorf("uspc (-want +got):\n%s", diff)
		}
	}
}

var clean = cmp.Transformer("clean", func(s string) string { return strings.ReplaceAll(uspto.Clean(s), " ", "") })

func persons(t *testing.T, field string, got []record.Person, want []someone) {
	t.Helper()
	if len(want) > 0 && len(got) != len(want) {
		t.Fatalf("%s are %+v, want %+v", field, got, want)
	}
	for i, w := range want {
		g := got[i]
		name := uspto.Clean(w.Name)
		if name == "" {
			name = uspto.Clean(w.Last) + "; " + uspto.Clean(w.First)
		}
		region := w.Region // a state or, in brackets in bold, a country
		if region == "" {
			region = w.State
		}
		if g.Name != name || g.City != uspto.Clean(w.City) || g.State != region && g.Country != region ||
			w.Country != "" && g.Country != w.Country {
			t.Errorf("%s: %+v, want %+v", field, g, w)
		}
	}
}

func classes(t *testing.T, field string, got []string, want []aClass) {
	t.Helper()
	var symbols []string
	for _, w := range want {
		symbols = append(symbols, w.Class)
	}
	if diff := cmp.Diff(uspto.Symbols(symbols...), got); diff != "" && len(want) > 0 {
		t.Errorf("%s (-want +got):\n%s", field, diff)
	}
}

// TestPlaces pins what the other project reads as a region.
func TestPlaces(t *testing.T) {
	for name, want := range map[string]record.Person{
		"pat_9140110.html": {Name: "Coli; Todd", City: "Calgary", Country: "CA"},
		"pat_7752445.html": {Name: "Satoh; Masakazu", City: "Tokyo", Country: "JP"},
		"ex_app.html":      {Name: "BANIRAZI-MOTLAGH; Reza", City: "Houston", State: "TX", Country: "US"},
	} {
		r := usptotest.Parse(t, parser(t), name, usptotest.SharedFile(t, "patft", name))
		if len(r.Patents) != 1 || r.Patents[0].Inventors[0] != want {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestAppFT(t *testing.T) {
	r := usptotest.Parse(t, parser(t), "ex_app.html", usptotest.SharedFile(t, "patft", "ex_app.html"))
	if len(r.Patents) != 1 {
		t.Fatalf("%+v", r)
	}
	p := r.Patents[0]
	houston := record.Person{Name: "National Oilwell Varco, L.P.", City: "Houston", State: "TX", Country: "US"}
	if p.ID != "US20170370151A1" || len(p.Assignees) != 1 || p.Assignees[0] != houston || len(p.Inventors) != 4 {
		t.Errorf("%s: %+v %+v", p.ID, p.Assignees, p.Inventors)
	}
	if !strings.HasPrefix(p.FirstClaim, "A system to control directional drilling") { // 1 to 6 are cancelled
		t.Errorf("first claim %.60q", p.FirstClaim)
	}
}

func TestRealAsides(t *testing.T) {
	for _, name := range []string{"f_pat_search.html", "t_pub_pub_search.html", "ex_10465445_image.html"} {
		r := usptotest.Parse(t, parser(t), name, usptotest.SharedFile(t, "patft", name))
		if r.Err != nil || len(r.Patents)+len(r.Problems) > 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
