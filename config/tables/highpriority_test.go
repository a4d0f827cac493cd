package tables

import "testing"

func TestHighPriority(t *testing.T) {
	for code, want := range map[string]string{
		"854231": "1", "852589": "3A", "85258900": "3A", "848210": "3B", "845961": "4B",
		"852190": "", "8525": "", "": "", "x54231": "",
	} {
		if got := HighPriority(code); got != want {
			t.Errorf("%q: tier %q, want %q", code, got, want)
		}
	}
	if n := len(highPriority()); n != 50 {
		t.Errorf("%d headings, want 50", n)
	}
}
