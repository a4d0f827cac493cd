package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/record"
	"github.com/tripoint-data/tripoint/sinks/bolt"
)

// What is linked after a change equals what is linked with no regard to the
// last time, and only what the change can touch is matched again. A linking
// that fails leaves the last one's links and what it left behind.
func TestLinkAgain(t *testing.T) {
	h := newHouse(t, bolt.Options{})
	h.Engine = "test"
	var did link.Tally
	h.Linked = func(tally link.Tally) { did = tally }
	places := strings.Fields("Strelsau Zenda Kravonia Ruritania Graustark Orsinia Evallonia Syldavia")
	trades := strings.Fields("Optics Marine Quantum Foundry Acoustics")
	list := func(more ...record.Record) {
		var all []record.Record
		for i, place := range places {
			for j, trade := range trades {
				all = append(all, &record.Party{
					ID: fmt.Sprintf("L:%d%d", i, j), Type: record.Organization, Name: place + "ex " + trade + " Limited",
					Lists: []record.Listing{{Code: fmt.Sprint("L", i%2)}},
				})
			}
		}
		h.put("list", append(all, more...)...)
	}
	month := func(source string, names ...string) {
		var all []record.Record
		for i, name := range names {
			all = append(all, &record.Shipment{ID: fmt.Sprintf("%s/202007/%d", source, i), Shipper: &record.Trader{Name: name, Country: "CN"}})
		}
		h.put(source, all...)
	}
	do := func(stage func(context.Context) (record.Run, error)) string {
		t.Helper()
		if _, err := stage(t.Context()); err != nil {
			t.Fatal(err)
		}
		return h.snapshot(record.KindLink)
	}
	want := func(whole bool, matched int) {
		t.Helper()
		got := do(h.Link)
		if did.Whole != whole || did.Matched != matched {
			t.Errorf("%+v, want whole %v, matched %d", did, whole, matched)
		}
		if diff := cmp.Diff(do(h.LinkAll), got); diff != "" {
			t.Errorf("linked again is not linked anew (-anew +again):\n%s", diff)
		}
	}
	list()
	month("bills", "STRELSAUEX OPTICS LTD", "ZENDAEX MARINE LTD", "TALLY IMPORTS INC")
	want(true, 3)
	want(false, 0)
	month("more", "ZENDAEX QUANTUM LTD", "TALLY IMPORTS INC")
	want(false, 1)
	list(&record.Party{ID: "L:new", Type: record.Organization, Name: "Tally Imports", Lists: []record.Listing{{Code: "L0"}}})
	want(false, 1)
	month("bills", "ZENDAEX MARINE LTD")
	want(false, 0)

	before := h.snapshot(record.KindLink)
	h.Store = brokenNames{h.room}
	if run, err := h.Link(t.Context()); !errors.Is(err, errNames) || run.Status != "failed" {
		t.Errorf("status %s, error %v", run.Status, err)
	}
	h.Store = h.room
	if h.snapshot(record.KindLink) != before {
		t.Error("a linking that failed changed links")
	}
	want(false, 0)

	text, distinct, err := h.Refit(t.Context())
	if err != nil || distinct != 3 || !strings.HasPrefix(text, "names 3\n") {
		t.Errorf("%d names, %v: %q", distinct, err, text)
	}
	month("more")
	if counts, err := h.Counts(t.Context()); counts != text || err != nil {
		t.Errorf("counts %q, %v: they changed with the records", counts, err)
	}
	if err := h.Unfit(t.Context()); err != nil {
		t.Error(err)
	}
	if counts, err := h.Counts(t.Context()); counts != "" || err != nil {
		t.Errorf("counts %q, %v: they are not the shipped ones", counts, err)
	}
}

var errNames = errors.New("the names cannot be read")

type brokenNames struct{ *storeRoom }

func (brokenNames) Names(context.Context) iter.Seq2[record.NameUse, error] {
	return func(yield func(record.NameUse, error) bool) { yield(record.NameUse{}, errNames) }
}
