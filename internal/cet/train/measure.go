package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"regexp"
	"slices"

	"github.com/tripoint-data/tripoint/internal/cet/linear"
	"github.com/tripoint-data/tripoint/record"
)

type counts struct{ hit, wrong, missed int }

func (c counts) scores() (p, r, f float64) {
	p = float64(c.hit) / max(1, float64(c.hit+c.wrong))
	r = float64(c.hit) / max(1, float64(c.hit+c.missed))
	return p, r, 2 * p * r / max(1e-9, p+r)
}

func (c *counts) count(want, got bool) {
	switch {
	case want && got:
		c.hit++
	case got:
		c.wrong++
	case want:
		c.missed++
	}
}

// areasOf tells the areas of a patent with their chance.
func (t *training) areasOf(f *fused, r read) map[string]float64 {
	out := map[string]float64{}
	for a := range r.signals {
		if odds := f.odds(a, r); chance(odds) >= f.threshold[a] {
			out[t.areas[a]] = f.score(odds)
		}
	}
	return out
}

// tagged is a subfield that is told.
type tagged struct{ odds, inside float64 } // of its area, its chance within it

// subfields tells the subfields of a patent.
func (t *training) subfields(f *fused, r read, cut float64) map[string]tagged {
	out := map[string]tagged{}
	for a := range r.signals {
		odds := f.odds(a, r)
		if chance(odds) < f.threshold[a] {
			continue
		}
		for _, c := range r.candidates[a] {
			if in := f.inside(c, odds); in >= cut {
				out[c.ID] = tagged{odds, in}
			}
		}
	}
	return out
}

// countSubfields counts where the reader named a subfield, or said that the
// area is wrong; what he left open is neither right nor wrong.
func (t *training) countSubfields(c *counts, r read, got map[string]tagged) {
	for s := range r.subfields {
		_, ok := got[s]
		c.count(true, ok)
	}
	for s := range got {
		if !r.subfields[s] && (r.sureWithin(areaOf(s)) || !r.areas[areaOf(s)]) {
			c.wrong++
		}
	}
}

// views are the missing parts: what is left of a patent.
var views = []struct {
	name   string
	weight float64 // in fitting what stands on top of the model
	of     func(*record.Patent) *record.Patent
	has    func(*record.Patent) bool // the patents that have that part; nil for all
}{
	{"everything", 1, asIs, nil},
	{"title only", 0.3, func(p *record.Patent) *record.Patent { return &record.Patent{ID: p.ID, Title: p.Title} }, nil},
	{"text only", 0, func(p *record.Patent) *record.Patent {
		return &record.Patent{ID: p.ID, Title: p.Title, Abstract: p.Abstract, FirstClaim: p.FirstClaim}
	}, func(p *record.Patent) bool { return p.Abstract != "" }},
	{"codes only", 0.5, func(p *record.Patent) *record.Patent {
		return &record.Patent{ID: p.ID, CPC: p.CPC, IPC: p.IPC, CPCAdditional: p.CPCAdditional, USPC: p.USPC}
	}, func(p *record.Patent) bool { return len(p.CPC)+len(p.IPC)+len(p.USPC) > 0 }},
	{"text and IPC only", 0.2, func(p *record.Patent) *record.Patent {
		return &record.Patent{ID: p.ID, Title: p.Title, Abstract: p.Abstract, FirstClaim: p.FirstClaim, IPC: p.IPC}
	}, func(p *record.Patent) bool { return len(p.IPC) > 0 }},
	{"text and USPC only", 0.2, func(p *record.Patent) *record.Patent {
		return &record.Patent{ID: p.ID, Title: p.Title, Abstract: p.Abstract, FirstClaim: p.FirstClaim, USPC: p.USPC}
	}, func(p *record.Patent) bool { return len(p.USPC) > 0 }},
	{"the same without USPC", 0, func(p *record.Patent) *record.Patent {
		return &record.Patent{ID: p.ID, Title: p.Title, Abstract: p.Abstract, FirstClaim: p.FirstClaim}
	}, func(p *record.Patent) bool { return len(p.USPC) > 0 }},
}

// measure cross-validates the whole: neither the linear model nor what stands
// on top of it has seen the patents that it is measured on.
func (t *training) measure(w io.Writer, wrong bool) error {
	inner := map[[2]int]*linear.Model{} // trained without the patents of two folds
	pair := func(j, k int) *linear.Model {
		at := [2]int{min(j, k), max(j, k)}
		if inner[at] == nil {
			inner[at] = t.model(func(i int) bool { return t.fold[i] != j && t.fold[i] != k })
		}
		return inner[at]
	}
	outer := make([]*linear.Model, folds)
	for k := range folds {
		outer[k] = t.model(func(i int) bool { return t.fold[i] != k })
	}
	results, fits := t.cross(func(k int) *linear.Model { return outer[k] }, pair)
	none := func(int) *linear.Model { return nil }
	bare, bareFits := t.cross(none, func(int, int) *linear.Model { return nil })
	dealt := map[*labelled]int{}
	for i := range t.hand {
		dealt[&t.hand[i]] = t.fold[i]
	}
	fit := func(r read) *fused { return fits[dealt[r.labelled]] }
	for k := range folds { // a fold's scores are calibrated on the other folds
		t.calibrate(fits[k], results[0], fit, func(r read) bool { return dealt[r.labelled] != k })
		t.calibrateWithin(fits[k], results[0], fit, func(r read) bool { return dealt[r.labelled] != k })
	}
	fmt.Fprintf(w, "%d patents labelled by hand, %d weak examples\n", len(t.hand), len(t.weak))
	t.row(w, "without the model", bare[0], func(r read) *fused { return bareFits[dealt[r.labelled]] }, func(read) bool { return true })
	t.row(w, "before 2001", results[0], fit, func(r read) bool { return old.MatchString(r.patent.ID) })
	for v, view := range views {
		t.row(w, view.name, results[v], fit, func(r read) bool { return view.has == nil || view.has(r.labelled.patent) })
	}
	t.byArea(w, results[0], fit, wrong)
	t.reliability(w, results[0], fit)
	t.seen, t.fitted = results[0], fit
	return nil
}

// old are numbers of grants of the last century.
var old = regexp.MustCompile(`^US ?[3-5][0-9]{6}\b`)

// cross reads every patent with a model of the fold that it stands in, and fits
// for each fold what stands on top to the others, read with models that saw
// neither them nor the fold.
func (t *training) cross(outer func(k int) *linear.Model, inner func(j, k int) *linear.Model) ([][]read, []*fused) {
	results, fits := make([][]read, len(views)), make([]*fused, folds)
	for k := range folds {
		fits[k] = t.fuse(t.readViews(func(i int) bool { return t.fold[i] != k }, func(i int) *linear.Model { return inner(t.fold[i], k) }))
		for v, reads := range t.readViews(func(i int) bool { return t.fold[i] == k }, func(int) *linear.Model { return outer(k) }) {
			results[v] = append(results[v], reads...)
		}
	}
	return results, fits
}

// row prints a line of measures.
func (t *training) row(w io.Writer, name string, reads []read, fit func(read) *fused, use func(read) bool) {
	var areas, subs counts
	n := 0
	for _, r := range reads {
		if !use(r) {
			continue
		}
		n++
		got := t.areasOf(fit(r), r)
		for _, a := range t.areas {
			_, ok := got[a]
			areas.count(r.areas[a], ok)
		}
		t.countSubfields(&subs, r, t.subfields(fit(r), r, fit(r).cut))
	}
	p, re, f1 := areas.scores()
	sp, sr, sf := subs.scores()
	fmt.Fprintf(w, "%-22s n %3d  areas P %.2f R %.2f F1 %.3f   subfields P %.2f R %.2f F1 %.3f\n", name, n, p, re, f1, sp, sr, sf)
}

func (t *training) byArea(w io.Writer, reads []read, fit func(read) *fused, wrong bool) {
	byBatch := map[int]*counts{}
	sure := &counts{}
	confused := map[string]int{}
	for _, a := range t.areas {
		var c counts
		for _, r := range reads {
			if byBatch[r.batch] == nil {
				byBatch[r.batch] = &counts{}
			}
			got := t.areasOf(fit(r), r)
			p, ok := got[a]
			c.count(r.areas[a], ok)
			byBatch[r.batch].count(r.areas[a], ok)
			if !r.unsure {
				sure.count(r.areas[a], ok)
			}
			if ok != r.areas[a] && wrong {
				fmt.Fprintf(w, "%-6v %-18s %.2f %s %q %v %v want %v\n", map[bool]string{true: "wrong", false: "missed"}[ok], a, p, r.patent.ID, r.patent.Title, r.patent.CPC[:min(6, len(r.patent.CPC))], r.patent.IPC[:min(2, len(r.patent.IPC))], slices.Sorted(maps.Keys(r.areas)))
			}
			if ok && !r.areas[a] {
				for b := range r.areas {
					confused[b+" also told as "+a]++
				}
				if len(r.areas) == 0 {
					confused["none told as "+a]++
				}
			}
			if !ok && r.areas[a] {
				confused[a+" missed"]++
			}
		}
		p, r, f := c.scores()
		low, high := wilson(c)
		fmt.Fprintf(w, "%-18s n %3d  P %.2f R %.2f F1 %.2f (%.2f to %.2f)  %d right, %d wrong, %d missed\n", a, c.hit+c.missed, p, r, f, low, high, c.hit, c.wrong, c.missed)
	}
	for _, b := range slices.Sorted(maps.Keys(byBatch)) {
		p, r, f := byBatch[b].scores()
		fmt.Fprintf(w, "batch %d  P %.2f R %.2f F1 %.3f\n", b, p, r, f)
	}
	p, r, f := sure.scores()
	fmt.Fprintf(w, "sure labels only  P %.2f R %.2f F1 %.3f\n", p, r, f)
	names := slices.SortedFunc(maps.Keys(confused), func(a, b string) int {
		if d := confused[b] - confused[a]; d != 0 {
			return d
		}
		return map[bool]int{true: -1, false: 1}[a < b]
	})
	for _, n := range names[:min(20, len(names))] {
		fmt.Fprintf(w, "  %3d %s\n", confused[n], n)
	}
}

// wilson is the interval of 95 % of F1, seen as the share of hits among hits
// and half of the slips.
func wilson(c counts) (low, high float64) {
	n := float64(c.hit) + float64(c.wrong+c.missed)/2
	if n == 0 {
		return 0, 1
	}
	const z = 1.96
	p := float64(c.hit) / n
	mid := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return mid - half, mid + half
}

// reliability prints what became of the scores of tagged areas and of the
// chances of subfields.
func (t *training) reliability(w io.Writer, reads []read, fit func(read) *fused) {
	type point struct {
		score float64
		right bool
	}
	table := func(name string, points []point) {
		off := 0.0
		fmt.Fprintf(w, "%s: %d\n", name, len(points))
		for b := range 10 {
			n, right, sum := 0, 0, 0.0
			for _, p := range points {
				if min(9, int(p.score*10)) == b {
					n++
					sum += p.score
					if p.right {
						right++
					}
				}
			}
			if n > 0 {
				off += math.Abs(sum-float64(right)) / float64(len(points))
				fmt.Fprintf(w, "  %.1f–%.1f  n %4d  score %.2f  right %.2f\n", float64(b)/10, float64(b+1)/10, n, sum/float64(n), float64(right)/float64(n))
			}
		}
		fmt.Fprintf(w, "  expected calibration error %.3f\n", off)
	}
	var areas, subs []point
	for _, r := range reads {
		f := fit(r)
		for a, p := range t.areasOf(f, r) {
			areas = append(areas, point{p, r.areas[a]})
		}
		for s, p := range t.subfields(f, r, f.cut) {
			if r.sureWithin(areaOf(s)) || !r.areas[areaOf(s)] {
				subs = append(subs, point{f.sureOf(p), r.subfields[s]})
			}
		}
	}
	table("tagged areas", areas)
	table("tagged subfields", subs)
}
