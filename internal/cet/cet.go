// Package cet says which critical and emerging technologies (CET) a patent
// falls under, by its classification codes and its words. Start with [Load]
// and call [List.Classify] for each patent.
//
// The codes are read on the scheme tree: a rule for a symbol holds for all
// that stands under it, and of two rules of one target the nearer one decides.
// The words of title, abstract and first claim are looked up in a lexicon of
// stemmed phrases. A linear model is asked beside these two. What they say is
// weighed for each area by a fusion that internal/cet/train fits to patents
// labelled by hand; docs/cet.md says how exact the whole is.
package cet

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/internal/cet/linear"
	"github.com/tripoint-data/tripoint/record"
)

// List is an edition of the CET list with what speaks for each area and
// subfield. It does not change after Load and serves many goroutines.
type List struct {
	edition string
	method  string
	targets []target
	byID    map[string]int
	areas   []int
	scheme  *scheme
	codes   map[string][]codeRule
	former  map[string][]former // by class
	glosses map[string]string
	lexicon *lexicon
	weights weights
	model   *linear.Model
	judge   judge
	within  within
}

// target is an area or subfield.
type target struct {
	id, name  string
	area      int // its area; an area's own index
	subfields []int
	becomes   []string
	was       []string
	loose     bool // the rules of what it became are too wide for it
}

// codeRule is one target's rule for a symbol.
type codeRule struct {
	target int
	grade  grade
}

// Load reads an edition, its map, its scheme and what was trained for it from
// fsys, which config/cet.FS gives. Everything in the files must be understood.
func Load(fsys fs.FS, edition string) (*List, error) {
	hash := sha256.New()
	l, base, err := loadRules(fsys, edition, hash)
	if err == nil {
		err = l.addModel(fsys, base, hash)
	}
	if err != nil {
		return nil, fmt.Errorf("cet: edition %s: %w", edition, err)
	}
	l.method = "cet-" + edition + "/" + hex.EncodeToString(hash.Sum(nil)[:6])
	return l, nil
}

// LoadRules reads an edition without what was trained for it: for training.
// Such a list has signals and no tags.
func LoadRules(fsys fs.FS, edition string) (*List, error) {
	l, _, err := loadRules(fsys, edition, sha256.New())
	if err != nil {
		return nil, fmt.Errorf("cet: edition %s: %w", edition, err)
	}
	return l, nil
}

// loadRules returns the list, and the edition whose rules it takes over.
func loadRules(fsys fs.FS, name string, hash io.Writer) (*List, string, error) {
	if !plain(name) {
		return nil, "", errors.New("want the name of an edition, such as 2024")
	}
	var e edition
	text, err := load(fsys, name+".yaml", &e)
	if err != nil {
		return nil, "", err
	}
	if _, err := hash.Write(text); err != nil {
		return nil, "", err
	}
	l := &List{edition: name, byID: map[string]int{}, codes: map[string][]codeRule{}, former: map[string][]former{}, glosses: map[string]string{}, lexicon: newLexicon()}
	if err := l.addEdition(&e); err != nil {
		return nil, "", fmt.Errorf("%s.yaml: %w", name, err)
	}
	var own, base ruleset
	if err := l.readRules(fsys, name, &own, hash); err != nil {
		return nil, "", err
	}
	first := &own
	if own.Base != "" {
		if err := l.readRules(fsys, own.Base, &base, hash); err != nil {
			return nil, "", err
		}
		if base.Base != "" {
			return nil, "", fmt.Errorf("map-%s.yaml has a base of its own: take the rules of an edition that has none", own.Base)
		}
		first = &base
	}
	levels, err := fs.ReadFile(fsys, first.Scheme)
	if err != nil {
		return nil, "", fmt.Errorf("scheme: %w", err)
	}
	if _, err := hash.Write(levels); err != nil {
		return nil, "", err
	}
	if l.scheme, err = readScheme(bytes.NewReader(levels)); err != nil {
		return nil, "", err
	}
	l.weights = first.Weights
	if err := l.weights.check(); err != nil {
		return nil, "", err
	}
	if own.Base != "" {
		if err := l.addRules(&base, l.heirs); err != nil {
			return nil, "", fmt.Errorf("map-%s.yaml: %w", own.Base, err)
		}
	}
	if err := l.addRules(&own, l.named); err != nil {
		return nil, "", fmt.Errorf("map-%s.yaml: %w", name, err)
	}
	l.lexicon.words.settle()
	return l, first.Edition, nil
}

func (l *List) readRules(fsys fs.FS, name string, r *ruleset, hash io.Writer) error {
	text, err := load(fsys, "map-"+name+".yaml", r)
	if err != nil {
		return err
	}
	if r.Edition != name {
		return fmt.Errorf("map-%s.yaml is for edition %q", name, r.Edition)
	}
	_, err = hash.Write(text)
	return err
}

func (l *List) addEdition(e *edition) error {
	if e.Edition != l.edition {
		return fmt.Errorf("holds edition %q", e.Edition)
	}
	add := func(t target) error {
		if t.id == "" || t.name == "" {
			return fmt.Errorf("%q: an id and a name are wanted", t.id+t.name)
		}
		if _, ok := l.byID[t.id]; ok {
			return fmt.Errorf("%s stands here twice", t.id)
		}
		l.byID[t.id] = len(l.targets)
		l.targets = append(l.targets, t)
		return nil
	}
	for _, a := range e.Areas {
		at := len(l.targets)
		l.areas = append(l.areas, at)
		if err := add(target{id: a.ID, name: a.Name, area: at, becomes: a.Becomes, was: a.Was, loose: a.Loose}); err != nil {
			return err
		}
		for _, s := range a.Subfields {
			l.targets[at].subfields = append(l.targets[at].subfields, len(l.targets))
			if err := add(target{id: s.ID, name: s.Name, area: at, becomes: s.Becomes, loose: s.Loose}); err != nil {
				return err
			}
		}
	}
	return nil
}

// named finds a target of this edition by its id.
func (l *List) named(id string) []int {
	if t, ok := l.byID[id]; ok {
		return []int{t}
	}
	return nil
}

// heirs gives, for an id of the edition whose rules are taken over, the targets
// here that take them over.
func (l *List) heirs(id string) []int {
	heirs := []int{}
	for i, t := range l.targets {
		if !t.loose && slices.Contains(t.becomes, id) || slices.Contains(t.was, id) || slices.Contains(t.was, areaOf(id)) {
			heirs = append(heirs, i)
		}
	}
	return heirs
}

// plain says whether a name is of small letters and digits.
func plain(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// addRules enters a map's rules for the targets that an id stands for here;
// nil says that the id is not known.
func (l *List) addRules(r *ruleset, targets func(id string) []int) error {
	for _, r := range r.Rules {
		to := targets(r.For)
		if to == nil {
			return fmt.Errorf("%s is no area or subfield", r.For)
		}
		for _, t := range to {
			if err := l.addRule(r, t); err != nil {
				return fmt.Errorf("%s: %w", r.For, err)
			}
		}
	}
	for code, gloss := range r.Glosses {
		symbol, ok := ruleSymbol(code)
		if class, _, err := parseFormer(strings.TrimPrefix(code, "US")); err == nil {
			symbol, ok = "US"+class, true
		}
		if !ok {
			return fmt.Errorf("glosses: %q is no symbol", code)
		}
		l.glosses[symbol] = gloss
	}
	return nil
}

func (l *List) addRule(r rule, t int) error {
	for _, c := range r.Codes {
		symbol, ok := ruleSymbol(c.Code)
		if !ok {
			return fmt.Errorf("%q is no symbol", c.Code)
		}
		l.addCode(symbol, codeRule{t, c.Weight})
	}
	for _, s := range r.USPC {
		if err := l.addFormer(s, codeRule{t, legacy}); err != nil {
			return err
		}
	}
	for _, s := range r.WeakUSPC {
		if err := l.addFormer(s, codeRule{t, weak}); err != nil {
			return err
		}
	}
	for _, p := range []struct {
		phrases []string
		owner   owner
	}{
		{r.Phrases, owner{target: t, grade: strong}},
		{r.TitlePhrases, owner{target: t, grade: entitled}},
		{r.WeakPhrases, owner{target: t, grade: weak}},
		{r.Negatives, owner{target: t, negative: true}},
	} {
		for _, text := range p.phrases {
			if !l.lexicon.add(text, p.owner) {
				return fmt.Errorf("phrase %q has no words", text)
			}
		}
	}
	return nil
}

// addCode enters a rule for a symbol. Where two rules of the base fell
// together, the stronger stands.
func (l *List) addCode(symbol string, r codeRule) {
	at := slices.IndexFunc(l.codes[symbol], func(k codeRule) bool { return k.target == r.target })
	if at < 0 {
		l.codes[symbol] = append(l.codes[symbol], r)
		return
	}
	old := &l.codes[symbol][at]
	old.grade = max(old.grade, r.grade)
}

// ruleSymbol reads a symbol as a map writes it, where a main group may stand
// without its /00.
func ruleSymbol(s string) (string, bool) {
	if canonical(s) {
		return s, true
	}
	if canonical(s + "/00") {
		return s + "/00", true
	}
	return record.Symbol(s)
}

// Edition names the edition: 2024.
func (l *List) Edition() string { return l.edition }

// Method names the edition with the hash of its tables: two lists of one
// method tag alike.
func (l *List) Method() string { return l.method }

// Areas lists the ids of the areas in the edition's order.
func (l *List) Areas() []string { return l.ids(l.areas) }

// Subfields lists the ids of an area's subfields in the edition's order.
func (l *List) Subfields(area string) []string {
	t, ok := l.byID[area]
	if !ok {
		return nil
	}
	return l.ids(l.targets[t].subfields)
}

func (l *List) ids(targets []int) []string {
	ids := make([]string, len(targets))
	for i, t := range targets {
		ids[i] = l.targets[t].id
	}
	return ids
}

// Name returns the name of an area or subfield for screens; "" for an id that
// the edition lacks.
func (l *List) Name(id string) string {
	if t, ok := l.byID[id]; ok {
		return l.targets[t].name
	}
	return ""
}

// Was lists the ids of the edition whose rules are taken over that an area is
// made of, where it says so.
func (l *List) Was(id string) []string {
	if t, ok := l.byID[id]; ok {
		return slices.Clone(l.targets[t].was)
	}
	return nil
}

// Becomes lists the ids of the next edition that an area or subfield went
// into; nothing for the newest edition.
func (l *List) Becomes(id string) []string {
	if t, ok := l.byID[id]; ok {
		return slices.Clone(l.targets[t].becomes)
	}
	return nil
}
