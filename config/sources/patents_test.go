package sources_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/config/sources"
)

// TestClasses holds the classes that the patent sources ask for against the
// strong symbols of the newest map: none is missing, and none is asked for
// without a reason.
func TestClasses(t *testing.T) {
	m, err := os.ReadFile("../cet/map-2024.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var groups, subclasses []string
	for _, s := range regexp.MustCompile(`\{code: ([^,]+), weight: strong,`).FindAllStringSubmatch(string(m), -1) {
		group, _, _ := strings.Cut(s[1], "/")
		groups, subclasses = append(groups, group), append(subclasses, group[:4])
	}
	if len(groups) < 500 {
		t.Fatalf("%d strong symbols were found in the map", len(groups))
	}
	var asked []string // a main group, or a whole subclass in place of its groups
	for _, group := range groups {
		if slices.Contains(groups, group[:4]) {
			asked = append(asked, group[:4]+"$")
		} else {
			asked = append(asked, group+"/$")
		}
	}
	for _, tt := range []struct {
		source, variable string
		want             []string
	}{
		{"us-uspto-ppubs-cet.yaml", "group", asked},
		{"us-uspto-odp.yaml", "subclass", subclasses},
	} {
		text, err := sources.Files.ReadFile(tt.source)
		if err != nil {
			t.Fatal(err)
		}
		_, list, _ := strings.Cut(string(text), "    "+tt.variable+":\n      values: [")
		list, _, _ = strings.Cut(list, "]")
		got := regexp.MustCompile(`[^\s,]+`).FindAllString(list, -1)
		slices.Sort(tt.want)
		slices.Sort(got)
		if want := slices.Compact(tt.want); !slices.Equal(got, want) {
			t.Errorf("%s asks for\n%v\nwant\n%v", tt.source, got, want)
		}
	}
}
