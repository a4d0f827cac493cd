package names_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/internal/names"
)

// TestUseCounts: a word that many names of a corpus have weighs less there,
// the method says by which counts, and the shipped ones come back.
func TestUseCounts(t *testing.T) {
	t.Cleanup(func() {
		if err := names.UseCounts(""); err != nil {
			t.Error(err)
		}
	})
	var c names.Counter
	for i := range 2000 {
		name := fmt.Sprintf("VARTEK %s LTD", strings.Repeat(string(rune('A'+i%26)), 2+i/26%9))
		if i%2 == 0 {
			name = fmt.Sprintf("ZOLWEX VARTEK %d", i)
		}
		if !c.Add(name) {
			t.Fatalf("%q does not count", name)
		}
	}
	for _, name := range []string{"CO LTD", "", "TO THE ORDER OF VARTEK"} {
		if c.Add(name) {
			t.Errorf("%q counts", name)
		}
	}
	text := c.Text()
	if again := c.Text(); text != again || !strings.HasPrefix(text, "names 2000\n") || !strings.Contains(text, "\nvartek 2000\n") || !strings.Contains(text, "\nzolwex 1000\n") {
		t.Fatalf("counts %.200q", text)
	}
	weight := func() float32 { return names.Parse("VARTEK", names.Organization).Tokens[0].Weight }
	shipped, method := weight(), names.Method()
	if err := names.UseCounts(text); err != nil {
		t.Fatal(err)
	}
	if weight() >= shipped || names.Method() == method {
		t.Errorf("weight %v after %v, method %s", weight(), shipped, names.Method())
	}
	fittedMethod := names.Method()
	if err := names.UseCounts("# a note\n" + text); err != nil || names.Method() != fittedMethod {
		t.Errorf("a note changes the method: %v", err)
	}
	for _, bad := range []string{"vartek 3\nnames 4\n", "names 0\n", "names 7\nvartek\n", "names 7\n 3\n", "names 7\nvartek x\n", "# nothing\n"} {
		if err := names.UseCounts(bad); err == nil || names.Method() != fittedMethod {
			t.Errorf("%q is taken", bad)
		}
	}
	if err := names.UseCounts(""); err != nil || weight() != shipped || names.Method() != method {
		t.Errorf("the shipped counts are not back: %v", err)
	}
}
