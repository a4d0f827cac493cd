package uspto

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/record"
)

func TestIdentify(t *testing.T) {
	for _, c := range []struct {
		number, kind string
		want         record.Patent
	}{
		{"07864699", "B2", record.Patent{ID: "US7864699", PublicationNumber: "7864699", KindCode: "B2", Document: record.Grant}},
		{"11,321,963", "", record.Patent{ID: "US11321963", PublicationNumber: "11321963", Document: record.Grant}},
		{"20200334450", "A1", record.Patent{ID: "US20200334450A1", PublicationNumber: "20200334450", KindCode: "A1", Document: record.Application}},
		{"0200334450", "", record.Patent{ID: "US20200334450A1", PublicationNumber: "20200334450", Document: record.Application}},
		{"20050004437", "a9", record.Patent{ID: "US20050004437A9", PublicationNumber: "20050004437", KindCode: "A9", Document: record.Application}},
		{"D0656419", "S1", record.Patent{ID: "USD656419", PublicationNumber: "D656419", KindCode: "S1", Document: record.Grant}},
		{"RE043633", "E1", record.Patent{ID: "USRE43633", PublicationNumber: "RE43633", KindCode: "E1", Document: record.Grant}},
		{"PP012345", "P3", record.Patent{ID: "USPP12345", PublicationNumber: "PP12345", KindCode: "P3", Document: record.Grant}},
		{"H001493", "H", record.Patent{ID: "USH1493", PublicationNumber: "H1493", KindCode: "H", Document: record.Grant}},
	} {
		c.want.Country = "US"
		var got record.Patent
		if err := Identify(&got, c.number, c.kind); err != nil {
			t.Errorf("%s: %v", c.number, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.number, diff)
		}
	}
	if err := Identify(&record.Patent{}, "none", ""); err == nil {
		t.Error("a word was taken for a number")
	}
}

func TestDate(t *testing.T) {
	for in, want := range map[string]record.Date{
		"20201022": "2020-10-22", "2020-10-22T00:00:00Z": "2020-10-22", "2020-10-22T23:59:59.000-05:00": "2020-10-22",
		" October 22,\n2020": "2020-10-22", "Oct 22, 2020": "2020-10-22", "": "", "N/A": "",
	} {
		if got, err := Date(in); err != nil || got != want {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"19831100", "22.10.2020", "Smarch 1, 2020", "2020-13-01"} {
		if got, err := Date(in); err == nil {
			t.Errorf("%q was read as %q", in, got)
		}
	}
}

func TestApplicationNumber(t *testing.T) {
	for in, want := range map[string]string{
		"16/959,419": "16959419", "16959419": "16959419", "D/380046": "29380046", "08/207,976": "08207976",
		"8/207,976": "08207976", "PCT/CN2018/122550": "", "": "", "N/A": "",
	} {
		if got := ApplicationNumber(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestFamilyID(t *testing.T) {
	for in, want := range map[string]string{"67143572": "67143572", "999999999999": "999999999999", "1000000000000": "", "0": "", "x1": ""} {
		if got := FamilyID(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestCountry(t *testing.T) {
	for in, want := range map[string]string{
		"CN": "CN", "HK": "HK", "MO": "MO", "DEX": "DE", "GB2": "GB", "JPX": "JP", "UK": "GB", " us ": "US",
		"N/A": "", "unknown": "", "omitted": "", "USA": "", "": "",
	} {
		if got := Country(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestPerson(t *testing.T) {
	got, ok := Person(" Example,\nInc. ; ", "Reno", "NV", "N/A")
	if want := (record.Person{Name: "Example, Inc.", City: "Reno", State: "NV", Country: "US"}); !ok || got != want {
		t.Errorf("%+v", got)
	}
	if _, ok := Person("N/A", "Reno", "NV", "US"); ok {
		t.Error("a person without a name")
	}
}

func TestFixedUSPC(t *testing.T) {
	for in, want := range map[string]string{
		"D 6588": "D6/588", "D07511": "D7/511", "D 8 25": "D8/25", "D142091": "D14/209.1", "D14138AD": "D14/138AD",
		"600300000": "600/300", "345952000": "345/952", "257E21219": "257/E21.219", "  2 69": "2/69", "1": "",
	} {
		if got := FixedUSPC(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestClasses(t *testing.T) {
	got := Symbols("G06V 40/45\u00a0(20220101); G06V40/45", "H01L 021/00\u00a0()", "1503; ")
	if diff := cmp.Diff([]string{"G06V40/45", "H01L21/00"}, got); diff != "" {
		t.Error(diff)
	}
	got = USPC("166/280.2 ; 257/E21.219; 1/1; D15/28; nonsense")
	if diff := cmp.Diff([]string{"166/280.2", "257/E21.219", "D15/28"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestFirstClaim(t *testing.T) {
	for in, want := range map[string]string{
		"What is claimed is:\n 1. A lamp comprising:\na bulb.\n2. The lamp of claim 1.": "A lamp comprising: a bulb.",
		"I claim:\n1 . A lamp.\n2 . B":                                               "A lamp.",
		"The ornamental design for a teapot, as shown and described.":                "The ornamental design for a teapot, as shown and described.",
		"CLAIM The ornamental design for a teapot.":                                  "The ornamental design for a teapot.",
		"Having thus described our invention, we claim:\n1. A fluid with 2. 5 parts": "A fluid with 2. 5 parts",
		"1-6. (canceled)\n7. A pump.\n8. The pump of claim 7.":                       "A pump.",
		".[.1. A lamp.\nwith a bulb..].\n.Iadd.2. A better lamp..Iaddend.\n.Iadd.3.": "A better lamp.",
		"1. A method of:\n1. heating\nand cooling.\n2. The method":                   "A method of: 1. heating and cooling.",
		"":                     "",
		"OCR SCANNED DOCUMENT": "",
	} {
		if got := FirstClaim(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
