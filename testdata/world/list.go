package world

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
)

// The source strings of the lists, as the consolidated file has them.
const (
	entityList = "Entity List (EL) - Bureau of Industry and Security"
	cmicList   = "Non-SDN Chinese Military-Industrial Complex Companies List (CMIC) - Treasury Department"
	demoList   = "Tripoint Demo List (ZZ-DEMO)"
)

// entry is one record of the consolidated screening list's JSON.
type entry struct {
	ID           string       `json:"id"`
	Source       string       `json:"source"`
	EntityNumber *string      `json:"entity_number"`
	Type         *string      `json:"type"`
	Programs     []string     `json:"programs"`
	Name         string       `json:"name"`
	Title        *string      `json:"title"`
	Addresses    []entryPlace `json:"addresses"`
	Notice       *string      `json:"federal_register_notice"`
	StartDate    *string      `json:"start_date"`
	EndDate      *string      `json:"end_date"`
	Order        *string      `json:"standard_order"`
	Requirement  *string      `json:"license_requirement"`
	Policy       *string      `json:"license_policy"`
	CallSign     *string      `json:"call_sign"`
	VesselType   *string      `json:"vessel_type"`
	Tonnage      *string      `json:"gross_tonnage"`
	Registered   *string      `json:"gross_registered_tonnage"`
	Flag         *string      `json:"vessel_flag"`
	Owner        *string      `json:"vessel_owner"`
	Remarks      *string      `json:"remarks"`
	ListURL      string       `json:"source_list_url"`
	AltNames     []string     `json:"alt_names"`
	Citizenships []string     `json:"citizenships"`
	Births       []string     `json:"dates_of_birth"`
	Nations      []string     `json:"nationalities"`
	BirthPlaces  []string     `json:"places_of_birth"`
	InfoURL      string       `json:"source_information_url"`
	IDs          []entryID    `json:"ids"`
}

type entryPlace struct {
	Address    *string `json:"address"`
	City       *string `json:"city"`
	State      *string `json:"state"`
	PostalCode *string `json:"postal_code"`
	Country    *string `json:"country"`
}

type entryID struct {
	Type       string  `json:"type"`
	Number     string  `json:"number"`
	Country    *string `json:"country"`
	IssueDate  *string `json:"issue_date"`
	Expiration *string `json:"expiration_date"`
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// nativeID is the publisher's id of an entry: it changes when a notice is
// amended.
func nativeID(name, notice string) string {
	sum := sha256.Sum224([]byte(strings.ToLower(strings.TrimSpace(name)) + strings.ToLower(strings.TrimSpace(notice))))
	return hex.EncodeToString(sum[:])
}

// screeningList is the consolidated screening list of the world: facts about
// the real parties of the case, and everybody invented.
func screeningList(p *people) ([]byte, error) {
	list := realEntries()
	for _, q := range p.listed() {
		e := entry{
			ID: nativeID(q.name, q.notice), Source: demoList, Name: q.name, Type: text(q.kind),
			Notice: text(q.notice), StartDate: text(q.effective), Policy: text(q.policy),
			AltNames: q.aliases, ListURL: "http://csl.tripoint.test/list", InfoURL: "http://csl.tripoint.test/",
			Addresses: []entryPlace{{Address: text(q.street), City: text(q.city), Country: text(q.country)}},
		}
		if q.kind == "" {
			e.Requirement = text("For all items of the demo.")
		}
		if q.born != "" {
			e.Births = []string{q.born}
		}
		list = append(list, e)
	}
	return json.MarshalIndent(map[string]any{
		"results": list, "total": len(list), "offset": 0,
		"search_performed_at": "2026-11-20T06:00:00.000+00:00",
		"sources_used": []map[string]string{
			{"source": entityList, "source_last_updated": "2026-11-19T12:00:00.000+00:00", "last_imported": "2026-11-20T05:55:00.000+00:00", "import_rate": "Hourly"},
			{"source": cmicList, "source_last_updated": "2026-11-19T12:00:00.000+00:00", "last_imported": "2026-11-20T05:55:00.000+00:00", "import_rate": "Hourly"},
			{"source": demoList, "source_last_updated": "2026-11-19T12:00:00.000+00:00", "last_imported": "2026-11-20T05:55:00.000+00:00", "import_rate": "Hourly"},
		},
	}, "", " ")
}

// realEntries are the public facts of the case.
func realEntries() []entry {
	el := func(name, notice, start string, alt []string, places ...string) entry {
		e := entry{
			ID: nativeID(name, notice), Source: entityList, Name: name, Notice: text(notice), StartDate: text(start),
			Requirement: text("For all items subject to the EAR. (See §744.11 of the EAR)"), AltNames: alt,
			ListURL: "http://bis.data.commerce.gov/", InfoURL: "http://bis.data.commerce.gov/",
		}
		for _, place := range places {
			f := append(strings.Split(place, "|"), "", "", "")
			e.Addresses = append(e.Addresses, entryPlace{Address: text(f[0]), City: text(f[1]), PostalCode: text(f[2]), Country: text("CN")})
		}
		return e
	}
	const sister = "88 FR 18985"
	return []entry{
		el("Hangzhou Hikvision Digital Technology Co., Ltd.", "84 FR 54004, 85 FR 34505, 85 FR 44161", "2019-10-09", []string{"Hikvision"},
			"No. 555 Qianmo Road, Binjiang District|Hangzhou|310052",
			"23rd Floor, Block A, Yingke Plaza, No. 217 Gaoxin Street, Gaoxin District|Urumqi",
			"700 Dongliu Road, Binjiang District|Hanzhou"),
		el("Luopu Haishi Dingxin Electronic Technology Co., Ltd.", sister, "2023-03-30",
			[]string{"Luo Pu District HaiShi Ding Xin Electronic Technology Co., Ltd.", "Luopu County Haishi Dingxin Electronic Technology Co., Ltd."},
			"No. 8, South Side, National Highway 315, Luopu County Petroleum Company|Hotan Prefecture, Xinjiang|848201"),
		el("Moyu Haishi Electronic Technology Co., Ltd.", sister, "2023-03-30", nil,
			"No. 7, Yinhe North Road, Moyu County|Hotan Prefecture, Xinjiang|848100"),
		el("Pishan Haishi Yong'an Electronic Technology Co., Ltd.", sister, "2023-03-30", []string{"Pishan Haishi Yongan Electronic Technology Co., Ltd."},
			"No. 28, Guma North Road, Pishan County|Hotan Prefecture, Xinjiang|845150"),
		el("Urumqi Haishi Xin'an Electronic Technology Co., Ltd.", sister, "2023-03-30", nil,
			"Room 5010-5021, Block A, Yingke Plaza, No. 217 Gaoxin Street, Xinshi District, High-tech Industrial Development Zone|Wulumuqi, Xinjiang|830011"),
		el("Yutian Haishi Meitian Electronic Technology Co., Ltd.", sister, "2023-03-30", nil,
			"No. 9, Tuanjie Road, Yutian County|Hotan Prefecture, Xinjiang|848499"),
		{
			ID: "30946", Source: cmicList, EntityNumber: text("30946"), Type: text("Entity"), Programs: []string{"CMIC-EO13959"},
			Name: "Hangzhou Hikvision Digital Technology Co., Ltd.", AltNames: []string{"Hikvision", "Hangzhou Hikvision Digital Technology"},
			Addresses: []entryPlace{{Address: text("555, Qianmo Road, Binjiang District"), City: text("Hangzhou"), PostalCode: text("310051"), Country: text("CN")}},
			ListURL:   "https://www.treasury.gov/ofac/downloads/sanctions/1.0/cons_advanced.xml",
			InfoURL:   "https://ofac.treasury.gov/consolidated-sanctions-list/ns-cmic-list",
			IDs: []entryID{
				{Type: "Unified Social Credit Code (USCC)", Number: "91330000733796106P", Country: text("CN")},
				{Type: "Equity Ticker", Number: "002415 CN"},
				{Type: "ISIN", Number: "CNE100000PM8"},
				{Type: "Listing Date (CMIC)", Number: "2021-06-03"},
				{Type: "Effective Date (CMIC)", Number: "2021-08-02"},
				{Type: "Purchase/Sales For Divestment Date (CMIC)", Number: "2022-06-03"},
			},
		},
	}
}
