package tables

import (
	"slices"
	"testing"
)

func TestOFACLists(t *testing.T) {
	for _, tt := range []struct {
		programs []string
		remarks  string
		want     []string
	}{
		{[]string{"CMIC-EO13959"}, "", []string{"US-OFAC-NS-CMIC"}},
		{[]string{"SDGT", "NS-PLC"}, "", []string{"US-OFAC-NS-PLC"}},
		{[]string{"UKRAINE-EO13662", "RUSSIA-EO14024"}, "Listing Date (EO 14024 Directive 2): 24 Feb 2022; Listing Date (EO 14024 Directive 3): 24 Feb 2022", []string{"US-OFAC-SSI", "US-OFAC-CAPTA", "US-OFAC-NS-MBS"}},
		{[]string{"RUSSIA-EO14024"}, "Executive Order 14024 Directive Information Subject to Directive 1a - As of", []string{"US-OFAC-NS-MBS"}},
		{[]string{"RUSSIA-EO14024"}, "", nil},
		{[]string{"CUBA"}, "", nil},
	} {
		if got := OFACLists(tt.programs, tt.remarks); !slices.Equal(got, tt.want) {
			t.Errorf("%v: %v, want %v", tt.programs, got, tt.want)
		}
	}
	for _, code := range ofacPrograms {
		if _, ok := ListByCode(code); !ok {
			t.Errorf("%s is no list", code)
		}
	}
}

func TestOFACFeature(t *testing.T) {
	for _, tt := range []struct{ name, value, kind, event string }{
		{"Effective Date (CMIC)", "2021-08-02", FeatureEvent, "effective"},
		{"Purchase/Sales For Divestment Date (CMIC)", "2022-06-03", FeatureEvent, "divestment"},
		{"Listing Date (EO 14024 Directive 1a):", "2022-02-22", FeatureEvent, "listed"},
		{"Listing Date (Some Other Measure)", "2022-02-22", FeatureNote, ""},
		{"Tax ID No.", "7702070139", FeatureID, ""},
		{"SWIFT/BIC", "RUDVRUMM", FeatureID, ""},
		{"Secondary sanctions risk:", "31 CFR 589.201", FeatureNote, ""},
		{"Gender", "Male", FeatureNote, ""},
		{"Some New Number", "12", FeatureID, ""},
		{"Some New Remark", "words", FeatureNote, ""},
	} {
		if got := OFACFeature(tt.name, tt.value); got.Kind != tt.kind || got.Event != tt.event {
			t.Errorf("%s: %+v, want %s %s", tt.name, got, tt.kind, tt.event)
		}
	}
}
