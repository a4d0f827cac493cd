package uspto

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
)

func TestAssignments(t *testing.T) {
	c := Conveyance{
		Reel: "38323", Frame: "190", Text: "ASSIGNMENT OF ASSIGNORS INTEREST", Recorded: "20160419",
		Assignors: []Assignor{{"ROE, RICHARD", "2016-01-05"}, {"MUSTER, MAX", "20160106"}, {" ", "20160106"}, {"DOE, JANE", "20160105"}, {"ELDER, ELLA", "00000000"}},
		Assignees: []string{"EXAMPLE, INC.", "N/A", "SAMPLE LLC"},
	}
	got, err := c.Assignments()
	if err != nil {
		t.Fatal(err)
	}
	var want []record.Assignment
	for _, assignee := range []string{"EXAMPLE, INC.", "SAMPLE LLC"} {
		for _, a := range []Assignor{{"ELDER, ELLA", ""}, {"DOE, JANE; ROE, RICHARD", "2016-01-05"}, {"MUSTER, MAX", "2016-01-06"}} {
			want = append(want, record.Assignment{
				Assignor: a.Name, Assignee: assignee, Conveyance: c.Text, Executed: record.Date(a.Executed), Recorded: "2016-04-19", ReelFrame: "038323/0190",
			})
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for want, c := range map[string]Conveyance{
		"recorded": {Recorded: "soon"},
		"executed": {Assignors: []Assignor{{"ROE, RICHARD", "20161301"}}},
	} {
		if _, err := c.Assignments(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestReelFrame(t *testing.T) {
	for in, want := range map[string]string{
		"38323/190": "038323/0190", "038323/0190": "038323/0190", "1234567/12345": "1234567/12345",
		"5/0": "000005/0000", "0/0": "", "/1": "", "1/": "", "-1/1": "", "a/1": "",
	} {
		reel, frame, _ := strings.Cut(in, "/")
		if got := ReelFrame(reel, frame); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestFiling(t *testing.T) {
	var got record.Patent
	want := record.Patent{ID: "US15000001X0", ApplicationNumber: "15000001", Country: "US", KindCode: "X0"}
	if err := Filing(&got, "15/000,001"); err != nil || !cmp.Equal(want, got) {
		t.Errorf("%+v, %v", got, err)
	}
	if err := Filing(&got, "PCT/US2023/12345"); err == nil {
		t.Error("an international application was taken for one of the office")
	}
}

func TestIndexName(t *testing.T) {
	for want, in := range map[string][3]string{
		"Roe, Jr.; Jane M.": {"Roe", " Jane  M.", "Jr."}, "Roe; Jane": {"Roe", "Jane", ""}, "Roe": {"Roe", "N/A", ""}, "": {"", "Jane", "Jr."},
	} {
		if got := IndexName(in[0], in[1], in[2]); got != want {
			t.Errorf("%v: %q, want %q", in, got, want)
		}
	}
}

func TestFixedIPC(t *testing.T) {
	for in, want := range map[string]string{"G06F 1516": "G06F15/16", "B60R  900": "B60R9/00", "H01L02100": "H01L021/00", "G06F 15/16": "G06F 15/16", "D0701": "D0701"} {
		if got := FixedIPC(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestTexts(t *testing.T) {
	for in, want := range map[string][]string{
		`null`: {""}, `"a"`: {"a"}, `7`: {"7"}, `["a",null,7]`: {"a", "", "7"}, `[]`: nil,
	} {
		var got Texts
		if err := json.Unmarshal([]byte(in), &got); err != nil || !cmp.Equal(Texts(want), got) {
			t.Errorf("%s: %q, %v", in, got, err)
		}
	}
	for _, in := range []string{`{}`, `true`, `[[1]]`} {
		if err := json.Unmarshal([]byte(in), new(Texts)); err == nil {
			t.Errorf("%s was read", in)
		}
	}
}
