package ams

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/record"
)

// The tables of the family that are read, in the order in which locators name
// them. The header is the primary one: its rows are the source records.
const (
	header = iota
	billgen
	shipper
	consignee
	notifyparty
	cargodesc
	container
	tariff
	joined // how many there are
	ignored
)

// The columns that are read, by table; a cell is found by its place here.
// contact_name and comm_number are left out, since they name private persons.
const (
	hCarrier = iota
	hVessel
	hUnlading
	hEstimated
	hLading
	hUnit
	hWeight
	hWeightUnit
	hStatus
	hReceipt
	hDestination
	hForeign
	hMode
	hActual
)

const (
	bMaster = iota
	bHouse
	bVoyage
)

const (
	pName = iota
	pStreet
	pCity    = pStreet + 4
	pCountry = pCity + 3
)

const (
	gContainer = iota
	gSequence
	gPieces
	gText
	gHS    = gPieces
	gValue = gText
)

var family = [joined]struct {
	name    string
	columns []string
}{
	header: {"header", []string{
		"carrier_code", "vessel_name", "port_of_unlading", "estimated_arrival_date", "foreign_port_of_lading",
		"manifest_unit", "weight", "weight_unit", "record_status_indicator", "place_of_receipt", "port_of_destination",
		"foreign_port_of_destination", "mode_of_transportation", "actual_arrival_date",
	}},
	billgen:     {"billgen", []string{"master_bol_number", "house_bol_number", "voyage_number"}},
	shipper:     {"shipper", party("shipper_party")},
	consignee:   {"consignee", party("consignee")},
	notifyparty: {"notifyparty", party("notify_party")},
	cargodesc:   {"cargodesc", []string{"container_number", "description_sequence_number", "piece_count", "description_text"}},
	container:   {"container", []string{"container_number"}},
	tariff:      {"tariff", []string{"container_number", "description_sequence_number", "harmonized_number", "harmonized_value"}},
}

func party(prefix string) []string {
	return []string{
		prefix + "_name", prefix + "_address_1", prefix + "_address_2", prefix + "_address_3", prefix + "_address_4",
		"city", "state_province", "zip_code", "country_code",
	}
}

// known are all tables by the names in files' names, and by a column that no
// other table has.
var known = map[string]int{
	"header": header, "billgen": billgen, "shipper": shipper, "consignee": consignee, "notifyparty": notifyparty,
	"cargodesc": cargodesc, "container": container, "tariff": tariff,
	"hazmat": ignored, "hazmatclass": ignored, "marksnumbers": ignored,

	"record_status_indicator": header, "master_bol_number": billgen, "shipper_party_name": shipper,
	"consignee_name": consignee, "notify_party_name": notifyparty, "description_text": cargodesc,
	"equipment_description_code": container, "harmonized_number": tariff,
	"hazmat_code": ignored, "hazmat_classification": ignored, "marks_and_numbers_1": ignored,
}

var fileName = regexp.MustCompile(`(?i)^ams__([a-z]+)_\d{4}__(\d{12})(?:_part_(\d+))?\.(?:csv|txt)$`)

// file is one part with its place in the family.
type file struct {
	record.Part
	table int
	stamp string // when it was extracted; the newest is read first, so that it wins
	part  string
}

// sortFiles tells the parts apart by table, newest extract first. A part that
// is of no table is a problem.
func sortFiles(unit record.Unit) (files []file, strangers []*record.Problem, err error) {
	for _, p := range unit.Parts {
		f := file{Part: p, table: -1}
		base := p.Name[strings.LastIndexAny(p.Name, "!/\\")+1:]
		if m := fileName.FindStringSubmatch(base); m != nil {
			f.stamp, f.part = m[2], m[3]
			if t, ok := known[strings.ToLower(m[1])]; ok {
				f.table = t
			}
		}
		if f.table < 0 {
			if f.table, err = byHeader(p); err != nil {
				return nil, nil, err
			}
		}
		switch f.table {
		case -1:
			strangers = append(strangers, record.Problemf(unit.At(p.Name), "no table of the AMS family: neither the file's name nor its first row says so"))
		case ignored:
		default:
			files = append(files, f)
		}
	}
	slices.SortStableFunc(files, func(a, b file) int {
		if a.table != b.table {
			return a.table - b.table
		}
		if c := strings.Compare(b.stamp, a.stamp); c != 0 {
			return c
		}
		if len(a.part) != len(b.part) { // _part_10 after _part_9
			return len(a.part) - len(b.part)
		}
		return strings.Compare(a.part+a.Name, b.part+b.Name)
	})
	if len(files) == 0 || files[0].table != header {
		names := make([]string, 0, 4)
		for _, p := range unit.Parts[:min(len(unit.Parts), 4)] {
			names = append(names, p.Name)
		}
		return nil, strangers, fmt.Errorf("the header table (ams__header_<year>__<time>.csv) is missing among %d files (%s): without it there are no bills to join to", len(unit.Parts), strings.Join(names, ", "))
	}
	return files, strangers, nil
}

// byHeader recognises a table by its columns; -1 where it cannot.
func byHeader(p record.Part) (int, error) {
	r, err := p.Open()
	if err != nil {
		return -1, err
	}
	defer r.Close()
	cells, err := newRows(r).next()
	if _, bad := err.(errRow); bad || err == io.EOF {
		return -1, nil
	}
	if err != nil {
		return -1, fmt.Errorf("%s: %w", p.Name, err)
	}
	for _, c := range cells {
		if t, ok := known[column(c)]; ok && strings.Contains(column(c), "_") {
			return t, nil
		}
	}
	return -1, nil
}

// column is a cell of the first row as a column's name.
func column(cell []byte) string {
	return strings.ToLower(strings.Trim(strings.TrimPrefix(string(cell), "\ufeff"), " \t"))
}
