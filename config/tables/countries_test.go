package tables

import "testing"

func TestCountry(t *testing.T) {
	table, err := loadCountries()
	if err != nil {
		t.Fatal(err)
	}
	if len(table.names) < 249 {
		t.Errorf("%d countries, ISO 3166-1 has 249", len(table.names))
	}
	for _, tt := range []struct{ in, want string }{
		{"China", "CN"},
		{"CN", "CN"},
		{"PRC", "CN"},
		{"People’s Republic of China", "CN"},
		{"Hong Kong", "HK"},
		{"China, Hong Kong Special Administrative Region", "HK"},
		{"Macau", "MO"},
		{"Korea, North", "KP"},
		{"Democratic People's Republic of Korea", "KP"},
		{"Congo, Democratic Republic of the", "CD"},
		{"Congo, Republic of the", "CG"},
		{"Cote d Ivoire", "CI"},
		{"Côte d’Ivoire", "CI"},
		{"TÜRKIYE", "TR"},
		{"Bahamas, The", "BS"},
		{"Region: Crimea", "UA"},
		{"Region: Gaza", "PS"},
		{"St. Kitts & Nevis", "KN"},
		{"UK", "GB"},
		{"Georgia", "GE"},
		{"Virgin Islands, British", "VG"},
		{"KV", "XK"},
		// None of these is a country.
		{"Atlanta, Georgia", ""},
		{"Port of Spain", ""},
		{"undetermined", ""},
		{"na", ""},
		{"NM", ""},
		{"", ""},
		{"-0-", ""},
	} {
		got, ok := Country(tt.in)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("Country(%q) = %q, %v; want %q", tt.in, got, ok, tt.want)
		}
	}
	if got := CountryName("VN"); got != "Vietnam" {
		t.Errorf("CountryName(VN) = %q", got)
	}
}
