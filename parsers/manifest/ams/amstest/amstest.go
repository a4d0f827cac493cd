// Package amstest makes AMS families of any size for tests and benchmarks, in
// the shapes that were measured on real rows: a few consignees with most of
// the bills, a fifth of the shippers missing, one and a half containers a
// bill, repeated header rows. All names in it are made up. Start with Write.
package amstest

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
)

// Tables are the tables of a family in the order in which Write makes them.
var Tables = [...]string{"header", "billgen", "shipper", "consignee", "notifyparty", "cargodesc", "container", "tariff"}

var columns = map[string]string{
	"header":      "identifier,carrier_code,vessel_country_code,vessel_name,port_of_unlading,estimated_arrival_date,foreign_port_of_lading_qualifier,foreign_port_of_lading,manifest_quantity,manifest_unit,weight,weight_unit,measurement,measurement_unit,record_status_indicator,place_of_receipt,port_of_destination,foreign_port_of_destination_qualifier,foreign_port_of_destination,conveyance_id_qualifier,conveyance_id,in_bond_entry_type,mode_of_transportation,secondary_notify_party_1,secondary_notify_party_2,secondary_notify_party_3,secondary_notify_party_4,secondary_notify_party_5,secondary_notify_party_6,secondary_notify_party_7,secondary_notify_party_8,secondary_notify_party_9,secondary_notify_party_10,actual_arrival_date",
	"billgen":     "identifier,master_bol_number,house_bol_number,sub_house_bol_number,voyage_number,bill_type_code,manifest_number,trade_update_date,run_date",
	"shipper":     "identifier,shipper_party_name,shipper_party_address_1,shipper_party_address_2,shipper_party_address_3,shipper_party_address_4,city,state_province,zip_code,country_code,contact_name,comm_number_qualifier,comm_number",
	"consignee":   "identifier,consignee_name,consignee_address_1,consignee_address_2,consignee_address_3,consignee_address_4,city,state_province,zip_code,country_code,contact_name,comm_number_qualifier,comm_number",
	"notifyparty": "identifier,notify_party_name,notify_party_address_1,notify_party_address_2,notify_party_address_3,notify_party_address_4,city,state_province,zip_code,country_code,contact_name,comm_number_qualifier,comm_number",
	"cargodesc":   "identifier,container_number,description_sequence_number,piece_count,description_text",
	"container":   "identifier,container_number,seal_number_1,seal_number_2,equipment_description_code,container_length,container_height,container_width,container_type,load_status,type_of_service",
	"tariff":      "identifier,container_number,description_sequence_number,harmonized_number,harmonized_value,harmonized_weight,harmonized_weight_unit",
}

// Header is a table's first row.
func Header(table string) string { return columns[table] }

// Counts says what Write has written.
type Counts struct {
	Rows  int // of all tables
	Bills int
}

// Write makes a family of n bills with the seed's choices, each table to its
// writer in out. The same seed makes the same bytes.
func Write(seed uint64, n int, out map[string]io.Writer) (Counts, error) {
	g := &generator{r: rand.New(rand.NewPCG(seed, 1)), w: map[string]*bufio.Writer{}}
	for _, t := range Tables {
		w := out[t]
		if w == nil {
			w = io.Discard
		}
		g.w[t] = bufio.NewWriterSize(w, 64<<10)
		fmt.Fprintln(g.w[t], columns[t])
	}
	for i := range n {
		g.bill(i)
	}
	for _, t := range Tables {
		if err := g.w[t].Flush(); err != nil {
			return g.counts, err
		}
	}
	g.counts.Bills = n
	return g.counts, nil
}

type generator struct {
	r      *rand.Rand
	w      map[string]*bufio.Writer
	counts Counts
}

func (g *generator) row(table string, cells ...string) {
	w := g.w[table]
	for i, c := range cells {
		if i > 0 {
			w.WriteByte(',')
		}
		if strings.ContainsAny(c, ",\"\n") {
			c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
		}
		w.WriteString(c)
	}
	w.WriteByte('\n')
	g.counts.Rows++
}

func pick[T any](g *generator, list []T) T { return list[g.r.IntN(len(list))] }

func (g *generator) chance(percent float64) bool { return g.r.Float64()*100 < percent }

// rank draws a name's place with p ∝ 1/(k+150)^1.3 over 130,000 names.
func (g *generator) rank() int {
	const a, n, s = 150.0, 130_000.0, -0.3 // the integral of (k+a)^-1.3 has the power -0.3
	lo, hi := math.Pow(a, s), math.Pow(n+a, s)
	return int(math.Pow(lo+(hi-lo)*g.r.Float64(), 1/s) - a)
}

var (
	carriers = []string{"SEAU", "MSCU", "OOLU", "CMDU", "EGLV", "HLCU"}
	ladings  = []string{"Puerto Bolivar,Ecuador", "Shanghai ,China (Mainland)", "Yantian,China (Mainland)", "Busan,South Korea", "Anvers", "Southhampton", "Kaohsiung,China (Taiwan)", "Guayaquil,Ecuador", "Callao,Peru", "Bremerhaven,Federal Republic of Germany"}
	unlading = []string{"Port Hueneme, California", "Los Angeles, California", "Savannah, Georgia", "New York, New York", "Houston, Texas"}
	units    = []string{"Pounds", "Kilograms", "Kilograms", "Kilograms", "Metric Ton"}
	modes    = []string{"Vessel, containerized", "Vessel, containerized", "Vessel, containerized", "Vessel, non-container"}
	first    = []string{"NORTHERN", "BLUE HILL", "ORCHID", "KESTREL", "GRANDE", "SEVEN RIVERS", "AMBER", "TALLY", "MERIDIAN", "OAKEN", "PELICAN", "QUARTZ"}
	second   = []string{"TRADING", "ELECTRONICS", "FOODS", "TEXTILES", "MACHINERY", "LOGISTICS", "IMPORTS", "FURNITURE", "OPTICS", "STONE"}
	legal    = []string{" CO LTD", " INC", " LLC", " S.A.", " GMBH", "", "", ""}
	goods    = []string{"FRESH BANANAS", "DIGITAL CAMERAS AND CAMCORDERS", "CERAMIC TILES HS CODE : 690721", "HOUSEHOLD GOODS", "EMPTY CONTAINER", "POLYESTER FABRIC HTS-CODE 5407 5220", "PAPER BOXES 4819.50.4060", "MACHINE PARTS, \"SPARE\"", "CHA IR ASSEMBLI ES AND FRAMES OF WOOD"}
	codes    = []string{"080390", "852589", "690721", "540752", "481950", "848790", "940169"}
)

func (g *generator) name() string {
	k := g.rank()
	h := uint64(k) * 0x9e3779b97f4a7c15 >> 32 // the name of a rank is always the same
	return fmt.Sprintf("%s %s %d%s", first[h%12], second[h/12%10], k, legal[h/120%8])
}

func (g *generator) party(table, id, country string) {
	name := g.name()
	if g.chance(2) {
		name = "TO THE ORDER OF " + name
	}
	g.row(table, id, name, fmt.Sprintf("%d HARBOUR ROAD", g.r.IntN(900)+1), "", "", "", pick(g, []string{"PORTVILLE", "NEWTOWN", "SHENZHEN"}), "", fmt.Sprint(10000+g.r.IntN(80000)), country, "A PERSON", "TE", "5550100")
}

func (g *generator) bill(i int) {
	day := fmt.Sprintf("2020-%02d-%02d", 1+g.r.IntN(12), 1+g.r.IntN(28))
	id := fmt.Sprintf("%s%05d", strings.ReplaceAll(day, "-", ""), i)
	status := "New"
	if g.chance(5) {
		status = "Deleted"
	}
	header := []string{
		id, pick(g, carriers), "SG", fmt.Sprintf("MV KESTREL %d", g.r.IntN(900)), pick(g, unlading), day, "Schedule K Foreign Port", pick(g, ladings),
		fmt.Sprint(1 + g.r.IntN(3000)), "CTN", fmt.Sprint(100 + g.r.IntN(20000)), pick(g, units), "75", "Cubic Meters", status, "PUERTO BOLIVAR -", "", "", "",
		"IMO Number/Lloyds Number", fmt.Sprint(9000000 + g.r.IntN(900000)), "", "", pick(g, modes), "", "", "", "", "", "", "", "", "", "", day,
	}
	header = append(header[:22], header[23:]...) // in_bond_entry_type is the one empty cell before the mode
	g.row("header", header...)
	if g.chance(3) {
		g.row("header", header...)
	}
	g.row("billgen", id, fmt.Sprintf("%s%08d", header[1], i), fmt.Sprintf("H%07d", i), "", fmt.Sprint(g.r.IntN(999)), "Master Bill", "", day, day)
	if !g.chance(21.4) {
		g.party("shipper", id, "CN")
	}
	if !g.chance(15.5) {
		g.party("consignee", id, "US")
	}
	if g.chance(60) {
		g.party("notifyparty", id, "US")
	}
	for c := 0; c == 0 || c < 28 && g.chance(36); c++ { // 1.56 containers on average
		box := fmt.Sprintf("%s%07d", pick(g, []string{"MSCU", "TGHU", "OOLU"}), g.r.IntN(9999999))
		text := pick(g, goods)
		for g.chance(45) && len(text) < 400 {
			text += " " + pick(g, goods) + " FREIGHT PREPAID"
		}
		g.row("cargodesc", id, box, "1", fmt.Sprint(1+g.r.IntN(900)), text)
		g.row("container", id, box, "SEAL1", "", "Container", "4000", "900", "800", "45G1", "Loaded", "Pier to Pier")
		if g.chance(42) {
			value := ""
			if g.chance(46) {
				value = fmt.Sprint(100 + g.r.IntN(90000))
			}
			g.row("tariff", id, box, "1", pick(g, codes), value, "", "")
		}
	}
}
