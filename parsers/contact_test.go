package parsers

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
)

func TestRedact(t *testing.T) {
	for in, want := range map[string]string{
		"DOB 03 Dec 1962; Email Address demo@demo.test; alt. Email Address d.emo@mail.demo.test; Passport A123": "DOB 03 Dec 1962; (contact left out); Passport A123",
		"Phone Number 96400000000; alt. Phone Number +964 00 000 000.":                                          "(contact left out).",
		"Tel.: +256 41 000 000/9. Lives in Zenda":                                                               "(contact left out). Lives in Zenda",
		"General Manager, Demo Mobile Phones LLC":                                                               "General Manager, Demo Mobile Phones LLC",
		"a.k.a. 'H4mid@Demo'; Passport 123456789; National ID No. 0000000000":                                   "a.k.a. 'H4mid@Demo'; Passport 123456789; National ID No. 0000000000",
		"Telegram channel 1234567":                                                                              "Telegram channel 1234567",
	} {
		if got := redact(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestContactsOfPersonsAreLeftOut(t *testing.T) {
	party := func(kind record.PartyType) *record.Party {
		return &record.Party{
			Type: kind, Name: "QARWENDEX", Lists: []record.Listing{{Code: "ZZ-DEMO"}}, Remarks: "Fax: +7 000 000 00",
			IDs:       []record.Identifier{{Type: "Passport", Value: "ZZ0000001"}, {Type: "Phone Number", Value: "70000000000"}, {Type: "As given", Value: "demo@demo.test"}},
			Addresses: []record.Address{{Text: "1 Demo Road, Tel. 0000-000000", Street: "1 Demo Road, Tel. 0000-000000"}},
		}
	}
	got, _ := read(t, parties(party(record.Individual)))
	want := party(record.Individual)
	want.ID, want.Remarks, want.IDs = got[0].ID, leftOut, want.IDs[:1]
	want.Addresses = []record.Address{{Text: "1 Demo Road, " + leftOut, Street: "1 Demo Road, " + leftOut}}
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Error(diff)
	}
	got, _ = read(t, parties(party(record.Organization)))
	want = party(record.Organization)
	want.ID = got[0].ID
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Error(diff)
	}
}

func FuzzRedact(f *testing.F) {
	f.Add("Email Address a@b.c; Tel. +1 000 0000")
	f.Fuzz(func(t *testing.T, s string) {
		if once := redact(s); contact.MatchString(once) {
			t.Errorf("%q keeps a contact: %q", s, once)
		}
	})
}
