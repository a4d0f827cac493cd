package parsers_test

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/parsers"
	"github.com/tripoint-data/tripoint/record"
)

func TestRealUN(t *testing.T) {
	recs, problems, n, err := readAll(t, "un-xml", unitOf(sharedFile(t, "lists/un/consolidated_2026-02-27.xml")), nil)
	if err != nil || len(problems) > 0 || n != (parsers.Count{Read: 1003, Records: 1003}) {
		t.Fatalf("%+v, %v, %v", n, problems, err)
	}
	types, quality := map[record.PartyType]int{}, map[string]int{}
	born, addresses := 0, 0
	var zidane *record.Party
	for _, r := range recs {
		p := r.(*record.Party)
		types[p.Type]++
		if len(p.Births) > 0 {
			born++
		}
		addresses += len(p.Addresses)
		for _, a := range p.Aliases {
			quality[a.Quality]++
		}
		if p.ID == "UN-SC:QDi.001" {
			zidane = p
		}
	}
	if types[record.Individual] != 730 || types[record.Organization] != 273 || born != 678 || addresses != 740 {
		t.Errorf("%v, %d with births, %d addresses", types, born, addresses)
	}
	// 2,139 aliases of persons are good or low; some are several in one cell, some repeat.
	if quality["strong"] < 1500 || quality["weak"] < 600 {
		t.Errorf("quality of aliases: %v", quality)
	}
	if zidane == nil {
		t.Fatal("UN-SC:QDi.001 is missing")
	}
	if diff := cmp.Diff([]string{"1963-04-11", "1960-04-11"}, zidane.Births); diff != "" || zidane.Lists[0].Effective() != "2001-01-25" {
		t.Errorf("%s%+v", diff, zidane.Lists)
	}
}

func TestRealDPL(t *testing.T) {
	recs, problems, n, err := readAll(t, "bis-dpl", unitOf(sharedFile(t, "lists/bis/dpl_2023-11-30.txt")), nil)
	if err != nil || len(problems) > 0 || n != (parsers.Count{Read: 665, Records: 583, Merged: 82}) {
		t.Fatalf("%+v, %v, %v", n, problems, err)
	}
	names, notices := map[string]bool{}, 0
	for _, r := range recs {
		p := r.(*record.Party)
		names[p.Name] = true
		if len(p.Lists[0].Notices) > 0 {
			notices++
		}
	}
	if len(names) != 545 || notices < 570 {
		t.Errorf("%d names, %d parties with notices", len(names), notices)
	}
}

// No e-mail address of a person leaves the parsers.
func TestRealContacts(t *testing.T) {
	recs, _, _, err := readAll(t, "ofac-csv", unitOf(sharedFile(t, "lists/ofac/sdn_2024-05-03.csv")), nil)
	if err != nil {
		t.Fatal(err)
	}
	mail := regexp.MustCompile(`[\w.]+@[\w-]+\.\w+`)
	persons, others := 0, 0
	for _, r := range recs {
		switch p := r.(*record.Party); {
		case !mail.MatchString(p.Remarks):
		case p.Type == record.Individual:
			persons++
		default:
			others++
		}
	}
	if persons != 0 || others == 0 {
		t.Errorf("%d persons and %d others have an address in their remarks", persons, others)
	}
}
