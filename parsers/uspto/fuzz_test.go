package uspto

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
)

// FuzzFirstClaim reads any text: what is cut out is one line of it, no longer
// than the text.
func FuzzFirstClaim(f *testing.F) {
	for _, s := range []string{
		"What is claimed is:\n 1. A lamp comprising:\na bulb.\n2. The lamp of claim 1.",
		"1-6. (canceled)\n7. A pump.\n8. The pump of claim 7.",
		".[.1. A lamp.\nwith a bulb..].\n.Iadd.2. A better lamp..Iaddend.\n.Iadd.3.",
		"CLAIM The ornamental design for a teapot.",
		"0. A\n0000 . B\n\xff\u00a01.",
		".[..Iadd.[. .]..Iaddend.].",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := FirstClaim(s)
		if got != Text(got) || len(strings.ToValidUTF8(got, "")) > len(s) {
			t.Errorf("%q: %q", s, got)
		}
	})
}

// FuzzShared gives a text to everything that the readers share: what is read
// of it is in the form in which it would be read again.
func FuzzShared(f *testing.F) {
	for _, s := range []string{
		"D0656419", "0200334450", "16/959,419", "D/380046", "20201022", "2020-10-22T00:00:00Z", "October 22, 2020", "N/A",
		"G06V 40/45\u00a0(20220101); H01L 021/00", "166/280.2 ; 257/E21.219", "D14138AD", "DEX", "000067143572", "PR", "none;",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, clean := range map[string]func(string) string{
			"Clean": Clean, "Absent": Absent, "Text": Text, "Country": Country, "FamilyID": FamilyID,
			"ApplicationNumber": ApplicationNumber,
		} {
			if once := clean(s); clean(once) != once {
				t.Errorf("%s: %q is %q, which is %q", name, s, once, clean(once))
			}
		}
		if d, err := Date(s); err == nil && d != "" {
			if _, err := time.Parse(time.DateOnly, string(d)); err != nil {
				t.Errorf("Date: %q is %q", s, d)
			}
		}
		for name, read := range map[string]func(...string) []string{"Symbols": Symbols, "USPC": USPC} {
			once := read(s)
			if diff := cmp.Diff(once, read(once...)); diff != "" {
				t.Errorf("%s: %q (-once +again):\n%s", name, s, diff)
			}
		}
		FixedUSPC(s)
		FixedIPC(s)
		if at := ReelFrame(s, s); at != "" {
			if reel, frame, _ := strings.Cut(at, "/"); ReelFrame(reel, frame) != at {
				t.Errorf("ReelFrame: %q is %q", s, at)
			}
		}
		all, err := Conveyance{Reel: s, Frame: s, Text: s, Recorded: s, Assignors: []Assignor{{s, s}, {s, ""}}, Assignees: []string{s, s}}.Assignments()
		for _, a := range all {
			if err != nil || a.Assignee != Absent(s) || a.Assignee == "" {
				t.Errorf("Assignments: %q is %+v, %v", s, a, err)
			}
		}
		var p record.Patent
		if Filing(&p, s) == nil && (p.ID != record.CanonicalPatentID(p.ID) || len(p.ApplicationNumber) != 8) {
			t.Errorf("Filing: %q is %q", s, p.ID)
		}
		if Identify(&p, s, "") == nil && (p.ID == "" || p.ID != record.CanonicalPatentID(p.ID)) {
			t.Errorf("Identify: %q is %q", s, p.ID)
		}
		if state, country := Region(s); state != "" && !IsState(state) || country != "" && len(country) != 2 {
			t.Errorf("Region: %q is %q, %q", s, state, country)
		}
		if who, ok := Person(s, s, s, s); ok != (who.Name != "") || who.Name != Absent(who.Name) {
			t.Errorf("Person: %q is %+v", s, who)
		}
	})
}

// FuzzAllowance reads any bytes by any allowances: what is handed on is what
// stands there, and never more than was allowed.
func FuzzAllowance(f *testing.F) {
	f.Add([]byte("0123456789"), int64(4), int64(100))
	f.Add([]byte(nil), int64(-1), int64(0))
	f.Fuzz(func(t *testing.T, data []byte, first, second int64) {
		a := NewAllowance(bytes.NewReader(data))
		var got []byte
		for _, n := range []int64{first, second} {
			a.Allow(n)
			part, err := io.ReadAll(bufio.NewReader(a))
			if int64(len(part)) > max(n, 0) || err != nil && err != ErrTooLarge {
				t.Errorf("%d bytes of %d allowed: %v", len(part), n, err)
			}
			got = append(got, part...)
		}
		if !bytes.HasPrefix(data, got) {
			t.Errorf("%q is no beginning of %q", got, data)
		}
	})
}
