package cet

import (
	"fmt"
	"io/fs"
	"strings"

	"go.yaml.in/yaml/v4"
)

// edition is an edition file, 2024.yaml.
type edition struct {
	Edition   string   `yaml:"edition"`
	Title     string   `yaml:"title"`
	Authority string   `yaml:"authority"`
	Published string   `yaml:"published"`
	Verified  verified `yaml:"verified"`
	Sources   []string `yaml:"sources"`
	Notes     string   `yaml:"notes"`
	Areas     []area   `yaml:"areas"`
}

// verified says how the wording of each level was checked: official, press
// (seen verbatim in others' accounts), copy (a third party's copy) or recalled.
type verified struct {
	Areas     string `yaml:"areas"`
	Subfields string `yaml:"subfields"`
}

type area struct {
	ID        string     `yaml:"id"`
	Name      string     `yaml:"name"`
	Becomes   []string   `yaml:"becomes"` // areas or subfields of the next edition
	Was       []string   `yaml:"was"`     // areas, with all that is in them, or subfields of the edition whose rules are taken over
	Loose     bool       `yaml:"loose"`   // the successor is wider: its rules are not taken over
	Subfields []subfield `yaml:"subfields"`
}

type subfield struct {
	ID      string   `yaml:"id"`
	Name    string   `yaml:"name"`
	Becomes []string `yaml:"becomes"`
	Loose   bool     `yaml:"loose"`
}

// ruleset is a map file, map-2024.yaml: what speaks for each target.
type ruleset struct {
	Edition string            `yaml:"edition"`
	Base    string            `yaml:"base"`   // another edition, whose rules are taken over by the crosswalk
	Scheme  string            `yaml:"scheme"` // the levels file
	Notes   string            `yaml:"notes"`
	Weights weights           `yaml:"weights"`
	Rules   []rule            `yaml:"rules"`
	Glosses map[string]string `yaml:"glosses"` // of codes, in our words
}

// rule is what speaks for one area or subfield.
type rule struct {
	For          string   `yaml:"for"`
	Codes        []code   `yaml:"codes"`
	USPC         []string `yaml:"uspc"`      // classes of the former US scheme, weighed as legacy symbols: 706, 382/115-127
	WeakUSPC     []string `yaml:"weak_uspc"` // the same, as weak symbols
	Phrases      []string `yaml:"phrases"`
	TitlePhrases []string `yaml:"title_phrases"` // name the subject where the title has them, elsewhere maybe only the setting
	WeakPhrases  []string `yaml:"weak_phrases"`
	Negatives    []string `yaml:"negatives"` // hide their words from this target's phrases; an area's bind its subfields
}

// code is a symbol that speaks, with all that stands under it.
type code struct {
	Code    string `yaml:"code"`
	Weight  grade  `yaml:"weight"`
	Checked string `yaml:"checked"` // ipc: in the scheme; cpc_only: extends a symbol of it; unverified
}

// grade is how strongly a code or phrase speaks.
type grade uint8

const (
	none     grade = iota // takes a finer code out of a broader rule
	weak                  // never tags alone, however often
	legacy                // withdrawn from the scheme, borne by older documents
	entitled              // of a phrase: strong in the title, weak elsewhere
	strong
)

var gradeNames = map[string]grade{"none": none, "weak": weak, "legacy": legacy, "strong": strong}

// UnmarshalText reads a grade's name.
func (g *grade) UnmarshalText(b []byte) error {
	v, ok := gradeNames[string(b)]
	if !ok {
		return fmt.Errorf("%q is no weight: write strong, weak, legacy or none", b)
	}
	*g = v
	return nil
}

// weights are the numbers of the fusion. Each piece of evidence is read as the
// chance that it alone would be right.
type weights struct {
	Code struct {
		Strong     float64 `yaml:"strong"`
		Legacy     float64 `yaml:"legacy"`
		Weak       float64 `yaml:"weak"`
		First      float64 `yaml:"first"`      // a first symbol's weight is raised by this share of what it lacks
		Additional float64 `yaml:"additional"` // an additional symbol's weight is multiplied by this
		Late       float64 `yaml:"late"`       // an inventive symbol far down the list is multiplied by this
		LateFrom   int     `yaml:"late_from"`  // symbols that stand before such a one
		CapWeak    float64 `yaml:"cap_weak"`   // all weak symbols together
		Cap        float64 `yaml:"cap"`        // all symbols together
	} `yaml:"code"`
	Phrase struct {
		Strong     float64 `yaml:"strong"` // once in a field that counts once
		Long       float64 `yaml:"long"`   // the same for a phrase of three words or more
		Weak       float64 `yaml:"weak"`
		Title      float64 `yaml:"title"`
		Abstract   float64 `yaml:"abstract"`
		FirstClaim float64 `yaml:"first_claim"`
		CapWeak    float64 `yaml:"cap_weak"`
		Cap        float64 `yaml:"cap"`
	} `yaml:"phrase"`
}

func (w *weights) check() error {
	for name, v := range map[string]float64{
		"code.strong": w.Code.Strong, "code.legacy": w.Code.Legacy, "code.weak": w.Code.Weak, "code.additional": w.Code.Additional, "code.late": w.Code.Late,
		"code.cap_weak": w.Code.CapWeak, "code.cap": w.Code.Cap, "phrase.strong": w.Phrase.Strong, "phrase.long": w.Phrase.Long, "phrase.weak": w.Phrase.Weak,
		"phrase.cap_weak": w.Phrase.CapWeak, "phrase.cap": w.Phrase.Cap,
	} {
		if !(v > 0 && v < 1) {
			return fmt.Errorf("weights.%s is %v: want a number between 0 and 1", name, v)
		}
	}
	if !(w.Code.First >= 0 && w.Code.First < 1) {
		return fmt.Errorf("weights.code.first is %v: want 0 or more and less than 1", w.Code.First)
	}
	return nil
}

// load reads a YAML file strictly and returns its bytes.
func load(fsys fs.FS, name string, into any) ([]byte, error) {
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	if err := yaml.Load(text, into, yaml.WithKnownFields()); err != nil {
		return nil, fmt.Errorf("%s: %s", name, strings.ReplaceAll(strings.TrimPrefix(err.Error(), "yaml: "), "\n", " "))
	}
	return text, nil
}
