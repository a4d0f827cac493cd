package cet

import (
	"math"
	"slices"

	"github.com/tripoint-data/tripoint/record"
)

// within says how sure a list is of a subfield, were its area right.
type within struct {
	Bias      float64 `yaml:"bias"`
	Score     float64 `yaml:"score"`     // the fused score of its own evidence
	Lead      float64 `yaml:"lead"`      // how far it is before the next of its area; below zero, behind the best
	Area      float64 `yaml:"area"`      // the log odds of the area
	Alone     float64 `yaml:"alone"`     // no other of its area has evidence
	Threshold float64 `yaml:"threshold"` // of its chance within the area
	Sure      struct {
		Area   float64 `yaml:"area"`   // the log odds of the area's score
		Within float64 `yaml:"within"` // the log odds of the chance within the area
		Bias   float64 `yaml:"bias"`
	} `yaml:"sure"` // how both make the chance that the subfield is right
}

// sure is the chance that a subfield is right, given the score of its area and
// its own chance within it.
func (w *within) sure(score, within float64) float64 {
	return chance(w.Sure.Bias + w.Sure.Area*logit(score) + w.Sure.Within*logit(within))
}

// why says how sure a list is of a subfield.
func (w *within) why(score, within float64) record.Why {
	return record.Why{
		Kind: bySubfield, Text: "the chance that this subfield is right, where the score is that of its area",
		Weight: math.Round(w.sure(score, within)*1e4) / 1e4,
	}
}

// chance is that of a candidate, given the log odds of its area.
func (w *within) chance(c Candidate, odds float64) float64 {
	return chance(w.Bias + w.Score*c.Score + w.Lead*c.Lead + w.Area*odds + w.Alone*c.Alone)
}

// Candidate is a subfield with evidence, and what its chance within the area
// is judged by.
type Candidate struct {
	ID                 string
	Score, Lead, Alone float64
	target             int
	evidence           []evidence
}

// candidates lists the subfields of an area that something strong speaks for.
func (l *List) candidates(w weighed) []Candidate {
	var out []Candidate
	for rest := w.evidence; len(rest) > 0; {
		t, n := rest[0].target, 1
		for n < len(rest) && rest[n].target == t {
			n++
		}
		if t != w.area && slices.ContainsFunc(rest[:n], func(e evidence) bool { return e.grade > weak }) {
			out = append(out, Candidate{ID: l.targets[t].id, Score: l.fuse(rest[:n]), target: t, evidence: rest[:n]})
		}
		rest = rest[n:]
	}
	for i := range out {
		best := 0.0
		for j := range out {
			if i != j {
				best = max(best, out[j].Score)
			}
		}
		out[i].Lead = out[i].Score - best
		if len(out) == 1 {
			out[i].Alone = 1
		}
	}
	return out
}

// Candidates lists the subfields of each area that have evidence: for training.
func (l *List) Candidates(p *record.Patent) [][]Candidate {
	var out [][]Candidate
	all, _ := l.weigh(p)
	for _, w := range all {
		out = append(out, l.candidates(w))
	}
	return out
}
