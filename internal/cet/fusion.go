package cet

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"

	"github.com/tripoint-data/tripoint/internal/cet/linear"
	"github.com/tripoint-data/tripoint/record"
)

// SignalNames names what is known of a patent and an area before it is judged,
// in the order of [Signals].
var SignalNames = []string{
	"code", "codes", "weak_codes", "title_phrases", "text_phrases", "weak_phrases", "share", "first",
	"margin", "margin_alone", "no_codes", "no_text", "rival_codes", "rival_margin", "code_and_phrase", "no_words", "title_share",
}

// Signals are the numbers that an area is judged by. Each is a sum of what the
// witnesses of a kind weigh, or a share; the margins are the model's.
type Signals [17]float64

// fusion is a fusion file, model-2024.yaml: what training found. It is written
// by internal/cet/train and read by nobody else.
type fusion struct {
	Edition string             `yaml:"edition"`
	Weights string             `yaml:"weights"` // the file of the linear model
	Hash    string             `yaml:"hash"`    // its SHA-256
	Trained map[string]string  `yaml:"trained"` // recipe, seed, corpora with their hash, examples
	Area    map[string]float64 `yaml:"area"`    // what each signal adds to the log odds of an area
	Own     map[string]Own     `yaml:"own"`     // what is an area's own
	Score   struct {
		Slope float64 `yaml:"slope"` // brings log odds to those that unseen patents showed
		Bias  float64 `yaml:"bias"`
	} `yaml:"score"`
	Subfield within `yaml:"subfield"`
}

// unheard are the log odds of an area that nothing strong speaks for.
const unheard = -4

// Own is what an area adds to the common weights: codes and phrases speak more
// plainly for some than for others.
type Own struct {
	Bias      float64 `yaml:"bias"`
	Code      float64 `yaml:"code"`
	Phrase    float64 `yaml:"phrase"`
	Threshold float64 `yaml:"threshold"` // the chance from which it is tagged
	// Rules are the rules that were right more or less often than their kind:
	// by the symbol, or the phrase of a title, what each adds where it speaks.
	Rules map[string]float64 `yaml:"rules"`
}

// Odds are the log odds of an area, given its signals and the rules that
// speak. Weak codes and phrases only strengthen what something else has said.
func Odds(common *Signals, own *Own, s *Signals, heard []string) float64 {
	if s[0] == 0 && s[3]+s[4] == 0 && s[8] <= 0 {
		return unheard
	}
	z := own.Bias + own.Code*s[0] + own.Phrase*(s[3]+s[4])
	for i, w := range common {
		z += w * s[i]
	}
	for _, rule := range heard {
		z += own.Rules[rule]
	}
	return z
}

// judge says how sure a list is of an area, given its signals.
type judge struct {
	common Signals
	slope  float64
	bias   float64
	own    []Own   // by target; of areas only
	margin [][]int // of an area, the classes of the model that speak for it
}

// addModel reads what was trained for the edition whose rules are used.
func (l *List) addModel(fsys fs.FS, base string, hash io.Writer) error {
	var f fusion
	text, err := load(fsys, "model-"+base+".yaml", &f)
	if err != nil {
		return err
	}
	weights, err := fs.ReadFile(fsys, f.Weights)
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(weights); hex.EncodeToString(sum[:]) != f.Hash {
		return fmt.Errorf("%s is not what model-%s.yaml was trained with: train both anew", f.Weights, base)
	}
	if _, err := hash.Write(append(text, weights...)); err != nil {
		return err
	}
	m, err := linear.Read(weights)
	if err != nil {
		return fmt.Errorf("%s: %w", f.Weights, err)
	}
	l.SetModel(m)
	for i, name := range SignalNames {
		w, ok := f.Area[name]
		if !ok {
			return fmt.Errorf("model-%s.yaml: area.%s is missing", base, name)
		}
		l.judge.common[i] = w
	}
	l.within = f.Subfield
	l.judge.slope, l.judge.bias = f.Score.Slope, f.Score.Bias
	l.judge.own = make([]Own, len(l.targets))
	for _, a := range l.areas {
		own := Own{Rules: map[string]float64{}}
		n := float64(len(l.judge.margin[a]))
		if n == 0 {
			return fmt.Errorf("model-%s.yaml: no class speaks for %s", base, l.targets[a].id)
		}
		for _, c := range l.judge.margin[a] { // of several, the mean
			id := m.Classes()[c]
			o, ok := f.Own[id]
			if !ok || !(o.Threshold > 0 && o.Threshold < 1) {
				return fmt.Errorf("model-%s.yaml: own.%s is missing, or its threshold is not between 0 and 1", base, id)
			}
			own.Bias, own.Code, own.Phrase, own.Threshold = own.Bias+o.Bias/n, own.Code+o.Code/n, own.Phrase+o.Phrase/n, own.Threshold+o.Threshold/n
			for rule, v := range o.Rules {
				own.Rules[rule] += v / n
			}
		}
		l.judge.own[a] = own
	}
	return nil
}

// SetModel makes the list ask a model, or none: for training. An area asks the class of
// its own id, and those of what it became in the edition of the model.
func (l *List) SetModel(m *linear.Model) {
	l.model = m
	l.judge.margin = make([][]int, len(l.targets))
	if m == nil {
		return
	}
	for _, a := range l.areas {
		for c, class := range m.Classes() {
			speaks := class == l.targets[a].id
			for _, id := range l.heirsOf(a) {
				speaks = speaks || areaOf(id) == class
			}
			if speaks {
				l.judge.margin[a] = append(l.judge.margin[a], c)
			}
		}
	}
}

// heirsOf lists what an area became or was; where that is not said, what its
// subfields became.
func (l *List) heirsOf(area int) []string {
	all := slices.Concat(l.targets[area].becomes, l.targets[area].was)
	if len(all) == 0 {
		for _, s := range l.targets[area].subfields {
			all = append(all, l.targets[s].becomes...)
		}
	}
	return all
}

// areaOf is the area of an id.
func areaOf(id string) string {
	for i := range len(id) {
		if id[i] == '.' {
			return id[:i]
		}
	}
	return id
}

// weighed is what is known of one area.
type weighed struct {
	area     int
	signals  Signals
	heard    []string   // the rules that speak, each once; of the phrases those of the title
	evidence []evidence // sorted by target
}

// weigh gathers the evidence of each area that has any, and of each that the
// model speaks for.
func (l *List) weigh(p *record.Patent) ([]weighed, *saying) {
	symbols := l.symbols(p)
	all := l.readCodes(nil, symbols)
	all = l.readText(all, "title", p.Title, l.weights.Phrase.Title)
	all = l.readText(all, "abstract", p.Abstract, l.weights.Phrase.Abstract)
	all = l.readText(all, "first_claim", p.FirstClaim, l.weights.Phrase.FirstClaim)
	slices.SortStableFunc(all, func(a, b evidence) int { return a.target - b.target }) // areas precede their subfields
	says := &saying{list: l, patent: p, symbols: symbols}
	if l.model != nil {
		says.features = l.features(p, symbols)
		says.margins = l.model.Margins(says.features)
	}
	titled := 0
	for word := range words(p.Title) {
		if !dull(word) {
			titled++
		}
	}
	out := make([]weighed, 0, len(l.areas))
	for _, a := range l.areas {
		n := 0
		for n < len(all) && l.targets[all[n].target].area == a {
			n++
		}
		w := weighed{area: a, evidence: all[:n]}
		all = all[n:]
		margin := float64(least)
		if l.model != nil {
			for _, c := range l.judge.margin[a] {
				margin = max(margin, says.margins[c])
			}
		}
		once := heardOnce(w.evidence)
		w.heard = rules(once)
		w.signals = signals(once, len(symbols), titled, min(margin, 6))
		if p.Abstract+p.FirstClaim == "" {
			w.signals[11] = 1
			if p.Title == "" {
				w.signals[15] = 1
			}
		}
		out = append(out, w)
	}
	for i := range out {
		rival, margin := 0.0, float64(least)
		for j := range out {
			if i != j {
				rival, margin = max(rival, out[j].signals[1]), max(margin, out[j].signals[8])
			}
		}
		out[i].signals[12], out[i].signals[13] = rival, margin
	}
	return out, says
}

// least is what a margin counts at least: what a model has seen little of it
// refuses too firmly.
const least = -1.5

// rules names the rules of some evidence.
func rules(all []evidence) []string {
	var names []string
	for _, e := range all {
		name := e.rule
		if e.kind == byPhrase {
			if e.field != "title" {
				continue
			}
			name = e.what
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func signals(all []evidence, cited, titled int, margin float64) Signals {
	var s Signals
	spoke, said := 0.0, 0
	add := func(at int, e evidence, most float64) { s[at] = min(most, s[at]-math.Log(1-e.weight)) }
	for _, e := range all {
		switch {
		case e.kind == byCode && e.grade == weak:
			add(2, e, 2)
		case e.kind == byCode:
			s[0] = max(s[0], e.weight)
			add(1, e, 4)
			if spoke++; e.field == "cpc_additional" {
				spoke -= 0.5
			}
			if e.first {
				s[7] = 1
			}
		case e.grade == weak:
			add(5, e, 2)
		case e.field == "title":
			add(3, e, 3)
			said += e.words
		default:
			add(4, e, 3)
		}
	}
	if cited > 0 {
		s[6] = spoke / float64(cited)
	} else {
		s[9], s[10] = margin, 1
	}
	if titled > 0 {
		s[16] = min(1, float64(said)/float64(titled))
	}
	s[8] = margin
	if s[0] > 0 && s[3]+s[4] > 0 {
		s[14] = 1
	}
	return s
}

// Signals says what is known of a patent for each area, in the order of
// [List.Areas], and which rules speak: for training.
func (l *List) Signals(p *record.Patent) (all []Signals, heard [][]string) {
	weighed, _ := l.weigh(p)
	for _, w := range weighed {
		all, heard = append(all, w.signals), append(heard, w.heard)
	}
	return all, heard
}

// score is the chance that an area is right, given its log odds.
func (j *judge) score(odds float64) float64 { return Score(j.slope, j.bias, odds) }

// surest is the highest score: some hundred labels cannot show more.
const surest = 0.98

// Score is the chance that calibrated log odds stand for.
func Score(slope, bias, odds float64) float64 { return min(surest, chance(bias+slope*odds)) }

func chance(odds float64) float64 { return 1 / (1 + math.Exp(-odds)) }

func logit(p float64) float64 { return math.Log(p / (1 - p)) }
