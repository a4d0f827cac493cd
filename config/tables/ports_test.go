package tables

import "testing"

func TestPort(t *testing.T) {
	for _, tt := range []struct{ in, name, country string }{
		{"Puerto Bolivar,Ecuador", "Puerto Bolivar", "EC"},
		{"PUERTO BOLIVAR -", "PUERTO BOLIVAR", ""}, // Colombia has one too
		{"Port Hueneme, California", "Port Hueneme, California", "US"},
		{"Port of Spain", "Port of Spain", "TT"},
		{"Savannah, Georgia", "Savannah, Georgia", "US"},
		{"Poti,Georgia", "Poti", "GE"},
		{"Nowhere, Georgia", "Nowhere, Georgia", ""},
		{"Georgia", "Georgia", ""},
		{"Shanghai ,China (Mainland)", "Shanghai", "CN"},
		{"Kaohsiung,China (Taiwan)", "Kaohsiung", "TW"},
		{"Bremerhaven,Federal Republic of Germany", "Bremerhaven", "DE"},
		{"Hong Kong,Hong Kong", "Hong Kong", "HK"},
		{"Macau", "Macau", "MO"},
		{"Southhampton", "Southhampton", "GB"},
		{"Anvers", "Anvers", "BE"},
		{"San Juan, Puerto Rico", "San Juan", "PR"},
		{"Vietnam", "Vietnam", "VN"},
		{"Atlantis, Ocean", "Atlantis, Ocean", ""},
		{" , - ", "", ""},
		{",Ecuador", "Ecuador", "EC"},
	} {
		if name, country := Port(tt.in); name != tt.name || country != tt.country {
			t.Errorf("Port(%q) = %q, %q; want %q, %q", tt.in, name, country, tt.name, tt.country)
		}
	}
}

func FuzzPort(f *testing.F) {
	f.Add("Puerto Bolivar,Ecuador")
	f.Add(",,-\xff")
	f.Fuzz(func(t *testing.T, s string) {
		name, country := Port(s)
		if len(name) > len(s) || country != "" && (len(country) != 2 || name == "") {
			t.Errorf("Port(%q) = %q, %q", s, name, country)
		}
	})
}
