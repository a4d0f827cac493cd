package pipeline_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/bolt"
)

// words is an edition that tags patents by one word of their titles.
type words struct{ edition, word string }

func (w words) Edition() string { return w.edition }

func (w words) Classify(p *record.Patent) []record.Tag {
	if !strings.Contains(p.Title, w.word) {
		return nil
	}
	return []record.Tag{{
		ID: p.ID + "/" + w.edition + "/" + w.word, Patent: p.ID, Edition: w.edition, Area: w.word, Score: 0.9,
		Why: []record.Why{{Kind: "token", Text: w.word, Field: "title", Weight: 0.9}},
	}}
}

// Each edition's tags are replaced as a whole and leave those of the others
// as they are.
func TestClassify(t *testing.T) {
	h := newHouse(t, bolt.Options{})
	var b strings.Builder
	b.WriteString("number,title\n")
	const n = 2500 // more than one chunk
	for i := range n {
		fmt.Fprintf(&b, "US%d,camera %d\n", 10_000_000+i, i%5)
	}
	h.web.put("/patents.csv", b.String())
	src := h.source("patents", "{start: ['http://web.tripoint.test/patents.csv']}", "fields", `
input: {type: csv}
record: patent
fields:
  id: {from: number, required: true}
  title: {from: title}
`)
	h.crawl(src)
	h.parse(src)

	classify := func(w words) record.Run {
		t.Helper()
		run, err := h.Classify(t.Context(), w)
		if err != nil {
			t.Fatal(err)
		}
		return run
	}
	if run := classify(words{"2022", "camera"}); run.Read != n || run.Records != n || run.Status != "done" || run.Source != "cet/2022" {
		t.Errorf("run %+v, want %d patents and tags", run, n)
	}
	if run := classify(words{"2024", "camera 3"}); run.Read != n || run.Records != n/5 {
		t.Errorf("run %+v, want %d tags", run, n/5)
	}
	before := h.snapshot(record.KindTag)
	classify(words{"2024", "camera 3"})
	if d := h.room.last(); d.Unchanged != n/5 || d.Added+d.Changed+d.Absent != 0 {
		t.Errorf("the same again: %+v", d)
	}
	if diff := cmp.Diff(before, h.snapshot(record.KindTag)); diff != "" {
		t.Errorf("the same again changed tags (-was +is):\n%s", diff)
	}

	// The map of one edition has changed.
	classify(words{"2024", "camera 4"})
	if d := h.room.last(); d.Added != n/5 || d.Absent != n/5 {
		t.Errorf("another map: %+v, want %d added and as many gone", d, n/5)
	}
	got := map[string]int{}
	for r, err := range h.store.Scan(t.Context(), record.KindTag, "") {
		if err != nil {
			t.Fatal(err)
		}
		tag := r.(*record.Tag)
		got[tag.Edition+" "+tag.Area]++
	}
	if diff := cmp.Diff(map[string]int{"2022 camera": n, "2024 camera 4": n / 5}, got); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	before = h.snapshot(record.KindTag)
	if run, err := h.Classify(ctx, words{"2022", "nothing"}); err == nil || run.Status != "failed" {
		t.Errorf("a cancelled run: status %s, error %v", run.Status, err)
	}
	if diff := cmp.Diff(before, h.snapshot(record.KindTag)); diff != "" {
		t.Errorf("a cancelled run changed tags (-was +is):\n%s", diff)
	}
}

// Tags of invented patents say that they are.
func TestClassifySynthetic(t *testing.T) {
	h := newHouse(t, bolt.Options{Synthetic: true})
	load, err := h.room.Begin(t.Context(), "patents", "run", false)
	if err != nil {
		t.Fatal(err)
	}
	if err := load.Put(t.Context(), &record.Patent{ID: "US10000000", Title: "camera"}, &record.Patent{ID: "US10000001", Title: "camera", Synthetic: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := load.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Classify(t.Context(), words{"2024", "camera"}); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]bool{"US10000000/2024/camera": false, "US10000001/2024/camera": true} {
		r, err := h.store.Get(t.Context(), record.Ref{Kind: record.KindTag, ID: id})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.(*record.Tag).Synthetic; got != want {
			t.Errorf("%s: synthetic %v, want %v", id, got, want)
		}
	}
}
