package cet_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tripoint-data/tripoint/config/cet"
	classifier "github.com/tripoint-data/tripoint/internal/cet"
	"github.com/tripoint-data/tripoint/internal/cet/corpus"
	"github.com/tripoint-data/tripoint/record"
)

var loaded sync.Map // lists by edition

func load(t testing.TB, edition string) *classifier.List {
	t.Helper()
	if l, ok := loaded.Load(edition); ok {
		return l.(*classifier.List)
	}
	l, err := classifier.Load(cet.FS(), edition)
	if err != nil {
		t.Fatal(err)
	}
	loaded.Store(edition, l)
	return l
}

// shared is the folder of real patents; the test skips where it is absent.
func shared(t testing.TB) string {
	t.Helper()
	dir, ok := corpus.Dir(filepath.Join("..", ".."))
	if !ok {
		t.Skip("no real patents here: ", dir)
	}
	return dir
}

// patents reads a corpus of real patents.
func patents(t testing.TB, name string) []*record.Patent {
	t.Helper()
	out, err := corpus.Read(shared(t), name, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// label is a line of labels.jsonl: what a reader of title, abstract and codes
// said before any rule was tried on it.
type label struct {
	From, ID string
	Batch    int      // 1 to 7, in the order of reading
	Unsure   bool     // the reader might have said otherwise
	Labels   []string // areas, or subfields where the reader was sure
	Reason   string
}

func labels(t testing.TB) []label {
	t.Helper()
	var out []label
	lines := bufio.NewScanner(bytes.NewReader(read(t, filepath.Join("testdata", "labels.jsonl"))))
	for lines.Scan() {
		var l label
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		out = append(out, l)
	}
	return out
}

type counts struct{ hit, wrong, missed int }

func (c counts) scores() (p, r, f float64) {
	p = float64(c.hit) / max(1, float64(c.hit+c.wrong))
	r = float64(c.hit) / max(1, float64(c.hit+c.missed))
	return p, r, 2 * p * r / max(1e-9, p+r)
}

// TestEval measures areas and subfields on the labelled patents, which the
// shipped model has seen: it holds that nothing broke. What to expect of others
// is measured by cross-validation, see internal/cet/train. The floors are what
// was reached when the model was last trained, less a little.
func TestEval(t *testing.T) {
	l := load(t, "2024")
	real := map[string]*record.Patent{}
	for _, from := range corpus.Names() {
		for _, p := range patents(t, from) {
			real[from+p.ID] = p
		}
	}
	byArea := map[string]*counts{}
	for _, a := range l.Areas() {
		byArea[a] = &counts{}
	}
	var areas, subfields counts
	for _, want := range labels(t) {
		p := real[want.From+want.ID]
		if p == nil {
			t.Fatalf("%s %s is not among the real patents", want.From, want.ID)
		}
		wantAreas, wantSubs, gotAreas, gotSubs := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
		for _, id := range want.Labels {
			area, _, sub := strings.Cut(id, ".")
			if l.Name(id) == "" {
				t.Fatalf("%s: label %s is not of the edition", want.ID, id)
			}
			wantAreas[area] = true
			if sub {
				wantSubs[id] = true
			}
		}
		for _, tag := range l.Classify(p) {
			gotAreas[tag.Area] = true
			if tag.Subfield != "" {
				gotSubs[tag.Subfield] = true
			}
		}
		for a, c := range byArea {
			switch {
			case wantAreas[a] && gotAreas[a]:
				c.hit++
			case gotAreas[a]:
				c.wrong++
				t.Logf("wrong  %s %s %q %v", a, p.ID, p.Title, p.CPC)
			case wantAreas[a]:
				c.missed++
				t.Logf("missed %s %s %q %v", a, p.ID, p.Title, p.CPC)
			}
		}
		for s := range wantSubs {
			if gotSubs[s] {
				subfields.hit++
			} else {
				subfields.missed++
				t.Logf("missed %s %s %q: got %v", s, p.ID, p.Title, slices.Sorted(maps.Keys(gotSubs)))
			}
		}
		for s := range gotSubs {
			area, _, _ := strings.Cut(s, ".")
			sure := slices.ContainsFunc(want.Labels, func(id string) bool { return strings.HasPrefix(id, area+".") })
			if !wantSubs[s] && (sure || !wantAreas[area]) {
				subfields.wrong++
				t.Logf("extra  %s %s %q", s, p.ID, p.Title)
			}
		}
	}
	for _, a := range l.Areas() {
		c := byArea[a]
		p, r, f := c.scores()
		t.Logf("%-18s P %.2f R %.2f F1 %.2f (%d right, %d wrong, %d missed)", a, p, r, f, c.hit, c.wrong, c.missed)
		areas.hit, areas.wrong, areas.missed = areas.hit+c.hit, areas.wrong+c.wrong, areas.missed+c.missed
	}
	p, r, f := areas.scores()
	t.Logf("areas     P %.2f R %.2f F1 %.2f %+v", p, r, f, areas)
	sp, sr, sf := subfields.scores()
	t.Logf("subfields P %.2f R %.2f F1 %.2f %+v", sp, sr, sf, subfields)
	if f < 0.84 || sf < 0.7 {
		t.Errorf("areas F1 %.2f, subfields F1 %.2f: want at least .84 and .70", f, sf)
	}
}

// TestPlausible looks at the share of tagged patents where the subject of a
// search tells what to expect.
func TestPlausible(t *testing.T) {
	l := load(t, "2024")
	for _, tt := range []struct {
		from, area  string // "" counts any area
		least, most float64
	}{
		{"pizza", "", 0, 0.1},
		{"pizza", "hypersonics", 0, 0.001},
		{"membranes", "ai", 0, 0.02},
		{"drones", "uxs", 0.15, 1}, // the search also finds bees, targets and a drug
	} {
		all := patents(t, tt.from)
		n, by := 0, map[string]int{}
		for _, p := range all {
			areas := map[string]bool{}
			for _, tag := range l.Classify(p) {
				areas[tag.Area] = true
			}
			for a := range areas {
				by[a]++
			}
			if areas[tt.area] || tt.area == "" && len(areas) > 0 {
				n++
			}
		}
		share := float64(n) / float64(len(all))
		t.Logf("%s: %d of %d in %q; %v", tt.from, n, len(all), tt.area, by)
		if share < tt.least || share > tt.most {
			t.Errorf("%s: a share of %.3f is in %q, want %.2f to %.2f", tt.from, share, tt.area, tt.least, tt.most)
		}
	}
}
