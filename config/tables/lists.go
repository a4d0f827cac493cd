package tables

import (
	_ "embed"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
)

// List is one screening list and what it means.
type List struct {
	Code        string     `yaml:"code" json:"code"` // US-BIS-EL
	Title       string     `yaml:"title" json:"title"`
	Short       string     `yaml:"short" json:"short"` // for screens: Entity List
	Publisher   string     `yaml:"publisher" json:"publisher"`
	Authority   string     `yaml:"authority" json:"authority"`
	Cite        string     `yaml:"cite" json:"cite,omitempty"` // the authority in a few words, for screens
	Country     string     `yaml:"country" json:"country"`     // ISO 3166-1 alpha-2, or UN, EU, XX
	URL         string     `yaml:"url" json:"url"`
	CSL         []string   `yaml:"csl" json:"csl,omitempty"`             // its names in the CSL's field "source"
	Effect      string     `yaml:"effect" json:"effect"`                 // one of Effects
	EffectText  string     `yaml:"effect_text" json:"effect_text"`       // the effect in a few words
	Direction   string     `yaml:"direction" json:"direction"`           // one of Directions
	Ownership   *Ownership `yaml:"ownership" json:"ownership,omitempty"` // nil: the publisher states none
	Dates       string     `yaml:"dates" json:"dates"`                   // what the dates of an entry mean
	Exhaustive  bool       `yaml:"exhaustive" json:"exhaustive"`         // only named parties are concerned
	PermanentID bool       `yaml:"permanent_id" json:"permanent_id"`     // the publisher's ids never change
	IDPrefix    string     `yaml:"id_prefix" json:"id_prefix,omitempty"`
}

// Ownership is what a publisher says of companies that a listed party owns.
// It is text for readers: nothing is reckoned from it.
type Ownership struct {
	Text          string `yaml:"text" json:"text"`
	From          string `yaml:"from" json:"from,omitempty"` // ISO dates
	SuspendedFrom string `yaml:"suspended_from" json:"suspended_from,omitempty"`
	SuspendedTo   string `yaml:"suspended_to" json:"suspended_to,omitempty"`
	Source        string `yaml:"source" json:"source"`
}

// The words that lists.yaml may use.
var (
	effects    = []string{"licence", "blocking", "securities", "import", "procurement", "equipment authorisation", "denial", "due diligence"}
	directions = []string{"exports_to", "all_dealings", "securities", "imports_from", "procurement_from", "authorisation_of", "none"}
)

// Effects returns the kinds of effect that a list can have.
func Effects() []string { return slices.Clone(effects) }

// Directions returns what an effect can bear on.
func Directions() []string { return slices.Clone(directions) }

//go:embed lists.yaml
var listsYAML []byte

type listTable struct {
	lists  []List
	byCode map[string]*List
	byCSL  map[string]*List
}

var loadLists = sync.OnceValues(func() (*listTable, error) {
	t := &listTable{byCode: map[string]*List{}, byCSL: map[string]*List{}}
	if err := yaml.Load(listsYAML, &t.lists, yaml.WithKnownFields()); err != nil {
		return t, fmt.Errorf("lists.yaml: %w", err)
	}
	for i := range t.lists {
		l := &t.lists[i]
		t.byCode[l.Code] = l
		for _, s := range l.CSL {
			t.byCSL[cslKey(s)] = l
		}
	}
	return t, nil
})

// lists returns the table. A test keeps the embedded file free of faults, so
// that no caller has to handle one.
func lists() *listTable {
	t, _ := loadLists()
	return t
}

// Lists returns all lists in the table's order.
func Lists() []List { return slices.Clone(lists().lists) }

// ListByCode returns the list of a code (US-BIS-EL). What is said of XX-OWN
// holds for each list of the user's own (XX-OWN-NORTH-PARTIES).
func ListByCode(code string) (List, bool) {
	if !ownList.MatchString(code) {
		return deref(lists().byCode[code])
	}
	l, ok := deref(lists().byCode["XX-OWN"])
	l.Code = code
	return l, ok
}

var ownList = regexp.MustCompile(`^XX-OWN(-[A-Z0-9]+)*$`)

// OwnList says whether a code is that of a list of the user's own.
func OwnList(code string) bool { return ownList.MatchString(code) }

// ListByCSLSource returns the list that the Consolidated Screening List calls
// by a name, for example "Entity List (EL) - Bureau of Industry and Security".
// Case and blanks do not matter.
func ListByCSLSource(source string) (List, bool) { return deref(lists().byCSL[cslKey(source)]) }

// ListCodes returns the codes of all lists, sorted.
func ListCodes() []string { return slices.Sorted(maps.Keys(lists().byCode)) }

func cslKey(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

func deref(l *List) (List, bool) {
	if l == nil {
		return List{}, false
	}
	return *l, true
}
