package manifest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tripoint-data/tripoint/parsers/manifest"
)

func TestText(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"  ACME  LTD ", "ACME  LTD"},
		{"ACME&#10;LTD", "ACME\nLTD"},
		{"A&amp;B", "A&B"},
		{"AT&NOTIFY &copy", "AT&NOTIFY &copy"},
		{"LOS DEMÃ¡S", "LOS DEMÃ¡S"},
		{"КOMP SHENZHEN", "КOMP SHENZHEN"},
		{"NULL", ""},
		{" n/a ", ""},
		{"NO DISPONIBLE", ""},
		{"S/N", ""},
		{"-", ""},
		{"---", ""},
		{"NA", "NA"}, // Namibia
		{"A\xffB", "A\uFFFDB"},
	} {
		if got := manifest.Text(tt.in); got != tt.want {
			t.Errorf("Text(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestHSInText(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"STONE TILES HS CODE : 681099", "681099"},
		{"PARTS HTS-CODE 8431 2000", "84312000"},
		{"PAPER BOXES 4819.50.4060", "4819504060"},
		{"CAMERAS H.S. CODE: 8525.89", "852589"},
		{"HS:8525.89.00 / DVR", "85258900"},
		{"HSCODE8521 AND MORE", "8521"},
		{"NCM 8471.30.12", "84713012"},
		{"HS CODE NO. 681099 1200 CTNS", "681099"},
		{"HS CODE 8431 2000 KGS", "8431"},
		{"HS CODE: 85258900 85219000", "85258900"},
		{"HS CODE: 681099 681091", "681099"},
		{"SHIPPED 2020.07.26", ""},
		{"INVOICE 4500123456", ""},
		{"WEIGHT 1234.56 KGS", ""},
		{"IP 8525.89.00.11.12", ""},
		{"HS CODE 0012", ""},
		{"HS CODE 12345678901234", ""},
		{"OTHS 8525", ""},
		{"EMPTY CONTAINER", ""},
	} {
		if got := manifest.HSInText(tt.in); got != tt.want {
			t.Errorf("HSInText(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestContainers(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{"", nil},
		{"MSCU1234567", []string{"MSCU1234567"}},
		{"MSCU1234567,TGHU 765432-1 / OOLU7654321", []string{"MSCU1234567", "TGHU7654321", "OOLU7654321"}},
		{"NC", []string{"NC"}},
		{"LOOSE CARGO, DECK", []string{"LOOSE CARGO, DECK"}},
	} {
		if diff := cmp.Diff(tt.want, manifest.Containers(tt.in)); diff != "" {
			t.Errorf("Containers(%q) (-want +got):\n%s", tt.in, diff)
		}
	}
}

func TestKilograms(t *testing.T) {
	for _, tt := range []struct {
		weight, unit string
		want         float64
	}{
		{"131704", "Pounds", 59739.929},
		{"1,200.5", "Kilograms", 1200.5},
		{"2", "Metric Ton", 2000},
		{"2", "Cubic Meters", 0},
		{"-1", "KG", 0},
		{"NaN", "KG", 0},
		{"1e300", "KG", 0},
	} {
		if got := manifest.Kilograms(tt.weight, tt.unit); got != tt.want {
			t.Errorf("Kilograms(%q, %q) = %v, want %v", tt.weight, tt.unit, got, tt.want)
		}
	}
}

func TestCells(t *testing.T) {
	if got := manifest.Address("12 A ST", "", "12 A ST", "X", "X"); got != "12 A ST, 12 A ST, X" && got != "12 A ST, X" {
		t.Errorf("Address = %q", got)
	}
	for in, want := range map[string]string{"cn": "CN", "UK": "GB", "XX": "", "CHN": "", "1A": ""} {
		if got := manifest.Country(in); got != want {
			t.Errorf("Country(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"8525.89.0000": "8525890000", "000000": "", "852589": "852589", "N/A": "", "8": ""} {
		if got := manifest.HS(in); got != want {
			t.Errorf("HS(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"Vessel, non-container": "sea", "Air, containerized": "air", "Truck": "road", "Rail, container": "rail", "Mail": "other", "": ""} {
		if got := manifest.Mode(in); got != want {
			t.Errorf("Mode(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzGoods(f *testing.F) {
	f.Add("HS CODE : 681099")
	f.Add("4819.50.4060 MSCU1234567,TGHU7654321")
	f.Add("HTS-CODE 8431 2000&#10;")
	f.Fuzz(func(t *testing.T, s string) {
		if hs := manifest.HSInText(s); hs != "" && (len(hs) < 4 || len(hs) > 10 || strings.Trim(hs, "0123456789") != "") {
			t.Errorf("HSInText(%q) = %q", s, hs)
		}
		for _, c := range manifest.Containers(s) {
			if c == "" {
				t.Errorf("Containers(%q) holds an empty one", s)
			}
		}
		if got := manifest.Text(s); manifest.Text(got) != got && !strings.Contains(s, "&") {
			t.Errorf("Text(%q) = %q, which reads as %q", s, got, manifest.Text(got))
		}
	})
}

func BenchmarkHSInText(b *testing.B) {
	text := "1200 CARTONS OF DIGITAL CAMERAS AND CAMCORDERS PO 4500123 HS CODE : 8525.89.0000 FREIGHT PREPAID"
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		manifest.HSInText(text)
	}
}
