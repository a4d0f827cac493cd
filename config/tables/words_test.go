package tables

import (
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	roles := map[string]bool{"": true, "weak": true, "contrast": true, "country": true, "front": true}
	for name, list := range map[string][]Entry{"legal forms": LegalForms(), "organization words": OrgWords(), "places": Places(), "person words": PersonWords(), "address words": AddressWords()} {
		if len(list) == 0 {
			t.Errorf("%s: none", name)
		}
		for _, e := range list {
			if e.Name == "" || len(e.Words) == 0 {
				t.Errorf("%s: %+v has no name or no words", name, e)
			}
			if _, kind, ok := strings.Cut(e.Role, " "); !roles[e.Role] && !(ok && (kind == "city" || kind == "region")) {
				t.Errorf("%s: %s has the unknown role %q", name, e.Name, e.Role)
			}
		}
	}
	if !strings.Contains(TokenCounts(), "\nnames ") {
		t.Error("the token counts do not say of how many names they are")
	}
}
