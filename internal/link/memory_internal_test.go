package link

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/tripoint-data/tripoint/record"
)

// TestMemory: what a linking leaves behind is read back as it was, and the
// same memory gives the same bytes.
func TestMemory(t *testing.T) {
	m := &memory{How: "a way", Links: 3, Decided: []string{"same_entity/x"}, sums: []sum{{2, 1}, {1, 9}, {2, 1}}, parties: []string{`{"kind":"party","id":"a"}`, `{"kind":"party","id":"b"}`}}
	b, err := m.encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeMemory(b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, got, cmp.AllowUnexported(memory{}, sum{})); diff != "" {
		t.Errorf("memory (-want +got):\n%s", diff)
	}
	if again, err := got.encode(); err != nil || !bytes.Equal(again, b) {
		t.Errorf("written again it is %q, %v", again, err)
	}
	if !got.knows(sum{1, 9}) || got.knows(sum{9, 1}) {
		t.Error("a sum is not known, or one is that was never there")
	}
	before, after, err := got.changes([]*record.Party{{ID: "b"}, {ID: "c"}}, []string{`{"kind":"party","id":"b"}`, `{"kind":"party","id":"c"}`})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]*record.Party{{{ID: "a"}}, {{ID: "c"}}}, [][]*record.Party{before, after}, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

// FuzzMemory: damaged memories are refused or read, and never more is read
// than there is.
func FuzzMemory(f *testing.F) {
	f.Add([]byte(`{"how":"a way","names":1}` + "\n0123456789abcdef{}\n"))
	f.Add([]byte(`{"names":-1}` + "\n"))
	f.Add([]byte(`{"names":99999999999}` + "\n0123456789abcdef"))
	f.Add([]byte(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := decodeMemory(b)
		if err != nil {
			return
		}
		if len(m.sums)*16 > len(b) {
			t.Errorf("%d sums out of %d bytes", len(m.sums), len(b))
		}
		if _, _, err := m.changes(nil, nil); err != nil {
			return
		}
		if _, err := m.encode(); err != nil {
			t.Error(err)
		}
	})
}
