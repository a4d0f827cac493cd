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

// What a reading of the real list knows is written as the supplement writes
// it and read again: names, other names and addresses come back.
func TestRealEntityList(t *testing.T) {
	all := readings(t, "bis_entity_list.json")
	for _, lines := range []bool{true, false} {
		var rows []string
		var want []reading
		for _, r := range all {
			if r.damaged() {
				continue
			}
			want = append(want, r)
			rows = append(rows, fmt.Sprintf("<TR><TD>%s</TD><TD>%s</TD><TD>%s</TD><TD>Presumption of denial.</TD><TD>%s</TD></TR>",
				escaped(strings.ToUpper(r.Country)), escaped(r.cell(lines)), escaped(r.Requirement), escaped(r.Notice)))
		}
		parse, err := ecfr.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []*record.Party
		doubts := 0
		for r, err := range parse(t.Context(), parsertest.Unit(parsertest.Part("part744.xml", []byte(supplement("4", rows))))) {
			if err != nil {
				doubts++
				if os.Getenv("SHOW") != "" {
					fmt.Println(err)
				}
				continue
			}
			got = append(got, r.(*record.Party))
		}
		if len(got) != len(want) {
			t.Fatalf("%d parties of %d rows", len(got), len(want))
		}
		names, others, places, wrong := 0, 0, 0, 0
		for i, w := range want {
			g := got[i]
			same := func(a, b string) bool {
				return strings.TrimRight(a, ". ") == strings.TrimRight(strings.Join(strings.Fields(b), " "), ". ")
			}
			ok := same(g.Name, w.Name)
			if ok {
				names++
			}
			if w.otherNames(g) {
				others++
			}
			if len(g.Addresses) > 0 && strings.HasPrefix(w.Address, g.Addresses[0].Text) {
				places++
			}
			if !ok && g.Addresses != nil {
				wrong++
			}
			if os.Getenv("SHOW") != "" && (!ok || !w.otherNames(g)) {
				fmt.Printf("WANT %q %q | %q\n GOT %q %q | %v\n", w.Name, w.Aliases, w.Address, g.Name, g.Aliases, g.Addresses)
			}
		}
		t.Logf("lines %v: of %d rows %d names, %d with all other names, %d first addresses; %d in doubt, %d wrong", lines, len(want), names, others, places, doubts, wrong)
		n := len(want)
		if names < n*99/100 || others < n*95/100 || places < n*94/100 || wrong > n/200 {
			t.Errorf("lines %v: too few come back", lines)
		}
	}
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
