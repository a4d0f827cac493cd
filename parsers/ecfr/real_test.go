package ecfr_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tripoint-data/tripoint/parsers/ecfr"
	"github.com/tripoint-data/tripoint/parsers/parsertest"
	"github.com/tripoint-data/tripoint/record"
)

// reading is somebody's reading of a supplement, as a real file.
type reading struct {
	Name, Country, Address string
	Aliases                []string
	Notice                 string `json:"federal_register"`
	Requirement            string `json:"notes"`
}

func readings(t *testing.T, name string) []reading {
	t.Helper()
	root := os.Getenv("TRIPOINT_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	b, err := os.ReadFile(filepath.Join(root, "data", "lists", "regulator-json", name))
	if err != nil {
		t.Skipf("the real file %s is not here: %v", name, err)
	}
	var doc struct{ Entities []reading }
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Entities
}

var words = []string{"", "one alias", "two aliases", "three aliases", "four aliases", "five aliases"}

// cell writes an entity as the supplement does: its other names on lines of
// their own, or all in one line.
func (r reading) cell(lines bool) string {
	end := "\n"
	if !lines {
		end = " "
	}
	stop := func(s string) string { return strings.TrimSuffix(s, ".") + "." }
	if len(r.Aliases) == 0 {
		return r.Name + ", " + r.Address
	}
	count := fmt.Sprintf("%d aliases", len(r.Aliases))
	if len(r.Aliases) < len(words) {
		count = words[len(r.Aliases)]
	}
	text := r.Name + ", a.k.a., the following " + count + ":"
	for i, a := range r.Aliases {
		switch len(r.Aliases) - i {
		case 1:
			text += end + "—" + stop(a)
		case 2:
			text += end + "—" + a + "; and"
		default:
			text += end + "—" + a + ";"
		}
	}
	return text + end + r.Address
}

// damaged says that the reading itself has run name, names and address
// together.
func (r reading) damaged() bool {
	all := r.Name + strings.Join(r.Aliases, "\n")
	return r.Address == "" || strings.Contains(r.Address, "alias:") || strings.Contains(all, ".k.a") || strings.Contains(all, ";") || strings.ContainsAny(r.Name, "()") && strings.Count(r.Name, "(") != strings.Count(r.Name, ")") ||
		slices.ContainsFunc(r.Aliases, func(a string) bool { return strings.Contains(a, ", China") || strings.Contains(a, ", Russia") })
}

func supplement(number string, rows []string) string {
	return `<DIV5 N="744" TYPE="PART"><DIV9 N="Supplement No. ` + number + ` to Part 744" TYPE="APPENDIX"><TABLE>` + strings.Join(rows, "\n") + `</TABLE></DIV9></DIV5>`
}

func escaped(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		panic(err)
	}
	return strings.ReplaceAll(b.String(), "&#xA;", "<br/>")
}

// What a reading of the real lists knows is written as the supplements write
// it and read again: names, other names and addresses come back. Where an
// address follows the last name in its line, more stays in doubt.
func TestRealLists(t *testing.T) {
	for _, tt := range []struct {
		file, supplement string
		lines            bool
		names, others    int // of a hundred
	}{
		{"bis_entity_list.json", "4", true, 99, 99},
		{"bis_entity_list.json", "4", false, 99, 97},
		{"bis_meu.json", "7", true, 97, 100},
	} {
		var rows []string
		var want []reading
		for _, r := range readings(t, tt.file) {
			if r.damaged() {
				continue
			}
			want = append(want, r)
			rows = append(rows, r.row(tt.supplement, tt.lines))
		}
		got, doubts := readBack(t, supplement(tt.supplement, rows))
		if len(got) != len(want) {
			t.Fatalf("%s: %d parties of %d rows", tt.file, len(got), len(want))
		}
		names, others, places, wrong := 0, 0, 0, 0
		for i, w := range want {
			g := got[i]
			switch {
			case same(g.Name, w.Name):
				names++
			case g.Addresses != nil:
				wrong++
			}
			if w.otherNames(g) {
				others++
			}
			if len(g.Addresses) > 0 && strings.HasPrefix(w.Address, g.Addresses[0].Text) {
				places++
			}
		}
		n := len(want)
		t.Logf("%s, lines %v: of %d rows %d names, %d with all other names, %d first addresses; %d in doubt, %d wrong", tt.file, tt.lines, n, names, others, places, doubts, wrong)
		if names*100 < n*tt.names || others*100 < n*tt.others || places*100 < n*94 || wrong*200 > n {
			t.Errorf("%s, lines %v: too few come back", tt.file, tt.lines)
		}
	}
}

// row is the row of a party in a supplement's table.
func (r reading) row(supplement string, lines bool) string {
	cells := []string{strings.ToUpper(r.Country), r.cell(lines), r.Requirement, "Presumption of denial.", r.Notice}
	if supplement == "7" {
		cells = []string{cells[0], cells[1], cells[4]}
	}
	for i, c := range cells {
		cells[i] = escaped(c)
	}
	return "<TR><TD>" + strings.Join(cells, "</TD><TD>") + "</TD></TR>"
}

// readBack returns the parties of a supplement and the number of problems.
func readBack(t *testing.T, text string) (parties []*record.Party, problems int) {
	t.Helper()
	parse, err := ecfr.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range parse(t.Context(), parsertest.Unit(parsertest.Part("part744.xml", []byte(text)))) {
		if err != nil {
			problems++
			continue
		}
		parties = append(parties, r.(*record.Party))
	}
	return parties, problems
}

func same(a, b string) bool {
	return strings.TrimRight(a, ". ") == strings.TrimRight(strings.Join(strings.Fields(b), " "), ". ")
}

func (r reading) otherNames(g *record.Party) bool {
	p := record.Party{Name: g.Name}
	for _, a := range r.Aliases {
		p.AddAlias(record.Alias{Name: strings.TrimRight(strings.Join(strings.Fields(a), " "), ".,;: ")})
	}
	if len(p.Aliases) != len(g.Aliases) {
		return false
	}
	for i, a := range p.Aliases {
		if strings.TrimRight(g.Aliases[i].Name, ".,;: ") != a.Name {
			return false
		}
	}
	return true
}

// shape writes what was read of a cell in one line.
func shape(r record.Record) string {
	p := r.(*record.Party)
	var names, places []string
	for _, a := range p.Aliases {
		names = append(names, a.Kind+" "+a.Name)
	}
	for _, a := range p.Addresses {
		places = append(places, a.Text+" "+a.Country)
	}
	s := p.Name + " | " + strings.Join(names, ", ") + " | " + strings.Join(places, "; ") + " | " + p.Remarks
	return strings.TrimSpace(strings.Join(strings.Fields(s), " "))
}
