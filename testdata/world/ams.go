package world

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strings"
)

// bill is one bill of lading of the world, as its customs house keeps it.
type bill struct {
	shipper, consignee, notify stranger
	arrived                    string // 2022-05-14
	lading                     string // "Ningbo,China"
	unlading                   string // "Savannah, Georgia"
	receipt                    string
	goods                      []good
	containers                 int
	pounds                     int
	status                     string
}

type good struct{ text, hs string }

var cargo = []good{
	{"DIGITAL CAMERAS AND PARTS", "852589"},
	{"FOLDING CHAIRS HS CODE : 940179", ""},
	{"BICYCLE SADDLES", "871495"},
	{"UMBRELLAS", "660199"},
	{"INTEGRATED CIRCUITS", "854239"},
	{"BAKERY MACHINES HTS-CODE 8438 1000", ""},
	{"EMPTY CONTAINER", ""},
	{"HOUSEHOLD GOODS", ""},
	{"OPTICAL LENSES", "900211"},
	{"POWER SUPPLIES 8504.40.9580", ""},
	{"PLASTIC PIPE FITTINGS", "391740"},
	{"LED LAMPS", "853952"},
	{"STEEL BOLTS", "731815"},
	{"TEXTILE FABRIC", "540752"},
	{"SOLAR MODULES", "854143"},
}

var ladings = map[string]string{
	"CN": "Ningbo,China", "VN": "Hai Phong,Vietnam", "IN": "Mundra,India", "KR": "Busan,South Korea", "JP": "Nagoya,Japan",
	"DE": "Bremerhaven,Germany", "MX": "Altamira,Mexico", "TW": "Kaohsiung,China (Taiwan)", "US": "Freeport,Bahamas",
	"AE": "Jebel Ali,United Arab Emirates", "BY": "Riga,Latvia", "RU": "St Petersburg,Russia", "TR": "Izmir,Turkey", "HK": "Hong Kong,Hong Kong",
	"IR": "Jebel Ali,United Arab Emirates",
}

// bills are the world's bills: those that play a part first, then the crowd.
func bills(p *people) []bill {
	r := random(6)
	var buyers []stranger
	for _, s := range p.strangers {
		if s.country == "US" {
			buyers = append(buyers, s)
		}
	}
	all := playedBills(p, buyers)
	for len(all) < 5000 {
		shipper := skewed(r, p.strangers)
		switch r.IntN(40) {
		case 0, 1: // one bill in twenty is shipped by somebody listed
			q := p.crowd[r.IntN(120)]
			shipper = stranger{spelled(r, q), q.country, q.street, q.city, q.id()}
		case 2:
			shipper = pick(r, p.alike)
		}
		b := bill{
			shipper: shipper, consignee: skewed(r, buyers), arrived: date(r, 2020, 2023),
			lading: ladings[shipper.country], unlading: pick(r, []string{"Savannah, Georgia", "Long Beach, California", "Newark, New Jersey"}),
			goods: []good{pick(r, cargo)}, containers: 1 + r.IntN(2), pounds: 500 + r.IntN(40000), status: "New",
		}
		switch r.IntN(20) {
		case 0:
			b.consignee = stranger{name: "TO THE ORDER OF BANK DEMOVIA"}
			b.notify = skewed(r, buyers)
		case 1:
			b.shipper = stranger{name: "TRANSGALVA FREIGHT FORWARDING LTD", country: "HK", street: "1 Demo Forwarders Row", city: "Hong Kong"}
		case 2:
			b.status = "Deleted"
		case 3:
			b.shipper.name, b.shipper.of = "N/A", ""
		}
		all = append(all, b)
	}
	return all
}

// playedBills are the bills that stand for something.
func playedBills(p *people, buyers []stranger) []bill {
	as := func(part, spelling string) stranger {
		q := p.played[part]
		if spelling == "" {
			spelling = strings.ToUpper(q.name)
		}
		return stranger{spelling, q.country, strings.ToUpper(q.street), strings.ToUpper(q.city), q.id()}
	}
	other := func(name, country, street, city string) stranger {
		return stranger{name: name, country: country, street: street, city: city}
	}
	optics := []good{{"OPTICAL LENSES AND LIDAR MODULES", "900219"}}
	to := func(i int) stranger { return buyers[i] }
	b := func(from, to stranger, day, lading string, goods []good) bill {
		return bill{shipper: from, consignee: to, arrived: day, lading: lading, unlading: "Long Beach, California", goods: goods, containers: 1, pounds: 12000, status: "New"}
	}
	all := []bill{
		// Before and after 2021-03-15: in full, cut at 35 characters, in Chinese script.
		b(as("optics", ""), to(0), "2020-11-20", ladings["CN"], optics),
		b(as("optics", "ZHELANQU OPTOELECTRONIC TECHNOLOGY "), to(1), "2022-05-14", ladings["CN"], optics),
		b(as("optics", "哲澜曲光电科技有限公司"), to(2), "2022-06-02", ladings["CN"], optics),
		// Its address run into its name, with and without a blank between.
		b(as("optics", "ZHELANQU OPTOELECTRONIC TECH CO LTD NO 88 DEMO LANTERN ROAD NINGBO"), to(0), "2022-07-09", ladings["CN"], optics),
		b(as("optics", "ZHELANQU OPTOELECTRONIC TECHNOLOGY CO LTDNINGBO NINGBO"), to(2), "2022-09-19", ladings["CN"], optics),
		// As consignee.
		b(to(3), as("optics", ""), "2022-08-01", "Freeport,Bahamas", []good{{"WAFER INSPECTION TOOL PARTS", "848690"}}),
		// Abbreviated.
		b(as("digital", "DONGMU WEIXIN DIGITAL TECH CO LTD"), to(4), "2021-02-11", ladings["CN"], []good{{"NETWORK VIDEO RECORDERS", "852190"}}),
		// Same city, same trade, another firm; a legal form alone; generic words alone.
		b(other("XIAMEN DIGITAL TECHNOLOGY CO LTD", "CN", "9 DEMO OTHER STREET", "XIAMEN"), to(5), "2021-03-11", ladings["CN"], []good{cargo[0]}),
		b(other("NINGBO OPTOELECTRONIC TECHNOLOGY CO LTD", "CN", "77 DEMO OTHER ROAD", "NINGBO"), to(5), "2021-04-11", ladings["CN"], optics),
		b(other("CO., LTD.", "CN", "", ""), to(6), "2021-05-11", ladings["CN"], []good{cargo[3]}),
		b(other("INDUSTRIAL TECHNOLOGY DEVELOPMENT CO LTD", "CN", "", "WUXI"), to(6), "2021-06-11", ladings["CN"], []good{cargo[3]}),
		// Factory 54 is listed, Factory 55 is another one.
		b(as("factory 54", "VELMORA INSTRUMENT FACTORY 54"), to(7), "2022-01-15", ladings["BY"], []good{{"MEASURING INSTRUMENTS", "903180"}}),
		b(other("VELMORA INSTRUMENT FACTORY 55", "BY", "DEMO WORKS YARD 1", "VITEBSK"), to(7), "2022-02-15", ladings["BY"], []good{{"MEASURING INSTRUMENTS", "903180"}}),
		// A name that two listed persons bear, neither told by the bill.
		b(other("TORSKO IVANEN DEMO", "RU", "", ""), to(7), "2022-01-20", ladings["RU"], []good{{"USED BOOKS", "490199"}}),
		// A Cyrillic letter among Latin ones.
		b(as("notice", "КESTRAVA MARINE ELECTRONICS LLC"), to(6), "2022-10-10", ladings["AE"], []good{{"RADAR NAVIGATION SETS", "852691"}}),
		// Names of which an ASCII squash leaves nothing: a listed party's, and a stranger's.
		b(as("script twin", "墨栎森精密仪器有限公司"), to(8), "2022-03-03", ladings["CN"], []good{{"BALL BEARINGS", "848210"}}),
		b(other("泺梵舟五金制品有限公司", "CN", "", "NINGBO"), to(8), "2022-03-04", ladings["CN"], []good{{"DOOR HINGES", "830210"}}),
		// Possible onward movement: the consignee of a sheet ships the same goods on.
		b(other("LUA VANG DEMO TRADING COMPANY LIMITED", "VN", "3 DEMO CANAL STREET", "HAI PHONG"), to(9), "2022-06-20", ladings["VN"], []good{{"OPTICAL LENSES FOR RANGING", "900219"}}),
	}
	for i := range 9 { // the lane's base rate: others ship the same goods on it
		s := p.strangers[100+i]
		all = append(all, b(other(strings.ToUpper(s.name), "VN", s.street, "HAI PHONG"), to(10+i), fmt.Sprintf("2022-05-%02d", 3+i), ladings["VN"], []good{{"OPTICAL LENSES", "900219"}}))
	}
	many := b(as("digital", ""), to(4), "2021-09-09", ladings["CN"], []good{{"NETWORK VIDEO RECORDERS", "852190"}})
	many.containers = 28
	return append(all, many)
}

// spelled writes a party's name as bills do: some as it is, others without its
// marks, abbreviated, cut, with its address run in, with a letter lost, with a
// word torn at the end of a line.
func spelled(r *rand.Rand, q party) string {
	s := strings.ToUpper(q.name)
	bare := strings.NewReplacer(",", "", ".", "")
	brand := strings.IndexByte(s, ' ')
	switch r.IntN(10) {
	case 0, 1:
		return bare.Replace(s)
	case 2, 3:
		return bare.Replace(strings.NewReplacer("TECHNOLOGY", "TECH", "ELECTRONIC", "ELEC", "INTERNATIONAL", "INTL", "EQUIPMENT", "EQUIP").Replace(s))
	case 4:
		return s[:min(len(s), 35)]
	case 5:
		return bare.Replace(s) + " " + strings.ToUpper(q.street+" "+q.city)
	case 6:
		lost := 2 + r.IntN(brand-3)
		return s[:lost] + s[lost+1:]
	case 7:
		torn := 2 + r.IntN(brand-3)
		return s[:torn] + " " + s[torn:]
	}
	return s
}

// skewed picks as trade does: a few do most of it.
func skewed(r *rand.Rand, of []stranger) stranger {
	u := r.Float64()
	return of[int(u*u*u*float64(len(of)))]
}

// amsZIP is a year's table family in one ZIP. The line of a bill repeats for
// each of its containers.
func amsZIP(p *people) ([]byte, error) {
	tables := map[string]*table{}
	for _, name := range amsOrder {
		tables[name] = newTable(amsHeaders[name])
	}
	box := 0
	for i, b := range bills(p) {
		id := fmt.Sprintf("2099%09d", i+1)
		day := b.arrived
		repeats := 1
		if b.containers > 20 {
			repeats = 47
		}
		for range repeats {
			tables["header"].add(id, "ZZDM", "ZZ", "DEMO STAR", b.unlading, day, "Schedule K Foreign Port", b.lading, "100", "CTN",
				fmt.Sprint(b.pounds), "Pounds", "20", "Cubic Meters", b.status, strings.ToUpper(b.receipt), "", "", "", "IMO Number/Lloyds Number", "9999999", "",
				"Vessel, containerized", "", "", "", "", "", "", "", "", "", "", day)
		}
		tables["billgen"].add(id, fmt.Sprintf("ZZDM%08d", i+1), "", "", fmt.Sprintf("%03dE", i%400), "Regular Bill", fmt.Sprint(90000+i%999), day, day)
		trader := func(table string, s stranger) {
			if s.name == "" {
				return
			}
			tables[table].add(id, s.name, s.street, "", "", "", s.city, "", "", s.country, "DEMO PERSON", "Telephone Number", "000-0000")
		}
		trader("shipper", b.shipper)
		trader("consignee", b.consignee)
		trader("notifyparty", b.notify)
		for range b.containers {
			box++
			number := fmt.Sprintf("ZZDU%07d", box)
			tables["container"].add(id, number, "", "", "40", "40", "8", "8", "45G0", "Loaded", "")
			for seq, g := range b.goods {
				tables["cargodesc"].add(id, number, fmt.Sprint(seq+1), "100", g.text)
				if g.hs != "" {
					tables["tariff"].add(id, number, fmt.Sprint(seq+1), g.hs, fmt.Sprint(b.pounds), fmt.Sprint(b.pounds), "Pounds")
				}
			}
		}
	}
	var files []file
	for _, name := range amsOrder {
		files = append(files, file{"ams__" + name + "_2022__209901010000.csv", tables[name].bytes()})
	}
	return zipped(files)
}

// table is a CSV file in the making.
type table struct {
	buf bytes.Buffer
	csv *csv.Writer
}

func newTable(header string) *table {
	t := &table{}
	t.csv = csv.NewWriter(&t.buf)
	t.add(strings.Split(header, ",")...)
	return t
}

// add writes a row; a buffer takes it all.
func (t *table) add(fields ...string) { _ = t.csv.Write(fields) }

func (t *table) bytes() []byte {
	t.csv.Flush()
	return t.buf.Bytes()
}

var amsOrder = []string{"header", "billgen", "shipper", "consignee", "notifyparty", "container", "cargodesc", "tariff"}

var amsHeaders = map[string]string{
	"header": "identifier,carrier_code,vessel_country_code,vessel_name,port_of_unlading,estimated_arrival_date,foreign_port_of_lading_qualifier,foreign_port_of_lading,manifest_quantity,manifest_unit," +
		"weight,weight_unit,measurement,measurement_unit,record_status_indicator,place_of_receipt,port_of_destination,foreign_port_of_destination_qualifier,foreign_port_of_destination,conveyance_id_qualifier,conveyance_id,in_bond_entry_type," +
		"mode_of_transportation,secondary_notify_party_1,secondary_notify_party_2,secondary_notify_party_3,secondary_notify_party_4,secondary_notify_party_5,secondary_notify_party_6,secondary_notify_party_7,secondary_notify_party_8,secondary_notify_party_9,secondary_notify_party_10,actual_arrival_date",
	"billgen":     "identifier,master_bol_number,house_bol_number,sub_house_bol_number,voyage_number,bill_type_code,manifest_number,trade_update_date,run_date",
	"shipper":     "identifier,shipper_party_name,shipper_party_address_1,shipper_party_address_2,shipper_party_address_3,shipper_party_address_4,city,state_province,zip_code,country_code,contact_name,comm_number_qualifier,comm_number",
	"consignee":   "identifier,consignee_name,consignee_address_1,consignee_address_2,consignee_address_3,consignee_address_4,city,state_province,zip_code,country_code,contact_name,comm_number_qualifier,comm_number",
	"notifyparty": "identifier,notify_party_name,notify_party_address_1,notify_party_address_2,notify_party_address_3,notify_party_address_4,city,state_province,zip_code,country_code,contact_name,comm_number_qualifier,comm_number",
	"container":   "identifier,container_number,seal_number_1,seal_number_2,equipment_description_code,container_length,container_height,container_width,container_type,load_status,type_of_service",
	"cargodesc":   "identifier,container_number,description_sequence_number,piece_count,description_text",
	"tariff":      "identifier,container_number,description_sequence_number,harmonized_number,harmonized_value,harmonized_weight,harmonized_weight_unit",
}
