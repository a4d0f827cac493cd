package redbook

import (
	"archive/zip"
	"io"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/parsers/uspto/usptotest"
	"github.com/tripoint-data/tripoint/record"
)

var issue = regexp.MustCompile(`(?s)<publication-reference>\s*<document-id>\s*<country>US</country>\s*<doc-number>(\w+)</doc-number>\s*<kind>(\w+)</kind>\s*<date>(\d{8})</date>`)

// TestMulti holds the concatenated files against a second, textual reading of
// their publication references.
func TestMulti(t *testing.T) {
	for file, want := range map[string]int{"ipg120327.196.xml": 196, "ipa251002_sample_multidoc.xml": 2} {
		t.Run(file, func(t *testing.T) { multi(t, file, usptotest.SharedFile(t, "redbook", "multi", file), want) })
	}
	for file, want := range map[string]int{"ipgb20221025_wk43.zip": 11, "ipgb20230404_wk14.zip": 3} {
		t.Run(file, func(t *testing.T) {
			zipped, err := zip.OpenReader(usptotest.Shared(t, "redbook", "multi", file))
			if err != nil {
				t.Fatal(err)
			}
			defer zipped.Close()
			found := 0
			for _, member := range zipped.File {
				name := file + "!" + member.Name
				if path.Ext(name) != ".xml" {
					continue
				}
				found++
				f, err := member.Open()
				if err != nil {
					t.Fatal(err)
				}
				data, err := io.ReadAll(f)
				if err != nil {
					t.Fatal(err)
				}
				multi(t, name, data, want)
			}
			if found != 1 {
				t.Errorf("%d XML members, want 1", found)
			}
		})
	}
}

func multi(t *testing.T, name string, data []byte, want int) {
	t.Helper()
	r := usptotest.Parse(t, parser(t), name, data)
	if r.Err != nil || len(r.Problems) > 0 {
		t.Fatal(r.Err, r.Problems)
	}
	raw := issue.FindAllStringSubmatch(string(data), -1)
	if len(r.Patents) != want || len(raw) != want {
		t.Fatalf("%d records of %d documents, want %d", len(r.Patents), len(raw), want)
	}
	for i, p := range r.Patents {
		number, kind, day := raw[i][1], raw[i][2], raw[i][3]
		if p.ID != record.CanonicalPatentID("US"+number+kind) || p.KindCode != kind || strings.ReplaceAll(string(p.Published), "-", "") != day {
			t.Errorf("document %d is %s of %s, want %s %s of %s", i+1, p.ID, p.Published, number, kind, day)
		}
		usptotest.Sound(t, p)
		utility := p.Document == record.Application || p.KindCode[0] == 'B'
		if p.Title == "" || len(p.Inventors) == 0 || p.FirstClaim == "" && !strings.Contains(name, "!ipgb") || p.Filed == "" || len(p.ApplicationNumber) != 8 ||
			utility && (p.Abstract == "" || len(p.CPC) == 0 || len(p.IPC) == 0) {
			t.Errorf("a field that is always filled is empty: %+v", p)
		}
	}
}

func TestSingle(t *testing.T) {
	ny := func(name, city string) record.Person {
		return record.Person{Name: name, City: city, State: "NY", Country: "US"}
	}
	for file, check := range map[string]func(p *record.Patent) bool{
		"US06859910.xml": func(p *record.Patent) bool { // v4.0: assignee without an address book
			return p.ID == "US6859910" && p.Assignees[0] == record.Person{Name: "Bluestreak.com"} && p.IPC[0] == "G06F15/00"
		},
		"US07272630B2.xml": func(p *record.Patent) bool { // v4.2
			return p.ID == "US7272630" && p.Assignees[0].City == "Redmond" && p.Granted == "2007-09-18"
		},
		"US08930553.xml": func(p *record.Patent) bool { return p.ID == "US8930553" && len(p.Inventors) > 0 },
		"US20050004437A1.xml": func(p *record.Patent) bool {
			return p.ID == "US20050004437A1" && p.Granted == "" && p.Inventors[0] == record.Person{Name: "Kaufmann; Heiner", City: "Bern", Country: "CH"} &&
				p.USPC[1] == "128/905" && p.IPC[0] == "A61B5/00"
		},
		"ipa20200022300.xml": func(p *record.Patent) bool { return p.ID == "US20200022300A1" && len(p.Applicants) > 0 },
		"ipgD0701016.xml": func(p *record.Patent) bool {
			return p.ID == "USD701016" && strings.HasPrefix(p.FirstClaim, "The ornamental")
		},
		"US06336130.xml": func(p *record.Patent) bool { // ST.32
			return p.ID == "US6336130" && p.KindCode == "B1" && p.Granted == "2002-01-01" && p.IPC[0] == "G06F15/16" && p.USPC[1] == "709/201" &&
				p.Assignees[0] == record.Person{Name: "Telefonaktiebolaget LM Ericsson (publ)", City: "Stockholm", Country: "SE"} &&
				p.Inventors[0].Name == "Do; Thanh Van" && strings.HasPrefix(p.FirstClaim, "An arrangement in a network") &&
				strings.HasSuffix(p.FirstClaim, "representing the fixed network node.") && strings.HasPrefix(p.Abstract, "A communications systems, e.g.")
		},
		"USD435854S1.xml": func(p *record.Patent) bool {
			return p.ID == "USD435854" && p.Granted == "2001-01-02" && p.FirstClaim != ""
		},
		"v2-5-S1.xml": func(p *record.Patent) bool { return p.ID == "USD452599" && p.USPC[0] == "D1/106" && len(p.IPC) == 0 },
		"v1-5-A1_1.xml": func(p *record.Patent) bool { // PAP
			return p.ID == "US20010000001A1" && p.Filed == "2000-11-29" && p.IPC[0] == "B08B3/00" && p.USPC[0] == "134/31" &&
				p.Inventors[0] == record.Person{Name: "Clark; Lawrence A.", City: "Alameda", State: "CA", Country: "US"} && p.Abstract != ""
		},
		"US20010000044A1.xml": func(p *record.Patent) bool { // PAP without a declaration and with a foreign document type
			return p.ID == "US20010000044A1" && strings.HasPrefix(p.FirstClaim, "A method of doing business over") && p.Inventors[0].Name == "Lin; Wayne W"
		},
		"v4-4-A1.xml": func(p *record.Patent) bool {
			return p.ID == "US20210267109A1" && p.Applicants[0] == ny("O'Keefe; Daniel", "Jefferson Valley") && p.CPC[3] == "B08B1/005"
		},
		"v4-5-B1.xml": func(p *record.Patent) bool {
			return p.ID == "US9358892" && strings.HasPrefix(p.FirstClaim, "A pre-charging system for") &&
				strings.HasSuffix(p.FirstClaim, "is equal to or greater than the target charge value.")
		},
	} {
		r := usptotest.Parse(t, parser(t), file, usptotest.SharedFile(t, "redbook", "single", file))
		if r.Err != nil || len(r.Patents) != 1 || !check(r.Patents[0]) {
			t.Errorf("%s: %v %v %+v", file, r.Err, r.Problems, r.Patents)
		}
	}
}

func TestRefused(t *testing.T) {
	for file, want := range map[string]string{
		"cpcMaster.xml":        "its root element is CPCMasterClassificationFile; " + supported,
		"US03937375.greenbook": "it is green-book text of 1976 to 2001, which greenbook-txt reads",
	} {
		r := usptotest.Parse(t, parser(t), file, usptotest.SharedFile(t, "redbook", "single", file))
		if want = file + " is no red-book XML: " + want; r.Err == nil || r.Err.Error() != want {
			t.Errorf("%s: error %v, want %s", file, r.Err, want)
		}
	}
}
