package main

import (
	"cmp"
	"crypto/sha256"
	"maps"
	"slices"
	"strings"

	"github.com/tripoint-data/tripoint/internal/cet"
	"github.com/tripoint-data/tripoint/internal/cet/linear"
	"github.com/tripoint-data/tripoint/record"
)

const (
	folds = 5
	seed  = 20240212
	// handWeight is what a patent labelled by hand counts in the linear
	// model, beside the weakly labelled ones.
	handWeight = 4
	// ruleRidge draws what a rule adds of its own to nothing; a rule that
	// fewer than ruleLeast labelled patents show adds nothing.
	ruleRidge = 3
	ruleLeast = 4
)

var recipe = linear.Recipe{Seed: seed, Epochs: 4, Rate: 0.2, Decay: 2e-5, Rarest: 3}

type training struct {
	rules *cet.List
	areas []string
	weak  []linear.Example
	hand  []labelled
	docs  []linear.Example // of hand
	fold  []int

	seen   []read // of the cross-validation, for the last calibration
	fitted func(read) *fused
}

// prepare makes examples of the labelled patents and deals them into folds.
func (t *training) prepare() {
	for _, h := range t.hand {
		truth := make([]int8, len(t.areas))
		for a, id := range t.areas {
			truth[a] = -1
			if h.areas[id] {
				truth[a] = 1
			}
		}
		t.docs = append(t.docs, linear.Example{Doc: t.rules.Features(h.patent), Truth: truth, Weight: handWeight * float32(h.trust())})
		t.fold = append(t.fold, foldOf(h.patent))
	}
}

// model trains on the weak labels and on the hand labels that keep allows.
func (t *training) model(keep func(i int) bool) *linear.Model {
	examples := append([]linear.Example{}, t.weak...)
	if handWeight > 0 {
		for i := range t.docs {
			if keep(i) {
				examples = append(examples, t.docs[i])
			}
		}
	}
	return linear.Train(t.areas, examples, recipe)
}

// fused is what is fitted on top of the model.
type fused struct {
	area      cet.Signals
	own       []cet.Own
	threshold []float64
	within    []float64 // score, lead, area, alone, bias
	sure      []float64 // of a subfield: its area, itself within it, bias
	cut       float64   // of the chance within an area
	slope     float64   // of the calibration
	offset    float64
}

func (f *fused) odds(area int, r read) float64 {
	return cet.Odds(&f.area, &f.own[area], &r.signals[area], r.heard[area])
}

// score is the chance that log odds stand for, as patents showed that nothing
// of f had seen.
func (f *fused) score(odds float64) float64 { return cet.Score(f.slope, f.offset, odds) }

func (f *fused) inside(c cet.Candidate, odds float64) float64 {
	z := f.within[4]
	for i, v := range []float64{c.Score, c.Lead, odds, c.Alone} {
		z += f.within[i] * v
	}
	return chance(z)
}

// sureOf is the chance that a subfield is right.
func (f *fused) sureOf(s tagged) float64 {
	return chance(f.sure[0]*logit(f.score(s.odds)) + f.sure[1]*logit(s.inside) + f.sure[2])
}

// read is a labelled patent as a model sees that was not trained on it.
type read struct {
	*labelled
	signals    []cet.Signals
	heard      [][]string
	candidates [][]cet.Candidate
}

// readAll reads the labelled patents that want allows, each with the model of
// the fold that it stands in; without models, one for all.
func (t *training) readAll(want func(i int) bool, model func(i int) *linear.Model, change func(*record.Patent) *record.Patent) []read {
	byModel := map[*linear.Model][]int{}
	for i := range t.hand {
		if want(i) {
			byModel[model(i)] = append(byModel[model(i)], i)
		}
	}
	out := make([]read, len(t.hand))
	for m, list := range byModel {
		t.rules.SetModel(m)
		for _, i := range list {
			p := change(t.hand[i].patent)
			signals, heard := t.rules.Signals(p)
			out[i] = read{&t.hand[i], signals, heard, t.rules.Candidates(p)}
		}
	}
	kept := out[:0]
	for _, r := range out {
		if r.labelled != nil {
			kept = append(kept, r)
		}
	}
	return kept
}

// readViews reads them in every view.
func (t *training) readViews(want func(i int) bool, model func(i int) *linear.Model) [][]read {
	out := make([][]read, len(views))
	for v, view := range views {
		out[v] = t.readAll(want, model, view.of)
	}
	return out
}

// fuse fits what stands on top of the model to patents that the model was not
// trained on.
func (t *training) fuse(byView [][]read) *fused {
	n, k := len(cet.SignalNames), len(t.areas)
	ridge := make([]float64, n+3*k+1)
	extra := t.columns(byView[0], len(ridge))
	for range extra {
		ridge = append(ridge, ruleRidge)
	}
	base := n + 3*k + 1
	for i := range ridge[:base] {
		switch {
		case i < n:
			ridge[i] = 1
		case i < n+3*k:
			ridge[i] = 3 // an area's own, drawn to the common one
		default:
			ridge[i] = 1e-3
		}
	}
	var rows []row
	for v, reads := range byView {
		for _, r := range reads {
			for a, s := range r.signals {
				x := make([]float64, len(ridge))
				copy(x, s[:])
				x[n+a], x[n+k+a], x[n+2*k+a], x[base-1] = 1, s[0], s[3]+s[4], 1
				for _, k := range r.heard[a] {
					if at, ok := extra[ruleOf{a, k}]; ok {
						x[at] = 1
					}
				}
				rows = append(rows, row{x, r.areas[t.areas[a]], views[v].weight * r.trust()})
			}
		}
	}
	w := logistic(rows, ridge)
	reads := byView[0]
	f := &fused{own: make([]cet.Own, k), threshold: make([]float64, k)}
	copy(f.area[:], w[:n])
	for a := range t.areas {
		f.own[a] = cet.Own{Bias: w[n+a] + w[base-1], Code: w[n+k+a], Phrase: w[n+2*k+a], Rules: map[string]float64{}}
	}
	for r, at := range extra {
		f.own[r.area].Rules[r.name] = w[at]
	}
	var scores []float64
	var truth []bool
	byArea := make([][]float64, len(t.areas))
	truthOf := make([][]bool, len(t.areas))
	for _, r := range reads {
		for a := range r.signals {
			p, is := chance(f.odds(a, r)), r.areas[t.areas[a]]
			scores, truth = append(scores, p), append(truth, is)
			byArea[a], truthOf[a] = append(byArea[a], p), append(truthOf[a], is)
		}
	}
	common := best(scores, truth, 0.45, 0)
	for a := range t.areas {
		f.threshold[a] = best(byArea[a], truthOf[a], common, 1)
	}
	t.fuseWithin(f, byView)
	return f
}

// ruleOf is a rule of an area.
type ruleOf struct {
	area int
	name string
}

// columns gives each rule that speaks of enough patents a column of its own.
func (t *training) columns(reads []read, from int) map[ruleOf]int {
	n := map[ruleOf]int{}
	for _, r := range reads {
		for a, names := range r.heard {
			for _, name := range names {
				n[ruleOf{a, name}]++
			}
		}
	}
	columns := map[ruleOf]int{}
	for _, r := range slices.SortedFunc(maps.Keys(n), func(a, b ruleOf) int {
		return cmp.Or(a.area-b.area, cmp.Compare(a.name, b.name))
	}) {
		if n[r] >= ruleLeast {
			columns[r] = from + len(columns)
		}
	}
	return columns
}

// fuseWithin fits the subfields to the areas where the reader was sure of one.
func (t *training) fuseWithin(f *fused, byView [][]read) {
	var rows []row
	for v, reads := range byView {
		for _, r := range reads {
			for a, list := range r.candidates {
				if !r.sureWithin(t.areas[a]) {
					continue
				}
				for _, c := range list {
					rows = append(rows, row{[]float64{c.Score, c.Lead, f.odds(a, r), c.Alone, 1}, r.subfields[c.ID], views[v].weight})
				}
			}
		}
	}
	reads := byView[0]
	f.within = logistic(rows, []float64{0.3, 0.3, 1, 1, 1e-3})
	most := -1.0
	for cut := 0.2; cut < 0.71; cut += 0.025 {
		var c counts
		for _, r := range reads {
			t.countSubfields(&c, r, t.subfields(f, r, cut))
		}
		if _, _, f1 := c.scores(); f1 > most {
			f.cut, most = cut, f1
		}
	}
}

// trust is what a label counts: half, where the reader was not sure.
func (l *labelled) trust() float64 {
	if l.unsure {
		return 0.5
	}
	return 1
}

func (l *labelled) sureWithin(area string) bool {
	for s := range l.subfields {
		if areaOf(s) == area {
			return true
		}
	}
	return false
}

// fitAll trains on everything; what stands on top is fitted to models that did
// not see what they are asked.
func (t *training) fitAll() (*linear.Model, *fused) {
	models := make([]*linear.Model, folds)
	for k := range folds {
		models[k] = t.model(func(i int) bool { return t.fold[i] != k })
	}
	reads := t.readViews(all, func(i int) *linear.Model { return models[t.fold[i]] })
	f := t.fuse(reads)
	t.calibrate(f, t.seen, t.fitted, func(read) bool { return true })
	t.calibrateWithin(f, t.seen, t.fitted, func(read) bool { return true })
	return t.model(all), f
}

// calibrate draws log odds towards what became of those that others like f
// gave to patents that they had not seen.
func (t *training) calibrate(f *fused, reads []read, fit func(read) *fused, use func(read) bool) {
	var rows []row
	for _, r := range reads {
		if !use(r) {
			continue
		}
		for a := range r.signals {
			if odds := fit(r).odds(a, r); odds > -2 {
				rows = append(rows, row{[]float64{odds, 1}, r.areas[t.areas[a]], 1})
			}
		}
	}
	w := logistic(rows, []float64{1e-3, 1e-3})
	f.slope, f.offset = w[0], w[1]
}

// calibrateWithin does the same for tagged subfields, where the reader named
// one or said that the area is wrong.
func (t *training) calibrateWithin(f *fused, reads []read, fit func(read) *fused, use func(read) bool) {
	var rows []row
	for _, r := range reads {
		if !use(r) {
			continue
		}
		for s, tag := range t.subfields(fit(r), r, fit(r).cut) {
			if r.sureWithin(areaOf(s)) || !r.areas[areaOf(s)] {
				rows = append(rows, row{[]float64{logit(f.score(tag.odds)), logit(tag.inside), 1}, r.subfields[s], 1})
			}
		}
	}
	f.sure = logistic(rows, []float64{1e-3, 1e-3, 1e-3})
}

func all(int) bool { return true }

func asIs(p *record.Patent) *record.Patent { return p }

func areaOf(id string) string {
	for i := range len(id) {
		if id[i] == '.' {
			return id[:i]
		}
	}
	return id
}

// foldOf deals a patent to a fold. What bears one title, such as an
// application and its grant, stays together.
func foldOf(p *record.Patent) int {
	title := strings.ToLower(strings.Join(strings.Fields(p.Title), " "))
	sum := sha256.Sum256([]byte(title))
	return int(sum[0]) % folds
}
