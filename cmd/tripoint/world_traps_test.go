package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/crawlers/browser"
	"github.com/tripoint-data/tripoint/record"
)

// traps are what the world holds of things that go wrong easily. Each has rows
// in the truth, which all are checked in one way (see testRow); the function
// checks what is the trap's own, nil where there is nothing more.
var traps = []struct {
	name  string
	check func(*known, *testing.T)
}{
	{"cut at 35 characters", nil},
	{"abbreviated", nil},
	{"Chinese script", nil},
	{"address run into the name", nil},
	{"marks of the legal form", nil},
	{"two scripts in one word", nil},
	{"same city and trade", (*known).sameCity},
	{"legal form alone", (*known).legalForm},
	{"ordinary words alone", (*known).ordinaryWords},
	{"one number apart", (*known).oneNumber},
	{"forwarder as shipper", (*known).forwarder},
	{"to the order of a bank", (*known).orderParty},
	{"shared address", (*known).sharedAddress},
	{"two persons of one name", (*known).twoPersons},
	{"a number without its first digit", (*known).firstDigit},
	{"application and grant", (*known).oneInvention},
	{"applicant and assignee are two", (*known).twoOwners},
	{"before, after, as consignee", (*known).periods},
	{"onward lead", (*known).onward},
	{"codes of before 2022", (*known).legacyCodes},
	{"28 containers in 47 rows", (*known).containers},
	{"nothing left in ASCII", (*known).noASCII},
	{"midnight of another zone", (*known).midnight},
	{"amended notice", (*known).amended},
	{"an analyst's decision", nil}, // testCase and testUndecided
}

func (w *known) testTraps(t *testing.T, truth []row) {
	tested := map[string]bool{"": true}
	for _, trap := range traps {
		tested[trap.name] = true
		t.Run(trap.name, func(t *testing.T) {
			rows := 0
			for _, r := range truth {
				if r.trap == trap.name {
					rows++
					w.testRow(t, r)
				}
			}
			if rows == 0 {
				t.Error("the truth has no row for it")
			}
			if trap.check != nil {
				trap.check(w, t)
			}
		})
	}
	for _, r := range truth {
		if !tested[r.trap] {
			t.Errorf("trap %q of %q is not tested", r.trap, r.name)
			tested[r.trap] = true
		}
	}
}

// testRow checks that a name is linked with its party and no other, and that
// every document with the name stands in the party's finding in the right
// role, or, where the name is nobody listed's, in none.
func (w *known) testRow(t *testing.T, r row) {
	if r.relation == record.Related {
		return // sharedAddress
	}
	uses := w.uses[r.ref()]
	if _, ok := browser.Available(); len(uses) == 0 && !ok && r.party == semiconductor {
		t.Logf("%q is not there without a browser", r.name)
		return
	}
	if len(uses) == 0 {
		t.Errorf("%q (%s) stands in no document", r.name, r.country)
	}
	var want []string
	if r.party != "" {
		want = []string{w.entity[r.party]}
	}
	equal(t, fmt.Sprintf("entities linked with %q (%s)", r.name, r.country), w.linked(r.name, r.country, strong...), want)
	for _, f := range w.findings {
		mine := f.ID == w.entity[r.party]
		for _, u := range uses {
			has := slices.ContainsFunc(f.Shipments, func(m record.Movement) bool { return m.Shipment == u.id && m.Role == u.role && m.NamedAs == r.name }) ||
				slices.ContainsFunc(f.Inventions, func(v record.Invention) bool {
					return slices.Contains(v.NamedAs, r.name) && slices.Contains(v.Roles, u.role) &&
						slices.ContainsFunc(v.Documents, func(d record.InventionPaper) bool { return d.ID == u.id })
				})
			if has != mine {
				t.Errorf("%s: %s is in the finding with %q as %s: %t, want %t", f.ID, u.id, r.name, u.role, has, mine)
			}
		}
	}
}

// unlinked checks that no published link has a name, not even one in review.
func (w *known) unlinked(t *testing.T, name, country string) {
	t.Helper()
	equal(t, "entities in any band of "+name, w.linked(name, country, every...), nil)
}

// shipped are the shipments of a shipper.
func (w *known) shipped(name, country string) []*record.Shipment {
	var out []*record.Shipment
	for _, u := range w.uses[row{name: name, country: country}.ref()] {
		if u.role == "supplied_by" {
			out = append(out, w.shipments[u.id])
		}
	}
	return out
}

func (w *known) sameCity(t *testing.T) {
	w.unlinked(t, "XIAMEN DIGITAL TECHNOLOGY CO LTD", "CN")
	w.unlinked(t, "NINGBO OPTOELECTRONIC TECHNOLOGY CO LTD", "CN")
}

func (w *known) legalForm(t *testing.T) { w.unlinked(t, "CO., LTD.", "CN") }

// A name of ordinary words is at most a candidate.
func (w *known) ordinaryWords(t *testing.T) {
	w.unlinked(t, "INDUSTRIAL TECHNOLOGY DEVELOPMENT CO LTD", "CN")
	f := w.finding(t, harbour)
	if len(f.Shipments) != 0 || len(f.Consignees) != 0 {
		t.Errorf("a candidate is counted: %v, %v", f.Shipments, f.Consignees)
	}
	for _, c := range f.Candidates {
		if l := w.links[c.Link]; c.Name != "HARBOUR SUPPLY COMPANY" || c.Count != 1 || l == nil || l.Band != record.Review {
			t.Errorf("candidate %+v", c)
		}
	}
}

func (w *known) oneNumber(t *testing.T) {
	w.unlinked(t, "VELMORA INSTRUMENT FACTORY 55", "BY")
	if f := w.finding(t, factory54); len(f.Shipments) != 1 || len(f.Candidates) != 0 {
		t.Errorf("shipments %v, candidates %v: want one, none", f.Shipments, f.Candidates)
	}
}

func (w *known) forwarder(t *testing.T) {
	const name = "TRANSGALVA FREIGHT FORWARDING LTD"
	w.unlinked(t, name, "HK")
	w.unlinked(t, name, "")
	if n := len(w.shipped(name, "HK")); n < 100 {
		t.Errorf("it ships %d bills: too few for a forwarder", n)
	}
}

// An order party is no consignee like another: it is counted apart, and leads
// nowhere.
func (w *known) orderParty(t *testing.T) {
	const name = "TO THE ORDER OF BANK DEMOVIA"
	w.unlinked(t, name, "")
	seen := 0
	for _, f := range w.findings {
		for _, c := range f.Consignees {
			if !slices.Contains(c.Names, name) {
				continue
			}
			seen++
			if c.Kind != "order_party" || c.Country != "" || c.Count != 1 || len(c.Names) != 1 {
				t.Errorf("%s: consignees %+v", f.ID, c)
			}
		}
		for _, l := range f.OnwardLeads {
			if l.Consignee == name {
				t.Errorf("%s: lead %+v", f.ID, l)
			}
		}
	}
	if seen == 0 {
		t.Error("no finding has a bill to its order")
	}
}

// Of the five sisters only the one that shares an address is related, and none
// is the same.
func (w *known) sharedAddress(t *testing.T) {
	sisters := 0
	for id, p := range w.parties {
		if !strings.Contains(p.Name, "Haishi") {
			continue
		}
		sisters++
		for _, l := range w.links {
			if l.A.ID != id && l.B.ID != id {
				continue
			}
			if id != urumqi || l.Relation != record.Related || l.Basis != "shared_address" || l.A.ID != hikvision {
				t.Errorf("%s: %s", p.Name, l.ID)
			} else if len(l.Why) == 0 || l.Why[0].Kind != "address" || !strings.Contains(l.Why[0].Text, "217") {
				t.Errorf("%s does not say which address: %+v", l.ID, l.Why)
			}
		}
		if f := w.findings[id]; f != nil {
			t.Errorf("%s has a finding", id)
		}
	}
	if sisters != 5 {
		t.Errorf("%d sisters, want 5", sisters)
	}
	var basis []string
	for _, r := range w.finding(t, hikvision).Related {
		basis = append(basis, r.Party+" "+r.Basis)
	}
	equal(t, "related", basis, []string{urumqi + " shared_address"})
}

// Two persons stay two, and a bill with their name is a candidate of both.
func (w *known) twoPersons(t *testing.T) {
	births := map[string]string{}
	for id, p := range w.parties {
		if p.Name == "TORSKO, Ivanen Demo" && p.Type == record.Individual && len(p.Births) == 1 && len(p.Lists) == 1 {
			births[p.Births[0]] = id
		}
	}
	if len(births) != 2 || births["1951-02-11"] == "" || births["1967-09-30"] == "" {
		t.Fatalf("persons by their birth: %v", births)
	}
	want := []string{births["1951-02-11"], births["1967-09-30"]}
	slices.Sort(want)
	equal(t, "in review", w.linked("TORSKO IVANEN DEMO", "RU", record.Review), want)
	for _, id := range want {
		if f := w.findings[id]; f != nil && (len(f.Entity.Parties) != 1 || len(f.Shipments) != 0 || len(f.Inventions) != 0) {
			t.Errorf("%s: a person matched by name alone is counted: %+v", id, f)
		}
	}
}
