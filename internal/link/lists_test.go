package link_test

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/internal/link"
	"github.com/tripoint-data/tripoint/internal/names"
	"github.com/tripoint-data/tripoint/record"
)

// shared is where the real files lie, or the test is skipped.
func shared(t testing.TB, path string) string {
	t.Helper()
	root := cmp.Or(os.Getenv("TRIPOINT_SHARED"), filepath.Join("..", "..", "..", "shared"))
	path = filepath.Join(root, "data", path)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no shared data: %v", err)
	}
	return path
}

// readList reads the parties of one list as it was published.
func readList(t testing.TB, file string) []*record.Party {
	t.Helper()
	body, err := os.ReadFile(shared(t, "lists/regulator-json/"+file+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Entities []struct {
			Name    string   `json:"name"`
			Aliases []string `json:"aliases"`
		} `json:"entities"`
	}
	if err := json.Unmarshal(body, &list); err != nil {
		t.Fatal(err)
	}
	var out []*record.Party
	seen := map[string]bool{}
	for _, e := range list.Entities {
		if e.Name == "" || seen[e.Name] {
			continue
		}
		seen[e.Name] = true
		p := &record.Party{ID: file + ":" + e.Name, Name: e.Name}
		if isFirm(e.Name) {
			p.Type = record.Organization
		}
		for _, a := range e.Aliases {
			p.Aliases = append(p.Aliases, record.Alias{Name: a})
		}
		out = append(out, p)
	}
	return out
}

// isFirm says that a name has a legal form or a word of a trade beside one
// that is its own: the list does not say who is a person.
func isFirm(name string) bool {
	n := names.Parse("Zqxqz "+name, names.Organization) // a word alone is taken for its own
	own, trade := 0, len(n.Forms) > 0
	for _, t := range n.Tokens {
		if t.Kind == names.Distinctive && t.Weight > 0.5 {
			own++
		}
		trade = trade || t.Kind == names.Generic || t.Kind == names.Weak || t.Kind == names.Contrast
	}
	return own > 1 && trade
}

func indexOf(parties []*record.Party) *link.Index {
	x := link.NewIndex(link.Options{})
	for _, p := range parties {
		x.Add(p)
	}
	x.Build()
	return x
}

// twins finds the parties that a list names alike: by the same words, wherever
// they are, and at the same places.
type twins struct{ anywhere, here map[string][]string }

func twinsOf(parties []*record.Party) twins {
	t := twins{map[string][]string{}, map[string][]string{}}
	for _, p := range parties {
		for _, a := range append([]record.Alias{{Name: p.Name}}, p.Aliases...) {
			n := names.Parse(a.Name, names.Organization)
			t.anywhere[n.Key()] = append(t.anywhere[n.Key()], p.ID)
			t.here[placed(n)] = append(t.here[placed(n)], p.ID)
		}
	}
	return t
}

func placed(n *names.Name) string {
	key := n.Key()
	for _, t := range n.Tokens {
		if t.Kind == names.City || t.Kind == names.Country {
			key += "/" + strings.ToLower(t.Text)
		}
	}
	return key
}
