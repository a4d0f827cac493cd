package link_test

import (
	"context"
	"errors"
	"iter"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/record"
)

// broken is a store whose dictionary of names cannot be read.
type broken struct{ *world }

var errDisk = errors.New("the disk is gone")

func (broken) Names(context.Context) iter.Seq2[record.NameUse, error] {
	return func(yield func(record.NameUse, error) bool) { yield(record.NameUse{}, errDisk) }
}

// spotted is a store with one spoilt record among its parties.
type spotted struct{ *world }

func (s spotted) Scan(ctx context.Context, k record.Kind, prefix string) iter.Seq2[record.Record, error] {
	return func(yield func(record.Record, error) bool) {
		if k == record.KindParty && !yield(nil, record.Problemf(&record.Origin{Locator: "row 1"}, "no name")) {
			return
		}
		for r, err := range s.world.Scan(ctx, k, prefix) {
			if !yield(r, err) {
				return
			}
		}
	}
}

func TestErrors(t *testing.T) {
	ctx := context.Background()
	var got error
	for _, err := range link.Links(ctx, broken{readWorld(t, "world.jsonl")}, link.Options{}) {
		got = err
	}
	if !errors.Is(got, errDisk) || !strings.HasPrefix(got.Error(), "link: names: ") {
		t.Errorf("Links ends with %v", got)
	}
	got = nil
	for _, err := range link.Findings(ctx, broken{readWorld(t, "world.jsonl")}, link.Options{}) {
		got = err
	}
	if !errors.Is(got, errDisk) || !strings.HasPrefix(got.Error(), "findings: ") {
		t.Errorf("Findings ends with %v", got)
	}
	links := 0
	for _, err := range link.Links(ctx, spotted{readWorld(t, "world.jsonl")}, link.Options{}) {
		if err != nil {
			t.Fatalf("a spoilt record ends the stream: %v", err)
		}
		links++
	}
	if links < 10 {
		t.Errorf("%d links beside a spoilt record", links)
	}
	for range link.Links(ctx, readWorld(t, "world.jsonl"), link.Options{}) {
		break // a reader may stop at any time
	}
}

func TestScreen(t *testing.T) {
	hits, _ := indexWorld(t).Screen(record.Mention{Name: "HIKVISION", Type: record.Organization})
	if len(hits) == 0 || len(hits[0].Lists) == 0 || hits[0].Band != record.Certain || len(hits[0].Why) == 0 {
		t.Errorf("hits: %+v", hits)
	}
	if none, _ := indexWorld(t).Screen(record.Mention{Name: "ORDINARY EXPORTS"}); none == nil || len(none) != 0 {
		t.Errorf("none found: %+v", none)
	}
}
