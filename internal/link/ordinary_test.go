package link_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

// TestOrdinary: names of which no word is their own are found although a word of
// them is one more, left out or a letter short.
func TestOrdinary(t *testing.T) {
	var parties []*record.Party
	for _, name := range []string{
		"Peru National Insurance Company (PNIC)",
		"Peru Electronics Technology Group Corporation 13th Research Institute (PETC 13)",
		"Peru Electronics Technology Group Corporation 14th Research Institute (PETC 14)",
		"Lima University of Aeronautics and Astronautics (LUAA)",
		"Peru Telecom Group Co., Ltd.",
		"Institute of Bioengineering",
		"Peru State Shipbuilding Corporation Systems Engineering Research Institute",
		"Lima Marine Equipment Research Institute",
	} {
		parties = append(parties, &record.Party{ID: name, Type: record.Organization, Name: name})
	}
	x := indexOf(parties)
	for _, tt := range []struct {
		name string
		want int
	}{
		{"PERU NATIONAL INSURANCE COMPANY", 0},
		{"PERU ELECTRONICS TECHNOLOGY GROUP CORPORATION 13TH RESEARCH INSTITUTE", 1},
		{"PERU ELECTRONICS TECHNOLOGY 14TH RESEARCH INSTITUTE", 2},
		{"LIMA UNIVERSITY OF AERONAUTICS AND ASTRONAUTICS", 3},
		{"PERU TELEOM GROUP CO., LTD.", 4},
		{"INSTITUTE OF BIOENINEERING", 5},
		{"PERU STATE SHIPBUILDING CORP. SYSTMS ENGINEERING RESEARCH INSTITUTE", 6},
		{"LIMA MARINE EQUIPMENT RESEARCH INSTITUTE (LMERI)", 7},
		{"LIMA MARINE EQUIPMENT GROUP RESEARCH INSTITUTE", 7},
	} {
		links := x.Match(record.Mention{Name: tt.name})
		if len(links) == 0 || links[0].Score < names.Threshold || !is(links[0], parties[tt.want]) {
			t.Errorf("%q: %+v, want %q", tt.name, links, parties[tt.want].ID)
		}
	}
}

// TestOrdinaryListed: of listed names without their brackets or without a letter
// of their longest word, those that are alike enough to be linked are found.
func TestOrdinaryListed(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t, "lists/regulator-json"), "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var parties []*record.Party
	for _, file := range files {
		parties = append(parties, readList(t, strings.TrimSuffix(filepath.Base(file), ".json"))...)
	}
	x := indexOf(parties)
	for _, kind := range []struct {
		name  string
		spoil func(string) string
		least float64
	}{
		{"bracket dropped", withoutBracket, 0.99},
		{"a letter lost", withoutLetter, 0.999},
	} {
		tried, missed := 0, 0
		for _, p := range parties {
			for _, a := range append([]record.Alias{{Name: p.Name}}, p.Aliases...) {
				spoilt := kind.spoil(a.Name)
				listed := names.Parse(a.Name, string(p.Type))
				if spoilt == "" || listed.Type == names.Person || names.Similarity(names.Parse(spoilt, names.Organization), listed) < names.Threshold {
					continue
				}
				tried++
				if !slices.ContainsFunc(x.Match(record.Mention{Name: spoilt}), func(l record.Link) bool { return is(l, p) }) {
					missed++
					t.Logf("%s: %q is not found by %q", kind.name, a.Name, spoilt)
				}
			}
		}
		t.Logf("%s: %d of %d missed", kind.name, missed, tried)
		if found := ratio(tried-missed, tried); tried == 0 || found < kind.least {
			t.Errorf("%s: %.4f found, want %.3f or more", kind.name, found, kind.least)
		}
	}
}

func is(l record.Link, p *record.Party) bool { return l.A == p.Ref() || l.B == p.Ref() }

// withoutBracket leaves out the brackets that a name ends in.
func withoutBracket(name string) string {
	at := strings.LastIndexByte(name, '(')
	if at <= 0 || !strings.HasSuffix(name, ")") {
		return ""
	}
	return strings.TrimSpace(name[:at])
}

// withoutLetter leaves out the middle letter of a name's longest word.
func withoutLetter(name string) string {
	longest := ""
	for w := range strings.FieldsSeq(name) {
		if len(w) > len(longest) {
			longest = w
		}
	}
	if len(longest) < 6 || utf8.RuneCountInString(longest) < len(longest) {
		return ""
	}
	middle := len(longest) / 2
	return strings.Replace(name, longest, longest[:middle]+longest[middle+1:], 1)
}
