package snapshot

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
)

func read(t testing.TB, dir string, v Version, kind record.Kind) (list []record.Record) {
	t.Helper()
	for r, err := range Read(dir, v.Version, kind) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, r)
	}
	return list
}

// Of a record that several sources tell of, only the rows of those are shown
// that may be passed on, whichever of them leads.
func TestRowsOfSources(t *testing.T) {
	origin := func(source string) *record.Origin { return &record.Origin{Source: source, Locator: "1"} }
	party := func(source, word string) *record.Party {
		return &record.Party{
			ID: "A:1", Name: "ORCHID", Remarks: word, Aliases: []record.Alias{{Name: "ALIAS " + word}},
			Addresses: []record.Address{{Text: word + " ROAD"}}, Lists: []record.Listing{{Code: "A"}}, Origin: origin(source),
		}
	}
	patent := func(source, abstract, family string) *record.Patent {
		return &record.Patent{ID: "US1", Title: "Lens", Abstract: abstract, FamilyID: family, Origin: origin(source)}
	}
	free, secret := party("us-lists", "FREE"), party("vendor", "SECRET")
	text, family := patent("us-patents", "FREE", ""), patent("vendor", "SECRET", "SECRET")
	end := record.Ref{Kind: record.KindName, ID: "ORCHID/CN"}
	judgements := []record.Record{
		&record.Tag{ID: "US1/2024/ai", Patent: "US1", Edition: "2024", Area: "ai", Why: []record.Why{{Kind: "phrase", Text: "SECRET"}}},
		&record.Link{ID: "same_entity/name:ORCHID/CN/party:A:1", Relation: record.SameEntity, A: end, B: free.Ref(), Why: []record.Why{{Kind: "token", Text: "SECRET"}}},
		&record.Finding{ID: "A:1", Entity: record.Entity{Name: "ORCHID", Parties: []string{"A:1"}}, Lists: []record.Listing{{Code: "SECRET"}}, Why: []record.Why{}},
	}
	for name, facts := range map[string][]record.Record{
		"the free one leads": {free, secret, text, family}, "the other leads": {secret, free, family, text},
	} {
		t.Run(name, func(t *testing.T) {
			var in rows
			for _, r := range append(facts, judgements...) { // uniting changes a row
				line, err := record.Marshal(r)
				if err != nil {
					t.Fatal(err)
				}
				c, err := record.Unmarshal(line)
				if err != nil {
					t.Fatal(err)
				}
				in = append(in, c)
			}
			public := input(nil)
			public.Records = in
			dir := t.TempDir()
			v := mustWrite(t, dir, public, Options{})
			if diff := cmp.Diff([]record.Record{free}, read(t, dir, v, record.KindParty)); diff != "" {
				t.Errorf("parties (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]record.Record{text}, read(t, dir, v, record.KindPatent)); diff != "" {
				t.Errorf("patents (-want +got):\n%s", diff)
			}
			if strings.Contains(string(tree(t, dir)), "SECRET") {
				t.Error("what may not be passed on is published")
			}
			var st statistics
			if err := readJSON(filepath.Join(dir, v.Version, "statistics.json"), &st); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(map[string]int{"vendor": 2}, st.LeftOut); diff != "" || st.RestingOnLeftOut != 3 {
				t.Errorf("left out (-want +got):\n%s%d judgements", diff, st.RestingOnLeftOut)
			}
		})
	}
}

// What is withdrawn, or may no longer be passed on, is not told by a delta
// that it is gone.
func TestDeltaTellsNothingHidden(t *testing.T) {
	dir := t.TempDir()
	theirs := &record.Party{ID: "US-BIS-EL:4", Name: "VENDOR'S PARTY", Origin: &record.Origin{Source: "vendor"}}
	more := slices.Insert(world(), 3, record.Record(theirs))
	in := input(more)
	in.Suppress = nil
	for i := range in.Sources {
		in.Sources[i].Redistribute = "yes"
	}
	mustWrite(t, dir, in, Options{})
	later := input(append(more[:5:5], more[6:]...)) // a patent has gone by itself
	later.Watermark = watermark.Add(time.Hour)
	v := mustWrite(t, dir, later, Options{})
	var keys []string
	for _, k := range kinds {
		body, err := os.ReadFile(filepath.Join(dir, v.Version, "delta", v.Parent, k.file+".jsonl"))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(body)) {
			var c Change
			if err := json.Unmarshal([]byte(line), &c); err != nil {
				t.Fatal(err)
			}
			keys = append(keys, fmt.Sprintf("%s %s:%s", c.Op, k.kind, c.Key))
		}
	}
	want := []string{"DEL patent:US20200000001A1", "MOD link:same_entity/name:ORCHID OPTICS/CN/party:US-BIS-EL:1", "MOD finding:US-BIS-EL:1"}
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// Also where the store has forgotten them meanwhile.
	m := world()
	m = append(m[:2:2], m[3:]...)
	m = slices.DeleteFunc(m, func(r record.Record) bool {
		return strings.Contains(r.Ref().ID, "US-BIS-EL:3") || r.Ref().ID == "d2" || r.Ref().ID == "vendor/202007/9"
	})
	dir = t.TempDir()
	mustWrite(t, dir, in, Options{})
	v = mustWrite(t, dir, input(m), Options{})
	got := string(tree(t, filepath.Join(dir, v.Version, "delta")))
	for _, word := range []string{"US-BIS-EL:3", "vendor/202007/9", "VENDOR ONLY", "d2", "US-BIS-EL:4"} {
		if strings.Contains(got, word) {
			t.Errorf("the delta tells of %s:\n%s", word, got)
		}
	}
}

// Private and public versions do not share a folder: a delta would tell of one
// in the other.
func TestPrivateApart(t *testing.T) {
	for _, private := range []bool{false, true} {
		dir, in := t.TempDir(), input(world())
		in.Private = private
		v := mustWrite(t, dir, in, Options{})
		if v.Private != private {
			t.Errorf("private is %v", v.Private)
		}
		before := tree(t, dir)
		in.Private = !private
		if _, _, err := Write(context.Background(), dir, in, Options{}); err == nil || !strings.Contains(err.Error(), "private or public: export into another folder") {
			t.Errorf("err = %v", err)
		}
		if diff := cmp.Diff(string(before), string(tree(t, dir))); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// An entry of suppress.yaml that hides nothing is told: it may be misspelt.
func TestSuppressNothing(t *testing.T) {
	in := input(world())
	none := []Suppressed{{ID: "party:US-BIS-EL:9"}, {ID: "US-BIS-EL"}}
	in.Suppress = append([]Suppressed{none[0], in.Suppress[0], {ID: "name:ORCHID OPTICS/CN"}, {ID: "d1"}}, none[1])
	dir := t.TempDir()
	for range 2 { // also where the version is there already
		_, idle, err := Write(context.Background(), dir, in, Options{})
		if diff := cmp.Diff(none, idle); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
}
