package link_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/record"
)

const hikvision = "US-BIS-EL:HANGZHOU HIKVISION DIGITAL TECHNOLOGY CO., LTD./CN"

func indexWorld(t testing.TB) *link.Index {
	t.Helper()
	x, err := link.IndexOf(context.Background(), readWorld(t, "world.jsonl"), link.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestMatch(t *testing.T) {
	x := indexWorld(t)
	for _, tt := range []struct {
		name    string
		mention record.Mention
		want    string // the bands of hikvision, or of all
	}{
		{"the name", record.Mention{Name: "HANGZHOU HIKVISION DIGITAL TECHNOLOGY CO LTD", Country: "CN"}, "certain"},
		{"the brand", record.Mention{Name: "HIKVISION", Country: "CN"}, "certain"},
		{"pinyin of another spelling", record.Mention{Name: "HANG ZHOU HIKVISION DIGITAL TECH"}, "certain probable"},
		{"another country speaks softly against", record.Mention{Name: "HIKVISION", Country: "EC"}, "probable"},
		{"an address agrees", record.Mention{Name: "HIKVISON DIGITAL", Address: "555 QIANMO RD, HANGZHOU", Country: "CN"}, "probable certain"},
		{"the group is for review", record.Mention{Name: "HIK TECHNOLOGY", Country: "CN"}, "review"},
		{"a firm of the same trade", record.Mention{Name: "HANGZHOU DIGITAL TECHNOLOGY CO LTD", Country: "CN"}, ""},
		{"an order party", record.Mention{Name: "TO THE ORDER OF HANGZHOU HIKVISION DIGITAL TECHNOLOGY"}, ""},
		{"a forwarder", record.Mention{Name: "HIKVISION LOGISTICS"}, ""},
		{"care of", record.Mention{Name: "HIKVISION C/O BLUE FREIGHT"}, "certain"},
		{"a legal form", record.Mention{Name: "CO LTD"}, ""},
		{"nothing", record.Mention{}, ""},
		{"an identifier agrees", record.Mention{Name: "Hikvision Hangzhou", IDs: []record.Identifier{{Type: "USCC", Value: "91330000733796106p"}}}, "certain probable"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			band := ""
			for _, l := range x.Match(tt.mention) {
				if strings.Contains(l.ID, hikvision) {
					band = string(l.Band)
				}
				if len(l.Why) == 0 || l.Method != link.Method() {
					t.Errorf("%s has no reasons or no method", l.ID)
				}
			}
			if band == "" && tt.want == "" {
				return
			}
			if band == "" || !strings.Contains(tt.want, band) {
				t.Errorf("%+v: %q, want %q: %+v", tt.mention, band, tt.want, x.Match(tt.mention))
			}
		})
	}
}

// TestPersons: by name alone a person is for review, in any order of names.
func TestPersons(t *testing.T) {
	x := indexWorld(t)
	for _, name := range []string{"ZEVLORI, Karim Hasan", "Karim Hasan Zevlori", "KARIM HASSAN ZEVLORI"} {
		links := x.Match(record.Mention{Name: name, Country: "IR"})
		if len(links) != 1 || links[0].Band != record.Review {
			t.Errorf("%q: %+v", name, links)
		}
	}
}

// TestRelated: of the five that are listed with the camera maker's trade only
// the one at its address is related, and none is the same.
func TestRelated(t *testing.T) {
	got := map[string]string{}
	for l, err := range indexWorld(t).Parties(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(l.ID, "HAISHI") {
			got[l.ID] = l.Relation + " " + l.Basis
		}
	}
	want := map[string]string{
		"related/party:" + hikvision + "/party:US-BIS-EL:URUMQI HAISHI XIN'AN ELECTRONIC TECHNOLOGY CO., LTD./CN": "related shared_address",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("links of the sisters (-want +got):\n%s", diff)
	}
}

func TestDecide(t *testing.T) {
	a, b := record.Ref{Kind: record.KindName, ID: "A/B C/CN"}, record.Ref{Kind: record.KindParty, ID: "L:X/Y"}
	id, _, _ := record.LinkID(record.SameEntity, a, b)
	made := func() *record.Link {
		return &record.Link{ID: id, Relation: record.SameEntity, A: a, B: b, Score: 0.7, Band: record.Review, Why: []record.Why{{Kind: "token", Text: "x"}}}
	}
	for _, tt := range []struct {
		verdict string
		exists  bool
		want    record.Band
	}{
		{link.Same, true, record.Certain},
		{link.Same, false, record.Certain},
		{link.Unsure, true, record.Review},
		{link.Different, true, ""},
		{link.Different, false, ""},
	} {
		var links []*record.Link
		if tt.exists {
			links = append(links, made())
		}
		decisions := []*record.Decision{{ID: "1", Link: id, Verdict: link.Unsure, By: "somebody"}, {ID: "2", Link: id, Verdict: tt.verdict, By: "an analyst", Source: "a register"}}
		got := link.Decide(links, decisions)
		switch {
		case tt.want == "" && len(got) == 0:
		case len(got) != 1 || got[0].Band != tt.want || got[0].Basis != "decision" || got[0].A != a || got[0].B != b:
			t.Errorf("%s, exists %v: %+v", tt.verdict, tt.exists, got)
		case !strings.Contains(got[0].Why[0].Text, " by decision (source: a register), by name only ") || !strings.Contains(got[0].Why[1].Text, "an analyst"):
			t.Errorf("%s: %q says not who, by what source, and what the name gave", tt.verdict, got[0].Why[0].Text)
		}
		if again := link.Decide(got, decisions); len(got) == 1 && !cmp.Equal(got, again) {
			t.Errorf("%s: deciding twice changes the link", tt.verdict)
		}
	}
}

func TestClusters(t *testing.T) {
	ref := func(id string) record.Ref { return record.Ref{Kind: record.KindParty, ID: id} }
	join := func(a, b string, band record.Band) *record.Link {
		return &record.Link{Relation: record.SameEntity, A: ref(a), B: ref(b), Band: band}
	}
	parties := []*record.Party{{ID: "d"}, {ID: "a"}, {ID: "c"}, {ID: "b"}, {ID: "e"}}
	got := link.Clusters(parties, []*record.Link{join("c", "d", record.Certain), join("b", "c", record.Probable), join("a", "b", record.Review)})
	if diff := cmp.Diff(map[string]string{"a": "a", "b": "b", "c": "b", "d": "b", "e": "e"}, got); diff != "" {
		t.Errorf("clusters (-want +got):\n%s", diff)
	}
}

// TestMatchConcurrent: the same mention gives the same links on many
// goroutines; the race detector looks on.
func TestMatchConcurrent(t *testing.T) {
	list := generate(2000, 4)
	x := buildIndex(list)
	want := x.Match(record.Mention{Name: list[7]})
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for _, name := range list[:200] {
				x.Match(record.Mention{Name: name})
			}
			if diff := cmp.Diff(want, x.Match(record.Mention{Name: list[7]})); diff != "" {
				t.Error(diff)
			}
		})
	}
	group.Wait()
}

func FuzzMatch(f *testing.F) {
	x := indexWorld(f)
	f.Add("HIK TECHNOLOGY", "CN", "555 Qianmo Road, Hangzhou")
	f.Add("杭州海康威视", "", "No. 217 Gaoxin Street Urumqi")
	f.Add("TO THE ORDER OF \xff", "XX", "road 1 road 2 road")
	f.Fuzz(func(t *testing.T, name, country, address string) {
		for _, l := range x.Match(record.Mention{Name: name, Country: country, Address: address}) {
			if l.Score < 0 || l.Score > 1 || l.Band == record.Weak || len(l.Why) == 0 {
				t.Errorf("%q: %+v", name, l)
			}
		}
		link.Decide(nil, []*record.Decision{{ID: "d", Link: name, Verdict: link.Same}})
	})
}
