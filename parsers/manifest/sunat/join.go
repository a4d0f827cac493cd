package sunat

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"time"

	places "github.com/tripoint-data/tripoint/config/tables"
	"github.com/tripoint-data/tripoint/parsers/manifest"
	"github.com/tripoint-data/tripoint/parsers/manifest/runs"
	"github.com/tripoint-data/tripoint/record"
)

// row is one row of a table, taken apart.
type row struct {
	file, number int
	cells        []string
}

var errScratch = errors.New("the scratch file is damaged")

// rowOf takes a sorted row apart.
func rowOf(raw []byte, cells int) (row, error) {
	b := raw
	number := func() int {
		n, k := binary.Uvarint(b)
		if k <= 0 || n > 1<<40 {
			b = nil
			return -1
		}
		b = b[k:]
		return int(n)
	}
	text := func() (string, bool) {
		n := number()
		if n < 0 || n > len(b) {
			return "", false
		}
		s := string(b[:n])
		b = b[n:]
		return s, true
	}
	if _, ok := text(); !ok { // the identifier
		return row{}, errScratch
	}
	r := row{file: number(), number: number(), cells: make([]string, cells)}
	for i := range r.cells {
		s, ok := text()
		if !ok {
			return row{}, errScratch
		}
		r.cells[i] = s
	}
	return r, nil
}

// join reads the sorted tables side by side, one series at a time.
func (j *joiner) join(ctx context.Context) error {
	var id []byte
	for n := 0; j.out[imports].Peek() != nil; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		id = append(id[:0], runs.ID(j.out[imports].Peek())...)
		best, older, err := j.newest(id)
		if err != nil {
			return err
		}
		names, brands, from, err := j.suppliersOf(id)
		if err != nil {
			return err
		}
		for range older {
			if err := j.yield(nil, record.ErrMerged); err != nil {
				return err
			}
		}
		s, err := j.shipment(string(id), best, names, brands, from)
		if err != nil {
			err = j.yield(nil, record.Problemf(j.unit.At(j.at(best)), "sunat: %w", err))
		} else {
			err = j.yield(s, nil)
		}
		if err != nil {
			return err
		}
	}
	_, _, _, err := j.suppliersOf(nil) // those that are left
	return err
}

// newest is the row of a series that was modified last, of equal ones the one
// that was read last, and the number of the others.
func (j *joiner) newest(id []byte) (best row, older int, err error) {
	m := j.out[imports]
	for n := 0; bytes.Equal(idAt(m), id); n++ {
		r, err := rowOf(m.Peek(), len(columns[imports].cells))
		if err != nil {
			return best, 0, err
		}
		if n == 0 || modified(r) >= modified(best) {
			best = r
		}
		if n > 0 {
			older++
		}
		if err := m.Next(); err != nil {
			return best, 0, err
		}
	}
	return best, older, nil
}

// modified is when a row was put right, as digits that can be compared.
func modified(r row) string { return strings.ReplaceAll(r.cells[mModified], "-", "") }

// maxNames is how many suppliers of one series are told apart.
const maxNames = 16

// suppliersOf are the suppliers and brands that the items of a series name, and
// the first item. Items before it belong to no series; a nil id takes all.
func (j *joiner) suppliersOf(id []byte) (names, brands []string, from string, err error) {
	m := j.out[suppliers]
	for m.Peek() != nil && (id == nil || bytes.Compare(idAt(m), id) <= 0) {
		if !bytes.Equal(idAt(m), id) {
			j.orphans++
		} else {
			r, err := rowOf(m.Peek(), len(columns[suppliers].cells))
			if err != nil {
				return nil, nil, "", err
			}
			if from == "" {
				from = j.at(r)
			}
			names, brands = add(names, r.cells[sName]), add(brands, r.cells[sBrand])
		}
		if err := m.Next(); err != nil {
			return nil, nil, "", err
		}
	}
	return names, brands, from, nil
}

func add(list []string, s string) []string {
	if s = strings.Join(strings.Fields(s), " "); s != "" && len(list) < maxNames && !slices.Contains(list, s) {
		list = append(list, s)
	}
	return list
}

func idAt(m *runs.Merger) []byte {
	if raw := m.Peek(); raw != nil {
		return runs.ID(raw)
	}
	return nil
}

func (j *joiner) at(r row) string {
	if r.file < 0 || r.file >= len(j.unit.Parts) {
		return ""
	}
	return locator(j.unit.Parts[r.file].Name, r.number)
}

// shipment says of a series what its rows say. A supplier is named where all
// items name the same one: which of several goods is whose is not said.
func (j *joiner) shipment(id string, r row, names, brands []string, from string) (*record.Shipment, error) {
	c := r.cells
	arrived, basis, err := manifest.Arrived(date, c[mArrived], c[mEntered]) // the day of the declaration is near it
	if err != nil {
		return nil, err
	}
	where := j.at(r)
	if from != "" {
		where += " " + from
	}
	office, _, _ := strings.Cut(id, "-")
	s := &record.Shipment{
		ID: manifest.ID(j.unit, "sunat", arrived, id), Flow: "import", Reporter: "PE",
		Mode: modes[c[mMode]], Arrived: arrived, ArrivedBasis: basis, OriginCountry: country(c[mOrigin]),
		Lading: port(c[mPort]), Unlading: &record.Place{Port: offices[office], Country: "PE"},
		WeightKg: manifest.Number(c[mWeight]), Origin: j.unit.At(where),
	}
	if c[mName] != "" {
		s.Consignee = &record.Trader{Name: c[mName], Country: "PE"}
	}
	switch len(names) {
	case 0:
	case 1:
		s.Shipper = &record.Trader{Name: names[0]}
	default:
		j.several++
	}
	g := record.Good{
		Description: description(c[mGoods : mGoods+5]), HS: heading(c[mHS]), Quantity: manifest.Number(c[mQuantity]),
		ValueUSD: cents(manifest.Number(c[mFOB]) + manifest.Number(c[mFreight]) + manifest.Number(c[mSafe])),
	}
	g.HSInText = manifest.HSInText(g.Description)
	if g.Quantity > 0 {
		g.Unit = c[mUnit]
	}
	if len(brands) == 1 {
		g.Brand = brands[0]
	}
	if g != (record.Good{}) {
		s.Goods = []record.Good{g}
	}
	return s, nil
}

// description joins the five texts of the goods, leaving out what repeats.
func description(texts []string) string {
	var out []string
	for _, t := range texts {
		out = add(out, t)
	}
	return strings.Join(out, " ")
}

// heading is the national code of ten digits, whose first nought a column of
// numbers has lost.
func heading(s string) string {
	hs := manifest.HS(s)
	if len(hs) == 9 {
		hs = "0" + hs
	}
	return hs
}

// cents keeps what the document has: sums of decimals have more digits.
func cents(n float64) float64 { return float64(int64(n*1000+0.5)) / 1000 }

// date reads a day: 2023-05-11 as dBase's dates come, or the digits of one.
func date(s string) (record.Date, error) {
	layout := time.DateOnly
	if len(s) == 8 && !strings.Contains(s, "-") {
		layout = "20060102"
	}
	if strings.Trim(s, "0") == "" {
		return "", nil
	}
	return record.ParseDate(layout, s)
}

// country is a cell's country: a code, or now and then a name.
func country(s string) string {
	if code, ok := places.Country(s); ok {
		return code
	}
	return ""
}

// port is a port by its UN/LOCODE, whose first two letters are its country's.
func port(s string) *record.Place {
	switch {
	case s == "":
		return nil
	case len(s) == 5:
		return &record.Place{Port: s, Country: manifest.Country(s[:2])}
	}
	return &record.Place{Port: s}
}

// modes are the ways of transport by SUNAT's numbers.
var modes = map[string]string{"1": "sea", "4": "air", "6": "rail", "7": "road", "8": "other"}

// offices are the customs houses at ports and borders, by SUNAT's numbers.
var offices = map[string]string{
	"019": "Tumbes", "046": "Paita", "055": "Chiclayo", "082": "Salaverry", "091": "Chimbote", "118": "Callao",
	"127": "Pisco", "145": "Mollendo", "154": "Arequipa", "163": "Ilo", "172": "Tacna", "181": "Puno", "190": "Cusco",
	"217": "Pucallpa", "226": "Iquitos", "235": "Callao, airport", "262": "Desaguadero",
}
