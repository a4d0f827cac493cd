package api

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPath(t *testing.T) {
	doc, err := decode([]byte(`{"a":{"b":[{"c":1},{"c":"x"},{"d":0},7]},"rows":[[1,2],[3]],"n":null,"t":true}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		path string
		want []string
	}{
		{"a.b[*].c", []string{"1", "x"}},
		{"a.b[1].c", []string{"x"}},
		{"a.b[9].c", nil},
		{"rows[*][0]", []string{"1", "3"}},
		{"rows[0][*]", []string{"1", "2"}},
		{"t", []string{"true"}},
		{"n", nil},
		{"a.none.c", nil},
		{"t.x", nil},
	} {
		var p Path
		if err := p.UnmarshalText([]byte(tt.path)); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, v := range p.All(doc) {
			if s, ok := text(v); ok {
				got = append(got, s)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.path, diff)
		}
	}
	for _, bad := range []string{"", "a..b", "a[", "a[*", "a[-1]", "a[x]", "a[1]b", ".a", "a."} {
		var p Path
		if err := p.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q is taken for a path", bad)
		}
	}
}

func FuzzPath(f *testing.F) {
	f.Add("patents[*].guid", `{"patents":[{"guid":"a"}]}`)
	f.Add(".", `[1]`)
	f.Add("[0][*]", `[[1]]`)
	f.Fuzz(func(t *testing.T, path, doc string) {
		var p Path
		if p.UnmarshalText([]byte(path)) != nil {
			return
		}
		v, err := decode([]byte(doc))
		if err != nil {
			return
		}
		first, ok := p.Text(v)
		if all := p.All(v); ok && len(all) == 0 {
			t.Errorf("%s has the value %q and no values", path, first)
		}
	})
}
