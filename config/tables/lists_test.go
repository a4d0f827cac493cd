package tables

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestListsTable(t *testing.T) {
	table, err := loadLists()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, l := range table.lists {
		if seen[l.Code] {
			t.Errorf("%s stands twice", l.Code)
		}
		seen[l.Code] = true
		for name, v := range map[string]string{
			"title": l.Title, "short": l.Short, "publisher": l.Publisher, "authority": l.Authority, "country": l.Country,
			"url": l.URL, "effect_text": l.EffectText, "dates": l.Dates,
		} {
			if strings.TrimSpace(v) == "" {
				t.Errorf("%s has no %s", l.Code, name)
			}
		}
		if !slices.Contains(effects, l.Effect) {
			t.Errorf("%s: effect %q is not one of %v", l.Code, l.Effect, effects)
		}
		if !slices.Contains(directions, l.Direction) {
			t.Errorf("%s: direction %q is not one of %v", l.Code, l.Direction, directions)
		}
		if l.PermanentID != (l.IDPrefix != "") {
			t.Errorf("%s: permanent_id and id_prefix go together", l.Code)
		}
		if o := l.Ownership; o != nil {
			if o.Text == "" || o.Source == "" {
				t.Errorf("%s: an ownership rule needs its text and its source", l.Code)
			}
			for _, d := range []string{o.From, o.SuspendedFrom, o.SuspendedTo} {
				if _, err := time.Parse(time.DateOnly, d); d != "" && err != nil {
					t.Errorf("%s: %v", l.Code, err)
				}
			}
		}
	}
	if n := len(table.byCSL); n < 13 {
		t.Errorf("%d names of the CSL's lists, want at least 13", n)
	}
}

// Two lists of one's own are two lists.
func TestOwnLists(t *testing.T) {
	for code, want := range map[string]bool{
		"XX-OWN": true, "XX-OWN-NORTH-PARTIES": true, "XX-OWN-2": true,
		"XX-OWN-": false, "XX-OWN-north": false, "XX-OWN--A": false, "XX-OWNED": false, "US-BIS-EL-A": false,
	} {
		l, ok := ListByCode(code)
		if ok != want || OwnList(code) != want || ok && (l.Code != code || l.Short != "Own list") {
			t.Errorf("%s: %+v, %v", code, l, ok)
		}
	}
	if OwnList("US-BIS-EL") {
		t.Error("US-BIS-EL is nobody's own")
	}
}

func TestListByCSLSource(t *testing.T) {
	l, ok := ListByCSLSource(" entity list (EL) -  Bureau of Industry and Security")
	if !ok || l.Code != "US-BIS-EL" {
		t.Errorf("got %s, %v", l.Code, ok)
	}
	if _, ok := ListByCSLSource("Entity List"); ok {
		t.Error("a part of a name was taken for the name")
	}
	if l, ok := ListByCode("US-BIS-EL"); !ok || l.Ownership == nil || l.Ownership.SuspendedTo != "2026-11-09" {
		t.Errorf("US-BIS-EL: %+v", l.Ownership)
	}
	if l, ok := ListByCode("US-OFAC-NS-CMIC"); !ok || l.EffectText != "securities only" || !l.PermanentID {
		t.Errorf("US-OFAC-NS-CMIC: %+v", l)
	}
}
