package world

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/internal/testkit"
)

// The world holds at least what the demo promises.
func TestSize(t *testing.T) {
	p := cast()
	if n := len(p.listed()); n < 400 {
		t.Errorf("%d listed parties", n)
	}
	if n := len(documents(p)); n < 500 {
		t.Errorf("%d documents in Public Search: one page of 500 would hold them", n)
	}
	if n := len(bills(p)); n < 5000 {
		t.Errorf("%d bills", n)
	}
}

// Made twice, the world is the same.
func TestDeterministic(t *testing.T) {
	made := func() http.Handler {
		h, err := Handler()
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	one, two := made(), made()
	get := func(h http.Handler, url string) string {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, url, nil))
		if w.Code != http.StatusOK {
			t.Fatalf("%s: status %d", url, w.Code)
		}
		return w.Body.String()
	}
	for _, url := range []string{
		"http://csl.tripoint.test/consolidated.json", "http://ams.tripoint.test/ams_2022.zip",
		"http://bulk.tripoint.test/weekly/ipg990101.zip", "http://ofac.tripoint.test/cons_prim.csv",
		"http://bol.tripoint.test/list.html", "http://patft.tripoint.test/netacgi/nph-Parser?d=PTXT&p=1",
	} {
		if get(one, url) != get(two, url) {
			t.Errorf("%s differs from itself", url)
		}
	}
}

// No patent of the world but the case's can exist, and no name but the case's
// stands on a real list.
func TestInvented(t *testing.T) {
	for _, d := range documents(cast()) {
		if !strings.HasPrefix(d.number, "99") && !strings.HasPrefix(d.number, "2099") && d.number != "11321963" {
			t.Errorf("%s could exist", d.number)
		}
	}
	for _, e := range realEntries() {
		if !strings.Contains(e.Name, "Hikvision") && !strings.Contains(e.Name, "Haishi") {
			t.Errorf("%s is not of the case", e.Name)
		}
	}
}

// The folder holds what the configuration names.
func TestFiles(t *testing.T) {
	for _, name := range []string{"tripoint.yaml", "decisions.jsonl", "suppress.yaml", "drop/ecuador.csv", "sources/demo-csl.yaml"} {
		if _, err := fs.Stat(Files(), name); err != nil {
			t.Error(err)
		}
	}
}

// The embedded truth is the generator's; -update writes it.
func TestTruth(t *testing.T) {
	p := cast()
	testkit.Golden(t, "truth.csv", truthCSV(p))
	type name struct{ name, country, relation, trap string }
	seen := map[name]bool{}
	listed, strangers := 0, 0
	for _, m := range truth(p) {
		if n := (name{m.name, m.country, m.relation, m.trap}); seen[n] {
			t.Errorf("%q (%s) stands for two", m.name, m.country)
		} else {
			seen[n] = true
		}
		switch {
		case m.trap != "":
		case m.party != "":
			listed++
		default:
			strangers++
		}
	}
	if listed < 150 || strangers < 150 {
		t.Errorf("the crowd's names: %d of listed parties, %d of strangers", listed, strangers)
	}
}
