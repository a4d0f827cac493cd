package snapshot

import (
	"strings"
	"testing"
)

func TestGuard(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{"ORCHID", "ORCHID"},
		{"=CMD|' /C calc'!A0", "'=CMD|' /C calc'!A0"},
		{"+1", "'+1"},
		{"-1 ROAD", "'-1 ROAD"},
		{"@SUM(1)", "'@SUM(1)"},
		{"\tx", "'\tx"},
		{"\rx", "'\rx"},
		{"\nx", "'\nx"},
		{"\x00x", "'\x00x"},
		{"＝1", "'＝1"},
		{"＋1", "'＋1"},
		{"－1", "'－1"},
		{"＠x", "'＠x"},
		{"\ufeff=1", "'\ufeff=1"},
		{"'=1", "''=1"},
		{"'tis", "'tis"},
		{"a=b", "a=b"},
	} {
		if got := guard(tt.in); got != tt.want {
			t.Errorf("guard(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
	if got := guardList([]string{"=1", "", "b", "@c"}); got != "'=1 | b | '@c" {
		t.Errorf("guardList = %q", got)
	}
}

func FuzzGuard(f *testing.F) {
	f.Add("=1")
	f.Add("''＝")
	f.Add("\ufeff")
	f.Fuzz(func(t *testing.T, s string) {
		g := guard(s)
		if g != "" && strings.ContainsAny(g[:1], "=+-@\t\r\n\x00") {
			t.Errorf("guard(%q) = %q", s, g)
		}
		if unguard(g) != s {
			t.Errorf("unguard(%q) = %q, want %q", g, unguard(g), s)
		}
	})
}

func FuzzLineID(f *testing.F) {
	f.Add(`{"kind":"party","id":"a\"b\\","name":"x"}`)
	f.Add(`{"kind":"party","id":"a`)
	f.Fuzz(func(t *testing.T, s string) {
		if id, err := lineID([]byte(s)); err == nil && len(id) > 3*len(s) {
			t.Errorf("lineID(%q) = %q", s, id)
		}
	})
}
