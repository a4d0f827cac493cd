package link_test

import (
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/record"
)

// A decision wins until the party that it was made on says something else; to
// be fetched again is no change.
func TestReopen(t *testing.T) {
	party := &record.Party{ID: "L:QORVANA/CN", Type: record.Organization, Name: "Qorvana", Countries: []string{"CN"}, Origin: &record.Origin{SHA256: "a"}}
	facts := &world{records: []record.Record{party}}
	id, _, _ := record.LinkID(record.SameEntity, record.Ref{Kind: record.KindName, ID: "QRV HOLDINGS/CN"}, party.Ref())
	hashes, err := link.Hashes(t.Context(), facts, id)
	if err != nil || len(hashes) != 2 {
		t.Fatal(hashes, err)
	}
	for _, wrong := range []string{"", "nothing", "related/name:A/CN/party:L:B", strings.Replace(id, "QORVANA", "NOBODY", 1)} {
		if _, err := link.Hashes(t.Context(), facts, wrong); err == nil {
			t.Errorf("%q can be decided on", wrong)
		}
	}
	facts.records = append(facts.records, &record.Decision{ID: "d", Link: id, Verdict: link.Same, By: "an analyst", Note: "as its site says", Hashes: hashes})
	band := func() *record.Link {
		t.Helper()
		var got *record.Link
		for l, err := range link.Links(t.Context(), facts, link.Options{}) {
			if err != nil || got != nil {
				t.Fatal(l, err)
			}
			got = l
		}
		return got
	}
	if l := band(); l.Band != record.Certain {
		t.Errorf("decided: %+v", l)
	}
	party.Origin = &record.Origin{SHA256: "b"}
	if l := band(); l.Band != record.Certain {
		t.Errorf("fetched again: %+v", l)
	}
	party.Addresses = []record.Address{{Text: "1 Other Road"}}
	l := band()
	if l.Band != record.Review {
		t.Errorf("changed: %+v", l)
	}
	if why := l.Why[1].Text; !strings.Contains(why, "it was decided same; party:L:QORVANA/CN has changed since, so decide again. Then: as its site says") {
		t.Errorf("it says %q", why)
	}
}
